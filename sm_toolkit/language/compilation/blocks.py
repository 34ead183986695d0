"""What a term becomes before it is source: abstract values, and blocks of statements over them.

An abstract value is what is known of a value before there is one: a constant, a pair or a side whose parts are
known, the sum of two variables. Data only: ``building`` makes values, ``flow`` makes blocks.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from sm_toolkit.language.types import Type

Kind: TypeAlias = Literal[
    "variable",  # a parameter; data: its name
    "constant",  # data: the value
    "pair",  # operands: both halves
    "side",  # operands: the value inside; data: Left or Right
    "wrapped",  # many sides at once; data: the constructors
    "half",  # of a pair that is not known; data: 0 or 1
    "payload",  # of a sum that is not known; data: the side that was tested
    "operation",  # data: a primitive's template
    "text",  # the text form of operands; data: a Template
    "call",  # of something that may fail, one statement; data: its template
    "result",  # of a call that gives an output and a state; data: 0 or 1
    "join",  # what comes out of the two sides of a branch; data: the branch
]

Expression: TypeAlias = "tuple[str | int, ...]"
"""Source text with the numbers of operands in it."""


class Value:
    """An abstract value. Two are the same only if they are the same object."""

    __slots__ = ("block", "data", "kind", "operands", "size", "uses")

    def __init__(self, kind: Kind, data: Any, operands: tuple[Value, ...], block: Block) -> None:
        self.kind = kind
        self.data = data
        self.operands = operands
        self.block = block
        self.size = 1
        for operand in operands:
            if operand.kind not in ATOMS:
                self.size += operand.size
        self.uses: list[tuple[Block, int]] = []


ATOMS: frozenset[Kind] = frozenset(("variable", "constant", "call", "result", "join"))
"""Kinds that have a name or are written as a literal, and so are never computed twice."""


class Block:
    """Statements in order. ``jump`` is an ancestor further up, so that ancestors are found in few steps."""

    __slots__ = ("binds", "depth", "index", "joins", "jump", "need", "open", "owner", "parent", "statements")

    def __init__(self, owner: Branch | None) -> None:
        self.owner = owner
        self.statements: list[Value | Branch | Return] = []
        self.binds: dict[int, list[Value]] = {}
        self.open = True
        self.need = 0
        self.parent: Block = self if owner is None else owner.block
        self.index = 0 if owner is None else owner.index
        self.joins: int = 0 if owner is None else owner.block.joins + (not owner.tail)
        self.depth: int = 0 if owner is None else self.parent.depth + 1
        up = self.parent
        # Skew-binary jump pointers (Myers, "An applicative random-access stack", 1983).
        if up is self:
            self.jump: Block = self
        else:
            self.jump = up.jump.jump if up.depth - up.jump.depth == up.jump.depth - up.jump.jump.depth else up


class Branch:
    """A choice: by the class of ``test`` if it is a sum, by its truth if it is a Bool.

    After ``tail`` branches nothing follows: each side returns.
    """

    __slots__ = ("block", "index", "is_sum", "joins", "left", "left_end", "live", "right", "tail", "test", "turned")

    def __init__(self, test: Value, is_sum: bool, block: Block, tail: bool) -> None:
        self.test = test
        self.is_sum = is_sum
        self.block = block
        self.tail = tail
        self.live = tail
        self.turned = False
        self.index = len(block.statements)
        self.joins: list[Value] = []
        self.left_end: tuple[Value, Value] | None = None
        self.left = Block(self)
        self.right = Block(self)


class Return:
    """The end of a function."""

    __slots__ = ("output", "state")

    def __init__(self, output: Value, state: Value) -> None:
        self.output = output
        self.state = state


class Function:
    """One function: its parameters, its first block, and all that is in it in the order it was made."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parameters: list[Value] = []
        self.entry = Block(None)
        self.blocks: list[Block] = [self.entry]
        self.order: list[Value | Branch] = []
        self.can_fail = False

    def parameter(self, name: str) -> Value:
        """Add a parameter."""
        value = Value("variable", name, (), self.entry)
        self.parameters.append(value)
        return value


class Template:
    """How a value is written as text: literals and operands, and for which operands that holds.

    ``numbers`` are (operand, is it an argument), each to be an integer of ordinary size, and as an argument not
    negative; if one is not, operand ``whole`` is shown the long way, which may fail.
    """

    __slots__ = ("numbers", "parts", "whole")

    def __init__(self, parts: Expression, numbers: list[tuple[int, bool]], whole: int | None) -> None:
        self.parts = parts
        self.numbers = numbers
        self.whole = whole


class Spelled:
    """How a value of a very small type is read: its usual texts are compared, any other spelling is parsed.

    ``reader`` is a template with the text as ``{0}``, ``usual`` are texts and their values.
    """

    __slots__ = ("reader", "type", "usual")

    def __init__(self, reader: str, type_: Type[Any], usual: list[tuple[str, Any]]) -> None:
        self.reader = reader
        self.type = type_
        self.usual = usual


def ancestor(block: Block, depth: int) -> Block:
    """Return the block around this one that is so deep."""
    while block.depth > depth:
        block = block.jump if block.jump.depth >= depth else block.parent
    return block


def common(one: Block, two: Block) -> Block:
    """Return the innermost block that holds both."""
    one, two = ancestor(one, two.depth), ancestor(two, one.depth)
    while one is not two:
        if one.jump is not two.jump:
            one, two = one.jump, two.jump
        else:
            one, two = one.parent, two.parent
    return one
