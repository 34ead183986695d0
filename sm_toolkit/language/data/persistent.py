"""Lists and maps that do not change: an update makes a new one, in a time that grows with the logarithm of its size.

They equal and print as Python's own lists and dicts do, except that a map goes through its keys in their order. They
are thin: a list is a vector of pyrsistent, a map a hash trie of immutables. (Bagwell, "Ideal Hash Trees", 2001; in a
browser, where immutables cannot be had, pyrsistent's map takes its place.)
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import total_ordering
from typing import Any, TypeVar, overload

from pyrsistent import PVector, pvector

from sm_toolkit.language.data.equality import SIZED, hash_value, opened, opens_as, same_value
from sm_toolkit.language.data.value_printing import print_value

if sys.platform == "emscripten":
    from pyrsistent import PMap, pmap

    _trie: Any = pmap
    _without: Any = PMap.remove
else:
    from immutables import Map

    _trie: Any = Map
    _without: Any = Map.delete

V = TypeVar("V", covariant=True)
K = TypeVar("K")


@total_ordering
class PersistentList(Sequence[V]):
    """A list that does not change.

    >>> one = PersistentList([1, 2])
    >>> one.append(3), one.set(0, 9), one, one == [1, 2]
    ([1, 2, 3], [9, 2], [1, 2], True)
    >>> one + [3], [0] + one, one[::-1]
    ([1, 2, 3], [0, 1, 2], [2, 1])
    """

    __slots__ = ("_vector",)
    _vector: PVector[Any]

    def __init__(self, items: Iterable[V] = ()) -> None:
        self._vector = pvector(items)

    def __len__(self) -> int:
        """Return how many items there are."""
        return len(self._vector)

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> PersistentList[V]: ...
    def __getitem__(self, index: Any) -> Any:
        """Return an item, or a list of some of them."""
        found: Any = self._vector[index]
        return _list_of(found) if index.__class__ is slice else found

    def __iter__(self) -> Iterator[V]:
        """Go through the items."""
        return iter(self._vector)

    def append(self, item: Any) -> PersistentList[Any]:
        """Return the list with one item more at its end."""
        return _list_of(self._vector.append(item))

    def extend(self, items: Iterable[Any]) -> PersistentList[Any]:
        """Return the list with more items at its end."""
        return _list_of(self._vector.extend(items))

    def __add__(self, other: Any) -> PersistentList[Any]:
        """Join with a list of either kind."""
        return self.extend(other) if isinstance(other, list | PersistentList) else NotImplemented

    def __radd__(self, other: Any) -> PersistentList[Any]:
        """Join a list of Python with this one."""
        return PersistentList(other).extend(self) if isinstance(other, list) else NotImplemented

    def set(self, index: int, item: Any) -> PersistentList[Any]:
        """Return the list with another item at a place.

        Raises:
            IndexError: there is no such place.
        """
        if not -len(self._vector) <= index < len(self._vector):
            raise IndexError("list index out of range")
        return _list_of(self._vector.set(index, item))

    def __eq__(self, other: object) -> bool:
        """Compare with a list of either kind."""
        return same_value(self, other) if isinstance(other, list | PersistentList) else NotImplemented

    def __lt__(self, other: Any) -> bool:
        """Come before another list if the first item that differs does, as Python's lists do."""
        return [*self] < [*other] if isinstance(other, list | PersistentList) else NotImplemented

    def __hash__(self) -> int:
        """Hash the items."""
        return hash_value(self)

    def __repr__(self) -> str:
        """Print as Python's list."""
        return print_value(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy by making it again."""
        return (PersistentList, (list(self._vector),))


def _list_of(vector: PVector[Any]) -> PersistentList[Any]:
    made: PersistentList[Any] = PersistentList.__new__(PersistentList)
    made._vector = vector
    return made


class PersistentMap(Mapping[K, V]):
    """A map that does not change; its keys are of one class, which has an order, and come in that order.

    >>> one = PersistentMap({2: "b", 1: "a"})
    >>> one, one.set(0, "c"), one.delete(2), one == {1: "a", 2: "b"}
    ({1: 'a', 2: 'b'}, {0: 'c', 1: 'a', 2: 'b'}, {1: 'a'}, True)
    >>> one | {1: "c"}, {0: "d"} | one, one.get(2), one.get(3, "")
    ({1: 'c', 2: 'b'}, {0: 'd', 1: 'a', 2: 'b'}, 'b', '')
    """

    __slots__ = ("_entries", "_trie")
    _trie: Any  # from what ``slot`` makes of a key to the key and what it leads to
    _entries: tuple[tuple[Any, Any], ...] | None  # in order, once somebody asked

    def __init__(self, entries: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        pairs = entries.items() if isinstance(entries, Mapping) else entries
        self._trie = _trie({slot(key): (key, value) for key, value in pairs})
        self._entries = None

    def entries(self) -> tuple[tuple[K, V], ...]:
        """Return the keys and what they lead to, in the order of the keys."""
        if self._entries is None:
            try:
                self._entries = tuple(sorted(self._trie.values(), key=_key))
            except TypeError:  # keys of several types, which is no value of the language: but that is told elsewhere
                self._entries = tuple(self._trie.values())
        return self._entries

    def __len__(self) -> int:
        """Return how many keys there are."""
        return len(self._trie)

    def __getitem__(self, key: K) -> V:
        """Return what a key leads to.

        Raises:
            KeyError: it leads nowhere.
        """
        found = self._trie.get(slot(key))
        if found is None:
            raise KeyError(key)
        value: V = found[1]
        return value

    def __contains__(self, key: object) -> bool:
        """Tell whether a key is there."""
        return slot(key) in self._trie

    def __iter__(self) -> Iterator[K]:
        """Go through the keys in their order."""
        return (key for key, _ in self.entries())

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what a key leads to, or else ``default``."""
        found = self._trie.get(slot(key))
        return default if found is None else found[1]

    def __or__(self, other: Any) -> PersistentMap[Any, Any]:
        """Join with a map of either kind; where both have a key, it leads to what it does in the other one."""
        if not isinstance(other, dict | PersistentMap):
            return NotImplemented
        more = other._trie if isinstance(other, PersistentMap) else {slot(key): (key, other[key]) for key in other}
        return _map_of(self._trie.update(more))

    def __ror__(self, other: Any) -> PersistentMap[Any, Any]:
        """Join a dict with this one, which goes before it."""
        return PersistentMap(other) | self if isinstance(other, dict) else NotImplemented

    def set(self, key: Any, value: Any) -> PersistentMap[Any, Any]:
        """Return the map in which a key leads to another value."""
        return _map_of(self._trie.set(slot(key), (key, value)))

    def delete(self, key: Any) -> PersistentMap[Any, Any]:
        """Return the map without a key.

        Raises:
            KeyError: it is not there.
        """
        return _map_of(_without(self._trie, slot(key)))

    def __eq__(self, other: object) -> bool:
        """Compare with a map of either kind."""
        return same_value(self, other) if isinstance(other, dict | PersistentMap) else NotImplemented

    def __hash__(self) -> int:
        """Hash the keys and what they lead to."""
        return hash_value(self)

    def __repr__(self) -> str:
        """Print as Python's dict, in the order of the keys."""
        return print_value(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy by making it again."""
        return (PersistentMap, (dict(self.entries()),))


def as_slots(map_: PersistentMap[K, V]) -> dict[Any, tuple[K, V]]:
    """Return what a map holds as a dict that may be changed: under each key's ``slot`` the key and what it leads to.

    It is a map for many small changes, of which nobody wants those in between.
    """
    return dict(map_._trie.items())


def from_slots(slots: dict[Any, tuple[K, V]]) -> PersistentMap[K, V]:
    """Return the map of what ``as_slots`` gave, and what it has become."""
    made: PersistentMap[K, V] = _map_of(PersistentMap[K, V]()._trie.update(slots))
    return made


def _map_of(trie: Any) -> PersistentMap[Any, Any]:
    made: PersistentMap[Any, Any] = PersistentMap.__new__(PersistentMap)
    made._trie, made._entries = trie, None
    return made


def _key(entry: tuple[Any, Any]) -> Any:
    return entry[0]


_SPREAD = 2**31


def slot(key: Any) -> Any:
    """Return what a key is stored under: what has a hash that is not known outside, or few others share.

    Python's hashes of integers and of tuples of them can be foreseen, so that somebody could send a million keys
    that all have the same one, which takes a trie hours. Those of strings are other ones in each process.
    """
    class_ = key.__class__
    if class_ is int:
        return key if -_SPREAD < key < _SPREAD else hex(key)
    if class_ is tuple:
        return repr(tuple(map(slot, key)))
    return key


SIZED.update((PersistentList, PersistentMap))
opens_as(PersistentList, lambda value: ("list", value._vector))
opens_as(PersistentMap, lambda value: ("map", [part for entry in value.entries() for part in entry]))


def persistent(value: Any) -> Any:
    """Return a value with persistent lists and maps in the place of Python's own, wherever they are in it.

    What has none in it stays the object that it is.

    >>> type(persistent([1, (2, {})])[1][1]).__name__
    'PersistentMap'
    """
    done: list[Any] = []
    kept: dict[int, Any] = {}  # what became of a part, by its id: parts may be shared many times over
    work: list[tuple[Any, bool]] = [(value, False)]
    while work:
        current, finished = work.pop()
        if id(current) in kept:
            done.append(kept[id(current)])
            continue
        inside = opened(current)
        if inside is None:
            done.append(current)
            continue
        parts = inside[1]
        if not finished:
            work.append((current, True))
            work.extend((parts[index], False) for index in reversed(range(len(parts))))
            continue
        fresh = done[len(done) - len(parts) :]
        del done[len(done) - len(parts) :]
        same = all(new is old for new, old in zip(fresh, parts, strict=True))
        made = current if same and not isinstance(current, list | dict) else remade(current, fresh)
        kept[id(current)] = made
        done.append(made)
    return done.pop()


def remade(value: Any, parts: Sequence[Any]) -> Any:
    """Return a value like another one with other parts, as ``equality.opened`` tells them."""
    class_ = value.__class__
    if class_ is list or class_ is PersistentList:
        return PersistentList(parts)
    if class_ is dict or class_ is PersistentMap:
        return PersistentMap(zip(parts[::2], parts[1::2], strict=True))
    if class_ is tuple:
        return tuple(parts)
    inside = opened(value)
    assert inside is not None
    if isinstance(inside[0], str):
        return class_(*parts)
    return make_record(class_, inside[0][1], parts)


_new = object.__new__
_set = object.__setattr__


def make_record(class_: type, labels: tuple[str, ...], parts: Iterable[Any]) -> Any:
    """Return an object of a frozen dataclass with these fields, whatever its ``__init__`` would do."""
    made: Any = _new(class_)
    for label, part in zip(labels, parts, strict=True):
        _set(made, label, part)
    return made
