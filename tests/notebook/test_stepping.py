"""The stepper's model: steps, places among them, and the table of them. No widget."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.examples.counter import count_v1, counter_v1
from sm_toolkit.language import (
    Left,
    Right,
    StepError,
    ValueMismatchError,
    copy,
    get,
    ident,
    incr,
    not_,
    put,
    stream,
)
from sm_toolkit.notebook.stepping import NoInputsError, StepperModel

READ: Any = Left(None)
INCREMENT: Any = Right(None)


def stepped(*inputs: Any) -> StepperModel[Any, Any, Any]:
    model: StepperModel[Any, Any, Any] = StepperModel(count_v1, 0)
    for x in inputs:
        model.step(x)
    return model


def test_a_step_tells_what_went_in_and_came_out() -> None:
    model = stepped(INCREMENT, READ)
    first, second = model.trace
    assert (first.input, first.before, first.output, first.after, first.error) == (INCREMENT, 0, Right(None), 1, None)
    assert (second.input, second.before, second.output, second.after) == (READ, 1, Left(1), 1)
    assert model.current is second
    assert model.state == 1
    assert [str(ran.term) for ran in first.trace.ran][-3:] == ["get()", "incr", "put()"]


@given(st.lists(st.sampled_from([READ, INCREMENT])))
def test_steps_are_the_machine_run_as_a_stream(inputs: list[Any]) -> None:
    model = stepped(*inputs)
    assert ([step.output for step in model.trace], model.state) == stream(count_v1, inputs, 0)


def test_back_keeps_what_it_goes_back_over_until_another_step_is_taken() -> None:
    model = stepped(INCREMENT, INCREMENT, INCREMENT)
    model.back()
    model.back()
    assert (model.state, model.position, len(model.trace)) == (1, 1, 3)
    model.forward()
    assert model.state == 2
    model.step(READ)
    assert [step.input for step in model.trace] == [INCREMENT, INCREMENT, READ]
    assert (model.position, model.state) == (3, 2)


def test_another_step_from_an_earlier_place_keeps_the_old_future_beside_it() -> None:
    model = stepped(INCREMENT, INCREMENT, INCREMENT)
    model.go(1)
    model.step(READ)
    model.step(READ)
    assert [step.input for step in model.trace] == [INCREMENT, READ, READ]
    assert [place.name for place in model.line] == ["start", "1", "2b", "3b"]
    told = [(future.letter, future.after.name, [place.name for place in future.places]) for future in model.futures]
    assert told == [("", "start", ["1", "2", "3"]), ("b", "1", ["2b", "3b"])]
    assert model.other_futures() == ["another future, after 1: 2 Right (), 3 Right ()"]
    model.go("3")
    assert (model.state, model.position, [place.name for place in model.line]) == (3, 3, ["start", "1", "2", "3"])
    assert model.other_futures() == ["another future, after 1: 2b Left (), 3b Left ()"]
    model.go("start")
    model.step(READ)
    assert [place.name for place in model.line] == ["start", "1c"]
    assert model.other_futures() == [
        "another future, after start: 1 Right (), 2 Right (), 3 Right ()",
        "another future, after 1: 2b Left (), 3b Left ()",
    ]


def test_where_one_went_last_is_where_forward_goes() -> None:
    model = stepped(INCREMENT, INCREMENT)
    model.back()
    model.step(READ)
    model.go(0)
    model.forward()
    model.forward()
    assert model.here.name == "2b"
    model.go("2")
    model.go(0)
    model.forward()
    model.forward()
    assert model.here.name == "2"


def test_the_same_step_again_is_the_one_that_was_taken() -> None:
    model = stepped(INCREMENT, READ)
    first = model.trace[0]
    model.go(0)
    assert model.step(INCREMENT) is first
    assert (model.position, len(model.trace), len(model.futures)) == (1, 2, 1)
    # at the end of a line it is a step more, though it is the same input
    model.go(2)
    model.step(READ)
    assert [place.name for place in model.line] == ["start", "1", "2", "3"]


def test_a_step_on_from_another_future_goes_on_there() -> None:
    model = stepped(INCREMENT, INCREMENT)
    model.back()
    model.step(READ)
    model.step(INCREMENT)
    model.go("2")
    model.step(READ)
    names = [[place.name for place in future.places] for future in model.futures]
    assert names == [["1", "2", "3"], ["2b", "3b"]]


@given(st.lists(st.one_of(st.sampled_from([READ, INCREMENT]), st.integers(0, 9))))
def test_every_place_is_reached_and_its_state_is_the_stream_of_its_inputs(moves: list[Any]) -> None:
    model = stepped()
    for move in moves:
        if isinstance(move, int):
            names = [place.name for future in model.futures for place in future.places]
            model.go(names[move % len(names)] if names else 0)
        else:
            model.step(move)
    places = [place for future in model.futures for place in future.places]
    assert len({place.name for place in places}) == len(places)
    for place in places:
        model.go(place.name)
        assert model.here is place
        inputs = [step.input for step in model.trace[: model.position]]
        assert model.state == stream(count_v1, inputs, 0)[1]


def test_there_is_no_such_place() -> None:
    model = stepped(INCREMENT)
    with pytest.raises(KeyError, match="there is no place '7b'; there are start, 1"):
        model.go("7b")
    assert model.position == 1


def test_there_is_nothing_before_the_start_and_after_the_end() -> None:
    model = stepped(INCREMENT)
    model.back()
    model.back()
    assert (model.position, model.state, model.current) == (0, 0, None)
    model.forward()
    model.forward()
    assert (model.position, model.state) == (1, 1)


def test_go() -> None:
    model = stepped(INCREMENT, INCREMENT)
    for position in (0, 2, 1):
        model.go(position)
        assert (model.position, model.state) == (position, position)
    for wrong in (-1, 3):
        with pytest.raises(IndexError, match=f"there are 2 steps to go to, and the start is 0: not {wrong}"):
            model.go(wrong)
    assert model.position == 1


def test_reset_forgets() -> None:
    model = stepped(INCREMENT, INCREMENT)
    model.reset()
    assert (model.trace, model.position, model.state, model.futures) == ([], 0, 0, [])


def test_a_failed_step_is_in_the_trace_and_leaves_the_state() -> None:
    model: StepperModel[Any, Any, Any] = StepperModel(counter_v1, 4, ["Right ()", "Middle ()"])
    model.step("Right ()")
    failed = model.step("Middle ()")
    assert isinstance(failed.error, StepError)
    assert (failed.output, failed.before, failed.after, model.state) == (None, 5, 5, 5)
    assert model.trace[-1] is model.current is failed
    model.step("Right ()")
    assert model.state == 6
    model.back()
    assert repr(model).splitlines()[-1] == f"step 2 fails: {failed.error}"
    assert f"fails: {failed.error}" in model.table().html.replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("machine", "state", "inputs"),
    [
        (count_v1, 0, [READ, INCREMENT]),
        (not_, None, [False, True]),
        (get() >> incr >> put(), 0, [None]),
        (not_ & ident(), None, [False, True]),
        (copy(), None, [None]),  # what nothing fixes is Unit
    ],
)
def test_the_inputs_of_a_finite_type_are_found(machine: Any, state: Any, inputs: list[Any]) -> None:
    assert StepperModel(machine, state).inputs == inputs


def test_inputs_of_any_other_type_are_given_or_filled_in() -> None:
    assert StepperModel(incr, None, range(3)).inputs == [0, 1, 2]
    assert StepperModel(incr, None, range(3)).forms == []
    assert StepperModel(count_v1, 0, [INCREMENT]).inputs == [INCREMENT]
    model: StepperModel[Any, Any, Any] = StepperModel(counter_v1, 0)
    assert model.inputs == []
    assert [form.name for form in model.forms] == ["input"]
    both: StepperModel[Any, Any, Any] = StepperModel(incr, None, [5], form=True)
    assert (both.inputs, len(both.forms)) == ([5], 1)
    assert StepperModel(count_v1, 0, form=True).forms == []  # none of its inputs carries data


def test_no_inputs_at_all_are_refused() -> None:
    with pytest.raises(NoInputsError, match="the list of inputs is empty") as caught:
        StepperModel(counter_v1, 0, [])
    assert "as in inputs=['', …], or none for a form" in str(caught.value)


def test_what_does_not_fit_is_refused_at_once() -> None:
    with pytest.raises(ValueMismatchError, match="the state should be Int, and is 'x'"):
        StepperModel(count_v1, "x")
    with pytest.raises(ValueMismatchError, match=r"input 2 at \.value should be Unit"):
        StepperModel(count_v1, 0, [READ, Left(3)])
    model = stepped(INCREMENT)
    with pytest.raises(ValueMismatchError):
        model.step(7)
    assert (len(model.trace), model.state) == (1, 1)


def test_the_text_is_the_trace() -> None:
    model = stepped(INCREMENT, READ)
    assert repr(model) == (
        "count_v1: Either[Unit, Unit] -> Either[Int, Unit], state Int\n"
        "         input     output    state\n"
        "  start                      0\n"
        "  1      Right ()  Right ()  1\n"
        "> 2      Left ()   Left 1    1"
    )
    assert repr(model) == repr(stepped(INCREMENT, READ))


def test_html_is_escaped() -> None:
    model: StepperModel[Any, Any, Any] = StepperModel(counter_v1.named("<b>"), 0, ["<i>"])
    model.step("<i>")
    assert "<i>" not in model.table().html
    assert "<b>" not in model.table().html


def test_inputs_without_end_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 1,000: take some"):
        StepperModel(incr, None, count())
