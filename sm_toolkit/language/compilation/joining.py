"""What comes out of the sides of a branch, and what a loop carries: as much of it as is known stays known.

A pair that each side makes is never built, and one that a loop makes in each turn is carried as its halves. (Scalar
replacement, as in Kotzmann and Mössenböck, "Escape analysis in the context of dynamic compilation and
deoptimization", VEE 2005.)
"""

from __future__ import annotations

from collections.abc import Sequence

from sm_toolkit.language.compilation.blocks import Block, Branch, Carried, Repeat, Value, ancestor
from sm_toolkit.language.compilation.building import Builder
from sm_toolkit.language.data.types import Left, Right
from sm_toolkit.language.leaves.record import SideClass

MOST_SPLIT = 4
"""How deep into pairs and sides a join, a loop or the arguments of a function follow what is known."""


class Joiner(Builder):
    """Makes the values that more than one way leads to."""

    def told(self, value: Value) -> Value:
        """Return a sum as one whose side is known outside of this block too, if it is known here."""
        side = self.side_of(value)
        if side is None or value.kind in ("side", "constant"):
            return value
        return self.value("side", side, (self.inside(value, side),))

    def join_sides(self, branch: Branch, values: tuple[Value, Value], depth: int) -> Value:
        """Join sums that are about to be tested: what was tested here, or a Bool, tells which side it is."""
        sides = [self.side_of(value) for value in values]
        told = list(zip(sides, values, strict=True))
        is_one = sides[0] is not None and sides[0] is sides[1]
        if is_one or not all(side or value.kind == "chosen" for side, value in told):
            return self.join(branch, values, depth)
        if None in sides or branch.is_sum:
            tests = [self.constant(side is Left) if side else self.tested(value)[0] for side, value in told]
            is_left = self.join(branch, tests, 0)
        else:
            is_left = branch.test if sides[0] is Left else self.once("operation", ("not ", 0), (branch.test,))
        left, right = (self._joined_inside(branch, side, sides, values, depth) for side in (Left, Right))
        return self.value("chosen", None, (is_left, left, right))

    def _joined_inside(
        self, branch: Branch, side: SideClass, sides: list[SideClass | None], values: tuple[Value, Value], depth: int
    ) -> Value:
        """Return what is inside the sums of that side, which one or both of them may be."""
        inside = [
            None if known not in (None, side) else self.inside(value, side)
            for known, value in zip(sides, values, strict=True)
        ]
        match inside:
            case [Value() as left, Value() as right]:
                return self.join(branch, (left, right), depth)
            case [Value() as left, None]:
                return self._one_sided(branch, branch.left, left, depth)
            case _:
                assert inside[1] is not None, "one of them may be of any side"
                return self._one_sided(branch, branch.right, inside[1], depth)

    def _one_sided(self, branch: Branch, side: Block, value: Value, depth: int) -> Value:
        """Return a value after a branch that is wanted only where the branch went to this side."""
        if value.kind == "constant" or ancestor(value.block, side.depth) is not side:
            return value
        if depth and value.kind in ("pair", "tuple", "record"):
            parts = tuple(self._one_sided(branch, side, part, depth - 1) for part in value.operands)
            return self.pair(*parts) if value.kind == "pair" else self.once(value.kind, value.data, parts)
        nothing = self.constant(None)
        made = self.value("join", branch, (value, nothing) if side is branch.left else (nothing, value))
        branch.joins.append(made)
        return made

    def join(self, owner: Branch | Repeat, values: Sequence[Value], depth: int) -> Value:
        """Return what a value is after a branch or a loop, when it is one of several at its ends."""
        values = [resolved(value) for value in values]
        first = values[0]
        if all(value is first or _same_constant(value, first) for value in values) and not _is_inside(first, owner):
            return first
        if (
            isinstance(owner, Branch)
            and first.kind == "field"
            and all(_is_same_field(value, first) for value in values)
        ):
            return self.once("field", first.data, first.operands)
        if depth:
            if any(map(_is_pair, values)) and all(map(self._may_be_halved, values)):
                # What a loop leaves is taken apart where it is left.
                ends = [end.block for end in owner.leaves] if isinstance(owner, Repeat) else [self.block] * len(values)
                halves = (
                    self.join(owner, [self._half_in(*end, index) for end in zip(ends, values, strict=True)], depth - 1)
                    for index in (0, 1)
                )
                return self.pair(*halves)
            if all(_is_alike(value, first) for value in values):
                # A record or a tuple that each side makes is made where somebody wants it whole.
                parts = zip(*(value.operands for value in values), strict=True)
                return self.once(first.kind, first.data, tuple(self.join(owner, part, depth - 1) for part in parts))
            side = self.side_of(first)
            if side is not None and all(_is_made(value) and self.side_of(value) is side for value in values):
                return self.side(side, self.join(owner, [self.inside(value, side) for value in values], depth - 1))
        value = self.once("join", owner, tuple(values))
        if value not in owner.joins:
            owner.joins.append(value)
            self.facts.note_joined(value, values)
        return value

    def _may_be_halved(self, value: Value) -> bool:
        """Tell whether the halves of a value are known, or will be: it is joined with a pair, and so it is one."""
        return _is_pair(value) or (isinstance(value, Carried) and not self.environment.has_maybes)

    # -- loops --------------------------------------------------------------------------------------------

    def settle(self, loop: Repeat) -> None:
        """Find what a loop carries, now that all its ends are known, and what each turn changes.

        At first it carries whether it is in its first turn, what comes out of a turn, and the state.
        """
        flag, output, state = loop.carried[:3]
        false = self.constant(False)
        flag.again = [false for _ in loop.agains]
        output.again = [end.output for end in loop.agains]
        state.again = [end.state for end in loop.agains]
        whole = [(flag, 0), (output, 0), (state, 0)]
        variables: dict[Carried, int] = {}
        while whole or loop.taken:
            if whole:
                carried, depth = whole.pop()
            else:
                carried = loop.taken.pop()
                if carried not in variables:
                    continue
                depth = variables.pop(carried)
            # Taken apart, its type is that of pairs; else, being a Maybe, it may be None wherever it is not made here.
            ends = carried.again if carried.first is None else [carried.first, *carried.again]
            made = depth < MOST_SPLIT and bool(carried.again) and all(map(_is_pair, ends))
            if self.environment.has_maybes and carried.first is not None:
                made = made and _is_pair(carried.first)  # else a Maybe may have been None before
            if carried.halves is None and not made:
                variables[carried] = depth
                continue
            for index in (0, 1):
                half = carried.half(index)
                half.first = self._half_before(loop, carried.first, index)
                half.again = [
                    self._half_in(end.block, value, index)
                    for end, value in zip(loop.agains, carried.again, strict=True)
                ]
                whole.append((half, depth + 1))
            carried.kind, carried.operands = "pair", (carried.half(0), carried.half(1))
        loop.settled = True
        for carried in variables:
            if all(value is carried for value in carried.again):
                _never_changes(carried)
                continue
            for end, value in zip(loop.agains, carried.again, strict=True):
                if value is not carried:
                    end.changes.append((carried, value))

    def _half_before(self, loop: Repeat, value: Value | None, index: int) -> Value | None:
        """Return the half of what is carried at first, made before the loop if it is not known."""
        if value is None:
            return None
        block, order = self.block, self.function.order
        self.block, self.function.order = loop.block, []
        half = self.half(value, index)
        loop.before += [made for made in self.function.order if isinstance(made, Value)]
        self.block, self.function.order = block, order
        return half

    def _half_in(self, block: Block, value: Value, index: int) -> Value:
        here, self.block = self.block, block
        half = self.half(value, index)
        self.block = here
        return half


