"""The inline engine: every message goes the whole way when it is fed, on the caller's thread."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sm_toolkit.engines.errors import broke_amid
from sm_toolkit.pipeline.messages import Alike, Values
from sm_toolkit.pipeline.metrics import Meter, Metrics
from sm_toolkit.pipeline.plans import Deployed, Message
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.steps import Copy
from sm_toolkit.pipeline.whole import Whole, measured

LARGEST_BATCH = 4096
"""How many messages go through the stages at once, at most: so what they need is not much, and stays near at hand."""


@dataclass(frozen=True)
class Inline:
    """Make one with ``inline()``."""

    metrics: bool = True

    def start(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None = None) -> RunningInline:
        """Start running."""
        return RunningInline(running, outlet, tees, Meter() if self.metrics else None)


def inline(metrics: bool = True) -> Inline:
    """Return the engine that runs everything on the caller's thread: the fastest where steps are short.

    Without ``metrics`` nothing is counted.
    """
    return Inline(metrics)


class RunningInline:
    """A pipeline that runs inline, one feed at a time whichever threads they come from."""

    feed_waits = False

    def __init__(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None, meter: Meter | None) -> None:
        self._whole = Whole(running, tees, meter)
        self._meter = meter
        self._outlet = outlet
        self._lock = threading.RLock()
        self._failure: BaseException | None = None

    def feed(self, messages: Sequence[Message]) -> None:
        """Run messages through all the stages and deliver their answers.

        Raises:
            EngineError: it was interrupted amid messages before, or something broke, such as the sink of a tee.
        """
        with self._lock:
            if self._failure is not None:
                raise broke_amid(self._failure) from self._failure
            kind = type(messages) if isinstance(messages, Alike | Values) else list
            try:
                for start in range(0, len(messages), LARGEST_BATCH):
                    self._outlet.deliver(self._whole.batch(kind(messages[start : start + LARGEST_BATCH])))
            except BaseException as error:  # an interrupt, say: nobody knows how far the messages have come
                self._failure = error
                if not isinstance(error, Exception):
                    self._outlet.broken(broke_amid(error))
                raise

    def drain(self) -> None:
        """Do nothing: what was fed has been delivered."""

    def refuse_to_wait(self) -> None:
        """Do nothing: whoever feeds has the answers."""

    def stop(self) -> None:
        """Do nothing: nothing runs between calls."""

    def inspect(self) -> Deployed:
        """Return what runs, as it is now."""
        with self._lock:
            return self._whole.running()

    def metrics(self) -> Metrics:
        """Return what each stage has done so far."""
        return measured(self.inspect(), self._meter, None)
