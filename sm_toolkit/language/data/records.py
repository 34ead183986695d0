"""Records and variants: their types, and the frozen dataclasses that their values are objects of.

A record is a name and named fields in order; any frozen dataclass of that name with those fields has values of it.
So a notebook's cell may be run again, and the far end of a wire may have a class of its own. A value that arrives is an
object of the class of that shape that was made a type of last, or, if there is none, of one that is made for it. What a
machine makes is of the classes that its function names.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import FrozenInstanceError, dataclass, fields
from types import MappingProxyType
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary, WeakValueDictionary

from sm_toolkit.language.data.equality import hash_value, labels_of, same_value
from sm_toolkit.language.data.types import MOST_PARTS, Type, expect_types, is_record_head, nodes, record_words
from sm_toolkit.language.data.value_printing import print_value

LONGEST_LABEL = 64
"""How many characters the name of a record or of a field may have."""

_WORDS = ("Left", "Right", "Just", "Nothing", "fromList", "Infinity", "NaN")


def wrong_label(label: object) -> str:
    """Return why something cannot be the name of a record or of a field, or nothing if it can.

    >>> wrong_label("x"), wrong_label("class"), wrong_label("_x")
    ('', 'is a keyword of Python', 'begins with an underscore')
    """
    if label.__class__ is not str:
        return "is no string"
    assert isinstance(label, str)
    if len(label) > LONGEST_LABEL:
        return f"has more than {LONGEST_LABEL} characters"
    if not (label.isascii() and label.isidentifier()):
        return "is no ASCII identifier"
    if label.startswith("_"):
        return "begins with an underscore"
    if label == "mro":
        return "is a name that every Python class has"
    return "is a keyword of Python" if keyword.iskeyword(label) else ""


def record_type(name: str, labels: tuple[str, ...], types: tuple[Type[Any], ...]) -> Type[Any]:
    """Return the type of records of a name with these fields.

    Raises:
        ValueError: a name is none, two fields have the same one, or there are more than ``MOST_PARTS``.
    """
    for label in (name, *labels):
        reason = wrong_label(label) or ("is a word of the text form" * (label is name and name in _WORDS))
        if reason:
            raise ValueError(
                f"{str(label)[:80]!r} cannot be the name of a {'record' if label is name else 'field'}: it {reason}"
            )
    if len(set(labels)) < len(labels):
        raise ValueError(f"two fields of the record {name} have the same name")
    if len(labels) > MOST_PARTS:
        raise ValueError(f"the record {name} has {len(labels)} fields; it may have {MOST_PARTS}")
    return Type(" ".join(("Record", name, *labels)), types)


def Record(name: str, /, **fields: Type[Any]) -> Type[Any]:
    """Return the type of records of a name with these fields, in this order.

    >>> from sm_toolkit.language.data.types import Int
    >>> Point = Record("Point", x=Int, y=Int)
    >>> print(Point)
    Point(x: Int, y: Int)
    >>> record_class(Point)(1, 2)
    Point(x=1, y=2)

    Raises:
        TypeError: a field's type is none.
        ValueError: a name is no ASCII identifier, too long, a keyword or begins with an underscore, or there are too
            many fields.
    """
    expect_types("Record(name, field=type, …)", *fields.values())
    return record_type(name, tuple(fields), tuple(fields.values()))


def Variant(*records: Type[Any]) -> Type[Any]:
    """Return the type of values that are one of several records, told apart by their names.

    >>> from sm_toolkit.language.data.types import Int
    >>> print(Variant(Record("Read"), Record("Incr", by=Int)))
    Read() | Incr(by: Int)

    Raises:
        TypeError: an alternative is no type, or no record.
        ValueError: there are fewer than two or more than ``MOST_PARTS``, or two of one name.
    """
    expect_types("Variant(record, record, …)", *records)
    for each in records:
        if not is_record_head(each.head):
            raise TypeError(f"a Variant is of records, and {each} is none; for other types there is Either(a, b)")
    if not 2 <= len(records) <= MOST_PARTS:
        raise ValueError(f"a Variant has 2 to {MOST_PARTS} alternatives, and got {len(records)}")
    if len({record_words(each.head)[0] for each in records}) < len(records):
        raise ValueError("two alternatives of a Variant have the same name")
    return Type("Variant", records)


def alternative(type_: Type[Any], name: str) -> Type[Any] | None:
    """Return the record of that name in a variant, if there is one."""
    return next((record for record in type_.args if record_words(record.head)[0] == name), None)


def fits_record(value: Any, type_: Type[Any]) -> bool:
    """Tell whether an object is of a frozen dataclass with the name and the fields of a record."""
    return class_fits(value.__class__, type_)


def class_fits(class_: type, type_: Type[Any]) -> bool:
    """Tell whether a class is a frozen dataclass with the name and the fields of a record."""
    name, labels = record_words(type_.head)
    return class_.__name__ == name and labels_of(class_) == labels


# -- classes ----------------------------------------------------------------------------------------------

_types: WeakKeyDictionary[type, Type[Any]] = WeakKeyDictionary()
_classes: WeakKeyDictionary[Type[Any], type] = WeakKeyDictionary()


Classes: TypeAlias = Mapping[Type[Any], type]
"""Of which classes the values of some records are; those of all others are of the newest ones."""

NEWEST: Classes = MappingProxyType({})
"""All are of the newest classes."""


told: list[Callable[[type], object]] = []
"""Who is told of each class that people's records have: a notebook, say, so that it knows what to show as such."""


