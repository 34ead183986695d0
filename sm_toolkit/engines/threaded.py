"""The threaded engine: a thread a stage, bounded queues between them, batches of what is there.

Threads share one interpreter lock, so this gives no more processor time than ``inline``; it lets stages that
wait overlap, and it takes the pipeline's work off the thread that feeds it, unless that would have to wait for it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from sm_toolkit.engines.barrier import BARRIER_TIMEOUT, Barrier
from sm_toolkit.engines.crews import Crew
from sm_toolkit.engines.errors import require_machine
from sm_toolkit.engines.queues import BoundedQueue, require_bounds
from sm_toolkit.pipeline.metrics import Meter, Metrics
from sm_toolkit.pipeline.network import Network, Node, network
from sm_toolkit.pipeline.plans import Deployed, Message
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.steps import Copy
from sm_toolkit.pipeline.whole import measured

log = logging.getLogger(__name__)

__all__ = ["RunningThreads", "Threads", "threads"]


@dataclass(frozen=True)
class Threads:
    """Make one with ``threads()``."""

    capacity: int = 1024
    metrics: bool = True
    barrier_timeout: float = BARRIER_TIMEOUT

    def start(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None = None) -> RunningThreads:
        """Start one thread a stage.

        Raises:
            EngineError: there are no threads, in a browser.
        """
        require_machine("threads()", "threads")
        return RunningThreads(running, outlet, tees, self)


def threads(capacity: int = 1024, metrics: bool = True, barrier_timeout: float = BARRIER_TIMEOUT) -> Threads:
    """Return the engine that runs each stage on a thread of its own.

    ``capacity`` is how many messages each queue holds before the one who fills it has to wait. Without ``metrics``
    nothing is counted. A change of more than one stage waits until all that entered before it has left, for
    ``barrier_timeout`` seconds at most, and is refused then.

    Raises:
        ValueError: the capacity is less than 1.
    """
    require_bounds(capacity, barrier_timeout)
    return Threads(capacity, metrics, barrier_timeout)


class RunningThreads(Barrier):
    """A pipeline that runs on threads."""

    def __init__(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None, options: Threads) -> None:
        super().__init__(running, outlet, options.barrier_timeout)
        self._tees, self._options = tees, options
        self._meter = Meter() if options.metrics else None
        self._crew = self._crew_for(running)
        self._before: Crew | None = None  # the one before, until it has ended

    def _crew_for(self, running: Deployed) -> Crew:
        if self._meter is not None:
            self._meter.begin_anew()
        capacity = self._options.capacity
        made = network(running, capacity, self._tees, self._meter)
        return Crew(made, [BoundedQueue(capacity) for _ in range(made.queues)], self.deliver, self.broke)

    def put(self, messages: list[Message]) -> bool:
        """Put messages into the first queue, and while it is full do the work of who reads it."""
        return self._crew.put(messages)

    def put_in_place(self, running: Deployed) -> None:
        """Start the new threads, and then stop the old ones."""
        self._before, self._crew = self._crew, self._crew_for(running)
        self._before.stop()
        self._before = None

    def inspect(self) -> Deployed:
        """Return what runs, as it is now; each stage is exact, and they belong together once drained."""
        return self._crew.network.running()

    def metrics(self) -> Metrics:
        """Return what each stage has done so far, and what waits."""
        return measured(self.inspect(), self._meter, self._crew.waiting())

    def stop(self) -> None:
        """Stop every thread and wait for it to end."""
        self._stop()
        for crew in (self._before, self._crew):
            if crew is not None:
                crew.stop()

    def deliver(self, messages: list[Message], made: Network) -> None:
        """Give answers for what has come to the exit."""
        self._outlet.deliver(made.answers(messages))
        self._delivered(len(messages))

    def broke(self, node: Node, error: BaseException) -> None:
        """Learn that a node broke."""
        log.error("stage %s broke", node.name, exc_info=error)
        self._broke(error)
