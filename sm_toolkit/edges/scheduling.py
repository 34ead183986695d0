"""Scheduling: changes that enter a stream after so many inputs of its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sm_toolkit.edges.ahead import AheadSession, Versions, session_for
from sm_toolkit.edges.files import paths_of
from sm_toolkit.language.data.types import Type
from sm_toolkit.pipeline.messages import Change, Item, require_change
from sm_toolkit.pipeline.ports import Codec, Event, Malformed, Session, Source


class _Session(AheadSession):
    """A session that knows whether the last change was the source's own."""

    own = True

    def speak(self, input: Type[Any], output: Type[Any]) -> None:
        """Use these types from here on, if it was."""
        if self.own:
            super().speak(input, output)
        else:
            self.follow()


class WithChanges:
    """A source with changes in it. Make one with ``with_changes``.

    ``left`` are those that have not entered yet, by how many inputs come before them.
    """

    def __init__(self, source: Source, changes: Mapping[int, Change]) -> None:
        self.left = dict(sorted(changes.items()))
        self._source = source

    @property
    def reports(self) -> Any:
        """What became of the sources of a ``merge``."""
        return getattr(self._source, "reports", ())

    @property
    def paths(self) -> list[Path]:
        """The files that are read."""
        return paths_of([self._source])

    def stop(self) -> None:
        """Stop the source, if it can be stopped."""
        stop = getattr(self._source, "stop", None)
        if stop is not None:
            stop()

    def session(self, codec: Codec, input: Type[Any], output: Type[Any], versions: Versions) -> _Session:
        """Return the session that it reads in."""
        return _Session(session_for(self._source, codec, input, output, versions), versions)

    def events(self, session: Session) -> Iterator[list[Event]]:
        """Yield the source's requests, with the changes at their places."""
        assert isinstance(session, _Session)
        seen = 0
        batches = self._source.events(session.for_source(self._source))
        try:
            for batch in batches:
                read_in = session.read_in
                begin = 0
                for position, event in enumerate(batch):
                    if seen in self.left:
                        # What comes behind a change is only yielded once it is answered.
                        session.own = False
                        yield [*session.in_place(batch[begin:position], read_in), self.left.pop(seen)]
                        session.own = True
                        begin = position
                    seen += isinstance(event, Item | Malformed)
                if begin < len(batch):
                    yield session.in_place(batch[begin:], read_in)
            if seen in self.left:
                session.own = False
                yield [self.left.pop(seen)]
        finally:
            close = getattr(batches, "close", None)
            if close is not None:
                close()


def with_changes(source: Source, changes: Mapping[int, Change]) -> WithChanges:
    """Return a source with changes in it: the one at ``n`` takes effect between input *n* and the next.

    The source knows nothing of them: where one changes the type of the input, what is read from bytes goes on in the
    interface version that it began with, through the adapter of the change. A change whose place the source does not
    reach stays in ``left``.

    Raises:
        TypeError: something is no source or no change.
        ValueError: a place is below 0.
    """
    if not hasattr(source, "events"):
        raise TypeError(f"with_changes takes a source first (from_file(path), …), not {source!r:.80}")
    if not isinstance(changes, Mapping):
        raise TypeError(f"changes are given with their places, {{inputs: change}}, and not as {changes!r:.80}")
    for place, change in changes.items():
        require_change(change)
        if place < 0:
            raise ValueError(f"a change comes after 0 inputs or more, not after {place}")
    return WithChanges(source, changes)
