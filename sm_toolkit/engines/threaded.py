"""The threaded engine: a thread a stage, bounded queues between them, batches of what is there.

Threads share one interpreter lock, so this gives no more processor time than ``inline``; it lets stages that
wait overlap, and it takes the pipeline's work off the thread that feeds it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from sm_toolkit.engines.barrier import BARRIER_TIMEOUT, Barrier, EngineError
from sm_toolkit.engines.queues import BoundedQueue
from sm_toolkit.pipeline.metrics import Meter, Metrics
from sm_toolkit.pipeline.network import Network, Node, Take, network
from sm_toolkit.pipeline.plans import Deployed, Message
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.steps import Copy
from sm_toolkit.pipeline.whole import measured

log = logging.getLogger(__name__)

LARGEST_BATCH = 256
"""How many messages a node takes from its queue at once, at most; it never waits for more to come."""

SLICE = 0.001
"""How many seconds of work a node takes on at once, as far as it can tell from the messages before."""

__all__ = ["EngineError", "RunningThreads", "Threads", "threads"]


@dataclass(frozen=True)
class Threads:
    """Make one with ``threads()``."""

    capacity: int = 1024
    metrics: bool = True
    barrier_timeout: float = BARRIER_TIMEOUT

    def start(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None = None) -> RunningThreads:
        """Start one thread a stage."""
        return RunningThreads(running, outlet, tees, self)


def threads(capacity: int = 1024, metrics: bool = True, barrier_timeout: float = BARRIER_TIMEOUT) -> Threads:
    """Return the engine that runs each stage on a thread of its own.

    ``capacity`` is how many messages each queue holds before the one who fills it has to wait. Without ``metrics``
    nothing is counted. A change of more than one stage waits until all that entered before it has left, for
    ``barrier_timeout`` seconds at most, and is refused then.

    Raises:
        ValueError: the capacity is less than 1.
    """
    if capacity < 1:
        raise ValueError(f"a queue holds at least 1 message, not {capacity}")
    return Threads(capacity, metrics, barrier_timeout)


class RunningThreads(Barrier):
    """A pipeline that runs on threads."""

    def __init__(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None, options: Threads) -> None:
        super().__init__(running, outlet, options.barrier_timeout)
        self._tees, self._options = tees, options
        self._meter = Meter() if options.metrics else None
        self._crew = _Crew(self._network(running), self)

    def _network(self, running: Deployed) -> Network:
        if self._meter is not None:
            self._meter.begin_anew()
        return network(running, self._options.capacity, self._tees, self._meter)

    def put(self, messages: Sequence[Message]) -> bool:
        """Put messages into the first queue."""
        return self._crew.queues[0].put(messages)

    def put_in_place(self, running: Deployed) -> None:
        """Start the new threads, and then stop the old ones."""
        old, self._crew = self._crew, _Crew(self._network(running), self)
        old.stop()

    def inspect(self) -> Deployed:
        """Return what runs, as it is now; each stage is exact, and they belong together once drained."""
        return self._crew.network.running()

    def metrics(self) -> Metrics:
        """Return what each stage has done so far, and what waits."""
        return measured(self.inspect(), self._meter, self._crew.waiting())

    def stop(self) -> None:
        """Stop every thread and wait for it to end."""
        self._stop()
        self._crew.stop()

    def deliver(self, messages: list[Message], made: Network) -> None:
        """Give answers for what has come to the exit."""
        self._outlet.deliver(made.answers(messages))
        self._delivered(len(messages))

    def broke(self, node: Node, error: BaseException) -> None:
        """Learn that a node broke."""
        log.error("stage %s broke", node.name, exc_info=error)
        self._broke(error)


class _Crew:
    """The threads of one network, a node each."""

    def __init__(self, made: Network, engine: RunningThreads) -> None:
        self.network = made
        self._engine = engine
        self.queues = [BoundedQueue(engine._options.capacity) for _ in range(made.queues)]
        self._threads = [
            threading.Thread(target=self._run, args=(node,), name=f"stage {node.name}", daemon=True)
            for node in made.nodes
        ]
        started = 0
        try:
            for thread in self._threads:
                thread.start()
                started += 1
        except RuntimeError:
            self._threads = self._threads[:started]
            self.stop()
            raise

    def stop(self) -> None:
        for queue in self.queues:
            queue.close()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def waiting(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for node in self.network.nodes:
            name = node.name.partition("[")[0]
            found[name] = found.get(name, 0) + sum(len(self.queues[queue]) for queue in node.inputs)
        return found

    def _run(self, node: Node) -> None:
        """Grant what a node asks, as soon as it can be, until the queues are closed."""
        queues, exit_ = self.queues, self.network.exit
        asking = node.run()
        most = 1
        taken, began = 0, 0.0
        try:
            ask = next(asking)
            while True:
                if isinstance(ask, Take):
                    if taken:
                        spent = perf_counter() - began
                        most = max(
                            1, min(LARGEST_BATCH, most * 2, int(SLICE * taken / spent) if spent > 0 else most * 2)
                        )
                    batch = queues[ask.queue].take(most)
                    if batch is None:
                        return
                    taken, began = len(batch), perf_counter()
                    ask = asking.send(batch)
                else:
                    if ask.queue == exit_:
                        self._engine.deliver(ask.messages, self.network)
                    elif not queues[ask.queue].put(ask.messages):
                        return
                    ask = next(asking)
        except BaseException as error:
            self._engine.broke(node, error)
            for queue in queues:
                queue.close()
