"""A `match` that is recognised: its rows, and which of them come first."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from itertools import pairwise

from sm_toolkit.language.functions.printing.nodes import Chain
from sm_toolkit.language.functions.printing.recognising import Scope


@dataclass(frozen=True)
class Row:
    """A `case`: its pattern, its guard, and what is done in the names that it binds.

    One that ``stands_once`` would stand more than once if its body looked small. One that ``is_open`` takes what all
    others leave. ``uses`` are the `Let`s round the `match` that its guard and its body use, the outermost first.
    """

    pattern: ast.pattern
    guard: ast.expr | None
    body: Chain
    scope: Scope
    uses: frozenset[int]
    asked: tuple[tuple[int, ...], ...]
    is_open: bool = False
    stands_once: bool = False


@dataclass(frozen=True)
class Rows:
    """A `match`."""

    subject: ast.expr
    rows: list[Row]

    @property
    def asks_of_several(self) -> bool:
        """Whether it asks something of several parts of a value."""
        places = {place for row in self.rows for place in row.asked}
        longest = max(places, key=len, default=())
        return any(longest[: len(place)] != place for place in places)


def in_order(sides: list[list[Row]], count: int) -> list[Row]:
    """Return the rows of the sides of a test, after so many others: first those that begin from left to right."""

    def begins(rows: list[Row]) -> bool:
        after = rows[0].asked[count:] if rows else ()
        return bool(rows) and all(one <= other for one, other in pairwise(after))

    sides = sorted(sides, key=lambda side: any(row.is_open for row in side))
    first = next((side for side in sides if begins(side)), None)
    rest = [side for side in sides if side is not first]
    return [row for side in ([first] if first else []) + rest for row in side]


def once(row: Row) -> Row:
    """Return a row that stands once, though its body looks small."""
    return replace(row, stands_once=True)
