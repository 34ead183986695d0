"""A pipeline as it looks at one moment, as plain data: its parts, what runs in its stages, what waits in its queues.

Whoever knows a pipeline or an engine makes a ``PipelineView``; ``pipeline_picture`` draws it. No place on a
page belongs here; its words are in ``pipeline_text``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from sm_toolkit.notebook.pictures.wording import whole_type


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage: what runs in it ("v1 9b1e04c"), its state in words, and whether a change awaits it or made it.

    ``held`` are the words before the state ("state", "states"); ``mark`` is what a rewiring does to it ("kept").
    ``counted`` is what it has done so far ("7 items"), and ``failed`` what went wrong of that ("1 failed").
    """

    name: str
    edition: str
    state: str
    changing: bool = False
    held: str = "state"
    mark: str = ""
    counted: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class EffectView:
    """A Python function that is called where it is written, by so many workers."""

    name: str
    function: str
    workers: int = 1
    changing: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class TeeView:
    """A copy of what passes goes to the sink of this name."""

    name: str
    changing: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class LaneView:
    """One way through a branching, and the words for who takes it ("Left")."""

    words: str
    body: PipelineView


@dataclass(frozen=True, slots=True)
class BranchView:
    """Lanes that part and come together: of a "fan out", a "parallel" or a "choice".

    ``same`` says that what enters each lane is what comes before them all; ``one`` that an item takes one lane only.
    """

    kind: str
    lanes: tuple[LaneView, ...]
    same: bool = False
    one: bool = False
    changing: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class FrameView:
    """A pipeline inside another: the body of a shard of so many copies, or what is done with each element.

    ``same`` says that what enters and leaves the body is what enters and leaves the whole.
    """

    words: str
    body: PipelineView
    copies: int = 1
    detail: str = ""
    same: bool = True
    changing: bool = False
    mark: str = ""


PartView: TypeAlias = StageView | EffectView | TeeView | BranchView | FrameView


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """An item in a queue, the machine that will handle it ("v1"), and whether that is a new one."""

    edition: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change in a queue: what it does ("upgrade v1 → v2") and a detail ("9b1e04c → 4d7a21f").

    ``here`` says that it takes effect in the part that it waits for, and does not only pass it.
    """

    words: str
    detail: str = ""
    here: bool = True


@dataclass(frozen=True, slots=True)
class QueueView:
    """What waits before a stage, the next to be taken first; ``capacity`` None is a queue without a bound."""

    waiting: tuple[WaitingItem | WaitingChange, ...] = ()
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class PipelineView:
    """A pipeline of parts one after another; the parts of a plain one are stages.

    ``types`` are those on the wires, as lines of text: before the first part, between them, after the
    last, so one more than parts. ``queues`` are empty, or one before each part, None where there is none; there may
    be one more, after the last part. The ``note`` is said below it.
    """

    stages: tuple[PartView, ...]
    types: tuple[tuple[str, ...], ...]
    queues: tuple[QueueView | None, ...] = ()
    name: str = "pipeline"
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.types) != len(self.stages) + 1:
            raise ValueError(f"{len(self.stages)} stages have {len(self.stages) + 1} types, not {len(self.types)}")
        if self.queues and len(self.queues) not in (len(self.stages), len(self.stages) + 1):
            raise ValueError(f"{len(self.stages)} stages have as many queues, not {len(self.queues)}")

    def queue(self, number: int) -> QueueView | None:
        """Return the queue before a part, or after the last one."""
        return self.queues[number] if number < len(self.queues) else None


def fullness(queue: QueueView) -> str:
    """Word how full a queue is."""
    return f"{len(queue.waiting)}/{queue.capacity}" if queue.capacity else f"{len(queue.waiting)} waiting"


def one_line(lines: tuple[str, ...]) -> str:
    """Word the lines of a type in one."""
    return whole_type(lines)


def inside(part: PartView) -> tuple[LaneView, ...]:
    """Return the pipelines inside a part, with the words for each."""
    match part:
        case BranchView(lanes=lanes):
            return lanes
        case FrameView(words=words, body=body):
            return (LaneView(words, body),)
        case _:
            return ()


def all_parts(view: PipelineView) -> Iterator[PartView]:
    """Yield the parts of a pipeline and all that is inside them, in order, what encloses before what is inside."""
    for part in view.stages:
        yield part
        for lane in inside(part):
            yield from all_parts(lane.body)
