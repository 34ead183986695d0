"""What a term becomes before it is source: abstract values, and blocks of statements over them.

An abstract value is what is known of a value before there is one: a constant, a pair or a side whose parts are
known, the sum of two variables. Data only: ``building`` makes values, ``flow`` makes blocks.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypeVar

from sm_toolkit.language.compilation.holding import Cells
from sm_toolkit.language.compilation.making import Expression, Shape
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.syntax.terms import Primitive

Kind: TypeAlias = Literal[
    "variable",  # a parameter; data: its name
    "constant",  # data: the value
    "pair",  # operands: both halves
    "side",  # operands: the value inside; data: Left or Right
    "wrapped",  # many sides at once; data: the constructors
    "half",  # of a pair that is not known; data: 0 or 1
    "tuple",  # of three parts or more; operands: its parts
    "field",  # of a record or a tuple that is not known; data: the expression that takes it out
    "record",  # operands: its fields; data: its Shape
    "remade",  # a record of the class of another one; operands: that one, its fields; data: its Shape
    "split",  # one value as a sum; operands: the value; data: a Split
    "payload",  # of a sum that is not known; data: the side that was tested
    "operation",  # data: a primitive's template
    "text",  # the text form of operands; data: a Template
    "call",  # of something that may fail, one statement; data: its template
    "result",  # of a call that gives an output and a state; data: 0 or 1
    "join",  # what comes out of the two sides of a branch, or the ends of a loop; data: the branch or loop
    "carried",  # from turn to turn of a loop
    "same",  # as the operand: what a loop carries and never changes
    "chosen",  # a sum; operands: whether it is a Left, what is inside if it is, what if not
    "distributed",  # a sum with a value in it too; operands: it (twice), the value; data: what tells the side
]


class Value:
    """An abstract value. Two are the same only if they are the same object."""

    __slots__ = ("block", "data", "kind", "operands", "size", "uses")

    def __init__(self, kind: Kind, data: Any, operands: tuple[Value, ...], block: Block) -> None:
        self.kind: Kind = kind
        self.data = data
        self.operands = operands
        self.block = block
        size = 1
        for operand in operands:
            if operand.kind not in ATOMS:
                size += operand.size
        self.size: int = size if size < LARGEST else LARGEST
        self.uses: list[tuple[Block, int]] = []


ATOMS: frozenset[Kind] = frozenset(("variable", "constant", "call", "result", "join", "carried", "same"))
"""Kinds that have a name or are written as a literal, and so are never computed twice."""

LARGEST = 2**32
"""Up to which a value's parts are counted: what stands in it twice is counted twice, so they may be without bound."""


class Nested:
    """What stands inside another of its kind. ``jump`` is an ancestor further up, so that few steps lead to any."""

    __slots__ = ("depth", "jump", "parent")

    def __init__(self, parent: Any) -> None:
        self.parent: Any = self if parent is None else parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        up = self.parent
        # Skew-binary jump pointers (Myers, "An applicative random-access stack", 1983).
        if up is self:
            self.jump: Any = self
        else:
            self.jump = up.jump.jump if up.depth - up.jump.depth == up.jump.depth - up.jump.jump.depth else up


class Block(Nested):
    """Statements in order; ``loop`` is the innermost loop that it is in."""

    __slots__ = ("binds", "index", "joins", "loop", "loops", "need", "open", "owner", "statements")

    def __init__(self, owner: Branch | Repeat | None) -> None:
        super().__init__(None if owner is None else owner.block)
        self.owner = owner
        self.statements: list[Statement] = []
        self.binds: dict[int, dict[Value, None]] = {}  # sets that keep their order: there may be very many
        self.open = True
        self.need = 0
        self.index = 0 if owner is None else owner.index
        self.joins: int = 0 if owner is None else owner.block.joins + (not owner.tail)
        self.loop: Repeat | None = owner if owner is None or isinstance(owner, Repeat) else owner.block.loop
        self.loops: int = 0 if owner is None else owner.block.loops + isinstance(owner, Repeat)


class Branch:
    """A choice: by the class of ``test`` if it is a sum, by its truth if it is a Bool.

    After ``tail`` branches nothing follows: each side returns. After others may come a test of the sum that they give,
    or that ``opens``, a primitive, makes of it.
    """

    __slots__ = (
        *("block", "index", "is_sum", "is_tested_next", "joins", "left", "left_end", "live", "opens", "right"),
        *("tail", "test", "turned"),
    )

    def __init__(self, test: Value, is_sum: bool, block: Block, tail: bool) -> None:
        self.test = test
        self.is_sum = is_sum
        self.block = block
        self.tail = tail
        self.live = tail
        self.turned = False
        self.index = len(block.statements)
        self.joins: list[Value] = []
        self.left_end: tuple[Value, Value | None, Value] | None = None
        self.is_tested_next = False
        self.opens: Primitive | None = None
        self.left = Block(self)
        self.right = Block(self)


class Repeat:
    """A block that runs again and again, until one of its ends leaves it, or once for each item of a list.

    ``carried`` are the values that change from turn to turn, and those they are halves of, wholes before halves;
    ``before`` are values made for their start. ``turns`` is the value that counts, or the list; then ``item`` is what
    an item is called, and no end leaves it. Once it is ``settled``, nothing more becomes carried.
    """

    __slots__ = (
        *("agains", "before", "block", "body", "carried", "index", "item", "joins", "leaves", "settled", "tail"),
        *("taken", "turns"),
    )

    def __init__(self, block: Block, turns: Value, item: str | None = None) -> None:
        self.block = block
        self.index = len(block.statements)
        self.turns = turns
        self.item = item
        self.tail = False
        self.settled = False
        self.body = Block(self)
        self.carried: list[Carried] = []
        self.taken: list[Carried] = []
        self.before: list[Value] = []
        self.agains: list[Again] = []
        self.leaves: list[Leave] = []
        self.joins: list[Value] = []


