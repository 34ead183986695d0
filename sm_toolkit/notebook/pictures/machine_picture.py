"""The picture of a machine: a string diagram with its types and its state, and of one step what ran and
what passed.

Here is how a plan is laid out in rows on a page, with a heading; a row itself is laid out in
``machine_layout``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sm_toolkit.language.checking.inference import Scheme, Typing, elaborated, typing
from sm_toolkit.language.interpreter import Trace
from sm_toolkit.language.interpreter import trace as trace_step
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.pictures.machine_layout import Row, RowLayout, row_layout
from sm_toolkit.notebook.pictures.machine_measures import STUBS, least_width, passed
from sm_toolkit.notebook.pictures.machine_plan import (
    MOST_OPERATIONS,
    Body,
    Lanes,
    Operation,
    Straight,
    compacted,
    each_operation,
    folded_into,
    plan,
    shortened,
    touches_state,
    with_lane,
)
from sm_toolkit.notebook.pictures.machine_words import graph_of, heading_lines, machine_text, title_text
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.scene import WIDEST_PAGE, Dot, Shape, Span, fitted, label, moved
from sm_toolkit.notebook.pictures.wording import state_label, value_text

PAGE = WIDEST_PAGE - 5  # what is left between the margins
BETWEEN_ROWS = 20.0
BELOW_HEADING = 12.0
HIGHEST = 1100.0
"""How high a machine is drawn, in points; a higher one is folded more."""
MOST_PASSED = 80
"""How many lanes all links of a row pass at most; more would leave no room between the boxes."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def draw_machine(
    machine: Machine[Any, Any, Any],
    trace: Trace | None = None,
    *,
    most: int | None = None,
    heading: bool = True,
) -> Picture:
    """Draw a machine, and one step of it if a trace is given (``interpreter.trace``).

    A machine of more than ``most`` operations, or of more than fit beside one another, folds its inner parts into
    boxes that say how many they are. If nobody says how many, it is so many as are readable on ``HIGHEST`` points.

    Raises:
        MachineTypeError, AmbiguousTypeError: the machine does not type.
    """
    typed = elaborated(machine) if trace is not None else typing(machine.term)
    body, rows = _fitting(typed, trace, most)
    return Picture(
        fitted(_stacked(machine, trace, typed.scheme, rows, heading), title_text(machine, typed.scheme, trace)),
        machine_text(machine, typed.scheme, body, trace),
        graph_of(body),
    )


def diagram(
    machine: Machine[Any, Any, Any], most: int | None = None, marked: frozenset[int] = frozenset()
) -> tuple[list[Shape], Body]:
    """Return the shapes of a machine without a heading, and what they show; ``marked`` nodes have the accent.

    Raises:
        MachineTypeError, AmbiguousTypeError: the machine does not type.
    """
    typed = typing(machine.term)
    body, rows = _fitting(typed, None, most, marked)
    return _stacked(machine, None, typed.scheme, rows, False), body


def _fitting(
    typed: Typing, trace: Trace | None, asked: int | None, marked: frozenset[int] = frozenset()
) -> tuple[Body, list[PageRow]]:
    """Return what is shown of a machine and its rows, so much folded that they fit the page."""
    most = MOST_OPERATIONS if asked is None else asked
    rows: list[PageRow] = []
    while True:
        body = plan(typed, trace, most, marked)
        few = compacted(body)
        # What is cut of types is told where one points at them: rather that than fewer operations.
        for worded in (body, few) if few != body else (body,):
            rows = _rows(worded, state_label(typed.scheme.state, 24), trace)
            if any(row.layout().width > PAGE for row in rows):
                # Even one box with its types is too wide: cut the words more.
                rows = _rows(shortened(worded, 13), state_label(typed.scheme.state, 13), trace)
            high = sum(row.layout().rail + BETWEEN_ROWS for row in rows)
            if all(row.layout().width <= PAGE for row in rows) and (asked is not None or high <= HIGHEST):
                return body, rows
        if most <= 1:
            return body, rows
        most //= 2


def draw_step(machine: Machine[Any, Any, Any], input: Any, state: Any, **options: Any) -> Picture:
    """Draw one step of a machine: what ran is bold, with the values that passed.

    Raises:
        MachineTypeError, AmbiguousTypeError, ValueMismatchError: see ``interpreter.trace``.
    """
    return draw_machine(machine, trace_step(machine, input, state), **options)


# -- rows -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row of the page: of the whole machine (``part`` is empty), or of a part drawn apart."""

    part: str
    row: Row
    stub: float

    def layout(self) -> RowLayout:
        """Give the parts of the row their places."""
        return row_layout(self.row, self.stub)


