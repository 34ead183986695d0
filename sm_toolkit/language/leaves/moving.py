"""Primitives that only move values about: no code is generated for them."""

from __future__ import annotations

from sm_toolkit.language.data.types import Either, Left, Pair, Right, Unit, Var
from sm_toolkit.language.leaves.record import PrimitiveRecord

_a, _b, _c = Var("a"), Var("b"), Var("c")

MOVING = (
    PrimitiveRecord("consume", 0x43, _a, Unit, moves=lambda build, x: build.constant(None)),
    PrimitiveRecord("copy", 0x44, _a, Pair(_a, _a), moves=lambda build, x: build.pair(x, x)),
    PrimitiveRecord("fst", 0x45, Pair(_a, _b), _a, moves=lambda build, x, y: x),
    PrimitiveRecord("snd", 0x46, Pair(_a, _b), _b, moves=lambda build, x, y: y),
    PrimitiveRecord("inl", 0x47, _a, Either(_a, _b), moves=lambda build, x: build.side(Left, x)),
    PrimitiveRecord("inr", 0x48, _b, Either(_a, _b), moves=lambda build, x: build.side(Right, x)),
    PrimitiveRecord("swap", 0x49, Pair(_a, _b), Pair(_b, _a), moves=lambda build, x, y: build.pair(y, x)),
    PrimitiveRecord(
        "assoc",
        0x4A,
        Pair(Pair(_a, _b), _c),
        Pair(_a, Pair(_b, _c)),
        moves=lambda build, x, y, z: build.pair(x, build.pair(y, z)),
    ),
    PrimitiveRecord(
        "unassoc",
        0x4B,
        Pair(_a, Pair(_b, _c)),
        Pair(Pair(_a, _b), _c),
        moves=lambda build, x, y, z: build.pair(build.pair(x, y), z),
    ),
    PrimitiveRecord(
        "distr",
        0x4C,
        Pair(Either(_a, _b), _c),
        Either(Pair(_a, _c), Pair(_b, _c)),
        moves=lambda build, chosen, beside: build.distributed(chosen, beside),
    ),
)
