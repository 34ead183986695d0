"""The shapes of a machine's states and steps that all layouts share."""

from __future__ import annotations

from sm_toolkit.language.text.plain import shorten
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

ONE_LINE = 24
LONGEST_LINE = 36
MOST_FIELDS = 8
ENTRY = 22.0  # from the dot before the first state to it


def state_box(node: StateNode, *, left: float = 0.0, top: float = 0.0) -> Box:
    """Return the box of a state: its words, how many it stands for, whether there is more."""
    merged = node.members > 1
    words: list[Line] = [(Span(text, "mono", 8.5),) for text in state_lines(node.words)]
    if merged:
        words = [(cut(node.words, 200, "mono", 8.5),)]
    words += [(Span(note, "bold" if merged and not number else "sans", 8),) for number, note in enumerate(node.notes)]
    return measured(words, "box", left=left, top=top, least=(30, 22))


def state_lines(text: str) -> tuple[str, ...]:
    """Break the words of a state: of a record one field a line.

    >>> state_lines("{cars = Green, walk = Just (1, 2)}"), state_lines("Walking {since = 12, fast = True}")
    (('cars = Green', 'walk = Just (1, 2)'), ('Walking', '  since = 12', '  fast = True'))
    """
    name, brace, fields = text.partition("{")
    if not brace or not text.endswith(("}", "…")) or (name and len(text) <= ONE_LINE):
        return value_lines(text)
    parts, depth = [""], 0
    for character in fields.removesuffix("}"):
        depth += (character in "({[") - (character in ")}]")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    lines = [shorten(part.strip(), LONGEST_LINE) for part in parts]
    if len(lines) > MOST_FIELDS:
        lines = [*lines[: MOST_FIELDS - 1], "…"]
    return (name.strip(), *(f"  {line}" for line in lines)) if name else tuple(lines)


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
