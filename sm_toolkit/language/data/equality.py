"""When values are equal, however deep they are: by what they are made of, whatever Python class holds it.

So a list and a persistent list are equal if their items are, and so are objects of two dataclasses of one name and
the same fields. What a value is made of is told here too, to whoever walks through values. No types here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from math import copysign
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

Kind: TypeAlias = "str | tuple[str, tuple[str, ...]]"
"""``Left``, ``Right``, ``tuple``, ``list``, ``map``; of a record its name and the names of its fields."""

Opened: TypeAlias = "tuple[Kind, Sequence[Any]]"
"""The kind of a value and its parts; those of a map are its keys and what they lead to, by turns, in key order."""

Opener: TypeAlias = "Callable[[Any], Opened]"

_SCALARS = frozenset((type(None), bool, int, float, str, bytes))
_OPENERS: dict[type, Opener | None] = dict.fromkeys(_SCALARS)
_LOOKED_AT: WeakKeyDictionary[type, Opener | None] = WeakKeyDictionary()
_LABELS: WeakKeyDictionary[type, tuple[str, ...]] = WeakKeyDictionary()

FEW_STEPS = 1000
"""After so many parts those met before are kept in mind: values may share parts many times over."""

SIZED: set[Any] = {tuple, list, dict}
"""The classes of values that may have many parts."""


def weight(value: Any) -> int:
    """Return how many steps a look at a value and its parts is."""
    return 1 + len(value) if value.__class__ in SIZED else 1


MOST_HASHED = 4096
"""How many parts of a value its hash is made of, or a few more."""


def opens_as(class_: type, open_: Opener) -> None:
    """Let the values of a class be walked through."""
    _OPENERS[class_] = open_


def opened(value: Any) -> Opened | None:
    """Return what a value is made of, or None if it is a scalar or no value at all.

    >>> opened((1, "a")), opened({2: "b", 1: "a"}), opened(7)
    (('tuple', (1, 'a')), ('map', [1, 'a', 2, 'b']), None)
    """
    class_ = value.__class__
    open_ = _OPENERS[class_] if class_ in _OPENERS else _opener(class_)
    return None if open_ is None else open_(value)


def labels_of(class_: type) -> tuple[str, ...] | None:
    """Return the names of the fields of a frozen dataclass, or None for any other class."""
    labels = _LABELS.get(class_)
    if labels is None and "__dataclass_params__" in class_.__dict__ and class_.__dict__["__dataclass_params__"].frozen:
        labels = _LABELS[class_] = tuple(field.name for field in fields(class_))
    return labels


def _opener(class_: type) -> Opener | None:
    if class_ not in _LOOKED_AT:
        labels = labels_of(class_)
        _LOOKED_AT[class_] = None if labels is None else _record_opener((class_.__name__, labels), labels)
    return _LOOKED_AT[class_]


def _record_opener(kind: Kind, labels: tuple[str, ...]) -> Opener:
    def open_(value: Any) -> Opened:
        return kind, [getattr(value, label, None) for label in labels]

    return open_


def in_order(entries: dict[Any, Any]) -> list[Any]:
    """Return the keys of a dict and what they lead to, by turns, in key order, or as they are if keys have none."""
    try:
        keys = sorted(entries)
    except TypeError:
        keys = list(entries)
    return [part for key in keys for part in (key, entries[key])]


opens_as(tuple, lambda value: ("tuple", value))
opens_as(list, lambda value: ("list", value))
opens_as(dict, lambda value: ("map", in_order(value)))


def same_value(left: object, right: object, *, classes: bool = False) -> bool:
    """Tell whether two values are equal, without recursing on the Python stack.

    With ``classes`` the Python classes of scalars must agree too, so that ``True``, ``1`` and ``1.0`` differ, and so
    must the signs of zeros.

    >>> same_value((1, [None]), (True, [None])), same_value((1, [None]), (True, [None]), classes=True)
    (True, False)
    >>> same_value(0.0, -0.0), same_value(0.0, -0.0, classes=True)
    (True, False)
    """
    work: list[tuple[Any, Any]] = [(left, right)]
    alike = Alike()
    steps = 0
    while work:
        one, two = work.pop()
        if one is two:
            continue
        if steps > FEW_STEPS and is_large(one) and alike.met(one, two):
            continue
        ones = opened(one)
        if ones is None:
            if one != two or (classes and not _same_class(one, two)):
                return False
            continue
        twos = opened(two)
        if twos is None or ones[0] != twos[0] or len(ones[1]) != len(twos[1]):
            return False
        steps += 1 + len(ones[1])
        work.extend(zip(ones[1], twos[1], strict=True))
    return True


def is_large(value: Any) -> bool:
    """Tell whether to look at a value again takes longer than to keep it in mind."""
    class_ = value.__class__
    return class_ not in _SCALARS or ((class_ is str or class_ is bytes) and len(value) > FEW_STEPS)


class Alike:
    """Values that are equal if nothing else differs, in groups, so that no two of a group are compared again.

    (Hopcroft and Karp, "A linear algorithm for testing equivalence of finite automata", 1971.)
    """

    def __init__(self) -> None:
        self._links: dict[int, int] = {}
        self._keep: list[Any] = []  # so that no other object takes the place of one in memory

    def met(self, one: Any, two: Any) -> bool:
        """Tell whether two values are in one group, and put them in one."""
        first, second = self._group(id(one)), self._group(id(two))
        if first != second:
            self._links[first] = second
            self._keep += (one, two)
        return first == second

    def _group(self, name: int) -> int:
        links = self._links
        while (link := links.get(name)) is not None:
            links[name] = link = links.get(link, link)
            name = link
        return name


def _same_class(one: Any, two: Any) -> bool:
    return one.__class__ is two.__class__ and (one.__class__ is not float or copysign(1, one) == copysign(1, two))


def hash_value(value: Any) -> int:
    """Return a number that is the same for equal values, without recursing on the Python stack.

    Of a large value only the first parts matter to it.

    Raises:
        TypeError: something in it has no hash.
    """
    found: list[Any] = []
    work = [value]
    while work and len(found) < MOST_HASHED:
        current = work.pop()
        inside = opened(current)
        if inside is None:
            found.append(current)
        else:
            found += (inside[0], len(inside[1]))
            work.extend(inside[1])
    return hash(tuple(found))
