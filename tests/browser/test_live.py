"""The live cell and the monitor as a person meets them: a server with clients connected is upgraded from the page."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import MILLISECONDS, Lab, Notebook

pytestmark = pytest.mark.browser

SCREENSHOTS = os.environ.get("SM_TOOLKIT_SCREENSHOTS")
"""A folder where what the page shows is kept, if anybody wants it."""

SETUP = """
%load_ext sm_toolkit
import threading
from sm_toolkit import *
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2 as to_v2

server = serve(typed_v1)
served, over = [], threading.Event()

def traffic():
    with server.connect() as client:  # one that came before, and goes on in the first version
        while not over.wait(0.002):
            served.append(client.call(Right(None)))

going = threading.Thread(target=traffic, daemon=True)
going.start()
"""

CELLS = {
    "setup": SETUP,
    "monitor": 'Monitor(server, change="to_v2")',
    "elsewhere": """@machine
def total(by: int, state: int) -> tuple[int, int]:
    return state + by, state + by

reading = stage("read", None, read(Int)) >> stage("sum", 0, total)
there = serve(reading)
asking = there.connect()
asking.ask([Item(text) for text in ["1", "2", "three", "4"] * 500])
Monitor(asking)""",
    "gone": "there.stop()",
    "again": """there = serve(reading, port=there.port)
there.connect().ask([Item("1")] * 7); None""",
    "ask": """over.set(); going.join()
server.connect().call(Right(Left(None))) == Right(Left(len(served))), set(served)""",
    "live": """%%machine --live till --state 0
def till(by: int, cents: int) -> tuple[int, int]:
    return cents, cents + by""",
    "shop": """%%machine
def parse(text: str) -> int:
    return len(text)

def total(cents: int, sold: int) -> tuple[int, int]:
    return sold + cents, sold + cents""",
    "shop deployed": """shop = deploy(stage("parse", None, parse) >> stage("total", 0, total))
shop.call("abc")""",
    "shop live": """%%machine --live shop
@dataclass(frozen=True)
class Sold:
    cents: int
    closed: bool

def parse(text: str) -> int:
    return 2 * len(text)

def total(cents: int, sold: Sold) -> tuple[int, Sold]:
    return sold.cents, sold if sold.closed else replace(sold, cents=sold.cents + cents)""",
    "shop called": 'shop.call("ab"), shop.call("")',
    "call": "till.call(5), till.call(0)",
    "redefined": """@machine
def double(by: int, state: int) -> tuple[int, int]:
    return state, 2 * by""",
    "step": "step(double, 3, 4)",
    "long": """busy = deploy(stage("slowly", 0, repeated), threads(8))
