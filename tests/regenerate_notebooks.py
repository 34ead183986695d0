"""The course's notebooks, run and written anew: `python -m tests.regenerate_notebooks` from the root of a checkout.

The source of a notebook is the notebook: edit it (in JupyterLab or as text), then run this, which runs every cell and
keeps of the result only what is the same on every run and every machine. It is `sm-toolkit notebooks --regenerate` for
the notebooks that are named, or all of `notebooks/`; with `--check` it is `--check`, and nothing is written.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sm_toolkit.cli import main as command
from sm_toolkit.notebook.files.cleaning import METADATA, VIEW
from sm_toolkit.notebook.files.reading import read_notebook, text_of
from sm_toolkit.notebook.files.running import executed as executed_in

__all__ = ["KEPT", "METADATA", "NOTEBOOKS", "VIEW", "executed", "read_notebook", "text_of"]

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"

KEPT = ("tags", "jupyter", "nbgrader")
"""What a cell of the course says of itself: tags, whether its source is folded, and its place in an exercise."""


def executed(notebook: Any, folder: Path = NOTEBOOKS) -> Any:
    """Run a copy of a notebook, of the course if no folder is named, and return it."""
    return executed_in(notebook, folder)


def main(arguments: Sequence[str]) -> None:
    work = "--check" if "--check" in arguments else "--regenerate"
    named = [path for path in arguments if path != "--check"]
    command(["notebooks", work, *(named or [str(NOTEBOOKS)])], prog_name="sm-toolkit")


if __name__ == "__main__":
    main(sys.argv[1:])