def _never_changes(carried: Carried) -> None:
    if carried.first is None:
        carried.kind, carried.data = "constant", None
    elif carried.first.kind == "constant":
        carried.kind, carried.data = "constant", carried.first.data
    else:
        carried.kind, carried.operands = "same", (carried.first,)


def resolved(value: Value) -> Value:
    """Return a value itself instead of another name for it."""
    while value.kind == "same":
        value = value.operands[0]
    return value


def _is_inside(value: Value, owner: Branch | Repeat) -> bool:
    """Tell whether a value is made in a loop, where it may be another one in each turn."""
    return (
        isinstance(owner, Repeat) and value.kind != "constant" and ancestor(value.block, owner.body.depth) is owner.body
    )


def _is_pair(value: Value) -> bool:
    if value.kind == "constant":
        return value.data.__class__ is tuple and len(value.data) == 2
    return value.kind == "pair" or (isinstance(value, Carried) and value.halves is not None)


def _is_alike(value: Value, other: Value) -> bool:
    """Tell whether two values are records of one shape, or tuples, made of known parts."""
    return value.kind in ("tuple", "record") and (value.kind, value.data) == (other.kind, other.data)


def _is_same_field(value: Value, other: Value) -> bool:
    """Tell whether two values are read from one place: of a union, a field that all its records have."""
    return (value.kind, value.data, value.operands) == (other.kind, other.data, other.operands)


def _is_made(value: Value) -> bool:
    return value.kind in ("side", "constant")


def _same_constant(left: Value, right: Value) -> bool:
    if left.kind != "constant" or right.kind != "constant":
        return False
    one, two = left.data, right.data
    return one is two or (one.__class__ is two.__class__ and one.__class__ in (bool, int, str) and one == two)