def tell(listener: Callable[[type], object]) -> None:
    """Tell a listener of the classes of records, the newest of those that are known and all that come."""
    told.append(listener)
    for class_ in list(_classes.values()):
        listener(class_)


def register(class_: type, type_: Type[Any]) -> None:
    """Have values of a record be objects of a class, from now on."""
    _types[class_] = type_
    _classes[type_] = class_
    for listener in told:
        listener(class_)


def known_type(class_: type) -> Type[Any] | None:
    """Return the type that a class was registered with, or was made for."""
    return _types.get(class_)


def record_class(type_: Type[Any], classes: Classes = NEWEST) -> type:
    """Return the class of the values of a record: the one given, or else registered last, or else made for it.

    Raises:
        TypeError: it is the type of no record.
    """
    if not isinstance(type_, Type) or not is_record_head(type_.head):
        raise TypeError(f"`record_class(type)` takes the type of a record, and got {type_}")
    return classes.get(type_) or _classes.get(type_) or _made_class(type_)


def has_class(type_: Type[Any]) -> bool:
    """Tell whether there is a class, not made here, for a record."""
    return type_ in _classes


def has_classes(type_: Type[Any]) -> bool:
    """Tell whether there is such a class for each record in a type."""
    return "Record" not in type_.kinds or all(map(has_class, filter(_is_record, nodes(type_))))


def _is_record(type_: Type[Any]) -> bool:
    return is_record_head(type_.head)


_made: WeakValueDictionary[Type[Any], type] = WeakValueDictionary()


def _made_class(type_: Type[Any]) -> type:
    """Return a class made for a record; its labels are those of a type, and so were checked.

    It is a frozen dataclass in all that can be seen of it, made by hand: a type that arrives may have thousands of
    records in it, and Python takes about a millisecond to make a dataclass.
    """
    made = _made.get(type_)
    if made is None:
        name, labels = record_words(type_.head)
        body = {
            "__slots__": labels,
            "__match_args__": labels,
            "__module__": __name__,
            "__doc__": "A record that arrived, and of which no class was known.",
            "__dataclass_fields__": {label: _field_of(label) for label in labels},
            "__dataclass_params__": _Pattern.__dataclass_params__,  # type: ignore[attr-defined]
        }
        made = _made[type_] = type(name, (_Arrived,), body)
        _types[made] = type_
    return made


@dataclass(frozen=True, eq=False, repr=False)
class _Pattern:
    x: Any


def _field_of(label: str) -> Any:
    made = copy(fields(_Pattern)[0])
    made.name = label
    return made


class _Arrived:
    """What the classes have that are made here."""

    __slots__ = ("__weakref__",)
    __match_args__: tuple[str, ...] = ()

    def __init__(self, *parts: Any, **named: Any) -> None:
        labels = self.__match_args__
        given = dict(zip(labels, parts, strict=False)) | named
        if len(parts) + len(named) != len(labels) or given.keys() != set(labels):
            wanted = ", ".join(labels) or "nothing"
            raise TypeError(f"{type(self).__name__} takes {wanted}, and got {len(parts)} values and {[*named]}")
        for label, part in given.items():
            object.__setattr__(self, label, part)

    def __setattr__(self, label: str, part: Any) -> None:
        raise FrozenInstanceError(f"cannot assign to field {label!r}")

    def __delattr__(self, label: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {label!r}")

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (_types[type(self)], [getattr(self, label) for label in self.__match_args__])

    def __eq__(self, other: object) -> Any:
        if other.__class__.__name__ != self.__class__.__name__ or labels_of(other.__class__) is None:
            return NotImplemented
        return same_value(self, other)

    def __hash__(self) -> int:
        return _hash_as_dataclass(self)

    def __repr__(self) -> str:
        return print_value(self)


class _Hashed:
    """Something of which only the hash is known."""

    __slots__ = ("hash",)

    def __init__(self, hash_: int) -> None:
        self.hash = hash_

    def __hash__(self) -> int:
        return self.hash


def _hash_as_dataclass(value: Any) -> int:
    """Return the hash that Python gives to an object of a frozen dataclass: an equal one may be of such a class.

    It is that of the tuple of its fields. No part is looked at twice, and nothing recurses on the Python stack.
    """
    known: dict[int, Any] = {}  # what has the hash of a part, by the id of the part
    work: list[tuple[Any, Sequence[Any] | None]] = [(value, None)]
    while work:
        current, parts = work.pop()
        if parts is not None:
            known[id(current)] = _Hashed(hash(tuple([known[id(part)] for part in parts])))
        elif id(current) not in known:
            labels = labels_of(current.__class__)
            if labels is not None or current.__class__ is tuple:
                parts = current if labels is None else [getattr(current, label) for label in labels]
                work.append((current, parts))
                work.extend((part, None) for part in parts)
            else:
                known[id(current)] = _Hashed(hash_value(current)) if isinstance(current, list | dict) else current
    return hash(known[id(value)])


def _again(type_: Type[Any], parts: list[Any]) -> Any:
    return record_class(type_)(*parts)
