"""What is small to send and large to look at: shared and cyclic values and terms, types of very many records."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, fields, replace
from functools import partial
from typing import Any

import pytest

from sm_toolkit.language import (
    Bool,
    DecodeError,
    Either,
    Int,
    Left,
    LimitError,
    Limits,
    List,
    Machine,
    MachineTypeError,
    Map,
    Pair,
    PersistentList,
    PersistentMap,
    Record,
    Right,
    StepError,
    Str,
    TextError,
    Tuple,
    Type,
    Unit,
    ValueMismatchError,
    Var,
    Variant,
    check,
    check_value,
    compile_machine,
    const,
    construct,
    delay,
    eq,
    fan_in,
    field,
    fst,
    ident,
    incr,
    infer,
    inl,
    read,
    read_text,
    record_class,
    show,
    split,
    start,
    step,
    stream,
    to_tuple,
    type_of,
    unleft,
    update,
)
from sm_toolkit.language.data.persistent import persistent
from sm_toolkit.language.data.types import same_value
from sm_toolkit.language.data.value_printing import LONGEST
from sm_toolkit.language.encoding.canonical import decode_term, encode_term, encode_value
from sm_toolkit.language.syntax.terms import Compose, Primitive
from sm_toolkit.language.text import show_text

AnyMachine = Machine[Any, Any, Any]


def shared(machine: AnyMachine) -> AnyMachine:
    """Forty-one nodes in memory, 2 ** 40 and more on paper."""
    for _ in range(40):
        machine = (machine & machine) >> fst()
    return machine


PLAIN, WITH_CELLS = shared(incr), shared(delay(0))
REFUSED: dict[str, Callable[[], Any]] = {
    "infer": lambda: infer(PLAIN),
    "stream": lambda: stream(PLAIN, [1], None),
    "check": lambda: check(PLAIN, state=Pair(Int, Record("Cells", x=Int))),
    "cells": lambda: start(WITH_CELLS, None),
    "infer cells": lambda: infer(WITH_CELLS),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_shared_term_is_refused_at_once(name: str) -> None:
    with pytest.raises(LimitError, match="too large"):
        REFUSED[name]()


def test_a_machine_without_cells_starts_as_it_is() -> None:
    assert start(PLAIN, 1) == 1


def test_a_shared_value_is_hashed_and_its_type_refused_at_once() -> None:
    value: Any = 1
    for _ in range(40):
        value = (value, value)
    assert hash(Left(value)) == hash(Left(value))
    assert hash(PersistentList([value])) == hash(PersistentList([value]))
    with pytest.raises(LimitError, match="type_nodes"):
        encode_term(const(value).term)


SHARED: dict[str, tuple[Callable[[], Any], Type[Any]]] = {  # a large part, made anew each time, and its type
    "numbers": (lambda: [0] * 20_000, List(Int)),
    "pairs": (lambda: [(0, "a")] * 10_000, List(Pair(Int, Str))),
    "a map": (lambda: dict.fromkeys(range(10_000), 0), Map(Int, Int)),
    "a text": (lambda: "".join(["a"] * 1_000_000), Str),
}


@pytest.mark.long
@pytest.mark.parametrize("name", SHARED)
def test_what_stands_in_a_value_many_times_is_looked_at_once(name: str) -> None:
    make, part = SHARED[name]
    type_ = List(part)
    one, two = ([persistent(make())] * 10_000 for _ in range(2))
    start = time.process_time()
    for given in (type_, Var("a"), List(Var("a"))):
        check_value(one, given)
    assert type_of(one) is type_of(one, type_) is type_
    assert same_value(one, two)
    assert same_value(one, two, classes=True)
    assert persistent(one) == persistent(two)
    assert hash(persistent(one)) == hash(persistent(two))
    assert len(repr(persistent(one))) <= LONGEST + 1
    assert const(one) == const(two)
    assert step(eq(), (one, two), None, Limits(fuel=10_000_000)) == (True, None)
    with pytest.raises(LimitError):
        encode_value(one, type_, Limits(message_bytes=1_000_000))
    with pytest.raises(LimitError):
        show_text(one, type_)
    assert time.process_time() - start < 60  # a hang, not a benchmark


@pytest.mark.long
def test_equal_parts_of_many_kinds_are_compared_as_often_as_there_are_parts() -> None:
    ones, twos = ([[1] * 50_000 for _ in range(40)] for _ in range(2))
    start = time.process_time()
    assert same_value([each for each in ones for _ in twos], [each for _ in ones for each in twos])
    twos[-1][-1] = 2
    assert not same_value([each for each in ones for _ in twos], [each for _ in ones for each in twos])
    assert time.process_time() - start < 10  # a hang, not a benchmark


def test_a_value_that_contains_itself_is_none() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    uses: list[Callable[[], Any]] = [
        lambda: type_of(cycle),
        lambda: const(cycle),
        lambda: step(ident(), cycle, None),
        lambda: check_value(cycle, Var("a")),
    ]
    for use in uses:
        with pytest.raises(ValueMismatchError, match="a list of 1, which contains itself"):
            use()
    with pytest.raises(ValueMismatchError, match="expected a value of Int"):
        check_value(cycle, List(List(Int)))


def test_thousands_of_records_are_made_at_once() -> None:
    """Python takes a millisecond for a dataclass, and 2,000 of them are sent in 14 kB."""
    term = Compose(tuple(Primitive("construct", (Record(f"Sent{number}"),)) for number in range(2_000)))
    assert decode_term(encode_term(term)) == term


def test_a_record_that_arrived_is_a_frozen_dataclass() -> None:
    class_ = record_class(Record("Arrived", x=Int, y=Unit))
    value = class_(1, y=None)
    assert [field.name for field in fields(class_)] == ["x", "y"]
    assert (asdict(value), replace(value, x=2)) == ({"x": 1, "y": None}, class_(2, None))
    assert (repr(value), hash(value)) == ("Arrived(x=1, y=None)", hash(class_(1, None)))
    with pytest.raises(FrozenInstanceError):
        value.x = 2
    for wrong in ((1,), (1, None, 3)):
        with pytest.raises(TypeError, match="Arrived takes x, y, and got"):
            class_(*wrong)


def test_records_without_fields_compare_whatever_their_classes() -> None:
    dot = Record("Dot")
    first, second = record_class(dot)(), record_class(dot)()
    assert first is not second
    for machine in (eq(dot), eq(Pair(dot, Int))):
        x = (first, second) if machine == eq(dot) else ((first, 1), (second, 1))
        assert step(machine, x, None) == compile_machine(machine).step(x, None) == (True, None)


def test_the_limits_of_a_step_hold_for_what_it_is_given() -> None:
    large = 2**20_000
    assert step(ident(), large, None, Limits(int_bits=30_000)) == (large, None)
    with pytest.raises(LimitError, match="int_bits"):
        step(ident(), large, None)


def test_a_short_text_is_under_the_limit_too() -> None:
    shown = const(Right(None), Either(Int, Unit)) >> show()
    limits = Limits(string_length=7)
    for run in (partial(step, shown, limits=limits), compile_machine(shown, limits=limits).step):
        with pytest.raises(StepError, match="string_length"):
            run(None, None)
    assert step(shown, None, None, Limits(string_length=8)) == ("Right ()", None)


def test_fuel_may_be_any_number() -> None:
    once = unleft(fan_in(ident(), ident()) >> inl(Int, Int))
    limits = Limits(fuel=10**30)
    assert step(once, 3, None, limits) == compile_machine(once, limits=limits).step(3, None) == (3, None)
    with pytest.raises(StepError, match="fuel"):
        step(once, 3, None, Limits(fuel=0))


FAMILIES: dict[str, AnyMachine] = {
    "construct": const(1) >> construct(Record("P", x=Str)),
    "construct before": construct(Record("P", x=Str)) >> incr,
    "field": const(1) >> field(Record("P", x=Str), "x"),
    "update": update(Record("P", x=Str), "x") >> incr,
    "split": const(1) >> split(Variant(Record("P"), Record("Q"))),
    "to_tuple": const(1) >> to_tuple(Tuple(Int, Int, Int)),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_what_does_not_fit_a_record_is_a_type_error(name: str) -> None:
    with pytest.raises(MachineTypeError, match="machine does not fit"):
        infer(FAMILIES[name])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('fromList [(1,2),("a",3)]', Int),
        ("fromList [(True,3),(1,2)]", Int),
        ("fromList [(1.0,3),(1,2)]", Int),
        ("fromList [(1,2),(True,3)]", Bool),
        ("fromList [((1,2),2),((1,True),3)]", Pair(Int, Int)),
    ],
)
def test_the_keys_of_a_map_that_is_read_are_of_its_type(text: str, key: Type[Any]) -> None:
    with pytest.raises(TextError, match="cannot read Map"):
        read_text(text, Map(key, Int))
    program = compile_machine(read(Map(key, Int)))
    assert isinstance(program.batch([text], None)[0][0], StepError)
    with pytest.raises(StepError, match="cannot read Map"):
        step(read(Map(key, Int)), text, None)


def test_a_map_with_keys_of_two_types_is_no_value() -> None:
    mixed: Any = PersistentMap({1: 1, "a": 2})
    assert repr(mixed) in ("{1: 1, 'a': 2}", "{'a': 2, 1: 1}")
    with pytest.raises(ValueMismatchError):
        check_value(mixed, Map(Int, Int))
    with pytest.raises(ValueMismatchError):
        type_of(mixed)


def test_what_python_has_in_every_class_is_no_field() -> None:
    with pytest.raises(ValueError, match="every Python class has"):
        Record("T", mro=Int, b=Bool)
    with pytest.raises(ValueError, match="every Python class has"):
        delay(0, name="mro")
    with pytest.raises(DecodeError):
        decode_term(bytes.fromhex("010236015402036d726f01622221039205c3"))
