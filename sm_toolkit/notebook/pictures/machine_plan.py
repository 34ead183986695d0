"""From a term to what a picture of it shows: operations, lanes, the types on their wires and what a step did.

Nothing here has a place or a size. A large machine is folded (``machine_index`` says where), so that what follows is
small and shallow, and may recurse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from sm_toolkit.language.checking.inference import Typing
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.interpreter import Ran, Trace
from sm_toolkit.language.syntax.terms import (
    Both,
    Case,
    Compose,
    FanIn,
    Fanout,
    First,
    Fold,
    Get,
    Id,
    If,
    Let,
    Loop,
    Put,
    Second,
    Unleft,
    Variable,
    Zoom,
    children,
)
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.machine_index import Index as Index
from sm_toolkit.notebook.pictures.machine_index import by_number, opened_nodes
from sm_toolkit.notebook.pictures.wording import compact, narrower, operation_text, operations, type_lines, value_text

MOST_OPERATIONS = 60


@dataclass(frozen=True, slots=True)
class Passing:
    """What a wire carries: its type, and in a traced step the value that passed, if one did."""

    type: tuple[str, ...]  # its lines
    value: str | None = None

    @property
    def ran(self) -> bool:
        """Whether a value passed."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Operation:
    """A box: a leaf operation, a folded part (``leaves`` > 1), or a part that is drawn apart.

    It is ``marked`` if something is to be said of it (that it is new, say).
    """

    name: str
    given: Passing
    gives: Passing
    reads: bool = False
    writes: bool = False
    ran: bool = False
    before: str | None = None
    after: str | None = None
    leaves: int = 1
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Straight:
    """A wire with nothing on it: the identity, or the half of a pair that is let by."""

    given: Passing
    gives: Passing


@dataclass(frozen=True, slots=True)
class Lane:
    """One of the ways through ``Lanes``; one that does not ``join`` ends by itself, with what is kept for later."""

    tag: str
    ran: bool
    body: Body
    joins: bool = True


@dataclass(frozen=True, slots=True)
class Lanes:
    """Where the wire parts: ``runs`` says whether one of the lanes runs, all of them, or a single one again and again.

    So it does within a step, as often as ``turns`` says, or with what it fed back in the step before (``fed back``).
    """

    runs: Literal["one", "all", "again", "fed back"]
    lanes: tuple[Lane, ...]
    given: Passing
    gives: Passing
    ran: bool = False
    turns: int = 0


Part: TypeAlias = Operation | Straight | Lanes
Body: TypeAlias = tuple[Part, ...]


def plan(
    typed: Typing, trace: Trace | None = None, most: int = MOST_OPERATIONS, marked: frozenset[int] = frozenset()
) -> Body:
    """Return what is to be drawn of a typed term, and of one step of it if a trace is given.

    Of one that is too large for a picture, the room goes to what ran in the step: the rest is folded first. ``marked``
    are nodes that something is to be said of, by their numbers in the order of ``terms.walk``.
    """
    index = Index(typed.term)
    ran, times = ({}, {}) if trace is None else by_number(index, trace)
    seen = ran if ran and index.leaves[0] > most else None
    return _Planner(typed, index, ran, times, opened_nodes(index, most, seen), marked).body(0)