print("begun", flush=True)
busy.map([1] * 1_000_000)""",
    "after": "busy.stop(); [each.name for each in threading.enumerate() if 'slowly' in each.name]",
}


@pytest.fixture
def notebook(lab: Lab, open_notebook: Callable[[str], Notebook]) -> Notebook:
    """A notebook with the cells above, whose first cells have run."""
    blank: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**blank, "id": name, "source": source.strip()} for name, source in CELLS.items()]
    spec = {"name": "python3", "display_name": "Python"}
    book = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    (lab.folder / "live.ipynb").write_text(json.dumps(book), encoding="utf-8")
    opened = open_notebook("live.ipynb")
    opened.run("setup")
    return opened


def write(notebook: Notebook, name: str, source: str) -> None:
    """Put another text into a cell."""
    notebook.page.evaluate(
        """([name, source]) => window.jupyterapp.shell.currentWidget.content.widgets
            .find(cell => cell.model.id === name).model.sharedModel.setSource(source)""",
        [name, source],
    )


def keep(notebook: Notebook, name: str) -> None:
    """Keep what the page shows, light and dark."""
    if not SCREENSHOTS:
        return
    folder = Path(SCREENSHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("Dark", "Light"):
        notebook.page.evaluate(
            "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", f"JupyterLab {theme}"
        )
        notebook.page.wait_for_timeout(700)
        notebook.page.screenshot(path=folder / f"{name}_{theme.lower()}.png")


def button(view: Locator, name: str) -> Locator:
    found = view.get_by_role("button", name=name, exact=True)
    expect(found).to_have_count(1)
    return found


def count(view: Locator) -> int:
    """How many items the monitor says have come."""
    return int(view.locator(".sm-monitor-table tbody td").first.inner_text().replace(",", ""))


def test_the_monitor_upgrades_a_server_while_a_client_goes_on(notebook: Notebook) -> None:
    view = notebook.run("monitor").locator(".sm-monitor")
    expect(view.locator(".sm-monitor-words")).to_contain_text("running, interface version 1")
    first = count(view)
    notebook.page.wait_for_function(
        "(first) => parseInt(document.querySelector('.sm-monitor-table tbody td').innerText.replace(',', '')) > first",
        arg=first + 20,
    )
    expect(button(view, "Upgrade")).to_be_enabled()
    expect(view.get_by_role("button", name="Confirm")).to_be_hidden()
    button(view, "Upgrade").click()
    change = view.locator(".sm-monitor-change")
    expect(change).to_contain_text("stage counter would be upgraded")
    expect(change).to_contain_text("version 2")
    expect(view.locator(".sm-monitor-words")).to_contain_text("interface version 1")
    keep(notebook, "monitor_look")
    button(view, "Confirm").focus()  # by keyboard
    notebook.page.keyboard.press("Enter")
    expect(change).to_contain_text("stage counter was upgraded")
    expect(view.locator(".sm-monitor-words")).to_contain_text("interface version 2")
    expect(view.get_by_role("button", name="Confirm")).to_be_hidden()
    seen = count(view)
    notebook.page.wait_for_function(
        "(seen) => parseInt(document.querySelector('.sm-monitor-table tbody td').innerText.replace(',', '')) > seen",
        arg=seen + 20,
    )
    keep(notebook, "monitor_upgraded")
    answered = notebook.run("ask")
    expect(answered.locator(".jp-OutputArea-output")).to_have_text("(True, {Right(None)})")
    button(view, "Stop watching").click()
    expect(button(view, "Stop watching")).to_be_disabled()
    expect(view.locator(".sm-monitor-error")).to_have_text("")
    assert notebook.errors() == []


def test_a_server_elsewhere_is_watched_through_its_end_and_its_return(notebook: Notebook) -> None:
    view = notebook.run("elsewhere").locator(".sm-monitor")
    head = view.locator(".sm-monitor-table thead th")
    words = ["stage", "in", "out", "failed", "waiting", "items/s", "each takes", "upgrades", "machine"]
    expect(head).to_have_text(words)
    cells = view.locator(".sm-monitor-table tbody tr").nth(0).locator("td")
    expect(cells.nth(2)).to_have_text("500")
    keep(notebook, "monitor_elsewhere")
    notebook.run("gone")
    told = view.locator(".sm-monitor-words")
    expect(told).to_contain_text("gone, and looked for again: ", timeout=MILLISECONDS)
    expect(button(view, "Stop watching")).to_be_enabled()
    keep(notebook, "monitor_gone")
    notebook.run("again")
    expect(told).to_contain_text("running, interface version 1", timeout=MILLISECONDS)
    expect(cells.nth(0)).to_have_text("7")
    button(view, "Stop watching").click()
    expect(button(view, "Stop watching")).to_be_disabled()
    assert notebook.errors() == []


def test_the_cell_is_edited_and_what_runs_is_upgraded(notebook: Notebook) -> None:
    shown = notebook.run("live").locator(".sm-live")
    expect(shown).to_contain_text("till: deployed")
    expect(notebook.run("call").locator(".jp-OutputArea-output")).to_have_text("(0, 5)")
    closing = """%%machine --live till
@dataclass(frozen=True)
class Till:
    cents: int
    closed: bool

def till(by: int, till: Till) -> tuple[int, Till]:
    return till.cents, till if till.closed else replace(till, cents=till.cents + 2 * by)
