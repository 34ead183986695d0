"""What a cell that ends in a machine, a trace or a pipeline shows."""

from __future__ import annotations

import subprocess
import sys

SHOWN = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
from sm_toolkit import (
    Downgrade, Either, Int, Right, Unit, const, deploy, explore, get, ident, identity, incr, inline, put, rewire, stage,
    trace, trace_stream, upgrade,
)
machine = get() >> incr >> put()
count = stage("count", 0, machine)
reset = stage("count", 0, const(0) >> put())
for shown in (
    machine,
    trace(machine, None, 1),
    trace_stream(machine, [None, None], 0),
    explore(machine, 0, limit=3),
    count,
    count >> stage("on", None, ident()),
    identity(),
    deploy(count, inline()),
    upgrade(count, reset, migrate=ident(Int)),
    rewire(count, reset),
    Either(Unit, Int),
    Downgrade("count"),
    Right([["a value that", "is nested and"], ["longer than a line", "of text is, or so it is meant to be"]]),
):
    data, _ = shell.display_formatter.format(shown)
    print(type(shown).__name__, *sorted(data))
"""


def test_a_cell_that_ends_in_one_of_ours_shows_its_picture() -> None:
    printed = subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True, timeout=120)
    lines = [line.split() for line in printed.stdout.splitlines()]
    assert [line[0] for line in lines] == [
        *("Machine", "Trace", "StreamTrace", "StateGraph"),
        *("Stage", "Sequence", "Identity", "Deployment", "Upgrade", "Rewire", "Type", "Downgrade", "Right"),
    ]
    for name, *kinds in lines:
        assert kinds == ["image/svg+xml", "text/plain"], name


SIDES = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
from sm_toolkit import Left
data, _ = shell.display_formatter.format(Left(3))
print(data)
"""


def test_a_short_sum_is_its_text() -> None:
    printed = subprocess.run([sys.executable, "-c", SIDES], capture_output=True, text=True, check=True, timeout=120)
    assert printed.stdout.strip() == "{'text/plain': 'Left(3)'}"


MADE_OF_A_FUNCTION = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
from sm_toolkit import machine
counter = machine(source="def counter(by: int, state: int) -> tuple[int, int]:\\n    return state, state + by")
data, _ = shell.display_formatter.format(counter)
print(*sorted(data), "sm-function" in data["text/html"])
"""


def test_a_machine_made_of_a_function_shows_that() -> None:
    printed = subprocess.run(
        [sys.executable, "-c", MADE_OF_A_FUNCTION], capture_output=True, text=True, check=True, timeout=120
    )
    assert printed.stdout.split() == ["text/html", "text/plain", "True"]


BARE = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
from sm_toolkit import Int, Pair
for shown in (Int, Pair(Int, Int)):
    data, _ = shell.display_formatter.format(shown)
    print(data["text/plain"], *sorted(data))
"""


def test_a_type_prints_as_what_makes_it_and_has_a_picture_if_it_has_parts() -> None:
    printed = subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=True, timeout=120)
    assert printed.stdout.splitlines() == ["Int text/plain", "Pair(Int, Int) image/svg+xml text/plain"]
