"""A notebook as it is kept: run from top to bottom, whole, and with nothing in it of the day or the machine; a chapter
of the course has goals, pictures, three exercises and a summary.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.notebook.files.shape import FIXED, shape_findings
from tests.regenerate_notebooks import KEPT, METADATA, NOTEBOOKS, VIEW, read_notebook

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
INDEX = NOTEBOOKS / "00_index.ipynb"
CHAPTERS = [path for path in PATHS if path != INDEX]
LAST_RESORT = {"nbval-ignore-output", "nbval-skip", "raises-exception", FIXED}


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def problems(notebook: Any) -> Iterator[str]:
    """Everything that a kept notebook may not be."""
    if notebook.metadata != METADATA:
        yield f"its metadata holds more than {', '.join(METADATA)}"
    cells = code_cells(notebook)
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        yield "its cells are not numbered 1 to n"
    for cell in notebook.cells:
        if set(cell.metadata) - set(KEPT):
            yield f"{cell.id}: there is metadata besides {', '.join(KEPT)}"
        if "### BEGIN SOLUTION" in cell.source and not cell.metadata.get("nbgrader", {}).get("solution"):
            yield f"{cell.id}: what is marked as a solution is in a cell that is none"  # nbgrader would stop at it
        if tags := LAST_RESORT & set(cell.metadata.get("tags", [])):
            yield f"{cell.id}: it is tagged {', '.join(tags)}"
    for cell in cells:
        yield from (f"{cell.id}: {problem}" for problem in _problems_of_outputs(cell))
    yield from (str(finding) for finding in shape_findings(notebook))


def _problems_of_outputs(cell: Any) -> Iterator[str]:
    if _says_something(cell.source) and not cell.outputs:
        yield "its output is missing"
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"it ends in {output.ename}"
        if output.output_type == "execute_result" and output.execution_count != cell.execution_count:
            yield "its result has another number"
        data = output.get("data", {})
        if data and "text/plain" not in data:
            yield "there is nothing in it for who sees only text"
        if VIEW in data:
            if set(data) != {VIEW, "text/html", "text/plain"}:
                yield f"a widget is kept as view, HTML and text, and not as {', '.join(sorted(data))}"
            if not re.search(r'<img alt="[^"]+" src="data:image/svg\+xml;base64,', data.get("text/html", "")):
                yield "a widget's HTML holds no picture with words for it"
            if "<table" not in data.get("text/html", ""):
                yield "a widget's HTML holds no table"
            if not re.fullmatch(r"0{24}\w{8}", data[VIEW]["model_id"]):
                yield "a widget's number is not of the order in the notebook"


def _says_something(source: str) -> bool:
    """Whether a cell prints, or ends in an expression; a method that is called last may say nothing."""
    if source.startswith("%"):
        return source.startswith("%%machine")
    *before, last = ast.parse(source).body
    outside = [node for node in (*before, last) if not isinstance(node, ast.FunctionDef)]
    calls = [node.func for part in outside for node in ast.walk(part) if isinstance(node, ast.Call)]
    if any(isinstance(called, ast.Name) and called.id == "print" for called in calls):
        return True
    match last:
        case ast.Expr(ast.Call(ast.Attribute())):
            return False
        case ast.Expr():
            return True
        case _:
            return False


def shortcomings(notebook: Any) -> Iterator[str]:
    """Everything that a chapter of the course lacks."""
    title, *cells = notebook.cells
    if not re.match(r"# \d\. \S", title.source):
        yield "it does not begin with its number and title"
    _, goals, listed = title.source.partition("**When you have worked through it, you can**\n")
    if not goals or not 3 <= len(re.findall(r"^- \S", listed, re.MULTILINE)) <= 7:
        yield "there are not three to seven goals"
    if sum(_is_picture(output) for cell in code_cells(notebook) for output in cell.outputs) < 2:
        yield "there are fewer than two pictures"
    for number in (1, 2, 3):
        yield from (f"exercise {number}: {lack}" for lack in _lacks_of_exercise(number, cells))
    grades = [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata]
    if len(grades) != len(set(grades)) or len(grades) != 7:  # the solutions, the checks, and what the checks share
        yield "what nbgrader looks at is not marked once each"
    yield from _lacks_of_summary(cells[-1])


def _is_picture(output: Any) -> bool:
    data = output.get("data", {})
    return "image/svg+xml" in data or "data:image/svg+xml" in data.get("text/html", "")


def _lacks_of_exercise(number: int, cells: list[Any]) -> Iterator[str]:
    """An exercise is a task, what is given for it, an answer that is None, a folded solution and a check."""
    parts = {
        cell.id.removeprefix(f"exercise-{number}-"): cell for cell in cells if cell.id.startswith(f"exercise-{number}-")
    }
    if [part for part in parts if part != "given"] != ["task", "answer", "solution", "check"]:
        yield f"its parts are {', '.join(parts)}"
        return
    task, answer, solution, check = (parts[part] for part in ("task", "answer", "solution", "check"))
    if not task.source.startswith(f"### Exercise {number}: "):
        yield "the task has no heading"
    if answer.metadata.get("tags") != [f"exercise-{number}"] or not re.search(r"= (None, )*None\b", answer.source):
        yield "there is no place for an answer"
    if solution.metadata.get("jupyter") != {"source_hidden": True}:
        yield "the solution is not folded"
    if not re.match(r"if \w+ is None:\n +### BEGIN SOLUTION\n(?s:.+)\n +### END SOLUTION$", solution.source):
        yield "the solution does not stand between its marks, or takes the place of an answer"
    if solution.metadata.get("nbgrader") != MARKS | {"grade_id": solution.id, "solution": True}:
        yield "the solution is not marked as nbgrader marks one"
    graded = {"grade_id": check.id, "grade": True, "locked": True, "points": 1}
    if check.metadata.get("nbgrader") != MARKS | graded:
        yield "the check is not marked as nbgrader marks a test"
    if not re.search(r"^verdict\(check_\w+, ", check.source, re.MULTILINE):
        yield "the check gives no verdict"
    if [output.get("text") for output in check.outputs] != ["right!\n"]:
        yield "the check is not content with the solution"


MARKS = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
"""What nbgrader writes into the metadata of a cell that it knows of, if it is nothing special."""


def _lacks_of_summary(cell: Any) -> Iterator[str]:
    summary, _, papers = cell.source.partition("\n### Where these ideas come from\n")
    if not summary.startswith("## Summary\n"):
        yield "it does not end in a summary"
    table = re.search(
        r"^\| what you \w+ \| what it is called \|\n\| --- \| --- \|\n((?:\|.*\|\n)+)", summary, re.MULTILINE
    )
    named = [row for row in table[1].splitlines() if re.search(r"\*[^*]+\*[^|]*\|$", row)] if table else []
    if len(named) < 5:
        yield "the summary has no table of at least five terms, in italics"
    if len(re.findall(r"^- .*?\*[^*]+\*.*?\b(?:19|20)\d\d\b", papers, re.MULTILINE | re.DOTALL)) < 3:
        yield "there are fewer than three papers"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_chapter_has_all_that_it_should_have(path: Path) -> None:
    assert list(shortcomings(read_notebook(path))) == []


def test_the_index_has_a_picture_of_each_chapter_and_says_what_you_learn() -> None:
    _, *cells, after = read_notebook(INDEX).cells
    titles = {path.name: read_notebook(path).cells[0].source.split("\n")[0].removeprefix("# ") for path in CHAPTERS}
    told = [re.fullmatch(r"## \[(.+)\]\((.+)\)\n\nYou learn [^\n]+\.", cell.source) for cell in cells[::2]]
    assert [(found[2], found[1]) for found in told if found] == list(titles.items())
    assert len(told) == len(titles) == len(cells[1::2])
    assert all(any(_is_picture(output) for output in cell.outputs) for cell in cells[1::2])
    assert after.cell_type == "markdown"


def no_goals(notebook: Any) -> None:
    notebook.cells[0].source = notebook.cells[0].source.partition("**When")[0]


def no_pictures(notebook: Any) -> None:
    for cell in code_cells(notebook):
        cell.outputs = [output for output in cell.outputs if not _is_picture(output)]


def of(name: str) -> Callable[[Any], Any]:
    return lambda notebook: next(cell for cell in notebook.cells if cell.id == name)


def no_third_exercise(notebook: Any) -> None:
    notebook.cells.remove(of("exercise-3-task")(notebook))


def an_open_solution(notebook: Any) -> None:
    del of("exercise-1-solution")(notebook).metadata["jupyter"]


def a_solution_without_end(notebook: Any) -> None:
    cell = of("exercise-1-solution")(notebook)
    cell.source = cell.source.replace("### END SOLUTION", "")


def an_answer_that_is_given(notebook: Any) -> None:
    of("exercise-2-answer")(notebook).source = "pairs = 3"


def a_check_that_is_not_content(notebook: Any) -> None:
    of("exercise-2-check")(notebook).outputs[0].text = "not yet\n"


def a_check_for_no_points(notebook: Any) -> None:
    del of("exercise-2-check")(notebook).metadata.nbgrader["points"]


def no_terms(notebook: Any) -> None:
    of("summary")(notebook).source = of("summary")(notebook).source.replace("what it is called", "")


def no_papers(notebook: Any) -> None:
    of("summary")(notebook).source = of("summary")(notebook).source.partition("### Where")[0]


LACKING: list[tuple[Callable[[Any], None], str]] = [
    (no_goals, "three to seven goals"),
    (no_pictures, "fewer than two pictures"),
    (no_third_exercise, "exercise 3: its parts are"),
    (an_open_solution, "exercise 1: the solution is not folded"),
    (a_solution_without_end, "exercise 1: the solution does not stand"),
    (an_answer_that_is_given, "exercise 2: there is no place for an answer"),
    (a_check_that_is_not_content, "exercise 2: the check is not content"),
    (a_check_for_no_points, "exercise 2: the check is not marked"),
    (no_terms, "no table of at least five terms"),
    (no_papers, "fewer than three papers"),
]


@pytest.mark.parametrize(("spoil", "lack"), LACKING, ids=[spoil.__name__ for spoil, _ in LACKING])
def test_what_is_lacking_is_seen(spoil: Callable[[Any], None], lack: str) -> None:
    notebook = read_notebook(CHAPTERS[0])
    spoil(notebook)
    assert any(lack in found for found in shortcomings(notebook))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_a_notebook_is_kept_as_it_should_be(path: Path) -> None:
    assert list(problems(read_notebook(path))) == []


def test_there_are_notebooks() -> None:
    assert PATHS


def without_outputs(notebook: Any) -> None:
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None


def one_output_gone(notebook: Any) -> None:
    next(cell for cell in code_cells(notebook) if cell.outputs).outputs = []


def another_kernel(notebook: Any) -> None:
    notebook.metadata.language_info.version = "3.11.2"


def stored_widgets(notebook: Any) -> None:
    notebook.metadata.widgets = {}


def timed(notebook: Any) -> None:
    notebook.cells[-1].metadata.execution = {"iopub.execute_input": "now"}


def an_address(notebook: Any) -> None:
    code_cells(notebook)[0].outputs[0].data["text/plain"] = "<object at 0x7f49c1d87e60>"


def a_path(notebook: Any) -> None:
    code_cells(notebook)[0].outputs[0].data["text/plain"] = "'/home/me/notes'"


def an_error(notebook: Any) -> None:
    code_cells(notebook)[0].outputs[0] = type(notebook)(
        output_type="error", ename="ValueError", evalue="", traceback=[]
    )


def a_mark_elsewhere(notebook: Any) -> None:
    notebook.cells[0].source += " between `### BEGIN SOLUTION` and its end"


def bare_widget(notebook: Any) -> None:
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if VIEW in output.get("data", {}):
                del output.data["text/html"]
                return


SPOILT: list[tuple[Callable[[Any], None], str]] = [
    (without_outputs, "not numbered 1 to n"),
    (one_output_gone, "its output is missing"),
    (another_kernel, "its metadata holds more"),
    (stored_widgets, "its metadata holds more"),
    (timed, "metadata besides"),
    (an_address, "the address of an object"),
    (a_path, "a path of this machine"),
    (an_error, "it ends in ValueError"),
    (a_mark_elsewhere, "in a cell that is none"),
    (bare_widget, "view, HTML and text"),
]


@pytest.mark.parametrize(("spoil", "problem"), SPOILT, ids=[spoil.__name__ for spoil, _ in SPOILT])
def test_what_is_wrong_is_seen(spoil: Callable[[Any], None], problem: str) -> None:
    notebook = read_notebook(CHAPTERS[0])
    spoil(notebook)
    assert any(problem in found for found in problems(notebook))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_it_fits_on_a_code_hosting_page(path: Path) -> None:
    """Hosting pages stop showing notebooks that are too large."""
    assert path.stat().st_size < 2_000_000
    json.loads(path.read_text("utf-8"))
