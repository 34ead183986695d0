"""Sinks: where answers go when no client is connected: a list, standard output, a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from sm_toolkit.edges.files import Writer
from sm_toolkit.pipeline.messages import Answer, Item
from sm_toolkit.pipeline.ports import Session


class ToList:
    """Make one with ``to_list``."""

    def __init__(self) -> None:
        self._answers: list[Any] = []

    def write(self, session: Session, answers: list[Answer]) -> None:
        """Keep answers."""
        self._answers += [answer.value if isinstance(answer, Item) else answer for answer in answers]

    def close(self) -> list[Any]:
        """Return the outputs in order; an item that failed is there as ``Failed``, a change as its answer."""
        return self._answers


def to_list() -> ToList:
    """Return a sink that keeps outputs in a list, which ``run`` returns."""
    return ToList()


class ToFile:
    """Make one with ``to_file``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: Writer | None = None
        self._written = 0

    @property
    def paths(self) -> list[Path]:
        """The file that it writes."""
        return [self._path]

    def write(self, session: Session, answers: list[Answer]) -> None:
        """Write answers in the codec's form. The file is written on a thread of its own.

        Raises:
            OSError: the file cannot be written (its folder is missing), or what came before could not be (the disk is
                full).
        """
        if self._file is None:
            self._file = Writer(self._path)
        self._file.write(b"".join(map(session.send, answers)))
        self._written += len(answers)

    def close(self) -> int:
        """Close the file, made even if nothing was written; return how many answers are in it.

        Raises:
            OSError: something could not be written.
        """
        (self._file or self._path.open("wb")).close()
        return self._written


def to_file(path: str | os.PathLike[str]) -> ToFile:
    """Return a sink that writes a file anew; ``run`` returns how many answers are in it."""
    return ToFile(Path(path))


class ToStdout:
    """Make one with ``to_stdout``."""

    def write(self, session: Session, answers: list[Answer]) -> None:
        """Write answers in the codec's form, and flush."""
        sys.stdout.buffer.write(b"".join(map(session.send, answers)))
        sys.stdout.buffer.flush()

    def close(self) -> None:
        """Do nothing: standard output stays open."""


def to_stdout() -> ToStdout:
    """Return a sink that writes to standard output."""
    return ToStdout()
