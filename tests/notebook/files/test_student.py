"""A student's copy is what nbgrader makes; nothing is written over, and nothing of a solution gets out.

`tests/golden/nbgrader` holds a notebook with every mark, and what `nbgrader generate_assignment` (0.9.6) made of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.notebook.files.findings import Unfit
from sm_toolkit.notebook.files.reading import node, read_notebook, text_of
from sm_toolkit.notebook.files.student import without_solutions
from tests.cli.commands import invoke
from tests.cli.small_notebooks import code, notebook, result, text, write
from tests.conftest import GOLDEN

SOURCE = GOLDEN / "nbgrader" / "source" / "exercises.ipynb"
RELEASED = GOLDEN / "nbgrader" / "release" / "exercises.ipynb"

ANSWER = "### BEGIN SOLUTION\nsecret = 1\n### END SOLUTION"
FOLDED = "Look at it.\n\n<details><summary>Solution</summary>\n\n```python\nsecret = 2\n```\n\n</details>\n\nGo on."


def marks(name: str, **more: Any) -> dict[str, Any]:
    plain = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3, "grade_id": name}
    return {"nbgrader": {**plain, **more}}


def test_a_copy_is_what_nbgrader_makes() -> None:
    made = read_notebook(SOURCE)
    assert without_solutions(made) == {"solution": 6, "hidden test": 1, "mark scheme": 1}
    released = read_notebook(RELEASED)
    for cell in released.cells:  # what it leaves folded is the one thing that is otherwise
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.metadata.pop("jupyter", None)
    assert text_of(made) == text_of(released)


def test_folded_solutions_go_too() -> None:
    details = FOLDED.partition("\n\nGo on.")[0].partition("Look at it.\n\n")[2]
    made = node(notebook(text(FOLDED), text(details), text("<details><summary>More</summary>kept</details>"), text("")))
    assert without_solutions(made) == {"folded solution": 2}
    assert [cell.source for cell in made.cells] == [
        "Look at it.\n\nGo on.",
        "<details><summary>More</summary>kept</details>",
        "",
    ]


def test_a_cell_that_hid_its_solution_is_shown() -> None:
    made = node(notebook(code(ANSWER, jupyter={"source_hidden": True}, **marks("a", solution=True))))
    assert without_solutions(made) == {"solution": 1}
    assert "jupyter" not in made.cells[0].metadata
    assert made.cells[0].source == "# YOUR CODE HERE\nraise NotImplementedError()"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no end": (code("### BEGIN SOLUTION\nx = 1", **marks("a", solution=True)), "a solution begins and does not end"),
    "nested": (
        code("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", **marks("a", solution=True)),
        "a solution begins inside another",
    ),
    "unmarked": (code(ANSWER), "a solution stands in a cell that is not marked as a cell for answers"),
    "tests": (
        code("### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS", **marks("a", locked=True)),
        "a hidden test stands in a cell that is not marked as a cell of tests",
    ),
    "attached": (
        text("BEGIN MARK SCHEME\n![a](attachment:a.png)\nEND MARK SCHEME", **marks("a", task=True)),
        "a mark scheme holds an attachment, which would stay in the copy",
    ),
    "edition": (
        code("x", **marks("a", schema_version=1)),
        "its marks for nbgrader are of edition 1 of their schema, and should be of 3",
    ),
    "lacking": (code("x", nbgrader={"grade": True}), "its marks for nbgrader lack schema_version, locked, solution"),
    "unknown": (code("x", **marks("a", weight=3)), "nbgrader knows no mark weight = 3"),
    "kind": (code("x", **marks("a", grade="yes")), "nbgrader knows no mark grade = 'yes'"),
    "name": (code("x", **marks("a b", solution=True)), "its grade_id is 'a b'"),
    "points": (code("x", **marks("a", grade=True)), "it is graded and has no points"),
    "words": (text("x", **marks("a", solution=True)), "a text that is answered or graded should be both"),
    "task": (
        code("x", **marks("a", task=True, locked=True)),
        "a task that is graded by hand should be text",
    ),
    "automatic": (code("### AUTOTEST x", **marks("a", grade=True, points=1)), "it has tests that nbgrader writes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_marks_that_nbgrader_would_not_take_are_told(name: str) -> None:
    cell, what = REFUSED[name]
    with pytest.raises(Unfit) as unfit:
        without_solutions(node(notebook(code("first"), cell)))
    finding = unfit.value.finding
    assert finding.what.startswith(what)
    assert finding.place is not None
    assert finding.place.index == 1
    assert finding.advice


def test_a_name_that_is_there_twice() -> None:
    with pytest.raises(Unfit, match="another cell has its grade_id, 'a'"):
        without_solutions(node(notebook(*(code("x", **marks("a", solution=True)) for _ in range(2)))))


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as teachers have it, with copies of solutions where nobody thinks of them."""
    folder = tmp_path / "course"
    (folder / "week" / ".ipynb_checkpoints").mkdir(parents=True)
    answered = notebook(text(FOLDED), code(ANSWER, result("1"), **marks("a", solution=True)))
    write(folder / "first.ipynb", answered)
    write(folder / "week" / "second.ipynb", answered)
    write(folder / "week" / ".ipynb_checkpoints" / "second-checkpoint.ipynb", answered)
    (folder / "week" / "data.csv").write_text("1,2\n")
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_folder_is_copied_with_what_is_beside_the_notebooks(course: Path) -> None:
    done = invoke("notebooks", "--student", "course", "--into", "course/students")
    assert done.exit_code == 0, done.output
    assert done.output == (
        "course/students/first.ipynb         without 1 solution, 1 folded solution\n"
        "course/students/week/second.ipynb   without 1 solution, 1 folded solution\n"
        "2 notebooks and 1 file beside them in course/students\n"
    )
    copies = course / "students"
    files = sorted(path.relative_to(copies).as_posix() for path in copies.rglob("*") if path.is_file())
    assert files == ["first.ipynb", "week/data.csv", "week/second.ipynb"]
    assert (copies / "week" / "data.csv").read_text() == "1,2\n"
    for path in copies.rglob("*.ipynb"):
        assert "secret" not in path.read_text("utf-8")
        cell = json.loads(path.read_text("utf-8"))["cells"][1]
        assert cell["source"] == ["# YOUR CODE HERE\n", "raise NotImplementedError()"]
        assert (cell["outputs"], cell["execution_count"]) == ([], None)
    again = invoke("notebooks", "--student", "course", "--into", "course/students")
    assert again.output.endswith("2 notebooks and 1 file beside them in course/students; 0 of them new\n")


