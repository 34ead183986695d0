"""The text form of values: Haskell's Show and Read."""

from __future__ import annotations

import sys
import time
from math import inf
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
    LimitError,
    Limits,
    List,
    Map,
    Maybe,
    Pair,
    Record,
    Right,
    Str,
    TextError,
    Tuple,
    Type,
    Unit,
    ValueMismatchError,
    Variant,
    const,
    record_class,
)
from sm_toolkit.language.data.types import same_value
from sm_toolkit.language.text import read_text, show_text
from tests.conftest import fewer
from tests.strategies import types, values

POINT = Record("Point", x=Int, y=Maybe(Float))
SIGNAL = Variant(Record("Off"), Record("Up", by=POINT), Record("Down", by=Int))
Point, Off, Up, Down = map(record_class, (POINT, *SIGNAL.args))

SHOWN = [
    (None, "()"),
    (True, "True"),
    (-3, "-3"),
    (Left(-3), "Left (-3)"),
    (Right(Right(Left(2))), "Right (Right (Left 2))"),
    ((1, True), "(1,True)"),
    ((-1, Left(-1)), "(-1,Left (-1))"),
    ('a"b', r'"a\"b"'),
    ("a\\b\n\t", r'"a\\b\n\t"'),
    ("\x00\x1f\x7f", r'"\NUL\US\DEL"'),
    ("\x0eH", r'"\SO\&H"'),
    ("\x0e", r'"\SO"'),
    ("å1", r'"\229\&1"'),
    ("åa", r'"\229a"'),
    ("\U0001f600", r'"\128512"'),
    (1.5, "1.5"),
    (-0.0, "-0.0"),
    (Left(-1.5), "Left (-1.5)"),
    (1e300, "1.0e300"),
    (1.5e-7, "1.5e-7"),
    (float("inf"), "Infinity"),
    (Right(float("-inf")), "Right (-Infinity)"),
    (b'a"\\\x00\xff', r'b"a\"\\\x00\xff"'),
    ((1, 2, -3), "(1,2,-3)"),
    ([], "[]"),
    ([1, -2], "[1,-2]"),
    (Left([Left(1)]), "Left [Left 1]"),
    ({}, "fromList []"),
    (Left({2: "b", 1: "a"}), 'Left (fromList [(1,"a"),(2,"b")])'),
    (Off(), "Off"),
    (Left(Off()), "Left Off"),
    (Point(-1, None), "Point {x = -1, y = Nothing}"),
    (Left(Up(Point(-1, -0.5))), "Left (Up {by = Point {x = -1, y = Just (-0.5)}})"),
]


@pytest.mark.parametrize(("value", "text"), SHOWN, ids=ascii)
def test_show_writes_what_haskell_writes(value: Any, text: str) -> None:
    assert show_text(value) == text


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (None, Maybe(Int), "Nothing"),
        (-3, Maybe(Int), "Just (-3)"),
        (Left(3), Either(Maybe(Int), Unit), "Left (Just 3)"),
        (([None], {1: 2}), Pair(List(Maybe(Int)), Map(Int, Maybe(Int))), "([Nothing],fromList [(1,Just 2)])"),
        (Down(3), Maybe(SIGNAL), "Just (Down {by = 3})"),
        (Off(), Maybe(SIGNAL), "Just Off"),
    ],
    ids=ascii,
)
def test_a_type_says_what_a_value_does_not(value: Any, type_: Type[Any], text: str) -> None:
    assert show_text(value, type_) == text
    assert read_text(text, type_) == value


