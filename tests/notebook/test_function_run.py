"""The lines of a function that ran in a step, and what they gave."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.language.functions import machine
from sm_toolkit.language.interpreter import trace
from sm_toolkit.notebook.function_run import MOST_LINES, function_run, function_run_html

TEXT = """
def best(a: int, b: int) -> int:
    if a > b:
        top = a
    else:
        top = b
    return top

def counter(event: list[int], state: int | None) -> tuple[str, int | None]:
    if state is None:
        return "none", 1
    total = 0
    for n in event:
        if not n > 0:
            continue
        for k in range(n):
            total += k
        if total > 100 and n > 3:
            break
    if total % 2 == 0:
        pass
    else:
        state = total // (9 - total)
    return "x" if total > 3 else "y", best(total, state)
"""
COUNTER: Any = machine(source=TEXT)


def marked(event: list[int], state: int | None) -> dict[str, str]:
    """Return the lines that ran, with what stands beside them."""
    return {
        line.text.strip(): line.value or (f"{line.turns} turns" if line.turns else "")
        for run in function_run(COUNTER, trace(COUNTER, event, state))
        for line in run.lines
        if line.ran
    }


def test_a_way_out_is_where_it_ends() -> None:
    assert marked([1], None) == {
        "def counter(event: list[int], state: int | None) -> tuple[str, int | None]:": "",
        "if state is None:": "True",
        'return "none", 1': '("none",1)',
    }


def test_loops_say_how_often_and_branches_which_way() -> None:
    found = marked([1, 2, -1, 4], 5)
    assert found["if state is None:"] == "False"
    assert 'return "none", 1' not in found
    assert found["for n in event:"] == "4 turns"
    assert found["for k in range(n):"] == "7 turns"
    assert found["continue"] == ""
    assert found["total += k"] == "7"
    assert "break" not in found
    assert found["if total % 2 == 0:"] == "False"
    assert "pass" not in found
    assert found["if a > b:"] == "True"
    assert "top = b" not in found
    assert found["top = a"] == ""  # it binds nothing anew
    assert found["return top"] == "7"


def test_a_loop_without_items_ran_and_its_body_did_not() -> None:
    found = marked([], 5)
    assert "for n in event:" in found
    assert "if not n > 0:" not in found
    assert found["pass"] == ""
    assert "else:" in found  # of `best`
    assert found["top = b"] == ""


def test_a_step_that_fails_is_marked_up_to_where_it_fails() -> None:
    runs = function_run(COUNTER, trace(COUNTER, [3, 4], 5))  # 3 + 6 is 9
    (counter,) = runs
    ran = [line for line in counter.lines if line.ran]
    assert ran[-1].text.strip() == "state = total // (9 - total)"
    assert ran[-1].value == "fails"
    assert not counter.lines[-1].ran


def test_before_a_step_nothing_is_marked() -> None:
    (own,) = function_run(COUNTER, None)
    assert own.name == "counter"
    assert not any(line.ran or line.value or line.turns for line in own.lines)
    assert "counter: no step yet" in function_run_html(COUNTER, None)


MATCHING_TEXT = """
from dataclasses import dataclass

@dataclass(frozen=True)
class Add:
    by: int

@dataclass(frozen=True)
class Move:
    to: str
    steps: list[int]

def sign(n: int) -> str:
    if n < 0:
        return "minus"
    elif n == 0:
        return "zero"
    return "plus"

def walk(event: Add | Move | None, state: tuple[int, str]) -> tuple[str, tuple[int, str]]:
    n, name = state
    if event is None or n > 50:
        return "still", state
    match event:
        case Add(0):
            pass
        case Add(by) if by > 3:
            n = n + by
            name = sign(n)
        case Add(by):
            n = by
        case Move(to, steps):
            far = [step for step in steps if step > 1]
            for step in far:
                if step == 5:
                    return "five", (n, to)
                n -= step
            name = to
    if name == "home":
        n = 0
    elif n < 0:
        n = -n
    return f"{name} {n}", (n, name)
"""
MATCHING: Any = machine(source=MATCHING_TEXT)
PYTHON: dict[str, dict[str, Any]] = {}
for _text in (TEXT, MATCHING_TEXT):
    exec(compile(_text, "<text>", "exec", dont_inherit=True), PYTHON.setdefault(_text, {"__name__": "the text"}))


def python_runs(text: str, name: str, event: Any, state: Any) -> set[str]:
    """Return the lines that Python itself runs, of the function as plain Python."""
    seen: set[int] = set()

    def tracer(frame: Any, what: str, _: Any) -> Any:
        if frame.f_code.co_filename != "<text>":
            return None
        if what in ("line", "call"):
            seen.add(frame.f_lineno)
        return tracer

    old = sys.gettrace()
    sys.settrace(tracer)
    try:
        PYTHON[text][name](event, state)
    except ZeroDivisionError:
        pass
    finally:
        sys.settrace(old)
    return {text.splitlines()[number - 1].strip() for number in seen}


def lines_that_ran(made: Any, event: Any, state: Any) -> set[str]:
    runs = function_run(made, trace(made, event, state))
    return {line.text.strip() for run in runs for line in run.lines if line.ran}


@given(st.lists(st.integers(-2, 6), max_size=6), st.one_of(st.none(), st.integers(-9, 20)))
def test_python_runs_the_same_lines(event: list[int], state: int | None) -> None:
    assert lines_that_ran(COUNTER, event, state) - {"else:"} == python_runs(TEXT, "counter", event, state)


Add, Move = PYTHON[MATCHING_TEXT]["Add"], PYTHON[MATCHING_TEXT]["Move"]
EVENTS = st.one_of(
    st.none(),
    st.builds(Add, st.integers(-2, 6)),
    st.builds(Move, st.sampled_from(["home", "away"]), st.lists(st.integers(0, 5), max_size=4)),
)


@given(EVENTS, st.tuples(st.integers(-60, 60), st.sampled_from(["home", "here"])))
def test_python_runs_the_same_lines_of_a_match(event: Any, state: tuple[int, str]) -> None:
    ours, theirs = lines_that_ran(MATCHING, event, state), python_runs(MATCHING_TEXT, "walk", event, state)
    cases = {line for line in ours if line.startswith("case")}
    # Python says of each case that it is tried, and the trace of the term which one is met.
    assert ours - cases == {line for line in theirs if not line.startswith("case")}
    assert len(cases) == (1 if "match event:" in theirs else 0)
    assert cases <= theirs


def test_html_is_escaped_and_says_what_ran() -> None:
    html = function_run_html(COUNTER, trace(COUNTER, [1], 5))
    assert html.count('class="sm-ran"') == sum(line != "" for line in marked([1], 5))
    assert "total &gt; 3" in html
    assert "list[int], state" in html


@pytest.mark.parametrize("count", [3, MOST_LINES])
def test_a_long_function_is_folded_to_what_ran(count: int) -> None:
    lines = [f"    if event == {number}:\n        return {number}, state\n" for number in range(count)]
    long: Any = machine(
        source="def long(event: int, state: int) -> tuple[int, int]:\n" + "".join(lines) + "    return -1, state\n"
    )
    html = function_run_html(long, trace(long, 1, 0))
    assert "return 1, state" in html
    assert ("lines that did not run" in html) == (2 * count + 2 > MOST_LINES)
