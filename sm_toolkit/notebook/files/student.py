"""A student's copy of a notebook: without what only the teacher may see, by the marks of nbgrader.

What is taken out, put in its place, locked and summed up is what nbgrader's ``generate_assignment`` does with its
default settings (https://nbgrader.readthedocs.io), so that copies made here can be collected and graded there. Beyond
that, a cell whose solution was folded is unfolded.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sm_toolkit.notebook.files.findings import Finding, Unfit, where
from sm_toolkit.notebook.files.reading import language_of

CODE_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
TEXT_STUB = ("YOUR ANSWER HERE",)

KEYS: dict[str, type | tuple[type, ...]] = {
    "schema_version": int,
    "grade": bool,
    "locked": bool,
    "solution": bool,
    "task": bool,
    "grade_id": str,
    "points": (int, float),
    "checksum": str,
    "cell_type": str,
}
"""The marks of nbgrader's cells, in the third edition of its schema; the first, third to fifth are never left out."""
NEEDED = ("schema_version", "grade", "locked", "solution")

_FOLDED = re.compile(
    r"\s*<details[^>]*>\s*<summary>[^<]*\bsolutions?\b[^<]*</summary>.*?</details>", re.IGNORECASE | re.DOTALL
)
_ATTACHED = re.compile(r"!\[.*\]\(attachment:.+?\)")


@dataclass(frozen=True)
class _Region:
    """Lines between two marks, and the kind of cell that they may stand in."""

    name: str
    told: str
    allowed: str  # the mark of the cell
    cells: str


_SOLUTION = _Region("SOLUTION", "a solution", "solution", "a cell for answers")
_HIDDEN = _Region("HIDDEN TESTS", "a hidden test", "grade", "a cell of tests")
_SCHEME = _Region("MARK SCHEME", "a mark scheme", "task", "a task that is graded by hand")


def without_solutions(notebook: Any) -> dict[str, int]:
    """Turn a notebook, in place, into the student's; return what was taken out and how often.

    Raises:
        Unfit: a mark has no end or stands where it may not, or nbgrader would not take the marks of a cell.
    """
    if language_of(notebook).lower() not in ("python", "python3", "ipython"):
        raise Unfit(Finding(f"it is in {language_of(notebook)}, and only Python's are copied"))
    taken: Counter[str] = Counter()
    ids: set[str] = set()
    for cell in notebook.cells:
        _check(notebook, cell, ids)
    for cell in notebook.cells:
        _lock(cell)
        stub = CODE_STUB if cell.cell_type == "code" else TEXT_STUB
        solved = _cleared(notebook, cell, _SOLUTION, stub)
        if _marks(cell).get("solution") and not solved:
            cell.source = "\n".join(stub)
        taken["solution"] += bool(_marks(cell).get("solution"))
        taken["hidden test"] += _cleared(notebook, cell, _HIDDEN)
        taken["mark scheme"] += _cleared(notebook, cell, _SCHEME)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            for name in ("collapsed", "scrolled"):
                cell.metadata.pop(name, None)
            if _marks(cell).get("solution"):
                _show_source(cell)
        else:
            taken["folded solution"] += _unfolded(cell)
    notebook.cells = [cell for cell in notebook.cells if cell.source or not cell.pop("emptied", False)]
    for cell in notebook.cells:
        cell.pop("emptied", None)
        if _marks(cell).get("solution") or _marks(cell).get("grade") or _marks(cell).get("locked"):
            cell.metadata.nbgrader["checksum"] = checksum(cell)
            cell.metadata.nbgrader["cell_type"] = cell.cell_type
    for name in ("celltoolbar", "widgets"):  # what widgets showed is an output too
        notebook.metadata.pop(name, None)
    return +taken


def _marks(cell: Any) -> dict[str, Any]:
    marks: dict[str, Any] = cell.metadata.get("nbgrader", {})
    return marks


def _is_locked(cell: Any) -> bool:
    marks = _marks(cell)
    return not marks.get("solution") and bool(marks.get("grade") or marks.get("locked"))


