"""States on a grid: opposite steps bowed apart, steps from a state to itself above it.

Only what a grid can show without a line through a state is worth a look; that is judged by who asks for the grids.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import hypot

from sm_toolkit.notebook.pictures.outline import crossings
from sm_toolkit.notebook.pictures.scene import Box, Point, Shape, Wire
from sm_toolkit.notebook.pictures.state_shapes import centred_label, entry, state_box
from sm_toolkit.notebook.pictures.state_view import StateEdge, StateView

MOST_ON_A_GRID = 12
WIDEST_LABEL = 190.0  # where steps have longer words, these would make a grid too wide
STUB = 15.0  # of a line on both sides of its words
LOOP = 15.0  # from a state up to the words of a step to itself
HALF_LOOP = 9.0
PAGE = 632.0
ROOMS = (1.0, 1.7, 2.5)
"""How much room between rows is tried, in turn."""

Places = list[tuple[int, int]]  # column and row of each state


def grids(view: StateView) -> Iterator[list[Shape]]:
    """Yield the states on grids, those that look best first: few lines that cross, and little room."""
    count = len(view.nodes)
    longest = max((centred_label(edge.words, PAGE).width for edge in view.edges), default=0.0)
    if count > MOST_ON_A_GRID or longest > WIDEST_LABEL:
        return
    steps = [edge for edge in view.edges if edge.source != edge.target]
    ranked: list[tuple[float, int, list[Shape]]] = []
    seen: set[tuple[tuple[int, int], ...]] = set()
    for number, places in enumerate(_placements(count, steps)):
        if tuple(places) in seen or not _is_clear(places, steps):
            continue
        seen.add(tuple(places))
        for room in ROOMS:
            shapes, width, height, crossing = _drawn(view, places, room)
            if width <= PAGE:
                ranked.append((crossing * 1e6 + width * height + 200 * height, number, shapes))
    for _, _, shapes in sorted(ranked, key=lambda each: each[:2]):
        yield shapes


def _placements(count: int, steps: list[StateEdge]) -> Iterator[Places]:
    for columns in range(1, count + 1):
        yield [(place % columns, place // columns) for place in range(count)]
        # Every second row backwards, so that what comes next is never far.
        yield [
            (place % columns if place // columns % 2 == 0 else columns - 1 - place % columns, place // columns)
            for place in range(count)
        ]
    if count > 3:  # round a ring, of two rows
        half = (count + 1) // 2
        yield [(place, 0) if place < half else (count - 1 - place, 1) for place in range(count)]
    if count == 3:
        yield [(0, 0), (2, 0), (1, 1)]
        yield [(0, 1), (1, 0), (2, 1)]
    if count == 4:
        yield [(0, 1), (1, 0), (2, 1), (1, 2)]
    # By how many steps it takes to come there.
    away = _distances(count, steps)
    for flip in (False, True):
        rows: dict[int, int] = {}
        places: Places = []
        for distance in away:
            row = rows.get(distance, 0)
            rows[distance] = row + 1
            places.append((row, distance) if flip else (distance, row))
        yield places
    if 3 < count <= 9:  # the first in the middle
        ring = [(1, 0), (2, 1), (1, 2), (0, 1), (2, 0), (2, 2), (0, 2), (0, 0)]
        yield [(1, 1), *ring[: count - 1]]


def _distances(count: int, steps: list[StateEdge]) -> list[int]:
    away = [0, *[count] * (count - 1)]
    for _ in range(count):
        for step in steps:
            away[step.target] = min(away[step.target], away[step.source] + 1)
    return away


def _is_clear(places: Places, steps: list[StateEdge]) -> bool:
    """Tell whether no state stands between two that are joined."""
    taken = set(places)
    for step in steps:
        (a, b), (c, d) = places[step.source], places[step.target]
        across, down = c - a, d - b
        parts = max(abs(across), abs(down))
        for part in range(1, parts):
            x, y = across * part / parts, down * part / parts
            if x == int(x) and y == int(y) and (a + int(x), b + int(y)) in taken:
                return False
    return True


def _drawn(view: StateView, places: Places, room: float) -> tuple[list[Shape], float, float, int]:
    """Return the shapes, how wide and high they are, and how many lines cross."""
    boxes = [state_box(node) for node in view.nodes]
    labels = {(edge.source, edge.target): centred_label(edge.words, PAGE) for edge in view.edges}
    loops = {source: text for (source, target), text in labels.items() if source == target}
    columns, rows = max(x for x, _ in places) + 1, max(y for _, y in places) + 1
    wide = [0.0] * columns
    above, below = [0.0] * rows, [0.0] * rows
    between, gap = [STUB * 2] * columns, [STUB * 2 * room] * rows
    for place, (x, y) in enumerate(places):
        box, loop = boxes[place], loops.get(place)
        wide[x] = max(wide[x], box.width, loop.width if loop else 0)
        above[y] = max(above[y], box.height / 2 + (LOOP + 2 + loop.height if loop else 0))
        below[y] = max(below[y], box.height / 2)
    for (source, target), text in labels.items():
        (a, b), (c, d) = places[source], places[target]
        if a != c:
            steps = abs(a - c)
            least = (text.width + 2 * STUB) / steps
            if b != d:  # a slanted line has its words anywhere between
                least *= room / 2
            for column in range(min(a, c), max(a, c)):
                between[column] = max(between[column], least)
        if b != d:
            for row in range(min(b, d), max(b, d)):
                gap[row] = max(gap[row], (text.height + 2 * STUB * room) / abs(b - d))
        if a == c and source != target and (target, source) in labels:
            wide[a] = max(wide[a], 2 * max(text.width, labels[target, source].width) + 10)
    xs, ys = [wide[0] / 2], [above[0]]
    for column, (one, other) in enumerate(pairwise(wide)):
        xs.append(xs[-1] + one / 2 + between[column] + other / 2)
    for row in range(rows - 1):
        ys.append(ys[-1] + below[row] + gap[row] + above[row + 1])
    boxes = [
        replace(box, x=xs[x] - box.width / 2, y=ys[y] - box.height / 2)
        for box, (x, y) in zip(boxes, places, strict=True)
    ]
    wires: list[Wire] = []
    texts: list[Box] = []
    crossing = 0
    for (source, target), text in labels.items():
        if source == target:
            wire, centre = _loop(boxes[source], text)
        else:
            wire, centre = _line(boxes[source], boxes[target], text, (target, source) in labels)
        if any(crossings(wire, other) for other in wires):
            wire = replace(wire, under=True)
            crossing += 1
        wires.append(wire)
        at = Point(centre.x - text.width / 2, centre.y - text.height / 2)
        texts.append(replace(text, x=at.x, y=at.y, rides=source != target))
    shapes: list[Shape] = [*boxes, *wires, *texts, *entry(boxes[0])]
    return shapes, xs[-1] + wide[-1] / 2 + 26, ys[-1] + below[-1], crossing


def _loop(box: Box, text: Box) -> tuple[Wire, Point]:
    """Return the line from a state to itself, above it, and the middle of its words, which stand on the line."""
    x, top = box.centre.x, box.y - LOOP
    half = min(HALF_LOOP, box.width / 2 - 5)
    points = (
        Point(x - half, box.y - 0.6),
        Point(x - half, top),
        Point(x + half, top),
        Point(x + half, box.y - 0.6),
    )
    return Wire(points, radius=7), Point(x, top - 2 - text.height / 2)


def _line(start: Box, end: Box, text: Box, bowed: bool) -> tuple[Wire, Point]:
    """Return the line from one state to another by way of the middle of its words."""
    a, b = start.centre, end.centre
    middle = Point((a.x + b.x) / 2, (a.y + b.y) / 2)
    # Between boxes of different widths the words stand in the middle of what is seen of the line.
    one, other = _edge(start, b), _edge(end, a)
    middle = Point((one.x + other.x) / 2, (one.y + other.y) / 2)
    if bowed:
        long = hypot(b.x - a.x, b.y - a.y)
        along = Point((b.x - a.x) / long, (b.y - a.y) / long)
        # To the left of the way, by half of what the words need across it.
        away = (abs(along.x) * text.height + abs(along.y) * text.width) / 2 + 4
        middle = Point(middle.x + along.y * away, middle.y - along.x * away)
    return Wire((_edge(start, middle), middle, _edge(end, middle)), radius=0), middle


def _edge(box: Box, towards: Point) -> Point:
    """Return where the line from the middle of a box leaves it."""
    centre = box.centre
    across, down = towards.x - centre.x, towards.y - centre.y
    shares = [half / abs(way) for half, way in ((box.width / 2 + 0.6, across), (box.height / 2 + 0.6, down)) if way]
    share = min([1.0, *shares])
    return Point(centre.x + across * share, centre.y + down * share)
