"""The widget views, driven from Python: presses and moved sliders, and what they show. No browser."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

import ipywidgets
import pytest

from sm_toolkit.examples.counter import count_v1, counter_v1, typed_v1, typed_v1_to_v2, upgrade_v1_to_v2, v1
from sm_toolkit.language import Int, Left, List, Maybe, Pair, Right, Str, ValueMismatchError, ident, incr, machine
from sm_toolkit.notebook import Stepper, UpgradeSimulator

READ: Any = Left(None)
INCREMENT: Any = Right(None)
INPUTS: list[Any] = [INCREMENT, READ, INCREMENT, INCREMENT]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True)
class Add:
    by: int
    twice: bool


@machine
def counted(event: Add, state: int) -> tuple[int, int]:
    if event.twice:
        state = state + event.by
    return state, state + event.by


def everything(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything(child)


def named(view: Any, name: str) -> list[Any]:
    return [widget for widget in everything(view) if name in widget._dom_classes]


def press(view: Any, name: str, number: int = 0) -> None:
    named(view, name)[number].click()


def html(view: Any, name: str) -> str:
    (page,) = named(view, name)
    return str(page.value)


def every_control_has_a_name(view: Any) -> None:
    for widget in everything(view):
        if isinstance(widget, ipywidgets.Button | ipywidgets.ToggleButton):
            assert widget.description
            assert widget.tooltip
        if isinstance(widget, ipywidgets.IntSlider):
            assert widget.description
        # Their contents come and go, or their keys are taken by the notebook.
        assert not isinstance(widget, ipywidgets.Output | ipywidgets.Dropdown)


def is_a_bundle(shown: Any) -> dict[str, Any]:
    bundle: dict[str, Any] = dict(shown._repr_mimebundle_())
    assert set(bundle) == {WIDGET_VIEW, "text/html", "text/plain"}
    assert bundle["text/plain"] == repr(shown)
    assert " at 0x" not in json.dumps(bundle)
    assert '<img alt="' in bundle["text/html"]
    assert 'src="data:image/svg+xml;base64,' in bundle["text/html"]
    assert "<table" in bundle["text/html"]
    return bundle


# -- the stepper ------------------------------------------------------------------------------------------


def test_a_button_an_input() -> None:
    stepper = Stepper(count_v1, 0)
    buttons = named(stepper.view, "sm-stepper-input")
    assert [(button.description, button.tooltip) for button in buttons] == [
        ("Left ()", "Step with Left ()"),
        ("Right ()", "Step with Right ()"),
    ]
    every_control_has_a_name(stepper.view)


def test_a_press_steps_and_shows_what_ran() -> None:
    stepper = Stepper(count_v1, 0)
    still = html(stepper.view, "sm-stepper-picture")
    press(stepper.view, "sm-stepper-input", 1)
    shown = html(stepper.view, "sm-stepper-picture")
    assert shown != still
    title = ElementTree.fromstring(shown).get("aria-label") or ""
    assert title.endswith("step(count_v1, Right(None), 0) == (Right(None), 1)")
    assert ">0 → 1</tspan>" in shown
    assert "Right ()" in html(stepper.view, "sm-stepper-table")
    assert html(stepper.view, "sm-stepper-error") == ""


def test_back_forward_and_reset() -> None:
    stepper = Stepper(count_v1, 0)
    still = html(stepper.view, "sm-stepper-picture")
    for _ in range(3):
        press(stepper.view, "sm-stepper-input", 1)
    assert stepper.model.state == 3
    press(stepper.view, "sm-stepper-back")
    press(stepper.view, "sm-stepper-back")
    assert stepper.model.state == 1
    assert html(stepper.view, "sm-stepper-table").count("<tr") == 1 + 4  # the head, the start, and three steps
    press(stepper.view, "sm-stepper-forward")
    assert stepper.model.state == 2
    press(stepper.view, "sm-stepper-reset")
    press(stepper.view, "sm-stepper-back")
    assert html(stepper.view, "sm-stepper-picture") == still
    assert repr(stepper) == repr(Stepper(count_v1, 0))


def test_a_failed_step_is_said_in_the_error_line_until_the_next() -> None:
    stepper = Stepper(counter_v1, 0, ["Right ()", "<b>"])
    press(stepper.view, "sm-stepper-input", 1)
    line = html(stepper.view, "sm-stepper-error")
    assert 'role="alert"' in line
    assert "The step failed, and the state is what it was: cannot read Either[Unit, Unit]" in line
    assert "<b>" not in line
    assert "<b>" not in html(stepper.view, "sm-stepper-table")
    ElementTree.fromstring(html(stepper.view, "sm-stepper-picture"))
    press(stepper.view, "sm-stepper-input", 0)
    assert html(stepper.view, "sm-stepper-error") == ""
    assert stepper.model.state == 1


def test_an_error_in_a_handler_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    stepper = Stepper(count_v1, 0)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the drawer is stuck")

    monkeypatch.setattr("sm_toolkit.notebook.stepper.draw_machine", broken)
    press(stepper.view, "sm-stepper-input")
    assert "RuntimeError: the drawer is stuck" in html(stepper.view, "sm-stepper-error")
    monkeypatch.undo()
    press(stepper.view, "sm-stepper-input")
    assert html(stepper.view, "sm-stepper-error") == ""


def test_the_stepper_steps_from_a_cell_too() -> None:
    stepper = Stepper(count_v1, 0)
    stepper.step(INCREMENT)
    assert ">0 → 1</tspan>" in html(stepper.view, "sm-stepper-picture")
    with pytest.raises(ValueMismatchError):
        stepper.step(3)


def test_the_stepper_as_a_cell_shows_it() -> None:
    stepper = Stepper(count_v1, 0)
    stepper.step(INCREMENT)
    bundle = is_a_bundle(stepper)
    assert bundle[WIDGET_VIEW]["model_id"] == stepper.view.model_id
    other = Stepper(count_v1, 0)
    other.step(INCREMENT)
    again = is_a_bundle(other)
    assert (bundle["text/html"], bundle["text/plain"]) == (again["text/html"], again["text/plain"])


def test_a_form_is_checked_as_it_is_typed() -> None:
    stepper: Stepper[Any, Any, Any] = Stepper(counted, 1)
    every_control_has_a_name(stepper.view)
    line, flag = named(stepper.view, "sm-form-line")[0], named(stepper.view, "sm-form-flag")[0]
    assert (line.description, flag.description, line.value) == ("by", "twice", "0")
    wrong = named(stepper.view, "sm-form-error")[0]
    line.value = "1x"
    assert "expected a whole number, as in 42, found &#x27;1x&#x27;" in wrong.value
    assert 'role="alert"' in wrong.value
    press(stepper.view, "sm-form-step")
    assert "Step waits for by: expected a whole number" in html(stepper.view, "sm-stepper-error")
    assert stepper.model.trace == []
    line.value = "12"
    assert wrong.value == ""
    flag.value = True
    press(stepper.view, "sm-form-step")
    assert stepper.model.current is not None
    assert stepper.model.current.input == Add(12, True)
    assert (stepper.model.state, html(stepper.view, "sm-stepper-error")) == (25, "")


def test_enter_in_a_field_steps() -> None:
    stepper: Stepper[Any, Any, Any] = Stepper(counted, 1)
    (line,) = named(stepper.view, "sm-form-line")
    line.value = "3"
    line._handle_custom_msg({"event": "submit"}, [])
    assert stepper.model.state == 4


def test_a_choice_shows_the_fields_of_what_is_chosen() -> None:
    stepper: Stepper[Any, Any, Any] = Stepper(ident(Pair(Str, Maybe(Int))), None)
    assert [way.description for way in named(stepper.view, "sm-form-way")] == ["● Nothing", "○ Just"]
    assert len(named(stepper.view, "sm-form-line")) == 1
    press(stepper.view, "sm-form-way", 1)
    assert [way.description for way in named(stepper.view, "sm-form-way")] == ["○ Nothing", "● Just"]
    text, number = named(stepper.view, "sm-form-line")
    text.value, number.value = "a", "7"
    press(stepper.view, "sm-form-step")
    assert stepper.model.trace[0].output == ("a", 7)
    press(stepper.view, "sm-form-way", 0)
    press(stepper.view, "sm-form-step")
    assert stepper.model.trace[1].output == ("a", None)
    press(stepper.view, "sm-form-way", 1)
    assert named(stepper.view, "sm-form-line")[1].value == "7"  # what was written is still there
    every_control_has_a_name(stepper.view)


def test_given_inputs_are_all_there_is_unless_a_form_is_asked_for() -> None:
    assert named(Stepper(counted, 1, [Add(1, True)]).view, "sm-form") == []
    both = Stepper(counted, 1, [Add(1, True)], form=True)
    assert len(named(both.view, "sm-stepper-input")) == len(named(both.view, "sm-form")) == 1


def places(stepper: Any) -> list[str]:
    return [button.description for button in named(stepper.view, "sm-stepper-place")]


def test_every_step_is_a_button_and_other_futures_stay() -> None:
    stepper = Stepper(count_v1, 0)
    assert places(stepper) == ["▸ start"]
    for number in (1, 1, 0):
        press(stepper.view, "sm-stepper-input", number)
    assert places(stepper) == ["start", "1 Right ()", "2 Right ()", "▸ 3 Left ()"]
    press(stepper.view, "sm-stepper-place", 1)
    assert places(stepper) == ["start", "▸ 1 Right ()", "2 Right ()", "3 Left ()"]
    assert (stepper.model.state, stepper.model.position) == (1, 1)
    press(stepper.view, "sm-stepper-input", 0)
    assert places(stepper) == ["start", "1 Right ()", "2 Right ()", "3 Left ()", "▸ 2b Left ()"]
    assert "after 1, also:" in html(stepper.view, "sm-stepper-after")
    other = html(stepper.view, "sm-stepper-picture")
    press(stepper.view, "sm-stepper-place", 3)
    assert stepper.model.here.name == "3"
    assert html(stepper.view, "sm-stepper-picture") != other
    assert ">3</th>" in html(stepper.view, "sm-stepper-table").replace('"></span>', "")
    hints = [button.tooltip for button in named(stepper.view, "sm-stepper-place")]
    assert hints[0] == "Go to the start, state 0"
    assert hints[-1] == "Go to step 2b, state 1"
    every_control_has_a_name(stepper.view)
    assert "another future, after 1: 2b Left ()" in is_a_bundle(stepper)["text/html"]
    press(stepper.view, "sm-stepper-reset")
    assert places(stepper) == ["▸ start"]
    assert named(stepper.view, "sm-stepper-after") == []


def test_presses_on_two_threads_do_not_mix() -> None:
    stepper = Stepper(count_v1, 0)

    def work() -> None:
        for number in range(20):
            press(stepper.view, "sm-stepper-input", 1)
            if number % 4 == 0:
                stepper.step(READ)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert html(stepper.view, "sm-stepper-error") == ""
    assert (stepper.model.state, stepper.model.position) == (40, 50)
    assert len(stepper.model.futures) == 1
    assert places(stepper)[-1].startswith("▸ 50")
    assert html(stepper.view, "sm-stepper-table") == stepper.model.table(40).html


def test_a_step_more_keeps_the_buttons_that_are_there() -> None:
    stepper = Stepper(count_v1, 0)
    press(stepper.view, "sm-stepper-input", 1)
    before = named(stepper.view, "sm-stepper-place")
    press(stepper.view, "sm-stepper-input", 1)
    after = named(stepper.view, "sm-stepper-place")
    assert all(one is other for one, other in zip(before, after, strict=False))


def test_of_many_steps_a_page_is_shown_and_the_others_are_a_press_away() -> None:
    stepper = Stepper(count_v1, 0)
    for _ in range(95):
        stepper.step(INCREMENT)
    assert places(stepper)[1] == "81 Right ()"
    assert places(stepper)[-1] == "▸ 95 Right ()"
    assert "… 56 earlier" in html(stepper.view, "sm-stepper-table")
    press(stepper.view, "sm-stepper-earlier")
    press(stepper.view, "sm-stepper-earlier")
    assert places(stepper)[:3] == ["start", "1 Right ()", "2 Right ()"]
    assert named(stepper.view, "sm-stepper-earlier") == []
    assert stepper.model.position == 95
    press(stepper.view, "sm-stepper-place", 40)
    assert stepper.model.position == 40
    press(stepper.view, "sm-stepper-input", 1)  # goes on to the step that is there
    assert stepper.model.position == 41
    assert places(stepper)[1] == "▸ 41 Right ()"


def test_a_function_shows_its_lines_beside_the_diagram() -> None:
    stepper: Stepper[Any, Any, Any] = Stepper(counted, 1)
    assert "counted: no step yet" in html(stepper.view, "sm-stepper-function")
    press(stepper.view, "sm-stepper-switch", 1)
    stepper.step(Add(2, True))
    assert html(stepper.view, "sm-stepper-function").count('class="sm-ran"') == 4
    ElementTree.fromstring(html(stepper.view, "sm-stepper-picture"))
    switches = named(stepper.view, "sm-stepper-switch")
    assert [switch.description for switch in switches] == ["Hide function", "Hide diagram", "Show parts"]
    press(stepper.view, "sm-stepper-switch", 0)
    stepper.step(Add(3, False))
    assert html(stepper.view, "sm-stepper-function").count('class="sm-ran"') == 4  # what is hidden is not made anew
    press(stepper.view, "sm-stepper-switch", 0)
    assert html(stepper.view, "sm-stepper-function").count('class="sm-ran"') == 3
    bundle = is_a_bundle(stepper)
    assert "sm-function-run" in bundle["text/html"]


def test_the_diagram_of_a_large_function_is_shown_when_it_is_asked_for() -> None:
    lines = [f"    if event > {number} + state:\n        return {number}, state + event\n" for number in range(30)]
    source = f"def large(event: int, state: int) -> tuple[int, int]:\n{''.join(lines)}    return -1, state\n"
    stepper: Stepper[Any, Any, Any] = Stepper(machine(source=source), 1)
    stepper.step(25)
    (diagram,) = named(stepper.view, "sm-stepper-picture")
    assert (diagram.layout.display, diagram.value) == ("none", "")
    assert html(stepper.view, "sm-stepper-function").count('class="sm-ran"') == 3
    assert "lines that did not run" in html(stepper.view, "sm-stepper-function")
    switches = named(stepper.view, "sm-stepper-switch")
    assert [switch.description for switch in switches] == ["Hide function", "Show diagram", "Show parts"]
    for number in (0, 1, 2):
        press(stepper.view, "sm-stepper-switch", number)
    assert [switch.description for switch in switches] == ["Show function", "Hide diagram", "Hide parts"]
    assert diagram.layout.display is None
    ElementTree.fromstring(diagram.value)
    assert len(diagram.value) < 200_000
    assert "parts ran" in html(stepper.view, "sm-stepper-parts")


def answer(stepper: Stepper[Any, Any, Any]) -> None:
    """Do what a page does with a question."""
    settling = stepper._settling
    assert settling is not None
    settling._answered.value = settling._asked.value


@pytest.mark.parametrize("answered", [True, False])
def test_the_page_is_asked_back_before_a_form_is_taken(answered: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed last arrives after the press of the button: so the step waits for the page's answer."""
    monkeypatch.setattr("sm_toolkit.notebook.settling.LONGEST_WAIT", 100.0 if answered else 0.05)

    async def pressed() -> tuple[int, int]:
        stepper: Stepper[Any, Any, Any] = Stepper(counted, 1)
        (line,) = named(stepper.view, "sm-form-line")
        line.value = "1"
        press(stepper.view, "sm-form-step")
        await asyncio.sleep(0)  # the page is asked, and sends what it had kept before it answers
        line.value = "12"
        before = stepper.model.state
        if answered:
            answer(stepper)
        else:
            await asyncio.sleep(0.1)
        after = stepper.model.state
        await asyncio.sleep(0.1)
        assert len(stepper.model.trace) == 1
        return before, after

    assert asyncio.run(pressed()) == (1, 13)


