"""The stepper in a real JupyterLab: forms, jumps, futures and lines that ran, by mouse and by keyboard."""

from __future__ import annotations

import json
import os
import re
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Lab, Notebook

pytestmark = pytest.mark.browser

NAME = "stepper.ipynb"

BANK = """
from dataclasses import dataclass
from sm_toolkit import Stepper, machine


@dataclass(frozen=True)
class Deposit:
    account: str
    amount: int


@dataclass(frozen=True)
class Transfer:
    giver: str
    taker: str
    amounts: list[int]
    note: str | None


@dataclass(frozen=True)
class Close:
    pass


@dataclass(frozen=True)
class Bank:
    balances: dict[str, int]
    is_open: bool


def added(balances: dict[str, int], account: str, amount: int) -> dict[str, int]:
    return balances | {account: balances.get(account, 0) + amount}


@machine
def bank(event: Deposit | Transfer | Close, state: Bank) -> tuple[str, Bank]:
    if not state.is_open:
        return "closed", state
    match event:
        case Deposit(account, amount):
            if amount < 0:
                return "a deposit is positive", state
            return f"{account} has more", Bank(added(state.balances, account, 100 // amount), True)
        case Transfer(giver, taker, amounts, note):
            balances = state.balances
            for amount in amounts:
                balances = added(added(balances, giver, -amount), taker, amount)
            return "thanks" if note is None else note, Bank(balances, True)
        case Close():
            return "goodbye", Bank(state.balances, False)
"""

CELLS = {
    "bank": BANK.strip(),
    "function": "stepper = Stepper(bank, Bank({'ada': 3}, True))\nstepper",
    "counter": "from sm_toolkit.examples.counter import count_v1\ncounter = Stepper(count_v1, 0)\ncounter",
    "plain": """
import ipywidgets

shown, next_ = ipywidgets.HTML("0"), ipywidgets.Button(description="next")
plain = ipywidgets.VBox([next_, shown])
shown.add_class("seen")
plain.add_class("plain")
next_.on_click(lambda _: setattr(shown, "value", str(int(shown.value) + 1)))
plain
""".strip(),
}


