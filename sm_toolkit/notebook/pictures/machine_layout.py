"""Where the parts of a machine's picture stand: one row of a string diagram, with its state rail below.

First each part gets its height and its level, then all of them their places along the row at once
(``spacing``), because a link to the rail must find a way down through the lanes below it. Which rows there
are is decided in ``machine_picture``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sm_toolkit.notebook.pictures.machine_links import Item, Link, Slot, Way, in_turn, separate, thread
from sm_toolkit.notebook.pictures.machine_measures import (
    AFTER_BOX,
    AT_JUNCTION,
    BACK,
    CHIP_GAP,
    CORNER,
    RAIL_DROP,
    STIFF,
    extent,
    lane_levels,
    link_offset,
    pill_box,
    tag_label,
    value_chip,
    write_half,
    written,
    written_text,
)
from sm_toolkit.notebook.pictures.machine_plan import Body, Lane, Lanes, Operation, Passing, Straight
from sm_toolkit.notebook.pictures.scene import (
    Box,
    Dot,
    Point,
    Rail,
    Shape,
    Wire,
    chip,
    label,
    operation,
    pill,
)
from sm_toolkit.notebook.pictures.spacing import Spacing


@dataclass(frozen=True, slots=True)
class Strand:
    """A wire from one solid thing to the next, behind the pills between them."""

    start: Item
    end: Item
    level: float
    ran: bool
    arrow: bool


@dataclass(frozen=True, slots=True)
class Back:
    """A wire from the end of a loop back to its beginning, above what runs again."""

    start: Item
    end: Item
    level: float
    ran: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be drawn in one row; ``before`` and ``after`` are the values at the ends of its rail."""

    body: Body
    state: tuple[str, ...] = ("state",)  # the label of the rail
    before: str | None = None
    after: str | None = None
    changed: bool = False  # the state has changed before this row
    arrow: bool = True


@dataclass(frozen=True, slots=True)
class Drawn:
    """A row that has its places: shapes whose top is at 0 and whose left edge is at 0."""

    shapes: list[Shape]
    width: float
    height: float


