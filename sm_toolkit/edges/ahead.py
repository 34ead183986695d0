"""Reading ahead: sessions for sources whose requests are read before their turn in the stream comes.

Like a client, such a source speaks the interface version that was current when it began, until it sends a change of
its own. Where another version has another input, what was read from its bytes is of the version that it speaks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.pipeline.messages import Answer, Item
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.ports import Codec, Event, Session, Source
from sm_toolkit.pipeline.versions import Log

Versions = Callable[[], Log]
"""Tells which interface versions there are."""


def session_for(source: Source, codec: Codec, input: Type[Any], output: Type[Any], versions: Versions) -> Session:
    """Return the session that a source reads in: its own kind, if it has one, or the codec's."""
    own = getattr(source, "session", None)
    made: Session = codec.session(input, output) if own is None else own(codec, input, output, versions)
    return made


class AheadSession:
    """A session that knows in which version it read. It may read on one thread and be told the types on another.

    ``inner`` is the session of the source.
    """

    def __init__(self, inner: Session, versions: Versions) -> None:
        self.inner = inner
        self._versions = versions
        self._log = versions()
        self._read_in: Log | None = None
        self._lock = threading.Lock()

    @property
    def read_in(self) -> Log | None:
        """The versions at the last reading; None where nothing was read from bytes."""
        return self._read_in or getattr(self.inner, "read_in", None)

    def for_source(self, source: Source) -> Session:
        """Return what the source reads in."""
        return self.inner if hasattr(source, "session") else self

    def in_place(self, events: list[Event], read_in: Log | None) -> list[Event]:
        """Return requests as they enter the stream now."""
        now = self._versions()
        if read_in is None or read_in.current == now.current or read_in.input is now.input:
            return events
        return [
            replace(event, version=read_in.current) if isinstance(event, Item) and event.version is None else event
            for event in events
        ]

    def speak(self, input: Type[Any], output: Type[Any]) -> None:
        """Use these types for the values from here on: the source has sent a change."""
        with self._lock:
            self.inner.speak(input, output)
            self._log = self._versions()

    def follow(self) -> None:
        """Go on as before: a change came from elsewhere. Where the input is the same, both versions are one here."""
        with self._lock:
            follow = getattr(self.inner, "follow", None)
            if follow is not None:
                follow()
            now = self._versions()
            if now.input is self._log.input:
                self._log = now

    def receive(self, data: bytes) -> list[Event]:
        """Take bytes as they come; return the requests that are whole."""
        with self._lock:
            self._read_in = self._log
            return self.inner.receive(data)

    def finish(self) -> list[Event]:
        """Take the end of the stream; return what is left."""
        with self._lock:
            self._read_in = self._log
            return self.inner.finish()

    def unfinished(self) -> bool:
        """Tell whether a request has begun and is not whole."""
        return self.inner.unfinished()

    def send(self, answer: Answer) -> bytes:
        """Return the bytes of an answer."""
        return self.inner.send(answer)

    def welcome(self, version: int, input: Type[Any], output: Type[Any]) -> bytes:
        """Return the answer to a greeting."""
        return self.inner.welcome(version, input, output)

    def counts(self, metrics: Metrics) -> bytes:
        """Return the answer to a question for what was counted."""
        return self.inner.counts(metrics)

    def end(self, reason: str) -> bytes:
        """Return what is said at the end."""
        return self.inner.end(reason)
