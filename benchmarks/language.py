"""How fast compiled machines are, against what an expert would write by hand.

The machines are those of ``sm_toolkit/examples`` (the counter, a bank account, a token bucket) and two that loop within
a step (``benchmarks/loops.py``). For each there are functions written for just that machine, in
``benchmarks/by_hand.py``. They keep the same limits, fail with the same errors and parse the same texts: before
anything is measured both sides have to agree on all inputs, and on some that are too large or wrong. What the limits
cost is told by rows in which both sides are by hand, one of them without (``benchmarks/without_limits.py``).

Both sides of a row run in turns on the same inputs in one process, and what is counted is the processor's
time in it, so that other processes count on neither side. What is compared is the ratio within a turn; the table
gives medians over the turns, and the range of the middle half of the ratios. All integers are below 2**30, which
Python handles faster than larger ones.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from benchmarks import by_hand, loops, without_limits
from benchmarks.tables import Row, run_alone
from sm_toolkit.examples import bank, counter, token_bucket
from sm_toolkit.language.checking.inference import erase
from sm_toolkit.language.compiler import compile_machine
from sm_toolkit.language.data.types import Left, Right
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.interpreter import run_term
from sm_toolkit.language.limits import DEFAULT_LIMITS
from sm_toolkit.language.syntax.machines import Machine

INPUTS = 4_000
LOOPING_INPUTS = 400
TURNS = 101
WARMING = 10
"""Turns that are not counted: Python rewrites what it runs often."""

ON_VALUES = 1.10
ON_TEXT = 1.15
IN_A_LOOP = 1.2
"""What of the time by hand compiled code may take at most."""

# -- inputs -----------------------------------------------------------------------------------------------

HUGE = 2**DEFAULT_LIMITS.int_bits - 1
"""The largest integer that there may be."""


@cache
def one() -> list[Any]:
    read: Any = Left(None)
    increment: Any = Right(None)
    return [increment, read, increment, increment] * (INPUTS // 4)


@cache
def three() -> list[Any]:
    read, increment = (Right(Right(x)) for x in (Left(None), Right(None)))
    toggle, reset = Left(None), Right(Left(None))
    return [increment, read, toggle, increment, read, toggle, reset, increment] * (INPUTS // 8)


def texts() -> list[Any]:
    """Make them anew: a text is hashed once in its life."""
    return [raw.decode() for raw in [b"Right ()", b"Left ()", b"Right ()", b"Right ()"] * (INPUTS // 4)]


@cache
def orders() -> list[Any]:
    random = Random(1)
    kinds = (bank.deposit, bank.withdraw, lambda _: bank.charge, lambda _: bank.balance)
    return [random.choice(kinds)(random.randrange(100)) for _ in range(INPUTS)]


@cache
def requests() -> list[Any]:
    random = Random(1)
    return [Left((now, random.randrange(8))) if random.random() < 0.75 else Right(now) for now in range(INPUTS)]


@cache
def pairs() -> list[Any]:
    random = Random(1)
    return [(random.randrange(10**6), random.randrange(10**6)) for _ in range(LOOPING_INPUTS)]


@cache
def numbers() -> list[Any]:
    random = Random(1)
    return [random.randrange(1, 1000) for _ in range(LOOPING_INPUTS)]


# -- what is compared -------------------------------------------------------------------------------------

Run = Callable[[Any, Any], tuple[Any, Any]]


@dataclass(frozen=True)
class Subject:
    """A machine with inputs for it and the state that it starts in.

    ``others`` are not measured: inputs on which the sides of a comparison must agree all the same.
    """

    name: str
    machine: Machine[Any, Any, Any]
    inputs: Callable[[], list[Any]]
    state: Any
    others: tuple[Any, ...]
    bound: float


SUBJECTS = (
    Subject("count_v1", counter.count_v1, one, 0, (), ON_VALUES),
    Subject("count_v3", counter.count_v3, three, (0, False), (), ON_VALUES),
    Subject("bank", bank.bank, orders, 0, (bank.deposit(HUGE), bank.deposit(HUGE), bank.withdraw(HUGE)), ON_VALUES),
    Subject(
        "token_bucket",
        token_bucket.token_bucket,
        requests,
        token_bucket.full,
        (Left((HUGE, 1)), Right(HUGE), Left((INPUTS, -HUGE))),
        ON_VALUES,
    ),
    Subject("counter_v1", counter.counter_v1, texts, 0, (" Left( () )", "Left", "Right 1", ""), ON_TEXT),
)
LOOPS = (
    Subject("gcd", loops.gcd, pairs, None, ((HUGE, HUGE // 3), (0, 0)), IN_A_LOOP),
    Subject("collatz", loops.collatz, numbers, None, (0, -1, HUGE, HUGE // 3), IN_A_LOOP),
)


@dataclass(frozen=True)
class Comparison:
    """Two functions that do the same, and how much of the first one's time the second may take, if that is bounded."""

    subject: Subject
    what: str
    baseline: Run
    compared: Run
    batch: bool = False
    bound: float | None = None
    against: str = "by hand"

    @property
    def name(self) -> str:
        return f"{self.subject.name}, {self.what}"


