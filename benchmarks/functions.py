"""How fast machines are that were made of functions: against those functions, and against what an expert would write.

The functions are as a user writes them: those of ``benchmarks/written.py``, and the token bucket of
``sm_toolkit/examples/rate_limit.py``, version 2. What an expert writes in their place is in
``benchmarks/experts.py``, with the limits and errors of the machines. Before anything is measured all sides have to
agree on all inputs. The sides of a row run in turns on the same inputs in one process, and what is counted
is the processor's time in it. What is compared is the ratio within a turn; the table gives medians over the turns, and
the range of the middle half of the ratios. A batch is held against the function called in a loop. The store
has the same persistent map on all sides. Of decorating (reading the function, translating and checking it) the least of
some runs is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from benchmarks import experts, written
from benchmarks.language import INPUTS, TURNS, Comparison, Run, Subject, measured, require_agreement
from benchmarks.tables import Row, run_alone
from benchmarks.written import Balance, Charge, Deposit, Get, Incr, Put, Read, Withdraw
from sm_toolkit.examples import rate_limit
from sm_toolkit.examples.rate_limit import BucketV2, Level, TakeAt
from sm_toolkit.language.compiler import compile_machine
from sm_toolkit.language.data.persistent import PersistentMap
from sm_toolkit.language.functions import machine

OF_A_FUNCTION, IN_A_LOOP, OF_AN_EXPERT, OF_A_STORE = 0.60, 0.30, 1.10, 0.90
"""What of the time of the function, of the function in a loop, of the expert's, compiled code may take at most."""

MOST_TO_DECORATE = 10
"""Milliseconds to decorate a function of 20 lines, at most."""

KEYS = 1_000

# -- inputs -----------------------------------------------------------------------------------------------


@cache
def events() -> list[Any]:
    random = Random(1)
    return [Read() if random.random() < 0.25 else Incr(random.randrange(100)) for _ in range(INPUTS)]


@cache
def takes() -> list[Any]:
    random = Random(1)
    return [TakeAt(random.randrange(8), now) if random.random() < 0.75 else Level() for now in range(INPUTS)]


@cache
def orders() -> list[Any]:
    random = Random(1)
    kinds: list[Callable[[int], Any]] = [Deposit, Withdraw, lambda _: Charge(), lambda _: Balance()]
    return [random.choice(kinds)(random.randrange(100)) for _ in range(INPUTS)]


@cache
def commands() -> list[Any]:
    random = Random(1)
    keys = [f"key {number}" for number in range(KEYS)]
    return [
        Get(random.choice(keys)) if random.random() < 0.5 else Put(random.choice(keys), "value") for _ in range(INPUTS)
    ]


def subjects() -> list[Subject]:
    full = PersistentMap({f"key {number}": "value" for number in range(KEYS)})
    made: list[tuple[str, Any, Callable[[], list[Any]], Any, float]] = [
        ("counter", machine(written.counter), events, 0, OF_A_FUNCTION),
        ("bucket", rate_limit.bucket_v2, takes, BucketV2(10, 0), OF_A_FUNCTION),
        ("bank", machine(written.bank), orders, 0, OF_A_FUNCTION),
        ("store", machine(written.store), commands, full, OF_A_STORE),
    ]
    return [Subject(name, each, inputs, state, (), bound) for name, each, inputs, state, bound in made]


# -- what is compared -------------------------------------------------------------------------------------


def looped(function: Run) -> Run:
    """Return what calls a function for each of some inputs."""

    def loop(xs: list[Any], s: Any) -> tuple[list[Any], Any]:
        outputs = []
        for x in xs:
            output, s = function(x, s)
            outputs.append(output)
        return outputs, s

    loop.__name__ = function.__name__
    return loop


BESIDE_FUNCTION, BESIDE_EXPERT = "beside the function", "beside an expert's"


def comparisons() -> list[Comparison]:
    made = []
    for subject in subjects():
        name, program = subject.name, compile_machine(subject.machine)
        function: Run = subject.machine.origin.function
        expert, expert_loop = getattr(experts, name), getattr(experts, f"{name}_loop")
        step, batch = program.step, program.batch
        in_a_loop = OF_A_STORE if name == "store" else IN_A_LOOP
        of_expert = None if name == "store" else OF_AN_EXPERT
        made += [
            Comparison(
                subject, f"a step {BESIDE_FUNCTION}", function, step, bound=subject.bound, against="the function"
            ),
            Comparison(subject, f"a step {BESIDE_EXPERT}", expert, step, bound=of_expert),
            Comparison(
                subject,
                f"a batch {BESIDE_FUNCTION} in a loop",
                looped(function),
                batch,
                batch=True,
                bound=in_a_loop,
                against="the function",
            ),
            Comparison(subject, f"a batch {BESIDE_EXPERT}", expert_loop, batch, batch=True, bound=of_expert),
        ]
    return made


def twenty_lines() -> str:
    """Return a function of 20 lines."""
    turns = "".join(
        f"    x{n} = state + {n}\n    if x{n} > 3:\n        state = x{n} * 2\n    y{n} = x{n} if state != 0 else {n}\n"
        for n in range(4)
    )
    head = "def f(event: int, state: int) -> tuple[int, int]:\n    total = event\n"
    return f"{head}{turns}    total = y3\n    return total, state\n"


def decorated(runs: int) -> Row:
    text = twenty_lines()
    took = []
    for _ in range(runs):
        start = time.process_time()
        machine(source=text)
        took.append(time.process_time() - start)
    return (
        f"{len(text.splitlines())} lines, decorated",
        f"{min(took) * 1e3:.1f} ms",
        f"none; at most {MOST_TO_DECORATE} ms",
    )


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    turns = 3 if quick else TURNS
    compared = comparisons()
    for comparison in compared:
        require_agreement(comparison)
    return [*(measured(comparison, turns) for comparison in compared), decorated(3 if quick else 20)]


if __name__ == "__main__":
    run_alone(__doc__, rows)
