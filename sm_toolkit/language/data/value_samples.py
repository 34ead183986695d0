"""Values made of a type alone: a smallest one, and all of them where there are few."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap, make_record
from sm_toolkit.language.data.records import record_class
from sm_toolkit.language.data.types import BASE, Left, Right, Type, is_record_head, record_words

_SMALLEST: dict[str, Any] = {"Bool": False, "Int": 0, "Float": 0.0, "Str": "", "Bytes": b""}
_EMPTY: dict[str, Any] = {"Maybe": None, "List": PersistentList(), "Map": PersistentMap()}


def of_parts(type_: Type[Any], parts: tuple[Any, ...]) -> Any:
    """Return the tuple or the record of a type that has these parts."""
    if is_record_head(type_.head):
        return make_record(record_class(type_), record_words(type_.head)[1], parts)
    return parts


def default_value(type_: Type[Any]) -> Any:
    """Return a smallest value of a type: zero, False, what is empty, the first alternative.

    >>> from sm_toolkit.language.data.types import Bool, Either, Int, Pair, Unit
    >>> default_value(Pair(Int, Either(Unit, Bool)))
    (0, Left(None))
    """
    made: list[Any] = []
    work: list[tuple[Type[Any], bool]] = [(type_, False)]
    while work:
        current, built = work.pop()
        head, args = current.head, current.args
        if built and head == "Either":
            made.append(Left(made.pop()))
        elif built:
            parts = tuple(made[len(made) - len(args) :])
            del made[len(made) - len(args) :]
            made.append(of_parts(current, parts))
        elif head in _EMPTY:
            made.append(_EMPTY[head])
        elif head == "Either":
            work += [(current, True), (args[0], False)]
        elif head == "Variant":
            work.append((args[0], False))
        elif args or is_record_head(head):
            work.append((current, True))
            work.extend((part, False) for part in reversed(args))
        else:
            made.append(_SMALLEST.get(head))
    return made.pop()


def finite_values(type_: Type[Any], most: int = 64) -> list[Any] | None:
    """List every value of a type that has at most ``most`` of them, or return None.

    >>> from sm_toolkit.language.data.types import Bool, Either, Int, Unit
    >>> finite_values(Either(Unit, Bool))
    [Left(None), Right(False), Right(True)]
    >>> finite_values(Int) is None
    True
    """
    if type_.head == "Unit":
        return [None]
    if type_.head == "Bool":
        return [False, True]
    if type_.depth > most or type_.has_variables or type_.head in BASE or type_.head in ("List", "Map"):
        return None
    parts: list[list[Any]] = []
    for part in type_.args:
        some = finite_values(part, most)  # no deeper than ``most``
        if some is None:
            return None
        parts.append(some)
        sizes = [len(some) for some in parts]
        if (sum(sizes) if type_.head in ("Either", "Maybe", "Variant") else prod(sizes)) > most:
            return None
    match type_.head:
        case "Either":
            return [*map(Left, parts[0]), *map(Right, parts[1])]
        case "Maybe":
            return [None, *parts[0]] if len(parts[0]) < most else None
        case "Variant":
            return [value for some in parts for value in some]
        case _:
            return [of_parts(type_, chosen) for chosen in product(*parts)]
