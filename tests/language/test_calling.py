"""A machine is called as the function that it was made of, and is told by it."""

from __future__ import annotations

import inspect
import pydoc
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from sm_toolkit import Machine, StepError, Unit, ValueMismatchError, function, get, incr, machine, put


@machine
def divided(event: int, state: int) -> tuple[int, int]:
    """Divide by what is remembered."""
    return event // state, event


@function
def widened(old: int) -> tuple[int, bool]:
    return old, False


ticked: Any = get() >> incr >> put() >> get()
of_text: Any = machine(source="def told(event: str, state: None) -> tuple[str, None]:\n    return event, state\n")
called: Any = divided
called_too: Any = widened


def test_arguments_may_be_named() -> None:
    assert called(event=7, state=2) == called(state=2, event=7) == called(7, state=2) == (3, 7)
    assert called_too(old=3) == (3, False)
    assert of_text(state=None, event="a") == ("a", None)


def test_a_machine_without_a_state_passes_one_on() -> None:
    assert widened(3, "s") == ((3, False), "s")
    assert incr(3) == 4


WRONG: dict[str, tuple[Callable[[], Any], ...]] = {
    "`divided` takes `event` and `state`, and lacks `state`; write output, state = divided(event, state)": (
        lambda: called(1),
        lambda: called(event=1),
    ),
    "`divided` takes `event` and `state`, and lacks `event` and `state`;": (lambda: called(),),
    "`divided` takes `event` and `state`, and gets 3 arguments;": (lambda: called(1, 2, 3), lambda: called(1, 2, by=3)),
    "`divided` takes `event` and `state`, and gets `by`;": (lambda: called(1, by=3),),
    "`divided` takes `event` and `state`, and gets `event` twice;": (lambda: called(1, event=3),),
    "`widened` takes `old`, and lacks `old`; write widened(old)": (lambda: called_too(),),
    "`get() >> incr >> put() >> get()` works on a state, and gets none; write output, state = machine(x, state)": (
        lambda: ticked(None),
    ),
    "`tick` takes an input, and a state if it works on one, and gets 0 arguments;": (lambda: ticked.named("tick")(),),
    "`get() >> incr >> put() >> get()` takes its input and its state without names;": (lambda: ticked(None, state=3),),
}


@pytest.mark.parametrize("told", WRONG)
def test_a_wrong_call_says_what_to_write(told: str) -> None:
    for call in WRONG[told]:
        with pytest.raises(TypeError) as caught:
            call()
        assert str(caught.value).startswith(told)


def test_a_state_of_none_may_be_left_out_where_there_is_no_parameter_for_it() -> None:
    nothing: Any = get(Unit) >> put()
    assert nothing(None) is None
    assert nothing(None, None) == (None, None)


def test_a_failure_is_seen_without_the_frames_in_which_it_was_found() -> None:
    failures: list[tuple[Callable[[], Any], type[Exception]]] = [
        (lambda: called(1, 0), StepError),
        (lambda: called("a", 0), ValueMismatchError),
    ]
    for call, kind in failures:
        with pytest.raises(kind) as caught:
            call()
        frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
        assert frames[-2:] == ["<lambda>", "__call__"]


def test_it_is_told_by_its_function() -> None:
    assert called.__doc__ == "Divide by what is remembered."
    assert called.__name__ == called.__qualname__ == "divided"
    assert str(inspect.signature(divided)) == "(event: 'int', state: 'int') -> 'tuple[int, int]'"
    told = pydoc.render_doc(divided, renderer=pydoc.plaintext)  # type: ignore[attr-defined]
    assert "Divide by what is remembered." in told
    assert "Method resolution order" not in told
    assert called.named("other").__wrapped__ is called.__wrapped__


def test_what_is_made_of_no_function_is_told_by_its_class() -> None:
    assert ticked.__doc__ == Machine.__doc__
    assert str(Machine.__doc__).startswith("A state machine")
    assert not hasattr(ticked, "__name__")
    assert of_text.__name__ == "told"
    assert not hasattr(of_text, "__wrapped__")
