"""Families of primitives on tuples, records and variants: one primitive for each type, which is part of the term.

Where several values go into one or come out of it, they are in nested pairs as ``f & g & h`` makes them, and the
alternatives of a variant are in nested sums as ``fan_in(f, g, h)`` takes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from sm_toolkit.language.data.records import alternative
from sm_toolkit.language.data.types import Either, Pair, Type, Unit, is_record_head, record_words
from sm_toolkit.language.leaves.record import Build, PrimitiveRecord


@dataclass(frozen=True)
class Family:
    """Primitives of one name, one for each choice of types.

    ``make`` returns the record of one, or raises a TypeError for types for which there is none. It takes as many types
    as ``kinds`` has entries, which say what each is: a ``label`` is the type of the record of that name without fields.
    """

    name: str
    opcode: int
    kinds: tuple[str, ...]
    make: Callable[..., PrimitiveRecord]
    typed = True

    @property
    def variables(self) -> tuple[str, ...]:
        """What is chosen by types: as many as these travel with the term."""
        return self.kinds

    def arguments(self, types: tuple[Type[Any], ...]) -> list[str]:
        """Print types as the Python expressions that are given for them."""
        return [
            repr(label_of(type_) if kind == "label" else type_) for kind, type_ in zip(self.kinds, types, strict=True)
        ]


def label_of(type_: Type[Any]) -> str:
    """Return the label that a type stands for: a record's name.

    >>> from sm_toolkit.language.data.records import Record
    >>> label_of(Record("x"))
    'x'

    Raises:
        TypeError: it is no record's.
    """
    if not is_record_head(type_.head) or type_.args:
        raise TypeError(f"a label is a record without fields, and this is {type_}")
    return record_words(type_.head)[0]


def _labels(record: Type[Any], name: str) -> tuple[str, ...]:
    if not is_record_head(record.head):
        raise TypeError(f"`{name}` is for the type of a record, and {record} is none")
    return record_words(record.head)[1]


def _nested(types: tuple[Type[Any], ...]) -> Type[Any]:
    return reduce(Pair, types) if types else Unit


def _nested_paths(count: int) -> tuple[tuple[int, ...], ...]:
    """Return where each of so many values is in nested pairs."""
    return tuple((0,) * (count - 1 - place) + (1,) * (place > 0) for place in range(count))


_WHOLE: tuple[tuple[int, ...], ...] = ((),)


def _construct(record: Type[Any]) -> PrimitiveRecord:
    takes = _nested_paths(len(_labels(record, "construct")))
    return PrimitiveRecord(
        "construct",
        0xD0,
        _nested(record.args),
        record,
        moves=lambda build, *parts: build.record(record, parts),
        takes=takes,
    )


def _place(record: Type[Any], label: Type[Any], name: str) -> int:
    labels, wanted = _labels(record, name), label_of(label)
    if wanted not in labels:
        raise TypeError(f"the record {record} has no field `{wanted}`")
    return labels.index(wanted)


def _field(record: Type[Any], label: Type[Any]) -> PrimitiveRecord:
    place = _place(record, label, "field")
    return PrimitiveRecord(
        "field", 0xD1, record, record.args[place], moves=lambda build, x: build.field(x, record, place), takes=_WHOLE
    )


def _update(record: Type[Any], label: Type[Any]) -> PrimitiveRecord:
    place = _place(record, label, "update")
    return PrimitiveRecord(
        "update",
        0xD2,
        Pair(record, record.args[place]),
        record,
        moves=lambda build, old, part: build.updated(old, record, place, part),
        takes=((0,), (1,)),
    )


def _alternatives(variant: Type[Any], name: str) -> tuple[Type[Any], ...]:
    if variant.head != "Variant":
        raise TypeError(f"`{name}` is for the type of a variant, and {variant} is none")
    return variant.args


def _inject(variant: Type[Any], label: Type[Any]) -> PrimitiveRecord:
    _alternatives(variant, "inject")
    record = alternative(variant, label_of(label))
    if record is None:
        raise TypeError(f"the variant {variant} has no alternative `{label_of(label)}`")
    return PrimitiveRecord("inject", 0xD3, record, variant, moves=lambda build, x: x, takes=_WHOLE)


def _split(variant: Type[Any]) -> PrimitiveRecord:
    records = _alternatives(variant, "split")
    output = reduce(lambda nested, record: Either(record, nested), reversed(records))
    return PrimitiveRecord(
        "split", 0xD4, variant, output, moves=lambda build, x: build.alternatives(x, records), takes=_WHOLE
    )


def _tuple(type_: Type[Any], name: str) -> tuple[Type[Any], ...]:
    if type_.head != "Tuple":
        raise TypeError(f"`{name}` is for the type of a tuple of three parts or more, and {type_} is none")
    return type_.args


def _to_tuple(type_: Type[Any]) -> PrimitiveRecord:
    parts = _tuple(type_, "to_tuple")
    takes = _nested_paths(len(parts))
    return PrimitiveRecord(
        "to_tuple", 0xD5, _nested(parts), type_, moves=lambda build, *all: build.tuple_(all), takes=takes
    )


def _from_tuple(type_: Type[Any]) -> PrimitiveRecord:
    parts = _tuple(type_, "from_tuple")

    def moves(build: Build, x: Any) -> Any:
        return reduce(build.pair, (build.part(x, place) for place in range(len(parts))))

    return PrimitiveRecord("from_tuple", 0xD6, type_, _nested(parts), moves=moves, takes=_WHOLE)


def _family(name: str, opcode: int, kinds: str, make: Callable[..., PrimitiveRecord]) -> Family:
    return Family(name, opcode, tuple(kinds.split()), lru_cache(maxsize=1024)(make))


SHAPES = (
    _family("construct", 0xD0, "record", _construct),
    _family("field", 0xD1, "record label", _field),
    _family("update", 0xD2, "record label", _update),
    _family("inject", 0xD3, "variant label", _inject),
    _family("split", 0xD4, "variant", _split),
    _family("to_tuple", 0xD5, "tuple", _to_tuple),
    _family("from_tuple", 0xD6, "tuple", _from_tuple),
)