def _rows(body: Body, state: tuple[str, ...], trace: Trace | None) -> list[PageRow]:
    """Break a plan into rows that fit the page, each told what of the state to show."""
    before = None if trace is None else value_text(trace.state, 12)
    after = None if trace is None else value_text(trace.new_state, 12)
    whole = Row(body, state, before, after)
    for stub in STUBS if least_width(body) <= PAGE and passed(body) <= MOST_PASSED else ():
        if row_layout(whole, stub).width <= PAGE:
            return [PageRow("", whole, stub)]
    rows: list[PageRow] = []
    waiting: list[tuple[str, Body]] = [("", body)]
    letters = 0
    while waiting:
        name, rest = waiting.pop(0)
        # Rows of the whole machine may have the state's values at their ends, and are made narrower for it.
        lines, parts = _wrapped(rest, letters, Row(()) if name else whole)
        letters += len(parts)
        waiting += parts
        touching = [number for number, line in enumerate(lines) if touches_state(line)]
        changed = False
        for number, line in enumerate(lines):
            row = Row(line, arrow=number + 1 == len(lines), changed=changed)
            if not name and number in touching:
                first, last = number == touching[0], number == touching[-1]
                row = replace(row, before=before if first else None, after=after if last else None)
                row = replace(row, state=state if first else Row(()).state)
            changed = changed or any(part.writes and part.ran for part in each_operation(line))
            rows.append(PageRow(name, row, STUBS[-1]))
    return rows


def _width(body: Body, frame: Row) -> float:
    least = least_width(body)
    if least > PAGE or passed(body) > MOST_PASSED:
        return max(least, PAGE + 1)
    return row_layout(replace(frame, body=body), STUBS[-1]).width


def _wrapped(body: Body, letters: int, frame: Row) -> tuple[list[Body], list[tuple[str, Body]]]:
    """Break one body into lines; a lane that is too wide for any line becomes a named part."""
    lines: list[Body] = []
    parts: list[tuple[str, Body]] = []
    current: Body = ()
    for part in body:
        if isinstance(part, Lanes):
            part, elsewhere = _narrowed(part, letters + len(parts), frame)
            parts += elsewhere
        if current and _width((*current, part), frame) > PAGE:
            lines.append(current)
            current = ()
        current = (*current, part)
    return [*lines, current], parts


def _narrowed(lanes: Lanes, letters: int, frame: Row) -> tuple[Lanes, list[tuple[str, Body]]]:
    """Take the widest lanes out until the rest fits; return also what was taken out, named in its order."""
    elsewhere: set[int] = set()
    narrowed = lanes
    while _width((narrowed,), frame) > PAGE and (position := _widest_lane(narrowed)) is not None:
        elsewhere.add(position)
        narrowed = with_lane(narrowed, position, (folded_into(lanes.lanes[position].body, "part A"),))
    named = []
    for number, position in enumerate(sorted(elsewhere), letters):
        name = "part " + LETTERS[number % 26] + str(number // 26 or "")
        named.append((name, lanes.lanes[position].body))
        narrowed = with_lane(narrowed, position, (folded_into(lanes.lanes[position].body, name),))
    return narrowed, named


def _widest_lane(lanes: Lanes) -> int | None:
    """Choose the lane to be drawn elsewhere: the widest of those that hold more than one box."""
    widths = [
        (_width(lane.body, Row(lane.body)), -position)
        for position, lane in enumerate(lanes.lanes)
        if not all(isinstance(part, Operation | Straight) for part in lane.body) or len(lane.body) > 1
    ]
    return -max(widths)[1] if widths else None


# -- the page ---------------------------------------------------------------------------------------------


def _stacked(
    machine: Machine[Any, Any, Any], trace: Trace | None, scheme: Scheme, rows: list[PageRow], heading: bool
) -> list[Shape]:
    layouts = [row.layout() for row in rows]
    widest = max(layout.width for layout in layouts)
    # A short diagram under a long heading is stretched a little, so that the two end together.
    lines = heading_lines(machine, trace, scheme) if heading else []
    asked = max((line.least_width for line in lines), default=0.0)
    width = PAGE if widest > 0.85 * PAGE else min(PAGE, max(widest, min(asked, 1.3 * widest)))
    shapes: list[Shape] = []
    top = 0.0
    for line in lines:
        height, placed = line.placed(top, max(width, asked))
        shapes += placed
        top += height
    top += BELOW_HEADING if lines else 0.0
    for number, (row, layout) in enumerate(zip(rows, layouts, strict=True)):
        if row.part and row.part != rows[number - 1].part:
            name = label(Span(row.part, "bold", 10), Span(" of the picture above"), left=0, top=top)
            shapes.append(name)
            top = name.bottom + 6
        drawn = layout.draw(width if layout.width * 1.3 >= width else layout.width)
        shapes += [moved(shape, 0, top) for shape in drawn.shapes]
        top += drawn.height + BETWEEN_ROWS
    kinds = {item.junction.runs for layout in layouts for item in layout.items if item.junction}
    if "all" in kinds:
        shapes += _legend(top - BETWEEN_ROWS + 12, "one" in kinds)
    return shapes


def _legend(y: float, contrast: bool) -> list[Shape]:
    """Say which junction is which: lanes that all run are the rarer kind, and explained where they occur."""
    shapes: list[Shape] = []
    left = 9.0
    if contrast:
        one = label("one of the lanes runs", left=left, top=y - 6, size=8.5)
        shapes += [Dot(left - 5, y), one]
        left = one.right + 22
    return [*shapes, Dot(left - 5, y, hollow=True), label("all lanes run", left=left, top=y - 6, size=8.5)]