class Carried(Value):
    """A value that a loop carries: what it is at first (None if nothing), and at the end of each ``Again``.

    Once it is taken apart, its halves are carried, and it is the pair of them.
    """

    __slots__ = ("again", "first", "halves", "loop")

    def __init__(self, loop: Repeat, first: Value | None) -> None:
        super().__init__("carried", None, (), loop.body)
        self.loop = loop
        self.first = first
        self.again: list[Value] = []
        self.halves: tuple[Carried, Carried] | None = None
        loop.carried.append(self)

    def half(self, index: int) -> Carried:
        """Return one half; what is taken apart is a pair."""
        if self.halves is None:
            self.halves = Carried(self.loop, None), Carried(self.loop, None)
            self.loop.taken.append(self)
        return self.halves[index]


class Again:
    """The end of one turn of a loop that has another; ``changes`` are the values carried that it changes."""

    __slots__ = ("block", "changes", "index", "output", "state")

    def __init__(self, block: Block, output: Value, state: Value) -> None:
        self.block = block
        self.index = len(block.statements)
        self.output = output
        self.state = state
        self.changes: list[tuple[Carried, Value]] = []


class Leave:
    """An end of the last turn of a loop, ``number`` of those that it has."""

    __slots__ = ("block", "index", "loop", "number", "output", "state")

    def __init__(self, loop: Repeat, block: Block, output: Value, state: Value) -> None:
        self.loop = loop
        self.number = len(loop.leaves)
        self.block = block
        self.index = len(block.statements)
        self.output = output
        self.state = state


class Return:
    """The end of a function, with the state it gives: whole, or, in a batch that keeps its parts, part by part."""

    __slots__ = ("output", "state")

    def __init__(self, output: Value, *state: Value) -> None:
        self.output = output
        self.state = state


Statement: TypeAlias = "Value | Branch | Repeat | Again | Leave | Return"


class Function:
    """One function: its parameters, its first block, and all that is in it in the order it was made.

    A part that is split off has a ``caller`` and its ``call`` there; ``captured`` are values bound in functions further
    out, each with the parameter that it has become. ``turns`` counts the turns of the step, if any are taken; the first
    one may be taken off already. With ``cells`` the state that it is given is one with a record of them, and it gives
    such a one back, or each part of it if it is ``in_parts``; ``shape`` is that of a state that is a record.
    """

    def __init__(self, name: str, caller: Function | None = None) -> None:
        self.name = name
        self.parameters: list[Value] = []
        self.entry = Block(None)
        self.blocks: list[Block] = [self.entry]
        self.order: list[Value | Branch | Repeat] = []
        self.can_fail = False
        self.caller = caller
        self.level: int = 0 if caller is None else caller.level + 1
        self.call: Value | None = None
        self.captured: dict[Value, Value] = {}
        self.cells: Cells | None = None
        self.in_parts = False
        self.shape: Shape | None = None
        self.turns: Value | None = None
        self.is_first_paid = False

    def parameter(self, name: str) -> Value:
        """Add a parameter."""
        value = Value("variable", name, (), self.entry)
        self.parameters.append(value)
        return value


class Template:
    """How a value is written as text: literals and operands, and for which operands that holds.

    ``numbers`` are (operand, is it an argument), each to be an integer of ordinary size, and as an argument not
    negative; if one is not, operand ``whole`` is shown the long way, which may fail; after it come the turns, if they
    are counted.
    """

    __slots__ = ("numbers", "parts", "whole")

    def __init__(self, parts: Expression, numbers: list[tuple[int, bool]], whole: int | None) -> None:
        self.parts = parts
        self.numbers = numbers
        self.whole = whole


class Growing:
    """How an integer is made that may pass the limit: by ``made``; ``run`` does the same and asks the limit.

    It can pass only the limits ``below`` or ``above``. ``excess`` is by how much an operand that is not a constant may
    be further from 0 than the result is, at most; None if that is not known.
    """

    __slots__ = ("above", "below", "excess", "made", "run")

    def __init__(self, made: Expression, run: Expression, below: bool, above: bool, excess: int | None) -> None:
        self.made = made
        self.run = run
        self.below = below
        self.above = above
        self.excess = excess


class Spelled:
    """How a value of a very small type is read: its usual texts are compared, any other spelling is parsed.

    ``reader`` is a template with the text as ``{0}``, and the turns as ``{1}`` if they are counted; ``usual`` are texts
    and their values.
    """

    __slots__ = ("reader", "type", "usual")

    def __init__(self, reader: str, type_: Type[Any], usual: list[tuple[str, Any]]) -> None:
        self.reader = reader
        self.type = type_
        self.usual = usual


class Scope(Nested):
    """A value that is bound, inside those bound before it; the function is the one in which it is."""

    __slots__ = ("function", "value")

    def __init__(self, value: Value, function: Function, around: Scope | None) -> None:
        super().__init__(around)
        self.value = value
        self.function = function


N = TypeVar("N", bound=Nested)


def ancestor(nested: N, depth: int) -> N:
    """Return what is around this and so deep."""
    while nested.depth > depth:
        nested = nested.jump if nested.jump.depth >= depth else nested.parent
    return nested


def common(one: Block, two: Block) -> Block:
    """Return the innermost block that holds both."""
    one, two = ancestor(one, two.depth), ancestor(two, one.depth)
    while one is not two:
        if one.jump is not two.jump:
            one, two = one.jump, two.jump
        else:
            one, two = one.parent, two.parent
    return one
