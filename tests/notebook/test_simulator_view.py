"""The simulator's view driven from Python: its mistakes by one click, its schedules, and what it shows of each move."""

from __future__ import annotations

import sys
import threading
from typing import Any

import ipywidgets
import pytest

from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2
from sm_toolkit.examples.word_count import counting, to_any_case, to_count_since
from sm_toolkit.language import Int, Left, Right, consume, get, ident, incr, put
from sm_toolkit.notebook import UpgradeSimulator
from sm_toolkit.notebook.presets import AS_GIVEN
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade
from tests.notebook.test_widgets import every_control_has_a_name, html, is_a_bundle, named, press

READ: Any = Left(None)
INCREMENT: Any = Right(None)
INPUTS: list[Any] = [INCREMENT, READ, INCREMENT, INCREMENT]


def simulator(**options: Any) -> UpgradeSimulator:
    return UpgradeSimulator(typed_v1, INPUTS, typed_v1_to_v2, **options)


def words() -> UpgradeSimulator:
    return UpgradeSimulator(counting, ["to", "be", "To", "to"], to_any_case)


def preset(shown: UpgradeSimulator, name: str) -> None:
    buttons = {button.description: button for button in named(shown.view, "sm-simulator-preset")}
    buttons[name].click()


def test_a_button_for_each_mistake_that_can_be_made() -> None:
    shown = simulator()
    buttons = [button.description for button in named(shown.view, "sm-simulator-preset")]
    assert buttons == [AS_GIVEN, *shown.model.presets.made]
    assert len(buttons) == 7
    every_control_has_a_name(shown.view)
    assert html(shown.view, "sm-simulator-explanation") == ""
    assert "“forgotten adapter” cannot be shown here" in html(words().view, "sm-simulator-explanation")


@pytest.mark.parametrize("name", ["wrong migration type", "unknown stage", "migration fails", "type-checks, yet wrong"])
def test_a_click_puts_a_mistake_in_and_says_what_comes_of_it(name: str) -> None:
    for shown in (simulator(), words(), UpgradeSimulator(counting, ["to", "be", "To", "to"], to_count_since)):
        before = html(shown.view, "sm-simulator-trace"), repr(shown)
        preset(shown, name)
        assert html(shown.view, "sm-simulator-error") == ""
        explanation = html(shown.view, "sm-simulator-explanation")
        assert 'role="status"' in explanation
        assert f"{name}: " in explanation
        assert html(shown.view, "sm-simulator-trace") != before[0]
        assert shown.move.value == shown.model.update_frame
        assert f"{name}: " in is_a_bundle(shown)["text/html"]
        chosen = [b.description for b in named(shown.view, "sm-simulator-preset") if b.style.font_weight == "bold"]
        assert chosen == [name]
        preset(shown, AS_GIVEN)
        assert (html(shown.view, "sm-simulator-trace"), repr(shown)) == before


def test_a_mistake_stays_while_the_update_point_moves() -> None:
    shown = simulator()
    preset(shown, "migration fails")
    assert "It failed there, and nothing has changed" in html(shown.view, "sm-simulator-explanation")
    shown.update_point.value = 0
    assert "Here it meets another state, and succeeds." in html(shown.view, "sm-simulator-explanation")
    shown.update_point.value = 2
    assert "It failed there, and nothing has changed" in html(shown.view, "sm-simulator-explanation")


def test_a_rewiring_is_played_through_the_queues() -> None:
    shown = words()
    assert "The door is held" in html(shown.view, "sm-simulator-words")
    assert ">rewiring<" in html(shown.view, "sm-simulator-stream")
    press(shown.view, "sm-simulator-step")
    assert "the rewiring is made at the door: stage lower is added" in html(shown.view, "sm-simulator-words")
    assert ">added</tspan>" in html(shown.view, "sm-simulator-queues")
    assert "rewired" in html(shown.view, "sm-simulator-stream")
    press(shown.view, "sm-simulator-to-update")
    assert shown.move.value == shown.model.update_frame
    bundle = is_a_bundle(shown)
    assert "with rewiring" in bundle["text/plain"]


