"""Makes abstract values of records, tuples, variants and Maybes: they are taken apart without being built.

A variant or a Maybe is the sum that it is taken for only in the mind: what tells its side is a test of the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sm_toolkit.language.compilation.blocks import Function, Kind, Value
from sm_toolkit.language.compilation.making import NOTHING_OR_SOMETHING, Shape, Split
from sm_toolkit.language.compilation.support import Environment
from sm_toolkit.language.data.types import Left, Type, Unit
from sm_toolkit.language.leaves.record import SideClass, values_of

MOST_FIELDS = 16
"""A record of up to so many fields is known by all of them once one of them is changed."""

NEVER_NONE: frozenset[Kind] = frozenset(("pair", "side", "tuple", "record", "remade", "text"))
"""Kinds of values of which it is known that they are not None."""


class Shaper:
    """Makes values that are known by their parts, in the block at hand, ``self.block``."""

    def __init__(self, function: Function, environment: Environment) -> None:
        self.function = function
        self.environment = environment
        self.block = function.entry
        self._made: dict[Any, Value] = {}
        self._constants: dict[tuple[type, int], Value] = {}

    def value(self, kind: Kind, data: Any, operands: tuple[Value, ...]) -> Value:
        """Make a value of its own."""
        value = Value(kind, data, operands, self.block)
        self.function.order.append(value)
        return value

    def once(self, kind: Kind, data: Any, operands: tuple[Value, ...]) -> Value:
        """Return the same value again where it was made before on the way here."""
        key = (kind, data, operands)
        value = self._made.get(key)
        if value is None or not value.block.open:
            value = self._made[key] = self.value(kind, data, operands)
        return value

    def constant(self, value: Any) -> Value:
        """Make a value that is known whole; small ones are the same wherever they are made."""
        if value.__class__ not in (int, bool):
            return Value("constant", value, (), self.block)
        key = value.__class__, value
        made = self._constants.get(key)
        if made is None:
            made = self._constants[key] = Value("constant", value, (), self.function.entry)
        return made

    def settled(self, value: Value) -> Value:
        """Return a value as the constant that it is known to be, if it is."""
        return value

    # -- records and tuples -------------------------------------------------------------------------------

    def record(self, type_: Type[Any], parts: Sequence[Value]) -> Value:
        """Return a record of known fields, built only where somebody wants it whole."""
        parts = tuple(map(self.settled, parts))
        if all(part.kind == "constant" for part in parts):
            return self.constant(values_of(self.environment.classes).record(type_, [part.data for part in parts]))
        return self.once("record", self.environment.shape(type_), parts)

    def field(self, record: Value, type_: Type[Any], place: int) -> Value:
        """Return a field of a record."""
        if type_.args[place] is Unit:
            return self.constant(None)
        return self.field_of(record, self.environment.shape(type_), place)

    def field_of(self, record: Value, shape: Shape, place: int) -> Value:
        """Return a field of a record of a shape."""
        if record.kind in ("record", "remade"):
            return record.operands[place + (record.kind == "remade")]
        if record.kind == "constant":
            return self.constant(getattr(record.data, shape.labels[place]))
        return self.once("field", shape.take[place], (record,))

    def updated(self, record: Value, type_: Type[Any], place: int, part: Value) -> Value:
        """Return a record with another field, of the class of the one that it was."""
        count = len(type_.args)
        if count > MOST_FIELDS:
            run = self.environment.updater(type_, place)
            return self.once("operation", (f"{run}(", 0, ", ", 1, ")"), (record, part))
        parts = [self.field(record, type_, number) for number in range(count)]
        parts[place] = self.settled(part)
        if record.kind == "record":
            return self.record(type_, parts)
        if record.kind == "remade":
            record = record.operands[0]
        if all(each is self.field(record, type_, number) for number, each in enumerate(parts)):
            return record
        return self.once("remade", self.environment.shape(type_), (record, *parts))

    def tuple_(self, parts: Sequence[Value]) -> Value:
        """Return a tuple of three known parts or more."""
        parts = tuple(map(self.settled, parts))
        if all(part.kind == "constant" for part in parts):
            return self.constant(tuple(part.data for part in parts))
        return self.once("tuple", None, parts)

    def part(self, whole: Value, place: int) -> Value:
        """Return a part of such a tuple."""
        if whole.kind == "tuple":
            return whole.operands[place]
        if whole.kind == "constant":
            return self.constant(whole.data[place])
        return self.once("field", ("", 0, f"[{place}]"), (whole,))

    # -- variants and Maybes ------------------------------------------------------------------------------

    def alternatives(self, value: Value, records: tuple[Type[Any], ...]) -> Value:
        """Return one of several records as a nested sum."""
        return self.once("split", self.environment.split(records), (value,))

    def maybe(self, value: Value) -> Value:
        """Return what may be None as a sum."""
        return self.once("split", NOTHING_OR_SOMETHING, (value,))

    def test_of(self, split: Split, value: Value) -> Value:
        """Return the Bool that tells whether a value that is split is a Left."""
        known = _is_left(split, value)
        if known is not None:
            return self.constant(known)
        looked_at = value if split.looks_at is None else self.once("field", split.looks_at, (value,))
        return self.once("operation", split.test, (looked_at,) * split.holes)

    def side_of_split(self, split: Split, value: Value, side: SideClass) -> Value:
        """Return what is inside a value that is split and known to be of that side."""
        if side is Left:
            return value if split.names else self.constant(None)
        return value if split.rest is None else self.once("split", split.rest, (value,))


def _is_left(split: Split, value: Value) -> bool | None:
    """Tell whether a value that is split is a Left, if that is known."""
    if not split.names:
        return value.data is None if value.kind == "constant" else False if value.kind in NEVER_NONE else None
    if value.kind in ("record", "remade"):
        return bool(value.data.name == split.names[0])
    return bool(value.data.__class__.__name__ == split.names[0]) if value.kind == "constant" else None
