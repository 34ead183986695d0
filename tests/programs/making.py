"""A whole random program, from a seed: its text, and the inputs and the state to run it on."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from random import Random

from sm_toolkit.language import Int, List, Map, Pair, Str, Unit
from tests.programs.scopes import Scope, bound
from tests.programs.shapes import AnyType, Shapes, annotation, tells_itself
from tests.programs.statements import Machine, Statements, indented
from tests.programs.writing import Helper, NoExpressionError

STEPS = 6
IMPORTS = "from dataclasses import dataclass, replace\n\nfrom sm_toolkit import Left, Right, machine"
SMALLEST, LARGEST = 5, 25
"""How many statements a program may have."""

WILD = 0.07
"""How many of the parts of inputs are large."""


@dataclass(frozen=True)
class Sample:
    """A program whose function ``f`` is the machine; the inputs and the state are texts, of the program's classes.

    One that is ``executed`` becomes a machine by its decorator, another by its text; not all are run as a batch too.
    """

    source: str
    state: AnyType
    input: AnyType
    output: AnyType
    xs: tuple[str, ...]
    s: str
    executed: bool
    batched: bool

    def __str__(self) -> str:
        """Print all of it, to be read: without the brackets that Python does not need."""
        made = "by its decorator" if self.executed else "of its text"
        values = f"# state    {self.s}\n# inputs   [{', '.join(self.xs)}]"
        return f"{ast.unparse(ast.parse(self.source))}\n\n{values}\n# made {made}"


def sample(random: Random) -> Sample:
    """Make programs until one is neither too small nor too large."""
    while True:
        try:
            made = Maker(random).sample()
        except NoExpressionError:
            continue
        if made is not None:
            return made


def statements(tree: ast.AST) -> int:
    """Count the statements, definitions with them, but not what is in a dataclass."""
    if isinstance(tree, ast.ClassDef | ast.expr):
        return 0
    return sum(1 + statements(inner) if isinstance(inner, ast.stmt) else 0 for inner in ast.iter_child_nodes(tree))


class Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.shapes = Shapes(random)
        self.shapes.declare()
        self.writer = Statements(random, self.shapes)
        self.constants: Scope = {}
        self.lines: list[str] = [IMPORTS]

    def sample(self) -> Sample | None:
        """Make a program, or None if it is too small or too large."""
        self.lines += self.shapes.source()
        for number in range(self.random.choice((0, 1, 1, 2))):
            self.constant(f"CONSTANT_{number}")
        for number in range(self.random.choice((0, 0, 1, 1, 2))):
            self.helper(f"helper_{number}")
        if self.random.random() < 0.25:
            self.machine("g", 0)
        made = self.machine("f", 2)
        source = "\n".join(self.lines)
        if not SMALLEST <= statements(ast.parse(source)) <= LARGEST:
            return None
        xs = tuple(self.shapes.value(made.event, WILD) for _ in range(STEPS))
        s = self.shapes.value(made.state, WILD)
        executed, batched = self.random.random() < 0.5, self.random.random() < 0.3
        return Sample(source, made.state, made.event, made.output, xs, s, executed, batched)

    def constant(self, name: str) -> None:
        """Give a name to a value that shows its type."""
        while not tells_itself(type_ := self.shapes.type(2)):
            pass
        while "[]" in (value := self.shapes.value(type_)) or "{}" in value:
            pass
        self.lines.append(
            f"{name}: {annotation(type_)} = {value}" if self.random.random() < 0.3 else f"{name} = {value}"
        )
        self.constants.update(bound({name: type_}, assignable=False))

    def helper(self, name: str) -> None:
        types = tuple(self.shapes.type(2) for _ in range(self.random.choice((1, 2, 2, 3))))
        result = self.shapes.type(2)
        self.function(name, dict(zip("abc", types, strict=False)), result, self.random.choice((0, 0, 1)))
        self.writer.helpers.append(Helper(name, types, result))

    def machine(self, name: str, size: int) -> Machine:
        event = self.random.choice(self.shapes.variants) if self.random.random() < 0.5 else self.rich_type()
        output = Unit if self.random.random() < 0.1 else self.shapes.type(3)
        state = self.state_type()
        self.lines += ["", "@machine"]
        self.function(name, {"event": event, "state": state}, Pair(output, state), size)
        made = Machine(name, event, state, output)
        self.writer.machines.append(made)
        return made

    def state_type(self) -> AnyType:
        match self.random.randrange(4):
            case 0:
                return self.random.choice(self.shapes.records)
            case 1:
                return self.random.choice((Map(Str, Int), Map(Int, self.shapes.type(1)), List(Int), Int))
            case _:
                return self.rich_type()

    def rich_type(self) -> AnyType:
        """Choose a type, rather one with several parts."""
        return max((self.shapes.type(3) for _ in range(3)), key=lambda type_: type_.size)

    def function(self, name: str, parameters: dict[str, AnyType], result: AnyType, size: int) -> None:
        written = ", ".join(f"{parameter}: {annotation(type_)}" for parameter, type_ in parameters.items())
        body = self.writer.body({**self.constants, **bound(parameters)}, result, size)
        doc = ['"""Say what it does."""'] if self.random.random() < 0.1 else []
        self.lines += [f"def {name}({written}) -> {annotation(result)}:", *indented([*doc, *body])]
