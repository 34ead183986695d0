"""Cells: loops that hold something from one step to the next, as a part of the machine's state."""

# The static checkers would stop some of these machines before inference does.
# mypy: disable-error-code="operator"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sm_toolkit import language
from sm_toolkit.deploying import deploy
from sm_toolkit.language import (
    Either,
    Int,
    Left,
    LimitError,
    Machine,
    MachineTypeError,
    Pair,
    Right,
    StepError,
    Str,
    Type,
    Unit,
    ValueMismatchError,
    add,
    check,
    compile_machine,
    const,
    consume,
    copy,
    decr,
    delay,
    elaborate,
    erase,
    fan_in,
    first,
    fst,
    get,
    gt,
    ident,
    if_,
    incr,
    infer,
    inl,
    inr,
    let,
    loop,
    put,
    read,
    snd,
    start,
    step,
    stream,
    swap,
    trace,
    unleft,
    var,
    zoom_first,
)
from sm_toolkit.language.data.records import record_class, record_type
from sm_toolkit.language.data.types import MOST_PARTS, same_value
from sm_toolkit.language.encoding.canonical import decode_term, encode_term, hash_machine
from sm_toolkit.language.interpreter import run_term
from sm_toolkit.language.syntax.cells import cells_of
from sm_toolkit.pipeline.pipelines import stage

AnyMachine = Machine[Any, Any, Any]

total: AnyMachine = loop(0, add >> copy(), "total")
tick: AnyMachine = get() >> incr >> put() >> get()


def cells(**held: Any) -> Any:
    """A record of cells, the types of which are not looked at here."""
    type_ = record_type("Cells", tuple(held), tuple(Type("Unit") for _ in held))
    return record_class(type_)(**held)


# -- what they mean ---------------------------------------------------------------------------------------

STREAMS: dict[str, tuple[AnyMachine, Any, list[Any], list[Any], Any]] = {
    # a machine, the state to start in, inputs, outputs, and the last state with its cells
    "a sum": (total, None, [1, 2, 3], [1, 3, 6], (None, cells(total=6))),
    "a delay": (delay("-"), None, ["a", "b"], ["-", "a"], (None, cells(cell_0="b"))),
    "what a delay is": (loop("-", swap()), None, ["a", "b"], ["-", "a"], (None, cells(cell_0="b"))),
    "two delays": (delay(0) >> delay(1), None, [7, 8, 9], [1, 0, 7], (None, cells(cell_0=9, cell_1=8))),
    "beside the state": (
        (consume() >> tick) & total,
        10,
        [1, 2, 3],
        [(11, 1), (12, 3), (13, 6)],
        (13, cells(total=6)),
    ),
    # a side that is not taken does not advance its cells
    "on one side": (
        fan_in(total, delay(0)),
        None,
        [Left(1), Right(5), Left(2), Right(6)],
        [1, 0, 3, 5],
        (None, cells(total=3, cell_1=6)),
    ),
    "in a cell": (
        loop(0, first(delay(100)) >> add >> copy()),
        None,
        [1, 2, 3],
        [100, 101, 103],
        (None, cells(cell_0=103, cell_1=3)),
    ),
    "in a zoom": (
        zoom_first((consume() >> tick) & total),
        (0, "x"),
        [5, 6],
        [(1, 5), (2, 11)],
        ((2, "x"), cells(total=11)),
    ),
    "a zoom in it": (
        loop(0, first(consume() >> zoom_first(tick)) >> add >> copy()),
        (1, "x"),
        [None, None],
        [2, 5],
        ((3, "x"), cells(cell_0=5)),
    ),
    "bound": (let(total, total & var(0)), None, [1, 2], [(1, 1), (3, 3)], (None, cells(total=3, total_2=3))),
    # in a loop within a step it advances in each turn
    "in turns": (
        unleft(
            fan_in(ident(), decr)
            >> (ident() & (total >> consume()))
            >> fst()
            >> (ident() & ((ident() & (consume() >> const(0))) >> gt(Int)))
            >> if_(inr(), inl())
        ),
        None,
        [3, 2],
        [0, 0],
        (None, cells(total=9)),
    ),
    "of two kinds": (
        delay(Left(1), type=Either(Int, Str)),
        None,
        [Right("x"), Left(2)],
        [Left(1), Right("x")],
        (None, cells(cell_0=Left(2))),
    ),
}


