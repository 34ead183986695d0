"""What waits in the queues of a simulation, found for each part of its pipeline in the order of the data.

Only looked at here; how it moves is the engine's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sm_toolkit.engines.simulator import Simulation
from sm_toolkit.notebook.pictures.pipeline_view import (
    BranchView,
    FrameView,
    LaneView,
    PartView,
    PipelineView,
    QueueView,
    WaitingChange,
    WaitingItem,
)
from sm_toolkit.pipeline.messages import Failed, Item
from sm_toolkit.pipeline.network import Node
from sm_toolkit.pipeline.plans import Admitted

Shown: TypeAlias = Callable[[Any, str, str], "WaitingItem | WaitingChange"]
"""How a message is shown that waits: the message, the part that it waits for, and the machine that runs there."""


class Waiting:
    """Goes along the nodes of a simulation; whoever asks names the parts in the same order."""

    def __init__(self, simulation: Simulation, shown: Shown | None = None) -> None:
        self._simulation = simulation
        self._shown = shown or _shown
        self._nodes = iter(simulation.network.nodes)
        self._door: list[Any] = []
        self._door_queues = 0

    def node(self, *, leaf: bool = True) -> Node:
        """Return the node of the next part; where it is no leaf, a door may stand before it."""
        node = next(self._nodes)
        if not leaf and node.name == "door":
            self._door, self._door_queues = list(self._simulation.queues[node.inputs[0]]), 1
            node = next(self._nodes)
        return node

    def before(self, nodes: Sequence[Node], edition: str = "") -> QueueView:
        """Return what waits before nodes that are drawn as one; the one that splits first."""
        queues = [node.inputs[0] for node in reversed(nodes)]
        messages = [message for queue in queues for message in self._simulation.queues[queue]]
        view = self._view([*messages, *self._door], len(queues) + self._door_queues, nodes[0].part, edition)
        self._door, self._door_queues = [], 0
        return view

    def at_join(self, join: Node) -> list[QueueView]:
        """Return what waits at the end of each lane."""
        return [self._view(self._simulation.queues[queue], 1) for queue in join.inputs[1:]]

    def at_exit(self) -> QueueView:
        """Return what waits before the exit; in a pipeline without parts before the door, too."""
        rest = [node.inputs[0] for node in self._nodes]
        queues = [self._simulation.queues[queue] for queue in (self._simulation.network.exit, *rest)]
        return self._view([message for queue in queues for message in queue], len(queues))

    def _view(self, messages: Sequence[Any], queues: int, part: str = "", edition: str = "") -> QueueView:
        return QueueView(tuple(self._shown(one, part, edition) for one in messages), queues * self._simulation.capacity)


def _shown(message: Any, part: str, edition: str) -> WaitingItem | WaitingChange:
    match message:
        case Item():
            return WaitingItem(edition)
        case Failed():
            return WaitingItem("failed")
        case Admitted():
            return WaitingChange("change")
        case _:
            return WaitingItem("request")


def with_end(view: PipelineView, queue: QueueView) -> PipelineView:
    """Return a pipeline with a queue after its last part."""
    return replace(view, queues=(*view.queues, queue))


def as_one(copies: Sequence[PipelineView]) -> PipelineView:
    """Return copies of one pipeline as one, in whose queues is what waits in all of theirs."""
    first = copies[0]
    queues = [_together(each) for each in zip(*(copy.queues for copy in copies), strict=True)]
    parts = [_part_as_one(each) for each in zip(*(copy.stages for copy in copies), strict=True)]
    return replace(first, stages=tuple(parts), queues=tuple(queues))


def _part_as_one(copies: tuple[PartView, ...]) -> PartView:
    first = copies[0]
    if isinstance(first, FrameView):
        return replace(first, body=as_one([copy.body for copy in copies if isinstance(copy, FrameView)]))
    if isinstance(first, BranchView):
        lanes = zip(*(copy.lanes for copy in copies if isinstance(copy, BranchView)), strict=True)
        return replace(
            first, lanes=tuple(LaneView(several[0].words, as_one([lane.body for lane in several])) for several in lanes)
        )
    return first


def _together(queues: tuple[QueueView | None, ...]) -> QueueView | None:
    there = [queue for queue in queues if queue is not None]
    if not there:
        return None
    return QueueView(
        tuple(one for queue in there for one in queue.waiting), sum(queue.capacity or 0 for queue in there) or None
    )
