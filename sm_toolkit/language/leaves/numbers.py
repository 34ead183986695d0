"""Primitives on integers and truth values.

Every integer that is made by adding or multiplying is within ``Limits.int_bits``, or the step fails. (``incr`` and
``decr`` are not asked: they would have to run 2 ** 14,000 times to make a number too large.)
"""

from __future__ import annotations

from collections.abc import Callable

from sm_toolkit.language.data.types import Bool, Int, Pair
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


def _guarded(made: str) -> str:
    return f"n if (n := {made}).bit_length() <= {{int_bits}} else {{run}}"


def _quotient(name: str, opcode: int, source: str, run: Callable[..., int]) -> PrimitiveRecord:
    guarded = f"{source} if {{1}} else {{run}}"
    return PrimitiveRecord(name, opcode, _two, Int, run=run, source=guarded, can_fail=True, unless_zero=source)


_two = Pair(Int, Int)
_truths = Pair(Bool, Bool)

NUMBERS = (
    PrimitiveRecord("incr", 0x40, Int, Int, run=lambda n: n + 1, source="{0} + 1"),
    PrimitiveRecord("decr", 0x41, Int, Int, run=lambda n: n - 1, source="{0} - 1"),
    PrimitiveRecord(
        "add",
        0x50,
        _two,
        Int,
        run=lambda limits, x, y: _within(limits, x + y),
        source=_guarded("{0} + {1}"),
        can_fail=True,
    ),
    PrimitiveRecord(
        "sub",
        0x51,
        _two,
        Int,
        run=lambda limits, x, y: _within(limits, x - y),
        source=_guarded("{0} - {1}"),
        can_fail=True,
    ),
    PrimitiveRecord("mul", 0x52, _two, Int, run=_product, source=_guarded("{0} * {1}"), can_fail=True),
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
