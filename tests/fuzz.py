"""Machines made at random, run in every way that there is: `python -m tests.fuzz --seconds 600 --seed 7`.

The interpreter is the definition. Compiled code, step by step and as a batch, must give its outputs, states and
errors; a machine must come back from its text and from its bytes. Hypothesis finds small examples of that; this
runs long and fast, prefers branches, and meets large machines. A case is no more than its seed, a number.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from operator import eq
from random import Random
from typing import Any

from sm_toolkit.language import StepError, check_value, compiler, elaborate, start
from sm_toolkit.language.compilation import (
    branching,
    emission,
    expressions,
    frames,
    joining,
    looping,
    loops,
    making,
    placement,
    shaping,
    support,
    wording,
)
from sm_toolkit.language.compiler import compile_typed
from sm_toolkit.language.data.types import same_value
from sm_toolkit.language.encoding.canonical import decode_term, encode_term
from sm_toolkit.language.interpreter import running
from tests.random_machines import STEPS, Sample, sample
from tests.reading_back import read_back

# -- what must agree --------------------------------------------------------------------------------------

RULES: dict[tuple[Any, str], tuple[int, ...]] = {
    (branching, "MOST_NESTED"): (0, 1, 2, 3),
    (branching, "MOST_MOVED"): (0, 1, 2, 4),
    (looping, "MOST_LOOPS"): (0, 1, 2),
    (looping, "MOST_CALLS"): (0, 1),
    (loops, "MOST_PEELED"): (0, 1000),
    (loops, "MOST_PREPARED"): (0, 4),
    (branching, "MOST_SPLIT"): (0, 1, 2),
    (looping, "MOST_SPLIT"): (0, 1, 2),
    (joining, "MOST_SPLIT"): (0, 1, 2),
    (frames, "MOST_SHOWN"): (0, 3),
    (placement, "SMALL"): (1, 2, 100),
    (placement, "MANY_USES"): (2, 3),
    (placement, "NESTED_LEFT"): (0, 1),
    (emission, "MOST_WHILES"): (0, 1),
    (wording, "MOST_DEEP"): (1, 2),
    (expressions, "MOST_UNASKED"): (0, 1),
    (making, "MOST_COMPARED"): (0, 2),
    (shaping, "MOST_FIELDS"): (0, 1),
    (compiler, "MOST_PARTS"): (0, 2),
    (support, "COMPARED_VALUES"): (0, 2),
    (support, "LISTED_VALUES"): (0, 2),
}
"""Numbers at which the compiler changes its way; small ones send small machines the ways of huge ones."""


@contextmanager
def moved_rules(random: Random) -> Iterator[dict[str, int]]:
    """Leave the compiler as it is for every second machine, else move about half of its numbers; yield those."""
    kept = {(module, name): getattr(module, name) for module, name in RULES}
    share = random.choice((0.0, 0.5))
    moved = {rule: random.choice(values) for rule, values in RULES.items() if random.random() < share}
    try:
        for (module, name), value in moved.items():
            setattr(module, name, value)
        yield {name: value for (_, name), value in moved.items()}
    finally:
        for (module, name), value in kept.items():
            setattr(module, name, value)


class DisagreementError(Exception):
    """Two ways gave different results."""


def agree(what: str, wanted: Any, found: Any, same: Callable[[Any, Any], bool]) -> None:
    if not same(wanted, found):
        raise DisagreementError(f"{what}\n  wanted   {wanted!r}\n  found    {found!r}")


def same_result(one: Any, two: Any) -> bool:
    """Compare values with their classes, errors by what they say, and what a batch gives one by one."""
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same_result, one, two))
    if isinstance(one, StepError) or isinstance(two, StepError):
        return one.__class__ is two.__class__ and bool(one == two)
    return same_value(one, two, classes=True)


def same_run(one: tuple[Any, Any], two: tuple[Any, Any]) -> bool:
    return all(map(same_result, one, two))


def tried(run: Callable[[Any, Any], tuple[Any, Any]], x: Any, s: Any) -> tuple[Any, Any]:
    """Return the output and the state after it; or the error (any, so that a crash is told too) and the old state."""
    try:
        return run(x, s)
    except Exception as error:
        return error, s


def check(case: Sample, *, at_once: bool = False) -> int:
    """Run one sample in every way; return how many of its steps failed, as they may.

    The step and the batch are compiled ``at_once``, or one after the other.
    """
    agree("text", case.machine, read_back(repr(case.machine)), eq)
    typing = elaborate(case.machine, case.state, case.input)
    agree("bytes", typing.term, decode_term(encode_term(typing.term)), eq)
    interpreted = running(typing.term, case.limits)
    program = compile_typed(typing, case.limits, with_batch=at_once)
    outputs: list[Any] = []
    state = begin = start(case.machine, case.s)
    for x in case.xs:
        wanted = tried(interpreted, x, state)
        agree(f"step\n  input    {x!r}\n  state    {state!r}", wanted, tried(program.step, x, state), same_run)
        output, state = wanted
        check_value(state, typing.scheme.state)
        if not isinstance(output, StepError):
            check_value(output, typing.scheme.output)
        outputs.append(output)
    what = f"batch\n  inputs   {case.xs!r}\n  state    {begin!r}"
    agree(what, (outputs, state), tried(program.batch, case.xs, begin), same_run)
    return sum(isinstance(output, StepError) for output in outputs)


# -- the runs ---------------------------------------------------------------------------------------------


def run(seed: int) -> int:
    """Make the sample of a seed and check it."""
    random = Random(seed)
    case = sample(random)
    with moved_rules(random) as moved:
        try:
            return check(case, at_once=seed % 4 > 0)
        except Exception as error:
            error.add_note(f"  machine  {case.machine!r}")
            error.add_note(f"  types    state {case.state}, input {case.input}")
            error.add_note(f"  limits   fuel {case.limits.fuel}, int_bits {case.limits.int_bits}")
            error.add_note(f"  rules    {moved or 'as they are'}")
            raise


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=None, help="stop after so long (10, if no count is given)")
    parser.add_argument("--count", type=int, default=None, help="stop after so many machines")
    parser.add_argument("--seed", type=int, default=0, help="the first seed; each machine has the next")
    asked = parser.parse_args(arguments)
    seconds = asked.seconds or (10.0 if asked.count is None else float("inf"))
    start = time.perf_counter()
    failed = machines = 0
    for seed in count(asked.seed):
        if machines == asked.count or time.perf_counter() - start > seconds:
            break
        try:
            failed += run(seed)
        except Exception as error:
            kind = "" if isinstance(error, DisagreementError) else f"{type(error).__name__}: "
            print("\n".join([f"seed {seed}: {kind}{error}", *getattr(error, "__notes__", ())]))
            print(f"to see it again: python -m tests.fuzz --seed {seed} --count 1")
            return 1
        machines += 1
    rate = machines / (time.perf_counter() - start)
    share = failed / max(1, machines * STEPS)
    print(f"{machines:,} machines of {STEPS} steps agree; {share:.0%} of the steps failed; {rate:.0f} machines/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