READ = [
    (" ( ( ) ) ", Unit, None),
    ("((1 , 2))", Pair(Int, Int), (1, 2)),
    ("- 3", Int, -3),
    ("(-3)", Int, -3),
    ("0x10", Int, 16),
    ("0XfF", Int, 255),
    ("0o17", Int, 15),
    ("(- 0O17)", Int, -15),
    ("0x00", Int, 0),
    ("\u00a0( 1\u2003,\u30002)\u1680", Pair(Int, Int), (1, 2)),
    ('"a\\\u00a0\\"', Str, "a"),
    ('"a\\ \u3000\\b"', Str, "ab"),
    ("007", Int, 7),
    ("Left(Right())", Either(Either(Unit, Unit), Int), Left(Right(None))),
    ("Left\t( -3 )", Either(Int, Int), Left(-3)),
    (r'"\x41\o101\65\^A\SOH\SO\&H\a\  \b"', Str, "AAA\x01\x01\x0eH\ab"),
    (r'"\1234\&5"', Str, "\u04d25"),
    ("1e3", Float, 1000.0),
    ("2", Float, 2.0),
    ("- 0.0", Float, -0.0),
    ("1.5E-3", Float, 0.0015),
    ("( -Infinity )", Float, float("-inf")),
    ("1e999", Float, float("inf")),
    ("0x10", Float, 16.0),
    ("1" + "0" * 400, Float, float("inf")),
    (' b"\\x41b" ', Bytes, b"Ab"),
    ("( 1, 2,(3))", Tuple(Int, Int, Int), (1, 2, 3)),
    ("Just(3)", Maybe(Int), 3),
    ("( Nothing )", Maybe(Int), None),
    ("[ ]", List(Int), []),
    ("[ 1 , (2)]", List(Int), [1, 2]),
    ("[[],[1]]", List(List(Int)), [[], [1]]),
    ("fromList[(2,True),(1,False),(2,False)]", Map(Int, Bool), {1: False, 2: False}),
    ("Left (fromList [])", Either(Map(Int, Int), Int), Left({})),
    ("Point{x=1,y=Just 2.0}", POINT, Point(1, 2.0)),
    ("( Up { by = (Point {x = 1 , y = Nothing}) })", SIGNAL, Up(Point(1, None))),
    ("(Off)", SIGNAL, Off()),
]


@pytest.mark.parametrize(("text", "type_", "value"), READ)
def test_read_takes_what_haskell_takes(text: str, type_: Type[Any], value: Any) -> None:
    assert same_value(read_text(text, type_), value, classes=True)


REFUSED = [
    ("", Unit, "expected a value at column 1, found the end"),
    ("Left", Either(Int, Int), "found the end"),
    ("Left -3", Either(Int, Int), "brackets round a negative number"),
    ("Left Left 1", Either(Either(Int, Int), Int), "brackets round the argument of `Left`"),
    ("3 4", Int, "expected the end"),
    ("(1,2,3)", Pair(Int, Int), "expected `)`"),
    ("(1", Pair(Int, Int), "expected `,` or `)`"),
    ("1)", Int, "expected the end"),
    ("Nothing", Int, "found `Nothing`"),
    ("true", Bool, "found `true`"),
    ("3x", Int, "expected a value"),
    ("3.5", Int, "expected a value of Int at column 1, found 3.5 (Float)"),
    ("'a'", Str, "expected a value"),
    ('"abc', Str, "expected a value"),
    (r'"\q"', Str, "an escape of Haskell's"),
    (r'"\1114112"', Str, "an escape of Haskell's"),
    ("True", Int, "expected a value of Int at column 1, found True (Bool)"),
    ("--3", Int, "a number after `-`"),
    ("-Infinit", Float, "a number after `-`"),
    ("NaN", Float, "a number, and NaN is none here at column 1"),
    ("1.", Float, "expected a value at column 1"),
    (".5", Float, "expected a value at column 1"),
    ("Left -1.5", Either(Float, Int), "brackets round a negative number"),
    ('b"\\x4"', Bytes, "expected"),
    ('b"\u00e5"', Bytes, "expected"),
    ('"a"', Bytes, "expected a value of Bytes at column 1, found 'a' (Str)"),
    ("(1,2)", Tuple(Int, Int, Int), "expected a value of (Int, Int, Int) at column 1, found a pair"),
    ("(1,2,3,4)", Tuple(Int, Int, Int), "found a tuple of 4"),
    ("(1,2", Tuple(Int, Int, Int), "expected `,` or `)` at column 5"),
    ("3", Maybe(Int), "expected a value of Maybe[Int] at column 1, found 3 (Int)"),
    ("Just True", Maybe(Int), "expected a value of Int at column 6, found True (Bool)"),
    ("Just -3", Maybe(Int), "brackets round a negative number"),
    ("Just Just 3", Maybe(Int), "brackets round the argument of `Just`"),
    ("[1,]", List(Int), "expected a value at column 4, found `]`"),
    ("[1 2]", List(Int), "expected `,` or `]` at column 4, found `2`"),
    ("[1)", List(Int), "expected `,` or `]` at column 3, found `)`"),
    ("[1,True]", List(Int), "expected a value of Int at column 4, found True (Bool)"),
    ("[1", Pair(Int, Int), "expected a value at column 1"),
    ("fromList 3", Map(Int, Int), "a list of pairs after `fromList` at column 10, found 3 (Int)"),
    ("fromList [1]", Map(Int, Int), "a pair of a key and a value at column 11, found 1 (Int)"),
    ("fromList [(True,1)]", Map(Int, Int), "expected a value of Int at column 12, found True (Bool)"),
    ("[(1,1)]", Map(Int, Int), "expected a value of Map[Int, Int] at column 1, found a list of 1"),
    ("Point", POINT, "expected a value of Point(x: Int, y: Maybe[Float]) at column 1, found `Point`"),
    ("Point {y = Nothing, x = 1}", POINT, "with these fields in this order, at column 1, found `Point`"),
    ("Point {x = 1}", POINT, "with these fields in this order, at column 1, found `Point`"),
    ("Point {}", POINT, "expected the name of a field of `Point` and `=` at column 8, found `}`"),
    ("Point {x 1}", POINT, "expected the name of a field of `Point` and `=` at column 8, found `x`"),
    ("Point {x = 1 y", POINT, "expected `,` or `}` at column 14, found `y`"),
    ("Point {x = True, y = Nothing}", POINT, "expected a value of Int at column 12, found True (Bool)"),
    ("(1, ((2, ( True))))", Pair(Int, Pair(Int, Int)), "expected a value of Int at column 12, found True (Bool)"),
    ("Left (Right (-3))", Either(Either(Int, Bool), Int), "expected a value of Bool at column 14, found -3 (Int)"),
    ("[Just (Up { by = [ ] }) ]", List(Maybe(SIGNAL)), "found a list of 0"),
    ("[(), (1,2)]", List(Unit), "expected a value of Unit at column 6, found a pair"),
    ("Left Up {by = 3}", Either(SIGNAL, Int), "brackets round the argument of `Left`"),
    (
        "Sideways",
        SIGNAL,
        "`Down`, `Off`, `Point`, `Up`, a number, a string or a bracket) at column 1, found `Sideways`",
    ),
]


