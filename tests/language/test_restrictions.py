"""What a Maybe and the keys of a Map may not be, where it is only known once a machine is typed."""

from __future__ import annotations

from typing import Any

import pytest

from sm_toolkit.language import (
    Bool,
    Either,
    Float,
    Int,
    Left,
    List,
    Machine,
    MachineTypeError,
    Map,
    Maybe,
    Pair,
    Str,
    Type,
    Unit,
    Var,
    check,
    compile_machine,
    const,
    consume,
    decr,
    elaborate,
    eq,
    fan_in,
    fst,
    get,
    ident,
    if_,
    infer,
    inl,
    inr,
    put,
    snd,
    step,
    unleft,
)
from sm_toolkit.pipeline.pipelines import PipelineError, identity, interface, stage

_a, _b = Var("a"), Var("b")
MAYBE = ident(Pair(Maybe(_a), _a))
NOTHING = consume() >> const(None, Maybe(_a))
MAP = ident(Pair(Map(_a, Unit), _a))

REFUSED: list[tuple[Machine[Any, Any, Any], Type[Any], str]] = [
    (MAYBE, Pair(_b, Unit), "what a Maybe holds should be anything but Unit and Maybe, and is Unit"),
    (MAYBE, Pair(_b, Maybe(Int)), r"what a Maybe holds should be anything but Unit and Maybe, and is Maybe\[Int\]"),
    (MAP, Pair(_b, Float), "the key of a Map should be Int, Bool, Str, Bytes or a tuple of these, and is Float"),
    (MAP, Pair(_b, Pair(Int, Unit)), r"the key of a Map should be .*, and is \(Int, Unit\)"),
    (ident(List(Pair(Maybe(_a), _a))), List(Pair(_b, Unit)), "what a Maybe holds"),
    (fst(Maybe(_a), _a), Pair(_b, Unit), "what a Maybe holds"),
    (get(Pair(Maybe(_a), _a)) >> snd() >> ident(Unit), Unit, "what a Maybe holds"),
]


@pytest.mark.parametrize(("machine", "input_", "words"), REFUSED, ids=lambda part: str(part)[:40])
def test_what_it_may_not_be_is_a_type_error(machine: Machine[Any, Any, Any], input_: Type[Any], words: str) -> None:
    with pytest.raises(MachineTypeError, match=words) as caught:
        check(machine, input=input_)
    assert len(caught.value.advice) == 1


def test_the_error_tells_the_part() -> None:
    machine = consume() >> const((None, 1), Pair(Maybe(_a), Int)) >> fst() >> ident(Maybe(_b)) >> consume()
    assert str(infer(machine)) == "Machine[s, a, Unit]"
    wrong = ident(Pair(Int, Str)) >> consume() >> const(None, Unit) >> (ident() & ident()) >> ident(Pair(_a, _b))
    wrong = wrong >> (fst() & NOTHING) >> ident(Pair(_a, Maybe(_a)))
    with pytest.raises(MachineTypeError) as caught:
        check(wrong)
    assert caught.value.place.text == "const(None, Maybe(Var('v0')))"  # where the Maybe comes from
    assert "use Either(Unit, …)" in str(caught.value)


@pytest.mark.parametrize(
    ("machine", "output"),
    [
        (const(None, Maybe(_a)), "Maybe[Int]"),
        (const({}), "Map[Int, Unit]"),
        (const({}, Map(Pair(_a, Bool), Maybe(_b))), "Map[(Int, Bool), Maybe[Int]]"),
        (const((None, Left(1)), Pair(Maybe(_a), Either(Int, _a))), "(Maybe[Int], Either[Int, Int])"),
        (const(([], Left(1))), "(List[Unit], Either[Int, Unit])"),
    ],
    ids=repr,
)
def test_what_nothing_fixes_does_not_become_unit_where_that_may_not_be(
    machine: Machine[Any, Any, Any], output: str
) -> None:
    typed = elaborate(machine)
    assert str(typed.scheme.output) == output
    assert str(elaborate(Machine(typed.term)).scheme.output) == output
    value = machine.term.value  # type: ignore[union-attr]
    assert step(machine, None, None) == compile_machine(machine).step(None, None) == (value, None)


def test_it_may_be_known_from_inside_only() -> None:
    """What is inside a Maybe only within the machine is no Unit either, where it is open outside too."""
    machine = ident(Pair(_a, _b)) >> (fst() & NOTHING) >> ident(Pair(_a, Maybe(_a))) >> fst()
    assert str(infer(machine)) == "Machine[s, (a, b), a]"
    assert str(elaborate(machine).scheme) == "Machine[Unit, (Int, Unit), Int]"
    assert step(machine, (7, 8), None) == (7, None)
    assert step(machine, ([], 8), None) == ([], None)
    with pytest.raises(MachineTypeError, match="what a Maybe holds"):
        step(machine, (None, 8), None)


def test_values_decide_what_is_open() -> None:
    machine = ident(Pair(Maybe(_a), _b))
    assert step(machine, (None, None), None) == ((None, None), None)
    assert step(machine, (3, None), None) == ((3, None), None)


def test_a_pipeline_keeps_to_it_too() -> None:
    gives = stage("gives", None, consume() >> const(None, Maybe(_a)))
    assert str(interface(gives)) == "Pipeline[Unit, Maybe[Int]]"
    assert str(interface(gives >> identity(Maybe(Str)))) == "Pipeline[Unit, Maybe[Str]]"
    pairs = stage("pairs", None, ident(Pair(Maybe(_a), _a)))
    with pytest.raises(PipelineError, match="what a Maybe holds should be anything but Unit and Maybe, and is Unit"):
        interface(pairs >> identity(Pair(_a, Unit)))
    inner = stage("inner", None, (ident() & NOTHING) >> ident(Pair(_a, Maybe(_a))) >> fst())
    assert str(interface(inner)) == "Pipeline[Int, Int]"


def test_a_pair_that_may_be_none_is_not_taken_apart_before_a_loop() -> None:
    """A loop that puts a pair in the place of a Maybe finds None there at first."""
    pair = Maybe(Pair(Int, Bool))
    done = consume() >> get(pair) >> inl()
    again = (decr & (consume() >> const((1, True), pair) >> put())) >> fst() >> inr()
    is_zero = (ident() & (consume() >> const(0))) >> eq(Int)
    machine = unleft(fan_in(ident(), ident()) >> (ident() & is_zero) >> if_(done, again))
    for times, state in ((0, None), (1, (1, True)), (3, (1, True))):
        assert step(machine, times, None) == compile_machine(machine).step(times, None) == (state, state)
