"""What terms mean: the seed's table, one case a form, and steps that fail as a whole."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given

from sm_toolkit.examples.counter import counter_v1
from sm_toolkit.language import (
    Left,
    Right,
    StepError,
    ValueMismatchError,
    check_value,
    const,
    copy,
    decr,
    elaborate,
    fan_in,
    first,
    fst,
    get,
    if_,
    incr,
    inl,
    inr,
    not_,
    put,
    read,
    second,
    show,
    snd,
    step,
    stream,
    trace,
)
from sm_toolkit.language.interpreter import run_term
from sm_toolkit.language.types import same_value
from tests.strategies import runs

MEANING = [
    (counter_v1, "Left ()", 0, ("Left 0", 0)),
    (counter_v1, "Left ()", 1, ("Left 1", 1)),
    (counter_v1, "Right ()", 0, ("Right ()", 1)),
    (incr, 41, None, (42, None)),
    (decr, 41, None, (40, None)),
    (not_, True, None, (False, None)),
    (const("x"), None, 3, ("x", 3)),
    (get(), None, 3, (3, 3)),
    (put(), 4, 3, (None, 4)),
    (incr >> copy(), 1, None, ((2, 2), None)),
    (first(incr), (1, None), None, ((2, None), None)),
    (second(incr), (None, 1), None, ((None, 2), None)),
    (first(incr) >> fst(), (1, None), None, (2, None)),
    (second(incr) >> snd(), (None, 1), None, (2, None)),
    (incr & decr, 1, None, ((2, 0), None)),
    (incr * not_, (1, True), None, ((2, False), None)),
    (incr | not_, Left(1), None, (Left(2), None)),
    (incr | not_, Right(True), None, (Right(False), None)),
    (fan_in(incr, decr), Left(1), None, (2, None)),
    (fan_in(incr, decr), Right(1), None, (0, None)),
    (if_(incr, decr), (1, True), None, (2, None)),
    (if_(incr, decr), (1, False), None, (0, None)),
    (incr >> inl(), 1, None, (Left(2), None)),
    (incr >> inr(), 1, None, (Right(2), None)),
    (read() >> incr, "1", None, (2, None)),
    (incr >> show(), -2, None, ("-1", None)),
    (get() & (const(5) >> put()) & get(), None, 1, (((1, None), 5), 5)),  # left first, the state handed on
    ((const(5) >> put()) * get(), (None, None), 1, ((None, 5), 5)),
]


@pytest.mark.parametrize(("machine", "x", "s", "result"), MEANING, ids=lambda part: repr(part)[:30])
def test_meaning(machine: Any, x: Any, s: Any, result: Any) -> None:
    assert same_value(step(machine, x, s), result, classes=True)


@given(runs())
def test_what_the_checker_accepts_goes_wrong_only_by_a_step_error(run: Any) -> None:
    machine, state, xs, s = run
    typed = elaborate(machine, state)
    for x in xs:
        try:
            y, after = run_term(typed.term, x, s)
        except StepError:
            continue
        check_value(y, typed.scheme.output)
        check_value(after, typed.scheme.state)
        s = after


def test_a_failed_step_has_no_new_state() -> None:
    fails = (const("7") >> put()) & (const("no number") >> read() >> incr)
    with pytest.raises(StepError, match=r"cannot read Int: .* found `no`"):
        step(fails, None, "0")
    told = trace(fails, None, "0")
    assert (told.new_state, told.output, told.error) == ("0", None, told.error)
    assert [ran.finished for ran in told.ran].count(False) == 3  # the whole, the chain, the read


def test_a_wrong_input_or_state_is_refused_before_the_step() -> None:
    wrong: Any = counter_v1  # so that the static checkers let it through
    with pytest.raises(ValueMismatchError, match="expected a value of Str, found 3"):
        step(wrong, 3, 0)
    with pytest.raises(ValueMismatchError, match="expected a value of Int, found True"):
        step(counter_v1, "Left ()", True)


def test_a_stream_threads_the_state() -> None:
    assert stream(counter_v1, ["Right ()", "Left ()", "Right ()"], 5) == (["Right ()", "Left 6", "Right ()"], 7)


@given(runs())
def test_a_trace_tells_the_step(run: Any) -> None:
    machine, _, (x, *_), s = run
    told = trace(machine, x, s)
    if told.error is None:
        assert (told.output, told.new_state) == step(machine, x, s)
        assert all(ran.finished for ran in told.ran)
    else:
        with pytest.raises(StepError, match=re.escape(str(told.error))):
            step(machine, x, s)


def test_text_bombs_stop_at_a_limit() -> None:
    bomb = const("x" * 1000).then(*[copy()] * 40, show())
    with pytest.raises(StepError, match="string_length"):
        step(bomb, None, None)
