"""The door of a served pipeline: what all connections share. Requests enter the stream here, and answers come back.

No bytes and no sockets: a connection is whoever an answer is for. Everything here is called on the event loop's
thread, except what the engine calls.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.limits import Limits
from sm_toolkit.pipeline.messages import Answer, Change, Failed, Inspected, Item, Rewired, Upgraded
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.plans import Admitted, Message
from sm_toolkit.pipeline.ports import Deploy, Running, moves_when_told
from sm_toolkit.pipeline.versions import Log

if TYPE_CHECKING:
    from sm_toolkit.edges.connection import Connection

log = logging.getLogger(__name__)


class _Feeder:
    """A thread that feeds an engine whose ``feed`` may wait, so that the event loop does not.

    How much waits here is bounded by what the connections may have under way.
    """

    def __init__(self, running: Running, broken: Callable[[BaseException], None]) -> None:
        self._running, self._broken = running, broken
        self._batches: SimpleQueue[list[Message] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="feeds the pipeline", daemon=True)
        self._thread.start()

    def feed(self, messages: list[Message]) -> None:
        """Feed messages soon."""
        self._batches.put(messages)

    def stop(self) -> None:
        """End, once the engine was stopped."""
        self._batches.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            try:
                self._running.feed(batch)
                if moves_when_told(self._running):
                    self._running.drain()
            except Exception as error:  # an engine that raises cannot be trusted with the next message
                self._broken(error)
                return


_LOOKS = 5
"""How often counts are looked at before it is said that they cannot be had."""

READ_AT_ONCE = 65_536
"""How many bytes are read from a connection at a time, at most."""


class Door:
    """Feeds a running pipeline and gives each answer to the connection that it is for.

    ``connections`` are those that are served, ``turned_away`` those that are being told that they are not.

    One change at a time is in the stream, so that the versions spoken that it is told are exact; the next one
    waits here. ``changing`` is true until its answer has been seen by every connection. ``closing`` is true once
    the server stops: no more is taken from clients; ``stopped`` once nobody is told anything more. ``stirred`` is
    set whenever answers came or a connection went. ``failure`` is why the engine broke, if it did.

    ``on_failure`` is called on the loop's thread.
    """

    def __init__(
        self, deploy: Deploy, input: Type[Any], output: Type[Any], limits: Limits, on_failure: Callable[[], None]
    ) -> None:
        self.versions = Log(input, output)
        self.limits = limits
        self.connections: set[Connection] = set()
        self.turned_away: set[Connection] = set()
        self.changing = False
        self.closing = False
        self.failure: BaseException | None = None
        self.stirred = asyncio.Event()
        self.buffer = memoryview(bytearray(READ_AT_ONCE))
        self._gathered: list[Message] = []  # what enters at the end of this turn of the loop
        self._waiting: deque[tuple[Connection, Message]] = deque()
        self._wanting: list[Callable[[Metrics | None], None]] = []  # who waits for counts that are not being taken yet
        self._measuring = False
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._on_failure = on_failure
        self.stopped = False
        self._running = deploy(self)
        waits = self._running.feed_waits or moves_when_told(self._running)
        self._feeder = _Feeder(self._running, self.broken) if waits else None

    def feed(self, messages: list[Message]) -> None:
        """Put messages into the pipeline, together with what other connections say in the same turn of the loop.

        So the work on a message does not begin anew for each; and nothing is answered within this call.
        """
        if not self._gathered:
            self._loop.call_soon(self._feed)
        self._gathered += messages

    def _feed(self) -> None:
        messages, self._gathered = self._gathered, []
        if self.stopped or self.failure is not None:
            return
        if self._feeder is not None:
            self._feeder.feed(messages)
            return
        try:
            self._running.feed(messages)
        except Exception as error:  # whatever it is, an engine that raises cannot be trusted with the next message
            self.broken(error)

    def stop(self) -> None:
        """Stop the engine; nothing enters any more."""
        self.stopped = True
        self._running.stop()
        if self._feeder is not None:
            self._feeder.stop()

    # -- counts ------------------------------------------------------------------------------------------

    def measure(self, tell: Callable[[Metrics | None], None]) -> None:
        """Tell somebody what was counted, or None if that cannot be had. The engine is asked on a worker thread.

        One question at a time is asked of it, however many want to know.
        """
        self._wanting.append(tell)
        if not self._measuring:
            self._measure()

    def _measure(self) -> None:
        wanting, self._wanting = self._wanting, []
        self._measuring = True
        asking = self._loop.run_in_executor(None, self._metrics)

        def measured(done: asyncio.Future[Metrics | None]) -> None:
            self._measuring = False
            for tell in wanting:
                tell(done.result())
            self.stirred.set()
            if self._wanting and not self._measuring:
                self._measure()

        asking.add_done_callback(measured)

    def _metrics(self) -> Metrics | None:
        for _ in range(_LOOKS):
            try:
                return self._running.metrics()
            except RuntimeError:  # a map grew while it was looked at
                continue
            except Exception:
                log.exception("what was counted cannot be had")
                return None
        return None

    # -- changes ----------------------------------------------------------------------------------------

    def enter_change(self, sender: Connection, change: Message) -> None:
        """Put a change that was looked at into the stream, after the change before it is answered."""
        self._waiting.append((sender, change))
        self._next_change()

    def _next_change(self) -> None:
        if self.changing or not self._waiting:
            return
        sender, change = self._waiting.popleft()
        if isinstance(change, Admitted):
            change = replace(change, request=replace(change.request, spoken=self._spoken(sender, change.request)))
        self.changing = True
        self.feed([change])
        sender.entered()

    def _spoken(self, sender: Connection, change: Change) -> frozenset[int]:
        """Return the versions that a change has to leave served.

        With an adapter that costs nothing, so everybody who is connected counts. Without one it refuses the
        change, so those count who have said something; the sender of the change knows what becomes of the
        current version, and counts where it speaks an older one.
        """
        served, current = self.versions.served(), self.versions.current

        def counts(connection: Connection) -> bool:
            if change.adapter is not None:
                return True
            return connection.has_spoken and (connection is not sender or connection.version != current)

        return frozenset(each.version for each in self.connections if each.version in served and counts(each))

    def _changed(self, answer: Answer) -> None:
        """Note what a change did; those who spoke a version that went are told so."""
        if isinstance(answer, Upgraded | Rewired) and answer.log is not None:
            self.versions = answer.log
            served = self.versions.served()
            for connection in list(self.connections):
                gone = connection.has_spoken and connection.version not in served
                if gone and connection is not answer.reply_to:
                    connection.end(f"interface version {connection.version} is no longer served; connect anew")
        self._loop.call_soon(self._after_change)

    def _after_change(self) -> None:
        self.changing = False
        for connection in list(self.connections):
            connection.settle()
        self._next_change()

    # -- what the engine calls ----------------------------------------------------------------------------

    def deliver(self, answers: list[Answer]) -> None:
        """Take answers from the engine, on whatever thread it answers."""
        if threading.get_ident() == self._thread:
            self._write(answers)
        else:
            self._loop.call_soon_threadsafe(self._write, answers)

    def broken(self, error: BaseException) -> None:
        """Learn that the engine, or a sink that it needs, broke: nothing is served any more."""
        log.error("nothing is served any more: %r", error, exc_info=error)
        self.failure = error
        self._loop.call_soon_threadsafe(self._give_up)

    def _give_up(self) -> None:
        self.stirred.set()
        self._on_failure()

    def _write(self, answers: list[Answer]) -> None:
        touched: list[Connection] = []
        for answer in answers:
            connection: Connection = answer.reply_to
            if answer.__class__ is not Item and answer.__class__ is not Failed and answer.__class__ is not Inspected:
                self._changed(answer)
            if not connection.out:
                touched.append(connection)
            connection.answer(answer)
        for connection in touched:
            connection.flush()
        self.stirred.set()
