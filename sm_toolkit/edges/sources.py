"""Sources: where requests come from when no client is connected: a list, standard input, a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sm_toolkit.pipeline.messages import Done, Downgrade, Inspect, Item, Rewire, Upgrade
from sm_toolkit.pipeline.ports import Event, Session

CHUNK = 65_536
"""How many bytes are read at once, at most; what is there is taken, nothing waits for more."""

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


@dataclass(frozen=True)
class FromFile:
    """Make one with ``from_file``."""

    path: Path

    def events(self, session: Session) -> Iterator[list[Event]]:
        """Yield what the codec makes of the file's bytes.

        Raises:
            OSError: the file cannot be read.
        """
        with self.path.open("rb") as file:
            yield from _read(file, session)


def from_file(path: str | os.PathLike[str]) -> FromFile:
    """Return a source that reads a file once, from its beginning to its end."""
    return FromFile(Path(path))


@dataclass(frozen=True)
class FromStdin:
    """Make one with ``from_stdin``."""

    def events(self, session: Session) -> Iterator[list[Event]]:
        """Yield what the codec makes of standard input, as it comes."""
        yield from _read(sys.stdin.buffer, session)


def from_stdin() -> FromStdin:
    """Return a source that reads standard input until it ends."""
    return FromStdin()


def _read(file: BinaryIO, session: Session) -> Iterator[list[Event]]:
    read = getattr(file, "read1", file.read)
    while data := read(CHUNK):
        while events := session.receive(data):
            yield events
            data = b""  # what follows a change is read once it is answered
    events = session.finish()
    while events:
        yield events
        events = session.receive(b"")