class _Planner:
    """Makes the parts of the nodes that are opened; its recursion is as shallow as ``opened_nodes`` allows."""

    def __init__(
        self,
        typed: Typing,
        index: Index,
        ran: dict[int, Ran],
        times: dict[int, int],
        opened: dict[int, list[int]],
        marked: frozenset[int],
    ) -> None:
        self.typed = typed
        self.index = index
        self.ran = ran
        self.times = times
        self.opened = opened
        self.marked = marked

    def given(self, number: int) -> Passing:
        event = self.ran.get(number)
        return Passing(type_lines(self.typed.inputs[number]), None if event is None else value_text(event.input))

    def gives(self, number: int) -> Passing:
        event = self.ran.get(number)
        value = value_text(event.output) if event is not None and event.finished else None
        return Passing(type_lines(self.typed.outputs[number]), value)

    def body(self, number: int) -> Body:
        node = self.index.nodes[number]
        if isinstance(node, Compose) and number in self.opened:
            return tuple(self._chain(number))
        if isinstance(node, Zoom) and number in self.opened:
            return self.body(number + 1)  # its parts say which half they work on
        return (self._part(number),)

    def _chain(self, number: int) -> Iterator[Part]:
        shown = self.opened[number]
        for position, part in enumerate(shown):
            if part >= 0:
                yield from self.body(part)
                continue
            # The middle of a long chain: everything between the two parts that are shown.
            everything = self.index.parts(number)
            hidden = everything[everything.index(shown[position - 1]) + 1 : everything.index(shown[position + 1])]
            yield self._folded(hidden)

    def _part(self, number: int) -> Part:
        node = self.index.nodes[number]
        parts = self.opened.get(number)
        if isinstance(node, Id):
            return Straight(self.given(number), self.gives(number))
        if parts is None:
            return self._folded([number])
        given, gives, ran = self.given(number), self.gives(number), number in self.ran
        lanes: tuple[Lane, ...]
        match node:
            case Case() | FanIn():
                lanes = tuple(self._alternatives(number, ""))
                return Lanes("one", lanes, given, gives, ran)
            case If():
                lanes = tuple(self._lane(part, tag) for part, tag in zip(parts, ("True", "False"), strict=True))
                return Lanes("one", lanes, given, gives, ran)
            case Fanout():
                return Lanes("all", tuple(self._lane(part, "") for part in parts), given, gives, ran)
            case Both():
                lanes = tuple(self._lane(part, tag) for part, tag in zip(parts, ("first", "second"), strict=True))
                return Lanes("all", lanes, given, gives, ran)
            case First():
                lanes = (self._lane(parts[0], "first"), self._let_by(number, 1, "second"))
                return Lanes("all", lanes, given, gives, ran)
            case Second():
                lanes = (self._let_by(number, 0, "first"), self._lane(parts[0], "second"))
                return Lanes("all", lanes, given, gives, ran)
            case Unleft():
                turns = self.times.get(parts[0], 0)
                tag = "until Left" + (f", {turns:,} turn{'s' * (turns != 1)}" if turns else "")
                return Lanes("again", (self._lane(parts[0], tag),), given, gives, ran, turns)
            case Fold():
                turns = self.times.get(parts[0], 0)
                tag = "for each item" + (f", {turns:,} turn{'s' * (turns != 1)}" if turns else "")
                return Lanes("again", (self._lane(parts[0], tag),), given, gives, ran, turns)
            case Loop(_, init, _, name):
                cell = name if name is not None and name.startswith("cell") else f"cell {name or ''}".rstrip()
                tag = f"{cell}, at first {value_text(init, 16)}"
                return Lanes("fed back", (self._lane(parts[0], tag),), given, gives, ran)
            case Let():
                bound, body = parts
                kept = self._lane(bound, f"let x{self.index.bound[body]}")
                return Lanes("all", (replace(kept, joins=False), self._lane(body, "in")), given, gives, ran)
            case _:
                return self._folded([number])

    def _lane(self, number: int, tag: str) -> Lane:
        return Lane(tag, number in self.ran, self.body(number))

    def _alternatives(self, number: int, before: str) -> Iterator[Lane]:
        """Yield one lane for each alternative of a sum: choices nested to the right are one choice."""
        left, right = self.opened[number]
        yield self._lane(left, before + "Left")
        if type(self.index.nodes[right]) is type(self.index.nodes[number]) and right in self.opened:
            yield from self._alternatives(right, before + "Right ")
        else:
            yield self._lane(right, before + "Right")

    def _let_by(self, number: int, half: int, tag: str) -> Lane:
        type_: Type[Any] = self.typed.inputs[number].args[half]
        event = self.ran.get(number)
        value = None if event is None else value_text(event.input[half])
        passing = Passing(type_lines(type_), value)
        return Lane(tag, event is not None, (Straight(passing, passing),))

    def _folded(self, numbers: list[int]) -> Operation:
        first, last = numbers[0], numbers[-1]
        leaves = sum(self.index.leaves[number] for number in numbers)
        node = self.index.nodes[first]
        began, ended = self.ran.get(first), self.ran.get(last)
        return Operation(
            operations(leaves) if len(numbers) > 1 or children(node) else self._named(first),
            self.given(first),
            self.gives(last),
            reads=any(self.index.reads[number] for number in numbers),
            writes=any(self.index.writes[number] for number in numbers),
            ran=began is not None,
            before=None if began is None else value_text(began.state, 10),
            after=None if ended is None or not ended.finished else value_text(ended.new_state, 10),
            leaves=leaves,
            marked=any(self.marked.intersection(range(n, n + self.index.sizes[n])) for n in numbers),
        )

    def _named(self, number: int) -> str:
        """Word a leaf: a variable by which let bound it, what works on the state with the half that it works on."""
        node = self.index.nodes[number]
        if isinstance(node, Variable):
            return f"x{self.index.bound[number] - node.index}"
        return operation_text(node) + (self.index.zoomed[number] if isinstance(node, Get | Put) else "")


