"""Primitives on integers and truth values.

Every integer that is made is within ``Limits.int_bits``, or the step fails. So all integers are, if those that come
from outside are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sm_toolkit.language.data.types import Bool, Int, Pair, Type
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.leaves.record import PrimitiveRecord, allow
from sm_toolkit.language.limits import Limits


def _within(limits: Limits, number: int) -> int:
    allow(limits, "int_bits", number.bit_length(), "an integer")
    return number


def _product(limits: Limits, x: int, y: int) -> int:
    if x and y:
        allow(limits, "int_bits", x.bit_length() + y.bit_length() - 1, "an integer")  # the least that it will have
    return _within(limits, x * y)


def _div(limits: Limits, x: int, y: int) -> int:
    if y == 0:
        raise StepError("division by zero")
    return x // y


def _mod(limits: Limits, x: int, y: int) -> int:
    if y == 0:
        raise StepError("division by zero")
    return x % y


def _growing(name: str, opcode: int, input: Type[Any], source: str, run: Callable[..., int]) -> PrimitiveRecord:
    return PrimitiveRecord(name, opcode, input, Int, run=run, source=source, can_fail=True, grows=True)


def _quotient(name: str, opcode: int, source: str, run: Callable[..., int]) -> PrimitiveRecord:
    guarded = f"{source} if {{1}} else {{run}}"
    return PrimitiveRecord(name, opcode, _two, Int, run=run, source=guarded, can_fail=True, unless_zero=source)


_two = Pair(Int, Int)
_truths = Pair(Bool, Bool)

NUMBERS = (
    _growing("incr", 0x40, Int, "{0} + 1", lambda limits, n: _within(limits, n + 1)),
    _growing("decr", 0x41, Int, "{0} - 1", lambda limits, n: _within(limits, n - 1)),
    _growing("add", 0x50, _two, "{0} + {1}", lambda limits, x, y: _within(limits, x + y)),
    _growing("sub", 0x51, _two, "{0} - {1}", lambda limits, x, y: _within(limits, x - y)),
    _growing("mul", 0x52, _two, "{0} * {1}", _product),
    _quotient("div", 0x53, "{0} // {1}", _div),
    _quotient("mod", 0x54, "{0} % {1}", _mod),
    PrimitiveRecord("neg", 0x55, Int, Int, run=lambda n: -n, source="-{0}"),
    PrimitiveRecord("abs_", 0x56, Int, Int, run=abs, source="{0} if {0} >= 0 else -{0}"),
    PrimitiveRecord("minimum", 0x57, _two, Int, run=min, source="{0} if {0} <= {1} else {1}"),
    PrimitiveRecord("maximum", 0x58, _two, Int, run=max, source="{0} if {0} >= {1} else {1}"),
    PrimitiveRecord("not_", 0x42, Bool, Bool, run=lambda b: not b, source="not {0}"),
    PrimitiveRecord("and_", 0x60, _truths, Bool, run=lambda x, y: x and y, source="{0} and {1}"),
    PrimitiveRecord("or_", 0x61, _truths, Bool, run=lambda x, y: x or y, source="{0} or {1}"),
    PrimitiveRecord("xor", 0x62, _truths, Bool, run=lambda x, y: x is not y, source="{0} is not {1}"),
)
