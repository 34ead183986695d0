"""Pieces of a pipeline's picture that hold pipelines: lanes that part and come together, and frames round a body.

Each is one piece of a row. What lies deeper in it than is asked for is a box, which says where it is drawn apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from sm_toolkit.notebook.pictures.pipeline_units import (
    BEFORE_PILL,
    NEXT_PILL,
    Laying,
    Unit,
    beside,
    joined,
    mark_label,
    stage_unit,
    tee_unit,
    typed_before,
)
from sm_toolkit.notebook.pictures.pipeline_view import (
    BranchView,
    EffectView,
    FrameView,
    LaneView,
    PipelineView,
    StageView,
    TeeView,
)
from sm_toolkit.notebook.pictures.queue_picture import STAGE_HEIGHT
from sm_toolkit.notebook.pictures.scene import (
    ORIGIN,
    Box,
    Dot,
    Line,
    Point,
    Shape,
    Span,
    Wire,
    bounds,
    cut,
    label,
    measured,
    moved,
    pill,
)

TRUNK = 13.0  # from where wires part to where the lanes begin
BETWEEN_LANES = 13.0
STRAIGHT = 22.0  # a lane that is so near to the level of the whole is on it
IN_FRAME = 11.0
SHEET = 3.5  # how far each of the copies behind a frame is shifted
MOST_SHEETS = 3
LEAST_HEIGHT = 24.0


Apart: TypeAlias = Callable[[BranchView | FrameView], str]
"""Gives the letter under which a part is drawn apart."""


def part_unit(view: PipelineView, number: int, typed: bool, depth: int, apart: Apart) -> Unit:
    """Return a part with what comes before it; pipelines are drawn in one another up to a depth."""
    match view.stages[number]:
        case StageView() | EffectView() as part:
            return stage_unit(view, number, part, typed)
        case TeeView() as part:
            return tee_unit(view, number, part, typed)
        case part if not depth:
            return _folded(view, number, part, typed, apart(part))
        case BranchView() as part:
            return _branch_unit(view, number, part, typed, depth - 1, apart)
        case FrameView() as part:
            return _frame_unit(view, number, part, typed, depth - 1, apart)


def _in_line(body: PipelineView, typed: bool, typed_after: bool, after: float, depth: int, apart: Apart) -> list[Unit]:
    """Return the pieces of a whole pipeline, with or without the types at its ends."""
    units = [
        part_unit(body, number, typed_before(body, number, typed), depth, apart) for number in range(len(body.stages))
    ]
    tail = Laying()
    tail.lead(body, len(body.stages), typed_after and typed_before(body, len(body.stages), True))
    tail.wire(after)
    return [*units, tail.unit(0.0)]


def _height(shapes: list[Shape]) -> tuple[float, float]:
    """Return how far up and down shapes reach, at least so far that a wire and its words have room."""
    edges = [bounds(shape) for shape in shapes]
    least = LEAST_HEIGHT / 2
    return min([-least, *(edge[1] for edge in edges)]), max([least, *(edge[3] for edge in edges)])


# -- lanes --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lane:
    """A lane around level 0, in pieces; its words stand over its beginning."""

    units: list[Unit]
    lead: Unit
    tag: Box | None

    def spread(self, width: float) -> Unit:
        """Return the lane as one piece, of at least a width."""
        whole = beside([self.lead, beside(self.units, width - self.lead.width)])
        return replace(whole, shapes=[*whole.shapes, *([self.tag] if self.tag else [])])


def _lane(lane: LaneView, typed: bool, depth: int, apart: Apart) -> _Lane:
    tag = label(lane.words, size=8.5) if lane.words else None
    first = pill(lane.body.types[0], ORIGIN)
    # The words stand over the first type, if nothing else is near there.
    over_type = (typed or not lane.body.stages) and lane.body.queue(0) is None
    lead = Laying()
    if tag:
        lead.wire(max(0.0, tag.width + 5 - (BEFORE_PILL + first.width if over_type else 0.0)))
        over = first.height / 2 + 2 if over_type else 2.5
        tag = replace(tag, x=0.0, y=-over - tag.height)
    return _Lane(_in_line(lane.body, typed, True, 0.0, depth, apart), Unit([], lead.x, lead.wires), tag)


def _branch_unit(view: PipelineView, number: int, branch: BranchView, typed: bool, depth: int, apart: Apart) -> Unit:
    laying = Laying()
    laying.lead(view, number, typed)
    laying.clear()
    laying.wire(TRUNK)
    split = laying.x
    lanes = [_lane(lane, not branch.same, depth, apart) for lane in branch.lanes]
    width = max(lane.spread(0.0).reach for lane in lanes)
    spread = [lane.spread(width) for lane in lanes]
    width = max(lane.width for lane in spread)
    levels = _levels(spread)
    left, join = split + TRUNK, split + 2 * TRUNK + width
    for lane, level in zip(spread, levels, strict=True):
        laying.shapes += [moved(shape, left, level) for shape in lane.shapes]
        bare = joined([(-TRUNK, 0.0, False), *lane.wires, (lane.width, join - left, False)])
        for place, (start, end, arrow) in enumerate(bare):
            points = [Point(left + start, level), Point(left + end - (0.6 if arrow else 0), level)]
            if not place:
                points.insert(0, Point(split, 0))
            if place == len(bare) - 1:
                points.append(Point(join, 0))
            corners = [points[0], *(point for before, point in pairwise(points) if point != before)]
            laying.shapes.append(Wire(tuple(corners), False, arrow))
    hollow = not branch.one
    laying.shapes += [Dot(split, 0, hollow=hollow), Dot(join, 0, hollow=hollow)]
    laying.x = join
    laying.wire(TRUNK - 4)
    return laying.unit()


def _levels(lanes: list[Unit]) -> list[float]:
    """Return where the lanes lie, one below the other, the whole around level 0."""
    levels: list[float] = []
    free = 0.0
    for lane in lanes:
        top, bottom = _height(lane.shapes)
        levels.append(free - top)
        free = levels[-1] + bottom + BETWEEN_LANES
    middle = (levels[0] + levels[-1]) / 2
    near = min(levels, key=lambda level: abs(level - middle))
    if abs(near - middle) < STRAIGHT:
        middle = near
    return [level - middle for level in levels]


# -- frames -------------------------------------------------------------------------------------------------


def _frame_unit(view: PipelineView, number: int, frame: FrameView, typed: bool, depth: int, apart: Apart) -> Unit:
    laying = Laying()
    laying.lead(view, number, typed)
    laying.clear()
    laying.wire(TRUNK - 4)
    title = _title(frame)
    units = _in_line(frame.body, not frame.same, not frame.same, IN_FRAME, depth, apart)
    body = beside(units, title.width + 6 - IN_FRAME)
    left, width = laying.x, max(body.width, body.reach + 6) + IN_FRAME
    top, bottom = _height(body.shapes)
    top -= title.height + 5
    bottom += 6
    box = Box(left, top, width, bottom - top, look="frame", accent=frame.changing)
    sheets = min(frame.copies, MOST_SHEETS) - 1
    laying.shapes += [box, replace(title, x=left + 3, y=top + 3), *_sheets(box, sheets)]
    laying.wire(IN_FRAME)
    laying.shapes += [moved(shape, laying.x, 0) for shape in body.shapes]
    laying.wires += [(laying.x + start, laying.x + end, arrow) for start, end, arrow in body.wires]
    laying.x += body.width
    laying.wire(left + width - laying.x)
    laying.wire(sheets * SHEET + TRUNK - 4)
    if frame.mark:
        mark = mark_label(frame.mark, frame.changing, left + width / 2, bottom + sheets * SHEET + 4)
        laying.shapes.append(replace(mark, x=max(left, mark.x)))
    return laying.unit(0.0 if frame.mark else NEXT_PILL)


def _title(frame: FrameView) -> Box:
    many = f" × {frame.copies}" if frame.copies > 1 else ""
    words: Line = (cut(frame.words, 160, "bold", 9), *((cut(many, 60, "bold", 9),) if many else ()))
    if frame.detail:
        words = (*words, cut(f", {frame.detail}", 170, "sans", 9))
    return measured([words], "label", align="start")


def _sheets(box: Box, count: int) -> list[Shape]:
    """Return the edges of copies that lie behind a frame."""
    corner = 6.0
    return [
        Wire(
            (
                Point(box.x + by + corner, box.bottom + by - SHEET),
                Point(box.x + by + corner, box.bottom + by),
                Point(box.right + by, box.bottom + by),
                Point(box.right + by, box.y + by + corner),
                Point(box.right + by - SHEET, box.y + by + corner),
            ),
            accent=False,
            arrow=False,
            under=True,
            radius=3.0,
            weight=1.0,
        )
        for by in (SHEET * (number + 1) for number in range(count))
    ]


# -- what is drawn apart ------------------------------------------------------------------------------------


def _folded(view: PipelineView, number: int, part: BranchView | FrameView, typed: bool, letter: str) -> Unit:
    """Return a box in the place of a part that is drawn below."""
    words = part.kind if isinstance(part, BranchView) else part.words
    lines: list[Line] = [(cut(words, 160, "bold" if part.changing else "sans", 11.5),)]
    if isinstance(part, FrameView):
        many = [f"× {part.copies}"] if part.copies > 1 else []
        lines += [(cut(", ".join([*many, *filter(None, [part.detail])]), 160),)] if many or part.detail else []
    lines.append((Span("below as "), Span(letter, "bold")))
    box = measured(lines, "box", accent=part.changing, least=(72, STAGE_HEIGHT), leading=3.5)
    laying = Laying()
    laying.lead(view, number, typed)
    placed = laying.box(box)
    if part.mark:
        laying.mark(part.mark, part.changing, placed, view.queue(number))
    return laying.unit(0.0 if part.mark else NEXT_PILL)
