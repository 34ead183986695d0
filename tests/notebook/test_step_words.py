"""One step in words: the state before and after, part by part, and what ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sm_toolkit.examples.counter import count_v1, counter_v1
from sm_toolkit.language import Int, List, Map, Maybe, Pair, Right, Str, const, delay, from_annotation, incr, put
from sm_toolkit.notebook.step_words import MOST_PARTS, MOST_STATE_ROWS, parts_html, parts_table, state_rows, step_html
from sm_toolkit.notebook.stepping import StepperModel


@dataclass(frozen=True)
class Store:
    stock: dict[str, int]
    last: str | None
    log: list[int]


get_and_put: Any = put(Int)


def test_a_state_is_told_part_by_part() -> None:
    before, after = Store({"a": 1, "b": 2}, None, [1]), Store({"b": 2, "c": 3}, "c", [1])
    assert state_rows(before, after, from_annotation(Store)) == [
        ('state.stock["a"]', "1", "—", True),
        ('state.stock["b"]', "2", "2", False),
        ('state.stock["c"]', "—", "3", True),
        ("state.last", "Nothing", 'Just "c"', True),
        ("state.log", "[1]", "[1]", False),
    ]
    assert state_rows(1, True, Int) == [("state", "1", "True", True)]
    large = {str(number): number for number in range(20)}
    (row,) = state_rows({}, large, Map(Str, Int))
    assert row[0] == "state"
    assert state_rows((None, [1]), (1, [1]), Pair(Maybe(Int), List(Int)))[0] == ("state[0]", "Nothing", "Just 1", True)


def test_a_step_tells_what_went_in_and_what_differs() -> None:
    model: StepperModel[Any, Any, Any] = StepperModel(count_v1, 4)
    assert "no step yet: press an input" in step_html(model)
    model.step(Right(None))
    html = step_html(model)
    assert "step 1: the state is new" in html
    assert "≠ state" in html
    assert ">4</td>" in html
    assert ">5</td>" in html
    model.step(model.inputs[0])
    assert "step 2: the state is the same" in step_html(model)
    assert "≠" not in step_html(model)


def test_what_loops_hold_is_told_by_its_name() -> None:
    model: StepperModel[Any, Any, Any] = StepperModel(delay(0, "last") >> get_and_put, 5, [7])
    model.step(7)
    html = step_html(model)
    assert "≠ cell last" in html
    assert "≠ state</th>" in html
    alone: StepperModel[Any, Any, Any] = StepperModel(delay(0, "last"), None, [7])
    alone.step(7)
    assert "≠ cell last" in step_html(alone)
    assert ">state</th>" not in step_html(alone)
    assert "≠ state</th>" not in step_html(alone)


def test_before_and_after_are_said_of_the_state_alone() -> None:
    model: StepperModel[Any, Any, Any] = StepperModel(count_v1, 4)
    assert_in_this_order(step_html(model), "the state", "now", "4")
    model.step(Right(None))
    assert_in_this_order(step_html(model), "input", "output", "before", "after", "≠ state")


def assert_in_this_order(html: str, *words: str) -> None:
    places = [html.find(f">{word}<") for word in words]
    assert places == sorted(places), places
    assert -1 not in places


def test_a_failed_step_tells_why() -> None:
    model: StepperModel[Any, Any, Any] = StepperModel(counter_v1, 4, ["<b>"])
    model.step("<b>")
    html = step_html(model)
    assert "step 1: it failed, and the state is what it was" in html
    assert "fails: cannot read" in html
    assert "<b>" not in html


def test_of_a_large_state_what_differs_is_told() -> None:
    wide = Pair(Map(Int, Int), Map(Int, Int))
    one = {number: 0 for number in range(8)}
    rows = state_rows((one, one), ({**one, 3: 1}, one), wide)
    assert len(rows) == 16 > MOST_STATE_ROWS
    model: StepperModel[Any, Any, Any] = StepperModel(
        const(({**one, 3: 1}, one), wide) >> put(wide), (one, one), [None]
    )
    model.step(None)
    html = step_html(model)
    assert "≠ state[0][3]" in html
    assert "state[1]" not in html
    assert "… 15 more, which are the same" in html


def test_each_part_tells_its_input_and_output() -> None:
    model: StepperModel[Any, Any, Any] = StepperModel(count_v1, 4)
    assert "No part ran yet" in parts_html(model)
    model.step(Right(None))
    table = parts_table(model)
    assert table.caption == "5 parts ran, in this order"
    cells = [tuple(cell.strip("\u00a0") for cell in row.cells) for row in table.rows]
    assert cells[2:] == [("get()", "()", "4", ""), ("incr", "4", "5", ""), ("put()", "5", "()", "4 → 5")]
    assert cells[0][0] == "get() | get() >> incr >> put()"
    assert table.html == parts_html(model)


def test_of_very_many_parts_the_ends_are_told() -> None:
    model: StepperModel[Any, Any, Any] = StepperModel(incr.then(*[incr] * 400), None, [0])
    model.step(0)
    table = parts_table(model)
    assert table.caption == "402 parts ran, in this order"
    assert len(table.rows) == MOST_PARTS + 1
    assert table.rows[MOST_PARTS // 2].cells[0] == "… 202 more parts …"
    assert table.rows[-1].cells[1:3] == ("400", "401")
