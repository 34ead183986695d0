"""The upgrade simulator as a class meets it: an upgrade and a rewiring, by mouse and by keyboard, light and dark."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import nbformat
import pytest
from playwright.sync_api import Locator, expect

from sm_toolkit.notebook.pictures import palette
from tests.browser.conftest import Lab, Notebook
from tests.regenerate_notebooks import METADATA

pytestmark = pytest.mark.browser

NAME = "simulators.ipynb"
CELLS = {
    "upgrade": """
from sm_toolkit import UpgradeSimulator
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2
from sm_toolkit.language import Left, Right

read, increment = Left(None), Right(None)
UpgradeSimulator(typed_v1, [increment, read, increment, read], typed_v1_to_v2, new_inputs=[Left(None)])
""",
    "rewiring": """
from sm_toolkit.examples.word_count import counting, to_any_case

UpgradeSimulator(counting, ["to", "be", "To"], to_any_case, seed=1)
""",
}
_format: Any = nbformat  # it carries no types


@pytest.fixture
def notebook(lab: Lab, open_notebook: Callable[[str], Notebook]) -> Iterator[Notebook]:
    """A notebook with two simulators, run from top to bottom."""
    made = _format.v4.new_notebook(
        cells=[_format.v4.new_code_cell(source.strip(), id=name) for name, source in CELLS.items()],
        metadata=METADATA,
    )
    _format.write(made, lab.folder / NAME)
    opened = open_notebook(NAME)
    opened.run_all()
    yield opened
    assert opened.errors() == []


def simulator(notebook: Notebook, name: str) -> Locator:
    view = notebook.cell(name).locator(".sm-simulator")
    expect(view.locator(".sm-simulator-queues svg")).to_be_visible()
    return view


def button(view: Locator, name: str) -> Locator:
    """Find a button as a screen reader does: by what it is called."""
    found = view.get_by_role("button", name=name, exact=True)
    expect(found).to_have_count(1)
    return found


def keep(view: Locator, name: str) -> None:
    """Keep a picture of a view, if a folder for these is given."""
    folder = os.environ.get("SM_TOOLKIT_SCREENSHOTS")
    if folder:
        view.screenshot(path=Path(folder) / f"{name}.png")


def test_the_slider_and_the_mistakes(notebook: Notebook) -> None:
    view = simulator(notebook, "upgrade")
    told, trace = view.get_by_role("status"), view.locator(".sm-simulator-trace svg")
    keep(view, "simulator")
    handle = view.locator(".sm-simulator-at .noUi-handle")
    handle.focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(view.locator(".sm-simulator-table tr.sm-here")).to_have_text(re.compile("m: 2"))
    button(view, "Earlier").click()
    expect(view.locator(".sm-simulator-table tr.sm-here")).to_have_text(re.compile("m: 1"))
    right = trace.get_attribute("aria-label") or ""
    for name, said in {
        "wrong migration type": "Types are compared before a state is touched.",
        "forgotten adapter": "it is refused while that client is connected",
        "forced": "has to connect anew",
        "unknown stage": "no stage has that name",
        "migration fails": "divides by zero on the state 1",
        "type-checks, yet wrong": "makes 0 of every state",
    }.items():
        button(view, name).click()
        expect(told).to_contain_text(said)
        assert trace.get_attribute("aria-label") != right
    keep(view, "simulator_wrong")
    expect(view.locator(".sm-simulator-trace svg")).to_have_attribute("aria-label", re.compile("1 output differs"))
    button(view, "as given").click()
    expect(trace).to_have_attribute("aria-label", right)
    expect(view.locator(".sm-simulator-error")).to_have_text("")


def test_by_keyboard_alone(notebook: Notebook) -> None:
    view, keyboard = simulator(notebook, "upgrade"), notebook.page.keyboard
    button(view, "as given").focus()
    for name in ("wrong migration type", "forgotten adapter", "forced", "unknown stage"):
        keyboard.press("Tab")
        expect(button(view, name)).to_be_focused()
    keyboard.press("Enter")
    expect(view.get_by_role("status")).to_contain_text("no stage has that name")
    button(view, "Update point").focus()
    keyboard.press("Enter")
    keyboard.press("Tab")
    expect(button(view, "Play")).to_be_focused()
    button(view, "Step").focus()
    keyboard.press("Space")
    expect(view.locator(".sm-simulator-words")).to_contain_text("refuses the upgrade: there is no stage 'countr'")
    for one in view.get_by_role("button").all():
        assert one.inner_text().strip() or one.get_attribute("aria-label"), one.evaluate("one => one.outerHTML")


def test_a_rewiring_plays_through_the_queues(notebook: Notebook) -> None:
    view = simulator(notebook, "rewiring")
    words, stream = view.locator(".sm-simulator-words"), view.locator(".sm-simulator-stream")
    expect(words).to_contain_text("The door is held: the rewiring waits until all that entered has left.")
    expect(stream.locator("tr", has_text="rewiring")).to_contain_text("outside")
    button(view, "Step").click()
    expect(words).to_contain_text("the rewiring is made at the door: stage lower is added")
    expect(stream.locator("tr.sm-here")).to_contain_text("rewired")
    expect(view.locator(".sm-simulator-queues svg")).to_contain_text("added")
    keep(view, "simulator_rewiring")
    button(view, "Start").click()
    expect(words).to_contain_text("Nothing has moved yet.")
    play = button(view, "Play")
    play.click()
    expect(words).to_contain_text("parse takes item 1")
    play.click()
    button(view, "Another schedule").click()
    expect(view.locator(".sm-simulator-ways")).to_contain_text("seed 2")
    expect(words).to_contain_text("The door is held")


def test_a_player_stands_still_when_its_cell_is_run_again(notebook: Notebook) -> None:
    """The page would go on playing what it does not show any more."""
    view = simulator(notebook, "upgrade")
    button(view, "Start").click()
    button(view, "Play").click()
    expect(view.locator(".sm-simulator-words")).not_to_contain_text("Nothing has moved yet.")
    assert playing(notebook) == "[True, False]"
    notebook.cell("upgrade")
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
    simulator(notebook, "upgrade")
    assert playing(notebook) == "[False, False, False]"


def playing(notebook: Notebook) -> Any:
    """Return what the kernel knows of each simulator, the first one first: whether it plays."""
    widgets = "__import__('ipywidgets').widgets.widget._instances.values()"
    return notebook.page.evaluate(
        """async asked => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const reply = await kernel.requestExecute({code: '', user_expressions: {asked}, store_history: false}).done;
            return reply.content.user_expressions.asked.data['text/plain'];
        }""",
        f"[w.value for w in {widgets} if 'sm-simulator-play' in getattr(w, '_dom_classes', ())]",
    )


def test_in_the_dark(notebook: Notebook) -> None:
    notebook.page.emulate_media(color_scheme="dark")
    notebook.page.evaluate(
        "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    expect(notebook.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    for name in CELLS:
        view = simulator(notebook, name)
        keep(view, f"simulator_dark_{name}")
        chosen = button(view, "as given")
        colours = chosen.evaluate("one => { const s = getComputedStyle(one); return [s.color, s.fontWeight] }")
        text = [int(part) for part in re.findall(r"\d+", colours[0])[:3]]
        assert sum(text) > 3 * 128, f"dark text on a dark page: {colours}"
        assert int(colours[1]) >= 600


@pytest.mark.parametrize(("system", "theme"), [("light", "Dark"), ("dark", "Light")])
def test_pictures_follow_the_theme_of_the_lab_and_not_the_system(
    notebook: Notebook, system: Literal["light", "dark"], theme: str
) -> None:
    notebook.page.emulate_media(color_scheme=system)
    notebook.page.evaluate(
        "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", f"JupyterLab {theme}"
    )
    expect(notebook.page.locator("body")).to_have_attribute("data-jp-theme-light", str(theme == "Light").lower())
    for name in CELLS:
        view = simulator(notebook, name)
        keep(view, f"simulator_{theme.lower()}_lab_{system}_system_{name}")
        for each, what, dark, light in (
            (".p", "fill", palette.DARK_PAPER, palette.PAPER),
            (".t", "fill", palette.DARK_INK, palette.INK),
            (".w:not(.a)", "stroke", palette.DARK_LINE, palette.LINE),
        ):
            found = view.locator(f".sm-simulator-trace svg {each}, .sm-simulator-queues svg {each}")
            colours = found.evaluate_all(f"all => [...new Set(all.map(one => getComputedStyle(one).{what}))]")
            wanted = dark if theme == "Dark" else light
            assert colours == [f"rgb({', '.join(str(int(wanted[at : at + 2], 16)) for at in (1, 3, 5))})"], each
