"""A notebook's file, read, and what is told of one that cannot be read; a notebook as the text of its file."""

from __future__ import annotations

import hashlib
import json
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sm_toolkit.notebook.files.findings import Finding, Unfit

# What nbformat imports makes a parser of web addresses in other alphabets, if it finds the means: seconds, for nothing.
_modules: dict[str, Any] = sys.modules
_modules.setdefault("rfc3987_syntax", None)
try:
    import nbformat
finally:
    if _modules["rfc3987_syntax"] is None:
        del _modules["rfc3987_syntax"]

_format: Any = nbformat  # it carries no types


def read_notebook(path: Path) -> Any:
    """Read a notebook, brought to the current format and checked against its schema.

    Raises:
        Unfit: it cannot be read, is no notebook, or breaks the rules of the format.
    """
    if path.exists() and not path.is_file():  # to read from a pipe would wait for somebody to write
        raise Unfit(Finding("it is no file"))
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise Unfit(Finding(f"it cannot be read: {error.strerror or error}")) from None
    except UnicodeDecodeError as error:
        raise Unfit(
            Finding(f"it is not text in UTF-8: byte {error.start + 1} is {error.object[error.start]:#04x}")
        ) from None
    return notebook_of(text)


def notebook_of(text: str) -> Any:
    """Return the notebook that a text is; raises ``Unfit`` as ``read_notebook`` does."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise Unfit(_broken(text, error)) from None
    except RecursionError:
        raise Unfit(Finding("it is no notebook: its JSON is nested too deep")) from None
    if not isinstance(raw, dict) or not ("cells" in raw or "worksheets" in raw):
        raise Unfit(Finding("it is JSON and no notebook: there are no cells in it"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names that old cells lack; they are given some
            notebook = _format.reads(_told_apart(raw, text), as_version=4)
            with_names(notebook)
            _format.validate(notebook)
    except Exception as error:  # what an unknown version or a broken schema raises is of many classes
        told = str(error).strip().splitlines() or [type(error).__name__]
        rule = "it breaks the rules of the notebook format"
        raise Unfit(Finding(rule, rows=(("found", told[0]),), advice="open it in JupyterLab and save it")) from None
    return notebook


def _told_apart(raw: dict[str, Any], text: str) -> str:
    """Return the text of a notebook in which no two cells have one name: nbformat would give them others by chance."""
    cells = [cell for cell in raw.get("cells") or [] if isinstance(cell, dict) and isinstance(cell.get("id"), str)]
    taken = {cell["id"] for cell in cells}
    if len(taken) == len(cells):
        return text
    met: set[str] = set()
    for cell in cells:
        if cell["id"] in met:
            number = next(number for number in range(2, len(cells) + 2) if f"{cell['id'][:56]}-{number}" not in taken)
            cell["id"] = f"{cell['id'][:56]}-{number}"
            taken.add(cell["id"])
        met.add(cell["id"])
    return json.dumps(raw)


def _broken(text: str, error: ValueError) -> Finding:
    if not text.strip():
        return Finding("it is empty", advice="open it in JupyterLab and save it, or delete it")
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            return Finding(
                f"it holds both sides of a merge, from line {number} on",
                rows=(("found", line),),
                advice="choose one side (of outputs any: they can be written anew)",
            )
    if not isinstance(error, json.JSONDecodeError):
        return Finding(f"it is no JSON: {error}")
    near = lines[error.lineno - 1] if error.lineno <= len(lines) else ""
    start = max(0, error.colno - 40)
    return Finding(
        f"it is no JSON: {error.msg}, at line {error.lineno}, column {error.colno}",
        rows=(("found", near[start : start + 80].strip() or "the end of the file"),),
    )


def with_names(notebook: Any) -> None:
    """Give each cell that has no name one that follows from its place and its source, and so is the same every time."""
    notebook.nbformat_minor = max(5, notebook.nbformat_minor)
    taken = {cell["id"] for cell in notebook.cells if "id" in cell and notebook.nbformat_minor >= 5}
    for number, cell in enumerate(notebook.cells):
        if "id" not in cell:
            name = hashlib.sha256(f"{number} {cell.source}".encode()).hexdigest()[:8]
            while name in taken:
                name += "0"
            taken.add(name)
            cell["id"] = name


def language_of(notebook: Any) -> str:
    """Return the language that a notebook says it is in; Python if it says nothing."""
    metadata = notebook.metadata
    spoken = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    return str(spoken or "python")


def text_of(notebook: Any) -> str:
    """Return a notebook as the text that is kept."""
    text: str = _format.writes(notebook)
    return text.rstrip("\n") + "\n"


def node(data: Any) -> Any:
    """Return plain data as what notebooks are made of; a notebook is copied."""
    return _format.from_dict(data)


def tags_of(cell: Any) -> set[str]:
    """Return the tags of a cell, and those that nbval takes from comments."""
    tags = cell.metadata.get("tags", [])
    spoken = {line.strip().lstrip("#").strip() for line in cell.source.splitlines() if line.strip().startswith("#")}
    marks: Iterable[str] = ("NBVAL_IGNORE_OUTPUT", "NBVAL_SKIP", "NBVAL_RAISES_EXCEPTION")
    said = {mark.lower().replace("_", "-") for mark in marks if mark in spoken}
    return said | {tag for tag in tags if isinstance(tag, str)}
