"""The picture of a pipeline: its stages with what runs in them, and of a running one what waits in its
queues.

It draws plain data, a ``PipelineView``; whoever knows a pipeline or an engine makes it. The head of a queue
is nearest its stage, what waits is marked by the machine that will handle it, and a change is a bar between
two items.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf

from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.pipeline_view import (
    PipelineView,
    QueueView,
    StageView,
    WaitingChange,
    WaitingItem,
    fullness,
    graph_of,
    pipeline_text,
    title_text,
)
from sm_toolkit.notebook.pictures.scene import (
    ORIGIN,
    WIDEST_PAGE,
    Box,
    Dot,
    Line,
    Marker,
    Point,
    Shape,
    Span,
    Wire,
    bounds,
    bracket,
    cut,
    fitted,
    label,
    measured,
    moved,
    pill,
)

STUB = 15.0
AFTER_BOX = 4.5
QUEUE_HEIGHT = 20.0
PITCH, RADIUS = 14.0, 4.9
MOST_WAITING = 9
STAGE_HEIGHT = 66.0
BETWEEN_ROWS = 16.0
NEXT_PILL = 24.0  # the narrowest pill with its wire


def draw_pipeline(view: PipelineView) -> Picture:
    """Draw a pipeline from left to right, in rows where it is long."""
    units = [_stage_unit(view, number) for number in range(len(view.stages))]
    units.append(_last_unit(view))
    rows: list[list[_Unit]] = [[]]
    for unit in units:
        if rows[-1] and sum(each.width for each in rows[-1]) + unit.reach > WIDEST_PAGE - 16:
            rows.append([])
        rows[-1].append(unit)
    if len(rows) > 1 and len(rows[-1]) == 1 and len(rows[-2]) > 1:
        rows[-1].insert(0, rows[-2].pop())  # the way out does not stand alone
    shapes: list[Shape] = []
    top = 0.0
    for number, row in enumerate(rows):
        placed = list(_row(row, last=number + 1 == len(rows)))
        highest = min(bounds(shape)[1] for shape in placed)
        lowest = max(bounds(shape)[3] for shape in placed)
        shapes += [moved(shape, 0, top - highest) for shape in placed]
        top += lowest - highest + BETWEEN_ROWS
    return Picture(fitted(shapes, title_text(view)), pipeline_text(view), graph_of(view))


# -- a stage with what comes before it --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """A pill, perhaps a queue, and a stage: shapes around level 0 from x 0, and bare pieces of wire."""

    shapes: list[Shape]
    width: float
    wires: list[tuple[float, float, bool]]  # from, to, arrow

    @property
    def reach(self) -> float:
        """How far it goes to the right, with labels that stand in the room of the next one."""
        return max(self.width, *(bounds(shape)[2] for shape in self.shapes))


def _stage_box(stage: StageView) -> Box:
    lines: list[Line] = [(cut(stage.name, 160, "bold" if stage.changing else "sans", 11.5),)]
    if stage.edition:
        lines.append((cut(stage.edition, 120, "mono", 8.5),))
    lines.append((Span("state "), cut(stage.state, 96, "mono", 8.5)))
    return measured(lines, "box", accent=stage.changing, least=(72, STAGE_HEIGHT), leading=3.5)


def _stage_unit(view: PipelineView, number: int) -> _Unit:
    shapes: list[Shape] = []
    wires = []
    x = 0.0 if number else 8.0
    if x:
        wires.append((0.0, x, False))
    on_wire = pill(view.types[number], ORIGIN)
    shapes.append(pill(view.types[number], Point(x + on_wire.width / 2, 0)))
    x += on_wire.width
    queue = view.queue(number)
    stage = view.stages[number]
    box = _stage_box(stage)
    if queue is not None:
        wires.append((x, x + AFTER_BOX, False))
        x += AFTER_BOX
        drawn, width = _queue(queue, x)
        shapes += drawn
        x += width
        if (count := _items_before_change(queue)) is not None:
            words = f"update point in {count} item{'' if count == 1 else 's'}" if count else "update point is next"
            note = label(words, bold=True, size=8.5)
            left = x + STUB + box.width / 2 - note.width / 2
            # The gauge of the queue stands on the same level: the note begins right of it.
            shift = max(0.0, x - width / 2 + _gauge_width(queue) / 2 + 8 - left)
            shapes.append(label(words, left=left + shift, top=STAGE_HEIGHT / 2 + 5, bold=True, size=8.5))
    wires.append((x, x + STUB, True))
    x += STUB
    shapes.append(replace(box, x=x, y=-box.height / 2))
    x += box.width
    wires.append((x, x + AFTER_BOX, False))
    x += AFTER_BOX
    return _with_overhang(_Unit(shapes, x, wires))


def _with_overhang(unit: _Unit) -> _Unit:
    """Lengthen the wire at either end where labels above or below reach further than the unit."""
    boxes = [shape for shape in unit.shapes if isinstance(shape, Box)]
    left = max(0.0, -min(box.x for box in boxes))
    # Below, the next unit begins with the room under its pill; above, it may begin with the label of a
    # change.
    right = max(0.0, *(box.right + 4 - unit.width - (NEXT_PILL if box.y > 0 else 0) for box in boxes))
    wires = [(start + left, end + left, arrow) for start, end, arrow in unit.wires]
    if left:
        wires.insert(0, (0.0, left, False))
    if right:
        wires.append((unit.width + left, unit.width + left + right, False))
    return _Unit([moved(shape, left, 0) for shape in unit.shapes], unit.width + left + right, wires)


def _last_unit(view: PipelineView) -> _Unit:
    x = 0.0 if view.stages else 8.0
    on_wire = pill(view.types[-1], ORIGIN)
    end = x + on_wire.width
    shapes: list[Shape] = [pill(view.types[-1], Point(x + on_wire.width / 2, 0))]
    return _Unit(shapes, end + STUB, [(0.0, x, False), (end, end + STUB, True)])


def _row(units: list[_Unit], last: bool) -> Iterator[Shape]:
    x = 0.0
    wires: list[tuple[float, float, bool]] = []
    for unit in units:
        for shape in unit.shapes:
            yield moved(shape, x, 0)
        wires += [(x + left, x + right, arrow) for left, right, arrow in unit.wires]
        x += unit.width
    if not last:
        wires.append((x, x + STUB - AFTER_BOX, True))
    # Pieces that touch are one wire.
    merged: list[tuple[float, float, bool]] = []
    for left, right, arrow in wires:
        if merged and abs(merged[-1][1] - left) < 0.01 and not merged[-1][2]:
            merged[-1] = (merged[-1][0], right, arrow)
        else:
            merged.append((left, right, arrow))
    for left, right, arrow in merged:
        yield Wire((Point(left, 0), Point(right - (0.6 if arrow else 0), 0)), False, arrow)


# -- a queue ----------------------------------------------------------------------------------------------


def _items_before_change(queue: QueueView) -> int | None:
    """How many items come before the first change; None without one."""
    for count, waiting in enumerate(queue.waiting):
        if isinstance(waiting, WaitingChange):
            return count
    return None


def _shown(queue: QueueView) -> list[WaitingItem | WaitingChange | int]:
    """What is drawn of a queue, the head first; a number stands for so many items that are not."""
    waiting = list(queue.waiting)
    if len(waiting) <= MOST_WAITING:
        return list(waiting)
    keep = {0, 1, 2, len(waiting) - 2, len(waiting) - 1}
    for place, one in enumerate(waiting):
        if isinstance(one, WaitingChange):
            keep |= {place - 1, place, place + 1}
    shown: list[WaitingItem | WaitingChange | int] = []
    for place, one in enumerate(waiting):
        if place in keep:
            shown.append(one)
        elif shown and isinstance(shown[-1], int):
            shown[-1] += 1
        else:
            shown.append(1)
    return shown


def _gauge_width(queue: QueueView) -> float:
    return 40 + label(fullness(queue), size=8.5).width if queue.capacity else label(fullness(queue), size=8.5).width


def _queue(queue: QueueView, left: float) -> tuple[list[Shape], float]:
    """The capsule of a queue from ``left``, with what waits, what will handle it, and how full it is."""
    shown = _shown(queue)
    widths = [label(f"+{one}", size=8.5).width + 3 if isinstance(one, int) else PITCH for one in shown]
    width = max(44.0, sum(widths) + 12, _gauge_width(queue) + 4)
    right = left + width
    shapes: list[Shape] = [Box(left, -QUEUE_HEIGHT / 2, width, QUEUE_HEIGHT, look="capsule")]
    places: list[float] = []
    x = right - 6
    for wide in widths:
        places.append(x - wide / 2)
        x -= wide
    stems: list[tuple[float, WaitingChange]] = []
    for one, place in zip(shown, places, strict=True):
        if isinstance(one, WaitingItem):
            shapes.append(Dot(place, 0, RADIUS, one.changed, item=True))
        elif isinstance(one, WaitingChange):
            stems.append((place, one))
    shapes += _callouts(stems)
    shapes += _editions(shown, places, widths)
    shapes += _gauge(queue, (left + right) / 2)
    shapes += [
        label(f"+{one}", centre=Point(place, 0), size=8.5, rides=True)
        for one, place in zip(shown, places, strict=True)
        if isinstance(one, int)
    ]
    return shapes, width


def _callouts(stems: list[tuple[float, WaitingChange]]) -> Iterator[Shape]:
    """Yield the label of each change above its bar; of several, the later one higher."""
    bottom = -STAGE_HEIGHT / 2 - 5.0
    for number, (x, change) in enumerate(stems):
        words: list[Line] = [(cut(change.words, 160, "bold"),)]
        if change.detail:
            words.append((cut(change.detail, 160, "mono", 8),))
        box = measured(words, "box", accent=True)
        left = x - box.width / 2
        if number + 1 < len(stems):
            left = min(max(left, stems[number + 1][0] + 6), x - 6)
        yield replace(box, x=left, y=bottom - box.height)
        yield Marker(x, bottom + 1.2, -QUEUE_HEIGHT / 2 - 7, QUEUE_HEIGHT / 2 + 5)
        bottom -= box.height + 10


def _editions(
    shown: list[WaitingItem | WaitingChange | int], places: list[float], widths: list[float]
) -> Iterator[Shape]:
    """Brackets below: which machine will handle what waits."""
    editions: list[tuple[str, bool, int]] = []
    for number, one in enumerate(shown):
        if isinstance(one, WaitingItem):
            editions.append((one.edition, one.changed, number))
        elif isinstance(one, int):  # what is not drawn belongs to what stands before it
            editions.append((editions[-1][0], editions[-1][1], number) if editions else ("", False, number))
        else:
            editions.append(("", False, -1))
    y = QUEUE_HEIGHT / 2 + 9
    free = inf
    for (edition, changed), group in groupby(editions, key=lambda one: (one[0], one[1])):
        numbers = [number for _, _, number in group]
        if not edition or numbers[0] < 0:
            continue
        right = places[numbers[0]] + widths[numbers[0]] / 2 - 1.5
        left = places[numbers[-1]] - widths[numbers[-1]] / 2 + 1.5
        yield bracket(left, right, y, -4)
        words = label(cut(edition, 40, "bold" if changed else "sans", 8.5), centre=Point((left + right) / 2, y + 8))
        if words.right <= free:  # a word over a single item may find no room beside its neighbour's
            yield words
            free = words.x


def _gauge(queue: QueueView, x: float) -> Iterator[Shape]:
    y = STAGE_HEIGHT / 2 + 11.5
    text = label(fullness(queue), size=8.5)
    if not queue.capacity:
        yield label(fullness(queue), centre=Point(x, y), size=8.5)
        return
    left = x - (36 + 4 + text.width) / 2
    yield Box(left, y - 3, 36, 6, look="track")
    if queue.waiting:
        yield Box(left, y - 3, max(1.5, 36 * min(1.0, len(queue.waiting) / queue.capacity)), 6, look="fill")
    yield label(fullness(queue), left=left + 40, top=y - text.height / 2, size=8.5)
