"""Which notebooks are opened, and that copies of a user's are safe. JupyterLab itself is not started here."""

from __future__ import annotations

import errno
import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from sm_toolkit.cli import course
from tests.cli.commands import invoke


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Notebooks as a wheel brings them, in a machine with JupyterLab."""
    folder = tmp_path / "shipped"
    (folder / "pictures").mkdir(parents=True)
    (folder / ".ipynb_checkpoints").mkdir()
    for name in ("01_first.ipynb", "02_second.ipynb", "pictures/one.svg", ".ipynb_checkpoints/01.ipynb"):
        (folder / name).write_text(name, encoding="utf-8")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(course, "_notebooks", lambda: (True, folder))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "jupyterlab" or None)
    return folder


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    commands: list[list[str]] = []

    def run(command: list[str]) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(course, "_run", run)
    return commands


def opened(folder: Path, first: str, *options: str) -> list[str]:
    """The command that opens a notebook in a folder; both are in the address that JupyterLab prints."""
    places = [f"--ServerApp.root_dir={folder.resolve()}", f"--LabApp.default_url=/lab/tree/{first}"]
    return [sys.executable, "-m", "jupyterlab", *places, *options]


def test_from_a_wheel_copies_are_opened(shipped: Path, ran: list[list[str]]) -> None:
    result = invoke("lab", "--no-browser", "--", "--port", "9000")
    assert (result.exit_code, result.output) == (0, "copied 3 files into sm_toolkit_notebooks\n")
    assert ran == [opened(Path("sm_toolkit_notebooks"), "01_first.ipynb", "--no-browser", "--port", "9000")]
    copies = sorted(path.name for path in Path("sm_toolkit_notebooks").rglob("*") if path.is_file())
    assert copies == ["01_first.ipynb", "02_second.ipynb", "one.svg"]


def test_the_index_is_opened_where_there_is_one(shipped: Path, ran: list[list[str]]) -> None:
    """And not what of the reader's own comes before it."""
    Path("mine").mkdir()
    Path("mine", "00_a.ipynb").write_text("my own notes", encoding="utf-8")
    (shipped / "00_index.ipynb").write_text("index", encoding="utf-8")
    assert invoke("lab", "--into", "mine").exit_code == 0
    assert ran == [opened(Path("mine"), "00_index.ipynb")]


def test_a_changed_copy_is_kept(shipped: Path, ran: list[list[str]]) -> None:
    assert invoke("lab", "--into", "here").exit_code == 0
    Path("here", "01_first.ipynb").write_text("my own notes", encoding="utf-8")
    Path("here", "02_second.ipynb").unlink()
    result = invoke("lab", "--into", "here")
    kept = Path("here", "01_first.ipynb")
    assert result.output == f"kept your {kept}, which differs from the course's\ncopied 1 file into here\n"
    assert kept.read_text("utf-8") == "my own notes"


def test_in_a_checkout_the_notebooks_themselves_are_opened(
    shipped: Path, ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "_notebooks", lambda: (False, shipped))
    assert invoke("lab").output == ""
    assert ran == [opened(shipped, "01_first.ipynb")]
    assert list(Path.cwd().iterdir()) == []


def test_without_jupyterlab_the_install_command_is_told(
    shipped: Path, ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = invoke("lab")
    assert result.exit_code == 1
    assert "JupyterLab is not installed here" in result.output
    assert "-m pip install 'sm-toolkit[lab]'" in result.output
    monkeypatch.setattr(course, "_notebooks", lambda: (False, shipped))
    assert f"-m pip install -e '{shipped.parent}[lab]'" in invoke("lab").output
    assert ran == []
    assert list(Path.cwd().iterdir()) == []


def test_a_file_in_the_way(shipped: Path, ran: list[list[str]]) -> None:
    Path("there").write_text("", encoding="utf-8")
    assert invoke("lab", "--into", "there").exit_code == 2
    Path("deeper").mkdir()
    Path("deeper", "pictures").write_text("", encoding="utf-8")
    result = invoke("lab", "--into", "deeper")
    assert result.exit_code == 1
    assert "cannot copy the notebooks into deeper" in result.output


def test_half_a_copy_is_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped, mine = tmp_path / "shipped", tmp_path / "mine"
    shipped.mkdir()
    (shipped / "01.ipynb").write_text("the course's")

    def full(source: Path, target: Path) -> None:
        target.write_text("the")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("sm_toolkit.cli.course.shutil.copyfile", full)
        with pytest.raises(click.ClickException, match="No space left on device"):
            course._copy(shipped, mine)
    assert list(mine.iterdir()) == []
    course._copy(shipped, mine)
    assert (mine / "01.ipynb").read_text() == "the course's"


def test_a_link_of_the_readers_is_not_written_through(tmp_path: Path) -> None:
    shipped, mine = tmp_path / "shipped", tmp_path / "mine"
    for folder in (shipped, mine):
        folder.mkdir()
    (shipped / "01.ipynb").write_text("the course's")
    (mine / "01.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    with pytest.raises(click.ClickException, match="cannot copy"):
        course._copy(shipped, mine)
    assert not (tmp_path / "elsewhere.ipynb").exists()


@pytest.mark.skipif(os.name != "posix", reason="a process has no place to be taken")
def test_a_signal_is_for_jupyterlab_and_leaves_nothing_behind() -> None:
    jupyter = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(60)"
    program = f"import sys; from sm_toolkit.cli.course import _run; _run([sys.executable, '-c', {jupyter!r}])"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = int(process.stdout.readline())
        process.terminate()
        assert process.wait(20) == -signal.SIGTERM
    assert said == process.pid


def test_two_may_copy_into_one_folder_at_once(tmp_path: Path) -> None:
    shipped, mine = tmp_path / "shipped", tmp_path / "mine"
    shipped.mkdir()
    for number in range(200):
        (shipped / f"{number:03}.ipynb").write_text("the course's" * 1000)
    places = f"Path({str(shipped)!r}), Path({str(mine)!r})"
    program = f"from pathlib import Path; from sm_toolkit.cli.course import _copy; _copy({places})"
    both = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for one in both:
        assert one.communicate(timeout=60)[1] == ""
    assert [path.read_text() for path in sorted(mine.iterdir())] == ["the course's" * 1000] * 200
