"""What all benchmarks share: the shape of their results, as text and as Markdown, and their one option.

Nothing is measured here.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

Row = tuple[str, str, str]
"""What was measured, the figure, and the baseline that it is held against with the bound that it is to keep."""

HEAD: Row = ("what", "figure", "baseline and bound")


def text_table(rows: Sequence[Row]) -> str:
    """Return rows as columns of text, two spaces apart, under their head."""
    table = [HEAD, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table)
    return "\n".join(line.rstrip() for line in lines)


def markdown_table(rows: Sequence[Row]) -> str:
    """Return rows as a Markdown table under their head."""
    table = [HEAD, ("---", "---", "---"), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in table)


def is_quick(description: str | None) -> bool:
    """Read the command line: was a quick run asked for?"""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke run: the figures mean nothing")
    return parser.parse_args().quick is True


def run_alone(description: str | None, rows: Callable[[bool], Sequence[Row]]) -> None:
    """Be the command of one benchmark: measure, and print the table."""
    print(text_table(rows(is_quick(description))))
