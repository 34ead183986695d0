"""Primitives on maps. One that would have more keys than ``Limits.collection_length`` fails the step unmade.

To look up, insert and delete take a time that grows with the logarithm of the map, to merge with the length of the
second one. Python's own dicts are taken for persistent maps, and never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.types import Bool, Either, Int, Left, List, Map, Maybe, Pair, Right, Unit, Var
from sm_toolkit.language.data.value_printing import print_value
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.leaves.record import COSTS, PrimitiveRecord, allow
from sm_toolkit.language.limits import Limits

AnyMap = Mapping[Any, Any]

LONGEST_KEY = 60
"""Up to how many characters a key is told that is missing."""

EMPTY_MAP: PersistentMap[Any, Any] = PersistentMap()


def _own(entries: AnyMap) -> PersistentMap[Any, Any]:
    return entries if isinstance(entries, PersistentMap) else PersistentMap(entries)


def _lookup(entries: AnyMap, key: Any) -> Left[None] | Right[Any]:
    try:
        return Right(entries[key])
    except KeyError:
        return Left(None)


def _value_at(limits: Limits, entries: AnyMap, key: Any) -> Any:
    try:
        return entries[key]
    except KeyError:
        told = print_value(key, LONGEST_KEY)
    raise StepError(f"the map has no such key{f': {told}' if len(told) <= LONGEST_KEY else ''}")


def _insert(limits: Limits, entries: AnyMap, key: Any, value: Any) -> AnyMap:
    made = _own(entries).set(key, value)
    allow(limits, "collection_length", len(made), "a map")
    return made


def _merge(limits: Limits, left: AnyMap, right: AnyMap) -> AnyMap:
    made = _own(left) | _own(right)
    allow(limits, "collection_length", len(made), "a map")
    return made


def _delete(entries: AnyMap, key: Any) -> AnyMap:
    own = _own(entries)
    return own.delete(key) if key in own else own


_k, _v = Var("k"), Var("v")
_map = Map(_k, _v)

MAPS = (
    PrimitiveRecord("empty_map", 0xC0, Unit, _map, moves=lambda build: build.constant(EMPTY_MAP)),
    PrimitiveRecord("lookup", 0xC1, Pair(_map, _k), Either(Unit, _v), run=_lookup),
    PrimitiveRecord("insert", 0xC2, Pair(_map, Pair(_k, _v)), _map, run=_insert, can_fail=True),
    PrimitiveRecord("delete", 0xC3, Pair(_map, _k), _map, run=_delete),
    PrimitiveRecord("contains_key", 0xC4, Pair(_map, _k), Bool, run=lambda entries, key: key in _own(entries)),
    PrimitiveRecord("size_map", 0xC5, _map, Int, run=len, source="len({0})"),
    PrimitiveRecord("keys", 0xC6, _map, List(_k), run=lambda entries: PersistentList(_own(entries)), bulk=(0,)),
    PrimitiveRecord(
        "items", 0xC7, _map, List(Pair(_k, _v)), run=lambda entries: PersistentList(_own(entries).entries()), bulk=(0,)
    ),
    PrimitiveRecord(
        "get_key", 0xC8, Pair(_map, _k), Maybe(_v), run=lambda entries, key: entries.get(key), source="{0}.get({1})"
    ),
    PrimitiveRecord("value_at", 0xC9, Pair(_map, _k), _v, run=_value_at, can_fail=True),
    PrimitiveRecord(
        "values_map",
        0xCA,
        _map,
        List(_v),
        run=lambda entries: PersistentList(value for _, value in _own(entries).entries()),
        bulk=(0,),
    ),
    PrimitiveRecord("merge_maps", 0xCB, Pair(_map, _map), _map, run=_merge, can_fail=True, bulk=(1,), costs=COSTS),
    PrimitiveRecord("map_of", 0xCC, List(Pair(_k, _v)), _map, run=PersistentMap, bulk=(0,), costs=COSTS),
)
