"""Principal types, elaboration, and errors that teach (their texts are golden files)."""

# The static checkers would stop some of these machines before inference does.
# mypy: disable-error-code="operator"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.examples.counter import count_v1, count_v2, count_v3, counter_v1, counter_v2, counter_v3
from sm_toolkit.language import (
    Bool,
    Either,
    Int,
    Left,
    MachineTypeError,
    Pair,
    Right,
    Str,
    Unit,
    ValueMismatchError,
    Var,
    check,
    const,
    consume,
    copy,
    decr,
    elaborate,
    erase,
    fan_in,
    first,
    fst,
    get,
    ident,
    if_,
    incr,
    infer,
    inl,
    inr,
    not_,
    put,
    read,
    second,
    show,
    snd,
)
from sm_toolkit.language.checking.inference import typing
from sm_toolkit.language.syntax.terms import Read, Show, size, walk
from tests.strategies import runs

PRINCIPAL = [
    (ident(), "Machine[s, a, a]"),
    (incr, "Machine[s, Int, Int]"),
    (const(3), "Machine[s, Unit, Int]"),
    (const(Left(3)), "Machine[s, Unit, Either[Int, a]]"),
    (get(), "Machine[s, Unit, s]"),
    (put(), "Machine[s, s, Unit]"),
    (read(), "Machine[s, Str, a]"),
    (show(), "Machine[s, a, Str]"),
    (copy(), "Machine[s, a, (a, a)]"),
    (consume(), "Machine[s, a, Unit]"),
    (fst(), "Machine[s, (a, b), a]"),
    (snd(), "Machine[s, (a, b), b]"),
    (inl(), "Machine[s, a, Either[a, b]]"),
    (inr(), "Machine[s, a, Either[b, a]]"),
    (first(incr), "Machine[s, (Int, a), (Int, a)]"),
    (second(not_), "Machine[s, (a, Bool), (a, Bool)]"),
    (incr & decr, "Machine[s, Int, (Int, Int)]"),
    (incr * not_, "Machine[s, (Int, Bool), (Int, Bool)]"),
    (incr | not_, "Machine[s, Either[Int, Bool], Either[Int, Bool]]"),
    (fan_in(incr, const(0)), "Machine[s, Either[Int, Unit], Int]"),
    (if_(incr, decr), "Machine[s, (Int, Bool), Int]"),
    (get() | get() >> incr >> put(), "Machine[Int, Either[Unit, Unit], Either[Int, Unit]]"),
    (get() >> show() >> read(), "Machine[s, Unit, a]"),
    (count_v1, "Machine[Int, Either[Unit, Unit], Either[Int, Unit]]"),
    (count_v2, "Machine[Int, Either[Unit, Either[Unit, Unit]], Either[Unit, Either[Int, Unit]]]"),
    (
        count_v3,
        "Machine[(Int, Bool), Either[Unit, Either[Unit, Either[Unit, Unit]]], "
        "Either[Unit, Either[Unit, Either[Int, Unit]]]]",
    ),
    (counter_v1, "Machine[Int, Str, Str]"),
    (counter_v2, "Machine[Int, Str, Str]"),
    (counter_v3, "Machine[(Int, Bool), Str, Str]"),
]


@pytest.mark.parametrize(("machine", "scheme"), PRINCIPAL, ids=lambda x: repr(x)[:40])
def test_types_are_principal(machine: Any, scheme: str) -> None:
    assert str(infer(machine)) == scheme


def test_the_input_follows_from_the_output_and_the_output_from_the_input() -> None:
    assert check(ident(), output=Int).input is Int
    assert check(copy(), output=Pair(Str, Str)).input is Str
    assert check(ident() & ident(), input=Bool).output is Pair(Bool, Bool)
    assert check(put(), input=Int).state is Int


@given(runs())
def test_what_is_elaborated_says_all_its_types(run: Any) -> None:
    machine, state, _, _ = run
    typed = elaborate(machine, state)
    assert all(node.type is not None for node in walk(typed.term) if isinstance(node, Read | Show))
    assert len(typed.inputs) == len(typed.outputs) == size(typed.term)
    again = elaborate(type(machine)(typed.term), typed.scheme.state, typed.scheme.input, typed.scheme.output)
    assert (again.term, again.scheme) == (typed.term, typed.scheme)


@given(runs(), st.data())
def test_a_principal_type_has_every_other_as_an_instance(run: Any, data: st.DataObject) -> None:
    from sm_toolkit.language.data.types import match

    machine, state, _, _ = run
    scheme = infer(machine)
    given_state = check(machine, state)
    assert match(
        Pair(scheme.state, Pair(scheme.input, scheme.output)),
        Pair(given_state.state, Pair(given_state.input, given_state.output)),
    )


def test_open_types_become_unit_when_elaborated() -> None:
    assert str(elaborate(ident()).scheme) == "Machine[Unit, Unit, Unit]"
    assert repr(erase(const(Left(3)))) == "const(Left(3), Either(Int, Unit))"


def test_copy_forty_times_infers_at_once() -> None:
    machine = copy().then(*[copy()] * 39)
    assert infer(machine).output.size == 2**41 - 1


def test_typing_gives_each_part_its_types() -> None:
    typed = typing((incr >> show()).term)
    assert [str(type_) for type_ in typed.inputs] == ["Int", "Int", "Int"]
    assert [str(type_) for type_ in typed.outputs] == ["Str", "Int", "Str"]
    assert Either(Unit, Unit) is check(count_v1).input


def test_a_constant_is_of_the_type_of_its_value_whatever_variables_it_was_given() -> None:
    with pytest.raises(MachineTypeError):
        infer(const("s", Var("a")) >> incr)
    with pytest.raises(MachineTypeError):
        infer(const((1, "s"), Pair(Var("a"), Var("b"))) >> snd() >> incr)
    assert infer(const("s", Var("a"))).output is Str
    assert str(infer(const(Left(1), Either(Var("b"), Var("a"))))) == "Machine[s, Unit, Either[Int, a]]"
    assert infer(const(Left(1), Either(Var("a"), Str))).output is Either(Int, Str)
    assert infer(const((Left(1), Right("s")), Pair(Var("a"), Var("a")))).output.args[0] is Either(Int, Str)
    with pytest.raises(ValueMismatchError, match=r"expected a value of \(a, a\), found a value of \(Int, Str\)"):
        const((1, "s"), Pair(Var("a"), Var("a")))
    text: Any = "s"
    with pytest.raises(ValueMismatchError, match=r"expected a value of Int at \[1\], found 's'"):
        const((1, text), Pair(Var("a"), Int))


def test_a_name_in_two_types_given_to_one_machine_is_one_variable() -> None:
    assert str(infer(fst(Var("a"), Var("a")))) == "Machine[s, (a, a), a]"
    assert str(infer(inl(Var("x"), Pair(Var("x"), Int)))) == "Machine[s, a, Either[a, (a, Int)]]"
    assert str(infer(snd(Var("a"), Var("b")))) == "Machine[s, (a, b), b]"
    assert str(infer(ident(Var("a")) & ident(Pair(Var("a"), Var("b"))))) == "Machine[s, (a, b), ((a, b), (a, b))]"


def test_many_open_reads_and_shows_of_a_large_type_are_looked_at_once() -> None:
    def seconds(parts: int) -> float:
        machine: Any = ident()
        for _ in range(parts):
            machine = machine >> (ident() & show()) >> (fst() & ident())
        start = time.process_time()
        infer(machine)
        return time.process_time() - start

    assert seconds(1_600) < 10 * seconds(200) + 30  # a hang, not a benchmark
