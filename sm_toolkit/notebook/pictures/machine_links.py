"""How the links of a machine's picture find their way from a box down to the state rail, past the lanes below.

A link is a straight line, so its place is that of its box; each lane below must leave it a bare piece of wire.
Shapes are not made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from sm_toolkit.notebook.pictures.machine_measures import CLEAR, CORNER
from sm_toolkit.notebook.pictures.machine_plan import Lanes, Operation, Passing
from sm_toolkit.notebook.pictures.spacing import Rule, Spacing


@dataclass(slots=True)
class Item:
    """Something that gets a place along the row; ``left`` and ``right`` are how far it reaches."""

    place: int
    level: float
    left: float
    right: float
    half: float  # half the width of what sits on the wire itself
    operation: Operation | None = None
    passing: Passing | None = None
    tag: str = ""
    bold: bool = False
    junction: Lanes | None = None
    solid: bool = True  # wires end here


@dataclass(frozen=True, slots=True)
class Slot:
    """A bare piece of wire, through which a link may pass."""

    before: Item
    after: Item


@dataclass(slots=True)
class Way:
    """The slots of one lane, and the lanes that lie inside it."""

    slots: list[Slot] = field(default_factory=list)
    inside: list[list[Way]] = field(default_factory=list)


@dataclass(slots=True)
class Link:
    """A read or a write: from the box of an operation to the rail."""

    item: Item
    writes: bool
    below: list[Way]
    half: float  # half the width of what it has on the rail
    offset: float  # from the middle of the box


def thread(space: Spacing, links: list[Link], end: int) -> None:
    """Give each link, from left to right, the way down that costs the least width."""
    if not any(link.below for link in links):
        return
    start = space.earliest()
    assert start is not None
    # Where things would stand without links: of equal ways a link takes the one that is nearest.
    wished = space.spread(start, end, start[end], sweeps=20)
    for link in sorted(links, key=lambda link: wished[link.item.place]):
        for way in link.below:
            best: tuple[float, float, int] | None = None
            chosen: tuple[Rule, ...] = ()
            for number, rules in enumerate(_ways_through(way, link)):
                places = space.earliest(rules)
                if places is None:
                    continue
                off = max(
                    abs((wished[left.left] + wished[right.right]) / 2 - wished[link.item.place])
                    for left, right in zip(rules[0::2], rules[1::2], strict=True)
                )
                cost = (round(places[end], 1), round(off, 1), number)
                if best is None or cost < best:
                    best, chosen = cost, rules
            space.add(chosen)


def separate(space: Spacing, links: list[Link]) -> list[float]:
    """Keep neighbours on the rail apart, in the order in which they happen to stand."""
    places = space.earliest()
    assert places is not None
    for _ in range(4 * len(links) + 1):
        at = [places[link.item.place] + link.offset for link in links]
        order = [link for _, _, link in sorted(zip(at, range(len(at)), links, strict=True))]
        close = []
        for one, other in pairwise(order):
            if one.item is other.item:
                continue
            distance = one.offset + one.half + 6 + other.half - other.offset
            if places[other.item.place] - places[one.item.place] < distance - 0.01:
                close.append(Rule(one.item.place, other.item.place, distance))
        found = space.earliest(close)
        if not close or found is None:
            break
        space.add(close)
        places = found
    return places


def _ways_through(way: Way, link: Link) -> Iterator[tuple[Rule, ...]]:
    """Yield every way down through one lane, as the rules that it asks of the link's place."""
    for slot in way.slots:
        before, after = slot.before, slot.after
        # Beside a junction the link must also miss the rounded corner.
        left = (CORNER if before.junction else before.right) + CLEAR
        right = (CORNER if after.junction else after.left) + CLEAR
        place = link.item.place
        yield Rule(before.place, place, left - link.offset), Rule(place, after.place, right + link.offset)
    for lanes in way.inside:
        yield from _ways_through_all(lanes, link, 24)


def _ways_through_all(lanes: list[Way], link: Link, most: int) -> Iterator[tuple[Rule, ...]]:
    combined: list[tuple[Rule, ...]] = [()]
    for lane in lanes:
        combined = [(*above, *here) for above in combined for here in _ways_through(lane, link)][:most]
    yield from combined