class RowLayout:
    """The layout of one row; ``draw`` gives its shapes once it knows how wide the row shall be."""

    def __init__(self, row: Row, stub: float) -> None:
        self.row = row
        self.stub = stub
        self.space = Spacing()
        self.items: list[Item] = []
        self.links: list[Link] = []
        self.strands: list[Strand] = []
        self.backs: list[Back] = []
        up, down = extent(row.body)
        self.level = up
        self.rail = up + down + RAIL_DROP
        start = Item(0, up, 0, 0, 0)
        first = self._pill(row.body[0].given, up)
        self._next(start, first, 8.0)
        _, last, solid = self._body(row.body, up, [], first, start, Way([Slot(start, first)]))
        end = Item(self.space.place(), up, 0, 0, 0)
        self._next(last, end, stub if row.arrow else 8.0)
        self._strand(solid, end, up, row.body[-1].gives.ran, row.arrow)
        self.end = end.place
        self.rail_start = self._fit_rail()
        thread(self.space, self.links, self.end)
        self.places = separate(self.space, self.links)
        self.width = self.places[self.end]

    # -- along the row --

    def _item(self, item: Item) -> Item:
        self.items.append(item)
        return item

    def _pill(self, passing: Passing, level: float, lane: Lane | None = None) -> Item:
        half = pill_box(passing).width / 2
        reach = max(half, value_chip(passing.value).width / 2 if passing.value is not None else 0)
        tag_right = -half + tag_label(lane).width if lane is not None and lane.tag else 0
        item = Item(self.space.place(), level, reach, max(reach, tag_right), half, passing=passing, solid=False)
        if lane is not None:
            item.tag, item.bold = lane.tag, lane.ran
        return self._item(item)

    def _next(self, left: Item, right: Item, gap: float, pull: float = 1.0) -> None:
        """``gap`` is bare wire; what hangs below the wire only must not touch."""
        distance = max(left.half + gap + right.half, left.right + 2.5 + right.left)
        self.space.apart(left.place, right.place, distance, pull)

    def _strand(self, start: Item, end: Item, level: float, ran: bool, arrow: bool) -> None:
        self.strands.append(Strand(start, end, level, ran, arrow))

    def _body(
        self, body: Body, level: float, below: list[Way], last: Item, solid: Item, way: Way
    ) -> tuple[Way, Item, Item]:
        """Place a body after ``last``, the pill of what it is given; its wire comes from ``solid``."""
        for part in body:
            if isinstance(part, Straight):
                continue
            after: Item
            if isinstance(part, Operation):
                box = operation(part.name, accent=part.ran or part.marked)
                room = 2 * (link_offset(part) + 8) if part.reads and part.writes else 0
                half = max(box.width, room) / 2 + (1.2 if box.accent else 0.6)
                item = self._item(Item(self.space.place(), level, half, half, half, operation=part))
                self._next(last, item, self.stub)
                way.slots.append(Slot(last, item))
                self._strand(solid, item, level, part.given.ran, True)
                links = self._links(item, part, below)
                way.then(links, links)
                after = item
                gap = AFTER_BOX
            else:
                after = self._lanes(part, level, below, last, solid, way)
                gap = AT_JUNCTION
            last = self._pill(part.gives, level)
            self._next(after, last, gap)
            way.slots.append(Slot(after, last))
            solid = after
        return way, last, solid

    def _lanes(self, lanes: Lanes, level: float, below: list[Way], last: Item, solid: Item, way: Way) -> Item:
        split = self._item(Item(self.space.place(), level, 3, 3, 3, junction=lanes))
        join = Item(self.space.place(), level, 3, 3, 3, junction=lanes)
        self._next(last, split, AT_JUNCTION - 3)
        self._strand(solid, split, level, lanes.given.ran, False)
        levels, above, _ = lane_levels(lanes)
        inside: list[Way] = []
        # From the lowest lane up: the links of a lane pass through those below it.
        for lane, offset in reversed(list(zip(lanes.lanes, levels, strict=True))):
            at = level + offset
            first = self._pill(lane.body[0].given, at, lane)
            self._next(split, first, CORNER + 2 - 3, STIFF)
            lane_way, end, lane_solid = self._body(
                lane.body, at, [*inside, *below], first, split, Way([Slot(split, first)])
            )
            self._next(end, join, CORNER + 2 - 3, STIFF if end is not first else 1.0)
            lane_way.slots.append(Slot(end, join))
            inside.insert(0, lane_way)
            # A wire that does not go on ends behind its last pill.
            self._strand(lane_solid, join if lane.joins else end, at, lane.body[-1].gives.ran, False)
        if lanes.runs in ("again", "fed back"):
            goes_back = lanes.turns > 1 or (lanes.runs == "fed back" and lanes.gives.ran)
            self.backs.append(Back(join, split, level + levels[0] - above + BACK / 2, goes_back))
        way.inside.append(inside)
        begins = ends = [lane for lane in inside if lane.first]
        if lanes.runs == "all":
            in_turn(self.space, begins)
            begins, ends = begins[:1], ends[-1:]
        way.then([link for lane in begins for link in lane.first], [link for lane in ends for link in lane.last])
        return self._item(join)

    def _links(self, item: Item, part: Operation, below: list[Way]) -> list[Link]:
        aside = link_offset(part) if part.reads and part.writes else 0.0
        links = [Link(item, False, below, 3.0, -aside)] if part.reads else []
        if part.writes:
            links.append(Link(item, True, below, write_half(part), aside))
        self.links += links
        return links

    # -- links --

    def _fit_rail(self) -> Box:
        """Keep the links clear of what stands at the two ends of the rail."""
        start = pill(self.row.state, Point(0, self.rail))
        reach = start.width
        if self.row.before is not None:
            reach += 8 + value_chip(self.row.before).width
        tail = 18.0 if self.row.arrow else 8.0
        if self.row.after is not None:
            tail += 8 + value_chip(self.row.after).width
        for link in self.links:
            self.space.apart(0, link.item.place, reach + 8 + link.half - link.offset)
            self.space.apart(link.item.place, self.end, link.offset + link.half + tail)
        return start

    # -- shapes --

    def draw(self, width: float) -> Drawn:
        """Return the shapes of the row, spread over ``width`` (or what it needs, if that is more)."""
        places = self.space.spread(self.places, self.end, width)
        x = [round(place, 2) for place in places]
        shapes: list[Shape] = []
        for strand in self.strands:
            shapes.append(_strand_wire(strand, x))
        for back in self.backs:
            shapes.append(_back_wire(back, x))
        for item in self.items:
            shapes += _item_shapes(item, x[item.place])
        height = self.rail - RAIL_DROP
        if self.links:
            shapes += self._rail_shapes(x)
            height = self.rail + 9
        return Drawn(shapes, x[self.end], height)

    def _rail_shapes(self, x: list[float]) -> Iterator[Shape]:
        row, rail, right = self.row, self.rail, x[self.end]
        width = self.rail_start.width
        written_at = [
            x[link.item.place] + link.offset
            for link in self.links
            if link.writes and link.item.operation and link.item.operation.ran
        ]
        changed = width if row.changed else min(written_at) if written_at else None
        yield Rail(width, right, rail, changed, row.arrow)
        yield pill(row.state, Point(width / 2, rail))
        if row.before is not None:
            yield chip((row.before,), Point(width + 8 + value_chip(row.before).width / 2, rail), rides=True)
        if row.after is not None:
            tail = 16 if row.arrow else 6
            yield chip((row.after,), Point(right - tail - value_chip(row.after).width / 2, rail), rides=True)
        for link in self.links:
            part = link.item.operation
            assert part is not None
            at = x[link.item.place] + link.offset
            bottom = link.item.level + 12.5 + (1.1 if part.ran or part.marked else 0.5)
            if not link.writes:
                yield Wire(
                    (Point(at, rail), Point(at, bottom)),
                    part.ran,
                    under=True,
                    weight=1.4 if part.ran else 1.0,
                )
                yield Dot(at, rail, accent=part.ran)
                continue
            words = written_text(part)
            tip = rail - 2.2
            if words is not None:
                written_box = written(words, Point(at, rail))
                tip = written_box.y - 0.9
                yield written_box
            yield Wire((Point(at, bottom), Point(at, tip)), part.ran, under=True, weight=1.4 if part.ran else 1.0)


