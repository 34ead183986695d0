"""The sinks of tees: each gets a copy of what reaches its tee, in order, on a thread of its own behind a bounded queue.

The pipeline waits while such a queue is full. A sink that breaks is reported, and ends the run only if it is required.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sm_toolkit.edges.files import paths_of
from sm_toolkit.edges.handing_over import HandOver
from sm_toolkit.edges.reports import SinkError, SinkReport
from sm_toolkit.language.data.types import Type
from sm_toolkit.pipeline.interfaces import taken_and_given
from sm_toolkit.pipeline.messages import Answer, Item
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message
from sm_toolkit.pipeline.ports import Codec, Engine, Outlet, Running, Session, Sink, moves_when_told
from sm_toolkit.pipeline.shapes import Tee
from sm_toolkit.pipeline.steps import Copy
from sm_toolkit.pipeline.upgrades import acts_in_stream

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ToTee:
    """A sink for a tee, and how it is treated. Make one with ``to_tee``."""

    sink: Sink[Any]
    required: bool = False
    codec: Codec | None = None
    capacity: int = 1024

    @property
    def paths(self) -> list[Path]:
        """The files that it writes."""
        return paths_of([self.sink])


def to_tee(sink: Sink[Any], *, required: bool = False, codec: Codec | None = None, capacity: int = 1024) -> ToTee:
    """Return a sink for ``run(…, tees={name: to_tee(sink, …)})``; a sink alone is one with nothing said.

    Where it breaks, the rest of its copies is dropped and that is reported; if it is ``required``, the run ends with a
    ``SinkError``. ``codec`` is what it writes in, that of the run if none is given. ``capacity`` is how many values
    wait for it before the pipeline does.

    Raises:
        TypeError: it is no sink.
        ValueError: the capacity is less than 1.
    """
    if not hasattr(sink, "write"):
        raise TypeError(f"a tee wants a sink (to_list(), to_file(path), …), not {sink!r:.80}")
    if capacity < 1:
        raise ValueError(f"a queue holds at least 1 value, not {capacity}")
    return ToTee(sink, required, codec, capacity)


def tee_types(running: Deployed) -> dict[str, Type[Any]]:
    """Return the types of what passes the tees of a pipeline, by their names."""
    parts = taken_and_given(running.pipeline, running.interface.input)
    return {part.name: type_ for part, type_, _ in parts if isinstance(part, Tee)}


class Copier:
    """The sink of one tee, on its thread. ``report`` is what became of it."""

    def __init__(self, name: str, given: ToTee, codec: Codec, outlet: Outlet) -> None:
        self.name = name
        self.required = given.required
        self.report = SinkReport()
        self._sink = given.sink
        self._codec = given.codec or codec
        self._outlet = outlet
        self._session: Session | None = None
        self._queue: HandOver[_Copies] = HandOver(given.capacity)
        self._type: Type[Any] | None = None
        self._thread = threading.Thread(target=self._work, name=f"sink of tee {name}", daemon=True)
        self._thread.start()

    def speak(self, type_: Type[Any]) -> None:
        """Take values of this type from here on."""
        self._type = type_

    def copy(self, values: list[Any]) -> None:
        """Take values, waiting while the queue is full; after the sink broke, or at the end, drop them."""
        assert self._type is not None
        if not self._queue.put(_Copies(self._type, values)):
            self.report.dropped += len(values)

    def hurry(self) -> None:
        """Let nobody wait any more: what comes from here on is dropped."""
        self._queue.end()

    def finish(self) -> None:
        """Write what has come, close the sink, and wait for that."""
        self._queue.end()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _work(self) -> None:
        while (copies := self._queue.take()) is not None:
            try:
                self._sink.write(self._at(copies.type), copies.answers())
            except BaseException as error:
                self.report.dropped += len(copies)  # it is not known what of them was written
                self._broke(error)
                break
            self.report.written += len(copies)
        try:
            self.report.result = self._sink.close()
        except BaseException as error:
            if self.report.error is None:
                self._broke(error)
            else:
                self.report.error.add_note(f"(and the sink could not be closed: {error})")

    def _at(self, type_: Type[Any]) -> Session:
        if self._session is None:
            self._session = self._codec.session(type_, type_)
        else:
            self._session.speak(type_, type_)
        return self._session

    def _broke(self, error: BaseException) -> None:
        self.report.error = error
        self.report.dropped += self._queue.give_up()
        if self.required:
            log.error("the sink of tee %s broke, and the run ends", self.name, exc_info=error)
            self._outlet.broken(SinkError(self.name, error))
        else:
            log.warning("the sink of tee %s broke, and the run goes on without it: %r", self.name, error)


@dataclass(frozen=True, slots=True)
class _Copies:
    """Values that passed a tee, and their type."""

    type: Type[Any]
    values: list[Any]

    def __len__(self) -> int:
        return len(self.values)

    def answers(self) -> list[Answer]:
        return [Item(value) for value in self.values]


class Copying:
    """An engine that gives copies to the sinks of tees; the engine inside does all else.

    ``sinks`` are what became of the sinks, once it was started.
    """

    def __init__(self, engine: Engine, tees: Mapping[str, Any], codec: Codec) -> None:
        self._engine, self._codec = engine, codec
        self._tees = {name: given if isinstance(given, ToTee) else to_tee(given) for name, given in tees.items()}
        self.sinks: dict[str, SinkReport] = {}
        self.failure: SinkError | None = None

    def start(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None = None) -> Running:
        """Start the sinks' threads, and the engine; where there are no sinks, the engine alone."""
        if not self._tees:
            return self._engine.start(running, outlet, tees)
        copiers: list[Copier] = []
        try:
            for name, given in self._tees.items():
                copiers.append(Copier(name, given, self._codec, outlet))
            self.sinks = {copier.name: copier.report for copier in copiers}
            types = tee_types(running)
            for copier in copiers:
                if copier.name in types:
                    copier.speak(types[copier.name])
            inside = self._engine.start(
                running, outlet, {**(tees or {}), **{copier.name: copier.copy for copier in copiers}}
            )
        except BaseException:
            for copier in copiers:
                copier.finish()
            raise
        return RunningCopying(inside, running, copiers, self)

    def ended(self, copiers: Sequence[Copier]) -> None:
        """Note which required sink broke first in order."""
        for copier in copiers:
            if copier.required and copier.report.error is not None and self.failure is None:
                self.failure = SinkError(copier.name, copier.report.error)


