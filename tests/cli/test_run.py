"""``sm-toolkit run``: a real file through a pipeline that is upgraded on the way, and what is told of it."""

from __future__ import annotations

import gzip
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
from collections import Counter
from pathlib import Path

import pytest

import sm_toolkit.engines
from benchmarks.word_files import write
from tests.cli.commands import COMMAND, PATIENCE, ROOT, environment, execute, invoke, served, started

WORDS = "sm_toolkit.examples.word_count"
LINES = 20_000
ENGINES = [name for name in ("inline", "threads", "processes", "simulated") if hasattr(sm_toolkit.engines, name)]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("words") / "words.txt"
    write(path, LINES, 5_000)
    return path


def last_counts(path: Path) -> dict[str, int]:
    """The last count that was written of each word."""
    return {word: int(number) for number, word in map(str.split, path.read_text("utf-8").splitlines())}


def sorted_counts(path: Path) -> dict[str, int]:
    """What ``sort | uniq -c`` says."""
    shell = f"LC_ALL=C sort '{path}' | LC_ALL=C uniq -c"
    told = subprocess.run(shell, shell=True, capture_output=True, text=True, check=True).stdout
    return {word: int(number) for number, word in map(str.split, told.splitlines())}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_counts_are_those_of_sort_and_uniq(engine: str, words: Path, tmp_path: Path) -> None:
    sink = tmp_path / "counts.txt"
    options = ("--source", str(words), "--sink", str(sink), "--engine", engine)
    changes = ("--upgrade-at", str(LINES // 2), f"{WORDS}:to_count_since")
    result = execute("run", f"{WORDS}:counting", *options, *changes)
    # No progress is shown where there is no terminal.
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "after input 10,000: stage count upgraded\n")
    assert last_counts(sink) == sorted_counts(words)
    expected: Counter[str] = Counter()
    lines = []
    for word in words.read_text("utf-8").split():
        expected[word] += 1
        lines.append(f"{expected[word]} {word}")
    assert sink.read_text("utf-8").splitlines() == lines


def test_standard_input_to_standard_output_and_several_changes() -> None:
    changes = ("--upgrade-at", "2", f"{WORDS}:to_any_case", "--upgrade-at", "0", f"{WORDS}:to_count_since")
    result = execute("run", f"{WORDS}:counting", *changes, input="To\nbe\nto\n")
    assert (result.returncode, result.stdout) == (1, "1 To\n1 be\n1 to\n")
    lines = result.stderr.splitlines()
    assert lines[:2] == ["after input 0: stage count upgraded", "after input 2: refused, because"]
    assert lines[2].startswith("  - what runs is ")


def test_a_rewiring_on_the_way() -> None:
    result = execute("run", f"{WORDS}:counting", "--upgrade-at", "3", f"{WORDS}:to_any_case", input="to\nTo\nto\nTo\n")
    assert (result.returncode, result.stdout) == (0, "1 to\n1 To\n2 to\n3 to\n")
    assert result.stderr == "after input 3: rewired to parse, lower, count, write\n"


def test_failures_and_changes_that_were_not_reached_are_told(tmp_path: Path) -> None:
    source, sink = tmp_path / "in", tmp_path / "out"
    source.write_text("Right ()\nup\nLeft ()\nleft\n")
    counter = "sm_toolkit.examples.counter"
    result = invoke(
        *("run", f"{counter}:typed_v1", "--source", str(source), "--sink", str(sink)),
        *("--upgrade-at", "9", f"{counter}:typed_v1_to_v2"),
    )
    assert result.exit_code == 1
    first, second = result.stderr.splitlines()
    assert first == "the source ended before input 9, so the change that was to come there was not made"
    assert second.startswith("2 of 4 inputs failed; the first: input 2: cannot read Either[Unit, Unit]")
    assert [line[:10] for line in sink.read_text().splitlines()] == ["Right ()", "! failed: ", "Left 1", "! failed: "]


TEED = """
from sm_toolkit.examples.word_count import parse, write, counted
from sm_toolkit.language import Str
from sm_toolkit.pipeline.pipelines import tee
from sm_toolkit.pipeline.rewiring import rewire
copied = parse >> tee("words") >> counted >> write
plain = parse >> counted >> write
copies = rewire(plain, copied)
"""


def test_copies_of_a_tee_go_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "teed.py").write_text(TEED)
    (tmp_path / "in").write_text(" a\nb \n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    run = ("run", "teed:copied", "--source", "in", "--sink", "out")
    assert invoke(*run, "--tee", "words", "log").exit_code == 0
    assert (tmp_path / "log").read_text() == "a\nb\n"
    assert "Error: tee 'words' has no sink" in invoke(*run).stderr
    told = invoke(*run, "--tee", "words", "no/such/folder")
    assert told.exit_code == 1
    assert "the sink of tee 'words' broke after 0 values, and 2 were dropped" in told.stderr


def test_a_tee_that_is_not_there_is_told_of_unless_a_rewiring_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "teed.py").write_text(TEED)
    (tmp_path / "in").write_text("a\nb\na\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    here = ("--source", "in", "--sink", "out")
    wrong = invoke("run", "teed:copied", *here, "--tee", "words", "log", "--tee", "word", "other")
    assert (wrong.exit_code, wrong.stderr) == (1, "Error: the pipeline has no tee 'word' (it has 'words')\n")
    wrong = invoke("run", "teed:plain", *here, "--tee", "words", "log")
    assert (wrong.exit_code, wrong.stderr) == (1, "Error: the pipeline has no tee 'words' (it has none)\n")
    assert not {"out", "log", "other"} & {each.name for each in tmp_path.iterdir()}
    twice = invoke("run", "teed:copied", *here, "--tee", "words", "log", "--tee", "words", "other")
    assert "tee 'words' is given two files" in twice.stderr
    done = invoke("run", "teed:plain", *here, "--tee", "words", "log", "--upgrade-at", "1", "teed:copies")
    assert (done.exit_code, (tmp_path / "log").read_text()) == (0, "b\na\n")
    for codec in ("lines", "text"):
        wrong = invoke("serve", "teed:plain", "--port", "0", "--codec", codec, "--tee", "words", "log")
        assert (wrong.exit_code, wrong.stderr) == (1, "Error: the pipeline has no tee 'words' (it has none)\n")


def test_several_sources_in_turn_one_of_them_packed(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"a\nb\nc\n"))
    (tmp_path / "b").write_text("b\na\n")
    sources = ("--source", str(tmp_path / "a.gz"), "--source", str(tmp_path / "b"), "--in-turn")
    result = execute("run", f"{WORDS}:counting", *sources)
    assert (result.returncode, result.stdout, result.stderr) == (0, "1 a\n1 b\n2 b\n2 a\n1 c\n", "")
    (tmp_path / "a.gz").write_bytes(b"a\n")
    broken = execute("run", f"{WORDS}:counting", "--source", "-", *sources[:4], input="c\n")
    assert (broken.returncode, sorted(broken.stdout.splitlines())) == (1, ["1 a", "1 b", "1 c"])
    assert "source 2 of 3 broke after 0 requests: " in broken.stderr
    assert "a.gz: the gzip data is damaged (Not a gzipped file (b'a\\n')) at its beginning" in broken.stderr


