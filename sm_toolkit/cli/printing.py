"""How commands lay out what they print: columns, numbers and states. No command is here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def columns(rows: Sequence[Sequence[str]], right: str = "", gap: int = 2) -> list[str]:
    """Return rows as lines with aligned columns; ``right`` has an ``r`` where a column is set to the right.

    >>> columns([("before", "8"), ("v2", "12")], "lr")
    ['before   8', 'v2      12']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = right.ljust(len(widths), "l")
    return [
        (" " * gap)
        .join(
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(row, widths, sides, strict=True)
        )
        .rstrip()
        for row in rows
    ]


def shown_state(state: Any) -> str:
    """Return a state in its text form, or what stands for one that was too large to be sent."""
    from sm_toolkit.language.text import show_text
    from sm_toolkit.pipeline.wire import TooLargeToShow

    return repr(state) if isinstance(state, TooLargeToShow) else show_text(state)


def shown_words(text: str) -> str:
    """Return words that a server sent, fit for a terminal."""
    from sm_toolkit.language.text.plain import plain

    return plain(text)
