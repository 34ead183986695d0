"""The exercises ask for what their solutions give. That notebooks give what is kept is `python -m tests notebooks`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.regenerate_notebooks import NOTEBOOKS, executed, read_notebook

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


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
