"""Primitives on texts, by code points. One that would be over ``Limits.string_length`` fails the step unmade.

Among them is ``fail``, to which the text is the reason.
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.types import Bool, Either, Int, Left, Pair, Right, Str, Unit, Var
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.leaves.record import MADE, PrimitiveRecord, allow
from sm_toolkit.language.limits import Limits


def _fits(limits: Limits, length: int) -> None:
    allow(limits, "string_length", length, "a text")


def _concat(limits: Limits, x: str, y: str) -> str:
    _fits(limits, len(x) + len(y))
    return x + y


def _replace(limits: Limits, text: str, old: str, new: str) -> str:
    if len(new) > len(old):
        _fits(limits, len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _repeat(limits: Limits, text: str, times: int) -> str:
    if not text or times <= 0:
        return ""
    _fits(limits, len(text) * times)
    return text * times


def _upper(limits: Limits, text: str) -> str:
    made = text.upper()  # at most three times as long
    _fits(limits, len(made))
    return made


def _lower(limits: Limits, text: str) -> str:
    made = text.lower()  # likewise
    _fits(limits, len(made))
    return made


def _fail(limits: Limits, reason: str) -> Any:
    raise StepError(reason)


_two = Pair(Str, Str)

TEXTS = (
    PrimitiveRecord(
        "concat",
        0x80,
        _two,
        Str,
        run=_concat,
        source="{0} + {1} if len({0}) + len({1}) <= {string_length} else {run}",
        can_fail=True,
        bulk=(MADE,),
    ),
    PrimitiveRecord("length", 0x81, Str, Int, run=len, source="len({0})"),
    PrimitiveRecord(
        "slice_text",
        0x82,
        Pair(Str, Pair(Int, Int)),
        Str,
        run=lambda text, start, stop: text[start:stop],
        source="{0}[{1}:{2}]",
        bulk=(MADE,),
    ),
    PrimitiveRecord("contains", 0x83, _two, Bool, run=lambda text, part: part in text, source="{1} in {0}", bulk=(0,)),
    PrimitiveRecord("starts_with", 0x84, _two, Bool, run=str.startswith, source="{0}.startswith({1})", bulk=(1,)),
    PrimitiveRecord("ends_with", 0x85, _two, Bool, run=str.endswith, source="{0}.endswith({1})", bulk=(1,)),
    PrimitiveRecord(
        "find",
        0x86,
        _two,
        Either(Unit, Int),
        run=lambda text, part: Right(at) if (at := text.find(part)) >= 0 else Left(None),
        source="Right(n) if (n := {0}.find({1})) >= 0 else Left(None)",
        bulk=(0,),
    ),
    PrimitiveRecord("replace", 0x87, Pair(Str, _two), Str, run=_replace, can_fail=True, bulk=(0, MADE)),
    PrimitiveRecord("upper", 0x88, Str, Str, run=_upper, can_fail=True, bulk=(0,)),
    PrimitiveRecord("lower", 0x89, Str, Str, run=_lower, can_fail=True, bulk=(0,)),
    PrimitiveRecord("strip", 0x8A, Str, Str, run=str.strip, source="{0}.strip()", bulk=(0,)),
    PrimitiveRecord("repeat", 0x8B, Pair(Str, Int), Str, run=_repeat, can_fail=True, bulk=(MADE,)),
    PrimitiveRecord("fail", 0x8C, Str, Var("a"), run=_fail, can_fail=True),
)
