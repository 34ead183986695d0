"""The stepper's model: steps, places among them, and the table of them. No widget."""

from __future__ import annotations

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
    assert (model.trace, model.position, model.state) == ([], 0, 0)


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


def test_inputs_of_any_other_type_must_be_given() -> None:
    with pytest.raises(NoInputsError, match="Str has too many values to offer each of them") as caught:
        StepperModel(counter_v1, 0)
    assert "as in inputs=['', …]" in str(caught.value)
    with pytest.raises(NoInputsError, match="the list of inputs is empty"):
        StepperModel(counter_v1, 0, [])
    assert StepperModel(incr, None, range(3)).inputs == [0, 1, 2]
    assert StepperModel(count_v1, 0, [INCREMENT]).inputs == [INCREMENT]


def test_what_does_not_fit_is_refused_at_once() -> None:
    with pytest.raises(ValueMismatchError, match="expected a value of Int, found 'x'"):
        StepperModel(count_v1, "x")
    with pytest.raises(ValueMismatchError, match=r"expected a value of Unit at \.value"):
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
