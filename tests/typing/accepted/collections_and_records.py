"""What the static checkers know of the types of the language: the Python types of their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_type

from sm_toolkit import (
    Bool,
    Bytes,
    Float,
    Int,
    List,
    Machine,
    Map,
    Maybe,
    Record,
    Str,
    Tuple,
    Type,
    Variant,
    const,
    from_annotation,
    get,
    incr,
    put,
    show,
    step,
)


@dataclass(frozen=True)
class Point:
    x: int


assert_type(Float, Type[float])
assert_type(Bytes, Type[bytes])
assert_type(Maybe(Int), Type[int | None])
assert_type(List(Maybe(Float)), Type[Sequence[float | None]])
assert_type(Map(Str, List(Int)), Type[Mapping[str, Sequence[int]]])
assert_type(Tuple(Int, Bool, Str), Type[tuple[int, bool, str]])
assert_type(Tuple(Int, Bool, Str, Bytes), Type[tuple[Any, ...]])

point: Type[Point] = from_annotation(Point)
signal: Type[Any] = Variant(Record("Off"), Record("Up", by=Int))

counts: Machine[Mapping[str, int], None, Mapping[str, int]] = get(Map(Str, Int))
at: Machine[Point, None, Point] = get(point)
step(get(point), None, Point(3))
step(get(List(Int)) >> show(List(Int)), None, [1, 2])
step(put(Maybe(Int)), None, 3)
writes = const([1, 2], List(Int)) >> put(List(Int))
clears = const(None, Maybe(Int)) >> put(Maybe(Int))
counts_up = get(Int) >> incr
