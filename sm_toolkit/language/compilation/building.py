"""Makes abstract values for one function: what is known stays known, and nothing is made twice.

The rules of each leaf operation on abstract values are here, those of the forms that hold others in ``flow``.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from string import Formatter
from typing import Any

from sm_toolkit.language.compilation.blocks import (
    Block,
    Carried,
    Function,
    Growing,
    Spelled,
    Template,
    Value,
)
from sm_toolkit.language.compilation.facts import Facts
from sm_toolkit.language.compilation.frames import is_short
from sm_toolkit.language.compilation.making import Expression
from sm_toolkit.language.compilation.shaping import Shaper
from sm_toolkit.language.compilation.support import Environment, applied
from sm_toolkit.language.data.types import Bool, Int, Left, Right, Type, Unit
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.leaves.record import PrimitiveRecord, SideClass
from sm_toolkit.language.primitives import primitive_record

LARGE = 2**64
"""Integers between this and its opposite are written without a look at the limits."""


class Builder(Shaper):
    """Makes values in the block at hand, ``self.block``."""

    def __init__(self, function: Function, environment: Environment) -> None:
        super().__init__(function, environment)
        self._known: dict[Value, tuple[Any, Block]] = {}
        self.facts = Facts()

    def counting(self) -> tuple[Value, ...]:
        """Return what counts the turns of the step, if work on what is long is counted."""
        return (self.function.turns,) if self.environment.counts and self.function.turns is not None else ()

    def half(self, pair: Value, index: int) -> Value:
        """Return the half of a pair."""
        if pair.kind == "pair":
            return pair.operands[index]
        if pair.kind == "constant":
            # What a loop never leaves is None, whatever it would be.
            return self.constant(None if pair.data is None else pair.data[index])
        if isinstance(pair, Carried) and not pair.loop.settled:
            return pair.half(index)
        return self.once("half", index, (pair,))

    def pair(self, left: Value, right: Value) -> Value:
        """Return the pair of two values: a known pair, built only where somebody wants it whole."""
        if left.kind == right.kind == "constant":
            return self.constant((left.data, right.data))
        if left.kind == right.kind == "half" and left.operands == right.operands and left.data == 0 and right.data == 1:
            return left.operands[0]  # taken apart and put together again
        return self.once("pair", None, (self.settled(left), self.settled(right)))

    def side(self, side: SideClass, value: Value) -> Value:
        """Return Left or Right of a value: a known sum, built only where somebody wants it whole."""
        if value.kind == "constant":
            return self.constant(side(value.data))
        if value.kind == "payload" and value.data is side:
            return value.operands[0]
        return self.once("side", side, (value,))

    def distributed(self, chosen: Value, beside: Value) -> Value:
        """Return a sum with another value beside what is inside: where the side is not known, it is tested later."""
        side = self.side_of(chosen)
        if side is not None:
            return self.side(side, self.pair(self.inside(chosen, side), beside))
        tells = chosen.data if chosen.kind == "distributed" else chosen
        return self.once("distributed", tells, (chosen, chosen, beside))

    def tested(self, value: Value) -> tuple[Value, bool]:
        """Return what tells the side of a sum, and whether it is a sum; else it is a Bool, True for Left."""
        if value.kind == "distributed":
            value = value.data
        if value.kind == "split":
            return self.test_of(value.data, value.operands[0]), False
        return (value.operands[0], False) if value.kind == "chosen" else (value, True)

    def side_of(self, value: Value) -> SideClass | None:
        """Return Left or Right if it is known which a sum is."""
        if value.kind == "distributed":
            value = value.data
        if value.kind == "side":
            side: SideClass = value.data
            return side
        if value.kind in ("chosen", "split"):
            is_left = self.truth_of(self.tested(value)[0])
            return None if is_left is None else Left if is_left else Right
        if value.kind == "constant":
            return value.data.__class__ if value.data.__class__ in (Left, Right) else None
        known, block = self._known.get(value, (None, self.block))
        return known if block.open else None

    def inside(self, value: Value, side: SideClass) -> Value:
        """Return what is inside a sum that is known to be of that side here."""
        if value.kind == "distributed":
            beside = []
            while value.kind == "distributed":
                beside.append(value.operands[2])
                value = value.operands[0]
            return reduce(self.pair, reversed(beside), self.inside(value, side))
        if value.kind == "side":
            return value.operands[0]
        if value.kind == "chosen":
            return value.operands[1 if side is Left else 2]
        if value.kind == "split":
            return self.side_of_split(value.data, value.operands[0], side)
        if value.kind == "constant":
            return self.constant(value.data.value)
        if isinstance(value.data, Spelled) and value.data.type.args[0 if side is Left else 1] is Unit:
            return self.constant(None)
        return self.once("payload", side, (value,))

    def without_side(self, chosen: Value) -> Value:
        """Return what is inside a sum, whichever side it is of: of what was a Maybe that Maybe again."""
        side = self.side_of(chosen)
        if side is not None:
            return self.inside(chosen, side)
        if chosen.kind == "split" and not chosen.data.names:
            return chosen.operands[0]
        return self.once("field", ("", 0, ".value"), (chosen,))

    def truth_of(self, value: Value) -> bool | None:
        """Return what a Bool is if it is known."""
        if value.kind == "constant":
            return bool(value.data)
        known, block = self._known.get(value, (None, self.block))
        return known if block.open else None

    def learn(self, test: Value, known: Any) -> None:
        """Take a test to be known in this block: the side of a sum, or the truth of a Bool and what that tells."""
        self._known[test] = known, self.block
        if known.__class__ is bool:
            for part, truth in self.facts.learn(test, known, self.block):
                if self.truth_of(part) is None:
                    self._known[part] = truth, self.block

    def settled(self, value: Value) -> Value:
        """Return a Bool that was tested on the way here as the constant that it is."""
        known = self.truth_of(value) if value in self._known and value.kind != "constant" else None
        return self.constant(known) if known.__class__ is bool else value

    def primitive(self, name: str, types: tuple[Type[Any], ...], x: Value) -> Value:
        """Return what a primitive gives: those that only move values about generate nothing."""
        record = primitive_record(name, types)
        parts = (x,) if record.paths == ((),) else tuple(reduce(self.half, path, x) for path in record.paths)
        if record.moves is not None:
            moved: Value = record.moves(self, *parts)
            return moved
        is_free = record.output in (Bool, Int) and not self.environment.counted(record, types)
        if is_free and all(part.kind == "constant" for part in parts):
            try:
                return self.constant(record.function(types, self.environment.limits)(*(part.data for part in parts)))
            except StepError:
                pass  # which is for the step to say
        made = self._made_by(record, types, parts)
        self.facts.note(name, types, parts, made)
        return made

    def _made_by(self, record: PrimitiveRecord, types: tuple[Type[Any], ...], parts: tuple[Value, ...]) -> Value:
        """Return what a primitive gives that is to be computed: called in its place only if it may fail there."""
        if record.grows:
            return self._grown(record, types, parts)
        if record.unless_zero is not None and self.facts.is_not_zero(parts[1]):
            return self.once("operation", parsed(record.unless_zero)[0], parts)
        template = self.environment.operation(record, types)
        if self.environment.counted(record, types):
            return self.call(template, *parts, *self.counting())
        expression, holes = parsed(template)
        operands = tuple(parts[hole] for hole in holes)
        if record.can_fail:
            return self._stated_once(expression, expression, operands)
        return self.once("operation", expression, operands)

    def _grown(self, record: PrimitiveRecord, types: tuple[Type[Any], ...], parts: tuple[Value, ...]) -> Value:
        assert isinstance(record.source, str), "what grows has one source"
        made, _ = parsed(record.source)
        (below, above), signs = self.facts.grown(record.name, parts)
        if not self.environment.is_within:
            below = above = True
        if below or above:
            run, _ = parsed(self.environment.operation(record, types))
            excess = self.facts.excess(record.name, parts)
            value = self._stated_once(Growing(made, run, below, above, excess), run, parts)
        else:
            value = self.once("operation", made, parts)
        self.facts.note_signs(value, signs)
        return value

    def call(self, template: str, *operands: Value) -> Value:
        """Call what may fail: a statement in its place, even if nobody wants the result."""
        expression, holes = parsed(template)
        return self._stated(expression, tuple(operands[hole] for hole in holes))

    def _stated(self, data: Any, operands: tuple[Value, ...]) -> Value:
        value = self.value("call", data, operands)
        self.block.statements.append(value)
        self.function.can_fail = True
        return value

    def _stated_once(self, data: Any, key: Expression, operands: tuple[Value, ...]) -> Value:
        """Call what may fail and takes no turns, unless it was called on the way here: then it did not fail."""
        value = self._made.get((key, operands))
        if value is None or not value.block.open:
            value = self._made[key, operands] = self._stated(data, operands)
        return value

    def read(self, x: Value, type_: Type[Any]) -> Value:
        """Read a text, which may fail."""
        template, usual = self.environment.reader(type_)
        if not usual:
            return self.call(template, x, *self.counting())
        # The text stands twice, since it is used more than once, and so gets a name.
        return self._stated(Spelled(template, type_, usual), (x, *self.counting(), x))

    def show(self, x: Value, type_: Type[Any] | None) -> Value:
        """Return the text form of a value: a format string if the type is short and all sides are known.

        Showing fails over the limits; integers of ordinary size cannot take a short text there, so only others
        go the long way round.
        """
        if not is_short(type_):
            return self._shown_by(self.environment.shower(type_), x)
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
                    return self._shown_by("show", x)
                inner = wanted.args[0 if side is Left else 1]
                work += [")" if argument else "", (self.inside(value, side), inner, True)]
                work.append(("(" if argument else "") + side.__name__ + " ")
            elif wanted is Unit:
                work.append("()")
            elif value.kind == "constant":
                if wanted is Int and not -LARGE < value.data < LARGE:
                    return self._shown_by("show", x)
                work.append(f"({value.data})" if argument and value.data < 0 else str(value.data))
            else:
                if wanted is Int:
                    numbers.append((len(operands), argument))
                parts += [len(operands), ""]
                operands.append(value)
                length += 24
        if length > self.environment.short:
            return self._shown_by("show", x)
        if not operands:
            return self.constant(parts[0])
        if not numbers:
            return self.once("text", Template(tuple(parts), [], None), tuple(operands))
        # The operands that are compared stand twice, since they are used twice, and so get a name.
        compared = [operands[index] for index, _ in numbers]
        template = Template(tuple(parts), numbers, len(operands) + len(compared))
        return self._stated(template, (*operands, *compared, x, *self.counting()))

    def _shown_by(self, name: str, x: Value) -> Value:
        given = (x, *self.counting())
        return self.call(applied(name, range(len(given))), *given)


@lru_cache(4096)
def parsed(template: str) -> tuple[Expression, tuple[int, ...]]:
    """Split a template into its text, with its holes numbered as they come, and what the holes stand for.

    What stands in two holes is used twice, and so gets a name.
    """
    parts: list[str | int] = []
    holes: list[int] = []
    for literal, field, _, _ in Formatter().parse(template):
        parts.append(literal)
        if field is not None:
            parts.append(len(holes))
            holes.append(int(field))
    return tuple(parts), tuple(holes)
