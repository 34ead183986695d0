"""States one below the other, each with its steps: a layout that takes any machine, however its states are joined.

All steps to a state share one line down or up the page, so that there are no more of these than states.
"""

from __future__ import annotations

from sm_toolkit.notebook.pictures.scene import Box, Point, Shape, Wire
from sm_toolkit.notebook.pictures.state_shapes import entry, short_label, state_box
from sm_toolkit.notebook.pictures.state_view import StateView

BETWEEN_STATES = 12.0
BETWEEN_STEPS = 5.0
STEM = 14.0  # from the left edge of a state to the line down to its steps
INDENT = 34.0
TRACK = 9.0  # between two lines beside one another
BEFORE_TRACKS = 26.0
WIDEST_LABEL = 380.0


def rows(view: StateView) -> list[Shape]:
    """Return the states from the top down, with the lines of their steps on the right."""
    shapes: list[Shape] = []
    boxes: list[Box] = []
    labels: list[tuple[int, int, Box]] = []  # of which step: from where, to where, its words
    top = 0.0
    for place, node in enumerate(view.nodes):
        box = state_box(node, left=0, top=top)
        boxes.append(box)
        top = box.bottom + BETWEEN_STEPS + 2
        for edge in view.edges:
            if edge.source == place:
                text = short_label(edge.words, WIDEST_LABEL, left=INDENT, top=top)
                labels.append((place, edge.target, text))
                top = text.bottom + BETWEEN_STEPS
        top += BETWEEN_STATES - BETWEEN_STEPS
    shapes += entry(boxes[0])
    shapes += boxes
    right = max([box.right for box in boxes] + [text.right for _, _, text in labels]) + BEFORE_TRACKS
    tracks = _tracks(boxes, labels, right)
    for source, target, text in labels:
        box, to, x = boxes[source], boxes[target], tracks[target]
        stem = box.x + min(STEM, box.width / 2)
        path = (
            Point(stem, box.bottom + 0.6),
            Point(stem, text.centre.y),
            Point(x, text.centre.y),
            Point(x, to.centre.y),
            Point(to.right + 0.6, to.centre.y),
        )
        shapes += [Wire(path, under=True, radius=6), text]
    return shapes


def _tracks(boxes: list[Box], labels: list[tuple[int, int, Box]], right: float) -> dict[int, float]:
    """Return where the line to each state stands: those that reach least far are nearest, and may share a place."""
    reach: dict[int, tuple[float, float]] = {}
    for _, target, text in labels:
        y = boxes[target].centre.y
        low, high = reach.get(target, (y, y))
        reach[target] = min(low, text.centre.y), max(high, text.centre.y)
    places: dict[int, float] = {}
    taken: list[list[tuple[float, float]]] = []
    for target, (low, high) in sorted(reach.items(), key=lambda item: (item[1][1] - item[1][0], item[0])):
        number = next(
            (n for n, spans in enumerate(taken) if all(high + 8 < a or b + 8 < low for a, b in spans)), len(taken)
        )
        if number == len(taken):
            taken.append([])
        taken[number].append((low, high))
        places[target] = right + TRACK * number
    return places