def test_a_file_is_followed_until_ctrl_c(tmp_path: Path) -> None:
    source = tmp_path / "words"
    source.write_text("a\nb\n")
    with started("run", f"{WORDS}:counting", "--source", str(source), "--follow", "--engine", "threads") as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["1 a\n", "1 b\n"]
        with source.open("a") as file:
            file.write("a\nrest")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=PATIENCE) == ("2 a\n1 rest\n", "")
        assert process.returncode == 0


def test_a_server_writes_the_copies_of_its_tees(tmp_path: Path) -> None:
    (tmp_path / "teed.py").write_text(TEED)
    with served("teed:copied", "--tee", "words", str(tmp_path / "log"), cwd=tmp_path) as (_, port):
        assert execute("call", f"localhost:{port}", "a", " b").stdout == '"1 a"\n"2 b"\n'
    assert (tmp_path / "log").read_text() == "a\nb\n"


def test_a_server_may_be_rewired_to_have_a_tee_that_it_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "teed.py").write_text(TEED)
    log = tmp_path / "log"
    with started("serve", "teed:plain", "--port", "0", "--tee", "words", str(log), cwd=tmp_path) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        told = (
            f"the pipeline has no tee 'words' (it has none): nothing is written to {log} until a rewiring brings one "
        )
        assert server.stderr.readline() == f"{told}of that name\n"
        port = re.findall(r":(\d+), ", server.stdout.readline())[0]
        assert execute("rewire", port, "teed:copies", cwd=tmp_path).returncode == 0
        assert execute("call", port, "a").stdout == '"1 a"\n'
        server.send_signal(signal.SIGINT)
        assert server.communicate(timeout=PATIENCE) == ("", "")
    assert log.read_text() == "a\n"