@pytest.fixture
def notebook(lab: Lab, open_notebook: Callable[[str], Notebook]) -> Notebook:
    """A notebook of two steppers, run from top to bottom."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "id": name, "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for name, source in CELLS.items()
    ]
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
    (lab.folder / NAME).write_text(json.dumps(made), encoding="utf-8")
    opened = open_notebook(NAME)
    opened.run_all()
    assert opened.errors() == []
    return opened


def button(view: Locator, name: str) -> Locator:
    """Find a button as a screen reader does: by what it is called."""
    found = view.get_by_role("button", name=name, exact=True)
    expect(found).to_have_count(1)
    return found


def here(view: Locator) -> Locator:
    """The row of the table on which one stands."""
    return view.locator("tr.sm-here")


def test_the_stepper_by_mouse(notebook: Notebook, screenshots: Path) -> None:
    """Forms that are checked as they are typed, lines that ran, a failing step, other futures; and how it looks."""
    page = notebook.page
    page.set_viewport_size({"width": 1300, "height": 1500})
    stepper = notebook.cell("function").locator(".sm-stepper")
    error = stepper.locator(".sm-stepper-error")
    ran = stepper.locator("tr.sm-ran")
    button(stepper, "Close").wait_for()
    expect(ran).to_have_count(0)
    page.screenshot(path=screenshots / "stepper_start.png")

    # a form that is not filled in says so beside the field, and takes no step
    stepper.get_by_label("account", exact=True).fill("bob")
    amount = stepper.get_by_label("amount", exact=True)
    amount.fill("seven")
    wrong = stepper.locator(".sm-form-error", has_text="expected a whole number, as in 42, found 'seven'")
    expect(wrong).to_be_visible()
    button(stepper, "Step with Deposit").click()
    expect(error).to_have_text("Step with Deposit waits for amount: expected a whole number, as in 42, found 'seven'")
    expect(stepper.locator(".sm-stepper-table tbody tr")).to_have_count(1)
    page.screenshot(path=screenshots / "stepper_form_error.png")
    amount.fill("7")
    expect(wrong).to_have_count(0)
    button(stepper, "Step with Deposit").click()
    expect(here(stepper)).to_contain_text('Deposit {account = "bob", amount = 7}')
    expect(error).to_have_text("")
    expect(stepper.locator(".sm-step")).to_contain_text('state.balances["bob"]')
    expect(ran.filter(has_text="case Deposit")).to_have_count(1)
    expect(ran.filter(has_text="case Transfer")).to_have_count(0)
    expect(ran.filter(has_text="def added")).to_have_count(1)

    # nested data: a list in its text form, and what may be missing as a choice
    stepper.get_by_label("giver", exact=True).fill("bob")
    stepper.get_by_label("taker", exact=True).fill("ada")
    stepper.get_by_label("amounts", exact=True).fill("[1, 2")
    expect(stepper.locator(".sm-form-error", has_text="at column 6")).to_be_visible()
    stepper.get_by_label("amounts", exact=True).fill("[1, 2]")
    button(stepper, "○ Just").click()
    expect(button(stepper, "● Just")).to_be_visible()
    stepper.get_by_label("Just", exact=True).fill("rent")
    button(stepper, "Step with Transfer").click()
    expect(here(stepper)).to_contain_text('amounts = [1,2], note = Just "rent"')
    expect(ran.filter(has_text="for amount in amounts")).to_contain_text("2 turns")
    page.screenshot(path=screenshots / "stepper_function.png")

    # a step that fails leaves the state, and says where
    amount.fill("0")
    button(stepper, "Step with Deposit").click()
    expect(error).to_contain_text("The step failed, and the state is what it was")
    expect(ran.filter(has_text="fails")).to_contain_text("100 // amount")
    page.screenshot(path=screenshots / "stepper_failed.png")

    # another step from an earlier place: the old future stays beside it, and is gone back to
    button(stepper, '1 Deposit {account = "bob…').click()
    expect(stepper.locator(".sm-step")).to_contain_text("step 1:")
    button(stepper, "Close").click()
    expect(here(stepper)).to_contain_text("2b")
    expect(stepper.locator(".sm-stepper-places")).to_contain_text("after 1, also:")
    button(stepper, "▸ 2b Close").wait_for()
    stepper.get_by_role("button", name=re.compile("^2 Transfer")).click()
    expect(here(stepper)).to_contain_text("rent")
    expect(stepper.locator(".sm-stepper-table tbody tr")).to_have_count(4)
    expect(error).to_have_text("")

    # the parts, and the diagram, folded
    button(stepper, "Show parts").click()
    expect(stepper.locator(".sm-stepper-parts table")).to_contain_text("parts ran, in this order")
    button(stepper, "Hide parts").click()
    button(stepper, "Show diagram").click()
    expect(stepper.locator(".sm-stepper-picture svg")).to_be_visible()
    button(stepper, "Hide function").click()
    expect(stepper.locator(".sm-stepper-function")).to_be_hidden()
    page.screenshot(path=screenshots / "stepper_diagram.png")
    button(stepper, "Show function").click()
    button(stepper, "Hide diagram").click()

    page.emulate_media(color_scheme="dark")
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.locator("body[data-jp-theme-name='JupyterLab Dark']").wait_for(state="attached")
    page.wait_for_timeout(500)
    page.screenshot(path=screenshots / "stepper_dark_function.png")
    counter = notebook.cell("counter").locator(".sm-stepper")
    for name, place in (("Right ()", "1"), ("Right ()", "2"), ("Back", "1"), ("Left ()", "2b")):
        button(counter, name).click()
        expect(counter.locator(".sm-step")).to_contain_text(f"step {place}:")
    expect(here(counter)).to_contain_text("2b")
    page.screenshot(path=screenshots / "stepper_dark.png")
    assert notebook.errors() == []


def test_the_stepper_by_keyboard(notebook: Notebook) -> None:
    """Type and press Enter; go to any step by Tab and Enter, and stay there."""
    keyboard = notebook.page.keyboard
    stepper = notebook.cell("function").locator(".sm-stepper")
    button(stepper, "Close").focus()
    keyboard.press("Tab")
    expect(stepper.get_by_label("account", exact=True)).to_be_focused()
    keyboard.type("eve")
    keyboard.press("Tab")
    expect(stepper.get_by_label("amount", exact=True)).to_be_focused()
    keyboard.press("ControlOrMeta+a")
    keyboard.type("20")
    keyboard.press("Enter")
    expect(here(stepper)).to_contain_text('Deposit {account = "eve", amount = 20}')
    # the fields keep what is in them, and the focus
    expect(stepper.get_by_label("amount", exact=True)).to_be_focused()
    keyboard.press("Enter")
    expect(stepper.locator(".sm-stepper-table tbody tr")).to_have_count(3)
    button(stepper, "Show parts").focus()
    keyboard.press("Tab")
    expect(button(stepper, "start")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(here(stepper)).to_contain_text("amount = 20")
    expect(stepper.get_by_role("button", name=re.compile("^▸ 1 Deposit"))).to_be_focused()
    keyboard.press("Shift+Tab")
    keyboard.press("Space")
    expect(here(stepper)).to_contain_text("start")
    # every field and every button has a name
    for one in stepper.get_by_role("button").all():
        assert one.inner_text().strip(), one.evaluate("one => one.outerHTML")
    for field in stepper.locator("input").all():
        assert field.evaluate("one => one.labels.length && one.labels[0].textContent.trim()")
    assert notebook.errors() == []


def test_keys_typed_while_the_page_is_busy_are_waited_for(notebook: Notebook) -> None:
    """A page that stands still for a while sends Enter before the key that was pressed before it."""
    keyboard = notebook.page.keyboard
    stepper = notebook.cell("function").locator(".sm-stepper")
    button(stepper, "Reset").click()
    expect(here(stepper)).to_contain_text("start")
    field = stepper.get_by_label("amount", exact=True)
    field.evaluate(
        """one => one.addEventListener("keydown", event => {
            const end = performance.now() + (event.key === "7" ? 1500 : 0);
            while (performance.now() < end) {}
        })"""
    )
    field.focus()
    keyboard.press("ControlOrMeta+a")
    keyboard.type("57")
    keyboard.press("Enter")
    expect(here(stepper)).to_contain_text("amount = 57")


def how_long_a_step_takes_to_be_seen(notebook: Notebook) -> None:
    """Print it, and how much more that is than a button takes whose handler does nothing but show a number.

    They are pressed in turn, ten times each, so that what else a machine does is shared among them.
    """
    measured = {
        "a number": ("plain", ["next"] * 10, ".seen"),
        "a diagram": ("counter", ["Right ()"] * 10, ".sm-stepper-picture"),
        "marked lines, by a button": ("function", ["Close", "Back"] * 5, ".sm-stepper-function"),
        "marked lines, by a form": ("function", ["Step with Deposit", "Back"] * 5, ".sm-stepper-function"),
    }
    times: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(6):
        for name, (cell, presses, seen) in measured.items():
            view = notebook.cell(cell).locator(".sm-stepper, .plain")
            view.locator(seen).wait_for(state="attached")
            times[name] += milliseconds(view, presses, seen)
    least = statistics.median(times["a number"])
    for name, found in times.items():
        middle, most = statistics.median(found), sorted(found)[53]
        print(f"click to {name}: median {middle:.0f} ms ({middle - least:+.0f}), nine of ten within {most:.0f} ms")
    assert notebook.errors() == []


def milliseconds(view: Locator, presses: list[str], seen: str) -> list[float]:
    """Press buttons one after another; return how long each took until the page showed another picture.

    From the click, in the page, to the frame after the one in which the picture changed.
    """
    found: list[float] = view.evaluate(
        """async (view, [presses, seen]) => {
            const named = name => [...view.querySelectorAll('button')].find(one => one.textContent.trim() === name);
            const times = [];
            for (const name of presses) {
                const page = view.querySelector(seen);
                const changed = new Promise((done, lost) => {
                    setTimeout(() => lost(new Error(`nothing changed at the press of ${name}`)), 10_000);
                    const watch = new MutationObserver(() => {
                        watch.disconnect();
                        requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0));
                    });
                    watch.observe(page, {childList: true, subtree: true, characterData: true});
                });
                const began = performance.now();
                named(name).click();
                times.push(await changed - began);
                await new Promise(done => setTimeout(done, 100));
            }
            return times;
        }""",
        [presses, seen],
    )
    return found


if os.environ.get("SM_TOOLKIT_MEASURE"):  # with `-s -k how_long`; it finds nothing out, and so is no test
    test_how_long_a_step_takes_to_be_seen = how_long_a_step_takes_to_be_seen
