"""Pumping: what a source gives goes into a pipeline that runs, and what comes out goes into a sink."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from typing import Any, TypeVar

from sm_toolkit.edges.ahead import session_for
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.pipeline.ends import enter
from sm_toolkit.pipeline.interfaces import Interface
from sm_toolkit.pipeline.messages import Answer, Change, Done, Drained, Failed, Item, Rewired, Upgraded
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.plans import Message
from sm_toolkit.pipeline.ports import Codec, Event, Hello, Malformed, Measure, Outlet, Running, Sink, Source
from sm_toolkit.pipeline.versions import Log

R = TypeVar("R")


class ToSink:
    """Hands answers to a sink on the engine's thread, and keeps what went wrong there.

    ``versions`` are those after the last change that was answered.
    """

    def __init__(self, sink: Sink[Any], codec: Codec, types: Interface) -> None:
        self.versions = Log(types.input, types.output)
        self.failure: BaseException | None = None
        self._sink = sink
        self._session = codec.session(types.input, types.output)

    def deliver(self, answers: list[Answer]) -> None:
        """Write answers, each in the types of its place."""
        kept: list[Answer] = []
        for answer in answers:
            if not isinstance(answer, Drained):
                kept.append(answer)
            if isinstance(answer, Upgraded | Rewired) and answer.log is not None:
                # What came before a change is written in the types of before it.
                self._write(kept)
                kept = []
                self.versions = answer.log
                self._session.speak(answer.log.input, answer.log.output)
        self._write(kept)

    def _write(self, answers: list[Answer]) -> None:
        if not answers or self.failure is not None:
            return
        if not self.versions.links:
            self._sink.write(self._session, answers)
            return
        # What came in an older version is answered in it.
        for types, those in groupby(answers, self._types):
            self._session.speak(*types)
            self._sink.write(self._session, list(those))
        self._session.speak(self.versions.input, self.versions.output)

    def _types(self, answer: Answer) -> tuple[Type[Any], Type[Any]]:
        types = self.versions.types(answer.version) if isinstance(answer, Item) else None
        return types or (self.versions.input, self.versions.output)

    def broken(self, error: BaseException) -> None:
        """Keep why nothing more will come."""
        if self.failure is None:
            self.failure = error


def pump(
    source: Source,
    codec: Codec,
    types: Interface,
    sink: Sink[R],
    start: Callable[[Outlet], Running],
    last_look: Callable[[Metrics], None] | None = None,
) -> R:
    """Run a source into a sink until it ends, and return what the sink gives; ``last_look`` is shown the metrics then.

    Whatever goes wrong, the engine is stopped, the sink closed, and what went wrong first is raised.
    """
    outlet = ToSink(sink, codec, types)
    session = session_for(source, codec, types.input, types.output, lambda: outlet.versions)
    running = start(outlet)
    events = source.events(session)
    try:
        done = False
        for batch in events:
            for messages, is_change in _in_parts(batch, outlet.versions):
                running.feed(messages)
                if is_change:
                    running.drain()
                    session.speak(outlet.versions.input, outlet.versions.output)
                done = done or isinstance(messages[-1], Done)
            if done or outlet.failure is not None:
                break
        if not done and outlet.failure is None:
            running.feed([Done()])
        running.drain()
        if last_look is not None:
            last_look(running.metrics())
        running.stop()
        if outlet.failure is not None:
            raise outlet.failure
    except BaseException as error:
        if isinstance(error, Exception):
            with suppress(ToolkitError):
                running.drain()  # what was taken in is answered, if the engine still can
        running.stop()
        # An interrupt stays one, whatever the engine has to say of it.
        told = (outlet.failure or error) if isinstance(error, Exception) else error
        try:
            sink.close()
        except Exception as second:
            told.add_note(f"(and the sink could not be closed: {second})")
        if told is error:
            raise
        raise told from told.__cause__
    finally:
        # A generator is closed here, and not when the last traceback that holds it goes.
        close = getattr(events, "close", None)
        if close is not None:
            close()
    return sink.close()


def _in_parts(events: Iterable[Event], versions: Log) -> Iterator[tuple[list[Message], bool]]:
    """Yield the messages of events in parts, each up to a change, and whether it ends in one; none after ``Done``."""
    part: list[Message] = []
    for event in events:
        if isinstance(event, Malformed):
            part.append(Failed("", event.reason))
        elif isinstance(event, Hello):
            if event.version not in (None, versions.current):
                reason = f"a source is read in the current interface version ({versions.current}), not {event.version}"
                part.append(Failed("", reason))
        elif isinstance(event, Measure):
            part.append(Failed("", "a source gets no counts; report=RunReport() has them at the end of a run"))
        else:
            part.append(enter(event))
            if isinstance(event, Done):
                break
            if isinstance(event, Change):
                yield part, True
                part = []
    if part:
        yield part, False
