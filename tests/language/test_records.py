"""Records and variants: their names, their classes, and values of other classes of the same shape."""

from __future__ import annotations

import gc
from copy import copy, deepcopy
from dataclasses import FrozenInstanceError, dataclass, fields, make_dataclass
from typing import Any
from weakref import ref

import pytest

from sm_toolkit import language
from sm_toolkit.language import (
    Either,
    Int,
    Left,
    List,
    Maybe,
    PersistentList,
    Record,
    Str,
    Type,
    Unit,
    ValueMismatchError,
    Var,
    Variant,
    check_value,
    const,
    from_annotation,
    record_class,
    type_of,
)
from sm_toolkit.language.data.records import LONGEST_LABEL, record_type
from sm_toolkit.language.data.types import record_words, same_value
from sm_toolkit.language.encoding.canonical import decode_value, encode_value
from tests.reading_back import read_back


@dataclass(frozen=True)
class Account:
    owner: str
    cents: int | None = None


ACCOUNT = Record("Account", owner=Str, cents=Maybe(Int))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "it is no ASCII identifier"),
        ("a b", "it is no ASCII identifier"),
        ("é", "it is no ASCII identifier"),
        ("a\n", "it is no ASCII identifier"),
        ("1a", "it is no ASCII identifier"),
        ("x: int = __import__('os')", "it is no ASCII identifier"),
        ("class", "it is a keyword of Python"),
        ("None", "it is a keyword of Python"),
        ("_x", "it begins with an underscore"),
        ("__class__", "it begins with an underscore"),
        ("x" * (LONGEST_LABEL + 1), "it has more than 64 characters"),
        (3, "it is no string"),
    ],
)
def test_a_name_that_could_do_harm_is_refused(name: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=f"cannot be the name of a record: {reason}"):
        record_type(name, (), ())
    with pytest.raises(ValueError, match=f"cannot be the name of a field: {reason}"):
        record_type("Point", (name,), (Int,))


@pytest.mark.parametrize("word", ["Left", "Right", "Just", "Nothing", "fromList", "Infinity", "NaN"])
def test_a_record_is_not_named_like_a_word_of_the_text_form(word: str) -> None:
    with pytest.raises(ValueError, match="it is a word of the text form"):
        Record(word)
    assert record_words(Record("Point", **{word: Int}).head) == ("Point", (word,))


def test_what_is_no_record_or_variant_is_refused() -> None:
    for make, words in (
        (lambda: record_type("Point", ("x", "x"), (Int, Int)), "two fields of the record Point have the same name"),
        (lambda: Record("Point", **{f"x{number}": Int for number in range(257)}), "has 257 fields; it may have 256"),
        (lambda: Record("Point", x=int), "write Int for int"),  # type: ignore[arg-type]
        (lambda: Variant(Record("A")), "2 to 256 alternatives, and got 1"),
        (lambda: Variant(Record("A"), Record("A", x=Int)), "two alternatives of a Variant have the same name"),
        (lambda: Variant(Record("A"), Int), r"Int is none; for other types there is Either\(a, b\)"),
        (lambda: record_class(Int), "takes the type of a record, and got Int"),
    ):
        with pytest.raises((TypeError, ValueError), match=words):
            make()


def test_records_are_told_apart_by_names_and_order() -> None:
    one = Record("Point", x=Int, y=Int)
    others = [
        Record("Points", x=Int, y=Int),
        Record("Point", y=Int, x=Int),
        Record("Point", x=Int),
        Record("Point", x=Int, y=Str),
        Record("Point", x=Int, z=Int),
    ]
    assert Record("Point", x=Int, y=Int) is one
    assert len({one, *others}) == 6
    assert Variant(Record("A"), Record("B")) is not Variant(Record("B"), Record("A"))


def test_types_print_as_people_write_them() -> None:
    type_ = Either(Variant(Record("Off"), Record("Up", by=Int)), List(ACCOUNT))
    assert str(type_) == "Either[Off() | Up(by: Int), List[Account(owner: Str, cents: Maybe[Int])]]"
    assert eval(repr(type_), dict(vars(language))) is type_


# -- values -----------------------------------------------------------------------------------------------


def test_a_dataclass_says_the_types_of_its_fields() -> None:
    assert type_of(Account("ada")) is ACCOUNT
    assert type_of([Account("ada", 3)]) is List(ACCOUNT)
    with pytest.raises(ValueMismatchError, match=r"at \[0\]\.cents, found 'x'"):
        type_of([Account("ada", "x")])  # type: ignore[arg-type]


