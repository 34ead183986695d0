"""Pieces of a pipeline's picture that stand in a row: stages, effects and tees, each with what comes before it.

A piece is laid out around level 0, from x 0 on. What branches is put together of such pieces in ``pipeline_branches``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sm_toolkit.notebook.pictures.pipeline_text import workers_text
from sm_toolkit.notebook.pictures.pipeline_view import EffectView, PipelineView, QueueView, StageView, TeeView
from sm_toolkit.notebook.pictures.queue_picture import STAGE_HEIGHT, gauge_width, items_before_change, queue_shapes
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
from sm_toolkit.notebook.pictures.wording import value_span

STUB = 15.0
AFTER_BOX = 4.5
BEFORE_PILL = 8.0
NEXT_PILL = 24.0  # the narrowest pill with its wire
BELOW = STAGE_HEIGHT / 2 + 5  # where the notes below a stage begin


@dataclass(frozen=True, slots=True)
class Unit:
    """Shapes around level 0 from x 0, and bare pieces of wire on it: from, to, and whether it ends in an arrow."""

    shapes: list[Shape]
    width: float
    wires: list[tuple[float, float, bool]]

    @property
    def reach(self) -> float:
        """How far it goes to the right, with labels that stand in the room of the next one."""
        return max([self.width, *(bounds(shape)[2] for shape in self.shapes)])


class Laying:
    """A piece as it grows to the right."""

    def __init__(self) -> None:
        self.shapes: list[Shape] = []
        self.wires: list[tuple[float, float, bool]] = []
        self.x = 0.0

    def wire(self, length: float, arrow: bool = False) -> None:
        """Go on with bare wire."""
        if length:
            self.wires.append((self.x, self.x + length, arrow))
            self.x += length

    def pill(self, lines: Sequence[str]) -> None:
        """Put a type on the wire."""
        width = pill(lines, ORIGIN).width
        self.shapes.append(pill(lines, Point(self.x + width / 2, 0)))
        self.x += width

    def queue(self, queue: QueueView) -> None:
        """Put a queue on the wire."""
        self.wire(AFTER_BOX)
        drawn, width = queue_shapes(queue, self.x)
        self.shapes += drawn
        self.x += width

    def lead(self, view: PipelineView, number: int, typed: bool) -> None:
        """Put what comes before a part: its type, unless that is said already, and its queue."""
        if not number and typed:
            self.wire(BEFORE_PILL)
        if typed:
            self.pill(view.types[number])
        queue = view.queue(number)
        if queue is not None:
            self.wire(0.0 if typed or not number else NEXT_PILL)  # notes below may reach so far
            self.queue(queue)

    def clear(self) -> None:
        """Go on until nothing that was put so far stands above or below."""
        over = max([shape.right - self.x for shape in self.shapes if isinstance(shape, Box)], default=0.0)
        self.wire(over + 4 if over > 0.01 else 0.0)

    def mark(self, words: str, changing: bool, under: Box, queue: QueueView | None) -> None:
        """Put the words for what a rewiring does to a part under it, right of a type that reaches down so far."""
        made = mark_label(words, changing, under.centre.x, mark_top(queue))
        tall = [
            box.right + 4 for box in self.shapes if isinstance(box, Box) and box.look == "pill" and box.bottom > made.y
        ]
        self.shapes.append(replace(made, x=max([made.x, *tall])))

    def box(self, box: Box) -> Box:
        """Put a box at the end of the wire, which goes on after it."""
        self.wire(STUB, arrow=True)
        placed = replace(box, x=self.x, y=-box.height / 2)
        self.shapes.append(placed)
        self.x += box.width
        self.wire(AFTER_BOX)
        return placed

    def unit(self, next_pill: float = NEXT_PILL) -> Unit:
        """Return what was laid; notes below may reach so far under the type that comes next."""
        return with_overhang(Unit(self.shapes, self.x, self.wires), next_pill)


def stage_box(stage: StageView) -> Box:
    """Return the box of a stage."""
    lines: list[Line] = [(cut(stage.name, 160, "bold" if stage.changing else "sans", 11.5),)]
    if stage.edition:
        lines.append((cut(stage.edition, 120, "mono", 8.5),))
    lines.append((cut(f"{stage.held} ", 80), value_span(stage.state, 96)))
    if stage.counted:
        counted = f"{stage.counted}, " if stage.failed else stage.counted
        lines.append((cut(counted, 80, size=8.5), cut(stage.failed, 80, "bold", 8.5)))
    return measured(lines, "box", accent=stage.changing, least=(72, STAGE_HEIGHT), leading=3.5)


def effect_box(effect: EffectView) -> Box:
    """Return the box of an effect: a function of this Python, which is not data."""
    lines: list[Line] = [
        (cut(effect.name, 160, "bold" if effect.changing else "sans", 11.5),),
        (Span("Python "), cut(f"{effect.function}()", 110, "mono", 8.5)),
        (Span(f"{workers_text(effect.workers)}, local only"),),
    ]
    return measured(lines, "effect", accent=effect.changing, least=(72, STAGE_HEIGHT), leading=3.5)


def stage_unit(view: PipelineView, number: int, part: StageView | EffectView, typed: bool = True) -> Unit:
    """Return a stage or an effect with what comes before it."""
    laying = Laying()
    queue = view.queue(number)
    laying.lead(view, number, typed)
    end = laying.x
    box = laying.box(stage_box(part) if isinstance(part, StageView) else effect_box(part))
    if queue is not None and (count := items_before_change(queue)) is not None:
        words = f"update point in {count} item{'' if count == 1 else 's'}" if count else "update point is next"
        note = label(words, bold=True, size=8.5)
        # The gauge of the queue stands on the same level: the note begins right of it.
        gauge = end - queue_shapes(queue, 0)[1] / 2 + gauge_width(queue) / 2 + 8
        left = max(box.centre.x - note.width / 2, gauge)
        laying.shapes.insert(-1, label(words, left=left, top=BELOW, bold=True, size=8.5))
    if part.mark:
        laying.mark(part.mark, part.changing, box, queue)
    return laying.unit(0.0 if part.mark else NEXT_PILL)


def mark_top(queue: QueueView | None) -> float:
    """Return where the words for what a rewiring does to a part begin: under what is said of its queue."""
    return BELOW if queue is None else BELOW + 16


def mark_label(words: str, changing: bool, x: float, top: float) -> Box:
    """Return the words for what a rewiring does to a part, under it."""
    made = label(words, bold=changing, size=8.5)
    return replace(made, x=x - made.width / 2, y=top)


def typed_before(view: PipelineView, number: int, at_first: bool) -> bool:
    """Tell whether the type before a part is to be shown: what comes after a tee is what came before it."""
    return not isinstance(view.stages[number - 1], TeeView) if number else at_first


def tee_unit(view: PipelineView, number: int, tee: TeeView, typed: bool = True) -> Unit:
    """Return a tee with what comes before it: a dot on the wire, and a way down from it to its sink."""
    laying = Laying()
    laying.lead(view, number, typed)
    laying.clear()
    if not typed and number:
        laying.wire(NEXT_PILL)
    name = cut(tee.name, 120, "mono-bold" if tee.changing else "mono", 8.5)
    sink = measured([(Span("tee to ", "bold" if tee.changing else "sans"), name)], "box", accent=tee.changing)
    mark = mark_label(tee.mark, tee.changing, 0, 0)
    width = max(sink.width, mark.width if tee.mark else 0) + 8
    x = laying.x + width / 2
    laying.wire(width)
    top = BELOW + 2
    laying.shapes += [
        Wire((Point(x, 0), Point(x, top - 0.6)), tee.changing),
        Dot(x, 0, accent=tee.changing),
        replace(sink, x=x - sink.width / 2, y=top),
    ]
    if tee.mark:
        laying.shapes.append(mark_label(tee.mark, tee.changing, x, top + sink.height + 3))
    return laying.unit()


def exit_unit(view: PipelineView, typed: bool = True) -> Unit:
    """Return the way out of a pipeline: the type on it, and an arrow."""
    laying = Laying()
    laying.lead(view, len(view.stages), typed)
    laying.clear()
    laying.wire(STUB, arrow=True)
    return laying.unit()


def with_overhang(unit: Unit, next_pill: float = NEXT_PILL) -> Unit:
    """Lengthen the wire at either end where labels above or below reach further than the unit."""
    boxes = [shape for shape in unit.shapes if isinstance(shape, Box)]
    left = max([0.0, *(-box.x for box in boxes)])
    # Below, the next unit begins with the room under its pill; above, it may begin with the label of a
    # change.
    right = max([0.0, *(box.right + 4 - unit.width - (next_pill if box.y > 0 else 0) for box in boxes)])
    wires = [(start + left, end + left, arrow) for start, end, arrow in unit.wires]
    if left:
        wires.insert(0, (0.0, left, False))
    if right:
        wires.append((unit.width + left, unit.width + left + right, False))
    return Unit([moved(shape, left, 0) for shape in unit.shapes], unit.width + left + right, wires)


def beside(units: Sequence[Unit], width: float = 0.0) -> Unit:
    """Return pieces one after another as one piece; spare room up to a width is shared among the wires."""
    spare = max(0.0, width - sum(unit.width for unit in units)) / len(units) if units else 0.0
    shapes: list[Shape] = []
    wires: list[tuple[float, float, bool]] = []
    x = 0.0
    for unit in units:
        if spare:
            wires.append((x, x + spare, False))
            x += spare
        shapes += [moved(shape, x, 0) for shape in unit.shapes]
        wires += [(x + left, x + right, arrow) for left, right, arrow in unit.wires]
        x += unit.width
    return Unit(shapes, x, wires)


def joined(wires: Sequence[tuple[float, float, bool]]) -> list[tuple[float, float, bool]]:
    """Return pieces of wire with those that touch as one."""
    merged: list[tuple[float, float, bool]] = []
    for left, right, arrow in wires:
        if merged and abs(merged[-1][1] - left) < 0.01 and not merged[-1][2]:
            merged[-1] = (merged[-1][0], right, arrow)
        else:
            merged.append((left, right, arrow))
    return merged


def level_wires(wires: Sequence[tuple[float, float, bool]]) -> Iterator[Wire]:
    """Yield pieces of wire as they are drawn on level 0."""
    for left, right, arrow in joined(wires):
        yield Wire((Point(left, 0), Point(right - (0.6 if arrow else 0), 0)), False, arrow)
