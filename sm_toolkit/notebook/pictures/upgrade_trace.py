"""An upgrade before and after, as plain data: the same inputs run without it and with it, column by column.

Whoever runs the two pipelines makes an ``UpgradeTrace``; ``trace_picture`` draws it. No place on a page
belongs here.
"""

from __future__ import annotations

from dataclasses import dataclass

from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.picture import Edge, Graph, Node

LONGEST_IN_TEXT = 60  # characters of a value in the table of text


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """An item of the stream: its heading ("item 1") and its value in words."""

    heading: str
    input: str


@dataclass(frozen=True, slots=True)
class UpdateColumn:
    """An update point: what is done ("upgrade v1 → v2"), and whether it was refused."""

    words: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What one lane holds at one column: the state after it, and the output in words.

    ``era`` says which machine that is ("v1, state Int"); cells of one era share a bracket. At an update
    point ``output`` is empty, and ``migrated`` tells that the state went through a migration there. Where words are
    cut, ``whole`` and ``whole_output`` are all of them, by which it is told whether two of them differ.
    """

    state: str
    output: str = ""
    era: str = ""
    migrated: bool = False
    whole: str = ""
    whole_output: str = ""


@dataclass(frozen=True, slots=True)
class TraceLane:
    """One run over the columns. ``cells`` has one for each column; None where the lane only passes by."""

    name: str
    note: str
    start: str
    cells: tuple[Cell | None, ...]
    era: str = ""
    whole_start: str = ""


@dataclass(frozen=True, slots=True)
class UpgradeTrace:
    """The same columns, without the upgrade and with it; an empty ``caption`` is made from what agrees."""

    columns: tuple[ItemColumn | UpdateColumn, ...]
    without: TraceLane
    upgraded: TraceLane
    caption: str = ""

    def __post_init__(self) -> None:
        for lane in (self.without, self.upgraded):
            if len(lane.cells) != len(self.columns):
                raise ValueError(f"{lane.name}: {len(lane.cells)} cells for {len(self.columns)} columns")

    def differs(self, column: int) -> bool:
        """Tell whether the two lanes hold different states after a column."""
        return whole_after(self.without, column) != whole_after(self.upgraded, column)

    def output_differs(self, column: int) -> bool:
        """Tell whether the two lanes answered an item differently."""
        one, other = self.without.cells[column], self.upgraded.cells[column]
        return isinstance(self.columns[column], ItemColumn) and _heard(one) != _heard(other)


def state_after(lane: TraceLane, column: int) -> str:
    """The state after a column: the last that was written up to there."""
    for cell in reversed(lane.cells[: column + 1]):
        if cell is not None:
            return cell.state
    return lane.start


def whole_after(lane: TraceLane, column: int) -> str:
    """All the words of the state after a column."""
    for cell in reversed(lane.cells[: column + 1]):
        if cell is not None:
            return cell.whole or cell.state
    return lane.whole_start or lane.start


def _heard(cell: Cell | None) -> str | None:
    return None if cell is None else cell.whole_output or cell.output


def finding(trace: UpgradeTrace) -> str:
    """Say what the comparison shows."""
    outputs = [number for number in range(len(trace.columns)) if trace.output_differs(number)]
    states = [number for number in range(len(trace.columns)) if trace.differs(number)]
    words = (
        "Every output agrees."
        if not outputs
        else f"{len(outputs)} outputs differ (≠)."
        if len(outputs) > 1
        else "1 output differs (≠)."
    )
    if not states:
        return words + " So does every state."
    place = trace.columns[states[0]]
    several = sum(isinstance(column, UpdateColumn) for column in trace.columns) > 1
    where = place.heading if isinstance(place, ItemColumn) else place.words if several else "the update point"
    return f"{words} From {where} on the state differs (≠)."


def title_text(trace: UpgradeTrace) -> str:
    """Say in one sentence what the picture shows, for those who do not see it."""
    changes = [column.words for column in trace.columns if isinstance(column, UpdateColumn)]
    return f"{', '.join(changes) or 'no upgrade'}: {trace.caption or finding(trace)}"


def trace_text(trace: UpgradeTrace) -> str:
    """Return the picture as a table of text."""
    rows: list[tuple[str, ...]] = [("", "input", trace.without.name, "output", trace.upgraded.name, "output")]
    rows.append(("start", "", trace.without.start, "", trace.upgraded.start, ""))
    for number, column in enumerate(trace.columns):
        one, other = trace.without.cells[number], trace.upgraded.cells[number]
        sign = "≠ " if trace.differs(number) else ""
        if isinstance(column, UpdateColumn):
            words = column.words + (", refused" if column.refused else "")
            migrated = f"{'m: ' if other is not None and other.migrated else ''}{sign}{other.state}" if other else ""
            rows.append(("update point", words, "", "", migrated, ""))
        else:
            changed = "≠ " if trace.output_differs(number) else ""
            rows.append(
                (
                    column.heading,
                    column.input,
                    one.state if one else "",
                    one.output if one else "",
                    f"{sign}{other.state}" if other else "",
                    f"{changed}{other.output}" if other else "",
                )
            )
    rows = [tuple(shorten(text, LONGEST_IN_TEXT) for text in row) for row in rows]
    widths = [max(len(row[place]) for row in rows) for place in range(6)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, trace.caption or finding(trace)])


def graph_of(trace: UpgradeTrace) -> Graph:
    """Return the graph of a trace: the states of each lane, joined by what led from one to the next."""
    nodes, edges = [], []
    for letter, lane in (("w", trace.without), ("u", trace.upgraded)):
        last = f"{letter}0"
        nodes.append(Node(last, lane.start, "port"))
        for number, cell in enumerate(lane.cells):
            if cell is None:
                continue
            column = trace.columns[number]
            here = f"{letter}{number + 1}"
            nodes.append(Node(here, cell.state, "operation", lane is trace.upgraded and trace.differs(number)))
            edges.append(Edge(last, here, column.input if isinstance(column, ItemColumn) else column.words))
            last = here
    return Graph(tuple(nodes), tuple(edges))
