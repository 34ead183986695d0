"""What is known of integers on the way to an operation: their signs, and which is not below which. No code is made.

All integers are within the limits, so ``x + 1`` can pass only the upper one, and ``x - y`` none after ``0 <= y <= x``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import NoneType
from typing import TypeAlias

from sm_toolkit.language.compilation.blocks import Block, Value
from sm_toolkit.language.data.types import Int, Type
from sm_toolkit.language.data.values import check_value
from sm_toolkit.language.errors import LimitError
from sm_toolkit.language.limits import Limits
from sm_toolkit.language.syntax.terms import Term, constants

MOST_FACTS = 8
"""Of each value so many facts are looked at, the last ones; and of each test so many parts."""

Signs: TypeAlias = tuple[bool, bool]
"""Whether a number may be below 0, and whether it may be above."""


OPPOSITES = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
ONE = Value("constant", 1, (), Block(None))


def are_within(nodes: Sequence[Term], limits: Limits) -> bool:
    """Tell whether all integers that a machine meets are within the limits, those that are made being asked.

    Those that come from outside are, and so are lengths, if the limit is no smaller than ``check_value`` asks; here
    the constants are looked at.
    """
    seen: set[int] = set()
    if limits.int_bits < 64:
        return False
    for value, type_ in constants(nodes):
        if value.__class__ in (bool, NoneType) or id(value) in seen:
            continue
        seen.add(id(value))
        try:
            check_value(value, type_, limits)
        except LimitError:
            return False
    return True


class _Here:
    """Values that are told of a value, each in the block where it holds; what is told last holds in the innermost."""

    def __init__(self) -> None:
        self._told: dict[Value, list[tuple[Value, Block]]] = {}

    def of(self, value: Value) -> list[Value]:
        told = self._told.get(value)
        if not told:
            return []
        while told and not told[-1][1].open:
            told.pop()
        return [other for other, _ in told[-MOST_FACTS:]]

    def tell(self, value: Value, other: Value, block: Block) -> None:
        if value.kind == "constant":
            return
        self.of(value)  # what holds no more is forgotten
        self._told.setdefault(value, []).append((other, block))


class Facts:
    """The facts of one function. Each is about a value of one place, and holds in a block and those in it."""

    def __init__(self) -> None:
        self._made: dict[Value, tuple[str, tuple[Value, ...]]] = {}
        self._signs: dict[Value, Signs] = {}
        self._at_most, self._at_least, self._other = _Here(), _Here(), _Here()

    def note(self, name: str, types: tuple[Type[object], ...], parts: tuple[Value, ...], made: Value) -> None:
        """Note what a primitive has made, unless it was made before: then less may have been known."""
        if made in self._made or made.kind == "constant" or types not in ((), (Int,)):
            return
        self._made[made] = name, parts
        match name:
            case "minimum" | "maximum":
                (one_below, one_above), (two_below, two_above) = self.signs(parts[0]), self.signs(parts[1])
                if name == "minimum":
                    self._signs[made] = one_below or two_below, one_above and two_above
                else:
                    self._signs[made] = one_below and two_below, one_above or two_above
                for part in parts:
                    small, large = (made, part) if name == "minimum" else (part, made)
                    self._tell_order(small, large, made.block)
            case "div":
                self._signs[made] = _product(self.signs(parts[0]), self.signs(parts[1]))
            case "mod":
                self._signs[made] = self.signs(parts[1])
            case "neg":
                self._signs[made] = _turned(self.signs(parts[0]))
            case "abs_" | "length" | "length_bytes" | "length_list" | "size_map":
                self._signs[made] = False, True

    def note_joined(self, made: Value, values: Sequence[Value]) -> None:
        """Note the signs of a value that is one of several integers, if those of all of them are known."""
        if all(value in self._signs or value.data.__class__ is int for value in values):
            signs = [self.signs(value) for value in values]
            self._signs[made] = any(below for below, _ in signs), any(above for _, above in signs)

    def learn(self, test: Value, truth: bool, block: Block) -> Iterator[tuple[Value, bool]]:
        """Learn that a Bool is true or false in a block; tell of it and of what it is made of what that decides."""
        work = [(test, truth)]
        for _ in range(MOST_FACTS):
            if not work:
                return
            test, truth = work.pop()
            yield test, truth
            name, parts = self._made.get(test, ("", ()))
            if name == "not_":
                work.append((parts[0], not truth))
            elif name == ("and_" if truth else "or_"):
                work += [(part, truth) for part in parts]
            elif name in OPPOSITES:
                self._compare(name if truth else OPPOSITES[name], parts[0], parts[1], block)

    def _compare(self, name: str, x: Value, y: Value, block: Block) -> None:
        if name in ("gt", "ge"):
            x, y = y, x
        match name:
            case "lt" | "gt":
                self._tell_order(_moved(x, 1), _moved(y, -1), block)
            case "le" | "ge":
                self._tell_order(x, y, block)
            case "eq":
                self._tell_order(x, y, block)
                self._tell_order(y, x, block)
            case _:
                self._other.tell(x, y, block)
                self._other.tell(y, x, block)

    def _tell_order(self, small: Value, large: Value, block: Block) -> None:
        self._at_most.tell(large, small, block)
        self._at_least.tell(small, large, block)

    # -- what is asked ------------------------------------------------------------------------------------

    def signs(self, number: Value) -> Signs:
        """Return which signs a number may have."""
        below, above = self._own(number)
        return (
            below and all(self._own(small)[0] for small in self._at_most.of(number)),
            above and all(self._own(large)[1] for large in self._at_least.of(number)),
        )

    def _own(self, number: Value) -> Signs:
        if number.kind == "constant":
            return number.data < 0, number.data > 0
        return self._signs.get(number, (True, True))

    def is_in_order(self, small: Value, large: Value) -> bool:
        """Tell whether one number is known not to be above another."""
        return any(
            low is high or (low.kind == high.kind == "constant" and low.data <= high.data)
            for low in (small, *self._at_least.of(small))
            for high in (large, *self._at_most.of(large))
        )

    def is_not_zero(self, number: Value) -> bool:
        """Tell whether a number is known not to be 0."""
        if number.kind == "constant":
            return bool(number.data)
        return (
            any(other.kind == "constant" and other.data == 0 for other in self._other.of(number))
            or any(small.kind == "constant" and small.data > 0 for small in self._at_most.of(number))
            or any(large.kind == "constant" and large.data < 0 for large in self._at_least.of(number))
        )

    def excess(self, name: str, parts: tuple[Value, ...]) -> int | None:
        """Return by how much a part that is no constant may be further from 0 than the result, if that is known."""
        x, y = parts if len(parts) == 2 else (*parts, ONE)
        if name == "mul":
            return 0 if any(part.kind == "constant" and part.data for part in parts) else None
        if name == "add":
            if not (self.signs(x)[0] or self.signs(y)[0]):
                return 0
            x, y = (y, x) if x.kind == "constant" else (x, y)
        return abs(y.data) if y.kind == "constant" else None

    def note_signs(self, made: Value, signs: Signs) -> None:
        """Note which signs a number may have, unless it was made before."""
        self._signs.setdefault(made, signs)

    def grown(self, name: str, parts: tuple[Value, ...]) -> tuple[Signs, Signs]:
        """Return which limits the result of an operation may pass, below 0 and above, and which signs it may have."""
        x, y = parts if len(parts) == 2 else (*parts, ONE)
        if name == "mul":
            product = _product(self.signs(x), self.signs(y))
            return product, product
        if name in ("add", "incr"):
            one, two = self.signs(x), self.signs(y)
            may = True, True
        else:
            # Where one is the minimum or maximum of the other and a third, it is the third, or the difference is 0.
            one, two = self.signs(self._third(x, y)), _turned(self.signs(self._third(y, x)))
            may = not self.is_in_order(y, x), not self.is_in_order(x, y)
        return (
            (may[0] and one[0] and two[0], may[1] and one[1] and two[1]),
            (may[0] and (one[0] or two[0]), may[1] and (one[1] or two[1])),
        )

    def _third(self, chosen: Value, one: Value) -> Value:
        name, parts = self._made.get(chosen, ("", ()))
        if name in ("minimum", "maximum") and one in parts:
            return parts[0] if parts[1] is one else parts[1]
        return chosen


def _turned(signs: Signs) -> Signs:
    return signs[1], signs[0]


def _product(one: Signs, two: Signs) -> Signs:
    return (one[0] and two[1]) or (one[1] and two[0]), (one[0] and two[0]) or (one[1] and two[1])


def _moved(number: Value, way: int) -> Value:
    """Return the next constant, of a constant: what is above 2 is not below 3."""
    return Value("constant", number.data + way, (), number.block) if number.kind == "constant" else number
