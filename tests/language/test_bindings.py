"""A machine without bindings means what it meant with them, and how large it becomes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import and_
from random import Random
from typing import Any

import pytest

from sm_toolkit.language import (
    DEFAULT_LIMITS,
    Int,
    LimitError,
    Limits,
    Machine,
    Pair,
    StepError,
    const,
    consume,
    decr,
    div,
    elaborate,
    fan_in,
    first,
    fold,
    fst,
    get,
    ident,
    if_,
    incr,
    inl,
    inr,
    let,
    loop,
    lt,
    point_free,
    put,
    second,
    start,
    step,
    sub,
    unleft,
    var,
    zoom_first,
    zoom_second,
)
from sm_toolkit.language.data.types import same_value
from sm_toolkit.language.interpreter import running
from sm_toolkit.language.limits import PER_TURN
from sm_toolkit.language.syntax.terms import Fold, Let, Term, Unleft, Variable, size, walk
from tests.conftest import fewer
from tests.random_machines import Sample, sample

AnyMachine = Machine[Any, Any, Any]

PARTS = 5
EACH = 400 if os.environ.get("CI") else fewer(40)
"""How many machines with bindings each part tries."""


def has_bindings(machine: AnyMachine) -> bool:
    return any(isinstance(node, Let | Variable) for node in walk(machine.term))


def largest_body(term: Term) -> int:
    """How large the largest body of a loop is."""
    return max((size(node.inner) for node in walk(term) if isinstance(node, Unleft | Fold)), default=0)


def tried(run: Callable[..., tuple[Any, Any]], x: Any, s: Any) -> tuple[Any, Any]:
    try:
        return run(x, s)
    except StepError as error:
        return error, s


def is_out_of_fuel(output: Any) -> bool:
    return isinstance(output, StepError) and "out of fuel" in output.reason


def agree(case: Sample) -> None:
    """Run all steps with bindings and without; where bodies grew enough to cost more, with fuel for that too."""
    free = point_free(case.machine)
    assert not has_bindings(free)
    assert size(free.term) <= 10 * sum(1 + getattr(node, "index", 0) for node in walk(case.machine.term))
    with_, without = (elaborate(machine, case.state, case.input) for machine in (case.machine, free))
    assert without.scheme == with_.scheme
    costs = [1 + largest_body(typing.term) // PER_TURN for typing in (with_, without)]
    ample = replace(case.limits, fuel=case.limits.fuel * costs[1])
    bound, unbound, amply = (
        running(term, limits)
        for term, limits in ((with_.term, case.limits), (without.term, case.limits), (without.term, ample))
    )
    state = start(case.machine, case.s)
    assert start(free, case.s) == state
    for x in case.xs:
        wanted = tried(bound, x, state)
        same = costs == [1, 1] or is_out_of_fuel(wanted[0])
        found = tried(unbound if same else amply, x, state)
        assert same_value(found[0], wanted[0], classes=True)
        assert same_value(found[1], wanted[1], classes=True)
        state = wanted[1]


@pytest.mark.parametrize("part", range(PARTS))
def test_random_machines_mean_the_same(part: int) -> None:
    left, seed = EACH, part * 1_000_000
    while left:
        case = sample(Random(seed))
        seed += 1
        if has_bindings(case.machine):
            left -= 1
            try:
                agree(case)
            except Exception as error:
                error.add_note(f"seed {seed - 1}: {case.machine!r}")
                raise


TICK: AnyMachine = consume() >> zoom_first(get(Int) >> incr >> put())
BOUND: AnyMachine = var(0)
LESS: AnyMachine = (ident() & BOUND) >> sub
PAIR: AnyMachine = ident() & decr
WAIT: AnyMachine = unleft(
    fan_in(ident(), (incr & TICK) >> fst())
    >> (ident() & (LESS & (consume() >> const(3))) >> lt(Int))
    >> if_(inr(), inl())
)
FORMS: dict[str, AnyMachine] = {
    "one after another": incr >> LESS >> decr >> (BOUND & ident()) >> incr * decr,
    "first": PAIR >> first(LESS),
    "second": PAIR >> second(LESS),
    "on each half": PAIR >> LESS * (TICK >> BOUND),
    "on one half": PAIR >> (LESS * incr & incr * LESS),
    "on the same": (TICK >> zoom_first(get(Int))) & (BOUND & TICK >> zoom_first(get(Int))),
    "on its left": inl(Int, Int) >> (LESS | incr),
    "on its right": inr(Int, Int) >> (LESS | TICK),
    "from its left": inl(Int, Int) >> fan_in(LESS, incr),
    "from its right": inr(Int, Int) >> fan_in(LESS, incr),
    "chosen": (ident() & (LESS & BOUND) >> lt(Int)) >> if_(incr, LESS),
    "until": WAIT,
    "until, in another": unleft(fan_in(WAIT & BOUND, ident()) >> fst() >> inl(Int, Pair(Int, Int))),
    "folded": (ident() & (consume() >> const([1, 2, 3]))) >> fold(sub >> LESS),
    "folded, with an effect": (ident() & (consume() >> const([1, 2, 3]))) >> fold((sub & TICK) >> fst() >> LESS),
    "on half of the state": zoom_second(BOUND >> put() >> get()),
    "fed back": loop(7, (sub >> LESS) & (fst() >> LESS), "held"),
    "bound again": let(LESS, (var(1) & var(0)) >> sub >> let(incr, (var(0) & var(1)) & var(2))),
    "bound, in what is bound": let(let(LESS, (var(0) & var(1)) >> sub), var(0) & var(1)),
    "bound for nothing": let(TICK, decr) & let(TICK >> BOUND, var(1)),
    "failing, after an effect": TICK >> let(BOUND, (var(1) & (consume() >> const(0))) >> div),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_is_given_what_is_bound(name: str) -> None:
    agree(Sample(let(incr, FORMS[name]), Pair(Int, Int), Int, [3, -2, 5], (10, 20), DEFAULT_LIMITS))


def test_what_has_no_variable_stays_as_it_is() -> None:
    large: AnyMachine = ident().then(*[incr, decr] * 9)
    assert point_free(large).term is large.term
    free = point_free(let(large, var(0) & large).named("twice"))
    assert sum(node is large.term for node in walk(free.term)) == 1  # the other one is in a chain
    assert free.name == "twice"


@pytest.mark.parametrize(
    "machine", [var(0), let(incr, var(1)), let(var(0), incr), incr >> let(let(var(2), incr), incr)]
)
def test_a_variable_that_is_free_is_told(machine: AnyMachine) -> None:
    with pytest.raises(ValueError, match=r"binds its variables, and some of these reach [13] further out"):
        point_free(machine)


def nested(depth: int, bound: AnyMachine, body: AnyMachine) -> AnyMachine:
    for _ in range(depth):
        body = let(bound, body) >> incr
    return body


def test_deep_ones() -> None:
    depth = 3_000
    for bound, body, wanted in ((incr, var(0), 4), (var(0) >> incr, var(0), 3 + depth), (var(0), var(depth), 3)):
        machine: AnyMachine = let(ident(Int), nested(depth, bound, body))
        start = time.process_time()
        free = point_free(machine)
        assert time.process_time() - start < 10
        assert size(free.term) < 10 * (size(machine.term) + depth)
        assert step(free, 3, None) == (wanted + depth, None)


def test_what_is_large_once_nothing_is_shared_is_refused() -> None:
    doubled: AnyMachine = var(0)
    for _ in range(60):
        doubled &= doubled
    far = nested(1_000, var(0), reduce(and_, [var(1_000)] * 200))
    for machine in (doubled, far):
        with pytest.raises(LimitError, match="a term without variables is too large"):
            point_free(let(incr, machine))
    point_free(let(incr, far), Limits(term_nodes=1_000_000))
