"""What is short in a value is never cut within: it is there, or it is left out."""

from __future__ import annotations

import re

import pytest

from sm_toolkit.examples import crossing
from sm_toolkit.notebook import draw
from sm_toolkit.notebook.pictures.wording import LONGEST_VALUE, NEVER_CUT, shorten_value, value_lines, value_span
from sm_toolkit.notebook.simulation import SimulationModel

VALUE = 'Crossing {cars = Green, walk = False, name = "kept", waiting = [1,22,333,4444], since = Just (Right 123456)}'


def parts(text: str) -> set[str]:
    return set(re.split(r"[ ,(){}\[\]…]+", text)) - {""}


@pytest.mark.parametrize("most", range(1, len(VALUE) + 1))
def test_wherever_it_is_cut_its_short_parts_are_whole(most: int) -> None:
    shown = shorten_value(VALUE, most)
    assert len(shown) <= most
    assert parts(shown) <= parts(VALUE)
    assert shown == VALUE if most == len(VALUE) else VALUE.startswith(shown.removesuffix("…"))


@pytest.mark.parametrize("width", range(20, 600, 7))
def test_a_span_is_no_wider_than_asked_and_its_parts_are_whole(width: int) -> None:
    span = value_span(VALUE, width)
    assert span.width <= width
    assert parts(span.text) <= parts(VALUE)


def test_a_long_part_is_cut() -> None:
    assert shorten_value("a" * (NEVER_CUT + 10), 12) == "a" * 11 + "…"


def test_what_fits_two_lines_is_whole() -> None:
    text = "CrossingV2 {cars = Red, walk = False}"
    assert len(text) <= LONGEST_VALUE
    assert value_lines(text) == ("CrossingV2 {cars = Red,", "walk = False}")


def test_the_traces_of_the_course() -> None:
    model = SimulationModel(crossing.v1, [crossing.Next()] * 4, crossing.v1_to_v2, 2)
    picture = draw(model.trace())
    assert "False" in picture.text
    for text in (picture.svg, picture.text):
        assert not re.search(r"\b(F|Fa|Fal|Fals|T|Tr|Tru)…", text)