def test_nothing_is_written_over(course: Path) -> None:
    mine = course.parent / "students" / "week" / "data.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("my own")
    done = invoke("notebooks", "--student", "course", "--into", "students")
    assert done.exit_code == 1
    assert done.output == "nothing was copied: these are there already, and differ\n  students/week/data.csv\n"
    assert mine.read_text() == "my own"
    assert [path for path in (course.parent / "students").rglob("*") if path.is_file()] == [mine]
    before = (course / "first.ipynb").read_bytes()
    assert invoke("notebooks", "--student", "course", "--into", "course").exit_code == 1
    assert (course / "first.ipynb").read_bytes() == before


def test_all_or_nothing(course: Path) -> None:
    write(course / "week" / "third.ipynb", notebook(code("### BEGIN SOLUTION", **marks("a", solution=True))))
    (course / "week" / "broken.ipynb").write_text("{")
    done = invoke("notebooks", "--student", "course", "--into", "students")
    assert done.exit_code == 1
    assert "course/week/broken.ipynb   FAILED\n    it is no JSON" in done.output
    assert "  code cell 1   ### BEGIN SOLUTION\n    a solution begins and does not end\n" in done.output
    assert done.output.endswith("nothing was copied\n")
    assert not (course.parent / "students").exists()


def test_a_notebook_that_is_named_is_copied_alone(course: Path) -> None:
    done = invoke("notebooks", "--student", "course/week/second.ipynb", "--into", "one")
    assert done.output.endswith("1 notebook in one\n")
    assert [path.name for path in (course.parent / "one").iterdir()] == ["second.ipynb"]
    both = invoke("notebooks", "--student", "course/first.ipynb", "course/week", "--into", "one")
    assert both.exit_code == 2
    assert "one notebook or folder at a time" in both.output
