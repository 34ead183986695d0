"""`sm-toolkit notebooks --check` and `--regenerate`: what is told of notebooks of every kind; none is harmed."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.notebook.files.findings import Unfit
from sm_toolkit.notebook.files.worker import regenerate
from tests.cli.commands import PATIENCE, execute, invoke, started
from tests.cli.small_notebooks import code, notebook, printed, result, text, write

JULIA = {"kernelspec": {"name": "julia-1.10", "language": "julia", "display_name": "Julia"}}
SESSION = {
    "kernelspec": {"name": "mine", "language": "python", "display_name": "my env"},
    "widgets": {},
    "vscode": {},
}

RUN: dict[str, dict[str, Any]] = {
    "good": notebook(text("# Good"), code("x = 1"), code("x + 1", result("2")), code("  \n")),
    "stale": notebook(
        code("1 + 1", result("3")),
        code("# a comment first\nprint('a', 'b', 'c', sep='\\n')", printed("a\nx\nc\n")),
        code("x = 1", printed("gone\n")),
        code("'missing'"),
    ),
    "unsteady": notebook(code("x = 1"), code("import random\nrandom.random()", result("0.5"))),
    "ignored": notebook(
        code("# NBVAL_IGNORE_OUTPUT\nimport random\nrandom.random()", result("0.5")),
        code("'2024-05-01'", result("'2024-05-01'"), tags=["fixed-output"]),
        code("1 / 0", tags=["nbval-skip"]),
    ),
    "hangs": notebook(code("x = 1"), code("while True:\n    pass")),
    "dies": notebook(code("import os"), code("os._exit(3)")),
    "asks": notebook(code("name = input('who? ')")),
    "fails": notebook(code("def f(x):\n    return 1 / x\n\n\nf(0)")),
    "updates": notebook(
        code("from IPython.display import clear_output\nclear_output()"),
        code("shown = display(1, display_id=True)\nshown.update(2)"),
        code("from ipywidgets import Output\nout = Output()"),
    ),
    "quiet": notebook(code("7", result("7")), code("_ + 1", result("8")), code("9;")),
    "session": notebook(code("1 + 1", result("2"), scrolled=True, slideshow={"slide_type": "slide"}), **SESSION),
    "julia": notebook(code("1 + 1"), **JULIA),
}
BROKEN = {"comma": '{"cells": [\n  {"cell_type": "code", }\n]}'}

# What is told of each, whole but for the time; what differs each time is a pattern.
TOLD = {
    "good": "as it runs   2 cells",
    "ignored": "as it runs   3 cells",
    "quiet": "as it runs   3 cells",
    "stale": """\
  code cell 1   1 + 1
    its output is not what it gives
      kept   3
      gives  2
  code cell 2   print('a', 'b', 'c', sep='\\n')
    its output is not what it gives
      kept   x
      gives  b
  code cell 3   x = 1
    it gives no output, and one is kept
      kept  gone
  code cell 4   'missing'
    its output is missing
      gives  'missing'
  try  sm-toolkit notebooks --regenerate FOLDER/stale.ipynb, and look at what changed
""",
    "unsteady": """\
  code cell 2   import random
    it gives something else each time it is run
      once  0.NUMBER
      then  0.NUMBER
      try   show what stays the same (seed it, sort it, leave it out); or tag the cell nbval-ignore-output
""",
    "hangs": """\
  code cell 2   while True:
    it is not done after 4 s
      try  let the cell do less; or give --timeout more seconds
""",
    "dies": """\
  code cell 2   os._exit(3)
    it ends the kernel
      try  look whether it exits, uses up the memory, or calls what crashes
""",
    "asks": """\
  code cell 1   name = input('who? ')
    it asks for input
      try  write the value into the cell: nobody is there to answer
""",
    "fails": """\
  code cell 1   def f(x):
    it ends in ZeroDivisionError
      found  ZeroDivisionError: division by zero
      at     ----> 2     return 1 / x
      try    mend the cell; if the error is what it shows, tag it raises-exception
""",
    "updates": """\
  code cell 1   from IPython.display import clear_output
    it takes back what it gave (`clear_output`), which no file keeps
      try  show each state once, one below the other; or let a widget of its own hold the picture
  code cell 2   shown = display(1, display_id=True)
    it changes what was shown (`display_id`, `update_display`), which no file keeps
      try  show each state once, one below the other; or let a widget of its own hold the picture
    its output is missing
      gives  2
  code cell 3   from ipywidgets import Output
    it shows something inside an `Output` widget, which no file keeps
      try  show each state once, one below the other; or let a widget of its own hold the picture
  try  sm-toolkit notebooks --regenerate FOLDER/updates.ipynb, and look at what changed
