"""The course in the browser: the lists of what it cannot do there name what there is, and are said to readers."""

from __future__ import annotations

import ast
import json

import pytest

from website import course

PATHS = course.notebooks()
# What can only be used on a machine; that all else runs in Pyodide is tested there.
ON_A_MACHINE = ("threads(", "processes(", "from_tcp(", "connect(", "import subprocess", "import socket")


def sources(name: str) -> dict[str, str]:
    (path,) = [path for path in PATHS if path.name == name]
    return {cell["id"]: cell["source"] for cell in course.read(path)["cells"] if cell["cell_type"] == "code"}


@pytest.mark.parametrize("name", course.CELLS_THAT_NEED_A_MACHINE)
def test_cells_that_need_a_machine_are_tried_as_they_are(name: str) -> None:
    (path,) = [path for path in PATHS if path.name == name]
    for cell in course.for_the_browser(path)["cells"]:
        if cell["id"] in course.CELLS_THAT_NEED_A_MACHINE[name]:
            *_, tried = ast.parse(cell["source"]).body
            assert isinstance(tried, ast.Try)
            before = ast.parse(sources(name)[cell["id"]]).body
            assert [ast.dump(node) for node in tried.body] == [ast.dump(node) for node in before]


@pytest.mark.parametrize("name", course.CELLS_THAT_NEED_A_MACHINE)
def test_cells_that_need_a_machine_use_one(name: str) -> None:
    found = sources(name)
    for cell in course.CELLS_THAT_NEED_A_MACHINE[name]:
        assert any(word in found[cell] for word in ON_A_MACHINE), f"{cell} of {name} needs no machine"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_all_others_do_not(path: object) -> None:
    notebook = next(each for each in PATHS if each == path)
    listed = course.CELLS_THAT_NEED_A_MACHINE.get(notebook.name, set())
    uses = {cell for cell, source in sources(notebook.name).items() if any(word in source for word in ON_A_MACHINE)}
    if course.needs_a_machine(notebook):
        assert uses, "it could run in a browser"
    else:
        assert uses <= listed


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_a_notebook_keeps_its_cells_and_outputs(path: object) -> None:
    notebook = next(each for each in PATHS if each == path)
    kept, shown = json.loads(notebook.read_text("utf-8")), course.for_the_browser(notebook)
    known = {cell["id"]: cell for cell in kept["cells"]}
    added = [cell for cell in shown["cells"] if cell["id"] not in known]
    assert [cell["id"] for cell in shown["cells"] if cell["id"] in known] == list(known)
    assert all(cell.get("outputs") == known[cell["id"]].get("outputs") for cell in shown["cells"] if cell not in added)
    told = len(course.CELLS_THAT_NEED_A_MACHINE.get(notebook.name, ())) + course.needs_a_machine(notebook)
    assert len(added) == told
    assert shown["metadata"]["kernelspec"]["name"] == "python"