def test_a_value_of_another_class_of_the_same_shape_is_taken() -> None:
    other = make_dataclass("Account", ["owner", "cents"], frozen=True)("ada", 3)
    check_value(other, ACCOUNT)
    assert same_value(other, Account("ada", 3))
    assert Left(other) == Left(Account("ada", 3))
    assert hash(Left(other)) == hash(Left(Account("ada", 3)))
    assert encode_value(other, ACCOUNT) == encode_value(Account("ada", 3), ACCOUNT)
    assert language.step(language.ident(ACCOUNT), other, None) == (other, None)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (make_dataclass("Account", ["cents", "owner"], frozen=True)(3, "ada"), r"a record Account\(cents, owner\)"),
        (make_dataclass("Accounts", ["owner", "cents"], frozen=True)("ada", 3), r"a record Accounts\(owner, cents\)"),
        (make_dataclass("Account", ["owner", "cents"])("ada", 3), "an object of class Account"),
        (("ada", 3), "found a pair"),
        (None, r"found None \(Unit\)"),
    ],
)
def test_a_value_of_another_shape_is_refused(value: Any, words: str) -> None:
    with pytest.raises(ValueMismatchError, match=words):
        check_value(value, ACCOUNT)
    with pytest.raises(ValueMismatchError, match=words):
        check_value(value, Variant(ACCOUNT, Record("Closed")))


def test_the_newest_class_of_a_shape_is_the_class_of_what_arrives() -> None:
    data = encode_value(Account("ada", 3), ACCOUNT)
    from_annotation(Account)
    assert decode_value(data, ACCOUNT) == Account("ada", 3)
    newer: Any = dataclass(frozen=True)(type("Account", (), {"__annotations__": {"owner": str, "cents": int | None}}))
    from_annotation(newer)
    assert decode_value(data, ACCOUNT) == newer("ada", 3)
    from_annotation(Account)
    assert type(decode_value(data, ACCOUNT)) is Account


def test_a_class_is_not_run_to_make_a_value() -> None:
    @dataclass(frozen=True)
    class Checked:
        x: int

        def __post_init__(self) -> None:
            raise AssertionError("a value that arrives is what it is")

    type_ = from_annotation(Checked)
    assert decode_value(b"\x91\x05", type_).x == 5


def test_a_record_of_which_no_class_is_known_gets_one() -> None:
    type_ = Record("Unheard", x=Int, of=List(Int))
    value = decode_value(b"\x93\x01\x01\x02", type_)
    assert [field.name for field in fields(value)] == ["x", "of"]
    assert repr(value) == "Unheard(x=1, of=[2])"
    assert (value.x, value.of) == (1, [2])
    assert value == record_class(type_)(1, [2]) == copy(value) == deepcopy(value)
    assert hash(value) == hash(record_class(type_)(True, [2]))
    assert value != record_class(type_)(1, [3])
    assert type_of(value) is type_
    with pytest.raises(FrozenInstanceError):
        value.x = 2
    assert read_back(repr(const(value))) == const(value)


@dataclass(frozen=True)
class Origin:
    pass


@dataclass(frozen=True)
class Step:
    by: int
    place: Any


def test_a_record_that_arrived_hashes_as_the_dataclass_that_it_equals() -> None:
    arrived_step, arrived_origin = _arrived(Step), _arrived(Origin)
    mine: Any = Step(1, (True, Left(Origin()), "a", (Step(2**70, PersistentList([1.5])), None)))
    theirs = arrived_step(1, (True, Left(arrived_origin()), "a", (arrived_step(2**70, PersistentList([1.5])), None)))
    assert type(mine) is not type(theirs)
    assert mine == theirs
    assert {mine: "found"}[theirs] == {theirs: "found"}[mine] == "found"
    assert hash(Origin()) == hash(arrived_origin())
    deep = shared = None
    for _ in range(10_000):
        deep, shared = arrived_step(1, (deep,)), arrived_step(1, (shared, shared))
    assert hash(deep) != hash(shared)


def _arrived(class_: type) -> type:
    """The class of a record that arrives where nobody knows the dataclass of this shape."""
    labels = tuple(field.name for field in fields(class_))
    return record_class(record_type(class_.__name__, labels, tuple(Var(label) for label in labels)))


def test_classes_that_nobody_uses_are_not_kept_for_ever() -> None:
    kept = [ref(record_class(Record(f"Passing{number}", x=Int))) for number in range(1_100)]
    gc.collect()
    assert kept[0]() is None


def test_deep_records() -> None:
    value: Any = None
    type_: Type[Any] = Unit
    for level in range(10_000):
        type_ = Record(f"Level{level % 7}", inside=type_)
        value = record_class(type_)(value) if level < 20 or level % 500 == 0 else _like(value, level, type_)
    check_value(value, type_)
    assert type_of(value, type_) is type_
    assert same_value(value, value)
    assert Left(value) == Left(value)


def _like(value: Any, level: int, type_: Type[Any]) -> Any:
    """An object of a class that is there already: a class for each of many types takes long to make."""
    return CLASSES[level % 7](value)


CLASSES = [make_dataclass(f"Level{number}", ["inside"], frozen=True) for number in range(7)]
