"""Sources: where requests come from when no client is connected: a list, standard input, a file."""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sm_toolkit.edges.files import AHEAD, CHUNK, POLL, SUFFIXES, chunks, followed
from sm_toolkit.edges.handing_over import read_ahead
from sm_toolkit.pipeline.messages import Done, Downgrade, Inspect, Item, Rewire, Upgrade
from sm_toolkit.pipeline.ports import Event, Session

BATCH = 256
"""How many elements of a list are fed at once."""

_REQUESTS = (Item, Upgrade, Downgrade, Rewire, Inspect, Done)


@dataclass(frozen=True)
class FromList:
    """Make one with ``from_list``."""

    elements: Iterable[Any]

    def events(self, session: Session) -> Iterator[list[Event]]:
        """Yield the elements as requests."""
        batch: list[Event] = []
        for element in self.elements:
            batch.append(element if isinstance(element, _REQUESTS) else Item(element))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def from_list(elements: Iterable[Any]) -> FromList:
    """Return a source of values; requests among them (an ``Upgrade`` say) stand for themselves."""
    return FromList(elements)


class FromFile:
    """Make one with ``from_file``."""

    def __init__(self, path: Path, follow: bool = False, until_idle: float | None = None) -> None:
        self.path, self.follow, self.until_idle = path, follow, until_idle
        self._stopped = threading.Event()

    @property
    def paths(self) -> list[Path]:
        """The file that it reads."""
        return [self.path]

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        follow = ", follow=True" if self.follow else ""
        idle = "" if self.until_idle is None else f", until_idle={self.until_idle:g}"
        return f"from_file({str(self.path)!r}{follow}{idle})"

    def events(self, session: Session) -> Iterator[list[Event]]:
        """Yield what the codec makes of the file's bytes. They are read on a thread of their own, a little ahead.

        Raises:
            OSError: the file cannot be read.
            FileError: it is compressed, and cut off or damaged.
        """
        self._stopped.clear()
        yield from _events(read_ahead(self._chunks, AHEAD, f"file {self.path}"), session)

    def stop(self) -> None:
        """End following, from whichever thread: what is in the file by now is still read."""
        self._stopped.set()

    def _chunks(self, abandoned: Callable[[], bool]) -> Iterator[bytes]:
        if not self.follow:
            return chunks(self.path, lambda: abandoned() or self._stopped.is_set())
        return followed(self.path, lambda: abandoned() or self._stopped.is_set(), self.until_idle)


def from_file(path: str | os.PathLike[str], *, follow: bool = False, until_idle: float | None = None) -> FromFile:
    """Return a source that reads a file from its beginning to its end.

    One that ends in ``.gz``, ``.bz2`` or ``.xz``, or begins as such a file does, is unpacked. With ``follow`` what
    comes to the file later is read too, also where it is replaced (rotated) or begun anew, until its ``stop()`` is
    called, or nothing came for ``until_idle`` seconds, or the run is interrupted.

    Raises:
        ValueError: a compressed file cannot be followed; or a time is given, and the file is not followed.
    """
    path = Path(path)
    if follow and path.suffix.lower() in SUFFIXES:
        raise ValueError(f"{path} is compressed, and a compressed file cannot be followed: its end is not known")
    if until_idle is not None and not (follow and until_idle > 0):
        raise ValueError("until_idle is a number of seconds above 0, for a file that is followed: follow=True")
    return FromFile(path, follow, until_idle)


class FromStdin:
    """Make one with ``from_stdin``."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        return "from_stdin()"

    def events(self, session: Session) -> Iterator[list[Event]]:
        """Yield what the codec makes of standard input, as it comes."""
        self._stopped.clear()
        yield from _events(_standard_input(self._stopped.is_set), session)

    def stop(self) -> None:
        """End reading on another thread: Python could not end while one waits there."""
        self._stopped.set()


def from_stdin() -> FromStdin:
    """Return a source that reads standard input until it ends."""
    return FromStdin()


def _standard_input(stopped: Callable[[], bool]) -> Iterator[bytes]:
    file = sys.stdin.buffer
    read = getattr(file, "read1", file.read)
    aside = threading.current_thread() is not threading.main_thread() and hasattr(select, "poll")
    while not (aside and _stopped_waiting(file, stopped)) and (data := read(CHUNK)):
        yield data


def _stopped_waiting(file: BinaryIO, stopped: Callable[[], bool]) -> bool:
    """Wait until something can be read; True if that was given up."""
    try:
        number = file.fileno()
    except OSError:  # not a file of the system, as in tests
        return stopped()
    while not select.select([number], [], [], POLL)[0]:
        if stopped():
            return True
    return stopped()


def _events(read: Iterator[bytes], session: Session) -> Iterator[list[Event]]:
    try:
        for data in read:
            if not data:
                yield []  # nothing has come for a while: a chance to see that the run is over
                continue
            while events := session.receive(data):
                yield events
                data = b""  # what follows a change is read once it is answered
        events = session.finish()
        while events:
            yield events
            events = session.receive(b"")
    finally:
        close = getattr(read, "close", None)
        if close is not None:
            close()
