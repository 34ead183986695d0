"""The static types: mypy and pyright accept what is right and find each marked mistake."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from sm_toolkit import FunctionError, Int, infer, machine

HERE = Path(__file__).parent
ACCEPTED = sorted(HERE.glob("accepted/*.py"))
REJECTED = sorted(HERE.glob("rejected/*.py"))


def mypy(folder: Path) -> dict[str, set[int]]:
    """The lines in which mypy --strict finds errors in the programs of a folder, by their names."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file=", *names(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    found = re.findall(r"^(.+?):(\d+): error", done.stdout, re.MULTILINE)
    assert found or done.returncode == 0, done.stdout + done.stderr
    return by_file((file, int(line)) for file, line in found)


def pyright(folder: Path) -> dict[str, set[int]]:
    """The lines in which pyright finds errors in the programs of a folder, by their names."""
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, *names(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    told = json.loads(done.stdout)
    assert told["summary"]["filesAnalyzed"] == len(names(folder))
    errors = [each for each in told["generalDiagnostics"] if each["severity"] == "error"]
    return by_file((Path(each["file"]).name, each["range"]["start"]["line"] + 1) for each in errors)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".py")


def by_file(found: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    lines: dict[str, set[int]] = {}
    for file, line in found:
        lines.setdefault(file, set()).add(line)
    return lines


def marked(path: Path) -> set[int]:
    """The lines of a program that say of themselves that they are wrong."""
    return {number for number, line in enumerate(path.read_text().splitlines(), 1) if line.endswith("# error")}


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_what_is_right_is_accepted_and_each_mistake_is_found(
    checker: Callable[[Path], dict[str, set[int]]], tmp_path: Path
) -> None:
    """All programs are checked in one go, out of the project, whose settings leave the rejected ones alone."""
    assert len(ACCEPTED) == len(REJECTED) > 3
    for path in (*ACCEPTED, *REJECTED):
        shutil.copy(path, tmp_path / f"{path.parent.name}_{path.name}")
    wanted = {f"rejected_{path.name}": marked(path) for path in REJECTED}
    assert min(map(len, wanted.values())) > 10
    assert checker(tmp_path) == wanted


def functions(path: Path) -> dict[str, str]:
    """The functions of a program without their decorators, each as a text with the program's classes."""
    body = ast.parse(path.read_text()).body
    classes = [each for each in body if isinstance(each, ast.ClassDef)]
    found = [each for each in body if isinstance(each, ast.FunctionDef)]
    for each in found:
        each.decorator_list = []
    return {each.name: ast.unparse(ast.Module([*classes, each], [])) for each in found}


def test_the_decorator_finds_each_mistake_in_a_function_also_those_that_the_checkers_do_not() -> None:
    texts = functions(HERE / "rejected" / "function_bodies.py")
    assert infer(machine(source=texts.pop("counter"))).state == Int
    assert len(texts) > 10
    for text in texts.values():
        with pytest.raises(FunctionError):
            machine(source=text)
