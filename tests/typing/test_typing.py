"""The static types: mypy and pyright accept what is right and find each marked mistake."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sm_toolkit import FunctionError, Int, infer, machine

HERE = Path(__file__).parent
ACCEPTED = sorted(HERE.glob("accepted/*.py"))
REJECTED = sorted(HERE.glob("rejected/*.py"))


def mypy(path: Path) -> set[int]:
    """The lines in which mypy --strict finds errors."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file=", str(path)]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=300)
    found = re.findall(rf"{re.escape(path.name)}:(\d+): error", done.stdout)
    assert found or done.returncode == 0, done.stdout + done.stderr
    return set(map(int, found))


def pyright(path: Path) -> set[int]:
    """The lines in which pyright finds errors."""
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, str(path)]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=300)
    told = json.loads(done.stdout)["generalDiagnostics"]
    return {each["range"]["start"]["line"] + 1 for each in told if each["severity"] == "error"}


def elsewhere(path: Path, folder: Path) -> Path:
    """Copy a program out of the project, whose settings leave the rejected ones alone."""
    return Path(shutil.copy(path, folder))


CHECKERS = {"mypy": mypy, "pyright": pyright}


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
@pytest.mark.parametrize("checker", CHECKERS)
def test_what_is_right_is_accepted(checker: str, path: Path, tmp_path: Path) -> None:
    assert CHECKERS[checker](elsewhere(path, tmp_path)) == set()


@pytest.mark.parametrize("path", REJECTED, ids=lambda path: path.stem)
@pytest.mark.parametrize("checker", CHECKERS)
def test_each_mistake_is_found(checker: str, path: Path, tmp_path: Path) -> None:
    marked = {number for number, line in enumerate(path.read_text().splitlines(), 1) if line.endswith("# error")}
    assert len(marked) > 10
    assert CHECKERS[checker](elsewhere(path, tmp_path)) == marked


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
