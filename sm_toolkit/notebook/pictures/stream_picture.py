"""The picture of a machine's steps, time from left to right: the inputs, the states between them, the outputs below.

What is longer than a page goes on in bands below; of very many steps the first and the last are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sm_toolkit.language.histories import StreamStep, StreamTrace
from sm_toolkit.notebook.pictures.machine_words import machine_name
from sm_toolkit.notebook.pictures.picture import Edge, Graph, Node, Picture
from sm_toolkit.notebook.pictures.scene import (
    WIDEST_PAGE,
    Box,
    Line,
    Point,
    Shape,
    Span,
    Wire,
    fitted,
    label,
    measured,
)
from sm_toolkit.notebook.pictures.wording import value_lines, value_span, value_text, wrapped

MOST_STEPS = 40
PAGE = WIDEST_PAGE - 8
MARGIN = 52.0
STUB = 18.5
BAND = 106.0
INPUT, STATE, OUTPUT = 28.0, 64.0, 92.0  # how far down a band each row is


def draw_stream(trace: StreamTrace, most: int = MOST_STEPS) -> Picture:
    """Draw the steps of a machine; of more than so many the first and the last.

    Raises:
        ValueError: fewer than 2 steps are asked for.
    """
    if most < 2:
        raise ValueError(f"at least 2 steps are drawn, and not {most}")
    name = machine_name(trace.machine)
    told = f"{len(trace.steps):,} step{'' if len(trace.steps) == 1 else 's'} of {name}"
    shapes: list[Shape] = [label(Span(name, "bold", 11), Span("  step by step", size=9), left=0, top=0)]
    shown: list[tuple[int, StreamStep | None]] = list(enumerate(trace.steps, 1))
    if len(shown) > most:
        shown = [*shown[: most // 2], (0, None), *shown[len(shown) - (most - most // 2) :]]
    top, left = 24.0, MARGIN
    first = _state(trace.start)
    shapes += [label("start", centre=Point(left + first.width / 2, top + 9)), _at(first, left, top + STATE)]
    shapes += _names(top)
    left += first.width
    for number, step in shown:
        column = _Column(number, step)
        if left + STUB + column.width > PAGE:
            shapes.append(Wire((Point(left + 0.6, top + STATE), Point(min(PAGE, left + 14), top + STATE)), arrow=False))
            top += BAND + 14
            shapes += _names(top)
            left = MARGIN - 4
        begin, left = left, left + STUB
        shapes += column.shapes(begin + (0.6 if begin != MARGIN - 4 else 0), left, top)
        left += column.width
    bottom = top + BAND
    for text in _failures(trace):
        for span in wrapped(text):
            one = label(span, left=0, top=bottom)
            shapes.append(one)
            bottom = one.bottom
    return Picture(fitted(shapes, told), _text(trace, told), _graph(trace))


class _Column:
    """What stands above one another for one step, or for those that are left out."""

    def __init__(self, number: int, step: StreamStep | None) -> None:
        self._step = step
        if step is None:
            self._heading = label("…")
            self._boxes = [label("…")]
            self.width = 24.0
            return
        self._heading = label(f"step {number}")
        self._input = measured(_lines(step.input, 130), "pill", least=(19, 14.5))
        self._state = _state(step.state)
        words = "fails" if step.failure is not None else value_text(step.output)
        face = "sans" if step.failure is None else "bold"
        mono: Line = (value_span(words, 130, "mono" if face == "sans" else "mono-bold"),)
        self._output = measured([mono], "label")
        self._boxes = [self._heading, self._input, self._state, self._output]
        self.width = max(box.width for box in self._boxes)

    def shapes(self, begin: float, left: float, top: float) -> Iterator[Shape]:
        """Yield the shapes, with the line from the state before, which ends at ``begin``."""
        x = left + self.width / 2
        if self._step is None:
            dots = _middle(label("…", size=12), Point(x, top + STATE))
            yield Wire((Point(begin, top + STATE), Point(dots.x - 1, top + STATE)), arrow=False)
            yield dots
            return
        yield _middle(self._heading, Point(x, top + 9))
        yield _middle(self._input, Point(x, top + INPUT + 3))
        state = _middle(self._state, Point(x, top + STATE))
        yield Wire((Point(begin, top + STATE), Point(state.x - 0.6, top + STATE)))
        yield state
        if state.right + 0.6 < left + self.width:  # up to where the next line begins
            begin = state.right + 0.6
            yield Wire((Point(begin, top + STATE), Point(left + self.width + 0.6, top + STATE)), arrow=False)
        yield _middle(self._output, Point(x, top + OUTPUT))


def _names(top: float) -> Iterator[Shape]:
    for name, y in (("input", INPUT + 3), ("state", STATE), ("output", OUTPUT)):
        yield label(name, left=0, top=top + y - 6.5)


def _lines(value: object, most: float) -> list[Line]:
    return [(value_span(text, most),) for text in value_lines(value_text(value))]


def _state(value: object) -> Box:
    return measured(_lines(value, 130), "box", least=(30, 22))


def _at(box: Box, left: float, y: float) -> Box:
    return replace(box, x=left, y=y - box.height / 2)


def _middle(box: Box, centre: Point) -> Box:
    return replace(box, x=centre.x - box.width / 2, y=centre.y - box.height / 2)


def _failures(trace: StreamTrace) -> Iterator[str]:
    """Yield why steps failed: each reason once, with where it was first met."""
    seen: dict[str, list[int]] = {}
    for number, step in enumerate(trace.steps, 1):
        if step.failure is not None:
            seen.setdefault(step.failure, []).append(number)
    for reason, numbers in list(seen.items())[:5]:
        several = f", and {len(numbers) - 1:,} more" if len(numbers) > 1 else ""
        yield f"step {numbers[0]} fails{several}: {reason[:300]}"


def _text(trace: StreamTrace, told: str) -> str:
    rows = [("", "input", "state", "output"), ("start", "", value_text(trace.start), "")]
    for number, step in enumerate(trace.steps, 1):
        if 20 < number <= len(trace.steps) - 20:
            if number == 21:
                rows.append(("…", "", "", ""))
            continue
        output = "fails" if step.failure is not None else value_text(step.output)
        rows.append((f"step {number}", value_text(step.input), value_text(step.state), output))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join([told, *lines, *_failures(trace)])


def _graph(trace: StreamTrace) -> Graph:
    nodes = [Node("q0", value_text(trace.start), "state")]
    edges = []
    for number, step in enumerate(trace.steps, 1):
        nodes.append(Node(f"q{number}", value_text(step.state), "state"))
        output = "fails" if step.failure is not None else value_text(step.output)
        edges.append(Edge(f"q{number - 1}", f"q{number}", f"{value_text(step.input)} / {output}"))
    return Graph(tuple(nodes), tuple(edges))
