"""The inline engine: every message goes the whole way when it is fed, on the caller's thread."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sm_toolkit.pipeline.messages import Answer
from sm_toolkit.pipeline.plans import DeployedStage, Message
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.stages import handle, leave


@dataclass(frozen=True)
class Inline:
    """Make one with ``inline()``."""

    def start(self, stages: tuple[DeployedStage, ...], outlet: Outlet) -> RunningInline:
        """Start running."""
        return RunningInline(stages, outlet)


def inline() -> Inline:
    """Return the engine that runs everything on the caller's thread: the fastest where steps are short."""
    return Inline()


class RunningInline:
    """A pipeline that runs inline, one feed at a time whichever threads they come from."""

    def __init__(self, stages: tuple[DeployedStage, ...], outlet: Outlet) -> None:
        self._stages = list(stages)
        self._outlet = outlet
        self._lock = threading.RLock()

    def feed(self, messages: Sequence[Message]) -> None:
        """Run messages through all the stages and deliver their answers."""
        answers: list[Answer] = []
        line = self._stages
        with self._lock:
            for message in messages:
                for index, stage in enumerate(line):
                    line[index], message = handle(stage, message)
                answers.append(leave(message))
            if answers:
                self._outlet.deliver(answers)

    def settle(self) -> None:
        """Do nothing: what was fed has been delivered."""

    def stop(self) -> None:
        """Do nothing: nothing runs between calls."""

    def stages(self) -> tuple[DeployedStage, ...]:
        """Return the stages as they are."""
        return tuple(self._stages)
