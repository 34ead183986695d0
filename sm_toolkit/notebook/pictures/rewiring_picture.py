"""The picture of a rewiring: the pipeline that runs and the new one, one above the other, with what changes marked.

It draws plain data, a ``RewiringView``; whoever knows a rewiring makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.picture import Edge, Graph, Node, Picture
from sm_toolkit.notebook.pictures.pipeline_picture import pipeline_shapes
from sm_toolkit.notebook.pictures.pipeline_text import graph_of, pipeline_text
from sm_toolkit.notebook.pictures.pipeline_view import PipelineView, one_line
from sm_toolkit.notebook.pictures.scene import (
    WIDEST_PAGE,
    Face,
    Line,
    Shape,
    bounds,
    clean,
    cut,
    fitted,
    label,
    line_width,
    measured,
    moved,
)

AFTER_HEADING = 8.0
BETWEEN = 18.0
LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class RewiringView:
    """What runs and what is to run, a sentence for each part that something becomes of, and why it is refused.

    The parts of both are marked with what becomes of them. A refused rewiring has at least one reason.
    """

    before: PipelineView
    after: PipelineView
    words: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    dry_run: bool = False


def draw_rewiring(view: RewiringView) -> Picture:
    """Draw what runs above what is to run, and what becomes of each part in words below."""
    shapes: list[Shape] = []
    top = 0.0
    for name, pipeline in zip(_names(view), (view.before, view.after), strict=True):
        heading = label(name, left=0, top=top, bold=True, size=10)
        drawn = pipeline_shapes(pipeline)
        shift = heading.bottom + AFTER_HEADING - min(bounds(shape)[1] for shape in drawn)
        shapes += [heading, *(moved(shape, 0, shift) for shape in drawn)]
        top = max(bounds(shape)[3] for shape in shapes) + BETWEEN
    top -= BETWEEN / 2
    for text, bold in _sentences(view):
        for one in _lines(text, bold):
            plate = measured([one], "label", left=0, top=top, align="start")
            shapes.append(plate)
            top = plate.bottom
    return Picture(fitted(shapes, _title(view)), rewiring_text(view), _graph(view))


def _names(view: RewiringView) -> tuple[str, str]:
    if view.reasons:
        return "what runs, and goes on", "what was asked for"
    return "before", "after (dry run)" if view.dry_run else "after"


def _sentences(view: RewiringView) -> Iterator[tuple[str, bool]]:
    """Yield each sentence below the picture, and whether it is bold."""
    if view.reasons:
        yield "refused, and nothing changes:", True
        yield from ((f"- {shorten(clean(reason), LONGEST_REASON)}", False) for reason in view.reasons)
        return
    if not view.words:
        yield "nothing becomes of any part", False
    yield from ((words, False) for words in view.words)


def _lines(text: str, bold: bool) -> Iterator[Line]:
    face: Face = "bold" if bold else "sans"
    here = ""
    for word in text.split(" "):
        longer = f"{here} {word}".strip()
        if here and line_width((cut(longer, 10 * WIDEST_PAGE, face),)) > WIDEST_PAGE - 12:
            yield (cut(here, WIDEST_PAGE - 12, face),)
            here = word
        else:
            here = longer
    yield (cut(here, WIDEST_PAGE - 12, face),)


def _title(view: RewiringView) -> str:
    ends = [f"{one_line(each.types[0])} -> {one_line(each.types[-1])}" for each in (view.before, view.after)]
    if view.reasons:
        return f"a refused rewiring of a pipeline {ends[0]}"
    return f"a rewiring: {' becomes '.join(dict.fromkeys(ends))}; {'; '.join(view.words) or 'nothing changes'}"


def rewiring_text(view: RewiringView) -> str:
    """Return the picture as lines of text."""
    before, after = (
        replace(pipeline, name=name) for name, pipeline in zip(_names(view), (view.before, view.after), strict=True)
    )
    sentences = [text for text, _ in _sentences(view)]
    return "\n".join([pipeline_text(before), pipeline_text(after), *sentences])


def _graph(view: RewiringView) -> Graph:
    """Return both graphs beside one another; the names of nodes begin with what they are of."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    for name, pipeline in (("before", view.before), ("after", view.after)):
        graph = graph_of(pipeline)
        nodes += [replace(node, name=f"{name}_{node.name}") for node in graph.nodes]
        edges += [Edge(f"{name}_{one.source}", f"{name}_{one.target}", one.text) for one in graph.edges]
    return Graph(tuple(nodes), tuple(edges))
