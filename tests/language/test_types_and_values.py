"""Types, their printing and their annotations; values against types."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sm_toolkit.language as language
from sm_toolkit.language import (
    AnnotationError,
    Bool,
    Either,
    Int,
    Left,
    LimitError,
    Pair,
    Right,
    Str,
    Type,
    Unit,
    ValueMismatchError,
    Var,
    check_value,
    from_annotation,
    to_annotation,
    type_of,
)
from sm_toolkit.language.types import Substitution, match, same_value
from sm_toolkit.language.values import default_value, finite_values
from tests.strategies import types, values


@given(types(12))
def test_a_type_is_the_expression_that_it_prints_as(type_: Type[Any]) -> None:
    assert eval(repr(type_), dict(vars(language))) is type_


@given(types(12))
def test_a_type_survives_being_an_annotation(type_: Type[Any]) -> None:
    assert from_annotation(to_annotation(type_)) is type_


@pytest.mark.parametrize(
    "annotation", [list[int], float, tuple[int, int, int], int | str, Left[int], "int", tuple[int, ...]]
)
def test_an_annotation_that_stands_for_no_type_is_refused(annotation: Any) -> None:
    with pytest.raises(AnnotationError, match="stands for no type of the language"):
        from_annotation(annotation)


def test_types_are_interned_even_where_they_are_huge() -> None:
    def doubled(times: int) -> Type[Any]:
        type_: Type[Any] = Int
        for _ in range(times):
            type_ = Pair(type_, type_)
        return type_

    assert doubled(60) is doubled(60)
    assert doubled(60).size == 2**61 - 1
    assert str(doubled(60)).endswith(")")
    assert "…" in str(doubled(60))


def test_types_print_as_people_write_them() -> None:
    assert str(Either(Unit, Pair(Str, Either(Int, Bool)))) == "Either[Unit, (Str, Either[Int, Bool])]"
    assert repr(Pair(Var("a"), Int)) == "Pair(Var('a'), Int)"


@given(st.data())
def test_values_of_a_type_belong_to_it_and_to_no_stricter_one(data: st.DataObject) -> None:
    type_ = data.draw(types(8))
    value = data.draw(values(type_))
    check_value(value, type_)
    assert match(type_of(value), type_)
    check_value(default_value(type_), type_)


MISFITS = [
    (True, Int, "expected a value of Int, found True (Bool)"),
    (1, Bool, "expected a value of Bool, found 1 (Int)"),
    (None, Int, "expected a value of Int, found None (Unit)"),
    ((1, 2, 3), Pair(Int, Int), "expected a value of (Int, Int), found a tuple of 3"),
    ([1, 2], Pair(Int, Int), "expected a value of (Int, Int), found an object of class list"),
    (Left(1), Either(Unit, Int), "expected a value of Unit at .value, found 1 (Int)"),
    ((1, Right(("a", 2))), Pair(Int, Either(Unit, Pair(Str, Str))), "at [1].value[1], found 2 (Int)"),
    ("x" * 100, Int, "found 'xxx"),
    (2**300, Str, "found an integer of 301 bits"),
]


@pytest.mark.parametrize(("value", "type_", "message"), MISFITS)
def test_a_value_of_another_type_is_refused_with_the_path_to_what_is_wrong(
    value: Any, type_: Type[Any], message: str
) -> None:
    with pytest.raises(ValueMismatchError) as caught:
        check_value(value, type_)
    assert message in str(caught.value)


def test_values_over_a_limit_are_refused() -> None:
    with pytest.raises(LimitError, match="int_bits"):
        check_value(2**20_000, Int)
    with pytest.raises(LimitError, match="string_length"):
        check_value("a" * 1_000_001, Str)


def test_values_do_not_change() -> None:
    with pytest.raises(AttributeError, match="does not change"):
        Left(1).value = 2


def test_deep_values_print_hash_and_compare() -> None:
    def deep() -> Any:
        value: Any = None
        for _ in range(50_000):
            value = Left(value)
        return value

    assert deep() == deep()
    assert hash(deep()) == hash(deep())
    assert repr(deep()).startswith("Left(Left(")
    assert same_value(deep(), deep(), classes=True)
    assert type_of(deep()).depth == 50_001


def test_true_and_one_are_different_values_where_classes_count() -> None:
    assert Left(True) == Left(1)
    assert not same_value(Left(True), Left(1), classes=True)


@given(types(4))
def test_finite_values_are_all_there_are(type_: Type[Any]) -> None:
    found = finite_values(type_)
    if found is not None:
        assert len({repr(value) for value in found}) == len(found)
        for value in found:
            check_value(value, type_)


def test_a_substitution_keeps_what_is_shared_shared() -> None:
    type_: Type[Any] = Var("a")
    for _ in range(100):
        type_ = Pair(type_, type_)
    assert Substitution({"a": Int})(type_).size == 2**101 - 1
