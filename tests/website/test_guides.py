"""What the guides tell people to type does what they say: their files are written, and their commands run in order."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import v4

from tests.cli.commands import environment, invoke, served
from website.places import DOCS, NOTEBOOKS

GUIDES = DOCS / "how-to"


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """The language and the text of each block, and the line before it."""
    for before, language, block in re.findall(r"([^\n]*)\n\n```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield language, block, before


def commands(block: str) -> Iterator[tuple[list[str], str]]:
    """Each command of a block, and what is printed then."""
    for command, printed in re.findall(r"^\$ (.*?)\n(.*?)(?=^\$ |\Z)", block, re.MULTILINE | re.DOTALL):
        yield shlex.split(command), printed


def test_a_server_is_upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    ran = 0
    with ExitStack() as running:
        port = 0
        for language, block, before in blocks((GUIDES / "upgrade_a_server.md").read_text("utf-8")):
            if language == "python":
                (name,) = re.findall(r"`(\w+\.py)`:", before)
                (tmp_path / name).write_text(block, "utf-8")
                continue
            for (program, verb, *rest), printed in commands(block):
                assert program == "sm-toolkit"
                ran += 1
                if verb == "serve":
                    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
                    line, port = running.enter_context(served(*rest))
                    assert line + "\n" == printed.replace("3000", str(port))
                else:
                    done = invoke(verb, *(part.replace("3000", str(port)) for part in rest))
                    assert (done.exit_code, done.output.rstrip()) == (0, printed.rstrip()), (verb, rest)
    assert ran == 9
    for name in ("gate", "gate_2"):
        sys.modules.pop(name, None)


def test_pictures_are_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (GUIDES / "draw_and_save.md").read_text("utf-8")
    names: dict[str, object] = {}
    for language, block, _ in blocks(text):
        assert language == "python"
        exec(block, names)
    saved = set(re.findall(r'"(\w+\.\w+)"', text))
    assert len(saved) == 10
    assert {path.name for path in tmp_path.iterdir() if path.stat().st_size > 100} == saved
    assert re.fullmatch(r"\d+ nodes\n", capsys.readouterr().out)


def test_chapters_are_given_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks")
    monkeypatch.chdir(tmp_path)
    ((_, block, _),) = blocks((GUIDES / "teach_a_class.md").read_text("utf-8"))
    (((program, *arguments), _),) = commands(block)
    assert program == "sm-toolkit"
    done = invoke(*arguments)
    assert done.exit_code == 0, done.output
    (copy,) = (tmp_path / "for_students").rglob("*.ipynb")
    assert "# YOUR CODE HERE" in copy.read_text("utf-8")
    assert "BEGIN SOLUTION" not in copy.read_text("utf-8")


def test_notebooks_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = ["from sm_toolkit import get, incr, put", "get() >> incr >> put()"]
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])  # type: ignore[no-untyped-call]
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PYTHONWARNINGS")
    NotebookClient(notebook, kernel_name="python3").execute()
    (tmp_path / "counter.ipynb").write_text(json.dumps(notebook), "utf-8")
    ours, theirs = [
        block
        for language, block, _ in blocks((GUIDES / "check_notebooks_in_ci.md").read_text("utf-8"))
        if language == "console"
    ]
    monkeypatch.chdir(tmp_path)
    for (program, *arguments), _ in commands(ours):
        assert program == "sm-toolkit"
        done = invoke(*arguments)
        assert done.exit_code == 0, done.output
    ((command, printed),) = commands(theirs)
    assert command[0] == "python"
    ran = subprocess.run([sys.executable, *command[1:]], cwd=tmp_path, capture_output=True, text=True, check=False)
    told, verdict = printed.splitlines()
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.splitlines()[0] == told
    assert verdict.removesuffix("...") in ran.stdout