def test_another_schedule_makes_other_moves_and_the_same_answers() -> None:
    shown = simulator()
    moves, trace = [frame.words for frame in shown.model.frames], html(shown.view, "sm-simulator-trace")
    press(shown.view, "sm-simulator-schedule")
    assert shown.model.seed == 1
    assert [frame.words for frame in shown.model.frames] != moves
    assert html(shown.view, "sm-simulator-trace") == trace
    assert [frame.words for frame in simulator(seed=1).model.frames] == [frame.words for frame in shown.model.frames]
    (ways,) = named(shown.view, "sm-simulator-ways")
    assert [widget.value for widget in ways.children if type(widget) is ipywidgets.Label] == ["seed 1"]


def test_what_the_clients_hear_and_where_the_stream_is() -> None:
    shown = simulator(new_inputs=[READ])
    clients = html(shown.view, "sm-simulator-clients")
    assert "what the clients say and hear after the upgrade" in clients
    assert "old, interface 1" in clients
    assert "new, interface 2" in clients
    assert "the stream: " in html(shown.view, "sm-simulator-stream")
    shown.move.value = shown.move.max
    assert "5 left, 0 on the way" not in html(shown.view, "sm-simulator-stream")
    assert "6 left, 0 on the way, 0 outside" in html(shown.view, "sm-simulator-stream")


def test_the_stage_whose_state_is_compared_can_be_chosen() -> None:
    assert named(words().view, "sm-simulator-watched") == []  # there is one stage with a state
    count = get() >> incr >> put() >> get()
    old = stage("first", 0, count) >> stage("second", 0, consume(Int) >> count)
    new = stage("first", 0, count) >> stage("second", 0, consume(Int) >> get() >> incr >> incr >> put() >> get())
    shown = UpgradeSimulator(old, [None] * 3, upgrade(old, new, migrate=ident()))
    assert [button.description for button in named(shown.view, "sm-simulator-watched")] == ["first", "second"]
    assert "the state of second" in repr(shown)
    press(shown.view, "sm-simulator-watched", 0)
    assert "The state of first is the same throughout." in repr(shown)
    assert "The state of first is the same throughout." in html(shown.view, "sm-simulator-trace")


def test_ten_thousand_inputs_are_cut_with_words() -> None:
    shown = UpgradeSimulator(typed_v1, [INCREMENT] * 10_000, typed_v1_to_v2)
    assert shown.update_point.max == 1000
    assert "10,000 inputs were given" in repr(shown)
    assert html(shown.view, "sm-simulator-table").count("<tr") < 40
    shown.update_point.value = 1000
    assert html(shown.view, "sm-simulator-error") == ""


class OfCell:
    """As much of IPython as says which cell runs."""

    run = ""

    @staticmethod
    def get_ipython() -> OfCell:
        return OfCell()

    def get_parent(self) -> dict[str, Any]:
        return {"metadata": {"cellId": "the simulator's cell"}, "header": {"msg_id": self.run}}


def test_a_simulator_that_plays_stands_still_when_its_cell_shows_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page goes on playing what it does not show any more, and would move it on and on."""
    monkeypatch.setitem(sys.modules, "IPython", OfCell)
    first, other = simulator(), simulator()
    monkeypatch.setattr(OfCell, "run", "one run")
    first._repr_mimebundle_()
    first.play.value = True
    monkeypatch.setattr(OfCell, "run", "the next run")
    first._repr_mimebundle_()
    assert first.play.value  # it is the same that is shown again
    monkeypatch.setattr(OfCell, "run", "the third run")
    other._repr_mimebundle_()
    assert not first.play.value


def test_a_page_that_opens_while_it_plays_is_told_that_nothing_plays() -> None:
    """It would show the button pressed, and move nothing."""
    shown = simulator()
    shown.play.value = shown._player.playing = True
    assert shown.play.get_state()["value"] is False
    assert shown._player.get_state()["playing"] is False
    assert shown.play.get_state("value") == {"value": True}  # who pressed it is told what is so


def test_a_move_that_waited_while_the_run_became_shorter_is_none_that_is_gone() -> None:
    shown = words()
    last = shown.move.max
    with shown.errors.lock:
        moving = threading.Thread(target=setattr, args=(shown.move, "value", last))
        moving.start()
        while shown.move.value != last:
            pass
        preset(shown, "unknown stage")
        assert shown.move.max < last
    moving.join()
    assert html(shown.view, "sm-simulator-error") == ""
    assert shown.move.value <= shown.move.max