class RunningCopying:
    """A pipeline that runs, with the sinks of its tees."""

    feed_waits = True  # for a sink that is slow, and at a change

    def __init__(self, inside: Running, running: Deployed, copiers: list[Copier], engine: Copying) -> None:
        self._inside, self._copiers, self._engine = inside, copiers, engine
        self._known = running  # as it was after the last change at the door
        self.moves_when_told = moves_when_told(inside)

    def feed(self, messages: Sequence[Message]) -> None:
        """Put messages in, in order. What comes behind a change comes to the tees in the types that hold after it."""
        begin = 0
        for position, message in enumerate(messages):
            if isinstance(message, Admitted):
                in_place = acts_in_stream(self._known, message)
                self._inside.feed(messages[begin : position + 1])
                begin = position + 1
                if not in_place:
                    self._inside.drain()
                    self._retype()
        if begin < len(messages):
            self._inside.feed(messages[begin:] if begin else messages)

    def _retype(self) -> None:
        """Tell the sinks the types of what passes the tees now: only a change that acts at the door alters any."""
        self._known = self._inside.inspect()
        types = tee_types(self._known)
        for copier in self._copiers:
            if copier.name in types:
                copier.speak(types[copier.name])

    def drain(self) -> None:
        """Wait until everything that was fed has been delivered; copies may still wait for their sinks."""
        self._inside.drain()

    def refuse_to_wait(self) -> None:
        """Do nothing where somebody may wait for the engine.

        Raises:
            ToolkitError: see ``Running``.
        """
        self._inside.refuse_to_wait()

    def stop(self) -> None:
        """Stop the engine, let the sinks write what has come to them, and close them."""
        for copier in self._copiers:
            copier.hurry()
        self._inside.stop()
        for copier in self._copiers:
            copier.finish()
        self._engine.ended(self._copiers)

    def inspect(self) -> Deployed:
        """Return what runs, as it is now."""
        return self._inside.inspect()

    def metrics(self) -> Metrics:
        """Return what each stage has done so far, and what waits."""
        return self._inside.metrics()
