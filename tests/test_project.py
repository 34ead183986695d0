"""The files around the package agree with it and with each other."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

import sm_toolkit
from tests.__main__ import CHECKS
from tests.__main__ import main as run_checks

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
README = (ROOT / "README.md").read_text("utf-8")
MODULES = sorted(
    path for path in (ROOT / "sm_toolkit").rglob("*.py") if not path.stem.startswith("_") or path.stem == "__init__"
)

CONDA_NAMES = {"matplotlib": "matplotlib-base", "msgpack": "msgpack-python"}


def commands() -> list[str]:
    """The lines of README's shell blocks."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def ranges(requirements: list[str]) -> dict[str, str]:
    parsed = [Requirement(text) for text in requirements]
    return {requirement.name: str(requirement.specifier) for requirement in parsed}


def test_conda_and_pip_ask_for_the_same() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    *conda, last = environment["dependencies"]
    asked = ranges([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["lab"]])
    wanted = {CONDA_NAMES.get(name, name): specifier for name, specifier in asked.items()}
    assert ranges(conda) == wanted | {"python": PROJECT["requires-python"], "pip": ""}
    assert last == {"pip": ["."]}
    assert environment["channels"] == ["conda-forge"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here to read .ci/run")
def test_ci_runs_the_commands_of_the_readme() -> None:
    demo, tests = subprocess.check_output(["bash", ".ci/run", "--print"], cwd=ROOT, text=True).splitlines()
    assert commands()[:2] == [demo, tests]
    assert demo.endswith("&& .venv/bin/sm-toolkit demo")
    assert tests.endswith("&& .venv/bin/python -m tests")


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "docs/ARCHITECTURE.md"])
def test_no_page_says_a_thing_twice(name: str) -> None:
    """A merge that kept both sides would leave a line twice, or a row of a table in two forms."""
    text = (ROOT / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if len(line) > 40 and not line.startswith((">>>", "..."))]
    rows = [line.split(" | ")[0] for line in lines if line.startswith("| `")]
    ends = [line[-40:] for line in lines]
    assert len(lines) > 20
    for said in (lines, rows, ends):
        assert sorted({each for each in said if said.count(each) > 1}) == []


def test_each_command_of_the_readme_makes_the_environment_it_needs() -> None:
    assert len(commands()) == 3
    for command in commands():
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q -e ")


def test_hooks_run_the_checks_of_the_same_name() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    [repository] = config["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert hook["entry"] == f"python -m tests {hook['id']}"
        assert hook["id"] in CHECKS


def test_each_check_is_told_whole_and_one_that_fails_fails_all(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The type checkers run side by side, and what they print is not mixed."""
    texts = {"mypy": "no_such_check", "pyright": "compileall -h", "format": "calendar 1999 1"}
    for name, text in texts.items():
        monkeypatch.setitem(CHECKS, name, text)
    assert run_checks(["mypy", "pyright", "format"]) == 1
    out = capfd.readouterr().out
    pieces = {piece.partition(":")[0]: piece for piece in out.split("\n== ")}  # whichever of the two ended first
    assert "No module named no_such_check" in pieces["mypy"]
    assert "usage: " in pieces["pyright"]
    assert list(pieces)[-1] == "format"
    ends = [line.split()[:2] for line in out.splitlines()[-4:-1]]
    assert ends == [["mypy", "FAILED"], ["pyright", "passed"], ["format", "passed"]]
    assert out.endswith("\n1 of 3 checks failed\n")


def test_version() -> None:
    assert sm_toolkit.__version__ == PROJECT["version"]


def test_changelog_is_open() -> None:
    assert re.search(r"^## \[Unreleased\]$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)


def test_import_is_light() -> None:
    """Importing the package loads nothing heavy, and takes less than 100 ms of work over the bare interpreter."""
    program = (
        "import sys, time; start = time.process_time(); import sm_toolkit; "
        "print(time.process_time() - start, *sys.modules)"
    )
    command = [sys.executable, "-c", program]
    runs = [subprocess.check_output(command, cwd=ROOT, text=True).split() for _ in range(5)]
    heavy = {"matplotlib", "IPython", "networkx", "ipywidgets", "asyncio", "numpy", "click"}
    assert heavy & set(runs[0]) == set()
    assert min(float(seconds) for seconds, *_ in runs) < 0.1


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_opens_with_a_sentence(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    assert re.match(r"\S+\s+\S+\s.*?[.:](\s|$)", docstring, re.DOTALL), "say what belongs here"
