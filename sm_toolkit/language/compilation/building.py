"""Makes abstract values for one function: what is known stays known, and nothing is made twice.

The rules of each leaf operation on abstract values are here, those of the forms that hold others in ``flow``.
"""

from __future__ import annotations

from functools import cache
from string import Formatter
from typing import Any

from sm_toolkit.language.compilation.blocks import Block, Expression, Function, Kind, Spelled, Template, Value
from sm_toolkit.language.compilation.frames import is_short
from sm_toolkit.language.compilation.support import Environment, SideClass
from sm_toolkit.language.primitives import PRIMITIVES
from sm_toolkit.language.types import Int, Left, Right, Type, Unit

LARGE = 2**64
"""Integers between this and its opposite are written without a look at the limits."""


class Builder:
    """Makes values in the block at hand, ``self.block``."""

    def __init__(self, function: Function, environment: Environment) -> None:
        self.function = function
        self.environment = environment
        self.block = function.entry
        self._made: dict[Any, Value] = {}
        self._known: dict[Value, tuple[Any, Block]] = {}

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
        """Make a value that is known whole."""
        return Value("constant", value, (), self.block)

    def half(self, pair: Value, index: int) -> Value:
        """Return the half of a pair."""
        if pair.kind == "pair":
            return pair.operands[index]
        if pair.kind == "constant":
            return self.constant(pair.data[index])
        return self.once("half", index, (pair,))

    def pair(self, left: Value, right: Value) -> Value:
        """Return the pair of two values: a known pair, built only where somebody wants it whole."""
        if left.kind == right.kind == "constant":
            return self.constant((left.data, right.data))
        if left.kind == right.kind == "half" and left.operands == right.operands and left.data == 0 and right.data == 1:
            return left.operands[0]  # taken apart and put together again
        return self.once("pair", None, (self._settled(left), self._settled(right)))

    def side(self, side: SideClass, value: Value) -> Value:
        """Return Left or Right of a value: a known sum, built only where somebody wants it whole."""
        if value.kind == "constant":
            return self.constant(side(value.data))
        if value.kind == "payload" and value.data is side:
            return value.operands[0]
        return self.once("side", side, (value,))

    def side_of(self, value: Value) -> SideClass | None:
        """Return Left or Right if it is known which a sum is."""
        if value.kind == "side":
            side: SideClass = value.data
            return side
        if value.kind == "constant":
            return value.data.__class__ if value.data.__class__ in (Left, Right) else None
        known, block = self._known.get(value, (None, self.block))
        return known if block.open else None

    def inside(self, value: Value, side: SideClass) -> Value:
        """Return what is inside a sum that is known to be of that side here."""
        if value.kind == "side":
            return value.operands[0]
        if value.kind == "constant":
            return self.constant(value.data.value)
        if isinstance(value.data, Spelled) and value.data.type.args[0 if side is Left else 1] is Unit:
            return self.constant(None)
        return self.once("payload", side, (value,))

    def truth_of(self, value: Value) -> bool | None:
        """Return what a Bool is if it is known."""
        if value.kind == "constant":
            return bool(value.data)
        known, block = self._known.get(value, (None, self.block))
        return known if block.open else None

    def _settled(self, value: Value) -> Value:
        """Return a Bool that was tested on the way here as the constant that it is."""
        known = self.truth_of(value) if value in self._known else None
        return self.constant(known) if known.__class__ is bool else value

    def primitive(self, name: str, x: Value) -> Value:
        """Return what a primitive gives: those that only move values about generate nothing."""
        match name:
            case "consume":
                return self.constant(None)
            case "copy":
                return self.pair(x, x)
            case "fst":
                return self.half(x, 0)
            case "snd":
                return self.half(x, 1)
            case "inl":
                return self.side(Left, x)
            case "inr":
                return self.side(Right, x)
        record = PRIMITIVES[name]
        if record.source is None:
            return self.call(self.environment.add("run", record.run) + "({0})", x)
        if x.kind == "constant":
            return self.constant(record.run(x.data))
        parts, fields = parsed(record.source)
        operands = tuple(x if field == "0" else self.half(x, _HALVES[field]) for field in fields)
        return self.once("operation", parts, operands)

    def call(self, template: str, *operands: Value) -> Value:
        """Call what may fail: a statement in its place, even if nobody wants the result."""
        return self._stated(parsed(template)[0], operands)

    def _stated(self, data: Any, operands: tuple[Value, ...]) -> Value:
        value = self.value("call", data, operands)
        self.block.statements.append(value)
        self.function.can_fail = True
        return value

    def read(self, x: Value, type_: Type[Any]) -> Value:
        """Read a text, which may fail."""
        template, usual = self.environment.reader(type_)
        if not usual:
            return self.call(template, x)
        # The text stands twice, since it is used more than once, and so gets a name.
        return self._stated(Spelled(template, type_, usual), (x, x))

    def show(self, x: Value, type_: Type[Any] | None) -> Value:
        """Return the text form of a value: a format string if the type is short and all sides are known.

        Showing fails over the limits; integers of ordinary size cannot take a short text there, so only others
        go the long way round.
        """
        if not is_short(type_):
            return self.call("show({0})", x)
        assert type_ is not None
        parts: list[str | int] = [""]
        operands: list[Value] = []
        numbers: list[tuple[int, bool]] = []
        length = 0
        work: list[tuple[Value, Type[Any], bool] | str] = [(x, type_, False)]
        while work:
            current = work.pop()
            if isinstance(current, str):
                parts[-1] = f"{parts[-1]}{current}"
                length += len(current)
                continue
            value, wanted, argument = current
            if wanted.head == "Pair":
                work += [")", (self.half(value, 1), wanted.args[1], False), ","]
                work += [(self.half(value, 0), wanted.args[0], False), "("]
            elif wanted.head == "Either":
                side = self.side_of(value)
                if side is None:
                    return self.call("show({0})", x)
                inner = wanted.args[0 if side is Left else 1]
                work += [")" if argument else "", (self.inside(value, side), inner, True)]
                work.append(("(" if argument else "") + side.__name__ + " ")
            elif wanted is Unit:
                work.append("()")
            elif value.kind == "constant":
                if wanted is Int and not -LARGE < value.data < LARGE:
                    return self.call("show({0})", x)
                work.append(f"({value.data})" if argument and value.data < 0 else str(value.data))
            else:
                if wanted is Int:
                    numbers.append((len(operands), argument))
                parts += [len(operands), ""]
                operands.append(value)
                length += 24
        if length > self.environment.limits.string_length:
            return self.call("show({0})", x)
        if not operands:
            return self.constant(parts[0])
        if not numbers:
            return self.once("text", Template(tuple(parts), [], None), tuple(operands))
        # The operands that are compared stand twice, since they are used twice, and so get a name.
        compared = [operands[index] for index, _ in numbers]
        template = Template(tuple(parts), numbers, len(operands) + len(compared))
        return self._stated(template, (*operands, *compared, x))


_HALVES = {"0.left": 0, "0.right": 1}


@cache
def parsed(template: str) -> tuple[Expression, tuple[str, ...]]:
    """Split a template into its text, with the numbers of its holes, and what the holes name."""
    parts: list[str | int] = []
    fields: list[str] = []
    for literal, field, _, _ in Formatter().parse(template):
        parts.append(literal)
        if field is not None:
            parts.append(len(fields))
            fields.append(field)
    return tuple(parts), tuple(fields)
