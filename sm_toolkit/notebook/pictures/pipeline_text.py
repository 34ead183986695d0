"""A pipeline's view in words and as a graph: what is read where no picture is. No shape belongs here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.picture import Edge, Graph, Node
from sm_toolkit.notebook.pictures.pipeline_view import (
    BranchView,
    EffectView,
    FrameView,
    PartView,
    PipelineView,
    QueueView,
    StageView,
    TeeView,
    WaitingItem,
    fullness,
    inside,
    one_line,
)

LONGEST_TITLE = 200


def part_text(part: PartView) -> str:
    """Word a part as it is called in a line with others."""
    match part:
        case StageView(name=name) | EffectView(name=name):
            return name
        case TeeView(name=name):
            return f"tee {name}"
        case BranchView(kind=kind, lanes=lanes):
            return f"{kind}({', '.join(_line(lane.body) or '-' for lane in lanes)})"
        case FrameView(words=words, body=body):
            return f"{words}({_line(body) or '-'})"


def _line(view: PipelineView) -> str:
    return " >> ".join(part_text(part) for part in view.stages)


def title_text(view: PipelineView) -> str:
    """Say in one sentence what the picture shows, for those who do not see it."""
    parts = shorten(_line(view) or "no stage", LONGEST_TITLE)
    return f"{view.name}: {parts}; {one_line(view.types[0])} -> {one_line(view.types[-1])}"


def pipeline_text(view: PipelineView) -> str:
    """Return the picture as lines of text."""
    return "\n".join([title_text(view), *_parts(view, "  "), *([f"  {view.note}"] if view.note else [])])


def _parts(view: PipelineView, indent: str) -> Iterator[str]:
    for number, part in enumerate(view.stages):
        yield from _queue(view.queue(number), indent)
        types = f"{one_line(view.types[number])} -> {one_line(view.types[number + 1])}"
        mark = f" [{part.mark}]" if part.mark else ""
        match part:
            case StageView(name, edition, state, held=held):
                done = "".join(f", {words}" for words in (part.counted, part.failed) if words)
                yield f"{indent}{name}: {types}, {f'{edition}, ' if edition else ''}{held} {state}{done}{mark}"
            case EffectView(name, function, workers):
                yield f"{indent}effect {name}: {types}, calls {function}, {workers_text(workers)}{mark}"
            case TeeView(name):
                yield f"{indent}tee {name}: a copy of each {one_line(view.types[number])}{mark}"
            case BranchView(kind=kind, lanes=lanes):
                yield f"{indent}{kind}: {types}{mark}"
                for place, lane in enumerate(lanes, 1):
                    yield f"{indent}  {lane.words if part.one else place}:"
                    yield from _body(lane.body, indent + "    ")
            case FrameView(words, body, copies, detail):
                many = f" × {copies}" if copies > 1 else ""
                yield f"{indent}{words}{many}{f', {detail}' if detail else ''}: {types}{mark}"
                yield from _body(body, indent + "  ")
    yield from _queue(view.queue(len(view.stages)), indent)


def _body(view: PipelineView, indent: str) -> Iterator[str]:
    yield from _parts(view, indent)
    if not view.stages:
        yield f"{indent}{one_line(view.types[0])} passes"


def _queue(queue: QueueView | None, indent: str) -> Iterator[str]:
    if queue is not None:
        words = [(one.edition or "item") if isinstance(one, WaitingItem) else f"[{one.words}]" for one in queue.waiting]
        runs = [(word, len(list(run))) for word, run in groupby(words)]
        waiting = ", ".join(word if count == 1 else f"{count} × {word}" for word, count in runs)
        yield f"{indent}queue {fullness(queue)}{f', next first: {waiting}' if waiting else ''}"


def workers_text(workers: int) -> str:
    """Word how many threads an effect has."""
    return f"{workers} worker{'' if workers == 1 else 's'}"


# -- the graph ----------------------------------------------------------------------------------------------


def graph_of(view: PipelineView) -> Graph:
    """Return the graph of a pipeline: its parts between source and sink, each branching a split and a join."""
    made = _Graph()
    start = made.node("source", "source", "port")
    end, type_ = made.line(view, start)
    made.edges.append(Edge(end, made.node("sink", "sink", "port"), type_))
    return Graph(tuple(made.nodes), tuple(made.edges))


class _Graph:
    """Nodes and edges as they are found; parts are numbered in the order of the data."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self._parts = 0

    def node(self, name: str, text: str, kind: str, ran: bool = False) -> str:
        self.nodes.append(Node(name, text, kind, ran))
        return name

    def line(self, view: PipelineView, start: str, tag: str = "") -> tuple[str, str]:
        """Add the parts of a pipeline after a node; return the last node, and what is on the wire from it."""
        for number, part in enumerate(view.stages):
            start, tag = self._part(part, start, tag + one_line(view.types[number])), ""
        return start, tag + one_line(view.types[-1])

    def _part(self, part: PartView, start: str, type_: str) -> str:
        name = f"s{self._parts}"
        self._parts += 1
        match part:
            case StageView():
                self.node(name, f"{part.name}, {part.held} {part.state}", "stage", part.changing)
            case EffectView():
                self.node(name, f"{part.name}, calls {part.function}", "effect", part.changing)
            case TeeView():
                self.node(name, f"tee {part.name}", "split", part.changing)
                self.edges.append(Edge(name, self.node(f"{name}_sink", f"sink {part.name}", "port"), type_))
            case BranchView():
                return self._split(name, part.kind, part, start, type_)
            case FrameView():
                words = part.words + (f" × {part.copies}" if part.copies > 1 else "")
                return self._split(name, words, part, start, type_)
        self.edges.append(Edge(start, name, type_))
        return name

    def _split(self, name: str, text: str, part: BranchView | FrameView, start: str, type_: str) -> str:
        self.node(name, text, "split", part.changing)
        self.edges.append(Edge(start, name, type_))
        tagged = isinstance(part, BranchView) and part.one
        ends = [self.line(lane.body, name, f"{lane.words}: " if tagged else "") for lane in inside(part)]
        joined = self.node(f"{name}_join", "join", "join")
        self.edges += [Edge(end, joined, words) for end, words in ends]
        return joined