""",
    "session": """\
    it stores the state of its widgets
    its metadata tells of the program or the hour that ran it
      found  vscode, scrolled
  try  sm-toolkit notebooks --regenerate FOLDER/session.ipynb, and look at what changed
""",
    "julia": "left out: it is in julia, and only Python's are looked at\n",
    "comma": """\
    it is no JSON: Expecting property name enclosed in double quotes, at line 2, column 25
      found  {"cell_type": "code", }
""",
}


def written(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        if name in RUN:
            write(folder / f"{name}.ipynb", RUN[name])
        else:
            (folder / f"{name}.ipynb").write_text(BROKEN[name], "utf-8")
    return folder


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def parts(output: str) -> dict[str, str]:
    """What was told of each notebook."""
    found = re.split(r"^\S*?(\w+)\.ipynb +", output, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def assert_told(name: str, told: str) -> None:
    wanted = TOLD[name]
    if "\n  " not in f"\n{wanted}":
        assert told.startswith(wanted)
        return
    head, _, rest = told.partition("\n")
    assert re.fullmatch(r"FAILED   \d+ cells?, \d+\.\d s", head)
    assert re.sub(r"0\.\d{3,}(?:e-\d+)?", "0.NUMBER", rest.partition("\n\n")[0] + "\n") == wanted


TOGETHER = ("comma", "good", "julia")


@pytest.mark.parametrize("name", [name for name in TOLD if name not in TOGETHER])
def test_what_is_wrong_is_told(name: str, tmp_path: Path) -> None:
    folder = written(tmp_path, name)
    done = execute("notebooks", "--check", str(folder), *(["--timeout", "4"] if name == "hangs" else []))
    assert_told(name, parts(done.stdout)[name].replace(str(folder), "FOLDER"))
    passes = name in ("ignored", "quiet")
    assert (done.returncode, done.stderr) == (0 if passes else 1, "")


def test_a_folder_is_left_as_it_was(tmp_path: Path) -> None:
    """Nothing is written, nothing of the reader's pytest has a part in it, and the verdict counts what was read."""
    folder = written(tmp_path, *TOGETHER)
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "fails.ipynb").write_text("", "utf-8")
    for name in ("conftest.py", "pytest.ini"):
        (folder / name).write_text("raise RuntimeError('not for notebooks')", "utf-8")
    before = held(folder)
    done = execute("notebooks", "--check", ".", cwd=folder)
    assert held(folder) == before
    told = parts(done.stdout)
    assert list(told) == list(TOGETHER)
    for name in TOGETHER:
        assert_told(name, told[name])
    assert done.stdout.endswith("\n1 of 2 is not as it should be\n")
    assert (done.returncode, done.stderr) == (1, "")


def test_what_is_written_anew_is_as_it_should_be(tmp_path: Path) -> None:
    """And what cannot be run is left as it was; what a teacher said of a cell stays."""
    folder = written(tmp_path / "own", "stale", "fails")
    raw = json.loads(json.dumps(RUN["session"])) | {"nbformat_minor": 2}
    for cell in raw["cells"]:
        cell.pop("id")
        cell["execution_count"] = None
    write(folder / "older.ipynb", raw)
    before = held(folder)
    done = execute("notebooks", "--regenerate", str(folder))
    assert done.returncode == 1
    assert done.stdout.endswith("\n1 of 3 could not be run, and was left as before\n")
    changed = {name for name, content in held(folder).items() if content != before[name]}
    assert changed == {"stale.ipynb", "older.ipynb"}
    assert b'"slide_type": "slide"' in (folder / "older.ipynb").read_bytes()
    assert b"my env" not in (folder / "older.ipynb").read_bytes()
    (folder / "fails.ipynb").unlink()
    again = execute("notebooks", "--check", "own", cwd=tmp_path)
    assert again.stdout.endswith("\nall 2 are as they should be\n"), again.stdout
    assert again.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((".",), "give one of --check, --regenerate and --student"),
        (("--check", "--regenerate", "."), "give one of --check, --regenerate and --student"),
        (("--check",), "name a notebook or a folder"),
        (("--check", "nowhere"), "'nowhere' does not exist"),
        (("--check", "."), "there are no notebooks in ."),
        (("--student", "."), "--student wants --into FOLDER"),
        (("--check", ".", "--into", "x"), "--into goes with --student"),
        (("--check", "--dry-run", "."), "--dry-run goes with --regenerate; --check writes nothing"),
        (("--student", "-r", ".", "--into", "x"), "--recursive goes with --regenerate; --student copies the folders"),
        (("--check", ".", "--timeout", "0"), "0.0 is not in the range x>=1"),
    ],
)
def test_what_cannot_be_begun(
    arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "a.ipynb").write_text("")
    result = invoke("notebooks", *arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_without_the_extra_the_install_command_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "nbval" else found(name))
    result = invoke("notebooks", "--check", str(tmp_path))
    assert result.exit_code == 2
    assert "nbval is not installed here" in result.output
    assert re.search(r"-m pip install .*\[check\]'", result.output)


