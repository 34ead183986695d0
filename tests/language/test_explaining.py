"""Errors that teach: each rejected machine has its text in a golden file, and what the text advises types."""

# The static checkers would stop some of these machines before inference does.
# mypy: disable-error-code="operator"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

import traceback
from typing import Any

import pytest
from hypothesis import given

import sm_toolkit.language as language
from sm_toolkit.examples.counter import count_v1
from sm_toolkit.language import (
    AmbiguousTypeError,
    Bool,
    Either,
    Int,
    LimitError,
    Machine,
    MachineTypeError,
    Pair,
    Str,
    ToolkitError,
    Unit,
    case,
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
from tests.strategies import runs

true = consume() >> const(True)

REJECTED: dict[str, tuple[Machine[Any, Any, Any], dict[str, Any]]] = {
    "alternatives_swapped": (incr | not_, {"input": Either(Bool, Int)}),
    "both_of_one_value": (incr >> incr * decr, {}),
    "brackets_forgotten": (read() >> get() | get() >> incr >> put() >> show(), {"input": Str}),
    "brackets_forgotten_around_and": (read() >> incr & decr >> fst() >> show(), {}),
    "brackets_forgotten_around_three": (
        read() >> get() | get() >> incr >> put() | const(0) >> put() >> show(),
        {"input": Str},
    ),
    "branches_of_fan_in_differ": (fan_in(incr, not_), {}),
    "branches_of_if_are_two_types": (if_(incr, true), {}),
    "branches_of_if_differ": (if_(incr, incr >> show()), {}),
    "case_in_case": (case(incr, case(not_, incr >> not_)), {}),
    "choice_by_a_bool": (not_ >> (incr | decr), {}),
    "choice_by_a_pair": ((incr & true) >> (incr | decr), {}),
    "choice_keeps_the_side": ((incr | decr) >> incr, {}),
    "condition_comes_first": ((true & incr) >> if_(incr, decr), {}),
    "condition_is_no_bool": ((incr & incr) >> if_(incr, decr), {}),
    "constant_is_a_text": (const("1") >> incr, {}),
    "constant_of_another_type": (const(1) >> not_, {}),
    "constant_with_an_input": (incr >> const(1), {}),
    "deep_inside_a_long_machine": (incr.then(*[decr, incr] * 40, not_, *[incr] * 80), {}),
    "given_read_does_not_fit": (read(Bool) >> incr, {}),
    "given_type_does_not_fit": (get(Str) >> incr, {}),
    "halves_to_each": ((incr & true) >> (decr & not_), {}),
    "if_by_the_side": (if_(incr, decr), {"input": Either(Int, Int)}),
    "incr_of_text": (show() >> incr, {}),
    "input_is_a_text": (incr >> show(), {"input": Str}),
    "input_is_another": (count_v1, {"input": Str}),
    "input_where_none_is_taken": (incr >> get(), {}),
    "not_a_pair": (incr >> fst(), {}),
    "not_a_sum": (incr >> (ident() | ident()), {}),
    "nothing_comes_after_put": (get() >> incr >> put() >> incr, {}),
    "other_half": ((incr & true) >> snd() >> incr, {}),
    "other_side": (incr >> inr() >> (incr | not_), {}),
    "output_is_another": (incr, {"output": Str}),
    "output_is_dropped": (get() >> incr, {"output": Unit}),
    "pair_is_put": (get() >> (incr & incr) >> put(), {}),
    "pair_where_one_is_wanted": ((incr & decr) >> decr, {}),
    "primitive_named_with_other_types": ((incr & incr) >> fst(Bool, Int), {}),
    "put_gets_text": (read() >> (incr >> put() | show() >> put()) >> show(), {}),
    "read_is_ambiguous": (read() >> show(), {}),
    "shown_in_the_middle": (read() >> incr >> show() >> decr >> show(), {}),
    "state_asked_is_another": (count_v1, {"state": Bool}),
    "state_contains_itself": (get() >> copy() >> put(), {}),
    "state_is_a_pair": ((get() >> fst() >> incr) & (get() >> decr), {}),
    "state_put_two_ways": (fan_in(incr >> put(), not_ >> put()), {}),
    "state_used_two_ways": ((get() >> incr >> put()) & (get() >> not_ >> put()), {}),
    "sum_where_one_is_wanted": (incr >> inl() >> decr, {}),
    "text_wanted": (incr >> read(), {}),
    "three_choices_to_the_left": (
        get() | consume() | get() >> incr >> put(),
        {"input": Either(Unit, Either(Int, Unit))},
    ),
    "two_mistakes": (show() >> incr >> not_, {}),
}


def rejected(name: str) -> Any:
    machine, asked = REJECTED[name]
    with pytest.raises(ToolkitError) as caught:
        check(machine, **asked)
    return caught.value


def told(error: Exception) -> str:
    """What the last lines of a traceback say, without the module's name."""
    return "".join(traceback.format_exception_only(error)).removeprefix("sm_toolkit.language.errors.")


@pytest.mark.parametrize("name", REJECTED)
def test_a_machine_that_does_not_type_is_refused_with_a_helpful_text(name: str, golden: Any) -> None:
    golden(f"errors/{name}.err", told(rejected(name)))


def test_a_show_that_runs_must_know_its_type(golden: Any) -> None:
    with pytest.raises(AmbiguousTypeError) as caught:
        elaborate(show())
    golden("errors/show_is_ambiguous.err", told(caught.value))


def test_a_machine_that_is_too_large_is_refused_with_the_limit(golden: Any) -> None:
    with pytest.raises(LimitError) as caught:
        infer(incr.then(*[incr] * 300_000))
    golden("errors/too_large.err", told(caught.value))


@pytest.mark.parametrize("name", sorted(REJECTED.keys() - {"two_mistakes"}))
def test_what_an_error_advises_to_write_types(name: str) -> None:
    _, asked = REJECTED[name]
    advised = [advice.machine for advice in rejected(name).advice if advice.machine and "…" not in advice.machine]
    for machine in advised:
        check(eval(machine, dict(vars(language))), **asked)
    worded = {"case_in_case", "choice_by_a_bool", "condition_is_no_bool", "deep_inside_a_long_machine"}
    worded |= {"state_asked_is_another", "state_put_two_ways", "state_used_two_ways"}
    assert bool(advised) is (name not in worded)


def test_an_error_is_data() -> None:
    with pytest.raises(MachineTypeError) as caught:
        infer(incr >> (not_ & ident()))
    error = caught.value
    assert (error.expected, error.found, error.place.path, error.place.text) == ("Bool", "Int", (1, 0), "not_")
    assert error.found_from == "from `incr` (part 1)"
    assert error.source is not None
    assert error.source.text[error.source.begin : error.source.end] == "not_"


def test_a_state_is_told_by_the_part_that_fixed_it_also_inside_a_pair() -> None:
    with pytest.raises(MachineTypeError) as caught:
        infer(get() >> (incr * ident()) >> put() & (get() >> (not_ * ident()) >> put()))
    assert caught.value.found_from == "from `incr` (part 1.2.1)"
    with pytest.raises(MachineTypeError) as caught:
        check(get() >> fst() >> not_, state=Pair(Int, Str))
    assert caught.value.found_from == "from the state type that was asked for"


def test_an_error_deep_down_is_found_quickly_and_shown_short() -> None:
    machine: Any = not_
    inner: Any = incr
    for _ in range(10_000):
        machine, inner = first(machine), first(inner)
    with pytest.raises(MachineTypeError) as caught:
        infer(inner >> machine)
    assert len(str(caught.value)) < 4000


def test_an_error_of_a_deep_choice_is_told_with_advice() -> None:
    machine: Any = not_
    for _ in range(5_000):
        machine = machine | incr
    with pytest.raises(MachineTypeError) as caught:
        check(machine, input=Int)
    assert caught.value.advice[0].words == "make it a Right, with `inr()`"


def test_a_type_that_contains_itself_is_found_however_deep_and_whatever_else_is_wrong() -> None:
    machine: Any = ident()
    for _ in range(2_000):
        machine = if_(machine, ident())
    with pytest.raises(MachineTypeError, match="no finite type is both"):
        infer(machine)
    with pytest.raises(MachineTypeError, match="no finite type is both"):
        infer(machine >> incr >> not_)


@given(runs(), runs())
def test_any_two_machines_that_do_not_fit_are_told_of_without_a_failure(one: Any, other: Any) -> None:
    (left, *_), (right, *_) = one, other
    for machine in (left >> right, left & right, first(left) >> right, fan_in(left, right), second(left >> right)):
        error: Any = None
        try:
            infer(machine)
        except (MachineTypeError, AmbiguousTypeError) as caught:
            error = caught
        assert error is None or (error.report().rows and error.summary)


def test_a_run_of_what_is_advised_gives_what_is_meant() -> None:
    [advice] = rejected("brackets_forgotten").advice[:1]
    meant = read() >> (get() | get() >> incr >> put()) >> show()
    assert eval(advice.machine, dict(vars(language))) == meant
    assert language.step(meant, "Left ()", 7) == ("Left 7", 7)
    assert erase(meant) == erase(eval(advice.machine, dict(vars(language))))