@pytest.mark.parametrize(("text", "type_", "message"), REFUSED)
def test_read_refuses_the_rest_and_says_why(text: str, type_: Type[Any], message: str) -> None:
    with pytest.raises(TextError) as caught:
        read_text(text, type_)
    assert message in str(caught.value)


@given(st.data())
def test_what_is_not_of_its_type_is_told_by_its_place_in_the_text(data: st.DataObject) -> None:
    type_ = data.draw(types(6))
    text = show_text(data.draw(values(type_)), type_)
    with pytest.raises(TextError) as caught:
        read_text(f"( {text} , (True))", Pair(type_, Int))
    assert (caught.value.position, caught.value.found) == (len(text) + 6, "True (Bool)")


@given(st.data())
def test_what_is_shown_reads_back(data: st.DataObject) -> None:
    type_ = data.draw(types(8))
    value = data.draw(values(type_))
    assert same_value(read_text(show_text(value, type_), type_), value, classes=True)


@given(st.text(), types(4))
def test_any_text_reads_or_is_refused(text: str, type_: Type[Any]) -> None:
    try:
        value = read_text(text, type_)
    except TextError:
        return
    assert same_value(read_text(show_text(value, type_), type_), value, classes=True)


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("(" * 499_999 + "1" + ")" * 499_999, Int, 1),
        ("[" + "1," * fewer(400_000, 80_000) + "1]", List(Int), [1] * (1 + fewer(400_000, 80_000))),
        ("[" + "[]," * fewer(300_000, 60_000) + "[]]", List(List(Int)), [[]] * (1 + fewer(300_000, 60_000))),
        (
            "[" + "(1,2)," * fewer(160_000, 32_000) + "(1,2)]",
            List(Pair(Int, Int)),
            [(1, 2)] * (1 + fewer(160_000, 32_000)),
        ),
    ],
    ids=["brackets", "numbers", "lists", "pairs"],
)
def test_a_megabyte_of_small_parts_is_read_soon(text: str, type_: Type[Any], value: Any) -> None:
    start = time.process_time()
    assert same_value(read_text(text, type_), value)
    assert time.process_time() - start < 30  # a hang, not a benchmark


def test_a_float_may_have_more_digits_than_an_int() -> None:
    digits, few = "1" * 5_000, Limits(int_bits=10)
    assert read_text(f"[{digits},(-{digits}),0x{digits},3]", List(Float)) == [inf, -inf, inf, 3.0]
    assert read_text("[123456789012,-123456789012,(0xffffffff)]", List(Float), few) == [
        123456789012.0,
        -123456789012.0,
        2.0**32 - 1,
    ]
    with pytest.raises(LimitError, match="an integer to be read is too large"):
        read_text(f"(1.0,{digits})", Pair(Float, Int))
    with pytest.raises(TextError, match="a value of Str at column 6, found a number of 5,000 digits"):
        read_text(f"(1.0,{digits})", Pair(Float, Str))