# -- plans as such ----------------------------------------------------------------------------------------


def ends(body: Body) -> tuple[Passing, Passing]:
    """Return what a body is given and what it gives."""
    return body[0].given, body[-1].gives


def each_operation(body: Body) -> Iterator[Operation]:
    """Yield the boxes of a plan, in the order in which they are drawn."""
    for part in body:
        if isinstance(part, Operation):
            yield part
        elif isinstance(part, Lanes):
            for lane in part.lanes:
                yield from each_operation(lane.body)


def touches_state(body: Body) -> bool:
    """Tell whether anything in a body reads or writes the state."""
    return any(operation.reads or operation.writes for operation in each_operation(body))


def folded_into(body: Body, name: str) -> Operation:
    """Return one box that stands for a body which is drawn elsewhere."""
    inside = list(each_operation(body))
    given, gives = ends(body)
    ran = [operation for operation in inside if operation.ran]
    return Operation(
        name,
        given,
        gives,
        reads=any(operation.reads for operation in inside),
        writes=any(operation.writes for operation in inside),
        ran=given.ran,
        before=ran[0].before if ran else None,
        after=ran[-1].after if ran else None,
        leaves=sum(operation.leaves for operation in inside),
        marked=any(operation.marked for operation in inside),
    )


def shortened(body: Body, most: int) -> Body:
    """Return a plan with no line of a type, and no value, longer than so many characters."""

    def passing(one: Passing) -> Passing:
        return Passing(narrower(one.type, most), None if one.value is None else shorten(one.value, most))

    return _with_passings(body, passing)


def compacted(body: Body) -> Body:
    """Return a plan whose types have fewer lines, of which more is cut."""
    return _with_passings(body, lambda one: replace(one, type=compact(one.type)))


def _with_passings(body: Body, passing: Callable[[Passing], Passing]) -> Body:
    def part(one: Part) -> Part:
        one = replace(one, given=passing(one.given), gives=passing(one.gives))
        if isinstance(one, Lanes):
            lanes = (replace(lane, body=_with_passings(lane.body, passing)) for lane in one.lanes)
            return replace(one, lanes=tuple(lanes))
        return one

    return tuple(part(one) for one in body)


def with_lane(lanes: Lanes, position: int, body: Body) -> Lanes:
    """Return the lanes with another body in one of them."""
    changed = replace(lanes.lanes[position], body=body)
    return replace(lanes, lanes=(*lanes.lanes[:position], changed, *lanes.lanes[position + 1 :]))
