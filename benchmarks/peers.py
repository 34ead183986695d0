"""One event of a counter, in Python's libraries for state machines and in compiled code.

The counter is that of ``sm_toolkit/examples/counter.py``, version 1: it is asked for its count, or adds one. In each
library it is written as its documentation does: one state, two events, and a method that does the work. Nothing is
logged or drawn. All run in turns on the same events in one process, and what is counted is the processor's time
in it; a ratio is taken within a turn, against a function written by hand, and the table gives medians. These
libraries are for other ends than speed (guards, callbacks, diagrams of what is allowed when), and that is what
their time goes into.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import automat
import statemachine
import transitions

from benchmarks.by_hand import COUNTED_1, count_v1
from benchmarks.tables import Row, run_alone
from sm_toolkit.examples import counter
from sm_toolkit.language.compiler import compile_machine
from sm_toolkit.language.data.types import Left, Right

EVENTS = ["incr", "read", "incr", "incr"] * 250
TURNS = 31
WARMING = 3

Play = Callable[[Sequence[str]], list[Any]]
"""Plays events on a fresh counter; returns what each gave."""


# -- transitions ------------------------------------------------------------------------------------------


class Counted:
    """The model that ``transitions`` gives its triggers to."""

    def __init__(self) -> None:
        self.count = 0
        self.told: Any = None

    def on_read(self) -> None:
        self.told = Left(self.count)

    def on_incr(self) -> None:
        self.count += 1
        self.told = COUNTED_1


def with_transitions(events: Sequence[str]) -> list[Any]:
    model: Any = Counted()
    transitions.Machine(
        model,
        states=["counting"],
        initial="counting",
        transitions=[
            {"trigger": "read", "source": "counting", "dest": None, "after": "on_read"},
            {"trigger": "incr", "source": "counting", "dest": None, "after": "on_incr"},
        ],
    )
    triggers = {"read": model.read, "incr": model.incr}
    outputs: list[Any] = []
    for event in events:
        triggers[event]()
        outputs.append(model.told)
    return outputs


# -- automat ----------------------------------------------------------------------------------------------


class Automatic:
    """A counter of ``automat``."""

    machine: Any = automat.MethodicalMachine()  # type: ignore[no-untyped-call]

    def __init__(self) -> None:
        self.count = 0

    @machine.state(initial=True)  # type: ignore[untyped-decorator]
    def counting(self) -> None:
        """The one state."""

    @machine.input()  # type: ignore[untyped-decorator]
    def read(self) -> None:
        """It is asked for the count."""

    @machine.input()  # type: ignore[untyped-decorator]
    def incr(self) -> None:
        """It is to add one."""

    @machine.output()  # type: ignore[untyped-decorator]
    def _tell(self) -> Any:
        return Left(self.count)

    @machine.output()  # type: ignore[untyped-decorator]
    def _add(self) -> Any:
        self.count += 1
        return COUNTED_1

    counting.upon(read, enter=counting, outputs=[_tell], collector=lambda outputs: next(iter(outputs)))
    counting.upon(incr, enter=counting, outputs=[_add], collector=lambda outputs: next(iter(outputs)))


def with_automat(events: Sequence[str]) -> list[Any]:
    made = Automatic()
    inputs: dict[str, Callable[[], Any]] = {"read": made.read, "incr": made.incr}
    return [inputs[event]() for event in events]


# -- python-statemachine ----------------------------------------------------------------------------------


class Statemachine(statemachine.StateMachine):
    """A counter of ``python-statemachine``."""

    counting = statemachine.State(initial=True)
    read = counting.to.itself(internal=True, on="tell")  # type: ignore[no-untyped-call]
    incr = counting.to.itself(internal=True, on="add")  # type: ignore[no-untyped-call]

    def __init__(self) -> None:
        self.count = 0
        super().__init__()

    def tell(self) -> Any:
        return Left(self.count)

    def add(self) -> Any:
        self.count += 1
        return COUNTED_1


def with_python_statemachine(events: Sequence[str]) -> list[Any]:
    made = Statemachine()
    inputs: dict[str, Any] = {"read": made.read, "incr": made.incr}
    return [inputs[event]() for event in events]


# -- compiled, and by hand --------------------------------------------------------------------------------

VALUES: dict[str, Any] = {"read": Left(None), "incr": Right(None)}


def stepping(step: Callable[[Any, Any], tuple[Any, Any]]) -> Play:
    def play(events: Sequence[str]) -> list[Any]:
        outputs: list[Any] = []
        s: Any = 0
        for event in events:
            y, s = step(VALUES[event], s)
            outputs.append(y)
        return outputs

    return play


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    by_hand = stepping(count_v1)
    sides: dict[str, Play] = {
        "compiled step": stepping(compile_machine(counter.count_v1).step),
        f"automat {version('automat')}": with_automat,
        f"transitions {transitions.__version__}": with_transitions,
        f"python-statemachine {statemachine.__version__}": with_python_statemachine,
    }
    meant = by_hand(EVENTS)
    for name, play in sides.items():
        if play(EVENTS) != meant:
            raise RuntimeError(f"{name} does not count as the others do")
    turns = 2 if quick else TURNS
    times: dict[str, list[float]] = {name: [] for name in ["by hand", *sides]}
    for turn in range(WARMING + turns):
        for name, play in [("by hand", by_hand), *sides.items()][:: 1 if turn % 2 else -1]:
            start = time.process_time_ns()
            play(EVENTS)
            times[name].append((time.process_time_ns() - start) / len(EVENTS))
    hand = times.pop("by hand")[WARMING:]
    made: list[Row] = []
    for name, took in times.items():
        ratios = [after / before for before, after in zip(hand, took[WARMING:], strict=True)]
        low, median, high = statistics.quantiles(ratios, n=4)
        figure = (
            f"{statistics.median(took[WARMING:]):,.0f} ns an event, {median:,.1f} of by hand ({low:,.1f}-{high:,.1f})"
        )
        made.append(
            (f"counter, {name}", figure, f"count_v1() by hand {statistics.median(hand):.0f} ns; for information")
        )
    return made


if __name__ == "__main__":
    run_alone(__doc__, rows)