@pytest.mark.parametrize("busy", [False, True])
def test_a_press_that_is_heard_on_another_thread_waits_for_what_the_first_has_not_heard_yet(
    busy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But not for a cell that runs for long."""
    monkeypatch.setattr("sm_toolkit.notebook.settling.LONGEST_WAIT", 0.05 if busy else 100.0)
    stepped, heard = threading.Event(), threading.Event()

    async def cell() -> int:
        stepper: Stepper[Any, Any, Any] = Stepper(counted, 1)
        (line,) = named(stepper.view, "sm-form-line")
        loop = asyncio.get_running_loop()

        async def elsewhere() -> None:
            press(stepper.view, "sm-form-step")
            heard.set()
            while not stepper.model.trace and not stepped.is_set():
                await asyncio.sleep(0.01)
            stepped.set()

        other = threading.Thread(target=asyncio.run, args=[elsewhere()])
        other.start()
        heard.wait(10)
        if busy:
            stepped.wait(10)
        loop.call_soon(setattr, line, "value", "12")  # what waited all the time
        await asyncio.sleep(0)
        answer(stepper)
        for _ in range(1000):
            if stepped.is_set():
                break
            await asyncio.sleep(0.01)
            answer(stepper)
        stepped.set()
        other.join()
        return int(stepper.model.state)

    assert asyncio.run(cell()) == (1 if busy else 13)


def test_a_form_whose_page_has_answered_is_taken_at_once() -> None:
    """A press that finds all questions answered overtook nothing, however soon it comes."""

    async def pressed() -> list[int]:
        stepper: Stepper[Any, Any, Any] = Stepper(counted, 1)
        (line,), (flag,) = named(stepper.view, "sm-form-line"), named(stepper.view, "sm-form-flag")
        states = []
        for widget, value in ((line, "0"), (line, "12"), (flag, True)):
            widget.value = value
            press(stepper.view, "sm-form-step")
            states.append(stepper.model.state)
            await asyncio.sleep(0)
            answer(stepper)
            press(stepper.view, "sm-form-step")
            states.append(stepper.model.state)
        return states

    # the form holds 0 from the start; then 12, which is waited for; then twice 12, which is waited for too
    assert asyncio.run(pressed()) == [1, 1, 1, 25, 25, 73]


def test_the_page_is_asked_only_after_what_was_typed_is_handled() -> None:
    """Asked before, the page would answer, and only then send what it had kept."""

    async def typed() -> tuple[int, int]:
        stepper: Stepper[Any, Any, Any] = Stepper(counted, 1)
        (line,) = named(stepper.view, "sm-form-line")
        settling = stepper._settling
        assert settling is not None
        line.value = "1"
        while_handled = settling._asked.value
        await asyncio.sleep(0)
        return while_handled, settling._asked.value

    assert asyncio.run(typed()) == (0, 1)


def test_many_inputs_scroll_and_long_ones_are_cut() -> None:
    stepper = Stepper(incr, None, [10**50, *range(200)])
    (inputs,) = named(stepper.view, "sm-stepper-inputs")
    assert inputs.layout.overflow == "auto"
    assert inputs.layout.max_height
    first = inputs.children[0]
    assert len(first.description) == 40
    assert str(10**50) in first.tooltip


# -- the simulator ----------------------------------------------------------------------------------------


def simulator(**options: Any) -> UpgradeSimulator:
    return UpgradeSimulator(typed_v1, INPUTS, typed_v1_to_v2, **options)


def test_the_simulator_opens_where_the_upgrade_is_next() -> None:
    shown = simulator()
    assert shown.update_point.value == 2
    assert shown.move.value == shown._player.value == shown.model.update_frame
    assert "update point is next" in html(shown.view, "sm-simulator-queues")
    assert "upgrade v1 → v2" in html(shown.view, "sm-simulator-trace")
    assert "update point" in html(shown.view, "sm-simulator-table")
    every_control_has_a_name(shown.view)


def test_step_and_back_show_each_move() -> None:
    shown = simulator()
    at = shown.move.value
    press(shown.view, "sm-simulator-step")
    assert shown.move.value == at + 1
    assert "counter is upgraded, v1 → v2: m(1) = 1." in html(shown.view, "sm-simulator-words")
    assert "af82577" in html(shown.view, "sm-simulator-queues")
    press(shown.view, "sm-simulator-back")
    assert shown.move.value == at
    press(shown.view, "sm-simulator-start")
    press(shown.view, "sm-simulator-back")
    assert shown.move.value == 0
    assert "Nothing has moved yet." in html(shown.view, "sm-simulator-words")
    for _ in range(shown.move.max + 5):
        press(shown.view, "sm-simulator-step")
    assert shown.move.value == shown.move.max == len(shown.model.moves())
    assert html(shown.view, "sm-simulator-error") == ""


def test_the_slider_moves_the_update_point() -> None:
    shown = simulator()
    for at in (0, 4, 1):
        shown.update_point.value = at
        assert shown.model.at == at
        note = f"after item {at}" if at else "before item 1"
        assert f"v1 → v2 {note}" in html(shown.view, "sm-simulator-trace")
        assert shown.move.value == shown.model.update_frame
        assert "update point is next" in html(shown.view, "sm-simulator-queues")
        assert html(shown.view, "sm-simulator-error") == ""
        assert repr(shown) == repr(simulator(at=at))


def test_buttons_move_the_update_point_too() -> None:
    shown = simulator()
    for _ in range(3):
        press(shown.view, "sm-simulator-earlier")
    assert shown.update_point.value == shown.model.at == 0
    for _ in range(6):
        press(shown.view, "sm-simulator-later")
    assert shown.update_point.value == shown.model.at == 4
    assert "v1 → v2 after item 4" in html(shown.view, "sm-simulator-trace")


def test_every_frame_is_a_picture() -> None:
    shown = simulator(new_inputs=[Left(None)])
    pictures = set()
    for number in range(shown.move.max + 1):
        shown.move.value = number
        picture = shown.queue_picture.svg
        assert picture in html(shown.view, "sm-simulator-queues")
        ElementTree.fromstring(picture)
        pictures.add(picture)
    assert len(pictures) > 10


def test_play_runs_over_the_same_moves() -> None:
    shown = simulator()
    (play,) = [widget for widget in everything(shown.view) if isinstance(widget, ipywidgets.Play)]
    shown.update_point.value = 4
    assert (play.min, play.max, play.value) == (shown.move.min, shown.move.max, shown.move.value)
    assert [(link.source, link.target) for link in shown._links] == [
        ((play, "value"), (shown.move, "value")),
        ((shown.play, "value"), (play, "playing")),
    ]


def test_an_error_in_the_simulator_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = simulator()

    def broken(*_: Any) -> None:
        raise RuntimeError("the drawer is stuck")

    monkeypatch.setattr("sm_toolkit.notebook.simulator.draw_pipeline", broken)
    shown.update_point.value = 3
    assert "RuntimeError: the drawer is stuck" in html(shown.view, "sm-simulator-error")
    monkeypatch.undo()
    shown.update_point.value = 1
    assert html(shown.view, "sm-simulator-error") == ""
    assert "v1 → v2 after item 1" in html(shown.view, "sm-simulator-trace")


def test_a_refused_upgrade_is_shown_with_its_reason() -> None:
    refused = UpgradeSimulator(v1, ["Right ()"] * 3, replace(upgrade_v1_to_v2, stage="nothing"))
    assert "refused" in html(refused.view, "sm-simulator-trace")
    assert "there is no stage &#x27;nothing&#x27;" in html(refused.view, "sm-simulator-trace")
    assert "there is no stage 'nothing'" in repr(refused)


def test_the_simulator_as_a_cell_shows_it() -> None:
    bundle, again = is_a_bundle(simulator()), is_a_bundle(simulator())
    assert bundle["text/html"].count("<img ") == 2
    assert "The old client notices nothing: every output agrees." in bundle["text/plain"]
    assert (bundle["text/html"], bundle["text/plain"]) == (again["text/html"], again["text/plain"])


# -- loading ----------------------------------------------------------------------------------------------


def test_a_picture_loads_no_widget() -> None:
    code = (
        "import sys, sm_toolkit.notebook as n; n.draw; "
        "print(sorted({'matplotlib', 'ipywidgets', 'IPython', 'networkx'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_view_says_once_that_its_kernel_is_gone() -> None:
    """JupyterLab puts a sign at each of the parts of such a view, of which there are a hundred."""
    simulator = UpgradeSimulator(typed_v1, INPUTS, typed_v1_to_v2)
    for view, name in ((Stepper(count_v1, 0).view, "sm-stepper"), (simulator.view, "sm-simulator")):
        looks = html(view, f"{name}-looks")
        assert name in view._dom_classes
        assert looks.count(f".{name}") == 3
        assert "was restarted or has ended: run the cell again" in looks


def test_a_field_for_a_value_with_parts_has_room_for_it() -> None:
    stepper: Stepper[Any, Any, Any] = Stepper(ident(Pair(Str, List(Int))), None)
    text, numbers = named(stepper.view, "sm-form-field")
    assert (text.layout.flex, numbers.layout.flex) == (None, "1 1 100%")
    assert numbers.children[0].layout.max_width == "60em"
