"""A machine as the text of the function that it came from, or of one that makes it."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Container, Iterator
from typing import Any

from sm_toolkit.language.checking.inference import infer
from sm_toolkit.language.functions.printing import to_python
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.machine_words import machine_name, types_text
from sm_toolkit.notebook.pictures.picture import Graph, Node, Picture
from sm_toolkit.notebook.pictures.scene import Shape, Span, clean, fitted, label, measured

WIDEST = 116
MOST_LINES = 120
GUTTER = 4  # characters for the number of a line


def draw_function(machine: Machine[Any, Any, Any]) -> Picture:
    """Draw the text of a machine as a function of Python, its words of the language bold.

    Raises:
        MachineTypeError, AmbiguousTypeError, LimitError: the machine does not type, or is too large to be printed.
    """
    text = machine.origin.text if machine.origin is not None else to_python(machine)
    name, types = machine_name(machine), types_text(infer(machine))
    shapes: list[Shape] = [label(Span(name, "bold", 11), Span(f"  {types}"[:100], "mono", 8.5), left=0, top=0)]
    shapes += function_lines(text, 22.0)
    title = f"{name}: {types}"
    return Picture(fitted(shapes, title), f"{title}\n{text.rstrip()}", Graph((Node("function", name, "operation"),)))


def function_lines(text: str, top: float = 0.0, marked: Container[int] | None = None) -> Iterator[Shape]:
    """Yield the lines of a function's text with their numbers, from the top down.

    Where some are ``marked``, by their numbers from 1 on, those are bold behind a "≠".
    """
    lines = text.rstrip().splitlines()
    bold = _bold(text)
    for number, line in enumerate(lines[:MOST_LINES], 1):
        if marked is None:
            spans = [Span(f"{number:>{GUTTER - 1}} ", "mono", 8.5), *_spans(line, bold.get(number, []))]
        elif number in marked:
            spans = [Span(f"{number:>{GUTTER - 1}} ≠ ", "mono-bold", 8.5), *_spans(line, [(0, len(line[:WIDEST]))])]
        else:
            spans = [Span(f"{number:>{GUTTER - 1}}   ", "mono", 8.5), *_spans(line, [])]
        one = measured([tuple(spans)], "label", left=0, top=top, align="start")
        yield one
        top = one.bottom
    if len(lines) > MOST_LINES:
        yield label(f"… {len(lines) - MOST_LINES:,} more lines", left=20, top=top)


def _bold(text: str) -> dict[int, list[tuple[int, int]]]:
    """Return where the keywords of a text stand, by its lines."""
    found: dict[int, list[tuple[int, int]]] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and (keyword.iskeyword(token.string) or token.string in ("match", "case")):
                found.setdefault(token.start[0], []).append((token.start[1], token.end[1]))
    except (tokenize.TokenError, SyntaxError):  # a text that is only a part of one
        pass
    return found


def _spans(line: str, bold: list[tuple[int, int]]) -> Iterator[Span]:
    line = shorten(line, WIDEST)
    at = 0
    for begin, end in bold:
        if end > len(line):
            break
        yield Span(clean(line[at:begin]), "mono", 8.5)
        yield Span(line[begin:end], "mono-bold", 8.5)
        at = end
    yield Span(clean(line[at:]), "mono", 8.5)
