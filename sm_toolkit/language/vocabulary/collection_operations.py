"""The names of the primitives on what holds other values: those that may be missing, lists, and maps.

What may not be there is given as an ``Either[Unit, a]``, which there is for any type and which ``fan_in`` takes;
``from_either`` makes a Maybe of it. All of these take types as optional arguments, and raise a TypeError for what is
no type of the language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, overload

from sm_toolkit.language.data.types import Left, Right, Type, expect_types
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import Primitive
from sm_toolkit.language.vocabulary.combinators import fan_in

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")
K = TypeVar("K")
V = TypeVar("V")


@overload
def nothing() -> Machine[Any, None, Any | None]: ...
@overload
def nothing(a: Type[A]) -> Machine[Any, None, A | None]: ...
def nothing(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give None, the value that is missing. ``Unit -> Maybe[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(nothing(), None, 7)
    (None, 7)
    """
    return _of("nothing", a)


@overload
def just() -> Machine[Any, Any, Any | None]: ...
@overload
def just(a: Type[A]) -> Machine[Any, A, A | None]: ...
def just(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the value, as one that might have been missing. ``a -> Maybe[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(just(), 3, None)
    (3, None)
    """
    return _of("just", a)


@overload
def to_either() -> Machine[Any, Any | None, Left[None] | Right[Any]]: ...
@overload
def to_either(a: Type[A]) -> Machine[Any, A | None, Left[None] | Right[A]]: ...
def to_either(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Make of None a Left, and of another value a Right. ``Maybe[a] -> Either[Unit, a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Int
    >>> step(to_either(Int), None, None), step(to_either(), 3, None)
    ((Left(None), None), (Right(3), None))
    """
    return _of("to_either", a)


@overload
def from_either() -> Machine[Any, Left[None] | Right[Any], Any | None]: ...
@overload
def from_either(a: Type[A]) -> Machine[Any, Left[None] | Right[A], A | None]: ...
def from_either(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Make of a Left None, and of a Right what is in it. ``Either[Unit, a] -> Maybe[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(from_either(), Right(3), None)
    (3, None)
    """
    return _of("from_either", a)


@overload
def with_default() -> Machine[Any, tuple[Any | None, Any], Any]: ...
@overload
def with_default(a: Type[A]) -> Machine[Any, tuple[A | None, A], A]: ...
def with_default(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the first half if it is not None, else the second. ``(Maybe[a], a) -> a``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Int
    >>> step(with_default(Int), (None, 3), None)
    (3, None)
    """
    return _of("with_default", a)


def maybe(missing: Machine[S, None, B], there: Machine[S, A, B]) -> Machine[S, A | None, B]:
    """Run ``missing`` if the input is None, else ``there`` on it; both give one type. ``Maybe[a] -> b``.

    >>> from sm_toolkit.language.vocabulary.combinators import const, incr
    >>> from sm_toolkit.language.interpreter import step
    >>> step(maybe(const(0), incr), 3, None), step(maybe(const(0), incr), None, None)
    ((4, None), (0, None))
    """
    return _of("to_either", None) >> fan_in(missing, there)


@overload
def empty_list() -> Machine[Any, None, Sequence[Any]]: ...
@overload
def empty_list(a: Type[A]) -> Machine[Any, None, Sequence[A]]: ...
def empty_list(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the list without items. ``Unit -> List[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(empty_list(), None, 7)
    ([], 7)
    """
    return _of("empty_list", a)


@overload
def prepend() -> Machine[Any, tuple[Any, Sequence[Any]], Sequence[Any]]: ...
@overload
def prepend(a: Type[A]) -> Machine[Any, tuple[A, Sequence[A]], Sequence[A]]: ...
def prepend(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Put an item before a list. ``(a, List[a]) -> List[a]``.

    It takes as long as the list is; more than ``Limits.collection_length`` items fail the step.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(prepend(), (1, [2, 3]), None)
    ([1, 2, 3], None)
    """
    return _of("prepend", a)


@overload
def append() -> Machine[Any, tuple[Sequence[Any], Any], Sequence[Any]]: ...
@overload
def append(a: Type[A]) -> Machine[Any, tuple[Sequence[A], A], Sequence[A]]: ...
def append(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Put an item after a list. ``(List[a], a) -> List[a]``. The limit of ``prepend`` holds.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(append(), ([1, 2], 3), None)
    ([1, 2, 3], None)
    """
    return _of("append", a)


@overload
def get_at() -> Machine[Any, tuple[Sequence[Any], int], Left[None] | Right[Any]]: ...
@overload
def get_at(a: Type[A]) -> Machine[Any, tuple[Sequence[A], int], Left[None] | Right[A]]: ...
def get_at(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the item at a place, counted from 0, or Left. ``(List[a], Int) -> Either[Unit, a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(get_at(), ([5, 6], 1), None), step(get_at(), ([5, 6], -1), None)
    ((Right(6), None), (Left(None), None))
    """
    return _of("get_at", a)


@overload
def set_at() -> Machine[Any, tuple[Sequence[Any], tuple[int, Any]], Sequence[Any]]: ...
@overload
def set_at(a: Type[A]) -> Machine[Any, tuple[Sequence[A], tuple[int, A]], Sequence[A]]: ...
def set_at(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Put another item in a place. ``(List[a], (Int, a)) -> List[a]``. Where there is none, the step fails.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(set_at(), ([5, 6], (1, 7)), None)
    ([5, 7], None)
    """
    return _of("set_at", a)


@overload
def length_list() -> Machine[Any, Sequence[Any], int]: ...
@overload
def length_list(a: Type[A]) -> Machine[Any, Sequence[A], int]: ...
def length_list(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Count the items. ``List[a] -> Int``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(length_list(), [5, 6], None)
    (2, None)
    """
    return _of("length_list", a)


@overload
def concat_lists() -> Machine[Any, tuple[Sequence[Any], Sequence[Any]], Sequence[Any]]: ...
@overload
def concat_lists(a: Type[A]) -> Machine[Any, tuple[Sequence[A], Sequence[A]], Sequence[A]]: ...
def concat_lists(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Join two lists. ``(List[a], List[a]) -> List[a]``. The limit of ``prepend`` holds.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(concat_lists(), ([1], [2, 3]), None)
    ([1, 2, 3], None)
    """
    return _of("concat_lists", a)


@overload
def reverse() -> Machine[Any, Sequence[Any], Sequence[Any]]: ...
@overload
def reverse(a: Type[A]) -> Machine[Any, Sequence[A], Sequence[A]]: ...
def reverse(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the items in the other direction. ``List[a] -> List[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(reverse(), [1, 2, 3], None)
    ([3, 2, 1], None)
    """
    return _of("reverse", a)


range_: Machine[Any, tuple[int, int], Sequence[int]] = Machine(Primitive("range_"))
"""List the integers from a start up to before a stop. ``(Int, Int) -> List[Int]``. The limit of ``prepend`` holds.

>>> from sm_toolkit.language.interpreter import step
>>> step(range_, (2, 5), None)
([2, 3, 4], None)
"""


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
    return _of("empty_map", k, v)


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
    return _of("lookup", k, v)


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
    return _of("insert", k, v)


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
    return _of("delete", k, v)


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
    return _of("contains_key", k, v)


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
    return _of("size_map", k, v)


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
    return _of("keys", k, v)


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
    return _of("items", k, v)


def _of(name: str, *types: Type[Any] | None) -> Machine[Any, Any, Any]:
    given = tuple(type_ for type_ in types if type_ is not None)
    expect_types(f"{name}(…)", *given)
    if given and len(given) != len(types):
        raise TypeError(f"`{name}` takes all {len(types)} types or none")
    return Machine(Primitive(name, given))
