"""The notebooks run, and give what is kept; the exercises ask for what their solutions give."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.regenerate_notebooks import NOTEBOOKS, difference, executed, main, read_notebook, regenerated, text_of

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_a_notebook_gives_what_is_kept_byte_for_byte(path: Path) -> None:
    kept = path.read_bytes().decode()
    made = regenerated(path)
    assert made == kept, difference(path, kept, made)


def small_notebook(path: Path, *sources: str) -> Path:
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{n}",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for n, source in enumerate(sources)
    ]
    raw: Any = {"cells": cells, "metadata": {"kernelspec": {"name": "other"}}, "nbformat": 4, "nbformat_minor": 5}
    notebook = executed(raw, path.parent)
    path.write_bytes(text_of(notebook).encode())
    return path


def test_a_difference_is_told_and_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small_notebook(tmp_path / "sum.ipynb", "1 + 1", "import sys\nprint('a')\nsys.stdout.flush()\nprint('b')")
    notebook = read_notebook(path)
    assert [len(cell.outputs) for cell in notebook.cells] == [1, 1]
    assert main(["--check", str(path)]) == 0
    good = path.read_bytes()
    path.write_bytes(good.replace(b'"2"', b'"3"'))
    assert main(["--check", str(path)]) == 1
    assert path.read_bytes() != good
    told = capsys.readouterr().out
    assert re.search(r'^-\s+"3"$', told, re.MULTILINE)
    assert re.search(r'^\+\s+"2"$', told, re.MULTILINE)
    assert main([str(path)]) == 0
    assert path.read_bytes() == good


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_each_solution_passes_its_check(path: Path) -> None:
    """Three exercises: their answers, filled in from the folded solutions, turn `not yet` into `right!`."""
    notebook = read_notebook(path)
    answers = [
        cell for cell in notebook.cells if any(tag.startswith("exercise-") for tag in cell.metadata.get("tags", []))
    ]
    solutions = [
        found[1]
        for cell in notebook.cells
        if (found := re.search(r"<details><summary>Solution</summary>.*?```python\n(.*?)```", cell.source, re.DOTALL))
    ]
    assert len(answers) == len(solutions) == 3
    assert outcomes(notebook) == ["not yet"] * 3
    for cell, solution in zip(answers, solutions, strict=True):
        cell.source = solution
    assert outcomes(executed(notebook)) == ["right!"] * 3


def outcomes(notebook: Any) -> list[str]:
    said = [
        output.text for cell in notebook.cells if "verdict(check_" in cell.source for output in cell.get("outputs", [])
    ]
    return [text.split(":")[0].strip() for text in said]