@pytest.mark.parametrize("name", STREAMS)
def test_meaning(name: str) -> None:
    machine, s, xs, outputs, last = STREAMS[name]
    assert same_value(tuple(stream(machine, xs, s)), (outputs, last))
    program = compile_machine(machine)
    begin = start(machine, s)
    assert same_value(tuple(program.batch(xs, begin)), (outputs, last))
    for x, output in zip(xs, outputs, strict=True):
        found, begin = program.step(x, begin)
        assert same_value(found, output)
    assert same_value(begin, last)


def test_a_failed_step_advances_no_cell() -> None:
    machine = (first(read(Int) >> total) >> (fst() & (snd() >> read(Int)))) >> add
    typing = elaborate(machine)
    program = compile_machine(machine)
    inputs = [("1", "10"), ("2", "x"), ("3", "30"), ("y", "40"), ("5", "50")]
    outputs, state = program.batch(inputs, start(machine, None))
    assert [output if isinstance(output, int) else "failed" for output in outputs] == [11, "failed", 34, "failed", 59]
    assert state == (None, cells(total=9))
    begin = start(machine, None)
    for x, output in zip(inputs, outputs, strict=True):
        try:
            found, begin = run_term(typing.term, x, begin)
        except StepError as error:
            found = error
        assert found == output
    assert begin == state


def test_a_trace_tells_what_was_fed_back() -> None:
    told = trace(total, 5, (None, cells(total=3)))
    assert (told.output, told.new_state) == (8, (None, cells(total=8)))
    assert [(ran.input, ran.output) for ran in told.ran[1:3]] == [((5, 3), (8, 8)), ((5, 3), 8)]


# -- the state --------------------------------------------------------------------------------------------


def test_a_machine_starts_with_its_cells_or_with_those_it_is_given() -> None:
    assert start(total, "s") == ("s", cells(total=0))
    assert start(total, ("s", cells(total=5))) == ("s", cells(total=5))
    assert start(total, ("s", cells(other=5))) == (("s", cells(other=5)), cells(total=0))
    assert start(incr, "s") == "s"
    assert stream(total, [1], ("s", cells(total=5))) == ([6], ("s", cells(total=6)))
    with pytest.raises(ValueMismatchError, match=r"the state should be \(s, Cells\(total: Int\)\), and is None"):
        step(total, 1, None)


def test_a_stage_starts_its_cells() -> None:
    with deploy(stage("sum", None, total) >> stage("late", "s", (consume() >> get()) & delay(5))) as deployment:
        assert [deployment.call(x) for x in (1, 2, 3)] == [("s", 5), ("s", 1), ("s", 3)]
    with deploy(stage("sum", (None, cells(total=10)), total)) as deployment:
        assert deployment.call(1) == 11
    with pytest.raises(MachineTypeError, match="should be Int, and is Str"):
        stage("sum", "x", (consume() >> tick) & total)


# -- types and names --------------------------------------------------------------------------------------

PRINCIPAL: list[tuple[AnyMachine, str]] = [
    (total, "Machine[(s, Cells(total: Int)), Int, Int]"),
    (delay(Left(1)), "Machine[(s, Cells(cell_0: Either[Int, a])), Either[Int, a], Either[Int, a]]"),
    ((consume() >> tick) & total, "Machine[(Int, Cells(total: Int)), Int, (Int, Int)]"),
    (zoom_first(total), "Machine[((a, b), Cells(total: Int)), Int, Int]"),
]


