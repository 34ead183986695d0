"""The exercises ask for what their solutions give. That notebooks give what is kept is `python -m tests notebooks`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.regenerate_notebooks import NOTEBOOKS, executed, read_notebook

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
CHAPTERS = [path for path in PATHS if not path.name.startswith("00_")]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_each_check_wants_an_answer(path: Path) -> None:
    """That they are content with the solutions is seen in what is kept; without them each says that one is missing."""
    notebook = read_notebook(path)
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            cell.source, cleared = cleared_as_nbgrader_does(cell.source)
            assert cleared == 1
        if marks.get("solution") or marks.get("grade"):
            cell.metadata.tags = ["raises-exception"]
    run = executed(notebook)
    said = {cell.id: [(output.ename, output.evalue) for output in cell.outputs] for cell in exercises_of(run)}
    assert said == {
        f"exercise-{number}-{part}": expected
        for number in (1, 2, 3)
        for part, expected in {
            "solution": [("NotImplementedError", "")],
            "check": [("NotYet", "there is no answer yet")],
        }.items()
    }


def exercises_of(notebook: Any) -> Iterator[Any]:
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution") or marks.get("grade"):
            yield cell


def cleared_as_nbgrader_does(source: str) -> tuple[str, int]:
    """Return a source with each marked solution replaced by what nbgrader puts there, and how many there were."""
    return re.subn(
        r"^( *)### BEGIN SOLUTION\n.*?^\1### END SOLUTION$",
        r"\1# YOUR CODE HERE\n\1raise NotImplementedError()",
        source,
        flags=re.DOTALL | re.MULTILINE,
    )
