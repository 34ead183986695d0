"""The picture of a pipeline: its stages with what runs in them, how it branches, and of a running one what waits in
its queues.

It draws plain data, a ``PipelineView``; whoever knows a pipeline or an engine makes it. A long one is drawn in rows; a
part that is too wide for a page has a box in its place, and is drawn below.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.pipeline_branches import part_unit
from sm_toolkit.notebook.pictures.pipeline_text import graph_of, pipeline_text, title_text
from sm_toolkit.notebook.pictures.pipeline_units import (
    AFTER_BOX,
    STUB,
    Unit,
    beside,
    exit_unit,
    level_wires,
    typed_before,
)
from sm_toolkit.notebook.pictures.pipeline_view import BranchView, FrameView, LaneView, PipelineView, inside
from sm_toolkit.notebook.pictures.scene import (
    WIDEST_PAGE,
    Shape,
    bounds,
    fitted,
    label,
    moved,
)

BETWEEN_ROWS = 16.0
ROOM = WIDEST_PAGE - 16
DEEPEST = 5  # of pipelines drawn in one another


def draw_pipeline(view: PipelineView) -> Picture:
    """Draw a pipeline from left to right, in rows where it is long."""
    shapes = pipeline_shapes(view)
    if view.note:
        shapes.append(label(view.note, left=0, top=max(bounds(shape)[3] for shape in shapes) + BETWEEN_ROWS / 2))
    return Picture(fitted(shapes, title_text(view)), pipeline_text(view), graph_of(view))


def pipeline_shapes(view: PipelineView) -> list[Shape]:
    """Return the shapes of a pipeline, from the top of its first row on, and below what is drawn apart."""
    apart: deque[tuple[str, LaneView]] = deque()
    letters = _letters()
    shapes, bottom = _section(view, 0.0, apart, letters)
    while apart:
        words, lane = apart.popleft()
        heading = label(words, left=0, top=bottom, bold=True)
        below, bottom = _section(lane.body, heading.bottom + BETWEEN_ROWS / 2, apart, letters)
        shapes += [heading, *below]
    return shapes


def _letters() -> Iterator[str]:
    """Yield A to Z, and then AA, AB, …"""
    for number in range(1, 10_000):
        letters = ""
        while number:
            number, digit = divmod(number - 1, 26)
            letters = chr(ord("A") + digit) + letters
        yield letters


def _section(
    view: PipelineView, top: float, apart: deque[tuple[str, LaneView]], letters: Iterator[str]
) -> tuple[list[Shape], float]:
    """Return the rows of a pipeline from a height on, and where the next ones begin."""
    folded: dict[int, str] = {}

    def letter(part: BranchView | FrameView) -> str:
        if id(part) not in folded:
            folded[id(part)] = next(letters)
            apart.extend((f"{folded[id(part)]}: {_called(part, n)}", lane) for n, lane in enumerate(inside(part), 1))
        return folded[id(part)]

    depths = [_depth(view, number) for number in range(len(view.stages))]

    def made(number: int, typed: bool) -> Unit:
        if number == len(view.stages):
            return exit_unit(view, typed)
        return part_unit(view, number, typed, depths[number], letter)

    shapes: list[Shape] = []
    rows = _rows(view, made)
    for number, row in enumerate(rows):
        placed = list(_row(row, last=number + 1 == len(rows)))
        highest = min(bounds(shape)[1] for shape in placed)
        lowest = max(bounds(shape)[3] for shape in placed)
        shapes += [moved(shape, 0, top - highest) for shape in placed]
        top += lowest - highest + BETWEEN_ROWS
    return shapes, top


def _depth(view: PipelineView, number: int) -> int:
    """Return how deep the pipelines in a part can be drawn in one another on a page."""
    deepest = DEEPEST if inside(view.stages[number]) else 0
    for depth in range(deepest, 0, -1):
        if part_unit(view, number, True, depth, lambda part: "A").reach <= ROOM:
            return depth
    return 0


def _rows(view: PipelineView, made: Callable[[int, bool], Unit]) -> list[list[Unit]]:
    """Return what stands in each row; ``made`` makes a part, or the way out, with or without the type before it."""
    rows: list[list[Unit]] = [[]]
    for number in range(len(view.stages) + 1):
        unit = made(number, typed_before(view, number, True))
        if rows[-1] and sum(each.width for each in rows[-1]) + unit.reach > ROOM:
            rows.append([])
            unit = made(number, True)
        rows[-1].append(unit)
    if len(rows) > 1 and len(rows[-1]) == 1 and len(rows[-2]) > 1:  # the way out does not stand alone
        last = len(view.stages)
        two = [made(last - 1, True), made(last, typed_before(view, last, True))]
        if two[0].width + two[1].reach <= ROOM:
            rows[-2:] = [rows[-2][:-1], two]
    return rows


def _row(units: list[Unit], last: bool) -> Iterator[Shape]:
    whole = beside(units)
    yield from whole.shapes
    onward = [] if last else [(whole.width, whole.width + STUB - AFTER_BOX, True)]
    yield from level_wires([*whole.wires, *onward])


# -- what is drawn apart ------------------------------------------------------------------------------------


def _called(part: BranchView | FrameView, place: int) -> str:
    if isinstance(part, FrameView):
        return f"each copy of {part.words}" if part.copies > 1 else part.words
    tag = part.lanes[place - 1].words if part.one else f"lane {place}"
    return f"{part.kind}, {tag}"
