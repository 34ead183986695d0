"""A notebook as it is kept: run from top to bottom, whole, and with nothing in it of the day or the machine."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.notebook.files.shape import FIXED, shape_findings
from tests.regenerate_notebooks import METADATA, NOTEBOOKS, VIEW, read_notebook

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
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
        if set(cell.metadata) - {"tags"}:
            yield f"{cell.id}: there is metadata besides tags"
        if tags := LAST_RESORT & set(cell.metadata.get("tags", [])):
            yield f"{cell.id}: it is tagged {', '.join(tags)}"
        if re.search(r"[Ss]olution</summary>", cell.source) and cell.cell_type != "markdown":
            yield f"{cell.id}: a solution is no cell that runs"
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
    (timed, "metadata besides tags"),
    (an_address, "the address of an object"),
    (a_path, "a path of this machine"),
    (an_error, "it ends in ValueError"),
    (bare_widget, "view, HTML and text"),
]


@pytest.mark.parametrize(("spoil", "problem"), SPOILT, ids=[spoil.__name__ for spoil, _ in SPOILT])
def test_what_is_wrong_is_seen(spoil: Callable[[Any], None], problem: str) -> None:
    notebook = read_notebook(PATHS[0])
    spoil(notebook)
    assert any(problem in found for found in problems(notebook))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_it_fits_on_a_code_hosting_page(path: Path) -> None:
    """Hosting pages stop showing notebooks that are too large."""
    assert path.stat().st_size < 2_000_000
    json.loads(path.read_text("utf-8"))
