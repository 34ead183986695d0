"""What a run writes down: statements, names for what expressions give, and values as expressions."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from sm_toolkit.language.data.types import Bool, Int, Type, Unit, record_words
from sm_toolkit.language.functions.fitting import fitted, joined
from sm_toolkit.language.functions.printing.naming import Program, UnprintableError, assign, call, name
from sm_toolkit.language.functions.printing.nodes import Node
from sm_toolkit.language.functions.printing.unknowns import NOTHING, Atom, Both, Opened, Side, Unknown, part, same
from sm_toolkit.language.functions.scopes import UNIT, Typed
from sm_toolkit.language.syntax.terms import Read, Show

MOST_STATEMENTS = 3_000
"""No text has more."""


Block = list[ast.stmt]


class Writing:
    """The statements of one function, as far as they are written, and what is known where they end."""

    def __init__(self, program: Program, state: tuple[Unknown, Type[Any]], cells: Mapping[str, Type[Any]]) -> None:
        self.program = program
        self.state, self.of = state
        self.cells: dict[str, Unknown] = {}
        self.cell_types = cells
        self.bound: tuple[Unknown, ...] = ()
        self.block: Block = []
        self.pure: set[str] = set()
        self.depth = 0

    def let(self, written: ast.expr, type_: Type[Any], *, is_pure: bool = False, is_annotated: bool = False) -> Unknown:
        """Give a name to what an expression gives."""
        fresh = self.program.fresh()
        self.write(assign(fresh, written, self.program.type(type_) if is_annotated else None))
        if is_pure:
            self.pure.add(fresh)
        return NOTHING if type_ is Unit else Atom(name(fresh), type_)

    def write(self, statement: ast.stmt) -> None:
        """Add a statement.

        Raises:
            UnprintableError: there are too many.
        """
        self.program.statements += 1
        if self.program.statements > MOST_STATEMENTS:
            raise UnprintableError("this machine is too large to be printed", "print its parts")
        self.block.append(statement)

    def plain(self, value: Unknown, type_: Type[Any]) -> ast.expr:
        """Return an expression that fits where a value of a type is wanted."""
        if type_.head == "Maybe" and not isinstance(value, Atom):
            type_ = type_.args[0]
        match value:
            case Atom(written):
                return written
            case Both(left, right):
                halves = [self.plain(*both) for both in zip((left, right), type_.args, strict=True)]
                return ast.Tuple(halves, ast.Load())
        return self.exact(value, type_)

    def exact(self, value: Unknown, type_: Type[Any]) -> ast.expr:
        """Return an expression that the translation takes for just that type."""
        if type_.head == "Maybe" and not isinstance(value, Atom):
            return call(self.program.widening(type_), self.exact(value, type_.args[0]))
        match value:
            case Atom(written, found):
                return written if found is type_ else call(self.program.widening(type_), written)
            case Both(left, right):
                halves = [self.exact(*both) for both in zip((left, right), type_.args, strict=True)]
                return ast.Tuple(halves, ast.Load())
            case Side(is_left, inner):
                side = "Left" if is_left else "Right"
                self.program.imports.add(side)
                written = call(side, self.plain(inner, type_.args[not is_left]))
                made = self.let(written, type_, is_pure=True, is_annotated=True)
                assert isinstance(made, Atom)
                return made.written
            case Opened():
                return self.closed(value, type_)

    def assigned(self, target: str, written: ast.expr) -> ast.stmt:
        """Return an assignment."""
        return assign(target, written)

    def named(self, value: Atom) -> Atom:
        """Return something under a name of its own, about which a test may tell."""
        fresh = self.program.fresh()
        self.write(assign(fresh, value.written))
        return Atom(name(fresh), value.type)

    def closed(self, value: Opened, type_: Type[Any]) -> ast.expr:
        """Make the sum itself of what something is."""
        fresh = self.program.fresh()
        self.write(ast.AnnAssign(ast.Name(fresh, ast.Store()), self.program.type(type_), None, 1))
        subject, ways = self.ways(value)
        blocks: list[Block] = []
        for place, (_, inner) in enumerate(ways):
            sides = (False,) * place + (True,) * (place < len(ways) - 1)
            written = inner.written if isinstance(inner, Atom) else ast.Constant(None)
            for is_left in reversed(sides):
                self.program.imports.add("Left" if is_left else "Right")
                written = call("Left" if is_left else "Right", written)
            blocks.append([assign(fresh, written)])
        self.choose(subject, ways, blocks)
        return name(fresh)

    def ways(self, value: Opened) -> tuple[Atom, list[tuple[str | None, Unknown]]]:
        """Return what is looked at, and its ways: of a variant a name for each, and what is there then."""
        atom = self.named(value.atom)
        if atom.type.head == "Maybe":
            return atom, [(None, NOTHING), (None, Atom(atom.written, atom.type.args[0]))]
        ways: list[tuple[str | None, Unknown]] = []
        for record in atom.type.args:
            fresh = self.program.fresh()
            ways.append((fresh, Atom(name(fresh), record)))
        return atom, ways

    def choose(self, subject: Atom, ways: list[tuple[str | None, Unknown]], blocks: list[Block]) -> None:
        """Write the choice by what something is."""
        if subject.type.head == "Maybe":
            test = ast.Compare(subject.written, [ast.Is()], [ast.Constant(None)])
            self.write(ast.If(test, blocks[0] or [ast.Pass()], blocks[1]))
            return
        self.program.type(subject.type)
        cases = []
        for record, (fresh, _), block in zip(subject.type.args, ways, blocks, strict=True):
            made: ast.pattern = ast.MatchClass(name(record_words(record.head)[0]), [], [], [])
            if fresh is not None and uses(block, fresh):
                made = ast.MatchAs(made, fresh)
            cases.append(ast.match_case(made, None, block or [ast.Pass()]))
        self.write(ast.Match(subject.written, cases))

    def text(self, node: Node, value: Unknown, type_: Type[Any]) -> Unknown:
        """Write what `read` and `show` become."""
        if isinstance(node.term, Show) and type_ in (Int, Bool):
            return self.let(call("str", self.plain(value, type_)), node.output, is_pure=True)
        label = "read" if isinstance(node.term, Read) else "show"
        self.program.imports.add(label)
        maker = call(label, self.program.type(type_))
        return self.let(call(maker, self.exact(value, node.input)), node.output)

    def merged(self, ends: list[tuple[Block, Unknown]], type_: Type[Any]) -> Unknown:
        """Have some ways give values under the same names; return what those are."""
        values = [value for _, value in ends]
        if all(same(value, values[0]) for value in values):
            return values[0]
        if all(isinstance(value, Both) or (isinstance(value, Atom) and value.type.head == "Pair") for value in values):
            halves = []
            for index in (0, 1):
                of = type_.args[index]
                halves.append(self.merged([(block, part(value, index)) for block, value in ends], of))
            return Both(*halves)
        if all(isinstance(value, Side) for value in values):
            sides = {value.is_left for value in values if isinstance(value, Side)}
            if len(sides) == 1:
                (is_left,) = sides
                inner = [(block, value.value) for block, value in ends if isinstance(value, Side)]
                return Side(is_left, self.merged(inner, type_.args[not is_left]))
        if type_ is Unit:
            return NOTHING
        fresh = self.program.fresh()
        outer = self.block
        found: Type[Any] | None = None
        for place, (block, value) in enumerate(ends):
            self.block = block
            written = self.written(value, type_)
            given = _declared(value, type_)
            found = given if place == 0 else None if found is None else joined(found, given)
            self.write(assign(fresh, written))
        self.block = outer
        if type_.head not in ("Int", "Bool", "Str", "Float", "Bytes"):
            self.write(ast.AnnAssign(ast.Name(fresh, ast.Store()), self.program.type(type_), None, 1))
            if found is None or fitted(Typed(UNIT.term, found), type_) is None:
                found = type_
        return Atom(name(fresh), found or type_)

    def written(self, value: Unknown, type_: Type[Any]) -> ast.expr:
        """Return how a value is written where its type is said."""
        if type_.head == "Maybe" and not isinstance(value, Atom):
            type_ = type_.args[0]
        if isinstance(value, Side):
            side = "Left" if value.is_left else "Right"
            self.program.imports.add(side)
            return call(side, self.written(value.value, type_.args[not value.is_left]))
        if isinstance(value, Both):
            halves = [self.written(*both) for both in zip((value.left, value.right), type_.args, strict=True)]
            return ast.Tuple(halves, ast.Load())
        return self.plain(value, type_)


def _declared(value: Unknown, type_: Type[Any]) -> Type[Any]:
    """Return the type of what is assigned to a name that is declared."""
    if not isinstance(value, Atom) or value.type is Unit:
        return type_
    return value.type


def uses(block: Block, known: str) -> bool:
    """Tell whether a name stands in some statements."""
    return any(isinstance(node, ast.Name) and node.id == known for each in block for node in ast.walk(each))
