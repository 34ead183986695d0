"""Primitives that compare values of one type, of any type, as Haskell's derived ``Eq`` and ``Ord`` do.

Alternatives are in the order in which they are declared, with None before all else; parts are looked at from left to
right, those of a map in the order of its keys; texts are in the order of their code points. (Haskell 2010 Language
Report, section 11.1, "Derived instances of Eq and Ord".)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cmp_to_key
from itertools import chain, cycle, repeat
from typing import Any

from sm_toolkit.language.data.equality import FEW_STEPS, Alike, is_large, opened, weight
from sm_toolkit.language.data.persistent import PersistentList
from sm_toolkit.language.data.types import (
    Bool,
    Bytes,
    Float,
    Int,
    Left,
    List,
    Pair,
    Str,
    Type,
    Var,
    is_record_head,
    record_words,
)
from sm_toolkit.language.leaves.record import COSTS, PrimitiveRecord
from sm_toolkit.language.limits import DEFAULT_LIMITS, PER_TURN, Limits


def order(
    type_: Type[Any], left: Any, right: Any, limits: Limits = DEFAULT_LIMITS, turns: Iterator[None] | None = None
) -> int:
    """Return -1, 0 or 1: whether the left value of a type comes before the right one, is equal, or comes after.

    It takes ``turns``, if they are given, as it goes: for all parts of what it opens, and for texts by their length.

    >>> from sm_toolkit.language.data.types import Either, List, Right
    >>> order(Either(Int, Str), Left(9), Right("")), order(List(Int), [1, 2], [1])
    (-1, 1)

    Raises:
        StepError: there are too few turns.
    """
    turns = repeat(None) if turns is None else turns
    work: list[Iterator[tuple[Type[Any], Any, Any]]] = [iter([(type_, left, right)])]
    steps = size = 0
    alike = Alike()
    while work:
        compared = next(work[-1], None)
        if compared is None:
            work.pop()
            continue
        current, one, two = compared
        if one is two:
            continue
        if current.head not in _SEEN_THROUGH:
            if steps > FEW_STEPS and is_large(one) and alike.met(one, two):
                continue  # they are equal, if anything after them is looked at
            steps += weight(one)
        size += _size(current, one, two)
        if size >= PER_TURN:
            limits.charge(turns, size)
            size %= PER_TURN
        if not current.args:
            if is_record_head(current.head):
                continue
            if one != two:
                return -1 if one < two else 1
            continue
        match current.head:
            case "Either":
                if one.__class__ is not two.__class__:
                    return -1 if one.__class__ is Left else 1
                work.append(iter([(current.args[one.__class__ is not Left], one.value, two.value)]))
            case "Maybe":
                if one is None or two is None:
                    return -1 if one is None else 1
                work.append(iter([(current.args[0], one, two)]))
            case "Variant":
                ones, twos = (_alternative(current, value) for value in (one, two))
                if ones != twos:
                    return -1 if ones < twos else 1
                work.append(iter([(current.args[ones], one, two)]))
            case "List" | "Map":
                parts = [_parts(value) for value in (one, two)]
                lengths = (Int, len(parts[0]), len(parts[1]))
                work.append(chain(zip(cycle(current.args), *parts, strict=False), [lengths]))
            case _:  # a pair, a tuple or a record
                work.append(zip(current.args, _parts(one), _parts(two), strict=True))
    return 0


_SEEN_THROUGH = ("Maybe", "Variant")
"""The types whose values are those of another type: what is looked at first is looked at again as that."""


def _size(type_: Type[Any], one: Any, two: Any) -> int:
    """Return what it costs to open two values, or to compare them if they are texts."""
    if type_ in (Str, Bytes):
        return min(len(one), len(two))
    times = max(len(one), len(two)) if type_.head in ("List", "Map") else 1
    return COSTS * times * len(type_.args)


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


def _is_plain(sign: str, type_: Type[Any]) -> bool:
    """Tell whether Python's own comparison is that of the language on values of a type, and of no great depth."""
    if type_.head in ("Pair", "Tuple") or (type_.head == "Maybe" and sign in ("==", "!=")):
        return type_.size <= PLAIN_NODES and all(_is_plain(sign, part) for part in type_.args)
    return type_ in (Bool, Int, Float, Str, Bytes)


def _comparison(name: str, opcode: int, sign: str, holds: Callable[[int], bool]) -> PrimitiveRecord:
    def run(type_: Type[Any], limits: Limits, turns: Iterator[None], left: Any, right: Any) -> bool:
        return holds(order(type_, left, right, limits, None if _is_plain(sign, type_) else turns))

    def source(type_: Type[Any]) -> str | None:
        return f"{{0}} {sign} {{1}}" if _is_plain(sign, type_) else None

    return PrimitiveRecord(name, opcode, Pair(_a, _a), Bool, run=run, source=source, spends=True, typed=True)


def _plain_size(type_: Type[Any], value: Any) -> int:
    """Return what it costs at most to compare a value with another one as Python does."""
    if type_ in (Str, Bytes):
        return 1 + len(value)
    return 1 + sum(map(_plain_size, type_.args, value)) if type_.args else 1


def _sort(type_: Type[Any], limits: Limits, turns: Iterator[None], items: Sequence[Any]) -> Sequence[Any]:
    """Sort a list, and take turns for each item as often as it may be compared, before the work is done."""
    times = len(items).bit_length()
    if _is_plain("<", type_):
        limits.charge(turns, times * sum(_plain_size(type_, item) for item in items))
        return PersistentList(sorted(items))
    limits.charge(turns, times * len(items) * COSTS)
    return PersistentList(sorted(items, key=cmp_to_key(lambda one, two: order(type_, one, two, limits, turns))))


_a = Var("a")

COMPARING = (
    _comparison("eq", 0x68, "==", lambda found: found == 0),
    _comparison("ne", 0x69, "!=", lambda found: found != 0),
    _comparison("lt", 0x6A, "<", lambda found: found < 0),
    _comparison("le", 0x6B, "<=", lambda found: found <= 0),
    _comparison("gt", 0x6C, ">", lambda found: found > 0),
    _comparison("ge", 0x6D, ">=", lambda found: found >= 0),
    PrimitiveRecord("sort_list", 0x6E, List(_a), List(_a), run=_sort, spends=True, typed=True),
)
