"""Files as sources and sinks: compressed ones are unpacked, growing ones followed, and what is wrong is told."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.deploying import run
from sm_toolkit.edges.files import AHEAD, FileError
from sm_toolkit.edges.lines import lines_codec
from sm_toolkit.edges.merging import merge, to_all
from sm_toolkit.edges.reports import RunReport, SinkError
from sm_toolkit.edges.scheduling import with_changes
from sm_toolkit.edges.sinks import to_file, to_list
from sm_toolkit.edges.sources import FromFile, from_file, from_list
from sm_toolkit.edges.tees import to_tee
from sm_toolkit.engines import inline, threads
from sm_toolkit.language import Int, Str
from sm_toolkit.pipeline.messages import Answer, Item
from sm_toolkit.pipeline.pipelines import identity, tee
from sm_toolkit.pipeline.ports import Engine

ENGINES = pytest.mark.parametrize("engine", [inline(), threads(64)], ids=["inline", "threads"])
PATIENCE = 20.0

texts = identity(Str)
LINES = [f"line {n} of many" for n in range(50_000)]
TEXT = "".join(f"{line}\n" for line in LINES).encode()
PACKED: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def threads_of_files() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("file ")]


# -- compressed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("name", ["words.{}", "words"])
def test_compressed_files_are_unpacked_told_by_suffix_or_beginning(suffix: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name.format(suffix)
    path.write_bytes(PACKED[suffix](TEXT))
    assert run(from_file(path), lines_codec, texts, to_list()) == LINES
    assert threads_of_files() == []


@pytest.mark.parametrize("suffix", PACKED)
def test_one_after_another_in_a_file(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"words.{suffix}"
    path.write_bytes(PACKED[suffix](b"a\nb") + PACKED[suffix](b"c\n"))
    assert run(from_file(path), lines_codec, texts, to_list()) == ["a", "bc"]


@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("harm", ["cut off", "damaged", "no such data"])
def test_what_is_wrong_with_a_file_is_told_with_its_name_and_place(suffix: str, harm: str, tmp_path: Path) -> None:
    path = tmp_path / f"words.{suffix}"
    packed = bytearray(PACKED[suffix](TEXT))
    if harm == "cut off":
        del packed[len(packed) // 2 :]
    elif harm == "damaged":
        middle = len(packed) // 2
        packed[middle : middle + 40] = bytes(range(40))
    else:
        packed[:] = TEXT
    path.write_bytes(packed)
    with pytest.raises(FileError) as caught:
        run(from_file(path), lines_codec, texts, to_list())
    assert caught.value.path == path
    assert 0 < caught.value.place <= len(packed)
    problem = "is cut off" if harm == "cut off" else "is damaged ("
    kind = {"gz": "gzip", "bz2": "bzip2", "xz": "xz"}[suffix]
    assert str(caught.value).startswith(f"{path}: the {kind} data {problem}")
    assert f"(within its first {caught.value.place:,} bytes)" in str(caught.value)
    assert threads_of_files() == []


@ENGINES
def test_what_could_be_read_before_is_answered(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "words.gz"
    path.write_bytes(gzip.compress(TEXT)[:-8])
    written: list[Any] = []

    class Kept:
        def write(self, session: Any, answers: list[Answer]) -> None:
            written.extend(answer.value for answer in answers if isinstance(answer, Item))

        def close(self) -> None:
            pass

    with pytest.raises(FileError, match="the gzip data is cut off after 938,890 bytes"):
        run(from_file(path), lines_codec, texts, Kept(), engine)
    assert written == LINES[: len(written)]
    assert len(written) > 40_000


# -- followed ---------------------------------------------------------------------------------------------


class Seen:
    """A sink that can be waited for."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def write(self, session: Any, answers: list[Answer]) -> None:
        self.values += [answer.value for answer in answers if isinstance(answer, Item)]

    def close(self) -> list[Any]:
        return self.values

    def wait_for(self, *values: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.values != list(values):
            assert time.monotonic() < deadline, self.values
            time.sleep(0.01)


@contextmanager
def following(path: Path, engine: Engine) -> Iterator[tuple[FromFile, Seen]]:
    source, sink = from_file(path, follow=True), Seen()
    running = threading.Thread(target=run, args=(source, lines_codec, texts, sink, engine), daemon=True)
    running.start()
    try:
        yield source, sink
    finally:
        source.stop()
        running.join(PATIENCE)
    assert not running.is_alive()
    assert threads_of_files() == []


def add(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


@ENGINES
def test_a_file_is_followed_as_it_grows_is_begun_anew_and_is_replaced(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "log"
    with following(path, engine) as (source, seen):
        time.sleep(0.05)  # it is not there yet
        add(path, "a\nb")
        seen.wait_for("a")
        add(path, "b\n")
        seen.wait_for("a", "bb")
        path.write_text("c\n")  # shorter than it was
        seen.wait_for("a", "bb", "c")
        path.rename(tmp_path / "log.1")
        add(tmp_path / "log.1", "late\n")
        time.sleep(0.05)
        path.write_text("d\n")
        seen.wait_for("a", "bb", "c", "late", "d")
        add(path, "e\nno newline")
        source.stop()
    assert seen.values == ["a", "bb", "c", "late", "d", "e", "no newline"]


def test_following_ends_when_nothing_has_come_for_a_while(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("a\n")
    source = from_file(path, follow=True, until_idle=0.3)
    assert repr(source) == f"from_file({str(path)!r}, follow=True, until_idle=0.3)"
    assert run(source, lines_codec, texts, to_list()) == ["a"]


def test_following_is_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("a\n")
    threading.Timer(0.3, lambda: os.kill(os.getpid(), 2)).start()
    with pytest.raises(KeyboardInterrupt):
        run(from_file(path, follow=True), lines_codec, texts, to_list(), threads())
    assert threads_of_files() == []


def test_a_required_sink_that_breaks_ends_a_run_whose_source_is_silent(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("a\n")

    class Breaks(Seen):
        def write(self, session: Any, answers: list[Answer]) -> None:
            raise OSError("the disk is full")

    tees = {"log": to_tee(Breaks(), required=True)}
    with pytest.raises(SinkError, match="the disk is full"):
        run(from_file(path, follow=True), lines_codec, texts >> tee("log"), to_list(), tees=tees, report=RunReport())


def test_what_cannot_be_followed_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a compressed file cannot be followed"):
        from_file("words.gz", follow=True)
    with pytest.raises(ValueError, match="for a file that is followed: follow=True"):
        from_file("words", until_idle=3)


# -- written ----------------------------------------------------------------------------------------------


@ENGINES
def test_files_are_read_and_written_beside_the_pipeline(engine: Engine, tmp_path: Path) -> None:
    source, sink = tmp_path / "in", tmp_path / "out"
    source.write_bytes(TEXT * 3)
    names: set[str] = set()

    def watched() -> Iterator[int]:
        for value in range(3000):
            names.update(threads_of_files())
            yield value

    assert run(from_list(watched()), lines_codec, identity(Int), to_file(sink), engine) == 3000
    assert names == {f"file {sink}"}
    assert run(from_file(source), lines_codec, texts, to_file(sink), engine) == 150_000
    assert sink.read_bytes() == TEXT * 3
    assert len(TEXT) * 3 > AHEAD
    assert threads_of_files() == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk here")
@ENGINES
def test_a_full_disk_is_told(engine: Engine, tmp_path: Path) -> None:
    full = tmp_path / "out"
    full.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device"):
        run(from_list(range(10)), lines_codec, identity(Int), to_file(full), engine)
    with pytest.raises(OSError, match="No space left on device"):
        run(from_list(range(1_000_000)), lines_codec, identity(Int), to_file(full), engine)
    with pytest.raises(FileNotFoundError):
        run(from_list([1]), lines_codec, identity(Int), to_file(tmp_path / "no" / "such"), engine)
    with pytest.raises(FileNotFoundError):
        run(from_file(tmp_path / "none"), lines_codec, identity(Int), to_list(), engine)
    assert threads_of_files() == []


@pytest.mark.parametrize("wrap", [lambda source: source, lambda source: with_changes(merge([source]), {})])
def test_a_file_is_not_read_and_written_in_one_run(wrap: Callable[[FromFile], Any], tmp_path: Path) -> None:
    path, other = tmp_path / "numbers", tmp_path / "other"
    path.write_text("1\n2\n")
    other.symlink_to(path)
    numbers = identity(Int)
    for sink in (to_file(path), to_file(other), to_all([to_list(), to_file(path)])):
        with pytest.raises(ValueError, match="is read in this run, and cannot be written too: choose another file"):
            run(wrap(from_file(path)), lines_codec, numbers, sink)
    assert path.read_text() == "1\n2\n"
    new = tmp_path / "new"
    with pytest.raises(ValueError, match="new is written already in this run"):
        run(from_file(path), lines_codec, numbers >> tee("t"), to_file(new), tees={"t": to_tee(to_file(new))})
    assert not new.exists()
    assert run(from_file(path), lines_codec, numbers, to_all([to_file(os.devnull), to_file(os.devnull)])) == [2, 2]
