"""Notebook 01 as a student meets it: open it, run it, press the buttons, look."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Notebook, Tab

NAME = "01_a_counter_that_changes.ipynb"
VIEWS = "stepper", "simulator-v2", "simulator-v3"

pytestmark = pytest.mark.browser


@pytest.fixture
def notebook(tab: Tab, open_notebook: Callable[[str], Notebook]) -> Notebook:
    """The notebook, run from top to bottom; if it is open and was, only its views are made anew."""
    if tab.notebook is not None and tab.notebook.name == NAME and tab.notebook.has_run:
        for name in VIEWS:
            tab.notebook.run(name)
        return tab.notebook
    opened = open_notebook(NAME)
    opened.run_all()
    return opened


def button(view: Locator, name: str) -> Locator:
    """Find a button as a screen reader does: by what it is called."""
    found = view.get_by_role("button", name=name, exact=True)
    expect(found).to_have_count(1)
    return found


def rows(view: Locator) -> list[list[str]]:
    """The text of a view's table, row by row, its head left out."""
    return [
        [cell.strip("▸ \n") for cell in row.locator("th, td").all_inner_texts()]
        for row in view.locator("tbody tr").all()
    ]


def test_before_it_runs_it_can_be_read(open_notebook: Callable[[str], Notebook]) -> None:
    notebook = open_notebook(NAME)
    for name in ("stepper", "simulator-v2"):
        kept = notebook.cell(name)
        expect(kept.locator("img").first).to_have_attribute("src", re.compile("^data:image/svg"))
        expect(kept.locator("table")).to_be_visible()
        assert not re.search("Loading widget|Error displaying", kept.inner_text())


def test_it_runs_whole_and_shows_its_pictures(notebook: Notebook) -> None:
    assert notebook.executed() == list(range(1, len(notebook.executed()) + 1))
    assert notebook.errors() == []
    picture = notebook.cell("seed-machine").locator(".jp-RenderedSVG")
    expect(picture.locator("svg, img[src^='data:image/svg']")).to_be_visible()
    box = picture.locator("svg, img").first.bounding_box()
    assert box is not None
    assert box["width"] > 400
    expect(notebook.cell("ill-typed").locator(".jp-OutputArea-output")).to_have_text("get() >> incr >> show() >> put()")
    expect(notebook.cell("trace").locator(".jp-RenderedSVG")).to_be_visible()


def test_the_stepper_by_mouse(notebook: Notebook) -> None:
    stepper = notebook.cell("stepper").locator(".sm-stepper")
    picture = stepper.locator(".sm-stepper-picture svg")
    expect(picture).to_have_attribute(
        "aria-label", re.compile(re.escape("step(count_v1, Left(None), 2) == (Left(2), 2)"))
    )
    came_in = button(stepper, "Right ()")
    came_in.click()
    expect(picture).to_have_attribute(
        "aria-label", re.compile(re.escape("step(count_v1, Right(None), 2) == (Right(None), 3)"))
    )
    expect(stepper.locator("tr.sm-here")).to_have_text(re.compile("4.*Right.*3"))
    assert rows(stepper.locator(".sm-stepper-table"))[-1] == ["4", "Right ()", "Right ()", "3"]
    button(stepper, "Back").click()
    expect(stepper.locator("tr.sm-here")).to_have_text(re.compile("3.*Left 2"))
    assert len(rows(stepper.locator(".sm-stepper-table"))) == 5  # what comes after is kept
    button(stepper, "Forward").click()
    expect(stepper.locator("tr.sm-here")).to_have_text(re.compile("4.*Right.*3"))
    button(stepper, "Reset").click()
    expect(stepper.locator(".sm-stepper-table tbody tr")).to_have_count(1)
    assert rows(stepper.locator(".sm-stepper-table")) == [["start", "", "", "0"]]
    assert not re.search("step", picture.get_attribute("aria-label") or "")


