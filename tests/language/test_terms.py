"""Terms: building, printing, equality, walking; none of it minds how deep a term is."""

# The static checkers would stop some of these machines before inference does.
# mypy: disable-error-code="operator"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given

import sm_toolkit.language as language
from sm_toolkit.language import (
    Int,
    LimitError,
    Limits,
    List,
    Machine,
    Unit,
    case,
    compile_machine,
    const,
    consume,
    delay,
    fan_in,
    first,
    fold,
    fst,
    get,
    hash_machine,
    ident,
    if_,
    incr,
    inl,
    let,
    loop,
    not_,
    put,
    read,
    show,
    step,
    stream,
    swap,
    unleft,
    zoom_first,
)
from sm_toolkit.language.encoding.canonical import content_hash, decode_term, encode_term, normalise
from sm_toolkit.language.primitives import PRIMITIVES, PrimitiveRecord
from sm_toolkit.language.syntax.printing import LONGEST
from sm_toolkit.language.syntax.terms import MOST, Compose, Primitive, at_path, path_to, size, walk
from tests.conftest import fewer
from tests.reading_back import read_back
from tests.strategies import runs


@given(runs())
def test_a_machine_is_the_expression_that_it_prints_as(run: Any) -> None:
    machine = run[0]
    again = read_back(repr(machine))
    assert again == machine
    assert hash(again) == hash(machine)


@given(runs())
def test_paths_lead_to_the_nodes_of_a_walk(run: Any) -> None:
    term = run[0].term
    assert [at_path(term, path_to(term, position)) for position in range(size(term))] == list(walk(term))


def test_brackets_are_as_python_needs_them() -> None:
    seed = read() >> (get() | get() >> incr >> put()) >> show()
    assert repr(seed) == "read() >> (get() | get() >> incr >> put()) >> show()"
    assert repr(incr * incr >> (not_ & not_)) == "incr * incr >> (not_ & not_)"
    assert repr((incr | incr) | incr) == "incr | incr | incr"
    assert repr(case(incr, incr, incr)) == "incr | (incr | incr)"
    assert repr(first(incr | incr)) == "first(incr | incr)"


def test_composition_is_a_list_however_it_is_bracketed() -> None:
    one, two, three = incr, not_, show()
    assert (one >> two) >> three == one >> (two >> three) == one.then(two, three)
    assert isinstance((one >> two >> three).term, Compose)
    assert incr.then() is incr


def test_joining_something_else_says_what_is_wanted() -> None:
    with pytest.raises(TypeError, match=r"`>>` joins machines, and the right side is int; .* const\(3\)"):
        incr >> 3
    with pytest.raises(TypeError, match="`&` joins machines, and the right side is function"):
        incr & (lambda x: x)
    with pytest.raises(ValueError, match="two machines or more"):
        case(incr)
    with pytest.raises(language.ValueMismatchError, match="an object of class set"):
        const({1})
    with pytest.raises(language.LimitError, match="int_bits"):
        const(2**20_000)


@dataclass(frozen=True)
class Held:
    numbers: list[int]


def test_a_constant_may_be_as_large_as_its_limits_say() -> None:
    large = 2**20_000
    limits = Limits(int_bits=20_001)
    with pytest.raises(LimitError) as caught:
        const(Held([large]))
    assert caught.value.advice == "to allow more, give `limits=Limits(int_bits=20_001)` to a function that takes limits"
    machine: Machine[Any, Any, Any] = const(Held([large]), limits=limits)
    assert step(machine, None, None, limits) == (Held([large]), None)
    assert compile_machine(machine, limits=limits).step(None, None) == (Held([large]), None)
    assert decode_term(encode_term(machine.term, limits), limits) == machine.term
    assert stream(delay(large, limits=limits), [1], None, limits)[0] == [large]
    assert stream(loop(large, swap(), limits=limits), [1], None, limits)[0] == [large]
    assert repr(machine).startswith("const(Held(numbers=[39802768403")
    with pytest.raises(LimitError, match="int_bits"):
        hash_machine(machine)


