"""How the links of a machine's picture find their way from a box down to the state rail, past the lanes below.

A link is a straight line, so its place is that of its box; each lane below must leave it a bare piece of wire.
Shapes are not made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise, product

from sm_toolkit.notebook.pictures.machine_measures import CLEAR, CORNER
from sm_toolkit.notebook.pictures.machine_plan import Lanes, Operation, Passing
from sm_toolkit.notebook.pictures.outline import HEAD_LENGTH
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
    """The slots of one lane, the lanes that lie inside it, and its first and last links: of a choice, one of these."""

    slots: list[Slot] = field(default_factory=list)
    inside: list[list[Way]] = field(default_factory=list)
    first: list[Link] = field(default_factory=list)
    last: list[Link] = field(default_factory=list)

    def then(self, first: list[Link], last: list[Link]) -> None:
        """Go on with what has these first and last links."""
        self.first = self.first or first
        self.last = last or self.last


@dataclass(slots=True)
class Link:
    """A read or a write: from the box of an operation to the rail."""

    item: Item
    writes: bool
    below: list[Way]
    half: float  # half the width of what it has on the rail
    offset: float  # from the middle of the box

    def before(self, other: Link) -> Rule:
        """Ask that this link stands left of another."""
        distance = self.offset + self.half + 6 + other.half - other.offset
        return Rule(self.item.place, other.item.place, distance)


def in_turn(space: Spacing, lanes: list[Way]) -> None:
    """Let the links of each lane stand left of those of the next: time runs to the right on the rail too."""
    for one, other in pairwise(lanes):
        space.add(left.before(right) for left in one.last for right in other.first)


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
            rule = one.before(other)
            if one.item is not other.item and places[rule.right] - places[rule.left] < rule.distance - 0.01:
                close.append(rule)
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
        # Beside a junction the link must also miss the rounded corner, and before a box leave the arrow a stub.
        left = (CORNER if before.junction else before.right) + CLEAR
        right = (CORNER if after.junction else after.left + (2 * HEAD_LENGTH if after.operation else 0)) + CLEAR
        place = link.item.place
        yield Rule(before.place, place, left - link.offset), Rule(place, after.place, right + link.offset)
    for lanes in way.inside:
        yield from _ways_through_all(lanes, link, 24)


def _ways_through_all(lanes: list[Way], link: Link, most: int) -> Iterator[tuple[Rule, ...]]:
    combined: list[tuple[Rule, ...]] = [()]
    for lane in lanes:
        ways = list(islice(_ways_through(lane, link), most))
        combined = [(*above, *here) for above, here in islice(product(combined, ways), most)]
    yield from combined