WRONG = {
    "no file": (("--source", "no.such"), "there is no file no.such"),
    "read and written": (
        ("--source", "pyproject.toml", "--sink", "./pyproject.toml"),
        "would be read and written; give the output",
    ),
    "written twice": (("--sink", "out", "--tee", "t", "out"), "out would be written twice"),
    "no folder": (("--sink", "no/such"), "no/such: No such file or directory"),
    "packed and followed": (("--source", "a.gz", "--follow"), "a compressed file cannot be followed"),
    "no change": (("--upgrade-at", "1", f"{WORDS}:counting"), "is no change: it is a Sequence"),
    "two at once": (("--upgrade-at", "1", f"{WORDS}:to_any_case") * 2, "two changes are to be made after input 1"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_told(case: str) -> None:
    options, told = WRONG[case]
    result = invoke("run", f"{WORDS}:counting", *options, input="a\n")
    assert result.exit_code == 1
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_reader_that_has_enough(words: Path) -> None:
    shell = f"{sys.executable} -m sm_toolkit run {WORDS}:counting --source '{words}' | head -n 1"
    done = subprocess.run(shell, shell=True, capture_output=True, text=True, env=environment(), cwd=ROOT, check=False)
    assert done.stdout.startswith("1 ")
    assert done.stderr == ""


def test_a_terminal_shows_the_rate_and_the_queues(words: Path, tmp_path: Path) -> None:
    theirs, ours = pty.openpty()
    termios.tcsetwinsize(ours, (24, 120))
    command = [*COMMAND, "run", f"{WORDS}:counting", "--engine", "threads", "--sink", str(tmp_path / "out")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=ours, text=True, env=environment(), cwd=ROOT
    ) as process:
        os.close(ours)
        assert process.stdin is not None
        text = words.read_text("utf-8")
        process.stdin.write(text)
        process.stdin.flush()
        shown = b""
        # The source is still open, so the line is written again and again.
        while b"waiting: parse" not in shown:
            assert select.select([theirs], [], [], PATIENCE)[0], shown
            shown += os.read(theirs, 4096)
        process.stdin.close()
        try:
            while data := os.read(theirs, 4096):
                shown += data
        except OSError:  # the other end is closed
            pass
        assert process.wait(PATIENCE) == 0
    os.close(theirs)
    lines = [line for line in shown.decode().replace("\n", "\r").split("\r") if line.strip()]
    told = re.compile(r"[\d.]+k? lines .*lines/s, waiting: parse [\d,]+, count [\d,]+, write [\d,]+\]")
    assert any(map(told.search, lines)), lines
    assert lines[-1].startswith("20.0k lines [")
