"""The rows of a `match`: the `case`s that may yet be met, and what they ask of the values in some columns."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from sm_toolkit.language.data.types import Bool, Type
from sm_toolkit.language.functions.patterns import Anything, Either, Made, Named, Pattern, parts_of, ways
from sm_toolkit.language.functions.scopes import Later, Local, Scope, constant

Body = Callable[[Scope], Later]
"""What makes the body of a `case`, in a scope in which the names of its pattern are bound."""


@dataclass(frozen=True)
class Row:
    """A `case` that may yet be met: a pattern for each column, its guard and its body.

    ``names`` are bound already, and ``told`` is what is known of the subject, under ``subject`` if that is used. A body
    that ``is_small`` may stand more than once.
    """

    patterns: tuple[Pattern, ...]
    body: Body
    guard: ast.expr | None = None
    names: tuple[tuple[str, Local], ...] = ()
    subject: str | None = None
    told: Local | None = None
    is_small: bool = False


class Failing:
    """What becomes of values that meet no row: whether there are any is known when all rows were looked at.

    They go on as a Left, or do at once what comes next if that is small.
    """

    def __init__(self, at_once: Callable[[Scope], Later] | None = None) -> None:
        self.is_used = False
        self.at_once = at_once


SMALL = 20
"""A `return` of so many nodes may stand more than once, where tests in a row lead to it."""


def is_small(body: Sequence[ast.stmt]) -> bool:
    """Tell whether the body of a `case` may stand more than once."""
    return isinstance(body[0], ast.Return) and is_short(body[0])


def is_short(node: ast.AST) -> bool:
    """Tell whether something may be written more than once."""
    return sum(1 for _ in ast.walk(node)) <= SMALL


def completed(group: list[Row], others: list[Row], place: int, type_: Type[Any]) -> tuple[list[Row], list[Row]]:
    """Have the other rows ask for the only way that a group leaves values of, if so it is."""
    known = ways(type_)
    rest = [way for way in range(len(known)) if not _is_exhausted(group, place, way)]
    if len(known) < 2 or len(rest) != 1:
        return group, others
    (way,) = rest
    count = len(known[way].parts)
    made = [(row, _of_way(row.patterns[place], way, count)) for row in others]
    return [
        *group,
        *(
            replace(row, patterns=(*row.patterns[:place], pattern, *row.patterns[place + 1 :]))
            for row, pattern in made
            if pattern is not None
        ),
    ], []


def _is_exhausted(group: Sequence[Row], place: int, way: int) -> bool:
    """Tell whether a group takes all values that are made in one way."""
    return any(
        row.guard is None
        and isinstance(pattern := row.patterns[place], Made)
        and pattern.way == way
        and all(map(_takes_all, _parts(row, place)))
        for row in group
    )


def _of_way(pattern: Pattern, way: int, count: int) -> Made | None:
    """Return what a pattern asks of values that are made in one way; None if it takes none of them."""
    if isinstance(pattern, Made):
        return pattern if pattern.way == way else None
    if isinstance(pattern, Either):
        found = [made for each in pattern.patterns if (made := _of_way(each, way, count)) is not None]
        if len(found) < 2 or not count:
            return found[0] if found else None
        return Made(way, (Either(tuple(made.parts[0] for made in found)),))
    return Made(way, (Anything(),) * count)


def apart(pattern: Pattern) -> tuple[Pattern, ...]:
    """Return the patterns of which one with alternatives at one place is made; itself if they are at several."""
    if sum(isinstance(part, Either) for part in parts_of(pattern)) != 1:
        return (pattern,)
    match pattern:
        case Either(patterns):
            return patterns
        case Named(name, inner):
            return tuple(Named(name, each) for each in apart(inner))
        case Made(way, parts, is_only):
            choices = [apart(part) for part in parts]
            return tuple(Made(way, each, is_only) for each in product(*choices))
    return (pattern,)


def is_last(row: Row) -> bool:
    """Tell whether a row takes all values, and may stand more than once."""
    return row.is_small and row.guard is None and all(isinstance(pattern, Anything) for pattern in row.patterns)


def renamed(row: Row, old: Local, new: Local) -> tuple[tuple[str, Local], ...]:
    """Return the names of a row, with what is called by a value called by what is known of it now."""
    return tuple((name, new if local is old else local) for name, local in row.names)


def is_whole(group: Sequence[Row], place: int) -> bool:
    """Tell whether rows take all values that are made in the ways that they ask for."""
    return all(row.guard is None and all(map(_takes_all, _parts(row, place))) for row in group)


def is_sorting(row: Row, place: int) -> bool:
    """Tell whether a row asks no more than that the value in one column is one of some alternatives."""
    either = row.patterns[place]
    others = (*row.patterns[:place], *row.patterns[place + 1 :])
    assert isinstance(either, Either)
    whole = all(isinstance(each, Made) and all(map(asks_nothing, each.parts)) for each in either.patterns)
    return whole and all(isinstance(pattern, Anything) for pattern in others)


def among(pattern: Pattern, kept: Sequence[int]) -> Pattern | None:
    """Return what a pattern of a variant asks of one that has some of its alternatives; None if no value meets it."""
    if isinstance(pattern, Named):
        inner = among(pattern.pattern, kept)
        return None if inner is None else Named(pattern.name, inner)
    if isinstance(pattern, Either):
        found = [each for each in (among(one, kept) for one in pattern.patterns) if each is not None]
        return (found[0] if len(found) == 1 else Either(tuple(found))) if found else None
    if isinstance(pattern, Made):
        if pattern.way not in kept:
            return None
        return pattern.parts[0] if len(kept) == 1 else Made(list(kept).index(pattern.way), pattern.parts)
    return pattern


def _parts(row: Row, place: int) -> tuple[Pattern, ...]:
    """Return what a row asks of the parts of the value in one column, and of the other columns."""
    pattern = row.patterns[place]
    others = (*row.patterns[:place], *row.patterns[place + 1 :])
    return (*pattern.parts, *others) if isinstance(pattern, Made) else (pattern, *others)


def _takes_all(pattern: Pattern) -> bool:
    if isinstance(pattern, Named):
        return _takes_all(pattern.pattern)
    return isinstance(pattern, Anything) or (
        isinstance(pattern, Made) and pattern.is_only and all(map(_takes_all, pattern.parts))
    )


def made_in(row: Row, place: int) -> Made:
    """Return in which way a row asks for the value in one column to be made."""
    pattern = row.patterns[place]
    assert isinstance(pattern, Made), "the rows of a group ask alike"
    return pattern


def asks_nothing(pattern: Pattern) -> bool:
    """Tell whether every value meets a pattern, and none of it is called by a name."""
    if isinstance(pattern, Made):
        return pattern.is_only and all(map(asks_nothing, pattern.parts))
    return isinstance(pattern, Anything) and pattern.name is None


def answer(truth: bool) -> Body:
    """Return a body that only says whether it was met."""
    term = constant(truth, Bool).term
    return lambda _: lambda: term
