"""Several sources as one, and several sinks as one."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sm_toolkit.edges.ahead import AheadSession, Versions, session_for
from sm_toolkit.edges.files import paths_of
from sm_toolkit.edges.handing_over import PATIENCE, HandOver
from sm_toolkit.edges.reports import SourceReport
from sm_toolkit.edges.sources import BATCH
from sm_toolkit.language.data.types import Type
from sm_toolkit.pipeline.messages import Answer, Change
from sm_toolkit.pipeline.ports import Codec, Event, Session, Sink, Source
from sm_toolkit.pipeline.versions import Log

log = logging.getLogger(__name__)

CAPACITY = 4 * BATCH
"""How many requests of all sources together are read before their turn comes, or one batch of one."""


class MergedSession(AheadSession):
    """The sessions of several sources, ``parts``, each with bytes of its own."""

    _changing: AheadSession | None = None  # the one whose change was handed on last

    def __init__(self, parts: list[AheadSession], inner: Session, versions: Versions) -> None:
        super().__init__(inner, versions)
        self.parts = parts

    def speak(self, input: Type[Any], output: Type[Any]) -> None:
        """Use these types for the source whose change it was; the others go on as before."""
        for part in self.parts:
            if part is self._changing:
                part.speak(input, output)
            else:
                part.follow()
        super().speak(input, output)

    def follow(self) -> None:
        """Go on as before: a change came from elsewhere."""
        for part in self.parts:
            part.follow()
        super().follow()

    def handed(self, part: AheadSession, read_in: Log | None) -> None:
        """Note which part is handed on, and whether it was read from bytes: then it is of the version of now."""
        self._changing = part
        self._read_in = None if read_in is None else self._versions()


class Merged:
    """Several sources as one. Make one with ``merge``; ``reports`` are what became of each, as it is now."""

    def __init__(self, sources: Iterable[Source], order: Literal["arrival", "in_turn"]) -> None:
        self._sources = tuple(sources)
        self._order = order
        self.reports = [SourceReport(source) for source in self._sources]

    def session(self, codec: Codec, input: Type[Any], output: Type[Any], versions: Versions) -> MergedSession:
        """Return the session that it reads in."""
        self.reports = [SourceReport(source) for source in self._sources]
        own = [session_for(source, codec, input, output, versions) for source in self._sources]
        return MergedSession([AheadSession(each, versions) for each in own], codec.session(input, output), versions)

    def events(self, session: Session) -> Iterator[list[Event]]:
        """Yield the sources' requests."""
        assert isinstance(session, MergedSession)
        return self._in_turn(session) if self._order == "in_turn" else self._as_they_come(session)

    @property
    def paths(self) -> list[Path]:
        """The files that they read."""
        return paths_of(self._sources)

    def stop(self) -> None:
        """Stop the sources that can be stopped."""
        for source in self._sources:
            stop = getattr(source, "stop", None)
            if stop is not None:
                stop()

    def _events(self, number: int, part: AheadSession) -> Iterator[list[Event]]:
        source = self._sources[number]
        return source.events(part.for_source(source))

    def _broke(self, number: int, error: BaseException) -> None:
        self.reports[number].error = error
        log.warning("source %d of %d broke, the others go on: %r", number + 1, len(self._sources), error)

    # -- in turn ------------------------------------------------------------------------------------------

    def _in_turn(self, session: MergedSession) -> Iterator[list[Event]]:
        reading = {number: self._events(number, part) for number, part in enumerate(session.parts)}
        held: dict[int, deque[Event]] = {number: deque() for number in reading}
        read: dict[int, Log | None] = {}
        out: list[Event] = []
        try:
            while reading:
                for number in list(reading):
                    if not held[number]:
                        if out:  # nothing waits for a source that has nothing yet
                            yield out
                            out = []
                        held[number].extend(self._next(number, reading))
                        read[number] = session.parts[number].read_in
                    if not held[number]:
                        continue
                    event = held[number].popleft()
                    self.reports[number].requests += 1
                    out += session.parts[number].in_place([event], read[number])
                    session.handed(session.parts[number], read[number])
                    if isinstance(event, Change) or len(out) >= BATCH:
                        yield out
                        out = []
            if out:
                yield out
        finally:
            for events in reading.values():
                _close(events)

    def _next(self, number: int, reading: dict[int, Iterator[list[Event]]]) -> list[Event]:
        """Return the next requests of a source; none where it has ended, and then it is read no more."""
        try:
            return next(reading[number])
        except StopIteration:
            self.reports[number].ended = True
        except Exception as error:
            self._broke(number, error)
        del reading[number]
        return []

    # -- as they come -------------------------------------------------------------------------------------

    def _as_they_come(self, session: MergedSession) -> Iterator[list[Event]]:
        queue: HandOver[_Batch] = HandOver(CAPACITY)
        over = threading.Event()
        running = len(self._sources)
        lock = threading.Lock()

        def work(number: int) -> None:
            nonlocal running
            part = session.parts[number]
            events = self._events(number, part)
            try:
                for batch in events:
                    made = _Batch(number, batch, part.read_in, threading.Event())
                    if not queue.put(made):
                        return
                    if any(isinstance(event, Change) for event in batch):
                        # What follows it is read in the types that hold then.
                        made.answered.wait()
                    if over.is_set():
                        return
                self.reports[number].ended = True
            except BaseException as error:
                self._broke(number, error)
            finally:
                _close(events)
                with lock:
                    running -= 1
                    if not running:
                        queue.end()

        threads = [
            threading.Thread(target=work, args=(number,), name=f"source {number + 1}", daemon=True)
            for number in range(len(self._sources))
        ]
        begun: list[_Batch] = []
        try:
            for thread in threads:
                thread.start()
            while (batch := queue.take()) is not None:
                begun = [batch]
                self.reports[batch.number].requests += len(batch)
                session.handed(session.parts[batch.number], batch.read_in)
                yield session.parts[batch.number].in_place(batch.events, batch.read_in)
                batch.answered.set()
        finally:
            over.set()
            queue.give_up()
            for batch in begun:
                batch.answered.set()
            self.stop()
            for thread in threads:
                if thread.ident is not None:
                    thread.join(PATIENCE)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Requests of one source, the versions that they were read in, and whether the pipeline has answered them."""

    number: int
    events: list[Event]
    read_in: Log | None
    answered: threading.Event

    def __len__(self) -> int:
        return len(self.events)


def _close(events: Iterator[Any]) -> None:
    close = getattr(events, "close", None)
    if close is not None:
        close()


def merge(sources: Iterable[Source], order: Literal["arrival", "in_turn"] = "arrival") -> Merged:
    """Return several sources as one: their requests as they arrive, or one of each in turn, which is deterministic.

    As they arrive, each source is read on a thread of its own, and waits while its requests are not taken. In turn,
    one that has nothing yet is waited for. The order of each source's own requests is kept either way. A change that
    one of them sends leaves the others in the interface version that they speak, as it leaves the clients of a server.

    A source that breaks does not end the others. What became of each is in ``reports``, and in the report of ``run``.

    Raises:
        TypeError: something is no source.
        ValueError: there is no source, or no such order.
    """
    sources = tuple(sources)
    for source in sources:
        if not hasattr(source, "events"):
            hint = "; a listener serves alone" if hasattr(source, "serve") else ""
            raise TypeError(f"merge takes sources (from_file(path), from_list(values), …), not {source!r:.80}{hint}")
    if not sources:
        raise ValueError("merge takes at least one source")
    if order not in ("arrival", "in_turn"):
        raise ValueError(f"the order is 'arrival' or 'in_turn', not {order!r}")
    return Merged(sources, order)


class ToAll:
    """Several sinks as one. Make one with ``to_all``."""

    def __init__(self, sinks: Iterable[Sink[Any]]) -> None:
        self._sinks = tuple(sinks)

    @property
    def paths(self) -> list[Path]:
        """The files that they write."""
        return paths_of(self._sinks)

    def write(self, session: Session, answers: list[Answer]) -> None:
        """Give answers to each."""
        for sink in self._sinks:
            sink.write(session, answers)

    def close(self) -> list[Any]:
        """Close all of them, and return what each gives."""
        results: list[Any] = []
        failure: Exception | None = None
        for sink in self._sinks:
            try:
                results.append(sink.close())
            except Exception as error:
                if failure is None:
                    failure = error
                else:
                    failure.add_note(f"(and another sink could not be closed: {error})")
        if failure is not None:
            raise failure
        return results


def to_all(sinks: Iterable[Sink[Any]]) -> ToAll:
    """Return several sinks as one: each gets every answer; ``run`` returns a list of what each gives.

    Where one breaks the run ends, as with a single sink. (A sink that the run can do without is one of a tee.)

    Raises:
        TypeError: something is no sink.
        ValueError: there is no sink.
    """
    sinks = tuple(sinks)
    for sink in sinks:
        if not hasattr(sink, "write"):
            raise TypeError(f"to_all takes sinks (to_file(path), to_list(), …), not {sink!r:.80}")
    if not sinks:
        raise ValueError("to_all takes at least one sink")
    return ToAll(sinks)
