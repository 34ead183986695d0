"""A machine whose state comes beside its input means what it meant, and is larger by a factor at most."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from sm_toolkit.language import Machine, Pair, StepError, elaborate, get, incr, put, start, step
from sm_toolkit.language.data.types import Unit, same_value
from sm_toolkit.language.interpreter import running
from sm_toolkit.language.limits import PER_TURN
from sm_toolkit.language.syntax.state_passing import state_passing, works_on_a_state
from sm_toolkit.language.syntax.terms import Fold, Term, Unleft, size, walk
from tests.conftest import fewer
from tests.random_machines import Sample, sample

PARTS = 5
EACH = 400 if os.environ.get("CI") else fewer(40)
"""How many machines with a state each part tries."""

GROWTH = 16
"""No form becomes more than so many."""


def largest_body(term: Term) -> int:
    """How large the largest body of a loop is."""
    return max((size(node.inner) for node in walk(term) if isinstance(node, Unleft | Fold)), default=0)


def tried(run: Callable[..., tuple[Any, Any]], x: Any, s: Any) -> tuple[Any, Any]:
    try:
        return run(x, s)
    except StepError as error:
        return error, s


def agree(case: Sample) -> None:
    """Run all steps with a state and with it passed by; where bodies grew enough to cost more, with fuel for that."""
    typing = elaborate(case.machine, case.state, case.input)
    passing = Machine[Any, Any, Any](state_passing(typing.term))
    assert size(passing.term) <= GROWTH * size(typing.term)
    pair = (typing.scheme.input, typing.scheme.state)
    passed = elaborate(passing, Unit, Pair(*pair), Pair(typing.scheme.output, typing.scheme.state))
    assert not works_on_a_state(passed.term)
    cost = 1 + largest_body(passed.term) // PER_TURN
    ample = replace(case.limits, fuel=case.limits.fuel * cost)
    run, passed_by, amply = (
        running(term, limits)
        for term, limits in ((typing.term, case.limits), (passed.term, case.limits), (passed.term, ample))
    )
    state = start(Machine(typing.term), case.s)
    for x in case.xs:
        y, new = tried(run, x, state)
        is_out_of_fuel = isinstance(y, StepError) and "out of fuel" in y.reason
        found, none = tried(passed_by if is_out_of_fuel else amply, (x, state), None)
        assert none is None
        assert same_value(found, y if isinstance(y, StepError) else (y, new), classes=True)
        state = new


@pytest.mark.parametrize("part", range(PARTS))
def test_random_machines_mean_the_same(part: int) -> None:
    left, seed = EACH, part * 1_000_000
    while left:
        case = sample(Random(seed))
        seed += 1
        if works_on_a_state(case.machine.term):
            left -= 1
            try:
                agree(case)
            except Exception as error:
                error.add_note(f"seed {seed - 1}: {case.machine!r}")
                raise


def test_what_works_on_no_state_stands_as_it_was() -> None:
    assert repr(state_passing((incr >> incr).term)) == "first(incr >> incr)"


def test_a_machine_may_be_long_and_deep() -> None:
    tick: Machine[Any, Any, Any] = get() >> incr >> put() >> get()
    long = tick.then(*[incr] * 10_000)
    assert size(state_passing(long.term)) < size(long.term) + 40
    deep = tick
    for _ in range(3_000):
        deep = deep & incr
    assert step(Machine(state_passing((tick & tick).term)), (None, 4), None) == (((5, 6), 6), None)
    assert size(state_passing(deep.term)) <= GROWTH * size(deep.term)