def checksum(cell: Any) -> str:
    """Return nbgrader's sum of a cell that it looks at, by which it sees that a cell was changed."""
    marks = _marks(cell)
    parts = [cell.source, cell.cell_type, marks["grade"], marks["solution"], _is_locked(cell), marks["grade_id"]]
    parts += [float(marks["points"])] if marks["grade"] else []
    return hashlib.md5("".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def _check(notebook: Any, cell: Any, ids: set[str]) -> None:
    """Raise what nbgrader would not take, in words that say what to do."""

    def unfit(what: str, advice: str) -> Unfit:
        return Unfit(Finding(what, where(notebook, cell), advice=advice))

    if cell.cell_type == "code" and "AUTOTEST" in cell.source:
        raise unfit("it has tests that nbgrader writes itself (AUTOTEST)", "nbgrader generate_assignment")
    if "nbgrader" not in cell.metadata:
        return
    marks = _marks(cell)
    if lacking := [name for name in NEEDED if name not in marks]:
        raise unfit(f"its marks for nbgrader lack {', '.join(lacking)}", "nbgrader update, which completes them")
    for name, value in marks.items():
        if name not in KEYS or not isinstance(value, KEYS[name]):
            raise unfit(f"nbgrader knows no mark {name} = {value!r}", f"take it out; the marks are {', '.join(KEYS)}")
    if marks["schema_version"] != 3:
        told = f"its marks for nbgrader are of edition {marks['schema_version']} of their schema, and should be of 3"
        raise unfit(told, "nbgrader update")
    graded, solution, task = marks["grade"], marks["solution"], marks.get("task", False)
    if not (graded or solution or marks["locked"]):
        return
    name = marks.get("grade_id", "")
    if not re.fullmatch(r"[a-zA-Z0-9_\-]+", name):
        raise unfit(f"its grade_id is {name!r}", "give it one of letters, digits, - and _")
    if name in ids:
        raise unfit(f"another cell has its grade_id, {name!r}", "give each cell one of its own")
    ids.add(name)
    if graded and "points" not in marks:
        raise unfit("it is graded and has no points", "give it points")
    if task and cell.cell_type != "markdown":
        raise unfit("a task that is graded by hand should be text", "make it a cell of text")
    if not task and cell.cell_type == "markdown" and graded != solution:
        raise unfit("a text that is answered or graded should be both", "mark it as graded by hand")


def _lock(cell: Any) -> None:
    if _marks(cell).get("solution"):
        cell.metadata["deletable"] = False
    elif _is_locked(cell):
        cell.metadata["deletable"] = False
        cell.metadata["editable"] = False


def _cleared(notebook: Any, cell: Any, region: _Region, stub: tuple[str, ...] = ()) -> int:
    """Take regions of one kind out of a cell; return how many there were. A stub is as deep as the mark was."""
    begin, end = f"BEGIN {region.name}", f"END {region.name}"
    kept: list[str] = []
    inside = False
    count = 0

    def unfit(what: str, advice: str) -> Unfit:
        return Unfit(Finding(what, where(notebook, cell), advice=advice))

    for line in cell.source.split("\n"):
        if begin in line:
            if inside:
                raise unfit(f"{region.told} begins inside another", f"put ### {end} before the second ### {begin}")
            inside = True
            count += 1
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + part for part in stub]
        elif end in line:
            inside = False
        elif not inside:
            kept.append(line)
        elif region is _SCHEME and _ATTACHED.search(line):
            raise unfit("a mark scheme holds an attachment, which would stay in the copy", "link to a file instead")
    if inside:
        raise unfit(f"{region.told} begins and does not end", f"put ### {end} after it")
    if count and not _marks(cell).get(region.allowed):
        told = f"{region.told} stands in a cell that is not marked as {region.cells}"
        raise unfit(told, f'"nbgrader": {{"{region.allowed}": true, …}} in its metadata; JupyterLab: Create Assignment')
    if count:
        cell.source = "\n".join(kept)
    return count


def _show_source(cell: Any) -> None:
    """Unfold a cell that was to hide its solution: it is the student's now. (nbgrader leaves it folded.)"""
    jupyter = cell.metadata.get("jupyter", {})
    jupyter.pop("source_hidden", None)
    if not jupyter:
        cell.metadata.pop("jupyter", None)


def _unfolded(cell: Any) -> int:
    """Take folded solutions out of a text; return how many there were."""
    source, count = _FOLDED.subn("", cell.source)
    if count:
        cell.source = source.strip()
        cell["emptied"] = True
    return count
