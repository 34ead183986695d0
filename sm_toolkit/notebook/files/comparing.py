"""What a notebook keeps beside what it gives when it is run: told cell by cell, and so that people can read it."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

from sm_toolkit.notebook.files.cleaning import joined_streams
from sm_toolkit.notebook.files.findings import REGENERATE, WIDEST, Finding, Place, where
from sm_toolkit.notebook.files.reading import node, tags_of
from sm_toolkit.notebook.files.shape import unpacked

MOST_ROWS = 14

Rows = tuple[tuple[str, str], ...]


def settled(made: Any, kept: Any) -> Any:
    """Return what was made with the outputs that are kept in cells that say that theirs are of no account."""
    copy = node(made)
    for new, old in zip(copy.cells, kept.cells, strict=True):
        if new.cell_type == "code" and "nbval-ignore-output" in tags_of(new) and old.outputs:
            new.outputs = node(old).outputs
            for output in new.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = new.execution_count
    return copy


def differing(kept: Any, made: Any) -> list[Any]:
    """Return the cells of the first whose outputs the second does not have; numbers are not compared."""
    return [
        old
        for old, new in zip(kept.cells, made.cells, strict=True)
        if old.cell_type == "code" and _bare(old.outputs) != _bare(new.outputs)
    ]


def differences(kept: Any, made: Any, again: Any | None = None) -> list[Finding]:
    """Return what of the outputs that are kept is not what was made; ``again`` is what a further run made.

    What differs from run to run is told as that: to write it anew would not help.
    """
    unsteady = {id(cell) for cell in differing(made, again)} if again is not None else set()
    findings: list[Finding] = []
    for index, old in enumerate(kept.cells):
        if old.cell_type != "code":
            continue
        new = made.cells[index]
        place = where(kept, old)
        if id(new) in unsteady and again is not None:
            findings.append(changing(place, new.outputs, again.cells[index].outputs))
        elif _bare(old.outputs) == _bare(new.outputs):
            continue
        elif not old.outputs:
            findings.append(
                Finding("its output is missing", place, rows=_said("gives", new.outputs), advice=REGENERATE)
            )
        elif not new.outputs:
            told = "it gives no output, and one is kept"
            findings.append(Finding(told, place, rows=_said("kept", old.outputs), advice=REGENERATE))
        else:
            rows = _rows(old.outputs, new.outputs, "kept", "gives")
            findings.append(Finding("its output is not what it gives", place, rows=rows, advice=REGENERATE))
    return findings


def changing(place: Place, first: Sequence[Any], then: Sequence[Any]) -> Finding:
    """Return what is told of a cell that gives one thing and, run again, another."""
    advice = "show what stays the same (seed it, sort it, leave it out); or tag the cell nbval-ignore-output"
    return Finding(
        "it gives something else each time it is run", place, rows=_rows(first, then, "once", "then"), advice=advice
    )


def written_otherwise(kept: str, made: str) -> Finding:
    """Return what is told of a file that says the same as it should, in other words."""
    format_of = json.loads(kept)
    edition = format_of["nbformat"], format_of["nbformat_minor"]
    if edition < (4, 5):
        rows = (("wants", "4.5, where each cell has a name"), ("found", "{}.{}".format(*edition)))
        return Finding("its file is of an older edition of the format", rows=rows, advice=REGENERATE)
    pairs = zip([*kept.splitlines(), ""], [*made.splitlines(), ""], strict=False)
    for number, (old, new) in enumerate(pairs, start=1):
        if old != new:
            rows = (("kept", old.strip() or "nothing"), ("wants", new.strip() or "nothing"))
            return Finding(f"its file is not as it is written: line {number}", rows=rows, advice=REGENERATE)
    return Finding("its file does not end as it is written", rows=(("wants", "one end of line"),), advice=REGENERATE)


def _bare(outputs: Sequence[Any]) -> list[Any]:
    """Return outputs without what is compared elsewhere or does not matter."""
    bare = joined_streams(node(list(outputs)))
    for output in bare:
        output.pop("execution_count", None)
    return bare


def _said(label: str, outputs: Sequence[Any]) -> Rows:
    lines = _lines(outputs)
    rows = [(label if index == 0 else "", line) for index, line in enumerate(lines[:6])]
    return tuple(rows + ([("", f"… and {len(lines) - 6} lines more")] if len(lines) > 6 else []))


def _rows(old: Sequence[Any], new: Sequence[Any], of_old: str, of_new: str) -> Rows:
    """Return what differs: both lines if it is one, else the difference line by line."""
    before, after = _lines(old), _lines(new)
    steps = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    changes = [step for step in steps if step[0] != "equal"]
    rows: list[tuple[str, str]] = []
    for _, start, end, start_after, end_after in changes:
        gone, come = before[start:end], after[start_after:end_after]
        if len(gone) == len(come):
            gone, come = map(list, zip(*map(_round_the_difference, gone, come), strict=True))
        rows += [(of_old, line) for line in gone] + [(of_new, line) for line in come]
    if not rows:  # what differs is not shown
        rows = [(of_old, json.dumps(_bare(old))), (of_new, json.dumps(_bare(new)))]
        rows = list(zip((of_old, of_new), _round_the_difference(rows[0][1], rows[1][1]), strict=True))
    more = len(rows) - MOST_ROWS
    return tuple(rows[:MOST_ROWS] + ([("", f"… and {more} lines more")] if more > 0 else []))


def _round_the_difference(old: str, new: str) -> tuple[str, str]:
    """Return two lines, of long ones the part where they begin to differ."""
    if max(len(old), len(new)) <= WIDEST:
        return old, new
    same = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    start = max(0, same - 30)
    cut = [("…" if start else "") + line[start : start + WIDEST - 4] for line in (old, new)]
    return cut[0], cut[1]


def _lines(outputs: Sequence[Any]) -> list[str]:
    """Return what outputs say as lines; a picture as the text that it is written in, or as its size."""
    lines: list[str] = []
    for output in _bare(outputs):
        if output.output_type == "stream":
            lines += [
                f"{output.name}: {line}" if output.name == "stderr" else line for line in output.text.splitlines()
            ]
        elif output.output_type == "error":
            lines += re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback)).splitlines()
            lines.append(f"{output.ename}: {output.evalue}")
        else:
            for kind in sorted(output.data, key=lambda kind: kind != "text/plain"):
                lines += _lines_of(kind, output.data[kind])
    return lines


def _lines_of(kind: str, data: Any) -> list[str]:
    if kind == "text/plain":
        return str(data).splitlines()
    if kind.startswith("image/") and not kind.startswith("image/svg"):
        text = str(data)
        return [f"{kind} of {len(text):,} letters, {hashlib.sha256(text.encode()).hexdigest()[:8]}"]
    text = data if isinstance(data, str) else json.dumps(data, sort_keys=True)
    text = re.sub(r"base64,([A-Za-z0-9+/=]+)", lambda packed: unpacked(packed[1]) or packed[0], text)
    return [f"{kind}: {line}" for line in text.replace("><", ">\n<").splitlines() if line.strip()]
