"""The engine on an event loop: the parts of a pipeline take turns with whatever else the loop does.

A turn is about a millisecond of work; then the loop goes on, and comes back. What may wait (effects, and the sinks of
tees) is done by threads, so that it holds up nobody. All else happens on the loop's thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar

from sm_toolkit.engines.barrier import BARRIER_TIMEOUT, not_started, too_late
from sm_toolkit.engines.errors import EngineError, require_machine
from sm_toolkit.engines.pacing import SLICE, Pace
from sm_toolkit.engines.queues import require_bounds
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.pipeline.changes import change
from sm_toolkit.pipeline.messages import Answer, as_items
from sm_toolkit.pipeline.metrics import Meter, Metrics
from sm_toolkit.pipeline.network import EffectNode, Give, LineNode, Network, Node, Take, network, waiting_before
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.steps import Copy, TeeStep
from sm_toolkit.pipeline.upgrades import acts_in_stream
from sm_toolkit.pipeline.whole import measured

T = TypeVar("T")


@dataclass(frozen=True)
class EventLoop:
    """Make one with ``event_loop()``."""

    capacity: int = 1024
    metrics: bool = True
    barrier_timeout: float = BARRIER_TIMEOUT

    def start(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None = None) -> RunningOnLoop:
        """Start on the loop that runs in this thread; where none does, on one of its own in a thread of its own.

        Raises:
            EngineError: there are no threads, in a browser; waiting for answers takes one, too.
        """
        require_machine("event_loop()", "threads")
        return RunningOnLoop(running, outlet, tees, self)


def event_loop(capacity: int = 1024, metrics: bool = True, barrier_timeout: float = BARRIER_TIMEOUT) -> EventLoop:
    """Return the engine that runs a pipeline on the event loop it is started on, such as a server's.

    On that loop nothing may wait: ``await deployment.arrived()`` there, and not ``deployment.answers()``. Started where
    no loop runs, it has one of its own, in a thread. The rest is as in ``threads``.

    Raises:
        ValueError: the capacity is less than 1.
    """
    require_bounds(capacity, barrier_timeout)
    return EventLoop(capacity, metrics, barrier_timeout)


class RunningOnLoop:
    """A pipeline that runs on an event loop."""

    def __init__(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None, options: EventLoop) -> None:
        self._outlet, self._tees, self._options = outlet, tees, options
        self._meter = Meter() if options.metrics else None
        self._outside: deque[Message] = deque()
        self._waiting = 0  # fed and not yet delivered
        self._changed = threading.Condition()  # holds ``_outside``, ``_waiting`` and the two below
        self._failure: BaseException | None = None
        self._stopped = False
        self._scheduled = False
        self._timer: asyncio.TimerHandle | None = None
        self._workers: set[int] = set()  # the threads of the pool
        self._late = False  # whether the change at the door has waited too long
        self._put_in_place(running)
        try:
            self._loop, self._own = asyncio.get_running_loop(), None
        except RuntimeError:
            self._loop = asyncio.new_event_loop()
            self._own = threading.Thread(target=self._run_own, name="event loop of a pipeline", daemon=True)
            self._own.start()
        self._thread = threading.get_ident() if self._own is None else self._own.ident
        self.feed_waits = self._own is not None

    def _run_own(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    def _put_in_place(self, running: Deployed) -> None:
        if self._meter is not None:
            self._meter.begin_anew()
        made = network(running, self._options.capacity, self._tees, self._meter)
        workers = sum(map(_may_wait, made.nodes))
        self.network: Network = made
        self._pool = ThreadPoolExecutor(workers, "effect", self._is_worker) if workers else None
        self._queues: list[deque[Any]] = [deque() for _ in range(made.queues)]
        self._asking = [node.run() for node in made.nodes]
        self._asks: list[Take | Give | None] = [next(asking) for asking in self._asking]  # None: a thread is at it
        self._paces = [Pace() for _ in made.nodes]

    def _is_worker(self) -> None:
        self._workers.add(threading.get_ident())

    # -- what people call ---------------------------------------------------------------------------------

    def feed(self, messages: Sequence[Message]) -> None:
        """Put messages in, in order; waits while there is no room, but not on the loop's own thread.

        Raises:
            EngineError: the engine broke or was stopped.
        """
        position = 0
        messages = as_items(messages)
        while position < len(messages):
            with self._changed:
                if not self._here():
                    self._changed.wait_for(lambda: len(self._outside) < self._options.capacity or self._over())
                self._refuse_if_over()
                room = len(messages) if self._here() else self._options.capacity - len(self._outside)
                part = messages[position : position + room]
                self._outside.extend(part)
                self._waiting += len(part)
            position += len(part)
            self._soon(self._wake)

    def drain(self) -> None:
        """Wait until everything that was fed has been delivered; not on the loop's own thread.

        Raises:
            EngineError: the engine broke or was stopped before, or this is the loop's own thread.
        """
        with self._changed:
            if self._waiting:
                self.refuse_to_wait()
            self._changed.wait_for(lambda: self._waiting == 0 or self._over())
            if self._waiting:
                self._refuse_if_over()

    def refuse_to_wait(self) -> None:
        """Do nothing where somebody may wait for the pipeline.

        Raises:
            EngineError: this is the loop's own thread.
        """
        if self._here():
            raise EngineError(
                "the pipeline runs on the event loop of this thread, which must not wait for it: "
                "`await deployment.awaited.call(value)`, or `await deployment.arrived()` after `send`"
            )

    def inspect(self) -> Deployed:
        """Return what runs, as it is now; exact where nothing is on its way."""
        return self._on_loop(lambda: self.network.running())

    def metrics(self) -> Metrics:
        """Return what each stage has done so far, and what waits."""
        return self._on_loop(lambda: measured(self.network.running(), self._meter, self._waits_before()))

    def _waits_before(self) -> dict[str, int]:
        return waiting_before(self.network, self._queues)

    def stop(self) -> None:
        """Stop at once, and leave nothing behind; what has not been delivered is dropped."""
        with self._changed:
            if self._stopped:
                return
            self._stopped = True
            self._changed.notify_all()
        if self._pool is not None:  # a worker does not wait for itself
            self._pool.shutdown(wait=threading.get_ident() not in self._workers, cancel_futures=True)
        if self._own is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            if not self._here():
                self._own.join()

    # -- on the loop --------------------------------------------------------------------------------------

    def _here(self) -> bool:
        return threading.get_ident() == self._thread

    def _over(self) -> bool:
        return self._failure is not None or self._stopped

    def _refuse_if_over(self) -> None:
        if self._failure is not None:
            raise EngineError(f"the engine broke: {self._failure!r}") from self._failure
        if self._stopped:
            raise EngineError("the engine was stopped")

    def _soon(self, what: Callable[[], object]) -> None:
        if self._here():
            what()
            return
        try:
            self._loop.call_soon_threadsafe(what)
        except RuntimeError as error:
            raise EngineError(f"the event loop of the pipeline is not there any more: {error}") from error

    def _on_loop(self, what: Callable[[], T]) -> T:
        """Return what something gives on the loop's thread, where nothing changes meanwhile."""
        if self._here():
            return what()
        future: Future[T] = Future()

        def answer() -> None:
            try:
                future.set_result(what())
            except BaseException as error:
                future.set_exception(error)

        with self._changed:  # so that the end of the loop's own thread, if it is near, comes after it
            stopped = self._stopped
            if not stopped:
                self._soon(answer)
        return what() if stopped else future.result()

    def _wake(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        """Do what can be done, for about a millisecond; go on in the next turn of the loop if there is more."""
        self._scheduled = False
        until = perf_counter() + SLICE
        try:
            while not self._over() and self._moved():
                if perf_counter() > until:
                    self._wake()
                    return
        except BaseException as error:  # whatever it is, who waits for an answer is told
            self._broke(error)

    def _broke(self, error: BaseException) -> None:
        self._outlet.broken(error)
        with self._changed:
            self._failure = error
            self._changed.notify_all()

    def _moved(self) -> bool:
        """Let everybody do what can be done, the last one first, so that little is on its way; False if nobody can."""
        moved = self._leave()
        for number in reversed(range(len(self._asks))):
            moved = self._grant(number) or moved
        return self._enter() or moved

    def _leave(self) -> bool:
        queue = self._queues[self.network.exit]
        if not queue:
            return False
        messages = list(queue)
        queue.clear()
        self._deliver(self.network.answers(messages))
        return True

    def _deliver(self, answers: list[Answer]) -> None:
        self._outlet.deliver(answers)
        with self._changed:
            self._waiting -= len(answers)
            if self._waiting == 0:
                self._changed.notify_all()

    def _enter(self) -> bool:
        """Take in what is before the door, as far as there is room; a change at the door only while all is quiet."""
        room = self._options.capacity - len(self._queues[0])
        entering: list[Message] = []
        with self._changed:
            outside = self._outside
            while outside and len(entering) < room and self._in_stream(outside[0]):
                entering.append(outside.popleft())
            at_door = bool(outside) and not self._in_stream(outside[0])
            if entering:
                self._changed.notify_all()
        self._queues[0].extend(entering)
        if at_door and not entering and (self._quiet() or self._late):
            self._change_at_door()
            return True
        if at_door and self._timer is None:
            self._timer = self._loop.call_later(self._options.barrier_timeout, self._is_late)
        return bool(entering)

    def _in_stream(self, message: Message) -> bool:
        return not isinstance(message, Admitted) or acts_in_stream(self.network.start, message)

    def _is_late(self) -> None:
        self._late = True
        self._wake()

    def _quiet(self) -> bool:
        """Tell whether nothing is on its way."""
        return not any(self._queues) and all(
            isinstance(ask, Take) and ask.queue == node.inputs[0]
            for node, ask in zip(self.network.nodes, self._asks, strict=True)
        )

    def _change_at_door(self) -> None:
        with self._changed:
            admitted = self._outside.popleft()
        assert isinstance(admitted, Admitted)
        if self._timer is not None:
            self._timer.cancel()
        late, self._late, self._timer = self._late and not self._quiet(), False, None
        if late:  # it takes its place in the stream all the same
            with self._changed:
                self._outside.appendleft(too_late(admitted, self._options.barrier_timeout))
            return
        running = self.network.running()
        changed, answer = change(running, admitted)
        if changed is not running:
            old = self._pool
            try:
                self._put_in_place(changed)
            except ToolkitError as error:
                answer = not_started(admitted, error)
            else:
                if old is not None:
                    old.shutdown()
        self._deliver([answer])

    # -- what a node asks ---------------------------------------------------------------------------------

    def _grant(self, number: int) -> bool:
        """Grant what a node asks for, and on from there what it gives, as far as there is room; False if nothing is."""
        ask, node, asking = self._asks[number], self.network.nodes[number], self._asking[number]
        moved = False
        if isinstance(ask, Take):
            queue = self._queues[ask.queue]
            if not queue or (len(node.outputs) == 1 and not self._room(node.outputs[0])):
                return False
            moved = True
            if _may_wait(node):
                message = [queue.popleft()]
                self._asks[number] = None
                assert self._pool is not None
                future = self._pool.submit(asking.send, message)
                future.add_done_callback(lambda done: self._came_back(number, done))
                return True
            ask = self._taken(number, queue)
        while isinstance(ask, Give) and (room := self._room(ask.queue)) > 0:
            self._queues[ask.queue].extend(ask.messages[:room])
            moved = True
            rest = ask.messages[room:]
            ask = Give(ask.queue, rest) if rest else next(asking)
        self._asks[number] = ask
        return moved

    def _taken(self, number: int, queue: deque[Any]) -> Take | Give:
        pace = self._paces[number]
        count = min(len(queue), pace.most)
        batch = [queue.popleft() for _ in range(count)]
        began = perf_counter()
        ask = self._asking[number].send(batch)
        pace.took(count, perf_counter() - began)
        return ask

    def _room(self, queue: int) -> int:
        return self._options.capacity - len(self._queues[queue])

    def _came_back(self, number: int, done: Future[Take | Give]) -> None:
        """Go on with what a thread has done; called on that thread."""
        network = self.network

        def go_on() -> None:
            if done.cancelled() or self._over() or self.network is not network:
                return
            if (error := done.exception()) is not None:
                self._broke(error)
                return
            self._asks[number] = done.result()
            self._wake()

        if not self._stopped:
            self._loop.call_soon_threadsafe(go_on)


def _may_wait(node: Node) -> bool:
    """Tell whether a node calls what is not ours, and so may wait for something."""
    return isinstance(node, EffectNode) or (
        isinstance(node, LineNode) and any(isinstance(step, TeeStep) for step in node.line.steps)
    )
