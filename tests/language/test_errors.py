"""Errors as data: their fields cannot change, they are compared by them, and copies and pickles keep all of them."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from sm_toolkit.language import errors
from sm_toolkit.language.errors import (
    Advice,
    AmbiguousTypeError,
    AnnotationError,
    DecodeError,
    EncodeError,
    Excerpt,
    FunctionError,
    LimitError,
    MachineTypeError,
    Place,
    RecordedError,
    StepError,
    TextError,
    ValueMismatchError,
)

PLACE = Place((1,), "not_")
SOURCE = Excerpt("incr >> not_", 8, 12)

EXAMPLES: list[RecordedError] = [
    AnnotationError("float", "tuple[int, float]"),
    ValueMismatchError("Int", "True (Bool)", "[0].value", "the input"),
    ValueMismatchError("Int", "True (Bool)", ""),
    TextError("Int", "a digit", "`x`", 3),
    TextError("Int", "a value of Int", "a larger one", None),
    StepError("cannot read Int"),
    LimitError("a term", "term_nodes", 10, 12),
    LimitError("a term", "term_nodes", 10),
    LimitError("a name", "longest_name", 10, 12),
    DecodeError("a term", "a form's byte", "0xff", 7),
    EncodeError("a function", "it has no type", "give a value"),
    FunctionError("`while` is not taken", "write `for`", "a.py", 3, 5, Excerpt("while True:", 0, 11)),
    FunctionError("a lambda is no machine", "write a `def`"),
    MachineTypeError(
        "the input of `not_`", "Bool", "Int", PLACE, SOURCE, (Advice("a"), Advice("b", "c")), "", "from x"
    ),
    AmbiguousTypeError("read", PLACE, SOURCE, (Advice("name the type", "read(Int)"),)),
]
SHORT = [f"{type(error).__name__}-{number}" for number, error in enumerate(EXAMPLES)]


def test_every_error_has_an_example() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RecordedError)}
    assert {type(error) for error in EXAMPLES} == {kind for kind in kinds if fields(kind)}


@pytest.mark.parametrize("error", EXAMPLES, ids=SHORT)
def test_copies_and_pickles_are_equal_and_say_the_same(error: RecordedError) -> None:
    for again in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert again == error
        assert hash(again) == hash(error)
        assert str(again) == str(error)
        assert getattr(again, "__notes__", []) == getattr(error, "__notes__", [])
    assert eval(repr(error), dict(vars(errors))) == error


@pytest.mark.parametrize("error", EXAMPLES, ids=SHORT)
def test_a_field_cannot_be_changed(error: Any) -> None:
    for field in fields(error):
        with pytest.raises(FrozenInstanceError):
            setattr(error, field.name, "another")


@pytest.mark.parametrize("error", EXAMPLES, ids=SHORT)
def test_an_error_passes_through_what_python_does_to_exceptions(error: RecordedError) -> None:
    @contextmanager
    def around() -> Iterator[None]:
        yield

    fresh = copy.copy(error)
    with pytest.raises(type(error)) as caught, around():
        raise fresh from ValueError("why")
    caught.value.add_note("a note")
    assert caught.value is fresh
    assert caught.value.with_traceback(None).__traceback__ is None
    assert caught.value == error


@pytest.mark.parametrize("error", EXAMPLES, ids=SHORT)
def test_the_text_is_the_head_of_what_is_told(error: RecordedError) -> None:
    report = error.report()
    assert str(error).splitlines()[0] == report.headline
    assert all(name and text for name, text in report.rows)


def test_errors_of_other_fields_differ() -> None:
    assert len({*EXAMPLES}) == len(EXAMPLES)
    assert StepError("a") != StepError("b")


def test_a_limit_says_how_to_raise_it_in_a_note_and_not_to_a_client() -> None:
    error = LimitError("a term", "term_nodes", 200_000, 300_002)
    assert str(error) == "a term is too large: 300,002, where the limit `term_nodes` allows 200,000"
    assert error.__notes__ == [
        "(to allow more, give `limits=Limits(term_nodes=300_002)` to a function that takes limits)"
    ]
    assert not hasattr(LimitError("a name", "longest_name", 10, 12), "__notes__")


def test_a_report_prints_each_line_of_a_row_under_the_first() -> None:
    text = str(AmbiguousTypeError("read", PLACE, SOURCE, (Advice("name the type", "read(Int)"), Advice("or not"))))
    assert text.splitlines()[-3:] == ["    try    name the type", "           read(Int)", "    or     or not"]