"""
    write(notebook, "live", closing)
    shown = notebook.run("live").locator(".sm-live")
    expect(shown).to_contain_text("wanted: migrate, Int to Till(cents: Int, closed: Bool)")
    expect(shown).to_contain_text("the state 5 becomes Till(cents=5, closed=False)")
    keep(notebook, "live_wanting")
    expect(notebook.run("call").locator(".jp-OutputArea-output")).to_have_text("(5, 10)")
    draft = shown.locator(".sm-draft").inner_text()
    write(notebook, "live", closing + "\n" + draft)
    notebook.run("live")
    expect(notebook.cell("live").locator(".sm-live")).to_contain_text("till: upgraded, between two items")
    expect(notebook.run("call").locator(".jp-OutputArea-output")).to_have_text("(10, 20)")
    notebook.run("live")
    expect(notebook.cell("live").locator(".sm-live")).to_contain_text("till: unchanged")
    write(notebook, "live", closing.replace("till.cents + 2", "till.money + 2"))
    notebook.run("live")
    wrong = notebook.cell("live").locator(".sm-error")
    expect(wrong).to_contain_text(re.compile("`.*money` .*|.*no field.*"))
    expect(wrong.locator("mark")).to_contain_text("money")
    keep(notebook, "live_error")
    expect(notebook.run("call").locator(".jp-OutputArea-output")).to_have_text("(20, 30)")
    assert len(notebook.errors()) == 1


def test_a_cell_of_two_stages_changes_both_or_none(notebook: Notebook) -> None:
    for name in ("shop", "shop deployed", "shop live"):
        notebook.run(name)
    shown = notebook.cell("shop live").locator(".sm-live")
    expect(shown).to_contain_text("shop: stages 'parse' and 'total' not upgraded yet")
    expect(shown).to_contain_text("wanted: migrate_total, Int to Sold(cents: Int, closed: Bool)")
    expect(shown).to_contain_text("the state 3 of total becomes Sold(cents=3, closed=False)")
    keep(notebook, "live_two_stages_wanting")
    called = notebook.run("shop called").locator(".jp-OutputArea-output")
    expect(called).to_have_text("(5, 5)")
    draft = shown.locator(".sm-draft").inner_text()
    write(notebook, "shop live", CELLS["shop live"] + "\n\n" + draft)
    notebook.run("shop live")
    expect(notebook.cell("shop live").locator(".sm-live")).to_contain_text(
        "shop: stages 'parse' and 'total' upgraded, between two items"
    )
    keep(notebook, "live_two_stages")
    expect(notebook.run("shop called").locator(".jp-OutputArea-output")).to_have_text("(5, 9)")
    assert notebook.errors() == []


def test_a_cell_is_redefined_and_run_again(notebook: Notebook) -> None:
    notebook.run("redefined")
    expect(notebook.run("step").locator(".jp-OutputArea-output")).to_have_text("(4, 6)")
    write(notebook, "redefined", CELLS["redefined"].replace("2 * by", "3 * by"))
    notebook.run("redefined")
    expect(notebook.run("step").locator(".jp-OutputArea-output")).to_have_text("(4, 9)")
    assert notebook.errors() == []


def test_a_long_run_is_interrupted_and_leaves_nothing(notebook: Notebook) -> None:
    slow = "@machine\ndef repeated(times: int, state: int) -> tuple[int, int]:\n"
    slow += "    for each in range(20_000):\n        state = state + each\n    return state, state"
    write(notebook, "redefined", slow)
    notebook.run("redefined")
    notebook.start("long")
    outputs = notebook.cell("long").locator(".jp-OutputArea")
    expect(outputs).to_contain_text("begun", timeout=MILLISECONDS)
    notebook.page.get_by_role("button", name="Interrupt the kernel").click()
    expect(outputs).to_contain_text("KeyboardInterrupt", timeout=MILLISECONDS)
    notebook.wait("long")
    expect(notebook.run("after").locator(".jp-OutputArea-output")).to_have_text("[]")
    assert len(notebook.errors()) == 1
