"""Primitives that compare two values of one type, of any type, as Haskell's derived ``Eq`` and ``Ord`` do.

Alternatives are in the order in which they are declared, with None before all else; parts are looked at from left to
right, those of a map in the order of its keys; texts are in the order of their code points. (Haskell 2010 Language
Report, section 11.1, "Derived instances of Eq and Ord".)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

from sm_toolkit.language.data.equality import FEW_STEPS, opened
from sm_toolkit.language.data.types import (
    Bool,
    Bytes,
    Float,
    Int,
    Left,
    Pair,
    Str,
    Type,
    Var,
    is_record_head,
    record_words,
)
from sm_toolkit.language.leaves.record import PrimitiveRecord


def order(type_: Type[Any], left: Any, right: Any) -> int:
    """Return -1, 0 or 1: whether the left value of a type comes before the right one, is equal, or comes after.

    >>> from sm_toolkit.language.data.types import Either, List, Right
    >>> order(Either(Int, Str), Left(9), Right("")), order(List(Int), [1, 2], [1])
    (-1, 1)
    """
    work: list[tuple[Type[Any], Any, Any]] = [(type_, left, right)]
    steps = 0
    equal: set[tuple[int, int]] = set()
    while work:
        current, one, two = work.pop()
        if one is two:
            continue
        if not current.args:
            if is_record_head(current.head):
                continue
            if one != two:
                return -1 if one < two else 1
            continue
        steps += 1
        if steps > FEW_STEPS:
            if (id(one), id(two)) in equal:
                continue
            equal.add((id(one), id(two)))  # they are, if anything after them is looked at
        match current.head:
            case "Either":
                if one.__class__ is not two.__class__:
                    return -1 if one.__class__ is Left else 1
                work.append((current.args[one.__class__ is not Left], one.value, two.value))
            case "Maybe":
                if one is None or two is None:
                    return -1 if one is None else 1
                work.append((current.args[0], one, two))
            case "Variant":
                ones, twos = (_alternative(current, value) for value in (one, two))
                if ones != twos:
                    return -1 if ones < twos else 1
                work.append((current.args[ones], one, two))
            case "List" | "Map":
                parts = [_parts(value) for value in (one, two)]
                work.append((Int, len(parts[0]), len(parts[1])))
                each = cycle(current.args)
                work += reversed([(next(each), *pair) for pair in zip(*parts, strict=False)])
            case _:  # a pair, a tuple or a record
                work += reversed(list(zip(current.args, _parts(one), _parts(two), strict=True)))
    return 0


def _parts(value: Any) -> Sequence[Any]:
    inside = opened(value)
    assert inside is not None
    return inside[1]


def _alternative(variant: Type[Any], value: Any) -> int:
    """Return which alternative of a variant a value is of, counted from 0."""
    name = value.__class__.__name__
    return next(place for place, record in enumerate(variant.args) if record_words(record.head)[0] == name)


PLAIN_NODES = 7
"""Up to how many parts a type is compared as Python compares its values, if that means the same."""


def _is_plain(type_: Type[Any]) -> bool:
    """Tell whether Python's own comparisons are those of the language on values of a type, and of no great depth."""
    if type_.head in ("Pair", "Tuple"):
        return type_.size <= PLAIN_NODES and all(map(_is_plain, type_.args))
    return type_ in (Bool, Int, Float, Str, Bytes)


def _source(sign: str) -> Callable[[Type[Any]], str | None]:
    return lambda type_: f"{{0}} {sign} {{1}}" if _is_plain(type_) else None


def _comparison(name: str, opcode: int, sign: str, holds: Callable[[int], bool]) -> PrimitiveRecord:
    def run(type_: Type[Any], left: Any, right: Any) -> bool:
        return holds(order(type_, left, right))

    return PrimitiveRecord(name, opcode, Pair(_a, _a), Bool, run=run, source=_source(sign), typed=True)


_a = Var("a")

COMPARING = (
    _comparison("eq", 0x68, "==", lambda found: found == 0),
    _comparison("ne", 0x69, "!=", lambda found: found != 0),
    _comparison("lt", 0x6A, "<", lambda found: found < 0),
    _comparison("le", 0x6B, "<=", lambda found: found <= 0),
    _comparison("gt", 0x6C, ">", lambda found: found > 0),
    _comparison("ge", 0x6D, ">=", lambda found: found >= 0),
)
