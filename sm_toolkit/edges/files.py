"""Reading and writing files, on threads of their own: compressed ones are unpacked, growing ones followed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import IO, Any

from sm_toolkit.edges.handing_over import HandOver
from sm_toolkit.language.errors import ToolkitError

CHUNK = 65_536
"""How many bytes are read at once, at most; what is there is taken, nothing waits for more."""

AHEAD = 16 * CHUNK
"""How many bytes of a file are read before their turn comes, and how many may wait to be written."""

POLL = 0.1
"""How often (seconds) a file that is followed is looked at."""

BEAT = 1.0
"""How often (seconds) one who follows a file says that there is nothing new."""

SUFFIXES = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz"}

# How files of each kind begin; a text hardly begins so.
_MAGIC = {b"\x1f\x8b\x08": "gzip", b"\xfd7zXZ\x00": "xz"}
_BZIP2 = (b"BZh", b"1AY&SY")


class FileError(ToolkitError):
    """A compressed file is cut off or damaged, or none at all. ``path`` is which, ``place`` where in it (bytes)."""

    def __init__(self, path: Path, place: int, problem: str) -> None:
        self.path = path
        self.place = place
        self.problem = problem
        super().__init__(f"{path}: {problem}")


def paths_of(ends: Iterable[Any]) -> list[Path]:
    """Return the files that sources read or sinks write, as far as these say so in their ``paths``."""
    return [path for end in ends for path in getattr(end, "paths", ())]


def written_once(read: Sequence[Path], written: Sequence[Path]) -> None:
    """Do nothing if no file that is written is read too, or written twice.

    Raises:
        ValueError: one is.
    """
    seen = {key: "read" for path in read if (key := _file(path)) is not None}
    for path in written:
        key = _file(path)
        if key in seen:
            raise ValueError(f"{path} is {seen[key]} in this run, and cannot be written too: choose another file")
        if key is not None:
            seen[key] = "written already"


def _file(path: Path) -> tuple[int, int] | Path | None:
    """Return what is the same for every path of a file; None for a terminal, a pipe and the like."""
    try:
        found = path.stat()
    except OSError:
        return path.absolute()
    return (found.st_dev, found.st_ino) if S_ISREG(found.st_mode) else None


def compression(path: Path, begins: bytes) -> str | None:
    """Return how a file is compressed, told by its suffix, or else by how it begins; None if it is not.

    >>> compression(Path("words.gz"), b""), compression(Path("words"), b"BZh91AY&SY"), compression(Path("words"), b"BZ")
    ('gzip', 'bzip2', None)
    """
    by_suffix = SUFFIXES.get(path.suffix.lower())
    if by_suffix is not None:
        return by_suffix
    if begins.startswith(_BZIP2[0]) and begins[4:].startswith(_BZIP2[1]):
        return "bzip2"
    return next((kind for magic, kind in _MAGIC.items() if begins.startswith(magic)), None)


def chunks(path: Path, stopped: Callable[[], bool]) -> Iterator[bytes]:
    """Yield what is in a file, unpacked, from its beginning to its end.

    Raises:
        OSError: it cannot be read.
        FileError: it is compressed, and cut off or damaged.
    """
    with path.open("rb", buffering=0) as raw:
        begins = raw.read(10) if raw.seekable() else b""
        kind = compression(path, begins)
        if raw.seekable():
            raw.seek(0)
        if kind is None:
            while not stopped() and (data := raw.read(CHUNK)):
                yield data
        else:
            yield from _unpacked(path, raw, kind, stopped)


def _unpacked(path: Path, raw: IO[bytes], kind: str, stopped: Callable[[], bool]) -> Iterator[bytes]:
    unpacking: dict[str, Callable[[IO[bytes]], Any]] = {
        "gzip": lambda file: gzip.GzipFile(fileobj=file),
        "bzip2": bz2.BZ2File,
        "xz": lzma.LZMAFile,
    }
    count = 0

    def wrong(problem: str) -> FileError:
        place = raw.tell()
        after = f"after {count:,} bytes of what is in it" if count else "at its beginning"
        return FileError(path, place, f"{problem} {after} (within its first {place:,} bytes)")

    with unpacking[kind](raw) as file:
        while not stopped():
            try:
                data = file.read1(CHUNK)
            except EOFError:
                raise wrong(f"the {kind} data is cut off") from None
            except (zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
                raise wrong(f"the {kind} data is damaged ({error})") from None
            except OSError as error:
                if error.errno is not None:
                    raise
                raise wrong(f"the {kind} data is damaged ({error})") from None
            if not data:
                return
            count += len(data)
            yield data


def followed(path: Path, stopped: Callable[[], bool], until_idle: float | None) -> Iterator[bytes]:
    """Yield what is in a file and what comes to it, until told to stop or until nothing came for a while (seconds).

    Where the file is replaced by another, the rest of the old one is read, and then the new one from its beginning;
    where it is shorter than it was, it is read from its beginning. One that is not there yet is waited for.

    Raises:
        OSError: it cannot be read.
    """
    file: IO[bytes] | None = None
    idle = beat = time.monotonic()
    try:
        while True:
            over = stopped()  # asked first, so that what was there by then is still read
            if file is None:
                file = _opened(path)
            data = b"" if file is None else file.read(CHUNK)
            now = time.monotonic()
            if not data and file is not None and (successor := _successor(path, file)) is not None:
                data = file.read(CHUNK)  # what came between the last look at it and its replacement
                if not data:
                    if successor is not file:
                        file.close()
                    file = successor
                    idle = now
                    continue
            if data:
                idle = beat = now
                yield data
                continue
            if over or (until_idle is not None and now - idle >= until_idle):
                return
            if now - beat >= BEAT:
                beat = now
                yield b""
            time.sleep(POLL)
    finally:
        if file is not None:
            file.close()


def _opened(path: Path) -> IO[bytes] | None:
    try:
        return path.open("rb", buffering=0)
    except FileNotFoundError:
        return None


def _successor(path: Path, file: IO[bytes]) -> IO[bytes] | None:
    """Return where to go on if a file was replaced, or begun anew: then it is the same, at its beginning."""
    here = os.fstat(file.fileno())
    try:
        there = os.stat(path)
    except FileNotFoundError:  # moved away, and the new one is not there yet
        return None
    if (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino):
        return _opened(path)
    if here.st_size < file.tell():
        file.seek(0)
        return file
    return None


class Writer:
    """A file that is written on a thread of its own; what goes wrong there is raised at the next call."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._queue: HandOver[bytes] = HandOver(AHEAD)
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = threading.Thread(target=self._work, name=f"file {path}", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # there are no threads, in a browser
            self._thread = None

    def write(self, data: bytes) -> None:
        """Write bytes, or have them written; waits while too many are not written yet.

        Raises:
            OSError: those before could not be written.
        """
        if self._thread is None:
            _write(self._file, data)
        elif not self._queue.put(data) and self._error is not None:
            raise self._error

    def close(self) -> None:
        """Wait until all is written, and close the file.

        Raises:
            OSError: something could not be written.
        """
        self._queue.end()
        if self._thread is not None:
            self._thread.join()
        self._file.close()
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            while (data := self._queue.take()) is not None:
                _write(self._file, data)
        except BaseException as error:
            self._error = error
            self._queue.give_up()


def _write(file: IO[bytes], data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
