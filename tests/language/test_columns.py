"""What fits as a column fits value by value: the quick look never says more than the careful one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.language.data.columns import all_fit
from sm_toolkit.language.data.records import Record, Variant, record_class
from sm_toolkit.language.data.types import Bool, Either, Float, Int, Left, Maybe, Pair, Right, Str, Tuple, Type, Unit
from sm_toolkit.language.data.values import check_value, taken_in
from sm_toolkit.language.errors import LimitError, ValueMismatchError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from tests.strategies import types, values

Point = Record("Point", x=Int, y=Maybe(Str))
Shape = Variant(Point, Record("Nowhere"))
OF_ALL_KINDS = Pair(Either(Int, Tuple(Bool, Float, Unit)), Shape)


@given(st.data())
def test_what_fits_together_fits_alone(data: st.DataObject) -> None:
    type_, other = data.draw(types()), data.draw(types())
    column = data.draw(st.lists(st.one_of(values(type_), values(type_), values(other)), max_size=5))
    if all_fit(column, type_):
        for value in column:
            assert taken_in(value, type_) is value


@given(st.lists(values(OF_ALL_KINDS), min_size=1, max_size=5))
def test_values_without_lists_and_maps_are_found_to_fit(column: list[Any]) -> None:
    assert all_fit(column, OF_ALL_KINDS)


@pytest.mark.parametrize(
    ("wrong", "type_"),
    [
        (True, Int),
        (2**14_000, Int),
        (-(2**14_000), Int),
        (float("nan"), Float),
        ((1, 2, 3), Pair(Int, Int)),
        (Left("a"), Either(Int, Str)),
        ("a", Either(Int, Str)),
        (record_class(Record("Elsewhere"))(), Shape),
        (object.__new__(record_class(Point)), Point),
    ],
)
def test_one_wrong_value_is_seen(wrong: Any, type_: Type[Any]) -> None:
    with pytest.raises((ValueMismatchError, LimitError)):
        check_value(wrong, type_)
    assert not all_fit([wrong], type_)


def test_texts_have_their_limit() -> None:
    assert all_fit(["abc"], Str, Limits(string_length=3))
    assert not all_fit(["abc", "abcd"], Str, Limits(string_length=3))


def test_a_value_that_shares_its_parts_is_left_to_the_careful_look() -> None:
    value: Any = 1
    type_: Type[Any] = Int
    for _ in range(60):
        value, type_ = (value, value), Pair(type_, type_)
    check_value(value, type_)
    assert not all_fit([value], type_)


def test_limits_are_those_of_values() -> None:
    most = 2**DEFAULT_LIMITS.int_bits - 1
    assert all_fit([most, -most, 0, Right], Int) is False
    assert all_fit([most, -most, 0], Int)
