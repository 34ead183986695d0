"""The before-and-after picture of an upgrade: the same inputs without it and with it, column by column.

It draws plain data, an ``UpgradeTrace``; whoever ran the two pipelines makes it. An update point has a
column of its own, between items, and shows what the migration made of the state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.scene import (
    WIDEST_PAGE,
    Box,
    Line,
    Point,
    Shape,
    Span,
    Wire,
    bracket,
    clean,
    cut,
    fitted,
    label,
    line,
    line_width,
    measured,
)
from sm_toolkit.notebook.pictures.upgrade_trace import (
    ItemColumn,
    TraceLane,
    UpdateColumn,
    UpgradeTrace,
    finding,
    graph_of,
    state_after,
    title_text,
    trace_text,
)
from sm_toolkit.notebook.pictures.wording import value_lines, value_span

WIDEST_STATE = 124.0  # also of an input or an output
CELL_HEIGHT, CELL_LEAST = 24.0, 34.0
STUB = 18.5
IN_COLUMN = 14.0  # between what stands in an update point's column and its edges
ROWS = {
    "heading": 10.0,
    "input": 32.0,
    "without": 84.0,
    "without output": 110.0,
    "era": 148.0,
    "upgraded": 174.0,
}
BAND_HEIGHT = 200.0


def draw_trace(trace: UpgradeTrace) -> Picture:
    """Draw an upgrade; a long one goes on in bands below."""
    names = _names(trace)
    margin = max(box.width for box in names) + 20
    widths = _widths(trace)
    shapes: list[Shape] = []
    top = 0.0
    for number, band in enumerate(_bands(trace, widths, margin + _start_width(trace) + STUB, margin + 12)):
        drawn = _Band(trace, widths, band, margin, top, first=number == 0)
        shapes += drawn.shapes()
        top += BAND_HEIGHT + (30 if _update_inside(trace, band) else 22)
    top -= 8
    for words in _caption(trace):
        shapes.append(label(*words, left=0, top=top))
        top += 14
    return Picture(fitted(shapes, title_text(trace)), trace_text(trace), graph_of(trace))


# -- measuring --------------------------------------------------------------------------------------------


def _names(trace: UpgradeTrace) -> list[Box]:
    lanes = (trace.without, trace.upgraded)
    return [label(_lane_name(lane)) for lane in lanes] + [label(_lane_note(lane)) for lane in lanes]


def _lane_name(lane: TraceLane) -> Span:
    return cut(lane.name, 120, "bold", 9.5)


def _lane_note(lane: TraceLane) -> Span:
    return cut(lane.note, 120, size=8.5)


def _cell_box(trace: UpgradeTrace, lane: TraceLane, column: int) -> Box:
    """The box of a state; column -1 is the start."""
    changed = lane is trace.upgraded and column >= 0 and trace.differs(column)
    first, *rest = _value_lines(state_after(lane, column), changed)
    words = [(Span("≠ ", "bold", 9), *first) if changed else first, *rest]
    return measured(words, "box", accent=changed, least=(CELL_LEAST, CELL_HEIGHT))


def _input_box(text: str) -> Box:
    return measured(_value_lines(text), "pill", least=(19, 16))


def _value_lines(text: str, bold: bool = False) -> list[Line]:
    """Return the words of a value, in two lines if they are too wide for one."""
    whole = _value_line(text, bold)
    return [whole] if whole[0].text == clean(text) else [_value_line(part, bold) for part in value_lines(text)]


def _value_line(text: str, bold: bool) -> Line:
    return (value_span(text, WIDEST_STATE, "mono-bold" if bold else "mono"),)


def _update_box(column: UpdateColumn) -> Box:
    words: list[Line] = [(cut(column.words, 170, "bold"),)]
    if column.refused:
        words.append(line("refused", face="bold", size=9))
    return measured(words, "state", accent=True, least=(0, 18))


def _widths(trace: UpgradeTrace) -> list[float]:
    """The width of each column."""
    widths = []
    for number, column in enumerate(trace.columns):
        cells = [_cell_box(trace, lane, number).width for lane in (trace.without, trace.upgraded)]
        if isinstance(column, UpdateColumn):
            cell = trace.upgraded.cells[number]
            inside = 0 if cell is None else cells[1] + (MIGRATION + STUB if cell.migrated else 0)
            widths.append(
                max(inside, _update_box(column).width, label("update point", bold=True).width) + 2 * IN_COLUMN
            )
            continue
        outputs = [cell.output for lane in (trace.without, trace.upgraded) if (cell := lane.cells[number]) is not None]
        words = [line_width(_value_line(text, True)) + 4 for text in outputs]
        widths.append(max([*cells, *words, _input_box(column.input).width, label(cut(column.heading, 120)).width]))
    return widths


MIGRATION = 24.0  # the circle of the migration


def _start_width(trace: UpgradeTrace) -> float:
    return max(_cell_box(trace, lane, -1).width for lane in (trace.without, trace.upgraded))


def _bands(trace: UpgradeTrace, widths: Sequence[float], begin: float, again: float) -> list[range]:
    """Break the columns into as few bands as fit the page, and those into even ones.

    The columns of the first band begin at ``begin``, those of the others at ``again``.
    """
    page = WIDEST_PAGE - 8
    fewest = len(_broken(trace, widths, begin, again, page))
    narrowest, widest = 0.0, page
    while widest - narrowest > 2:
        middle = (narrowest + widest) / 2
        if len(_broken(trace, widths, begin, again, middle)) > fewest:
            narrowest = middle
        else:
            widest = middle
    return _broken(trace, widths, begin, again, widest)


def _broken(trace: UpgradeTrace, widths: Sequence[float], begin: float, again: float, most: float) -> list[range]:
    bands = []
    first, left = 0, begin
    for number, width in enumerate(widths):
        ends = number + 1 == len(widths) and isinstance(trace.columns[number], ItemColumn)
        onwards = 0 if ends else STUB
        if number > first and left + width + onwards > most:
            bands.append(range(first, number))
            first, left = number, again
        left += width + STUB
    return [*bands, range(first, len(widths))]


def _update_inside(trace: UpgradeTrace, band: range) -> bool:
    return any(isinstance(trace.columns[number], UpdateColumn) for number in band)


# -- one band ---------------------------------------------------------------------------------------------


class _Band:
    """The columns that stand side by side, both lanes through them."""

    def __init__(
        self,
        trace: UpgradeTrace,
        widths: Sequence[float],
        band: range,
        margin: float,
        top: float,
        first: bool,
    ) -> None:
        self.trace, self.band, self.top, self.first = trace, band, top, first
        start = _start_width(trace) if first else 0.0
        self.start = Point(margin + start / 2, 0)
        self.centres: dict[int, float] = {}
        self.widths = widths
        left = margin + start + (STUB if first else 12)
        for number in band:
            self.centres[number] = left + widths[number] / 2
            left += widths[number] + STUB
        self.begin = margin if first else margin - 4
        self.last = band.stop == len(widths)
        self.right = left

    def at(self, row: str) -> float:
        return self.top + ROWS[row]

    def shapes(self) -> Iterator[Shape]:
        trace = self.trace
        yield label("input", left=0, top=self.at("input") - 6.5)
        for lane, row in ((trace.without, "without"), (trace.upgraded, "upgraded")):
            y = self.at(row)
            yield label(_lane_name(lane), left=0, top=y - 12)
            yield label(_lane_note(lane), left=0, top=y + 2)
            yield label("output", left=0, top=y + 26 - 6.5)
            yield from self._lane(lane, y)
        if self.first:
            yield label("start", centre=Point(self.start.x, self.at("heading")))
        for number in self.band:
            yield from self._heading(number)
        yield from self._eras()

    def _heading(self, number: int) -> Iterator[Shape]:
        column, x = self.trace.columns[number], self.centres[number]
        if isinstance(column, ItemColumn):
            yield label(cut(column.heading, 120), centre=Point(x, self.at("heading")))
            box = _input_box(column.input)
            yield _centred(box, Point(x, self.at("input")))
            return
        yield Box(
            x - self.widths[number] / 2,
            self.top - 2,
            self.widths[number],
            BAND_HEIGHT + 16,
            look="column",
            accent=True,
        )
        yield label("update point", centre=Point(x, self.at("heading")), bold=True)
        yield _centred(_update_box(column), Point(x, self.at("input") + (3 if column.refused else 0)))

    def _lane(self, lane: TraceLane, y: float) -> Iterator[Shape]:
        upgraded = lane is self.trace.upgraded
        changed = False
        if self.first:
            box = _centred(_cell_box(self.trace, lane, -1), Point(self.start.x, y))
            yield box
            reach = box.right + 0.6
        else:
            reach = self.begin
            changed = upgraded and self.trace.differs(self.band.start - 1)
        for number in self.band:
            cell, x = lane.cells[number], self.centres[number]
            if cell is None:
                continue
            box = _cell_box(self.trace, lane, number)
            if isinstance(self.trace.columns[number], UpdateColumn) and cell.migrated:
                left = x - (MIGRATION + STUB + box.width) / 2
                circle = measured(
                    [line("m", face="mono-bold", size=9)],
                    "pill",
                    centre=Point(left + MIGRATION / 2, y),
                    accent=True,
                )
                circle = Box(left, y - MIGRATION / 2, MIGRATION, MIGRATION, circle.lines, "circle", True)
                yield Wire((Point(reach, y), Point(left - 1, y)), True)
                yield circle
                yield label("migrate", centre=Point(x, y - 26), bold=True)
                reach, x, changed = circle.right + 1, left + MIGRATION + STUB + box.width / 2, True
            box = _centred(box, Point(x, y))
            edge = 1.2 if box.accent else 0.6
            yield Wire((Point(reach, y), Point(box.x - edge, y)), changed or box.accent)
            yield box
            reach, changed = box.right + edge, box.accent
            if cell.output:
                bold = self.trace.output_differs(number)
                words = f"≠ {cell.output}" if bold and upgraded else cell.output
                yield measured([_value_line(words, bold and upgraded)], "label", centre=Point(x, y + 26))
        if not self.last or (self.band and isinstance(self.trace.columns[self.band[-1]], UpdateColumn)):
            yield Wire((Point(reach, y), Point(self.right, y)), changed)

    def _eras(self) -> Iterator[Shape]:
        """Brackets over the lane with the upgrade: which machine, and of what state."""
        lane, y = self.trace.upgraded, self.at("era")
        cells: list[tuple[str, float, float]] = []
        if self.first:
            half = _cell_box(self.trace, lane, -1).width / 2
            cells.append((lane.era, self.start.x - half, self.start.x + half))
        for number in self.band:
            cell = lane.cells[number]
            if cell is not None and isinstance(self.trace.columns[number], ItemColumn):
                half = _cell_box(self.trace, lane, number).width / 2
                cells.append((cell.era, self.centres[number] - half, self.centres[number] + half))
            else:
                cells.append(("", 0, 0))
        for era, group in groupby(cells, key=lambda cell: cell[0]):
            if not era:
                continue
            spans = list(group)
            left, right = spans[0][1], spans[-1][2]
            box = label(cut(era, 200, size=8.5), centre=Point((left + right) / 2, y), rides=True)
            if box.width + 16 < right - left:
                yield bracket(left, right, y, 5)
                yield box
            else:
                # No room for a bracket's ends: the words alone, cut to their place.
                short = cut(era.split(",")[0], right - left, size=8.5)
                yield label(short, centre=Point((left + right) / 2, y))


def _centred(box: Box, centre: Point) -> Box:
    return replace(box, x=centre.x - box.width / 2, y=centre.y - box.height / 2)


# -- words ------------------------------------------------------------------------------------------------


def _caption(trace: UpgradeTrace) -> list[Line]:
    words = (trace.caption or finding(trace)).split(" ")
    lines: list[str] = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if line_width(line(longer, size=9)) > WIDEST_PAGE - 12:
            lines.append(word)
        else:
            lines[-1] = longer
    return [line(text, size=9) for text in lines]
