"""The names of the primitives on maps. As in ``collection_operations``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, overload

from sm_toolkit.language.data.types import Left, Right, Type
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.vocabulary.naming import named

K = TypeVar("K")
V = TypeVar("V")


@overload
def empty_map() -> Machine[Any, None, Mapping[Any, Any]]: ...
@overload
def empty_map(k: Type[K], v: Type[V]) -> Machine[Any, None, Mapping[K, V]]: ...
def empty_map(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the map without keys. ``Unit -> Map[k, v]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(empty_map(), None, 7)
    ({}, 7)
    """
    return named("empty_map", k, v)


@overload
def lookup() -> Machine[Any, tuple[Mapping[Any, Any], Any], Left[None] | Right[Any]]: ...
@overload
def lookup(k: Type[K], v: Type[V]) -> Machine[Any, tuple[Mapping[K, V], K], Left[None] | Right[V]]: ...
def lookup(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give what a key leads to, or Left. ``(Map[k, v], k) -> Either[Unit, v]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(lookup(), ({"a": 1}, "a"), None), step(lookup(), ({"a": 1}, "b"), None)
    ((Right(1), None), (Left(None), None))
    """
    return named("lookup", k, v)


@overload
def get_key() -> Machine[Any, tuple[Mapping[Any, Any], Any], Any | None]: ...
@overload
def get_key(k: Type[K], v: Type[V]) -> Machine[Any, tuple[Mapping[K, V], K], V | None]: ...
def get_key(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give what a key leads to, or None. ``(Map[k, v], k) -> Maybe[v]``. ``lookup`` is for values of any type.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(get_key(), ({"a": 1}, "a"), None), step(get_key(), ({"a": 1}, "b"), None)
    ((1, None), (None, None))
    """
    return named("get_key", k, v)


@overload
def value_at() -> Machine[Any, tuple[Mapping[Any, Any], Any], Any]: ...
@overload
def value_at(k: Type[K], v: Type[V]) -> Machine[Any, tuple[Mapping[K, V], K], V]: ...
def value_at(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give what a key leads to. ``(Map[k, v], k) -> v``. Where it is missing, the step fails.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(value_at(), ({"a": 1}, "a"), None)
    (1, None)
    >>> step(value_at(), ({"a": 1}, "b"), None)
    Traceback (most recent call last):
        ...
    sm_toolkit.language.errors.StepError: the map has no such key: 'b'
    """
    return named("value_at", k, v)


@overload
def insert() -> Machine[Any, tuple[Mapping[Any, Any], tuple[Any, Any]], Mapping[Any, Any]]: ...
@overload
def insert(k: Type[K], v: Type[V]) -> Machine[Any, tuple[Mapping[K, V], tuple[K, V]], Mapping[K, V]]: ...
def insert(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Let a key lead to a value, whatever it led to. ``(Map[k, v], (k, v)) -> Map[k, v]``.

    More than ``Limits.collection_length`` keys fail the step.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(insert(), ({"b": 1}, ("a", 2)), None)
    ({'a': 2, 'b': 1}, None)
    """
    return named("insert", k, v)


@overload
def delete() -> Machine[Any, tuple[Mapping[Any, Any], Any], Mapping[Any, Any]]: ...
@overload
def delete(k: Type[K], v: Type[V]) -> Machine[Any, tuple[Mapping[K, V], K], Mapping[K, V]]: ...
def delete(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Take out a key, if it is there. ``(Map[k, v], k) -> Map[k, v]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(delete(), ({"a": 1, "b": 2}, "a"), None)
    ({'b': 2}, None)
    """
    return named("delete", k, v)


@overload
def contains_key() -> Machine[Any, tuple[Mapping[Any, Any], Any], bool]: ...
@overload
def contains_key(k: Type[K], v: Type[V]) -> Machine[Any, tuple[Mapping[K, V], K], bool]: ...
def contains_key(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Tell whether a key is there. ``(Map[k, v], k) -> Bool``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(contains_key(), ({"a": 1}, "a"), None)
    (True, None)
    """
    return named("contains_key", k, v)


@overload
def size_map() -> Machine[Any, Mapping[Any, Any], int]: ...
@overload
def size_map(k: Type[K], v: Type[V]) -> Machine[Any, Mapping[K, V], int]: ...
def size_map(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Count the keys. ``Map[k, v] -> Int``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(size_map(), {"a": 1}, None)
    (1, None)
    """
    return named("size_map", k, v)


@overload
def keys() -> Machine[Any, Mapping[Any, Any], Sequence[Any]]: ...
@overload
def keys(k: Type[K], v: Type[V]) -> Machine[Any, Mapping[K, V], Sequence[K]]: ...
def keys(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """List the keys in their order. ``Map[k, v] -> List[k]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(keys(), {"b": 1, "a": 2}, None)
    (['a', 'b'], None)
    """
    return named("keys", k, v)


@overload
def items() -> Machine[Any, Mapping[Any, Any], Sequence[tuple[Any, Any]]]: ...
@overload
def items(k: Type[K], v: Type[V]) -> Machine[Any, Mapping[K, V], Sequence[tuple[K, V]]]: ...
def items(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """List the keys in their order, each with what it leads to. ``Map[k, v] -> List[(k, v)]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(items(), {"b": 1, "a": 2}, None)
    ([('a', 2), ('b', 1)], None)
    """
    return named("items", k, v)


@overload
def values_map() -> Machine[Any, Mapping[Any, Any], Sequence[Any]]: ...
@overload
def values_map(k: Type[K], v: Type[V]) -> Machine[Any, Mapping[K, V], Sequence[V]]: ...
def values_map(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """List what the keys lead to, in the order of the keys. ``Map[k, v] -> List[v]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(values_map(), {"b": 1, "a": 2}, None)
    ([2, 1], None)
    """
    return named("values_map", k, v)


@overload
def merge_maps() -> Machine[Any, tuple[Mapping[Any, Any], Mapping[Any, Any]], Mapping[Any, Any]]: ...
@overload
def merge_maps(k: Type[K], v: Type[V]) -> Machine[Any, tuple[Mapping[K, V], Mapping[K, V]], Mapping[K, V]]: ...
def merge_maps(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Join two maps; where both have a key, the second decides. ``(Map[k, v], Map[k, v]) -> Map[k, v]``.

    The limit of ``insert`` holds.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(merge_maps(), ({"b": 1, "c": 2}, {"a": 3, "b": 4}), None)
    ({'a': 3, 'b': 4, 'c': 2}, None)
    """
    return named("merge_maps", k, v)


@overload
def map_of() -> Machine[Any, Sequence[tuple[Any, Any]], Mapping[Any, Any]]: ...
@overload
def map_of(k: Type[K], v: Type[V]) -> Machine[Any, Sequence[tuple[K, V]], Mapping[K, V]]: ...
def map_of(k: Type[Any] | None = None, v: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Make a map of keys and what they lead to. ``List[(k, v)] -> Map[k, v]``. Of a key's values the last one stays.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(map_of(), [("b", 1), ("a", 2), ("b", 3)], None)
    ({'a': 2, 'b': 3}, None)
    """
    return named("map_of", k, v)