@lru_cache(maxsize=64)
def row_layout(row: Row, stub: float) -> RowLayout:
    """Lay a row out; the same one again is not laid out anew (how a plan breaks into rows is found by trying)."""
    return RowLayout(row, stub)


def _strand_wire(strand: Strand, x: list[float]) -> Wire:
    start, end = strand.start, strand.end
    points = []
    left, right = x[start.place], x[end.place]
    if start.operation:
        left += start.half
    if end.operation:
        right -= end.half
    if start.level != strand.level:
        points.append(Point(left, start.level))
    points += [Point(left, strand.level), Point(right, strand.level)]
    if end.level != strand.level:
        points.append(Point(right, end.level))
    return Wire(tuple(points), strand.ran, strand.arrow)


def _back_wire(back: Back, x: list[float]) -> Wire:
    right, left = x[back.start.place], x[back.end.place]
    corners = (Point(right, back.level), Point(left, back.level))
    return Wire((Point(right, back.start.level), *corners, Point(left, back.end.level - 3)), back.ran, arrow=True)


def _item_shapes(item: Item, x: float) -> Iterator[Shape]:
    centre = Point(x, item.level)
    if item.operation:
        box = operation(item.operation.name, accent=item.operation.ran or item.operation.marked, centre=centre)
        edge = 1.2 if box.accent else 0.6
        yield Box(x - item.half + edge, box.y, 2 * (item.half - edge), box.height, box.lines, "box", box.accent)
    elif item.junction:
        hollow = item.junction.runs == "all"
        yield Dot(x, item.level, 3.0, item.junction.ran, hollow=hollow)
    elif item.passing:
        on_wire = pill(item.passing.type, centre)
        yield on_wire
        if item.passing.value is not None:
            height = value_chip(item.passing.value).height
            yield value_chip(item.passing.value, Point(x, on_wire.bottom + CHIP_GAP + height / 2))
        if item.tag:
            tag = label(item.tag, bold=item.bold)
            yield label(item.tag, left=on_wire.x, top=on_wire.y - tag.height - 0.4, bold=item.bold)
