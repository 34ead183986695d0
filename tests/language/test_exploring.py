"""What a machine reaches: held against steps taken one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count, pairwise, product
from random import Random
from typing import Any

import networkx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sm_toolkit.language import (
    Bool,
    Either,
    Int,
    Left,
    Pair,
    Right,
    Str,
    Type,
    Unit,
    case,
    check_value,
    const,
    delay,
    explore,
    first,
    fst,
    get,
    incr,
    machine,
    not_,
    put,
    read,
    second,
    show,
    snd,
    step,
    stream,
    trace_stream,
)
from sm_toolkit.language.data.equality import same_value
from sm_toolkit.language.data.value_samples import finite_values, sample_values
from sm_toolkit.language.errors import StepError, ToolkitError, ValueMismatchError
from sm_toolkit.language.exploring import MOST_INPUTS
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.graphs import to_networkx
from tests.conftest import fewer
from tests.random_machines import sample
from tests.strategies import types, values

AnyMachine = Machine[Any, Any, Any]
counter = (read() >> (get() | get() >> incr >> put()) >> show()).named("counter")
swapping = ((get() >> snd()) & (get() >> fst())) >> put()
bits: AnyMachine = case(get() >> first(not_) >> put(), get() >> second(not_) >> put(), swapping)


@pytest.mark.parametrize("seed", range(fewer(30)))
def test_every_step_is_as_the_machine_takes_it(seed: int) -> None:
    made = sample(Random(seed))
    try:
        graph = explore(made.machine, made.s, made.xs, limit=12, limits=made.limits)
    except ToolkitError:  # the sample says that its values are too large, or its types are open
        return
    assert 1 <= len(graph.states) <= 12
    for one in graph.transitions:
        here = graph.states[one.source]
        if one.failure is not None:
            assert one.target == one.source
            with pytest.raises(StepError, match=f"^{re.escape(one.failure)}$"):
                step(made.machine, one.input, here, made.limits)
            continue
        output, after = step(made.machine, one.input, here, made.limits)
        assert same_value(one.output, output)
        assert same_value(graph.states[one.target], after)
    left_out = len(graph.states) * len(made.xs) - len(graph.transitions)
    assert (left_out == 0) == graph.complete


def brute(machine: AnyMachine, state: Any, xs: list[Any], most: int) -> list[Any]:
    """The states that are reached, in order, without any cleverness."""
    found = [state]
    for here in found:
        for x in xs:
            _, after = step(machine, x, here)
            if len(found) < most and not any(same_value(after, one) for one in found):
                found.append(after)
    return found


@given(st.booleans(), st.booleans(), st.lists(st.sampled_from([Left(None), Right(Left(None)), Right(Right(None))])))
def test_the_states_are_those_that_are_reached_one_by_one(left: bool, right: bool, xs: list[Any]) -> None:
    graph = explore(bits, (left, right), xs)
    assert list(graph.states) == brute(bits, (left, right), xs, 100)
    assert graph.complete
    assert len(graph.transitions) == len(graph.states) * len(xs)


def test_a_path_of_the_graph_is_a_stream() -> None:
    graph = explore(bits, (False, False))
    whole = to_networkx(graph)
    for target, away in enumerate(graph.distances):
        path = networkx.shortest_path(whole, 0, target)
        assert len(path) == away + 1
        inputs = [next(t.input for t in graph.transitions if t[:2] == ends) for ends in pairwise(path)]
        assert stream(bits, inputs, (False, False))[1] == graph.states[target]


def test_what_leads_beyond_the_bound_is_said() -> None:
    graph = explore(counter, 0, limit=4)
    assert graph.states == (0, 1, 2, 3)
    assert graph.unfinished == (3,)
    assert not graph.complete
    assert [one[:2] for one in graph.transitions] == [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 3)]
    assert "beyond the bound of 4" in str(graph)
    data = to_networkx(graph).nodes
    assert [data[place]["unfinished"] for place in range(4)] == [False, False, False, True]


def test_a_limit_of_one_state_is_the_first() -> None:
    assert explore(counter, 7, limit=1).states == (7,)
    with pytest.raises(ValueError, match="at least 1"):
        explore(counter, 7, limit=0)


def test_inputs_are_made_of_their_type_and_texts_of_what_is_read() -> None:
    assert explore(bits, (True, True)).inputs == (Left(None), Right(Left(None)), Right(Right(None)))
    assert explore(bits, (True, True)).every_input
    assert explore(counter, 0, limit=2).inputs == ("Left ()", "Right ()")
    assert not explore(counter, 0, limit=2).every_input


def test_given_inputs_may_be_all_there_are() -> None:
    lamp = get(Bool) >> not_ >> put()
    assert explore(lamp, False, [None]).every_input
    assert not explore(bits, (True, True), [Left(None)]).every_input


def test_failing_steps_stay_where_they_are() -> None:
    graph = explore(counter, 0, ["Left ()", "oops"])
    assert [one.failure is None for one in graph.transitions] == [True, False]
    assert graph.transitions[1][:2] == (0, 0)
    assert "1 of them failing" in str(graph)
    assert graph.complete


def test_cells_are_a_part_of_the_state() -> None:
    graph = explore(delay(False), None)
    assert [cells.cell_0 for _, cells in graph.states] == [False, True]


def test_a_polymorphic_machine_takes_the_types_of_its_state_and_inputs() -> None:
    graph = explore(swapping, (1, 2))
    assert graph.states == ((1, 2), (2, 1))
    assert graph.scheme.state == Pair(Int, Int)


def test_progress_is_told_and_may_end_it() -> None:
    told: list[tuple[int, int]] = []

    def three(explored: int, found: int) -> bool:
        told.append((explored, found))
        return explored < 3

    graph = explore(counter, 0, limit=100, progress=three)
    assert told == [(1, 2), (2, 3), (3, 4)]
    assert graph.states == (0, 1, 2, 3)
    assert graph.unfinished == (3,)
    assert "the end of the search" in str(graph)


def test_an_interrupt_goes_through() -> None:
    def interrupt(explored: int, found: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explore(counter, 0, progress=interrupt)


def test_values_of_other_types_are_refused() -> None:
    anything: AnyMachine = counter
    with pytest.raises(ValueMismatchError, match="the state should be"):
        explore(anything, "a")
    with pytest.raises(ValueMismatchError, match="input 2 should be"):
        explore(anything, 0, ["Left ()", 3])


@dataclass(frozen=True)
class Unlit:
    pass


@dataclass(frozen=True)
class On:
    level: int


@machine
def dimmer(up: bool, state: Unlit | On) -> tuple[int, Unlit | On]:
    match state:
        case Unlit():
            return 0, On(1) if up else state
        case On(level):
            return level, On(min(level + 1, 3)) if up else Unlit()


def test_records_are_of_the_classes_of_the_function() -> None:
    graph = explore(dimmer, Unlit())
    assert graph.states == (Unlit(), On(1), On(2), On(3))
    assert all(isinstance(state, Unlit | On) for state in graph.states)


@settings(max_examples=fewer(40), suppress_health_check=[HealthCheck.too_slow])
@given(types())
def test_samples_are_different_values_of_their_type(type_: Type[Any]) -> None:
    some = sample_values(type_)
    assert some
    assert len(some) <= 64
    for one in some:
        check_value(one, type_)
    assert all(not same_value(a, b) for n, a in enumerate(some) for b in some[:n])
    every = finite_values(type_, 4)
    if every is not None and type_.head not in ("List", "Map"):
        assert all(any(same_value(one, other) for other in every) for one in some)


def test_there_are_not_too_many_inputs() -> None:
    wide = Pair(Either(Int, Str), Pair(Either(Int, Bool), Either(Unit, Int)))
    assert 1 < len(sample_values(wide)) <= MOST_INPUTS


@given(st.lists(values(Either(Unit, Unit)), max_size=8))
def test_a_traced_stream_is_the_stream(xs: list[Any]) -> None:
    count = get() | get() >> incr >> put()
    told = trace_stream(count, xs, 5)
    assert (told.outputs, told.state) == stream(count, xs, 5)
    assert [one.input for one in told.steps] == xs
    assert told.start == 5


def test_a_traced_stream_goes_on_after_a_failure() -> None:
    told = trace_stream(counter, ["Right ()", "oops", "Right ()"], 0)
    assert [one.state for one in told.steps] == [1, 1, 2]
    assert [one.failure is None for one in told.steps] == [True, False, True]
    assert told.outputs == ["Right ()", "Right ()"]
    assert trace_stream(const(1), [], None).state is None


def test_all_combinations_of_what_bits_take_are_covered() -> None:
    assert set(explore(bits, (False, False)).states) == set(product([False, True], repeat=2))


def test_inputs_without_end_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 10,000: take some"):
        explore(incr, None, count())