def test_bombs_are_stopped_at_a_limit() -> None:
    with pytest.raises(LimitError, match="string_length"):
        read_text("1" * 2_000_000, Int)
    with pytest.raises(LimitError, match="int_bits"):
        read_text("1" * 100_000, Int)
    for digits in range(4_200, 4_700):
        with pytest.raises(LimitError, match="int_bits"):
            read_text("9" * (digits + 15), Int)
    assert read_text("9" * 4_214, Int) == 10**4_214 - 1
    shared: Any = "x" * 1000
    for _ in range(40):
        shared = (shared, shared)
    with pytest.raises(LimitError, match="string_length"):
        show_text(shared)


def test_integers_are_written_and_read_whatever_python_is_set_to() -> None:
    limits = Limits(int_bits=100_000)
    for number in (0, -1, 10**599, 10**600 - 1, 10**600, -(10**1200) - 7, 2**20_000, -(2**100_000) + 1):
        text = show_text((number, Left(number)), limits=limits)
        assert read_text(text, Pair(Int, Either(Int, Unit)), limits) == (number, Left(number))
    before = sys.get_int_max_str_digits()
    try:
        sys.set_int_max_str_digits(640)
        assert read_text(show_text(2**14_000 - 1), Int) == 2**14_000 - 1
        assert len(repr(const(2**14_000 - 1))) == 4_215 + len("const()")
    finally:
        sys.set_int_max_str_digits(before)
    with pytest.raises(LimitError, match="int_bits"):
        read_text("9" * 40_000, Int, limits)


def test_what_is_no_value_has_no_text() -> None:
    no_values: list[Any] = [float("nan"), (1,), {1}, (1, Left(object())), [(), 1]]
    for wrong in no_values:
        with pytest.raises(ValueMismatchError, match="expected a value of None, bool, int"):
            show_text(wrong)


def test_deep_values_are_written_and_read() -> None:
    value: Any = 1
    type_: Type[Any] = Int
    for index in range(20_000):
        value, type_ = ((value, None), Pair(type_, Unit)) if index % 2 else (Left(value), Either(type_, Unit))
    assert read_text(show_text(value), type_) == value


@pytest.mark.parametrize(
    "text",
    ["0x", "0xg", "0o8", "0b1", "0x1.8", "1e3", "0x-1", "1\x1c", "\x851", "1\u2028", "\u200b1", "1\ufeff"],
    ids=ascii,
)
def test_other_numbers_and_blanks_are_not_read(text: str) -> None:
    with pytest.raises(TextError):
        read_text(text, Int)


def test_a_gap_in_a_string_is_of_blanks_only() -> None:
    with pytest.raises(TextError, match="escape"):
        read_text('"a\\\x85 \\b"', Str)


def test_a_long_integer_is_refused_in_each_base() -> None:
    limits = Limits(int_bits=64)
    for text in ("0x" + "f" * 16, "0o1" + "7" * 21, str(2**64 - 1)):
        assert read_text(text, Int, limits) == 2**64 - 1
    for text in ("0x1" + "0" * 16, "0o2" + "0" * 21, str(2**64), "0x" + "f" * 10**5):
        with pytest.raises(LimitError, match="int_bits"):
            read_text(text, Int, limits)


def test_deep_values_of_every_kind_are_written_and_read() -> None:
    value: Any = Off()
    type_: Type[Any] = SIGNAL
    for level in range(8_000):
        match level % 4:
            case 0:
                value, type_ = [value], List(type_)
            case 1:
                value, type_ = {level: value}, Map(Int, type_)
            case 2:
                value, type_ = (value, True, None), Tuple(type_, Bool, Maybe(Int))
            case _:
                type_ = Maybe(type_)
    text = show_text(value, type_)
    assert text.startswith("Just (")
    assert read_text(text, type_) == value


def test_a_list_that_is_too_long_is_refused() -> None:
    limits = Limits(collection_length=2)
    assert read_text("[1,2]", List(Int), limits) == [1, 2]
    for text, type_ in (("[1,2,3]", List(Int)), ("fromList [(1,1),(2,2),(3,3)]", Map(Int, Int))):
        with pytest.raises(LimitError, match="collection_length"):
            read_text(text, type_, limits)


def test_names_from_outside_are_words_only_where_the_type_has_them() -> None:
    with pytest.raises(TextError, match="found `Point`"):
        read_text("Point {x = 1}", SIGNAL.args[2])
