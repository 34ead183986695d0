"""A pipeline as it looks at one moment, as plain data: what runs in its stages and what waits in its queues.

Whoever knows a pipeline or an engine makes a ``PipelineView``; ``pipeline_picture`` draws it. No place on a
page belongs here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from sm_toolkit.notebook.pictures.picture import Edge, Graph, Node


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage: what runs in it ("v1 9b1e04c"), its state in words, and whether an upgrade awaits it."""

    name: str
    edition: str
    state: str
    changing: bool = False


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """An item in a queue, the machine that will handle it ("v1"), and whether that is a new one."""

    edition: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change in a queue: what it does ("upgrade v1 → v2") and a detail ("9b1e04c → 4d7a21f")."""

    words: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class QueueView:
    """What waits before a stage, the next to be taken first; ``capacity`` None is a queue without a bound."""

    waiting: tuple[WaitingItem | WaitingChange, ...] = ()
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class PipelineView:
    """A pipeline of stages one after another.

    ``types`` are those on the wires, as lines of text: before the first stage, between them, after the
    last, so one more than stages. ``queues`` are empty, or one before each stage, None where there is none.
    """

    stages: tuple[StageView, ...]
    types: tuple[tuple[str, ...], ...]
    queues: tuple[QueueView | None, ...] = ()
    name: str = "pipeline"

    def __post_init__(self) -> None:
        if len(self.types) != len(self.stages) + 1:
            raise ValueError(f"{len(self.stages)} stages have {len(self.stages) + 1} types, not {len(self.types)}")
        if self.queues and len(self.queues) != len(self.stages):
            raise ValueError(f"{len(self.stages)} stages have as many queues, not {len(self.queues)}")

    def queue(self, number: int) -> QueueView | None:
        """Return the queue before a stage."""
        return self.queues[number] if self.queues else None


def fullness(queue: QueueView) -> str:
    """Word how full a queue is."""
    return f"{len(queue.waiting)}/{queue.capacity}" if queue.capacity else f"{len(queue.waiting)} waiting"


def one_line(lines: tuple[str, ...]) -> str:
    """Word the lines of a type in one."""
    return " ".join(text.strip() for text in lines)


def title_text(view: PipelineView) -> str:
    """Say in one sentence what the picture shows, for those who do not see it."""
    stages = " >> ".join(stage.name for stage in view.stages) or "no stage"
    return f"{view.name}: {stages}; {one_line(view.types[0])} -> {one_line(view.types[-1])}"


def pipeline_text(view: PipelineView) -> str:
    """Return the picture as lines of text."""
    lines = [title_text(view)]
    for number, stage in enumerate(view.stages):
        queue = view.queue(number)
        if queue is not None:
            words = [one.edition if isinstance(one, WaitingItem) else f"[{one.words}]" for one in queue.waiting]
            runs = [(word, len(list(run))) for word, run in groupby(words)]
            waiting = ", ".join(word if count == 1 else f"{count} × {word}" for word, count in runs)
            lines.append(f"  queue {fullness(queue)}{f', next first: {waiting}' if waiting else ''}")
        types = f"{one_line(view.types[number])} -> {one_line(view.types[number + 1])}"
        lines.append(f"  {stage.name}: {types}, {f'{stage.edition}, ' if stage.edition else ''}state {stage.state}")
    return "\n".join(lines)


def graph_of(view: PipelineView) -> Graph:
    """Return the graph of a pipeline: its stages between source and sink."""
    nodes = [Node("source", "source", "port")]
    edges = []
    for number, stage in enumerate(view.stages):
        nodes.append(Node(f"s{number}", f"{stage.name}, state {stage.state}", "stage", stage.changing))
        edges.append(Edge(nodes[-2].name, nodes[-1].name, one_line(view.types[number])))
    nodes.append(Node("sink", "sink", "port"))
    edges.append(Edge(nodes[-2].name, "sink", one_line(view.types[-1])))
    return Graph(tuple(nodes), tuple(edges))
