"""Primitives on lists. One that would have more items than ``Limits.collection_length`` fails the step unmade.

To append and to set take a time that grows with the logarithm of the list, to prepend and to reverse with its length,
to concatenate with the length of the second one, to slice with the length of what is made.
Python's own lists are taken for persistent ones, and never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList
from sm_toolkit.language.data.types import Either, Int, Left, List, Pair, Right, Unit, Var
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.leaves.record import MADE, PrimitiveRecord, allow
from sm_toolkit.language.limits import Limits

AnyList = Sequence[Any]

EMPTY_LIST: PersistentList[Any] = PersistentList()


def _own(items: AnyList) -> PersistentList[Any]:
    return items if isinstance(items, PersistentList) else PersistentList(items)


def _fits(limits: Limits, size: int) -> None:
    allow(limits, "collection_length", size, "a list")


def _prepend(limits: Limits, item: Any, items: AnyList) -> AnyList:
    _fits(limits, len(items) + 1)
    return PersistentList((item, *items))


def _append(limits: Limits, items: AnyList, item: Any) -> AnyList:
    _fits(limits, len(items) + 1)
    return _own(items).append(item)


def _concat(limits: Limits, left: AnyList, right: AnyList) -> AnyList:
    _fits(limits, len(left) + len(right))
    return _own(left).extend(right)


def _get_at(items: AnyList, index: int) -> Left[None] | Right[Any]:
    return Right(items[index]) if 0 <= index < len(items) else Left(None)


def _item_at(limits: Limits, items: AnyList, index: int) -> Any:
    if not -len(items) <= index < len(items):
        raise StepError(f"a list of {len(items):,} has nothing at the place asked for")
    return items[index]


def _set_at(limits: Limits, items: AnyList, index: int, item: Any) -> AnyList:
    if not 0 <= index < len(items):
        raise StepError(f"a list of {len(items):,} has nothing at the place to be set")
    return _own(items).set(index, item)


def _range(limits: Limits, start: int, stop: int) -> AnyList:
    _fits(limits, max(0, stop - start))
    return PersistentList(range(start, stop))


_a = Var("a")
_list = List(_a)

LISTS = (
    PrimitiveRecord("empty_list", 0xB0, Unit, _list, moves=lambda build: build.constant(EMPTY_LIST)),
    PrimitiveRecord("prepend", 0xB1, Pair(_a, _list), _list, run=_prepend, can_fail=True, bulk=(MADE,)),
    PrimitiveRecord("append", 0xB2, Pair(_list, _a), _list, run=_append, can_fail=True),
    PrimitiveRecord("get_at", 0xB3, Pair(_list, Int), Either(Unit, _a), run=_get_at),
    PrimitiveRecord("set_at", 0xB4, Pair(_list, Pair(Int, _a)), _list, run=_set_at, can_fail=True),
    PrimitiveRecord("length_list", 0xB5, _list, Int, run=len, source="len({0})"),
    PrimitiveRecord("concat_lists", 0xB6, Pair(_list, _list), _list, run=_concat, can_fail=True, bulk=(1,)),
    PrimitiveRecord("reverse", 0xB7, _list, _list, run=lambda items: PersistentList([*items][::-1]), bulk=(0,)),
    PrimitiveRecord("range_", 0xB8, Pair(Int, Int), List(Int), run=_range, can_fail=True, bulk=(MADE,)),
    PrimitiveRecord(
        "item_at",
        0xB9,
        Pair(_list, Int),
        _a,
        run=_item_at,
        source="{0}[{1}] if -len({0}) <= {1} < len({0}) else {run}",
        can_fail=True,
    ),
    PrimitiveRecord(
        "slice_list",
        0xBA,
        Pair(_list, Pair(Int, Int)),
        _list,
        run=lambda items, start, stop: _own(items[start:stop]),
        bulk=(MADE,),
    ),
)
