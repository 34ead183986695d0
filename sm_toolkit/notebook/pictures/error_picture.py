"""The picture of an error: what is wrong, the source with its place marked, and what would do.

Of an error only its report is drawn: who raised it does not matter here.
"""

from __future__ import annotations

from collections.abc import Iterator

from sm_toolkit.language.errors import Excerpt, RecordedError, Report, ToolkitError
from sm_toolkit.language.text.plain import plain, shorten
from sm_toolkit.notebook.pictures.picture import Graph, Node, Picture
from sm_toolkit.notebook.pictures.scene import (
    WIDEST_PAGE,
    Shape,
    Span,
    clean,
    fitted,
    label,
    measured,
    within,
)
from sm_toolkit.notebook.pictures.wording import wrapped

WIDEST = 116
"""How many characters of a source are in a line."""

MOST_LINES = 24
ROW = 13.5
NAMES = 46.0  # the width of the names of rows


def draw_error(error: ToolkitError) -> Picture:
    """Draw an error in its place, if it has one."""
    report = error.report() if isinstance(error, RecordedError) else Report(str(error))
    name = type(error).__name__
    shapes: list[Shape] = []
    top = 0.0
    for span in wrapped(f"{name}: {report.headline}", face="bold", size=9.5):
        one = label(span, left=0, top=top)
        shapes.append(one)
        top = one.bottom
    if report.source is not None:
        top += 10
        for line in _source(report.source):
            left, height = 10.0, 0.0
            for span, marked in line:
                span = within(span, WIDEST_PAGE - 12 - left)
                box = measured([(span,)], "chip" if marked else "label", left=left, top=top + (0 if marked else 0.7))
                shapes.append(box)
                left, height = box.right, max(height, box.height)
            top += max(height, 14.0) + 2
    top += 8 if report.rows else 0
    for heading, text in report.rows:
        shapes.append(label(heading, left=0, top=top, size=9))
        for span in _row(text):
            shapes.append(label(span, left=NAMES, top=top + 0.4))
            top += ROW
    place = next((text for heading, text in report.rows if heading == "at"), "")
    graph = Graph((Node("error", shorten(clean(f"{name}: {report.headline}"), 200), "operation", True),))
    if place:
        graph = Graph((*graph.nodes, Node("place", shorten(clean(place), 200), "port")))
    return Picture(fitted(shapes, f"{name}: {report.headline}"), plain(f"{name}: {report}"), graph)


def _row(text: str) -> Iterator[Span]:
    """Yield the lines of a row, those that are too wide in several."""
    for words in (plain(text).split("\n"))[:MOST_LINES]:
        words = clean(words)
        for begin in range(0, max(1, len(words)), WIDEST - 10):
            yield Span(words[begin : begin + WIDEST - 10], "mono", 8.5)


def _source(source: Excerpt) -> Iterator[list[tuple[Span, bool]]]:
    """Yield the lines of a source, each as its pieces, of which some are marked."""
    at = 0
    for line in source.text.splitlines(keepends=True)[:MOST_LINES]:
        for begin in range(0, max(1, len(line.rstrip("\n"))), WIDEST):
            piece = line.rstrip("\n")[begin : begin + WIDEST]
            low = min(max(source.begin - at - begin, 0), len(piece))
            high = min(max(source.end - at - begin, low), len(piece))
            parts: list[tuple[str, bool]] = [(piece[:low], False), (piece[low:high], True), (piece[high:], False)]
            yield [(_span(text, marked), marked) for text, marked in parts if text]
        at += len(line)


def _span(text: str, marked: bool) -> Span:
    return Span(clean(text), "mono-bold" if marked else "mono", 8.5)
