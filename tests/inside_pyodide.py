"""What `tests.in_pyodide` runs inside Pyodide: pytest, or the cells of notebooks. Knows nothing of Node or the site.

The first of ``arguments`` says which; ``code`` is the exit code.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.chdir("/project")
sys.path.insert(0, "/project")
sys.dont_write_bytecode = True


def run_tests(chosen: list[str]) -> int:
    """Run pytest; nothing is written into the repository."""
    import pytest

    return int(pytest.main(["-q", "-p", "no:cacheprovider", "-m", "not machine and not long and not browser", *chosen]))


def run_notebooks(paths: list[str]) -> int:
    """Run the cells of each notebook, in a shell of its own, and compare what they print with what is kept.

    A notebook is as the browser gets it. Say for each how many cells ran.
    """
    failed = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            cells = [cell for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]
        wrong = [f"  {cell['id']}: {said}" for cell, said in zip(cells, _said(cells), strict=True) if said]
        failed += bool(wrong)
        print(f"{path}: {len(cells)} cells, {len(wrong)} of them wrong", *wrong, sep="\n", flush=True)
    return 1 if failed else 0


def _said(cells: list[Any]) -> list[str]:
    """Run cells; return of each what is wrong with it, if anything is."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    found: list[str] = []
    for cell in cells:
        with capture_output() as printed:
            result = shell.run_cell("".join(cell["source"]), store_history=True)  # type: ignore[no-untyped-call]
        error = result.error_in_exec or result.error_before_exec
        kept = "".join("".join(output["text"]) for output in cell["outputs"] if output.get("name") == "stdout")
        needs = "needs-a-machine" in cell["metadata"].get("tags", [])
        if error is not None:
            found.append(f"{type(error).__name__}: {error}")
        elif needs and "Python in a browser has none" not in printed.stdout:
            found.append(f"it runs here, or does not say why not: {printed.stdout!r:.300}")
        elif not needs and kept not in printed.stdout:
            found.append(f"printed {printed.stdout!r:.300} and not {kept!r:.300}")
        else:
            found.append("")
    return found


what, *rest = globals()["arguments"]
code = {"tests": run_tests, "notebooks": run_notebooks}[what](rest)
