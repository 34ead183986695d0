"""Primitives on bytes. What would be over ``Limits.string_length`` fails the step unmade."""

from __future__ import annotations

from sm_toolkit.language.data.types import Bytes, Int, Pair, Str
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.leaves.record import MADE, PrimitiveRecord, allow
from sm_toolkit.language.limits import Limits


def _concat(limits: Limits, x: bytes, y: bytes) -> bytes:
    allow(limits, "string_length", len(x) + len(y), "a string of bytes")
    return x + y


def _to_utf8(limits: Limits, text: str) -> bytes:
    try:
        made = text.encode()
    except UnicodeEncodeError as error:
        reason = f"a text with half of a surrogate pair, at {error.start}, has no UTF-8"
    else:
        allow(limits, "string_length", len(made), "a string of bytes")
        return made
    raise StepError(reason)


def _from_utf8(limits: Limits, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        reason = f"the bytes are no UTF-8: {error.reason} at {error.start}"
    raise StepError(reason)


BYTE_STRINGS = (
    PrimitiveRecord(
        "concat_bytes",
        0x98,
        Pair(Bytes, Bytes),
        Bytes,
        run=_concat,
        source="{0} + {1} if len({0}) + len({1}) <= {string_length} else {run}",
        can_fail=True,
        bulk=(MADE,),
    ),
    PrimitiveRecord("length_bytes", 0x99, Bytes, Int, run=len, source="len({0})"),
    PrimitiveRecord(
        "slice_bytes",
        0x9A,
        Pair(Bytes, Pair(Int, Int)),
        Bytes,
        run=lambda data, start, stop: data[start:stop],
        source="{0}[{1}:{2}]",
        bulk=(MADE,),
    ),
    PrimitiveRecord("to_utf8", 0x9B, Str, Bytes, run=_to_utf8, can_fail=True, bulk=(0,)),
    PrimitiveRecord("from_utf8", 0x9C, Bytes, Str, run=_from_utf8, can_fail=True, bulk=(0,)),
)
