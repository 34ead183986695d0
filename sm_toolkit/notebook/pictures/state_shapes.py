"""The shapes of a machine's states and steps that all layouts share."""

from __future__ import annotations

from sm_toolkit.notebook.pictures.scene import (
    ORIGIN,
    Box,
    Dot,
    Line,
    Point,
    Shape,
    Span,
    Wire,
    cut,
    measured,
)
from sm_toolkit.notebook.pictures.state_view import StateNode
from sm_toolkit.notebook.pictures.wording import value_lines

ENTRY = 22.0  # from the dot before the first state to it


def state_box(node: StateNode, *, left: float = 0.0, top: float = 0.0) -> Box:
    """Return the box of a state: its words, how many it stands for, whether there is more."""
    merged = node.members > 1
    words: list[Line] = [(Span(text, "mono", 8.5),) for text in value_lines(node.words)]
    if merged:
        words = [(cut(node.words, 200, "mono", 8.5),)]
    words += [(Span(note, "bold" if merged and not number else "sans", 8),) for number, note in enumerate(node.notes)]
    return measured(words, "box", left=left, top=top, least=(30, 22))


def short_label(words: tuple[str, ...], most: float, *, left: float = 0.0, top: float = 0.0) -> Box:
    """Return the words of steps as a pill, each cut to a width."""
    lines = [(cut(text, most, "mono", 8),) for text in words]
    return measured(lines, "pill", left=left, top=top, rides=True)


def centred_label(words: tuple[str, ...], most: float, centre: Point = ORIGIN) -> Box:
    """Return the same round a point."""
    return measured([(cut(text, most, "mono", 8),) for text in words], "pill", centre=centre, rides=True)


def entry(box: Box) -> list[Shape]:
    """Return the mark before the state that the machine starts in."""
    y = box.centre.y
    return [Dot(box.x - ENTRY, y, 3.6), Wire((Point(box.x - ENTRY, y), Point(box.x - 0.6, y)))]
