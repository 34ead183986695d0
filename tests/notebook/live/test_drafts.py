"""Drafts of migrations and adapters: each is a function that fits, keeps what it can, and says what to look at."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from sm_toolkit.language import (
    Bool,
    Either,
    Float,
    Int,
    Left,
    List,
    Map,
    Maybe,
    Pair,
    Record,
    Right,
    Str,
    Tuple,
    Type,
    Unit,
    Variant,
    check,
    record_class,
    step,
)
from sm_toolkit.language.data.value_samples import default_value
from sm_toolkit.notebook.live.drafts import ClassNames, Draft, draft
from tests.strategies import types

CART = Record("Cart", counts=Map(Str, Int))
PRICED = Record("Cart", counts=Map(Str, Int), discount=Int)
READ, ADD, RESET = Record("Read"), Record("Add", by=Int), Record("Reset")
COMMAND, MORE = Variant(READ, ADD), Variant(READ, ADD, RESET)


def made(old: Type[Any], new: Type[Any]) -> Draft | None:
    return draft("migrate", "old", old, new, ClassNames({}, [new], [old]), {})


@pytest.mark.parametrize(
    ("old", "new", "value", "becomes"),
    [
        (Int, Pair(Int, Bool), 8, (8, False)),
        (Pair(Int, Bool), Int, (8, True), 8),
        (Int, Float, 3, 3.0),
        (Int, Str, 3, "3"),
        (Int, Maybe(Int), 3, 3),
        (Maybe(Int), Int, None, 0),
        (List(Int), List(Pair(Int, Str)), [1, 2], [(1, ""), (2, "")]),
        (Map(Str, Int), Map(Str, Pair(Int, Bool)), {"a": 1}, {"a": (1, False)}),
        (Tuple(Int, Int, Bool), Pair(Int, Int), (1, 2, True), (1, 2)),
        (Either(Unit, Unit), Either(Unit, Either(Unit, Unit)), Left(None), Right(Left(None))),
        (Either(Unit, Either(Int, Unit)), Either(Int, Unit), Right(Left(3)), Left(3)),
        (Either(Int, Unit), Either(Str, Unit), Left(3), Left("3")),
    ],
)
def test_what_can_be_kept_is_kept(old: Type[Any], new: Type[Any], value: Any, becomes: Any) -> None:
    found = made(old, new)
    assert found is not None
    assert step(found.machine, value, None)[0] == becomes


def test_a_record_keeps_its_fields_by_name_and_says_which_are_new() -> None:
    found = made(CART, PRICED)
    assert found is not None
    assert found.text == (
        "def migrate(old: OldCart) -> Cart:\n"
        "    return Cart(\n"
        "        counts=old.counts,\n"
        "        discount=0,  # new: look whether it begins so\n"
        "    )"
    )
    before, after = record_class(CART), record_class(PRICED)
    assert step(found.machine, before({"tea": 2}), None)[0] == after({"tea": 2}, 0)


def test_a_field_that_goes_is_named() -> None:
    found = made(PRICED, CART)
    assert found is not None
    assert "# look: of the old value discount is not kept" in found.text


def test_alternatives_go_by_their_names() -> None:
    wider, narrower = made(COMMAND, MORE), made(MORE, COMMAND)
    assert wider is not None
    assert wider.text == "def migrate(old: Read | Add) -> Read | Add | Reset:\n    return old"
    assert narrower is not None
    assert "case Reset():\n            return Read()  # nothing of the old value is kept" in narrower.text
    add = record_class(ADD)(3)
    assert step(wider.machine, add, None)[0] == step(narrower.machine, add, None)[0] == add


def test_names_that_are_taken_by_another_class_are_not_used() -> None:
    other = record_class(Record("Cart", nothing=Unit))
    names = ClassNames({"Cart": other}, [Int], [CART])
    assert (names.text(CART), names.classes["OldCart"]) == ("OldCart", record_class(CART))
    assert ClassNames({}, [Int], [CART]).text(CART) == "Cart"


@given(types(), types())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_every_draft_fits_and_can_be_run(old: Type[Any], new: Type[Any]) -> None:
    found = made(old, new)
    if found is not None:
        check(found.machine, Unit, old, new)
        step(found.machine, default_value(old), None)
