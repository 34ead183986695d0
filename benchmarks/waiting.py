"""How long one item takes when nothing else is on, and what an engine gains where stages wait, or compute.

- **One item at a time**, paced at 500 a second, through the three light stages of ``benchmarks/three_stages.py``: how
  long ``Deployment.call`` takes, from the value to the output, on each engine. The engines take turns.
- **Stages that wait**: an effect that sleeps for 2 ms, as a disk or a far service would have it, on the threaded
  engine, with 16 workers and with one.
- **Stages that compute**: two stages of about 20 µs of Python each (``collatz`` of ``benchmarks/loops.py``, on numbers
  that take it so long on this machine), on processes beside inline, on two cores; values go in and come out of
  ``Deployment.map``.

What is counted is time on the wall, since waiting is what this is about; sides take turns, and a ratio is taken within
a turn. The table gives medians, with the range of the middle half of the ratios.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from timeit import timeit
from typing import Any

from benchmarks.engines import ENGINES
from benchmarks.loops import collatz
from benchmarks.pipelines import Times, in_turns, mapped, sent
from benchmarks.tables import Row, run_alone
from benchmarks.three_stages import LIGHT
from sm_toolkit.deploying import deploy
from sm_toolkit.engines import threads
from sm_toolkit.language.compiler import compile_machine
from sm_toolkit.language.data.types import Int
from sm_toolkit.language.vocabulary.combinators import consume, copy, first, ident, snd
from sm_toolkit.pipeline.pipelines import Pipeline, effect, stage

PACE = 0.002
"""Seconds from the beginning of one call to that of the next."""
CALLS = 1000
LATENCY = 0.001
"""Seconds that half of the calls may take at most."""

WAIT = 0.002
WORKERS = 16
WAITING = 12
"""How many times as many items a second 16 workers are to bring as one does."""

STEP = 20e-6
"""Seconds that a stage computes for each item."""
COMPUTING = 1.5
"""How many times as many items a second processes are to bring as inline does."""

# -- one item at a time -----------------------------------------------------------------------------------


def latency(calls: int) -> Iterator[Row]:
    """Call each engine at a pace, in turns of some calls each."""
    took: dict[str, list[float]] = {name: [] for name in ENGINES}
    with ExitStack() as open_:
        deployments = {name: open_.enter_context(deploy(LIGHT.pipeline, make())) for name, make in ENGINES.items()}
        for _ in range(10):
            for name, deployment in deployments.items():
                due = time.perf_counter()
                for value in range(calls // 10):
                    due += PACE
                    time.sleep(max(0.0, due - time.perf_counter()))
                    start = time.perf_counter()
                    deployment.call(value)
                    took[name].append(time.perf_counter() - start)
    for name, times in took.items():
        late = statistics.quantiles(times, n=100)[98]
        yield (
            f"one item at a time, {name}",
            f"{statistics.median(times) * 1000:.3f} ms half of the time, {late * 1000:.3f} ms in 99 of 100",
            f"none; at most {LATENCY * 1000:g} ms half of the time",
        )


# -- stages that wait -------------------------------------------------------------------------------------


def _wait(value: int) -> int:
    time.sleep(WAIT)
    return value


def faster(times: Times, compared: str, baseline: str) -> str:
    """Return how many times as many items a second one side brings as the other, with the range of the middle half."""
    rates = [before / after for before, after in zip(times[baseline], times[compared], strict=True)]
    low, median, high = statistics.quantiles(rates, n=4)
    return f"{median:.2f} times {baseline} ({low:.2f}-{high:.2f})"


def waiting(turns: int, count: int) -> Iterator[Row]:
    """Compare many workers with one."""
    values = list(range(count))
    with (
        deploy(effect("wait", _wait, Int, Int), threads()) as one,
        deploy(effect("wait", _wait, Int, Int, workers=WORKERS), threads()) as many,
    ):
        sides = {"one worker": sent(one, values), "workers": sent(many, values)}
        times = in_turns(sides, turns, time.perf_counter_ns, warming=1)
    yield (
        f"an effect of {WAIT * 1000:g} ms, {WORKERS} workers on threads",
        f"{count / statistics.median(times['workers']) * 1e9:,.0f} items/s, {faster(times, 'workers', 'one worker')}",
        f"one worker {count / statistics.median(times['one worker']) * 1e9:,.0f} items/s; at least {WAITING} times it",
    )


# -- stages that compute ----------------------------------------------------------------------------------

_work = copy() >> first(collatz >> consume()) >> snd()
computing: Pipeline[Any, Any] = stage("one", None, ident(Int) >> _work) >> stage("other", None, _work)
"""Two stages that give the number that they got, when they have found the largest on its way to 1."""


def turns_of(number: int) -> int:
    """Return how many turns ``collatz`` makes."""
    turns = 0
    while number != 1:
        number = number * 3 + 1 if number % 2 else number // 2
        turns += 1
    return turns


def numbers(count: int) -> list[int]:
    """Return numbers for which a stage takes about 20 µs here and now: how fast a turn is, is measured first."""
    sample = 97  # 118 turns
    step = compile_machine(_work).step
    took = min(timeit(lambda: step(sample, None), number=200) for _ in range(10)) / 200
    wanted = STEP / took * turns_of(sample)
    turns = {number: turns_of(number) for number in range(1, 40_000)}
    found = sorted(turns, key=lambda number: abs(turns[number] - wanted))[:500]
    return (found * (count // len(found) + 1))[:count]


def on_two_cores(turns: int, count: int) -> Iterator[Row]:
    """Compare each engine with inline."""
    values = numbers(count)
    with ExitStack() as open_:
        deployments = {name: open_.enter_context(deploy(computing, make())) for name, make in ENGINES.items()}
        sides = {name: mapped(deployment, values) for name, deployment in deployments.items()}
        times = in_turns(sides, turns, time.perf_counter_ns, warming=1)
    for name in ENGINES:
        if name != "inline":
            bound = f"at least {COMPUTING} times it" if name == "processes" else "for information"
            yield (
                f"two stages of 20 µs, {name}",
                f"{count / statistics.median(times[name]) * 1e9:,.0f} items/s, {faster(times, name, 'inline')}",
                f"inline {count / statistics.median(times['inline']) * 1e9:,.0f} items/s; {bound}",
            )


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    if quick:
        return [*latency(20), *waiting(2, 32), *on_two_cores(2, 50)]
    return [*latency(CALLS), *waiting(9, 320), *on_two_cores(15, 5000)]


if __name__ == "__main__":
    run_alone(__doc__, rows)