@pytest.mark.parametrize(("machine", "scheme"), PRINCIPAL, ids=lambda part: repr(part)[:40])
def test_principal_types(machine: Any, scheme: str) -> None:
    assert str(infer(machine)) == scheme


def test_types_asked_may_speak_of_the_state_with_and_without_cells() -> None:
    held = record_type("Cells", ("total",), (Int,))
    assert check(total, state=Str).state is check(total, state=Pair(Str, held)).state is Pair(Str, held)
    # a state that only looks like one with cells
    assert check(incr, state=Pair(Str, held)).state is Pair(Str, held)
    assert check(total, state=Pair(Str, Int)).state is Pair(Pair(Str, Int), held)


ILL_TYPED: dict[str, Callable[[], object]] = {
    "cell_of_another_type": lambda: infer(loop("x", add >> copy())),
    "cell_fed_back_with_another_type": lambda: infer(loop(0, fst() & (consume() >> const("x")))),
    "cell_of_no_pair": lambda: infer(loop(0, snd())),
    "cell_asked_is_another": lambda: check(total, state=Pair(Unit, record_type("Cells", ("total",), (Str,)))),
    "cell_asked_by_another_name": lambda: check(total, state=Pair(Unit, record_type("Cells", ("sum",), (Int,)))),
}


@pytest.mark.parametrize("name", ILL_TYPED)
def test_errors_teach(name: str, golden: Callable[[str, str], None]) -> None:
    with pytest.raises(MachineTypeError) as caught:
        ILL_TYPED[name]()
    golden(f"errors/{name}.err", f"{caught.value}\n")


def test_each_cell_has_a_name_of_its_own_once_elaborated() -> None:
    machine = total & total & delay(1, "cell_4") & delay(2) & delay(3) & delay(4)
    term = elaborate(machine).term
    held = cells_of(term)
    assert held is not None
    assert held.head == "Record Cells total total_2 cell_4 cell_3 cell_4_2 cell_5"
    assert elaborate(Machine(term)).term == term
    assert repr(Machine(term)).count("name=") == 6
    named: list[Any] = [loop(0, add >> copy(), name) for name in ("a", "b")]
    assert named[0] != named[1]
    assert hash_machine(named[0]) != hash_machine(named[1])
    assert total == loop(0, add >> copy(), "total") != loop(1, add >> copy(), "total")


def test_what_cannot_be_named_is_refused() -> None:
    for name in ("class", "_x", "a b", "", "x" * 100, "é"):
        with pytest.raises(ValueError, match="cannot be named"):
            delay(0, name)
    text: Any = Str
    with pytest.raises(ValueMismatchError):
        delay(0, type=text)
    with pytest.raises(LimitError, match="number of cells in a machine is too large: 257"):
        infer(ident().then(*[delay(0)] * (MOST_PARTS + 1)))
    assert len(stream(ident().then(*[delay(0)] * MOST_PARTS), [1], None)[0]) == 1


def test_a_term_with_cells_travels() -> None:
    machine = total >> loop(Left(3), first(ident()) >> swap() >> swap() >> (fst() & (consume() >> const(Right("x")))))
    term = erase(machine)
    assert decode_term(encode_term(term)) == term
    assert eval(repr(Machine(term)), vars(language).copy()) == Machine(term)


# -- compiled ---------------------------------------------------------------------------------------------


def test_a_batch_keeps_cells_apart() -> None:
    source = compile_machine(total >> delay(0) >> total).source
    loop_ = source.split("for x in xs:")[1].split("return outputs")[0]
    assert "field" not in loop_
    assert "cells" not in loop_


def test_a_cell_under_ten_thousand_lets_is_found() -> None:
    machine: AnyMachine = delay(0)
    for _ in range(10_000):
        machine = let(machine, var(0))
    typing = elaborate(machine, Unit, Int)
    assert run_term(typing.term, 5, start(Machine(typing.term), None)) == (0, (None, cells(cell_0=5)))