def test_what_lies_below_is_written_anew_only_if_that_is_said(tmp_path: Path) -> None:
    written(tmp_path / "top", "stale")
    written(tmp_path / "top" / "below", "stale")
    before = held(tmp_path)
    dry = execute("notebooks", "--regenerate", "--dry-run", "top", cwd=tmp_path)
    assert (dry.returncode, dry.stdout) == (0, "top/stale.ipynb\n")
    assert dry.stderr == (
        "1 notebook is left alone in folders below; --recursive takes it, too\n"
        "1 notebook would be run, and written where something else comes of it than is kept; nothing was done: "
        "this was a dry run\n"
    )
    dry = execute("notebooks", "--regenerate", "-r", "-n", "top", "top/below/stale.ipynb", cwd=tmp_path)
    assert (dry.returncode, dry.stdout) == (0, "top/below/stale.ipynb\ntop/stale.ipynb\n")
    assert held(tmp_path) == before
    done = execute("notebooks", "--regenerate", "top", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        0,
        "1 notebook is left alone in folders below; --recursive takes it, too\n",
    )
    changed = {name for name, content in held(tmp_path).items() if content != before[name]}
    assert changed == {"top/stale.ipynb"}
    done = execute("notebooks", "--regenerate", "--recursive", "top", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    changed = {name for name, content in held(tmp_path).items() if content != before[name]}
    assert changed == {"top/stale.ipynb", "top/below/stale.ipynb"}
    (tmp_path / "top" / "stale.ipynb").unlink()
    none = execute("notebooks", "--regenerate", "top", cwd=tmp_path)
    assert none.returncode == 2
    assert "no notebooks in top itself, and 1 in folders below it; --recursive takes these, too" in none.stderr


def test_a_notebook_in_another_language_that_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path, "julia")
    named = execute("notebooks", "--check", str(folder / "julia.ipynb"))
    assert "FAILED\n    it is in julia, and only Python's are looked at\n" in named.stdout
    assert named.returncode == 1
    inside = execute("notebooks", "--check", str(folder))
    assert (inside.returncode, inside.stderr) == (2, "none of them is in Python\n")


def test_a_kernel_that_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit('no kernel today')", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    folder = written(tmp_path / "own", "good")
    done = execute("notebooks", "--check", str(folder))
    assert done.returncode == 1
    assert "    its kernel did not start, or was lost\n      found  RuntimeError: Kernel died" in done.stdout


def test_what_cannot_be_written_is_told_before_it_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "hangs") / "hangs.ipynb"
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(Unfit) as refused:
        regenerate(path, 3)
    assert refused.value.finding.what == "it cannot be written: permission denied"
    assert refused.value.finding.rows == (("found", str(path)),)


def test_an_interrupt_ends_what_runs(tmp_path: Path) -> None:
    marked = tmp_path / "began"
    source = f"import os, pathlib\npathlib.Path({str(marked)!r}).write_text(str(os.getpid()))\nwhile True:\n    pass"
    write(tmp_path / "hangs.ipynb", notebook(code(source)))
    with started("notebooks", "--check", str(tmp_path)) as process:
        while not (marked.exists() and marked.read_text()):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (1, "")
    assert errors.strip() == "Aborted!"
    kernel = int(marked.read_text())
    ends = time.monotonic() + PATIENCE
    while runs(kernel):  # until it sees that nobody wants it any more
        assert time.monotonic() < ends
        time.sleep(0.05)


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
