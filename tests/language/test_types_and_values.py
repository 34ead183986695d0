"""Types, their printing and their annotations; values against types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sm_toolkit.language as language
from sm_toolkit.language import (
    Bool,
    Bytes,
    Either,
    Float,
    Int,
    Left,
    LimitError,
    Limits,
    List,
    Map,
    Maybe,
    Pair,
    PersistentList,
    PersistentMap,
    Right,
    Str,
    Tuple,
    Type,
    Unit,
    ValueMismatchError,
    Var,
    check_value,
    from_annotation,
    to_annotation,
    type_of,
)
from sm_toolkit.language.data.types import Substitution, match, same_value
from sm_toolkit.language.data.values import default_value, finite_values, own_type, taken_in
from tests.conftest import IN_PYODIDE
from tests.strategies import types, values


@given(types(12))
def test_a_type_is_the_expression_that_it_prints_as(type_: Type[Any]) -> None:
    assert eval(repr(type_), dict(vars(language))) is type_


@given(types(12))
def test_a_type_survives_being_an_annotation(type_: Type[Any]) -> None:
    assert from_annotation(to_annotation(type_)) is type_


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
    assert str(Tuple(Int, Maybe(Float), Map(Str, List(Bytes)))) == "(Int, Maybe[Float], Map[Str, List[Bytes]])"


@given(st.data())
def test_values_of_a_type_belong_to_it_and_to_no_stricter_one(data: st.DataObject) -> None:
    type_ = data.draw(types(8))
    value = data.draw(values(type_))
    check_value(value, type_)
    assert type_of(value, type_) is type_
    assert match(own_type(value, type_), type_)
    check_value(default_value(type_), type_)


MISFITS = [
    (True, Int, "expected a value of Int, found True (Bool)"),
    (1, Bool, "expected a value of Bool, found 1 (Int)"),
    (None, Int, "expected a value of Int, found None (Unit)"),
    ((1, 2, 3), Pair(Int, Int), "expected a value of (Int, Int), found a tuple of 3"),
    ([1, 2], Pair(Int, Int), "expected a value of (Int, Int), found a list of 2"),
    (1, Float, "expected a value of Float, found 1 (Int)"),
    (float("nan"), Float, "expected a value of Float, found NaN, which is no value, since it is not equal to itself"),
    ([0.0, float("nan")], List(Float), "expected a value of Float at [1], found NaN"),
    ("a", Bytes, "expected a value of Bytes, found 'a' (Str)"),
    ((1, 2), Tuple(Int, Int, Int), "expected a value of (Int, Int, Int), found a pair"),
    ((1, 2, "c"), Tuple(Int, Int, Int), "expected a value of Int at [2], found 'c' (Str)"),
    ("a", Maybe(Int), "expected a value of Int, found 'a' (Str)"),
    ([1, None], List(Int), "expected a value of Int at [1], found None (Unit)"),
    ((1,), List(Int), "expected a value of List[Int], found a tuple of 1"),
    ({1: "a", 2: 3}, Map(Int, Str), "expected a value of Str at [2], found 3 (Int)"),
    ({1: "a"}, Map(Str, Str), "expected a value of Str at .keys(), found 1 (Int)"),
    ([(1, 2)], Map(Int, Int), "expected a value of Map[Int, Int], found a list of 1"),
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
    for large, type_ in (("a" * 1_000_001, Str), (b"a" * 1_000_001, Bytes)):
        with pytest.raises(LimitError, match="string_length"):
            check_value(large, type_)
    limits = Limits(collection_length=2)
    collections: list[tuple[Any, Any, Type[Any]]] = [
        ([1, 2], [1, 2, 3], List(Int)),
        ({1: 1, 2: 2}, {1: 1, 2: 2, 3: 3}, Map(Int, Int)),
    ]
    for some, more, collection in collections:
        check_value(some, collection, limits)
        with pytest.raises(LimitError, match="collection_length"):
            check_value(more, collection, limits)


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


# -- which types there may be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Maybe(Unit), r"there is no Maybe\[Unit\]: .* not Unit; use Either\(Unit, …\)"),
        (lambda: Maybe(Maybe(Int)), r"anything but Unit and Maybe, and not Maybe\[Int\]"),
        (lambda: Map(Float, Int), "Int, Bool, Str, Bytes or a tuple of these, and not Float"),
        (lambda: Map(Pair(Int, Pair(Int, Int)), Int), r"and not \(Int, \(Int, Int\)\)"),
        (lambda: Map(Unit, Int), "and not Unit"),
        (lambda: Tuple(Int, Int), "for two there is Pair"),
        (lambda: Tuple(*[Int] * 257), "3 to 256 parts, and got 257"),
        (lambda: List(int), "write Int for int"),  # type: ignore[arg-type]
    ],
)
def test_a_type_that_there_is_not_is_refused_with_what_to_use(make: Any, words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        make()


def test_variables_may_stand_where_not_every_type_may() -> None:
    assert str(Map(Pair(Var("a"), Int), Maybe(Var("b")))) == "Map[(a, Int), Maybe[b]]"


# -- what type a value has --------------------------------------------------------------------------------

TYPED: list[tuple[Any, str]] = [
    (1.5, "Float"),
    (b"a", "Bytes"),
    ((1, "a", None), "(Int, Str, Unit)"),
    ([], "List[v0]"),
    ({}, "Map[v0, v1]"),
    ([[], [1]], "List[List[Int]]"),
    ([Left(1), Right("a")], "List[Either[Int, Str]]"),
    ({(1, True): [b""]}, "Map[(Int, Bool), List[Bytes]]"),
    ((Left(1), [Left(2)], {"a": Right(3)}), "(Either[Int, v0], List[Either[Int, v1]], Map[Str, Either[v2, Int]])"),
]


@pytest.mark.parametrize(("value", "type_"), TYPED, ids=lambda part: str(part))
def test_a_value_tells_its_type(value: Any, type_: str) -> None:
    assert str(type_of(value)) == str(type_of(taken_in(value, Var("a")))) == type_


WITHIN: list[tuple[Any, Type[Any], str]] = [
    (None, Maybe(Int), "Maybe[Int]"),
    (3, Maybe(Var("a")), "Maybe[Int]"),
    (None, Maybe(Var("a")), "Maybe[v0]"),
    ([None, 3], List(Maybe(Var("a"))), "List[Maybe[Int]]"),
    ((None, "a"), Pair(Maybe(Var("a")), Var("a")), "(Maybe[Str], Str)"),
    ({}, Map(Var("a"), Maybe(Int)), "Map[v0, Maybe[Int]]"),
]


@pytest.mark.parametrize(("value", "within", "type_"), WITHIN, ids=lambda part: str(part))
def test_a_type_around_it_tells_what_a_value_does_not(value: Any, within: Type[Any], type_: str) -> None:
    assert str(type_of(value, within)) == type_


@pytest.mark.parametrize(
    ("value", "within", "words"),
    [
        ([1, "a"], None, r"one type for all items \(Int, as the first\) at \[1\], found item 1 of type Str"),
        ({1: "a", 2: 3}, None, r"one type for all values \(Str, as the first\)"),
        ({1.5: 2}, None, "the key of a Map is Int, Bool, Str, Bytes or a tuple of these"),
        ([float("nan")], None, r"at \[0\], found NaN"),
        ((1,), None, "found a tuple of 1"),
        ({1}, None, "found an object of class set"),
        ((None, None), Pair(Var("a"), Maybe(Var("a"))), "expected a value of"),
        ("a", Maybe(Int), "expected a value of Int, found 'a'"),
    ],
)
def test_what_has_no_type_is_refused(value: Any, within: Type[Any] | None, words: str) -> None:
    with pytest.raises(ValueMismatchError, match=words):
        type_of(value, within)


# -- many parts -------------------------------------------------------------------------------------------


def test_values_that_share_their_parts_are_looked_at_once() -> None:
    for wrap, around in (
        (lambda x: (x, x), lambda t: Pair(t, t)),
        (lambda x: [x, x], List),
        (lambda x: (x, Left(x), x), lambda t: Tuple(t, Either(t, Int), t)),
    ):
        value: Any = 1
        type_: Type[Any] = Int
        other: Any = 1
        for _ in range(60):
            value, other, type_ = wrap(value), wrap(other), around(type_)
        check_value(value, type_)
        assert type_of(value, type_) is type_
        assert same_value(value, other, classes=True)
        check_value(taken_in(value, type_), type_)


def test_deep_values_of_every_kind() -> None:
    value: Any = 1.5
    type_: Type[Any] = Float
    for level in range(10_000):
        match level % 4:
            case 0:
                value, type_ = [value], List(type_)
            case 1:
                value, type_ = {level: value}, Map(Int, type_)
            case 2:
                value, type_ = (value, True, None), Tuple(type_, Bool, Maybe(Int))
            case _:
                value, type_ = Left(value), Maybe(Either(type_, Unit))
    taken = taken_in(value, type_)
    check_value(taken, type_)
    assert type_of(taken, type_) is type_
    assert taken == taken_in(value, type_)
    assert hash(taken) == hash(taken_in(value, type_))
    assert repr(taken).startswith("Left((")
    assert default_value(Pair(type_, Int)) == (None, 0)


# -- lists and maps as they come in -----------------------------------------------------------------------


def test_what_is_taken_in_changes_no_more() -> None:
    inner = [1]
    given = {"a": inner}
    taken = taken_in(given, Map(Str, List(Int)))
    inner.append(2)
    given["b"] = []
    assert taken == {"a": [1]}
    assert type(taken) is PersistentMap
    assert type(taken["a"]) is PersistentList


def test_what_holds_no_list_stays_the_object_that_it_is() -> None:
    value = (1, Left(("a", None)))
    assert taken_in(value, Pair(Int, Either(Pair(Str, Maybe(Int)), Unit))) is value
    assert taken_in(value, Var("a")) is value


def test_finite_values_of_larger_types() -> None:
    assert finite_values(Maybe(Bool)) == [None, False, True]
    assert len(finite_values(Tuple(Bool, Maybe(Bool), Bool)) or ()) == 12
    assert finite_values(Tuple(*[Bool] * 200)) is None
    assert finite_values(List(Unit)) is None
    assert finite_values(Var("a")) is None


def test_values_are_made_of_types_that_share_their_parts() -> None:
    shared: list[Type[Any]] = [Int, Bool, Unit, Unit]
    for _ in range(40):
        shared = [*(Pair(each, each) for each in shared[:3]), Either(shared[3], shared[3])]
    large, many, alike, choices = shared
    value = default_value(large)
    check_value(value, large)
    for _ in range(40):
        assert value[0] is value[1]
        value = value[0]
    assert value == 0
    assert finite_values(large) is finite_values(many) is finite_values(choices) is None
    assert len(finite_values(alike) or ()) == 1
    assert len(finite_values(Either(alike, Pair(Bool, alike))) or ()) == 3


@dataclass(frozen=True)
class Point:
    x: int
    norm: int | None = field(init=False)


class Inherited(Point):
    pass


class Named(NamedTuple):
    x: int


class Colour(IntEnum):
    RED = 1


@dataclass
class Changing:
    x: int


FOREIGN: list[tuple[Any, str]] = [
    (Inherited(1), "an object of class Inherited (no dataclass itself: put @dataclass(frozen=True) on this class too)"),
    (Changing(1), "an object of class Changing (its values can change: make it frozen, @dataclass(frozen=True))"),
    (Named(1), "an object of class Named (give `tuple(…)` of it, or make its class a frozen dataclass)"),
    (Colour.RED, "an object of class Colour (give its `.value`, or make each a frozen dataclass)"),
    (defaultdict(int), "an object of class defaultdict (give `dict(…)` of it)"),
    ({1, 2}, "an object of class set (give `sorted(…)` of it, a list)"),
    (range(2), "an object of class range (give `list(…)` of it)"),
    (bytearray(b"a"), "an object of class bytearray (give `bytes(…)` of it)"),
    (Point, "the class Point itself, and no object of it"),
]
if not IN_PYODIDE:
    import numpy

    FOREIGN.append((numpy.int64(1), "an object of class numpy.int64 (give its `.tolist()`, which is Python's own)"))


@pytest.mark.parametrize(("value", "words"), FOREIGN, ids=[words[:40] for _, words in FOREIGN])
def test_what_is_no_value_is_told_with_what_to_give_instead(value: Any, words: str) -> None:
    any_class = "None, bool, int, float, str, bytes, tuple, list, dict, Left, Right or a frozen dataclass"
    for item, wanted in ((Int, "Int"), (Var("a"), any_class)):
        with pytest.raises(ValueMismatchError) as caught:
            check_value([value], List(item), subject="the input")
        assert str(caught.value) == f"the input at [0] should be {wanted}, and is {words}"


def test_a_field_that_is_never_set_is_no_value() -> None:
    type_ = from_annotation(Point)
    uses: list[Callable[[], Any]] = [
        lambda: check_value(Point(1), type_),
        lambda: type_of(Point(1)),
        lambda: own_type(Point(1), type_),
        lambda: language.const(Point(1)),
    ]
    for use in uses:
        with pytest.raises(ValueMismatchError, match=r"at \.norm, found nothing, since this field is never set"):
            use()
