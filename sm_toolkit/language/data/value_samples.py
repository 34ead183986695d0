"""Values made of a type alone: a smallest one, some, and all of them where there are few."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap, make_record
from sm_toolkit.language.data.records import NEWEST, Classes, record_class
from sm_toolkit.language.data.types import (
    BASE,
    Left,
    Right,
    Type,
    is_record_head,
    is_variable_head,
    nodes,
    record_words,
)

_SMALLEST: dict[str, Any] = {"Bool": False, "Int": 0, "Float": 0.0, "Str": "", "Bytes": b""}
_EMPTY: dict[str, Any] = {"Maybe": None, "List": PersistentList(), "Map": PersistentMap()}


def of_parts(type_: Type[Any], parts: tuple[Any, ...], classes: Classes = NEWEST) -> Any:
    """Return the tuple or the record of a type that has these parts."""
    if is_record_head(type_.head):
        return make_record(record_class(type_, classes), record_words(type_.head)[1], parts)
    return parts


def default_value(type_: Type[Any], classes: Classes = NEWEST) -> Any:
    """Return a smallest value of a type: zero, False, what is empty, the first alternative.

    >>> from sm_toolkit.language.data.types import Bool, Either, Int, Pair, Unit
    >>> default_value(Pair(Int, Either(Unit, Bool)))
    (0, Left(None))
    """
    made: dict[Type[Any], Any] = {}
    for part in nodes(type_):
        inner = tuple(made[each] for each in part.args)
        if part.head in _EMPTY:
            made[part] = _EMPTY[part.head]
        elif part.head == "Either":
            made[part] = Left(inner[0])
        elif part.head == "Variant":
            made[part] = inner[0]
        elif inner or is_record_head(part.head):
            made[part] = of_parts(part, inner, classes)
        else:
            made[part] = _SMALLEST.get(part.head)
    return made[type_]


def finite_values(type_: Type[Any], most: int = 64, classes: Classes = NEWEST) -> list[Any] | None:
    """List every value of a type that has at most ``most`` of them, or return None.

    >>> from sm_toolkit.language.data.types import Bool, Either, Int, Unit
    >>> finite_values(Either(Unit, Bool))
    [Left(None), Right(False), Right(True)]
    >>> finite_values(Int) is None
    True
    """
    found: dict[Type[Any], list[Any]] = {}
    for part in nodes(type_):
        some = _values_of(part, [found[each] for each in part.args], most, classes)
        if some is None or len(some) > most:
            return None  # and then neither has the whole
        found[part] = some
    return found[type_]


def sample_values(type_: Type[Any], most: int = 12, classes: Classes = NEWEST) -> list[Any]:
    """List some small values of a type, at most so many: of numbers a few, of what is empty and what is not.

    >>> from sm_toolkit.language.data.types import Either, Int, Str, Unit
    >>> sample_values(Either(Unit, Int)), sample_values(Str)
    ([Left(None), Right(0), Right(1), Right(-1), Right(2)], ['', 'a', 'b'])
    """
    found: dict[Type[Any], list[Any]] = {}
    for part in nodes(type_):
        found[part] = _some_of(part, [found[each] for each in part.args], most, classes)
    return found[type_]


_SOME: dict[str, list[Any]] = {
    "Int": [0, 1, -1, 2],
    "Float": [0.0, 1.0, -0.5],
    "Str": ["", "a", "b"],
    "Bytes": [b"", b"a"],
}


def _some_of(type_: Type[Any], parts: list[list[Any]], most: int, classes: Classes) -> list[Any]:
    if type_.head in _SOME:
        return _SOME[type_.head][:most]
    if is_variable_head(type_.head):
        return [None]
    if type_.head == "List":
        one, *rest = parts[0]
        return [PersistentList(items) for items in ([], [one], [one, *rest[:1]])][: min(most, 2 + bool(rest))]
    if type_.head == "Map":
        one, *rest = parts[0]
        value = parts[1][0]
        maps: list[dict[Any, Any]] = [{}, {one: value}, {one: value, **dict.fromkeys(rest[:1], value)}]
        return [PersistentMap(map_) for map_ in maps[: min(most, 2 + bool(rest))]]
    if type_.head in ("Either", "Maybe", "Variant"):  # some of each alternative
        each = max(1, most // max(1, len(parts)))
        parts = [some[:each] for some in parts]
        most = sum(map(len, parts)) + 1
    else:
        # Of a product those that come first: the last part changes soonest.
        while len(parts) > 0 and prod(map(len, parts)) > most and max(map(len, parts)) > 1:
            longest = max(range(len(parts)), key=lambda place: len(parts[place]))
            parts = [some[:-1] if place == longest else some for place, some in enumerate(parts)]
    made = _values_of(type_, parts, most, classes)
    return [] if made is None else made


def _values_of(type_: Type[Any], parts: list[list[Any]], most: int, classes: Classes) -> list[Any] | None:
    """List the values of a type whose parts have these; None if there is no end to them or no need of them."""
    match type_.head:
        case "Unit":
            return [None]
        case "Bool":
            return [False, True]
        case "Either":
            return [*map(Left, parts[0]), *map(Right, parts[1])]
        case "Maybe":
            return [None, *parts[0]]
        case "Variant":
            return [value for some in parts for value in some]
        case "List" | "Map":
            return None
        case head if head in BASE or is_variable_head(head) or prod(map(len, parts)) > most:
            return None
        case _:
            return [of_parts(type_, chosen, classes) for chosen in product(*parts)]
