"""Notebooks that are no files, name cells alike, print without end or escapes, and disks that are full."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.notebook.files import running, worker
from sm_toolkit.notebook.files.findings import Finding, Unfit, told
from sm_toolkit.notebook.files.reading import notebook_of, read_notebook, text_of
from tests.cli.small_notebooks import code, notebook, write


def test_cells_of_one_name_are_given_others_that_are_the_same_each_time() -> None:
    raw = notebook(*(code(f"{number}") for number in range(4)))
    for cell, name in zip(raw["cells"], ("same", "same", "same-2", "same"), strict=True):
        cell["id"] = name
    found = [notebook_of(json.dumps(raw)) for _ in range(2)]
    assert [cell["id"] for cell in found[0].cells] == ["same", "same-3", "same-2", "same-4"]
    assert text_of(found[0]) == text_of(found[1])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(Unfit, match="it is no file"):
        read_notebook(tmp_path / "pipe.ipynb")


def test_what_a_cell_prints_moves_no_terminal() -> None:
    finding = Finding("it ends in \x1b[2J", rows=(("found", "\x1b]0;title\x07\u202e" + "x" * 1000),))
    shown = told([finding], "name")
    assert shown.replace("\n", "").isprintable()
    assert max(map(len, shown.splitlines())) < 150


def test_a_full_disk_keeps_the_notebook_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = write(tmp_path / "kept.ipynb", notebook(code("1"))).read_bytes()

    class Full:
        def __init__(self, number: int, mode: str) -> None:
            self._number = number

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *error: object) -> None:
            os.close(self._number)

        def write(self, data: bytes) -> None:
            os.write(self._number, data[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(worker, "open", Full, raising=False)
    with pytest.raises(Unfit, match="No space left on device"):
        worker._write(tmp_path / "kept.ipynb", "something else")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.ipynb"]
    assert (tmp_path / "kept.ipynb").read_bytes() == kept


@pytest.mark.parametrize("source", ["while True: print('x' * 1000)", "'x' * 10**6"])
def test_a_cell_that_gives_too_much_is_ended(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LARGEST", 100_000)
    raw: Any = notebook_of(json.dumps(notebook(code("1"), code(source))))
    with pytest.raises(Unfit) as ended:
        running.executed(raw, tmp_path)
    assert ended.value.finding.what == "it gives more than 100,000 characters"
    assert ended.value.finding.place is not None
    assert ended.value.finding.place.cell == "code cell 2"
