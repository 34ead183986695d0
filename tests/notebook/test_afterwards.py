"""What a page is sent at a press of the stepper, and when: pictures first, words a moment later. No browser."""

from __future__ import annotations

import asyncio
from typing import Any

import ipywidgets
import pytest

from sm_toolkit.examples.counter import count_v1, counter_v1
from sm_toolkit.notebook import Stepper, afterwards
from sm_toolkit.notebook.pictures.svg import style_element
from sm_toolkit.notebook.step_words import step_html
from tests.notebook.test_widgets import INCREMENT, html, named, places, press


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What widgets send, by the class names of who sends it."""
    names: list[str] = []

    def send(widget: Any, message: Any, buffers: Any = None) -> None:
        names.extend(getattr(widget, "_dom_classes", ()))

    monkeypatch.setattr(ipywidgets.Widget, "_send", send)
    return names


LATER = {"sm-stepper-step", "sm-stepper-place", "sm-stepper-future", "sm-stepper-table"}


def as_it_is(stepper: Any) -> tuple[list[str], str, str]:
    return places(stepper), html(stepper.view, "sm-stepper-table"), html(stepper.view, "sm-stepper-step")


def as_it_should_be(stepper: Any) -> tuple[list[str], str, str]:
    """What the words of a stepper are that went the same way without a page."""
    model = stepper.model
    names = [
        "start",
        *(f"{place.name} {model.input_text(place)}" for future in model.futures for place in future.places),
    ]
    names = [f"▸ {name}" if name.split()[0] == model.here.name else name for name in names]
    return names, model.table(40).html, step_html(model)


async def a_moment() -> None:
    await asyncio.sleep(afterwards.SECONDS * 1.5)


def test_of_a_press_the_picture_is_sent_first_and_the_words_a_moment_later(sent: list[str]) -> None:
    async def pressed() -> None:
        stepper = Stepper(count_v1, 0)
        for number in (1, 1, 0):
            sent.clear()
            press(stepper.view, "sm-stepper-input", number)
            assert sent == ["sm-stepper-picture"]
            assert f"step({stepper.model.machine.name}" in html(stepper.view, "sm-stepper-picture")
            await a_moment()
            assert set(sent[1:]) == LATER
            assert as_it_is(stepper) == as_it_should_be(stepper)

    asyncio.run(pressed())


def test_presses_before_the_words_came_are_all_in_them(sent: list[str]) -> None:
    async def pressed() -> None:
        stepper = Stepper(count_v1, 0)
        sent.clear()
        for name, number in (("input", 1), ("input", 1), ("back", 0), ("input", 0), ("forward", 0)):
            press(stepper.view, f"sm-stepper-{name}", number)
        assert "sm-stepper-table" not in sent
        await a_moment()
        assert sent.count("sm-stepper-table") == 1
        assert as_it_is(stepper) == as_it_should_be(stepper)
        press(stepper.view, "sm-stepper-place", 1)
        press(stepper.view, "sm-stepper-reset")
        await a_moment()
        assert as_it_is(stepper) == as_it_should_be(stepper) == as_it_is(Stepper(count_v1, 0))

    asyncio.run(pressed())


def test_a_step_from_a_cell_shows_all_at_once(sent: list[str]) -> None:
    async def cell() -> None:
        stepper = Stepper(count_v1, 0)
        press(stepper.view, "sm-stepper-input", 1)
        stepper.step(INCREMENT)
        assert as_it_is(stepper) == as_it_should_be(stepper)
        stepper.go(1)
        assert as_it_is(stepper) == as_it_should_be(stepper)
        sent.clear()
        await a_moment()  # that of the press has nothing left to show
        assert sent == []

    asyncio.run(cell())


def test_words_that_fail_say_so_and_leave_what_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def pressed() -> None:
        stepper = Stepper(counter_v1, 0, ["Right ()", "<b>"])
        press(stepper.view, "sm-stepper-input", 1)
        await a_moment()
        assert "The step failed, and the state is what it was" in html(stepper.view, "sm-stepper-error")

        def broken(*_: Any) -> None:
            raise RuntimeError("the words are lost")

        monkeypatch.setattr("sm_toolkit.notebook.stepper.step_html", broken)
        press(stepper.view, "sm-stepper-input", 0)
        assert html(stepper.view, "sm-stepper-error") == ""
        await a_moment()
        assert "RuntimeError: the words are lost" in html(stepper.view, "sm-stepper-error")
        monkeypatch.undo()
        press(stepper.view, "sm-stepper-reset")
        await a_moment()
        assert html(stepper.view, "sm-stepper-error") == ""
        assert as_it_is(stepper) == as_it_should_be(stepper)

    asyncio.run(pressed())


def test_a_loop_that_ended_keeps_nothing_from_the_next() -> None:
    stepper = Stepper(count_v1, 0)

    async def pressed() -> None:
        press(stepper.view, "sm-stepper-input", 1)

    asyncio.run(pressed())
    assert as_it_is(stepper) != as_it_should_be(stepper)

    async def pressed_again() -> None:
        await pressed()
        await a_moment()

    asyncio.run(pressed_again())
    assert as_it_is(stepper) == as_it_should_be(stepper)


def test_the_error_line_is_sent_once_and_last(sent: list[str]) -> None:
    stepper = Stepper(counter_v1, 0, ["Right ()", "<b>"])
    press(stepper.view, "sm-stepper-input", 1)
    sent.clear()
    press(stepper.view, "sm-stepper-back")
    press(stepper.view, "sm-stepper-input", 1)
    assert sent.count("sm-stepper-error") == 2
    assert sent[-1] == "sm-stepper-error"


def test_the_style_of_the_diagram_stands_once_in_the_view_and_does_not_come_with_each() -> None:
    stepper = Stepper(count_v1, 0)
    stepper.step(INCREMENT)
    style, shown = style_element(), html(stepper.view, "sm-stepper-picture")
    assert "<style" not in shown
    assert html(stepper.view, "sm-stepper-looks").count(style) == 1
    assert stepper.picture.svg.replace(f"{style}\n", "", 1) == shown
    assert style in stepper.picture.svg
    (looks,) = named(stepper.view, "sm-stepper-looks")
    assert looks.layout.display == "none"
