"""Python's annotations <-> types: what stands for what, and why something stands for nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Dict, NamedTuple, Optional, Union  # noqa: UP035
from typing import List as TypingList  # noqa: UP035

import pytest

from sm_toolkit.language import (
    AnnotationError,
    Bytes,
    Either,
    Float,
    Int,
    Left,
    List,
    Map,
    Maybe,
    Pair,
    Record,
    Right,
    Str,
    Tuple,
    Type,
    Unit,
    Variant,
    from_annotation,
    to_annotation,
)
from sm_toolkit.language.data.annotations import DEEPEST_UNION
from tests.conftest import IN_PYODIDE


@dataclass(frozen=True)
class Point:
    x: int
    y: float


@dataclass(frozen=True)
class Off:
    pass


@dataclass(frozen=True)
class On:
    at: Point
    notes: list[str | None]


class Inherited(Point):
    pass


class Colour(Enum):
    RED = 1


@dataclass
class Changing:
    x: int


@dataclass(frozen=True)
class Tree:
    value: int
    branches: list[Tree]


@dataclass(frozen=True)
class Holds:
    changing: Changing


@dataclass(frozen=True)
class Lost:
    x: Missing  # type: ignore[name-defined] # noqa: F821


@dataclass(frozen=True)
class Hidden:
    _x: int


class Named(NamedTuple):
    x: int


POINT = Record("Point", x=Int, y=Float)
ON = Record("On", at=POINT, notes=List(Maybe(Str)))

STANDS_FOR: list[tuple[Any, Type[Any]]] = [
    (float, Float),
    (bytes, Bytes),
    (None, Unit),
    (int | None, Maybe(Int)),
    (Optional[int], Maybe(Int)),  # noqa: UP045
    (Union[None, int], Maybe(Int)),  # noqa: UP007
    (list[int], List(Int)),
    (TypingList[int], List(Int)),  # noqa: UP006
    (dict[str, int], Map(Str, Int)),
    (Dict[str, int], Map(Str, Int)),  # noqa: UP006
    (tuple[int, str], Pair(Int, Str)),
    (tuple[int, str, None], Tuple(Int, Str, Unit)),
    (Left[int] | Right[str] | None, Maybe(Either(Int, Str))),
    (Point, POINT),
    (On, ON),
    (Off | On, Variant(Record("Off"), ON)),
    (On | Off, Variant(ON, Record("Off"))),
    (Off | On | None, Maybe(Variant(Record("Off"), ON))),
    (dict[tuple[int, str], list[Point]], Map(Pair(Int, Str), List(POINT))),
    (list[Maybe(Int)], List(Maybe(Int))),  # type: ignore[misc]
]


@pytest.mark.parametrize(("annotation", "type_"), STANDS_FOR, ids=lambda part: str(part)[:60])
def test_an_annotation_stands_for_a_type_and_comes_back(annotation: Any, type_: Type[Any]) -> None:
    assert from_annotation(annotation) is type_
    assert from_annotation(to_annotation(type_)) is type_


def test_a_dataclass_comes_back_as_itself() -> None:
    assert to_annotation(from_annotation(list[Point])) == list[Point]
    assert to_annotation(from_annotation(Off | On)) == Off | On


REFUSED: list[tuple[Any, str]] = [
    (int | str, "a union is of frozen dataclasses, of a type and None, or of Left"),
    (Off | int, "a union is of frozen dataclasses"),
    (Left[int], "Left and Right come in twos"),
    ("int", "it is a string"),
    (tuple[int, ...], "for as many as there are, write list"),
    (tuple[int], "a tuple has two parts or more"),
    (tuple, "say what is in it: tuple"),
    (list, r"say what is in it: list\[int\]"),
    (dict, r"say what is in it: dict\[str, int\]"),
    (dict[float, int], "the key of a Map is Int, Bool, Str, Bytes or a tuple of these"),
    (Changing, r"its values can change; make it frozen: @dataclass\(frozen=True\)"),
    (Holds, r"Changing \(inside Holds\) stands for no type .* its values can change"),
    (Tree, "it contains itself, and the language has no recursive types"),
    (Lost, "its annotations cannot be looked up: name 'Missing' is not defined"),
    (Hidden, "'_x' cannot be the name of a field: it begins with an underscore"),
    (set[int], "it knows None, bool, int"),
    (object, "it knows None, bool, int"),
    (Callable[[int], int], "it knows None, bool, int"),
    (Any, "it knows None, bool, int"),
    (list[tuple[int, ...]], r"^tuple\[int, \.\.\.\] \(inside list\[tuple\[int, \.\.\.\]\]\) .* write list\[int\]$"),
    (dict[str, int | str | None], r"^int \| str \(inside dict\[str, int \| str \| None\]\) stands for no type"),
    (Callable[[int], int], r"^Callable\[\[int\], int\] stands for no type"),
    (Inherited, r"it is no dataclass itself; put @dataclass\(frozen=True\) on this class too"),
    (Named, r"a NamedTuple is a class of its own; write tuple\[int, str\]"),
    (Colour, "it is an Enum; write a union of frozen dataclasses"),
    (defaultdict[int, int], r"^defaultdict\[int, int\] stands for .* it is a dict of its own kind"),
    ({"x": 1}, "^a map of 1 stands for no type"),
]
if not IN_PYODIDE:
    import numpy

    REFUSED.append((numpy.int64, "it is numpy's; write bool, int or float"))


@pytest.mark.parametrize(("annotation", "reason"), REFUSED, ids=lambda part: str(part)[:40])
def test_an_annotation_that_stands_for_no_type_is_refused_with_the_reason(annotation: Any, reason: str) -> None:
    with pytest.raises(AnnotationError, match=reason) as caught:
        from_annotation(annotation)
    assert "stands for no type of the language" in str(caught.value)


def test_a_deep_annotation_is_no_problem() -> None:
    type_: Type[Any] = Int
    annotation: Any = int
    for _ in range(20_000):
        type_, annotation = Pair(List(type_), Int), tuple[list[annotation], int]
    assert from_annotation(annotation) is type_
    assert from_annotation(to_annotation(type_)) is type_
    with pytest.raises(AnnotationError, match=r"inside tuple.*…"):
        from_annotation(tuple[annotation, object])


def test_an_annotation_may_share_its_parts() -> None:
    type_: Type[Any] = Int
    annotation: Any = int
    for _ in range(40):
        type_, annotation = Pair(type_, type_), tuple[annotation, annotation]
    assert from_annotation(annotation) is type_
    assert from_annotation(to_annotation(type_)) is type_
    with pytest.raises(AnnotationError, match=r"inside tuple.*…"):
        from_annotation(tuple[annotation, object])


def test_a_union_is_hashed_by_python_and_so_not_without_end() -> None:
    deep: Type[Any] = Unit
    shared: Type[Any] = Unit
    for _ in range(DEEPEST_UNION - 1):
        deep = Either(Unit, deep)
    assert from_annotation(to_annotation(deep)) is deep
    for _ in range(40):
        shared = Either(shared, shared)
    for type_ in (List(Either(Unit, deep)), List(Maybe(Pair(deep, deep))), shared):
        with pytest.raises(AnnotationError, match=r"a type with a union .* has no annotation of Python; .*100 deep"):
            to_annotation(type_)
