"""The picture of a machine's states: on a grid where they fit it, or else one below the other.

It draws plain data, a ``StateView``. Several grids are tried, and the rules of pictures judge them: one is taken in
which no line runs through a state or over words.
"""

from __future__ import annotations

from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.rules import check_scene
from sm_toolkit.notebook.pictures.scene import Line, Scene, Shape, Span, bounds, cut, fitted, label, line_width, moved
from sm_toolkit.notebook.pictures.state_grid import grids
from sm_toolkit.notebook.pictures.state_rows import rows
from sm_toolkit.notebook.pictures.state_view import StateView, graph_of, state_lines, title_text
from sm_toolkit.notebook.pictures.wording import wrapped

BELOW_HEADING = 12.0


def draw_states(view: StateView) -> Picture:
    """Draw the states that a machine reaches, and its steps between them."""
    return Picture(_scene(view), state_lines(view), graph_of(view))


def _scene(view: StateView) -> Scene:
    title = title_text(view)
    for shapes in grids(view):
        scene = _page(view, shapes, title)
        if not check_scene(scene):
            return scene
    return _page(view, rows(view), title)


def _page(view: StateView, drawn: list[Shape], title: str) -> Scene:
    """Return a page: the heading, what is drawn, and the notes below."""
    heading: Line = (Span(view.name, "bold", 11), Span("  its states", "sans", 9))
    types = label(cut(view.types, 600, "mono", 8.5), left=0, top=18)
    shapes: list[Shape] = [label(*heading, left=0, top=0), types]
    edges = [bounds(shape) for shape in drawn]
    left, top = min(edge[0] for edge in edges), min(edge[1] for edge in edges)
    down = types.bottom + BELOW_HEADING - top
    # What is narrow stands in the middle below the heading.
    wide = max(edge[2] for edge in edges) - left
    across = max(0.0, (min(line_width(types.lines[0]), 300) - wide) / 2) - left
    shapes += [moved(shape, across, down) for shape in drawn]
    bottom = max(edge[3] for edge in edges) + down + 10
    for note in view.notes:
        for text in wrapped(note):
            shapes.append(label(text, left=0, top=bottom))
            bottom += 13
    return fitted(shapes, title)