def test_the_stepper_by_keyboard(notebook: Notebook) -> None:
    stepper = notebook.cell("stepper").locator(".sm-stepper")
    keyboard = notebook.page.keyboard
    button(stepper, "Left ()").focus()
    keyboard.press("Tab")
    expect(button(stepper, "Right ()")).to_be_focused()
    keyboard.press("Enter")
    expect(stepper.locator(".sm-stepper-table tbody tr")).to_have_count(5)
    keyboard.press("Space")
    expect(stepper.locator(".sm-stepper-table tbody tr")).to_have_count(6)
    assert rows(stepper.locator(".sm-stepper-table"))[-1] == ["5", "Right ()", "Right ()", "4"]
    for name in ("Back", "Forward", "Reset"):
        keyboard.press("Tab")
        expect(button(stepper, name)).to_be_focused()
    keyboard.press("Enter")
    expect(stepper.locator(".sm-stepper-table tbody tr")).to_have_count(1)
    assert notebook.errors() == []


def test_the_simulator_moves_its_update_point(notebook: Notebook) -> None:
    simulator = notebook.cell("simulator-v2").locator(".sm-simulator")
    picture = simulator.locator(".sm-simulator-trace svg")
    table = simulator.locator(".sm-simulator-table")
    point = table.locator("tr.sm-here")
    assert rows(table).index(["update point", "", "upgrade v1 → v2", "", "", "", "m: 2"]) == 3
    first = picture.inner_html()
    button(simulator, "Later").click()
    expect(point).to_have_text(re.compile("m: 2"))
    expect(table.locator("tbody tr").nth(4)).to_have_class(re.compile("sm-here"))
    assert picture.inner_html() != first
    button(simulator, "Earlier").click()
    button(simulator, "Earlier").click()
    expect(table.locator("tbody tr").nth(2)).to_have_class(re.compile("sm-here"))
    expect(point).to_have_text(re.compile("m: 1"))
    handle = simulator.locator(".sm-simulator-at .noUi-handle")
    handle.focus()
    notebook.page.keyboard.press("ArrowLeft")
    expect(table.locator("tbody tr").nth(1)).to_have_class(re.compile("sm-here"))
    expect(point).to_have_text(re.compile("m: 0"))
    expect(simulator.locator(".sm-simulator-error")).to_have_text("")


def test_the_simulator_steps_and_plays(notebook: Notebook) -> None:
    simulator = notebook.cell("simulator-v2").locator(".sm-simulator")
    words, picture = simulator.locator(".sm-simulator-words"), simulator.locator(".sm-simulator-queues svg")
    expect(words).to_contain_text("The upgrade v1 → v2 enters.")
    before = picture.inner_html()
    for _ in range(20):
        told = words.inner_text()
        button(simulator, "Step").click()
        expect(words).not_to_have_text(told)
        if "is upgraded" in words.inner_text():
            break
    expect(words).to_contain_text("counter is upgraded, v1 → v2: m(2) = 2.")
    assert picture.inner_html() != before
    button(simulator, "Back").click()
    expect(words).not_to_contain_text("is upgraded")
    button(simulator, "Start").click()
    expect(words).to_contain_text("Nothing has moved yet.")
    play = button(simulator, "Play")
    play.click()
    expect(words).not_to_contain_text("Nothing has moved yet.")
    expect(words).to_contain_text(re.compile(r"item 1.*Right \(\)"))
    play.click()
    notebook.page.wait_for_timeout(500)  # what was on its way when it was stopped
    stopped = words.inner_text()
    notebook.page.wait_for_timeout(1500)
    assert words.inner_text() == stopped
    assert notebook.errors() == []


def test_every_control_has_a_name(notebook: Notebook) -> None:
    for cell in ("stepper", "simulator-v3"):
        view = notebook.cell(cell).locator(".sm-stepper, .sm-simulator")
        buttons = view.get_by_role("button")
        assert buttons.count() >= 5
        for one in buttons.all():
            assert one.inner_text().strip() or one.get_attribute("aria-label"), one.evaluate("one => one.outerHTML")
