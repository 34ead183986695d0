"""Primitives on values that may be missing. A Maybe is None or the bare value, so that most of this is free."""

from __future__ import annotations

from sm_toolkit.language.data.types import Either, Maybe, Pair, Unit, Var
from sm_toolkit.language.leaves.record import PrimitiveRecord

_a = Var("a")
_either = Either(Unit, _a)

MAYBES = (
    PrimitiveRecord("nothing", 0xA0, Unit, Maybe(_a), moves=lambda build: build.constant(None)),
    PrimitiveRecord("just", 0xA1, _a, Maybe(_a), moves=lambda build, x: x),
    PrimitiveRecord("to_either", 0xA2, Maybe(_a), _either, moves=lambda build, x: build.maybe(x)),
    PrimitiveRecord("from_either", 0xA3, _either, Maybe(_a), moves=lambda build, x: build.without_side(x)),
    PrimitiveRecord(
        "with_default",
        0xA4,
        Pair(Maybe(_a), _a),
        _a,
        run=lambda x, other: other if x is None else x,
        source="{1} if (n := {0}) is None else n",
    ),
)
