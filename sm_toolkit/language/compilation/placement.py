"""Which values are computed, and where: each once on any way through the function, and none too early.

A value used once is written where it is used; one used more often is bound to a name just before its first
use, in the innermost block that holds all its uses. So a payload is never taken out before its side is tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from sm_toolkit.language.compilation.blocks import (
    ATOMS,
    Again,
    Block,
    Branch,
    Carried,
    Function,
    Repeat,
    Return,
    Statement,
    Value,
    ancestor,
    common,
)
from sm_toolkit.language.compilation.making import NOTHING_OR_SOMETHING

Place: TypeAlias = tuple[Block, int]
"""Just before a statement of a block."""

_Halves: TypeAlias = dict[tuple[Value, int, Block], tuple[Value, int, int]]
"""By a pair, which half, and a block: that half, before which statement it is wanted, which use of the pair that is."""

SMALL = 4
"""A value of so many parts may be written out on both sides of a branch; it runs on one of them."""

MANY_USES = 64
"""A value used more often is bound where it serves all uses, without looking for the best place."""

NESTED_LEFT = 8
"""How deep the left side of a branch may nest before the right one is written first instead."""


def plan(function: Function) -> None:
    """Find who uses what, drop what nobody uses, and choose where to bind what is used more than once."""
    called: dict[Value, Place] = {}
    halves: _Halves = {}
    read = _read(function)
    for block in function.blocks:
        for index, statement in enumerate(block.statements):
            if isinstance(statement, Value):
                called[statement] = (block, index)
            elif isinstance(statement, Return):
                for value in (statement.output, *statement.state):
                    value.uses.append((block, index))
            elif isinstance(statement, Again):
                statement.changes = [change for change in statement.changes if change[0] in read]
                for _, value in statement.changes:
                    value.uses.append((block, index))
    # Users come after what they use, so that backwards all uses of a value are known when it is met.
    for item in _backwards(function):
        if isinstance(item, Branch):
            sides = (item.left, item.right)
            item.live = item.tail or any(map(is_used, item.joins)) or any(map(has_code, sides))
            if item.live:
                item.test.uses.append((item.block, item.index))
        elif isinstance(item, Repeat):
            item.turns.uses.append((item.block, item.index))
        elif item.kind == "call":
            for operand in item.operands:
                operand.uses.append(called[item])
        elif item.kind == "join" and item.uses:
            for operand, place in zip(item.operands, _ends(item.data), strict=True):
                operand.uses.append(place)
        elif item.kind == "same":
            item.operands[0].uses += item.uses
        elif isinstance(item, Carried) and item.kind == "carried":
            if item in read and item.first is not None:
                item.first.uses.append((item.loop.block, item.loop.index))
        elif item.kind not in ATOMS and item.uses:
            places = _placed(item)
            if item.kind == "half" and len(places) == 1:
                places = _unpacked(item, places[0], halves)
            for place in places:
                for operand in item.operands:
                    operand.uses.append(place)
    for block in reversed(function.blocks):
        for statement in block.statements:
            if isinstance(statement, Branch):
                left, right = statement.left.need, statement.right.need
                if statement.tail:
                    # One side is nested under the test and returns; the other follows, no deeper than before.
                    statement.turned = left > right and left > NESTED_LEFT
                    need = max(right + 1, left) if statement.turned else max(left + 1, right)
                else:
                    need = 1 + max(left, right)
                block.need = max(block.need, need)
            elif isinstance(statement, Repeat):
                block.need = max(block.need, 1 + statement.body.need)


def _backwards(function: Function) -> Iterator[Value | Branch | Repeat]:
    """Yield all that is in a function, users before what they use; what a loop carries is used in the loop."""
    for item in reversed(function.order):
        if isinstance(item, Repeat):
            yield from item.carried
            yield item
            yield from reversed(item.before)
        else:
            yield item


def _ends(owner: Branch | Repeat) -> list[Place]:
    """Return where a join gets its value: at the end of each side of a branch, where each last turn leaves a loop."""
    if isinstance(owner, Branch):
        return [(side, len(side.statements)) for side in (owner.left, owner.right)]
    return [(end.block, end.index) for end in owner.leaves]


def _read(function: Function) -> set[Value]:
    """Return the values that decide something, fail, or are given back, and those that they are made of."""
    read: set[Value] = set()
    if not any(isinstance(item, Repeat) for item in function.order):
        return read
    work: list[Value] = []
    again: dict[Value, list[Value]] = {}
    for block in function.blocks:
        for statement in block.statements:
            if isinstance(statement, Value):
                work.append(statement)
            elif isinstance(statement, Branch):
                work.append(statement.test)
            elif isinstance(statement, Return):
                work += (statement.output, *statement.state)
            elif isinstance(statement, Again):
                for carried, value in statement.changes:
                    again.setdefault(carried, []).append(value)
    while work:
        value = work.pop()
        if value not in read:
            read.add(value)
            work += value.operands
            if isinstance(value, Carried) and value.kind == "carried":
                work += again.get(value, ())
                if value.first is not None:
                    work.append(value.first)
    return read


def is_used(value: Value) -> bool:
    """Tell whether a value is needed by anything."""
    return bool(value.uses)


def is_live(statement: Statement) -> bool:
    """Tell whether a statement is written at all: all but branches that decide nothing."""
    return not isinstance(statement, Branch) or statement.live


def has_code(block: Block) -> bool:
    """Tell whether a block has a statement to write, joins aside."""
    return any(map(is_live, block.statements))


def takes_state_apart(function: Function) -> bool:
    """Tell whether a function uses its state only by its parts, and gives back a new one made of parts."""
    state = function.parameters[1]
    for item in function.order:
        if isinstance(item, Repeat) and any(one.first is state and one.uses for one in item.carried):
            return False
        if (
            isinstance(item, Value)
            and state in item.operands
            and item.kind not in ("half", "field", "remade", "join")
            and (item.uses or item.kind == "call")
        ):
            return False
    ends = [end for block in function.blocks for end in block.statements if isinstance(end, Return)]
    return all(end.output is not state for end in ends) and any(_is_made(end.state[0]) for end in ends)


def _is_made(state: Value) -> bool:
    """Tell whether a state is made of parts on some way that leads to it."""
    seen: set[Value] = set()
    work = [state]
    while work:
        current = work.pop()
        if current.kind in ("pair", "tuple", "record", "remade"):
            return True
        if current.kind == "join" and current not in seen:
            seen.add(current)
            work.extend(current.operands)
    return False


def _placed(value: Value) -> list[Place]:
    """Choose where a value is computed, and have it bound there if that is not where its one use is."""
    if value.data == NOTHING_OR_SOMETHING.test:
        return list(value.uses)  # Python tests it as quickly as what would be bound
    places: list[Place] = []
    groups = [[_before_loops(use, value) for use in value.uses]]
    may_part = value.size <= SMALL and len(value.uses) <= MANY_USES
    while groups:
        uses = groups.pop()
        if len(uses) == 1 and uses[0] in value.uses:
            places.append(uses[0])
            continue
        around = uses[0][0]
        for block, _ in uses:
            around = common(around, block)
        by_side: dict[Block, list[Place]] = {}
        first = len(around.statements)
        parts = may_part
        for block, index in uses:
            if block is around:
                first, parts = min(first, index), False
            else:
                side = ancestor(block, around.depth + 1)
                first = min(first, side.index)
                by_side.setdefault(side, []).append((block, index))
        if parts and len({side.index for side in by_side}) == 1:
            groups.extend(by_side.values())  # on the two sides of one branch: only one of them runs
        else:
            around.binds.setdefault(first, {})[value] = None
            places.append((around, first))
    return places


def _unpacked(half: Value, place: Place, halves: _Halves) -> list[Place]:
    """Bind both halves of a pair at once, if one is bound and the other wanted in the same block.

    Return the places where the pair is wanted for this half: none, if it is there for the other one already.
    """
    [pair] = half.operands
    block, index = place
    key = pair, 1 - half.data, block
    if key in halves:
        other, other_index, number = halves[key]
        both = [(value, at, value in block.binds.get(at, ())) for value, at in ((half, index), (other, other_index))]
        if any(is_bound for _, _, is_bound in both):
            del halves[key]
            first = min(index, other_index)
            for value, at, is_bound in both:
                if is_bound and at != first:
                    del block.binds[at][value]
                if not is_bound or at != first:
                    block.binds.setdefault(first, {})[value] = None
            pair.uses[number] = block, first
            return []
    halves[pair, half.data, block] = half, index, len(pair.uses)
    return [place]


def _before_loops(use: Place, value: Value) -> Place:
    """Return where a value is wanted: before the loops that it is used in, if it is not made in them."""
    block, index = use
    while (loop := block.loop) is not None and ancestor(value.block, loop.body.depth) is not loop.body:
        block, index = loop.block, loop.index
    return block, index