def test_a_primitive_is_whole_in_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    record = PrimitiveRecord("double", 0x7F, Int, Int, run=lambda n: 2 * n, source="2 * {0}")
    monkeypatch.setitem(PRIMITIVES, "double", record)
    double: Machine[Any, int, int] = Machine(Primitive("double"))
    assert repr(double >> show()) == "double >> show()"
    assert str(language.infer(double)) == "Machine[s, Int, Int]"
    assert language.step(double, 4, None) == language.compile_machine(double).step(4, None) == (8, None)


def shared(times: int) -> Any:
    """A machine of a few nodes in memory, and of more than 2 to the ``times`` on paper."""
    machine: Any = incr
    for _ in range(times):
        machine = (machine & machine) >> fst()
    return machine


@pytest.mark.parametrize(
    "run",
    [
        language.infer,
        language.elaborate,
        language.compile_machine,
        language.hash_machine,
        lambda machine: language.step(machine, 1, None),
        lambda machine: encode_term(machine.term),
        lambda machine: content_hash(machine.term),
    ],
)
def test_a_part_that_is_shared_many_times_over_is_refused_at_once(run: Any) -> None:
    start = time.process_time()
    with pytest.raises(language.LimitError, match=r"a term is too large: .* `term_nodes` allows 200,000"):
        run(shared(60))
    assert time.process_time() - start < 30  # a hang, not a benchmark


@pytest.mark.long
def test_a_part_that_is_shared_many_times_over_is_compared_and_printed_at_once() -> None:
    start = time.process_time()
    assert shared(60) == shared(60)
    assert shared(60) != (shared(60) & incr)
    assert hash(shared(60)) == hash(shared(60))
    assert size(shared(60).term) == MOST
    assert size(shared(4).term) == 2**4 + sum(3 * 2**i for i in range(4))
    assert normalise((ident() >> first(shared(60))).term) == first(shared(60)).term
    assert len(repr(shared(60))) == LONGEST + 1
    assert repr(shared(60)).startswith("(" * 10)
    assert repr(shared(60)).endswith("…")
    assert time.process_time() - start < 60  # a hang, not a benchmark


def test_a_name_travels_beside_the_term() -> None:
    assert incr.named("add one") == incr
    assert incr.named("add one").name == "add one"


DEEP: dict[str, Callable[[Machine[Any, Any, Any]], Machine[Any, Any, Any]]] = {
    "first": first,
    "case on the left": lambda machine: machine | ident(),
    "case on the right": lambda machine: ident() | machine,
    "fan_in on the right": lambda machine: fan_in(ident(), machine),
    "& on the left": lambda machine: machine & ident(),
    "* on the right": lambda machine: ident() * machine,
    "if_ in then": lambda machine: (ident() & (consume() >> const(True))) >> if_(machine, ident()),
    "unleft": lambda machine: unleft(fan_in(machine, ident()) >> inl()),
    "fold": lambda machine: (ident() & (consume() >> const([], List(Unit)))) >> fold((machine * ident()) >> fst()),
    "let, what is bound": lambda machine: let(machine, ident()),
    "let, the body": lambda machine: let(ident(), machine),
    "zoom": zoom_first,
}


@pytest.mark.parametrize("form", DEEP)
def test_a_term_thousands_deep_passes_every_pass(form: str) -> None:
    depth = fewer(10_000, 2_000)

    def build() -> Machine[Any, Any, Any]:
        machine: Machine[Any, Any, Any] = ident()
        for _ in range(depth):
            machine = DEEP[form](machine)
        return machine

    machine = build()
    assert machine == build()
    assert hash(machine) == hash(build())
    assert len(repr(machine)) > depth
    assert size(machine.term) > depth
    assert normalise(machine.term) == machine.term
    assert decode_term(encode_term(language.erase(machine))) == machine.term


def test_a_term_a_hundred_thousand_long_is_a_list() -> None:
    machine = incr.then(*[incr] * 100_000)
    start = time.process_time()
    assert str(language.infer(machine)) == "Machine[s, Int, Int]"
    assert language.step(machine, 0, None) == (100_001, None)
    assert decode_term(encode_term(machine.term)) == machine.term
    assert time.process_time() - start < 60  # a hang, not a benchmark


def test_the_path_to_a_node_costs_no_more_than_the_nodes() -> None:
    machine: Any = incr
    for _ in range(20_000):
        machine = machine & incr
    tracemalloc.start()
    try:
        path = path_to(machine.term, 40_000)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert path == (1,)
