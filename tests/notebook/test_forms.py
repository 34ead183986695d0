"""Forms as plain models: what fields a type has, what is wrong in words, and the values that they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.language import (
    Bool,
    Bytes,
    Either,
    Float,
    Int,
    Left,
    List,
    Map,
    Maybe,
    Pair,
    Right,
    Str,
    Tuple,
    Unit,
    from_annotation,
)
from sm_toolkit.language.data.equality import same_value
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.data.value_samples import default_value
from sm_toolkit.language.data.values import check_value
from sm_toolkit.language.text import show_text
from sm_toolkit.notebook.forms import Choice, Flag, FormError, Group, Line, each_line, example, offered, part_of, read
from sm_toolkit.notebook.literals import written
from tests.strategies import values


@dataclass(frozen=True)
class Point:
    x: int
    y: float


@dataclass(frozen=True)
class Standstill:
    pass


@dataclass(frozen=True)
class Say:
    text: str
    to: Point | None
    loud: bool


@dataclass(frozen=True)
class Go:
    way: list[Point]


EVENT: Type[Any] = from_annotation(Standstill | Say | Go)


def test_what_carries_no_data_is_a_button_and_the_rest_a_form_each() -> None:
    values, forms = offered(EVENT)
    assert values == [Standstill()]
    assert [form.name for form in forms] == ["Say", "Go"]
    values, forms = offered(Either(Unit, Either(Int, Either(Bool, Str))))
    assert values == [Left(None), Right(Right(Left(False))), Right(Right(Left(True)))]
    assert [form.name for form in forms] == ["Right Left", "Right Right Right"]
    forms[0].part.write("5")  # type: ignore[union-attr]
    assert forms[0].value() == Right(Left(5))
    values, forms = offered(Maybe(Int))
    assert (values, [form.name for form in forms]) == ([None], ["Just"])
    assert offered(Bool) == ([False, True], [])
    values, forms = offered(Str)
    assert (values, [form.name for form in forms]) == ([], ["input"])


def test_a_record_has_a_field_for_each_of_its_own() -> None:
    _, (say, go) = offered(EVENT)
    text, to, loud = say.part.parts  # type: ignore[union-attr]
    assert isinstance(text, Line)
    assert isinstance(to, Choice)
    assert isinstance(loud, Flag)
    assert (text.label, to.label, loud.label) == ("text", "to", "loud")
    assert say.value() == Say("", None, False)  # a form is filled in from the first
    text.write('he said "no"')
    loud.on = True
    to.chosen = 1
    point = to.parts[1]
    assert isinstance(point, Group)
    x, y = point.parts
    assert isinstance(x, Line)
    assert isinstance(y, Line)
    x.write("3")
    y.write("-0.5")
    assert say.value() == Say('he said "no"', Point(3, -0.5), True)
    (way,) = go.part.parts  # type: ignore[union-attr]
    assert isinstance(way, Line)
    way.write("[Point {x = 1, y = 2.0}]")
    assert go.value() == Go([Point(1, 2.0)])


def test_a_form_that_is_not_filled_in_says_which_field_and_why() -> None:
    _, (say, _) = offered(EVENT)
    to: Any = say.part.parts[1]  # type: ignore[union-attr]
    to.parts[1].parts[0].write("three")
    assert say.value() == Say("", None, False)  # what is not chosen does not count
    to.chosen = 1
    assert [line.label for line in each_line(say.part) if line.error] == ["x"]
    with pytest.raises(FormError) as caught:
        say.value()
    assert str(caught.value) == "to.x: expected a whole number, as in 42, found 'three'"
    assert caught.value.field == "to.x"


@pytest.mark.parametrize(
    ("type_", "text", "reason"),
    [
        (Int, "", "write a whole number, as in 42"),
        (Int, "4.5", "expected a whole number, as in 42, found 4.5 (Float)"),
        (Int, "True", "expected a whole number, as in 42, found True (Bool)"),
        (Float, "one", "expected a number, as in 1.5, found 'one'"),
        (List(Int), "", "write a value of List[Int], as in [0]"),
        (List(Int), "[1, 2", "expected `,` or `]` at column 6, found the end"),
        (List(Int), "[1, 'a']", "in [1]: expected a whole number, as in 42, found 'a' (Str)"),
        (Map(Str, Int), "{'a': None}", "in ['a']: expected a whole number, as in 42, found None (Unit)"),
        (Pair(Int, Bool), "(1, 2)", "in [1]: expected True or False, found 2 (Int)"),
        (Bytes, "ab", "expected bytes, as in b\"ab\", found 'ab'"),
        (List(from_annotation(Point)), "[Dot(1, 2)]", "there is no `Dot` here, only `Point`"),
        (List(from_annotation(Point)), "[Point(1)]", "`Point` takes x, y, each once"),
        (List(from_annotation(Point)), "[Point(1, 2, y=2)]", "`Point` takes x, y, each once"),
        (List(from_annotation(Point)), "[Point(1, 'a')]", "in [0].y: expected a number, as in 1.5, found 'a' (Str)"),
        (Either(Int, Int), "Left(1, 2)", "`Left` takes one value"),
        (Either(Int, Int), "Left(1 + 2)", "expected `,` or `)` at column 8, found `+`"),
        (Map(Str, Int), "{**{'a': 1}}", "expected a value at column 1, found `{`"),
        (EVENT, "Standstill(1)", "`Standstill` takes nothing"),
    ],
)
def test_what_is_wrong_is_said_in_words(type_: Type[Any], text: str, reason: str) -> None:
    line = Line("field", type_, {})
    line.write(text)
    assert line.error == reason
    with pytest.raises(FormError):
        line.value()


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (Int, " -12 ", -12),
        (Str, "Left ()", "Left ()"),
        (Str, "", ""),
        (Float, "2", 2.0),
        (List(Int), "[1, 2]", [1, 2]),
        (Map(Str, Int), 'fromList [("a", 1)]', {"a": 1}),
        (Map(Str, Int), "{'a': 1}", {"a": 1}),
        (List(Maybe(Int)), "[Just 1, Nothing]", [1, None]),
        (List(Maybe(Int)), "[1, None]", [1, None]),
        (Either(Int, Str), 'Right "x"', Right("x")),
        (Tuple(Int, Bool, Str), "(1, True, 'x')", (1, True, "x")),
        (Bytes, 'b"ab"', b"ab"),
        (EVENT, "Say(text='a', to=Point(1, 2), loud=True)", Say("a", Point(1, 2.0), True)),
        (EVENT, "shapes.Go([Point(y=-1.5, x=1)])", Go([Point(1, -1.5)])),
        (Map(Str, Either(Unit, Int)), "{'a': Left(None), 'b': Right(-2)}", {"a": Left(None), "b": Right(-2)}),
    ],
)
def test_the_text_form_is_taken_and_so_is_what_python_writes(type_: Type[Any], text: str, value: Any) -> None:
    assert read(text, type_) == value


def test_what_is_too_large_is_said_too() -> None:
    with pytest.raises(FormError, match="string"):
        read("a" * 20_000_000, Str)
    with pytest.raises(FormError):
        read("[" * 100_000, List(Int))
    with pytest.raises(FormError):
        read("[" * 5_000, List(Int))


LEAVES: st.SearchStrategy[Type[Any]] = st.sampled_from(
    [Int, Float, Str, Bytes, Bool, Unit, from_annotation(Point), EVENT]
)
TYPES: st.SearchStrategy[Type[Any]] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Pair, inner, inner),
        st.builds(Either, inner, inner),
        st.builds(List, inner),
        inner.filter(lambda type_: type_.head not in ("Unit", "Maybe")).map(Maybe),
        inner.map(lambda type_: Map(Str, type_)),
    ),
    max_leaves=12,
)


@given(TYPES)
def test_a_form_of_any_type_is_filled_in_from_the_first(type_: Type[Any]) -> None:
    values, forms = offered(type_)
    assert values or forms
    for value in values:
        check_value(value, type_)
    for form in forms:
        check_value(form.value(), type_)
        assert not any(line.error for line in each_line(form.part))
    part = part_of("", type_)
    assert show_text(part.value(), type_) == show_text(default_value(type_), type_)
    assert show_text(read(example(type_), type_), type_) == example(type_) or type_ is Str


@given(st.data())
def test_what_python_prints_of_a_value_is_read_as_that_value(data: st.DataObject) -> None:
    type_ = data.draw(TYPES)
    value = data.draw(values(type_))
    if "nan" not in repr(value) and "inf" not in repr(value):  # these Python does not read itself
        assert same_value(written(repr(value), type_), value)


def test_a_large_type_is_one_line() -> None:
    deep: Type[Any] = Int
    for _ in range(5):
        deep = Pair(deep, Int)
    lines = list(each_line(part_of("", deep)))
    assert any(line.type.head == "Pair" for line in lines)
    wide = Tuple(*[Int] * 40)
    assert isinstance(part_of("", wide), Line)
