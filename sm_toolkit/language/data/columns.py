"""Many values against one type at once, a part of all of them at a time. What is wrong with one is told by ``values``.

Looking at values one by one takes about a microsecond each; a column of integers is looked at by Python's own loops.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter, ne
from typing import Any

from sm_toolkit.language.data.records import alternative, class_fits
from sm_toolkit.language.data.types import Left, Right, Type, is_record_head, record_words
from sm_toolkit.language.data.values import SCALARS
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits

MOST_LOOKS = 64
"""How many parts of a value are looked at here, on the average: values may share parts many times over."""


def all_fit(values: Sequence[Any], type_: Type[Any], limits: Limits = DEFAULT_LIMITS) -> bool:
    """Tell whether values all belong to a type, are within the limits, and are held as the language holds them.

    That is so where it says True. Where it says False it may be so all the same: ``taken_in`` tells, for each of them.
    What has lists, maps or type variables in it is for ``taken_in``.

    >>> from sm_toolkit.language.data.types import Bool, Either, Int, Pair
    >>> all_fit([(1, Left(2)), (3, Right(True))], Pair(Int, Either(Int, Bool)))
    True
    >>> all_fit([1, True], Int)
    False
    """
    room = MOST_LOOKS * len(values)
    work: list[tuple[Sequence[Any], Type[Any]]] = [(values, type_)]
    while work:
        column, wanted = work.pop()
        if not column:
            continue
        room -= len(column)
        if room < 0:
            return False
        classes = {value.__class__ for value in column}
        head, args = wanted.head, wanted.args
        if head in SCALARS:
            if classes != {SCALARS[head]} or not _scalars_fit(column, head, limits):
                return False
        elif head == "Pair" or head == "Tuple":
            if classes != {tuple} or set(map(len, column)) != {len(args)}:
                return False
            work += zip(zip(*column, strict=True), args, strict=True)
        elif head == "Either":
            if not classes <= {Left, Right}:
                return False
            work.append(([each.value for each in column if each.__class__ is Left], args[0]))
            work.append(([each.value for each in column if each.__class__ is Right], args[1]))
        elif head == "Maybe":
            work.append(([each for each in column if each is not None], args[0]))
        elif head == "Variant":
            for class_ in classes:
                record = alternative(wanted, class_.__name__)
                if record is None:
                    return False
                work.append(
                    (column if len(classes) == 1 else [each for each in column if type(each) is class_], record)
                )
        elif is_record_head(head):
            if not all(class_fits(class_, wanted) for class_ in classes):
                return False
            try:
                work += (
                    (list(map(attrgetter(label), column)), arg)
                    for label, arg in zip(record_words(head)[1], args, strict=True)
                )
            except AttributeError:  # it was made without its fields
                return False
        else:
            return False
    return True


def _scalars_fit(column: Sequence[Any], head: str, limits: Limits) -> bool:
    """Tell whether scalars, which are of the right class, are within the limits."""
    match head:
        case "Int":
            largest: int = max(max(column), -min(column))
            return largest.bit_length() <= limits.int_bits
        case "Str" | "Bytes":
            longest: int = max(map(len, column))
            return longest <= limits.string_length
        case "Float":
            return not any(map(ne, column, column))  # a NaN is not equal to itself
        case _:
            return True
