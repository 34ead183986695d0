"""What a cell has shown before makes way when it is run again: it is on the page no more. No view belongs here."""

from __future__ import annotations

import sys
import weakref
from typing import Any, Protocol


class Shown(Protocol):
    """Something that goes on by itself while it is shown."""

    def make_way(self) -> None:
        """Go on no more."""
        ...


_OF_CELL: dict[str, tuple[str, list[weakref.ref[Any]]]] = {}
"""For each cell the run of it that showed something last, and what that showed."""


def one_a_cell(shown: Shown) -> None:
    """Take note of what a cell shows; what an earlier run of the same cell has shown, and is another, makes way.

    Where it is not known which cell runs, nothing is done.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    parent = getattr(shell, "get_parent", lambda: None)() or {}
    cell = parent.get("metadata", {}).get("cellId")
    if cell is None:
        return
    run = str(parent.get("header", {}).get("msg_id", ""))
    last, before = _OF_CELL.get(cell, (run, []))
    if last == run:
        _OF_CELL[cell] = run, [*before, weakref.ref(shown)]
        return
    _OF_CELL[cell] = run, [weakref.ref(shown)]
    for each in before:
        other = each()
        if other is not None and other is not shown:
            other.make_way()
