"""What terms mean: the seed's table, one case a form, and steps that fail as a whole."""

from __future__ import annotations

import re
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, reject

from sm_toolkit.examples.counter import counter_v1
from sm_toolkit.language import (
    AmbiguousTypeError,
    Either,
    Int,
    Left,
    LimitError,
    Machine,
    MachineTypeError,
    Pair,
    Right,
    StepError,
    Unit,
    ValueMismatchError,
    check_value,
    const,
    consume,
    copy,
    decr,
    elaborate,
    fan_in,
    first,
    fst,
    get,
    ident,
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
    type_of,
)
from sm_toolkit.language.data.types import same_value
from sm_toolkit.language.interpreter import run_term
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
    with pytest.raises(ValueMismatchError, match=r"^the input should be Str, and is 3 \(Int\)$"):
        step(wrong, 3, 0)
    with pytest.raises(ValueMismatchError, match=r"^the state should be Int, and is True \(Bool\)$"):
        step(counter_v1, "Left ()", True)


def test_a_stream_threads_the_state() -> None:
    assert stream(counter_v1, ["Right ()", "Left ()", "Right ()"], 5) == (["Right ()", "Left 6", "Right ()"], 7)


@given(runs())
def test_a_trace_tells_the_step(run: Any) -> None:
    machine, state, (x, *_), s = run
    machine = Machine(elaborate(machine, state).term)  # values alone do not always tell all types
    try:
        type_of((s, x))
    except ValueMismatchError:
        reject()  # a list with objects of two dataclasses, where the term does not say that they are of one variant
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


# -- what the values leave open ---------------------------------------------------------------------------


def test_what_a_value_leaves_open_does_not_stop_a_step() -> None:
    assert step(ident(Unit) >> get() >> show(), None, Left(None)) == ("Left ()", Left(None))
    assert step(show(), (Left(1), Right(None)), None) == ("(Left 1,Right ())", None)
    with pytest.raises(AmbiguousTypeError):
        step(read(), "1", None)  # this is left open by the machine


def test_open_types_of_the_input_and_the_state_have_nothing_to_do_with_each_other() -> None:
    pass_on: Any = (ident(Pair(Either(Unit, Int), Int)) | ident()) >> inl()
    assert step(pass_on, Right(Left("x")), Left(1)) == (Left(Right(Left("x"))), Left(1))
    keep_text_and_number: Any = first(ident(Either(Unit, Int))) & (consume() >> get(Either(Unit, Either(Unit, Int))))
    x, s = (Left(None), None), Left(None)
    assert step(keep_text_and_number, x, s) == ((x, s), s)
    swap: Any = ident(Either(Int, Int)) & (consume() >> get(Either(Int, Unit)))
    assert step(swap, Left(1), Left(2)) == ((Left(1), Left(2)), Left(2))


def test_an_input_that_is_tied_to_the_state_tells_what_the_state_leaves_open() -> None:
    latest: Any = fan_in(consume() >> get(), ident())
    assert step(latest, Right(Right(True)), Left(1)) == (Right(True), Left(1))
    assert step(latest >> show(), Right(Right(True)), Left(1)) == ("Right True", Left(1))
    with pytest.raises(MachineTypeError, match=r"Either\[Int"):
        step(latest, Right("x"), Left(1))


def test_a_value_that_no_type_has_is_refused_also_where_any_type_will_do() -> None:
    anything: Any = ident()
    with pytest.raises(ValueMismatchError, match=r"the input at \[1\].value should be None, bool, int, .*class set"):
        step(anything, (1, Left({2})), None)
    with pytest.raises(
        ValueMismatchError, match=r"the state should be None, .* a tuple of 1, where tuples have 2 to 256"
    ):
        step(anything, 1, (1,))
    with pytest.raises(LimitError, match="int_bits"):
        step(anything, 2**20_000, None)


def test_what_is_wrong_is_named_by_all_that_run_a_step() -> None:
    wrong: Any = incr | not_
    for run in (step, trace, lambda machine, x, s: stream(machine, [x], s)):
        with pytest.raises(ValueMismatchError) as caught:
            run(wrong, Left("x"), None)
        assert str(caught.value) == "the input at .value should be Int, and is 'x' (Str)"
        assert caught.value.subject == "the input"


# -- traces -----------------------------------------------------------------------------------------------


def test_a_trace_says_where_each_part_stands() -> None:
    told = trace(incr >> (incr & incr), 1, None)
    assert [ran.path for ran in told.ran] == [(), (0,), (1,), (1, 0), (1, 1)]
    assert [ran.depth for ran in told.ran] == [0, 1, 1, 2, 2]


def test_a_trace_of_a_deep_machine_keeps_no_path_for_each_part() -> None:
    machine: Any = incr
    x: Any = 0
    for _ in range(5_000):
        machine, x = first(machine), (x, None)
    tracemalloc.start()
    try:
        told = trace(machine, x, None)
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()
    assert told.ran[-1].path == (0,) * 5_000


def test_a_trace_prints_its_parts_in_order() -> None:
    assert str(trace(counter_v1, "Right ()", 7)).splitlines() == [
        "read(Either(Unit, Unit)) >> (get() | get() >> incr >> put())…: 'Right ()' -> 'Right ()', state 7 -> 8",
        "  read(Either(Unit, Unit)): 'Right ()' -> Right(None)",
        "  get() | get() >> incr >> put(): Right(None) -> Right(None), state 7 -> 8",
        "    get() >> incr >> put(): None -> None, state 7 -> 8",
        "      get(): None -> 7",
        "      incr: 7 -> 8",
        "      put(): 8 -> None, state 7 -> 8",
        "  show(Either(Int, Unit)): Right(None) -> 'Right ()'",
    ]


def test_a_trace_of_a_failed_step_prints_where_and_why() -> None:
    *parts, why = str(trace(read() >> incr, "x", 0)).splitlines()
    assert parts == ["read(Int) >> incr: 'x' fails", "  read(Int): 'x' fails"]
    assert why.startswith("the step failed: cannot read Int: ")


def test_the_text_of_a_trace_has_an_end() -> None:
    bomb: Any = ident().then(*[copy()] * 40)
    deep: Any = incr | incr
    for _ in range(3_000):
        deep = deep & ident()
    cases: list[Any] = [(incr.then(*[incr] * 5_000), 0), (deep, Left(0)), (bomb, "x" * 100_000)]
    for machine, x in cases:
        text = str(trace(machine, x, None))
        assert len(text.splitlines()) <= 102
        assert max(map(len, text.splitlines())) < 400
    assert "… 4,902 more parts …" in str(trace(incr.then(*[incr] * 5_000), 0, None))
