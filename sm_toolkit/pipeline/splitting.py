"""Where a pipeline branches: which messages go to which branch, and how what comes back is one message again.

A splitter makes for each message a route, which tells the joiner from which branches its parts come and how they are
put together. So the order of the stream is kept whatever the branches take for theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from typing import Any, NamedTuple, TypeAlias
from zlib import crc32

from sm_toolkit.language.compiler import Program
from sm_toolkit.language.data.persistent import PersistentList, PersistentMap, as_slots, from_slots, slot
from sm_toolkit.language.data.sides import Left, Right
from sm_toolkit.language.errors import StepError
from sm_toolkit.pipeline.meaning import too_many_keys
from sm_toolkit.pipeline.messages import Failed, Inspect, Item, Refused, StageView, Upgraded
from sm_toolkit.pipeline.plans import Admitted, Message, place
from sm_toolkit.pipeline.steps import Held

Join: TypeAlias = Callable[[Message, list[Any]], Message]
"""Puts together what came back of a message: the message, and what came, in the order in which it was asked for."""


class Route(NamedTuple):
    """Where the parts of a message come back from, one after another, and how they are joined."""

    message: Message
    branches: tuple[int, ...]
    join: Join


class Splitter:
    """Splits messages among branches. Items are split by the kind of the branching, requests go to all branches."""

    def __init__(self, branches: int, united: Join) -> None:
        self._everywhere = tuple(range(branches))
        self._united = united

    def split(self, messages: list[Message]) -> tuple[list[Route], list[list[Message]]]:
        """Return a route for each message, and for each branch what goes into it, in order."""
        routes: list[Route] = []
        parts: list[list[Message]] = [[] for _ in self._everywhere]
        for message in messages:
            if type(message) is Item:
                routes.append(self.item(message, parts))
            elif isinstance(message, Admitted | Inspect):
                inner = replace(message, seen=()) if isinstance(message, Inspect) else message
                for part in parts:
                    part.append(inner)
                routes.append(Route(message, self._everywhere, self._united))
            else:
                routes.append(Route(message, (), _itself))
        return routes, parts

    def item(self, item: Item, parts: list[list[Message]]) -> Route:
        """Put an item, or what it is split into, into the parts; return its route."""
        raise NotImplementedError

    def held(self) -> Iterator[Held]:
        """Yield what the splitter holds."""
        return iter(())


class FanOutSplitter(Splitter):
    """Items go to both branches."""

    def item(self, item: Item, parts: list[list[Message]]) -> Route:
        """Put an item into both."""
        parts[0].append(item)
        parts[1].append(Item(item.value, item.version, item.reply_to, True, item.path))
        return Route(item, (0, 1), _paired)


class ParallelSplitter(Splitter):
    """The halves of an item go to a branch each."""

    def item(self, item: Item, parts: list[list[Message]]) -> Route:
        """Put each half into its branch."""
        for part, half in zip(parts, item.value, strict=True):
            part.append(Item(half, None, item.reply_to, True, item.path))
        return Route(item, (0, 1), _paired)


class ChoiceSplitter(Splitter):
    """An item goes to the branch of its side."""

    def item(self, item: Item, parts: list[list[Message]]) -> Route:
        """Put what is in the side into its branch."""
        side = 0 if isinstance(item.value, Left) else 1
        parts[side].append(Item(item.value.value, None, item.reply_to, True, item.path))
        return Route(item, (side,), (_left, _right)[side])


class EachSplitter(Splitter):
    """The elements of an item go to the one branch."""

    def item(self, item: Item, parts: list[list[Message]]) -> Route:
        """Put in the elements."""
        parts[0] += [Item(element, None, item.reply_to, True, item.path) for element in item.value]
        return Route(item, (0,) * len(item.value), _listed)


class TurnSplitter(Splitter):
    """A shard without a key: items go to the copies in turn. ``turns`` counts them, for each place round the shard."""

    def __init__(self, name: str, copies: int, branches: int, turns: Any, *, nested: bool) -> None:
        super().__init__(branches, _copies_united)
        self._name, self._copies, self._branches = name, copies, branches
        self._nested = nested
        self._turns: dict[Any, tuple[Any, int]] = as_slots(turns) if nested else {(): ((), turns)}

    def item(self, item: Item, parts: list[list[Message]]) -> Route:
        """Put an item into the next copy."""
        at = place(item.path) if item.path else ()
        under = slot(at) if item.path else ()
        turn = self._turns[under][1] if under in self._turns else 0
        self._turns[under] = (at, turn + 1)
        step = turn % self._copies
        return _sent(item, step, step % self._branches, parts)

    def held(self) -> Iterator[Held]:
        """Yield the counts."""
        yield self._name, None, from_slots(self._turns) if self._nested else self._turns[()][1]


class KeySplitter(Splitter):
    """A shard with a key: items of one key go to one copy. ``known`` are the keys, for each place round the shard."""

    def __init__(
        self,
        name: str,
        key: Program[Any, Any, Any],
        branches: int,
        known: Any,
        limit: int,
        placing: Placing,
        *,
        nested: bool,
    ) -> None:
        super().__init__(branches, _copies_united)
        self._name, self._key, self._branches = name, key, branches
        self._placing = placing
        self._limit, self._nested = limit, nested
        slots = as_slots(known)
        self._known: dict[Any, tuple[Any, dict[Any, Any]]] = (
            {under: (at, as_slots(keys)) for under, (at, keys) in slots.items()} if nested else {(): ((), slots)}
        )

    def item(self, item: Item, parts: list[list[Message]]) -> Route:
        """Put an item into the copy of its key; it fails if there is none, or no room for a new one."""
        try:
            step, _ = self._key.step(item.value, None)
        except StepError as error:
            return Route(Failed(self._name, error.reason, item.reply_to), (), _itself)
        under = step if step.__class__ is str else slot(step)
        at = slot(place(item.path)) if item.path else ()
        if at not in self._known:
            self._known[at] = (place(item.path), {})
        keys = self._known[at][1]
        if under not in keys:
            if len(keys) >= self._limit:
                return Route(Failed(self._name, too_many_keys(self._limit), item.reply_to), (), _itself)
            keys[under] = (step, None)
        return _sent(item, step, self._placing(step, self._branches), parts)

    def held(self) -> Iterator[Held]:
        """Yield the keys."""
        if self._nested:
            yield self._name, None, PersistentMap({at: from_slots(keys) for at, keys in self._known.values()})
        else:
            yield self._name, None, from_slots(self._known[()][1])


Placing: TypeAlias = Callable[[Any, int], int]
"""Says which of so many copies has a key."""


def copy_of(key: Any, copies: int) -> int:
    """Return which copy has a key. It is the same within one process."""
    return hash(slot(key)) % copies


def same_copy_of(key: Any, copies: int) -> int:
    """Return which copy has a key, the same one in every process; that is slower to find out.

    >>> same_copy_of("a", 4), same_copy_of(("b", 2), 4)
    (2, 2)
    """
    return crc32(repr(key).encode("utf-8", "backslashreplace")) % copies


def _sent(item: Item, step: Any, branch: int, parts: list[list[Message]]) -> Route:
    parts[branch].append(Item(item.value, None, item.reply_to, True, (*item.path, step)))
    return to_copy(item, branch)


def to_copy(item: Item, branch: int) -> Route:
    """Return the route of an item that goes to one of several copies."""
    return Route(item, (branch,), _alone)


# -- joining ----------------------------------------------------------------------------------------------


def _itself(message: Message, parts: list[Any]) -> Message:
    return message


def _given(item: Any, value: Any) -> Message:
    """Return an item with another value: the very item, which nobody else has any more."""
    item.value = value
    return item  # type: ignore[no-any-return]


def _failed(item: Any, failure: Failed) -> Failed:
    return Failed(failure.stage, failure.reason, item.reply_to)


def _alone(item: Message, parts: list[Any]) -> Message:
    (part,) = parts
    return _failed(item, part) if part.__class__ is Failed else _given(item, part.value)


def _left(item: Message, parts: list[Any]) -> Message:
    (part,) = parts
    return _failed(item, part) if part.__class__ is Failed else _given(item, Left(part.value))


def _right(item: Message, parts: list[Any]) -> Message:
    (part,) = parts
    return _failed(item, part) if part.__class__ is Failed else _given(item, Right(part.value))


def _paired(item: Message, parts: list[Any]) -> Message:
    left, right = parts
    if left.__class__ is Failed or right.__class__ is Failed:
        return _failed(item, left if left.__class__ is Failed else right)
    return _given(item, (left.value, right.value))


def _listed(item: Message, parts: list[Any]) -> Message:
    failure = next((part for part in parts if part.__class__ is Failed), None)
    return _failed(item, failure) if failure else _given(item, PersistentList([part.value for part in parts]))


def beside(message: Message, parts: list[Any]) -> Message:
    """Put together what became of a request in branches that are not copies of one another.

    A refusal wins, with all reasons; then what was changed; then the request itself. What was seen is united.
    """
    if isinstance(message, Inspect):
        return replace(message, seen=tuple(view for part in (message, *parts) for view in part.seen))
    refusals = [part for part in parts if isinstance(part, Refused)]
    if refusals:
        return replace(refusals[0], reasons=tuple(reason for part in refusals for reason in part.reasons))
    return next((part for part in parts if isinstance(part, Upgraded)), message)


def _copies_united(message: Message, parts: list[Any]) -> Message:
    """Put together what became of a request in the copies of a shard: each saw the same stages, in its own states."""
    if not isinstance(message, Inspect):
        return message
    return replace(
        message,
        seen=(*message.seen, *(reduce(_both, views) for views in zip(*(part.seen for part in parts), strict=True))),
    )


def _both(one: StageView, other: StageView) -> StageView:
    return one if one.state is None else replace(one, state=one.state | other.state)
