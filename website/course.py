"""The course as the site shows it: which notebooks there are, and what a browser cannot do in them. Reads notebooks."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from textwrap import indent
from typing import Any

from website.places import NOTEBOOKS

# Threads, processes and sockets are not to be had in a browser. A whole notebook that is about them is shown there with
# the answers that it has, and cells of others that use them say so and let those after them run (an error would not:
# the browser's kernel stops at one, whatever the tags of its cell say). Running the course in Pyodide holds both true.
NEED_A_MACHINE = {"07"}
NEEDS = "needs-a-machine"  # the tag of such a cell, in what the browser gets
CELLS_THAT_NEED_A_MACHINE = {"05_pipelines.ipynb": {"meaning", "effect"}, "06_live_upgrades.ipynb": {"where"}}

WHOLE = """
> **This notebook needs a machine.** It starts servers and processes and connects to them over TCP, and a page in a
> browser has neither sockets nor processes. What you see below are the answers that it gave on a machine: read it
> here, and to run it install the toolkit: `pip install "sm-toolkit[lab]"`, then `sm-toolkit lab`.
""".strip()
CELL = """
> **In the browser** the next cell does not do what it says: it uses threads, which a page does not have. On a machine
> it does. The cells after it do not need it.
""".strip()

TRYING = """
from sm_toolkit import ToolkitError

try:
{}
except ToolkitError as error:
    print(error)
""".strip()


def notebooks() -> list[Path]:
    """Return the notebooks of the course, in order."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def needs_a_machine(path: Path) -> bool:
    """Whether a notebook as a whole is for a machine."""
    return path.name.split("_")[0] in NEED_A_MACHINE


def read(path: Path) -> Any:
    """Return a notebook as data; the sources of its cells are texts."""
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def for_the_browser(path: Path) -> Any:
    """Return a notebook for the browser's Jupyter: outputs as committed, and what it cannot do there said."""
    notebook = copy.deepcopy(read(path))
    if needs_a_machine(path):
        notebook["cells"].insert(1, _note(NEEDS, WHOLE))
    cells = CELLS_THAT_NEED_A_MACHINE.get(path.name, set())
    told: list[Any] = []
    for cell in notebook["cells"]:
        if cell["id"] in cells:
            told.append(_note(f"{cell['id']}-in-the-browser", CELL))
            cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), NEEDS]
            cell["source"] = TRYING.format(indent(cell["source"].rstrip(), " " * 4))
        told.append(cell)
    notebook["cells"] = told
    notebook["metadata"]["kernelspec"] = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
    return notebook


def _note(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}
