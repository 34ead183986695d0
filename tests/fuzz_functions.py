"""Python functions made at random, run as Python and as machines: `python -m tests.fuzz_functions --seconds 600`.

A program of the subset that ``machine`` takes means what Python says. So its function, run by Python, and the machine
made of it, interpreted, compiled and as a batch, must give the same outputs, states and failures. A case is no more
than its seed, a number; a program that fails is made smaller before it is printed.
"""

from __future__ import annotations

import argparse
import linecache
import re
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from random import Random
from typing import Any

from sm_toolkit import machine
from sm_toolkit.language import List, StepError, check_value, elaborate
from sm_toolkit.language.compiler import compile_typed
from sm_toolkit.language.data.persistent import persistent
from sm_toolkit.language.errors import FunctionError
from sm_toolkit.language.interpreter import running
from sm_toolkit.language.limits import DEFAULT_LIMITS
from tests.fuzz import DisagreementError, agree, moved_rules, same_result, same_run, tried
from tests.programs.making import STEPS, Sample, sample
from tests.programs.plain import PlainProgram, TooLargeError
from tests.programs.shrinking import shrunk

FILE = "<random program>"

# -- what must agree --------------------------------------------------------------------------------------


def same_meaning(python: tuple[Any, Any], found: tuple[Any, Any]) -> bool:
    """Compare what Python gave with what the machine gave; a failure of one is any failure of the other."""
    if isinstance(python[0], Exception):
        return isinstance(found[0], StepError) and same_result(python[1], found[1])
    return same_run(python, found)


def decorated(source: str) -> Any:
    """Execute a program, and return its function ``f`` as its decorator leaves it, which reads the text from a file."""
    linecache.cache[FILE] = len(source), None, source.splitlines(keepends=True), FILE
    names: dict[str, Any] = {"__name__": "random_program"}
    exec(compile(source, FILE, "exec", dont_inherit=True), names)
    return names["f"]


def made(case: Sample) -> Any:
    """Make the machine, by executing the program or of its text alone."""
    return decorated(case.source) if case.executed else machine(source=case.source, name="f")


def check(case: Sample) -> int:
    """Run one sample in every way; return how many of its steps failed, as they may."""
    program = PlainProgram(case.source)
    *inputs, python_state = program.values([*case.xs, case.s])
    check_value(inputs, List(case.input))
    check_value(python_state, case.state)
    typing = elaborate(made(case), case.state, case.input)
    agree("type", case.output, typing.scheme.output, lambda one, other: one is other)
    compiled = compile_typed(typing, DEFAULT_LIMITS, with_batch=case.batched)
    interpreted = running(typing.term)
    xs = [persistent(x) for x in inputs]
    outputs: list[Any] = []
    state = begin = persistent(python_state)
    if case.executed:  # a function means the same on the values of machines as on Python's own
        inputs, python_state = xs, state
    with suppress(TooLargeError):
        for python_x, x in zip(inputs, xs, strict=True):
            at = f"\n  input    {x!r}\n  state    {state!r}"
            found = tried(interpreted, x, state)
            agree(f"compiled{at}", found, tried(compiled.step, x, state), same_run)
            output, python_state = program.step(python_x, python_state)
            wanted = (output if isinstance(output, Exception) else persistent(output)), persistent(python_state)
            agree(f"Python{at}", wanted, found, same_meaning)
            output, state = found
            check_value(state, typing.scheme.state)
            outputs.append(output)
    if not case.batched:
        return sum(isinstance(output, StepError) for output in outputs)
    what = f"batch\n  inputs   {xs!r}\n  state    {begin!r}"
    agree(what, (outputs, state), tried(compiled.batch, xs[: len(outputs)], begin), same_run)
    return sum(isinstance(output, StepError) for output in outputs)


# -- the runs ---------------------------------------------------------------------------------------------


def told(error: Exception) -> str:
    kind = "" if isinstance(error, DisagreementError) else f"{type(error).__name__}: "
    return f"{kind}{error}"


def kind(error: Exception) -> str:
    """Return the first line of an error without the names and numbers in it: what stays while a program shrinks."""
    return re.sub(r"`.*?`|'.*?'|\d+", "…", told(error).splitlines()[0])


def failure(case: Sample, seed: int) -> Exception | None:
    with moved_rules(Random(seed)):
        try:
            check(case)
        except Exception as error:
            return error
    return None


def runs(case: Sample) -> bool:
    """Tell whether Python runs it."""
    program = PlainProgram(case.source)
    *xs, s = program.values([*case.xs, case.s])
    try:
        for x in xs:
            _, s = program.step(x, s)
    except TooLargeError:
        return True
    except Exception:
        return False
    return True


def smallest(case: Sample, seed: int) -> tuple[Sample, Exception]:
    """Make a sample that fails smaller as long as it fails in the same way; return it and its error.

    What is refused has to run in Python, so that it is not refused for what it lost.
    """
    error = failure(case, seed)
    assert error is not None
    wanted, refused = kind(error), isinstance(error, FunctionError)

    def fails(other: Sample) -> bool:
        found = failure(other, seed)
        return found is not None and kind(found) == wanted and (not refused or runs(other))

    small = shrunk(case, fails, whole=refused)
    found = failure(small, seed)
    assert found is not None
    return small, found


def run(seed: int) -> int:
    """Make the sample of a seed and check it."""
    case = sample(Random(seed))
    with moved_rules(Random(seed)):
        return check(case)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_functions", description=__doc__)
    parser.add_argument("--seconds", type=float, default=None, help="stop after so long (10, if no count is given)")
    parser.add_argument("--count", type=int, default=None, help="stop after so many programs")
    parser.add_argument("--seed", type=int, default=0, help="the first seed; each program has the next")
    asked = parser.parse_args(arguments)
    seconds = asked.seconds or (10.0 if asked.count is None else float("inf"))
    start = time.perf_counter()
    failed = programs = 0
    for seed in count(asked.seed):
        if programs == asked.count or time.perf_counter() - start > seconds:
            break
        try:
            failed += run(seed)
        except Exception:
            small, error = smallest(sample(Random(seed)), seed)
            print(f"seed {seed}: {told(error)}\n\n{small}\n")
            print(f"to see it again: python -m tests.fuzz_functions --seed {seed} --count 1")
            return 1
        programs += 1
    rate = programs / (time.perf_counter() - start)
    share = failed / max(1, programs * STEPS)
    print(f"{programs:,} programs of {STEPS} steps agree; {share:.0%} of the steps failed; {rate:.0f} programs/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
