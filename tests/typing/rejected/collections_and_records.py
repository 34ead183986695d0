"""Mistakes with types that the static checkers must find; each is on a line marked so."""

from dataclasses import dataclass

from sm_toolkit import Float, Int, List, Map, Maybe, Str, Tuple, Type, from_annotation, get, incr, put, show, step


@dataclass(frozen=True)
class Point:
    x: int


point: Type[Point] = from_annotation(Point)
triple = put(Tuple(Int, Int, Str))

get(Maybe(Int)) >> incr  # error
get(List(Int)) >> put(List(Str))  # error
get(Map(Str, Int)) >> show(List(Int))  # error
get(Float) >> put(Int)  # error
get(Tuple(Int, Int, Int)) >> triple  # error
get(point) >> incr  # error
step(get(point), None, 3)  # error
step(get(List(Int)), None, ["a"])  # error
step(get(Map(Str, Int)), None, {1: 1})  # error
step(put(Maybe(Int)), "a", None)  # error
List(int)  # error
Maybe(3)  # error
Map(Str)  # error
