"""What can be told of a notebook's file without running it: its order, and what in its outputs is of one machine."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from sm_toolkit.notebook.files.cleaning import OF_A_RUN, OF_A_SESSION, VIEW
from sm_toolkit.notebook.files.findings import REGENERATE, Finding, code_cells, listed, where
from sm_toolkit.notebook.files.reading import tags_of

FORBIDDEN = {
    "the address of an object": r"\b0x[0-9a-f]{6,}",
    "a port": r"(?:localhost|127\.0\.0\.1|\[::1\]):\d+|\bport\W{1,3}\d{2,5}\b",
    "a path of this machine": r"(?<![\w<./])/(?:home|root|tmp|usr|var|work|opt|Users|private)/|\b[A-Z]:\\",
    "a time": r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}:\d\d:\d\d\b|\b\d+(?:\.\d+)? ?(?:ms|µs)\b",
    "the number of a process": r"\bpid\W{1,3}\d+",
}
"""What an output may not hold, since the next run or the next machine would give another."""

FIXED = "fixed-output"
"""The tag of a cell whose output looks like such a thing and is none: a date that is data, a path that is invented."""


def shape_findings(notebook: Any) -> list[Finding]:
    """Return all that is wrong with a notebook as it is kept."""
    return [*_of_the_file(notebook), *_of_the_order(notebook), *_of_cells(notebook)]


def was_never_run(notebook: Any) -> bool:
    """Tell whether no cell was run, or all outputs were cleared."""
    cells = code_cells(notebook)
    return bool(cells) and not any(cell.execution_count or cell.outputs for cell in cells)


def _of_the_file(notebook: Any) -> Iterator[Finding]:
    if "widgets" in notebook.metadata:
        yield Finding("it stores the state of its widgets", advice=REGENERATE)
    held = sorted((OF_A_SESSION - {"widgets"}) & set(notebook.metadata))
    held += sorted({name for cell in notebook.cells for name in OF_A_RUN & set(cell.metadata)})
    if held:
        told = "its metadata tells of the program or the hour that ran it"
        yield Finding(told, rows=(("found", listed(held)),), advice=REGENERATE)


def _of_the_order(notebook: Any) -> Iterator[Finding]:
    if was_never_run(notebook):
        yield Finding("it was never run, or its outputs were cleared", advice=REGENERATE)
        return
    cells = [cell for cell in code_cells(notebook) if not _is_skipped(cell)]
    found = [cell.execution_count for cell in cells]
    wanted = list(range(1, len(cells) + 1))
    if found == wanted:
        return
    at = next(index for index, pair in enumerate(zip(found, wanted, strict=True)) if pair[0] != pair[1])
    spoken = ["none" if number is None else str(number) for number in found]
    rows = (
        ("wants", listed(wanted[: at + 1]) + (", …" if at + 1 < len(wanted) else "")),
        ("found", listed(spoken[: at + 1]) + (", …" if at + 1 < len(wanted) else "")),
    )
    told = f"its cells were not run once each from top to bottom: they should be numbered 1 to {len(cells)}"
    yield Finding(told, where(notebook, cells[at]), rows=rows, advice=REGENERATE)


def _is_skipped(cell: Any) -> bool:
    return bool({"nbval-skip", "skip-execution"} & tags_of(cell))


def _of_cells(notebook: Any) -> Iterator[Finding]:
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        tags = tags_of(cell)
        if not {"raises-exception", "nbval-raises-exception"} & tags:
            for output in cell.outputs:
                if output.output_type == "error":
                    rows = (("found", f"{output.ename}: {output.evalue}".split("\n")[0]),)
                    advice = "mend the cell; if the error is what it shows, tag it raises-exception"
                    yield Finding("an error was kept", where(notebook, cell), rows=rows, advice=advice)
        if not {FIXED, "nbval-ignore-output", "nbval-skip"} & tags:
            yield from _of_one_machine(notebook, cell)
        for output in cell.outputs:
            shown = output.get("data", {})
            if VIEW in shown and str(shown.get("text/plain", "")).startswith("Output("):
                told = "it shows an `Output` widget, which is empty wherever no kernel runs"
                advice = "show what is in it without the widget"
                yield Finding(told, where(notebook, cell), advice=advice)


def _of_one_machine(notebook: Any, cell: Any) -> Iterator[Finding]:
    told: set[str] = set()
    for text in texts(cell):
        for what, pattern in FORBIDDEN.items():
            if what not in told and (match := re.search(pattern, text)):
                told.add(what)
                start, end = max(0, match.start() - 30), match.end() + 30
                rows = (("found", match[0]), ("in", " ".join(text[start:end].split())))
                advice = f"show less; if it is the same everywhere, tag the cell {FIXED}"
                yield Finding(f"its output holds {what}", where(notebook, cell), rows=rows, advice=advice)


def texts(cell: Any) -> Iterator[str]:
    """All that the outputs of a cell say; what is packed in an image too."""
    for output in cell.get("outputs", []):
        shown = output.get("data", {})
        words = [output.get("text", ""), *(shown[kind] for kind in shown if kind.startswith(("text/", "image/svg")))]
        for text in map(str, words):
            yield re.sub(r"base64,[A-Za-z0-9+/=]*", "", text)
            yield from map(unpacked, re.findall(r"base64,([A-Za-z0-9+/=]+)", text))


def unpacked(packed: str) -> str:
    """Return the text that was packed for a link, or nothing where it is none."""
    try:
        return base64.b64decode(packed, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
