"""The threaded engine: a thread a stage, bounded queues between them, batches of what is there.

Threads share one interpreter lock, so this gives no more processor time than ``inline``; it lets stages that
wait overlap, and it takes the pipeline's work off the thread that feeds it.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.pipeline.messages import Answer
from sm_toolkit.pipeline.plans import DeployedStage, Message
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.stages import handle, leave

log = logging.getLogger(__name__)

LARGEST_BATCH = 256
"""How many messages a stage takes from its queue at once, at most; it never waits for more to come."""


class EngineError(ToolkitError, RuntimeError):
    """An engine broke or was stopped, and takes no more messages."""


@dataclass(frozen=True)
class Threads:
    """Make one with ``threads()``."""

    capacity: int = 1024

    def start(self, stages: tuple[DeployedStage, ...], outlet: Outlet) -> RunningThreads:
        """Start one thread a stage."""
        return RunningThreads(stages, outlet, self.capacity)


def threads(capacity: int = 1024) -> Threads:
    """Return the engine that runs each stage on a thread of its own.

    ``capacity`` is how many messages each queue holds before the one who fills it has to wait.

    Raises:
        ValueError: the capacity is less than 1.
    """
    if capacity < 1:
        raise ValueError(f"a queue holds at least 1 message, not {capacity}")
    return Threads(capacity)


class _Queue:
    """A bounded queue of messages with one reader; closing it wakes everybody."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._messages: deque[Message] = deque()
        self._lock = threading.Lock()
        self._filled = threading.Condition(self._lock)
        self._emptied = threading.Condition(self._lock)
        self._closed = False

    def put(self, messages: Sequence[Message]) -> bool:
        """Put messages in, waiting while the queue is full; False if it was closed."""
        position = 0
        with self._lock:
            while position < len(messages):
                while len(self._messages) >= self._capacity and not self._closed:
                    self._emptied.wait()
                if self._closed:
                    return False
                room = self._capacity - len(self._messages)
                self._messages.extend(messages[position : position + room])
                position += room
                self._filled.notify()
        return True

    def take(self) -> list[Message] | None:
        """Take what is there, at most a batch, waiting for at least one; None if the queue was closed."""
        with self._lock:
            while not self._messages and not self._closed:
                self._filled.wait()
            if self._closed:
                return None
            count = min(len(self._messages), LARGEST_BATCH)
            batch = [self._messages.popleft() for _ in range(count)]
            self._emptied.notify_all()
            return batch

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._filled.notify_all()
            self._emptied.notify_all()


class RunningThreads:
    """A pipeline that runs on threads."""

    def __init__(self, stages: tuple[DeployedStage, ...], outlet: Outlet, capacity: int) -> None:
        self._stages = list(stages)
        self._outlet = outlet
        self._queues = [_Queue(capacity) for _ in stages]
        self._waiting = 0  # fed and not yet delivered
        self._settled = threading.Condition()
        self._failure: BaseException | None = None
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._run, args=(index,), name=f"stage {stage.plan.name}", daemon=True)
            for index, stage in enumerate(stages)
        ]
        for thread in self._threads:
            thread.start()

    def feed(self, messages: Sequence[Message]) -> None:
        """Put messages in; waits while the first queue is full.

        Raises:
            EngineError: the engine broke or was stopped.
        """
        self._refuse_if_over()
        with self._settled:
            self._waiting += len(messages)
        if not self._queues:
            self._deliver([leave(message) for message in messages])
        elif not self._queues[0].put(messages):
            self._refuse_if_over()

    def settle(self) -> None:
        """Wait until everything that was fed has been delivered.

        Raises:
            EngineError: the engine broke or was stopped before.
        """
        with self._settled:
            self._settled.wait_for(lambda: self._waiting == 0 or self._failure is not None or self._stopped)
            waiting = self._waiting
        if waiting:
            self._refuse_if_over()

    def stop(self) -> None:
        """Stop every thread and wait for it to end."""
        self._stopped = True
        for queue in self._queues:
            queue.close()
        with self._settled:
            self._settled.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def stages(self) -> tuple[DeployedStage, ...]:
        """Return the stages as they are now; each is exact, and they belong together once settled."""
        return tuple(self._stages)

    def _refuse_if_over(self) -> None:
        if self._failure is not None:
            raise EngineError(f"the engine broke: {self._failure!r}") from self._failure
        if self._stopped:
            raise EngineError("the engine was stopped")

    def _run(self, index: int) -> None:
        try:
            last = index + 1 == len(self._stages)
            while (batch := self._queues[index].take()) is not None:
                stage = self._stages[index]
                for position, message in enumerate(batch):
                    stage, batch[position] = handle(stage, message)
                self._stages[index] = stage
                if last:
                    self._deliver([leave(message) for message in batch])
                elif not self._queues[index + 1].put(batch):
                    return
        except BaseException as error:
            log.exception("stage %s broke", self._stages[index].plan.name)
            self._outlet.broken(error)  # before those who wait learn of it
            self._failure = error
            for queue in self._queues:
                queue.close()
            with self._settled:
                self._settled.notify_all()

    def _deliver(self, answers: list[Answer]) -> None:
        self._outlet.deliver(answers)
        with self._settled:
            self._waiting -= len(answers)
            if self._waiting == 0:
                self._settled.notify_all()
