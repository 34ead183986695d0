"""The text form of values: Haskell's Show and Read."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.language import (
    Bool,
    Either,
    Int,
    Left,
    LimitError,
    Limits,
    Pair,
    Right,
    Str,
    TextError,
    Type,
    Unit,
    ValueMismatchError,
    const,
)
from sm_toolkit.language.text import read_text, show_text
from sm_toolkit.language.types import same_value
from tests.strategies import types, values

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
]


@pytest.mark.parametrize(("value", "text"), SHOWN)
def test_show_writes_what_haskell_writes(value: Any, text: str) -> None:
    assert show_text(value) == text


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
    ("3.5", Int, "expected a value"),
    ("'a'", Str, "expected a value"),
    ('"abc', Str, "expected a value"),
    (r'"\q"', Str, "an escape of Haskell's"),
    (r'"\1114112"', Str, "an escape of Haskell's"),
    ("True", Int, "expected a value of Int, found True (Bool)"),
    ("--3", Int, "a number after `-`"),
]


@pytest.mark.parametrize(("text", "type_", "message"), REFUSED)
def test_read_refuses_the_rest_and_says_why(text: str, type_: Type[Any], message: str) -> None:
    with pytest.raises(TextError) as caught:
        read_text(text, type_)
    assert message in str(caught.value)


@given(st.data())
def test_what_is_shown_reads_back(data: st.DataObject) -> None:
    type_ = data.draw(types(8))
    value = data.draw(values(type_))
    assert same_value(read_text(show_text(value), type_), value, classes=True)


@given(st.text(), types(4))
def test_any_text_reads_or_is_refused(text: str, type_: Type[Any]) -> None:
    try:
        value = read_text(text, type_)
    except TextError:
        return
    assert same_value(read_text(show_text(value), type_), value, classes=True)


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
        text = show_text((number, Left(number)), limits)
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
    no_values: list[Any] = [[1], 1.5, (1, 2, 3), (1, Left({}))]
    for wrong in no_values:
        with pytest.raises(ValueMismatchError, match="expected a value of the language"):
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
