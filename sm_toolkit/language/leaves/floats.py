"""Primitives on floats: IEEE 754 doubles, of which none is NaN: an operation that would give one fails the step.

Too large a result is infinite, and stays so; division by zero fails, as it does for integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sm_toolkit.language.data.types import Float, Int, Pair
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.leaves.record import PrimitiveRecord, allow
from sm_toolkit.language.limits import Limits


def _number(made: float) -> float:
    if math.isnan(made):
        raise StepError("the result is not a number")
    return made


def _divide(limits: Limits, x: float, y: float) -> float:
    if y == 0:
        raise StepError("division by zero")
    return _number(x / y)


def _to_float(limits: Limits, n: int) -> float:
    try:
        return float(n)
    except OverflowError:
        pass
    raise StepError("an integer is too large for a Float")


def _whole(rounded: Callable[[float], int]) -> Callable[[Limits, float], int]:
    """Return what makes an integer of a float."""

    def run(limits: Limits, x: float) -> int:
        if math.isinf(x):
            raise StepError(f"{'-' * (x < 0)}Infinity is no Int")
        whole = rounded(x)
        allow(limits, "int_bits", whole.bit_length(), "an integer")
        return whole

    return run


_two = Pair(Float, Float)

FLOATS = (
    PrimitiveRecord(
        "add_float",
        0x70,
        _two,
        Float,
        run=lambda limits, x, y: _number(x + y),
        source="n if (n := {0} + {1}) == n else {run}",
        can_fail=True,
    ),
    PrimitiveRecord(
        "sub_float",
        0x71,
        _two,
        Float,
        run=lambda limits, x, y: _number(x - y),
        source="n if (n := {0} - {1}) == n else {run}",
        can_fail=True,
    ),
    PrimitiveRecord(
        "mul_float",
        0x72,
        _two,
        Float,
        run=lambda limits, x, y: _number(x * y),
        source="n if (n := {0} * {1}) == n else {run}",
        can_fail=True,
    ),
    PrimitiveRecord(
        "div_float",
        0x73,
        _two,
        Float,
        run=_divide,
        source="n if {1} and (n := {0} / {1}) == n else {run}",
        can_fail=True,
    ),
    PrimitiveRecord("neg_float", 0x74, Float, Float, run=lambda x: -x, source="-{0}"),
    PrimitiveRecord(
        "to_float",
        0x75,
        Int,
        Float,
        run=_to_float,
        source="{0} * 1.0 if -1e300 < {0} < 1e300 else {run}",
        can_fail=True,
    ),
    PrimitiveRecord("floor", 0x76, Float, Int, run=_whole(math.floor), can_fail=True),
    PrimitiveRecord("ceiling", 0x77, Float, Int, run=_whole(math.ceil), can_fail=True),
    PrimitiveRecord("truncate", 0x78, Float, Int, run=_whole(math.trunc), can_fail=True),
    PrimitiveRecord("round_", 0x79, Float, Int, run=_whole(round), can_fail=True),
    PrimitiveRecord("abs_float", 0x7A, Float, Float, run=abs, source="{0} if {0} > 0 else 0.0 - {0}"),
)
