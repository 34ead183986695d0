"""Primitives on maps. One that would have more keys than ``Limits.collection_length`` fails the step unmade.

To look up, insert and delete take a time that grows with the logarithm of the map. Python's own dicts are taken for
persistent maps, and never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.types import Bool, Either, Int, Left, List, Map, Pair, Right, Unit, Var
from sm_toolkit.language.leaves.record import PrimitiveRecord, allow
from sm_toolkit.language.limits import Limits

AnyMap = Mapping[Any, Any]

EMPTY_MAP: PersistentMap[Any, Any] = PersistentMap()


def _own(entries: AnyMap) -> PersistentMap[Any, Any]:
    return entries if isinstance(entries, PersistentMap) else PersistentMap(entries)


def _lookup(entries: AnyMap, key: Any) -> Left[None] | Right[Any]:
    try:
        return Right(entries[key])
    except KeyError:
        return Left(None)


def _insert(limits: Limits, entries: AnyMap, key: Any, value: Any) -> AnyMap:
    made = _own(entries).set(key, value)
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
)
