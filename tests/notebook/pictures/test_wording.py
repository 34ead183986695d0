"""How types are worded in pictures: in lines that are not cut, as far as they are not very many."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given

from sm_toolkit.language import Bool, Either, Int, List, Map, Maybe, Pair, Record, Str, Type, Unit, Variant, ident
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.pictures.rules import check_scene
from sm_toolkit.notebook.pictures.wording import (
    MOST_WRAPPED_LINES,
    WIDEST_TYPE,
    compact,
    narrower,
    type_lines,
    whole_type,
)
from sm_toolkit.pipeline.pipelines import stage
from tests.strategies import types

light = Variant(Record("Green"), Record("Amber"), Record("Red"))
crossing = Record("Crossing", cars=light, walk=Bool, asked=Bool)
long_names = Record("R", **{"a" * 30: Int, "b" * 30: Int})


@pytest.mark.parametrize(
    ("type_", "lines"),
    [
        (Int, ["Int"]),
        (Either(Unit, Either(Unit, Int)), ["Either[Unit,", "Either[Unit,", "       Int]]"]),
        (crossing, ["Crossing(", "  cars: Green() |", "    Amber() | Red(),", "  walk: Bool,", "  asked: Bool)"]),
        (
            List(Pair(Str, Record("Days", today=Int, evenings=List(Int)))),
            ["List[(Str,", "      Days(", "        today: Int,", "        evenings:", "          List[Int]))]"],
        ),
    ],
)
def test_a_type_is_broken_where_its_parts_meet(type_: Type[Any], lines: list[str]) -> None:
    assert [line.rstrip() for line in type_lines(type_)] == lines


@given(types())
def test_lines_are_as_wide_as_each_other_and_no_wider_than_allowed(type_: Type[Any]) -> None:
    for lines, widest in ((type_lines(type_), WIDEST_TYPE), (narrower(type_lines(type_), 13), 13)):
        assert {len(line) for line in lines} == {len(lines[0])}
        assert len(lines[0]) <= widest
        assert len(lines) <= MOST_WRAPPED_LINES
        assert whole_type(lines, 10_000) == str(type_)
        if not any("…" in line for line in lines):
            assert "".join("".join(lines).split()) == "".join(str(type_).split())


def test_fewer_lines_are_cut_more() -> None:
    assert [line.rstrip() for line in compact(type_lines(crossing))] == [
        "Crossing(cars: Green(…",
        "         walk: Bool,",
        "         asked: Bool)",
    ]


def test_what_is_cut_of_a_type_is_told_where_one_points_at_it() -> None:
    picture = draw(stage("keep", None, ident(Map(Str, long_names))))
    assert check_scene(picture.scene) == ()
    tips = [each.text for each in ElementTree.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}title")]
    assert tips[1:] == [str(Map(Str, long_names))] * 2
    assert str(Maybe(Int)) in draw(stage("keep", None, ident(Maybe(Int)))).svg
    assert draw(stage("keep", None, ident(Maybe(Int)))).svg.count("<title>") == 1