def comparisons() -> list[Comparison]:
    programs = {subject.name: compile_machine(subject.machine) for subject in (*SUBJECTS, *LOOPS)}
    steps = [
        Comparison(each, "a step", getattr(by_hand, each.name), programs[each.name].step, bound=each.bound)
        for each in (*SUBJECTS, *LOOPS)
    ]
    batches = [
        Comparison(
            each,
            f"a batch of {INPUTS:,}",
            getattr(by_hand, f"{each.name}_loop"),
            programs[each.name].batch,
            batch=True,
            bound=each.bound,
        )
        for each in SUBJECTS
    ]
    costs = [
        Comparison(
            each,
            "a step by hand, with its limits",
            getattr(without_limits, each.name),
            getattr(by_hand, each.name),
            against="without",
        )
        for each in (*SUBJECTS, *LOOPS)
        if hasattr(without_limits, each.name)
    ]
    return steps + batches + costs


def ran(run: Run, x: Any, s: Any) -> Any:
    """Return the output and the new state, or the error, which is equal to one that says the same."""
    try:
        return run(x, s)
    except StepError as error:
        return error


def require_agreement(comparison: Comparison) -> None:
    """Both sides must do the same, or the comparison says nothing.

    Raises:
        RuntimeError: they do not.
    """
    xs, s = comparison.subject.inputs(), comparison.subject.state
    if comparison.bound is not None:  # without limits they may differ on the others
        xs = [*xs, *comparison.subject.others]
    for x in [xs] if comparison.batch else xs:
        baseline, compared = ran(comparison.baseline, x, s), ran(comparison.compared, x, s)
        if baseline != compared:
            raise RuntimeError(f"{comparison.name}: {baseline!s:.500} is not {compared!s:.500}")
        if not isinstance(compared, StepError):
            _, s = compared


# -- the measurement --------------------------------------------------------------------------------------


def timed_steps(step: Run, xs: list[Any], s: Any) -> float:
    """Return the processor's nanoseconds an input."""
    start = time.process_time_ns()
    for x in xs:
        _, s = step(x, s)
    return (time.process_time_ns() - start) / len(xs)


def timed_batch(batch: Run, xs: list[Any], s: Any) -> float:
    """Return the processor's nanoseconds an input."""
    start = time.process_time_ns()
    batch(xs, s)
    return (time.process_time_ns() - start) / len(xs)


def measured(comparison: Comparison, turns: int) -> Row:
    timed = timed_batch if comparison.batch else timed_steps
    baseline: list[float] = []
    compared: list[float] = []
    sides = [(comparison.baseline, baseline), (comparison.compared, compared)]
    for _ in range(WARMING + turns):
        sides.reverse()  # neither is always the first
        for run, times in sides:
            times.append(timed(run, comparison.subject.inputs(), comparison.subject.state))
    del baseline[:WARMING], compared[:WARMING]
    ratios = [after / before for before, after in zip(baseline, compared, strict=True)]
    low, median, high = statistics.quantiles(ratios, n=4)
    written = comparison.baseline
    against = comparison.against
    return (
        comparison.name,
        f"{statistics.median(compared):.0f} ns an input, {median:.2f} of {against} ({low:.2f}-{high:.2f})",
        f"{written.__name__}() {against} {statistics.median(baseline):.0f} ns; "
        + ("for information" if comparison.bound is None else f"at most {comparison.bound:.2f} of it"),
    )


def interpreted(turns: int) -> Row:
    """How long a step takes in the interpreter, which defines what terms mean and need not be fast."""
    term = erase(counter.count_v1)
    xs = [Right(None), Left(None)] * 50
    took = [timed_steps(lambda x, s: run_term(term, x, s), xs, 0) for _ in range(turns)]
    return "count_v1, a step interpreted", f"{statistics.median(took):,.0f} ns an input", "none; for information"


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    turns = 3 if quick else TURNS
    compared = comparisons()
    for comparison in compared:
        require_agreement(comparison)
    return [*(measured(comparison, turns) for comparison in compared), interpreted(turns)]


if __name__ == "__main__":
    run_alone(__doc__, rows)
