"""Compiled machines do what the interpreter says, and their source is what a person would have written."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from sm_toolkit.examples.token_bucket import token_bucket
from sm_toolkit.language import (
    DEFAULT_LIMITS,
    Bool,
    Either,
    Int,
    Left,
    LimitError,
    Limits,
    MachineTypeError,
    Pair,
    Right,
    StepError,
    Str,
    Type,
    Unit,
    abs_,
    add,
    case,
    concat,
    const,
    consume,
    copy,
    decr,
    delay,
    distr,
    div,
    each,
    elaborate,
    eq,
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
    le,
    length,
    let,
    loop,
    lt,
    mod,
    mul,
    neg,
    not_,
    or_,
    put,
    read,
    second,
    show,
    slice_text,
    snd,
    sub,
    swap,
    unleft,
    upper,
    var,
    zoom_first,
    zoom_second,
)
from sm_toolkit.language.checking.inference import Scheme, Typing
from sm_toolkit.language.compilation import (
    branching,
    emission,
    frames,
    joining,
    looping,
    loops,
    placement,
    support,
    wording,
)
from sm_toolkit.language.compiler import Program, compile_machine, compile_typed
from sm_toolkit.language.data.types import same_value
from sm_toolkit.language.interpreter import run_term
from sm_toolkit.language.primitives import PRIMITIVES
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import (
    Both,
    Case,
    Compose,
    FanIn,
    Fanout,
    First,
    Fold,
    Get,
    Id,
    If,
    Let,
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Term,
    Unleft,
    Variable,
    Zoom,
)
from sm_toolkit.language.text import show_integer
from tests.conftest import fewer
from tests.strategies import runs

AnyMachine = Machine[Any, Any, Any]
AnyProgram = Program[Any, Any, Any]

# -- the interpreter is the definition --------------------------------------------------------------------


def tried(step: Callable[[Any, Any], tuple[Any, Any]], x: Any, s: Any) -> tuple[Any, Any]:
    """The output or the error, and the state after it."""
    try:
        return step(x, s)
    except StepError as error:
        return error, s


def same(one: Any, two: Any) -> bool:
    if isinstance(one, StepError) or isinstance(two, StepError):
        return one.__class__ is two.__class__ and one == two
    return same_value(one, two, classes=True)


def assert_agrees(typing: Typing, program: AnyProgram, xs: list[Any], s: Any) -> None:
    """Step by step and as a batch, the program does what the interpreter does."""
    wanted: list[Any] = []
    state = s
    for x in xs:
        output, after = tried(lambda x, s: run_term(typing.term, x, s), x, state)
        found, left = tried(program.step, x, state)
        assert same(output, found), f"{output} is not {found}\n{program.source}"
        assert same(after, left), f"{after} is not {left}\n{program.source}"
        wanted.append(output)
        state = after
    outputs, left = program.batch(xs, s)
    assert len(outputs) == len(wanted)
    assert all(map(same, wanted, outputs)), f"{wanted} is not {outputs}\n{program.source}"
    assert same(state, left), f"{state} is not {left}\n{program.source}"


def agrees(machine: AnyMachine, xs: list[Any], s: Any, state: Type[Any] | None = None) -> AnyProgram:
    """Check a machine against the interpreter and return its program."""
    typing = elaborate(machine, state)
    program = compile_typed(typing)
    assert_agrees(typing, program, xs, s)
    return program


@given(runs())
def test_compiled_is_interpreted(run: tuple[AnyMachine, Type[Any], list[Any], Any]) -> None:
    machine, state, xs, s = run
    program = agrees(machine, xs, s, state)
    assert_names_are_ours(program)


TIGHT = {
    (branching, "MOST_NESTED"): 1,
    (looping, "MOST_LOOPS"): 1,
    (looping, "MOST_CALLS"): 2,
    (loops, "MOST_PEELED"): 0,
    (loops, "MOST_PREPARED"): 0,
    (branching, "MOST_MOVED"): 1,
    (branching, "MOST_SPLIT"): 1,
    (looping, "MOST_SPLIT"): 1,
    (joining, "MOST_SPLIT"): 1,
    (frames, "MOST_SHOWN"): 3,
    (placement, "MANY_USES"): 2,
    (placement, "NESTED_LEFT"): 0,
    (emission, "MOST_WHILES"): 1,
    (wording, "MOST_DEEP"): 1,
    (support, "COMPARED_VALUES"): 2,
    (support, "LISTED_VALUES"): 3,
}


@given(runs(size=12))
@settings(max_examples=fewer(75))
def test_compiled_is_interpreted_where_every_rule_is_at_its_limit(
    run: tuple[AnyMachine, Type[Any], list[Any], Any],
) -> None:
    """Small terms take the ways that are made for huge ones; the fuzzer sends many more on them."""
    machine, state, xs, s = run
    with pytest.MonkeyPatch.context() as patch:
        for (module, name), value in TIGHT.items():
            patch.setattr(module, name, value)
        agrees(machine, xs, s, state)


# -- what a person would have written ---------------------------------------------------------------------

counter_v1: AnyMachine = get() | get() >> incr >> put()
counter_v2: AnyMachine = case(const(0) >> put(), get(), get() >> incr >> put())
counter_v3: AnyMachine = case(
    get() >> second(not_) >> put(),
    const((0, True)) >> put(),
    get() >> fst(),
    get() >> (if_(incr, ident()) & snd()) >> put(),
)
WHILE_POSITIVE: AnyMachine = unleft(
    fan_in(ident(), decr) >> (ident() & ((consume() >> const(0)) & ident()) >> lt(Int)) >> if_(inr(), inl())
)
SOURCES: dict[str, AnyMachine] = {
    "counter_v1": counter_v1,
    "counter_v2": counter_v2,
    "counter_v3": counter_v3,
    "counter_v1_text": read() >> counter_v1 >> show(),
    "counter_v2_text": read() >> counter_v2 >> show(),
    "fused_cases": (incr | decr) >> (incr | incr >> incr) >> fan_in(ident(), show() >> read()),
    "moved_parts": first(incr) >> (snd() & fst()) >> second(copy()) >> fst() >> (ident() & get()),
    "joined": first(fan_in(incr, decr) >> copy()) >> first(fst() >> incr) >> (ident() & ident()),
    "joined_in_three": first(fan_in(incr, decr, show(Int) >> read(Int))) >> fst() >> incr >> copy(),
    "joined_state": first(fan_in(put(), consume())) >> snd() >> (ident() & (consume() >> get() >> incr >> put())),
    "read_and_dropped": read(Int) >> consume() >> get() >> show(Int),
    "shown_pair": (ident(Pair(Int, Either(Bool, Unit))) >> first(incr)) >> (show() & fst()),
    "copied_forty_times": copy().then(*[copy()] * 39),
    "guarded_sums": (add & sub) >> mul >> show(),
    "divided": div >> abs_ >> show(),
    "token_bucket": token_bucket,
    "account": (ident(Int) & (consume() >> get())) >> add >> copy() >> (put() * ident()) >> snd(),
    "compared": (fst() & lt(Int)) >> if_(neg, incr) & (le(Int) & eq(Int)) >> or_,
    "compared_sums": eq(Either(Int, Unit)) >> not_,
    "cut": first(upper) >> concat >> (length & (ident() & (consume() >> const((1, -1)))) >> slice_text),
    "loop": WHILE_POSITIVE,
    "loop_over_the_state": unleft(
        fan_in(ident(Int), get() >> first(incr) >> put() >> get() >> fst())
        >> (ident() & ((ident() & (consume() >> const(7))) >> lt()))
        >> if_(consume() >> inr(), inl())
    ),
    "loop_in_a_loop": unleft(
        fan_in(ident(), ident())
        >> let(WHILE_POSITIVE, (ident() & ((ident() & var(0)) >> lt())) >> if_(incr >> inr(), inl()))
    ),
    "fold": fold(add) >> incr,
    "fold_over_the_state": (consume() >> const(0) & ident()) >> fold(add >> copy() >> (put() * ident()) >> snd()),
    "fold_of_pairs": fold(fst() >> swap() >> first(incr)),
    "each_of_each": each(each(incr)),
    "loop_that_prepares": unleft(
        fan_in(copy(Int), ident())
        >> (ident() & ((fst(Int, Int) & (consume() >> const(0))) >> eq(Int)))
        >> if_(snd() >> inl(), ((snd() & fst()) >> mod & fst()) >> inr())
    ),
    "loop_on_one_side": fan_in(WHILE_POSITIVE >> incr, decr) >> copy(),
    "loop_of_any_sum": unleft(show(Either(Int, Bool)) >> read(Either(Str, Bool))),
    "let": let(mul, let(add, (var(0) & var(1)) >> sub >> copy() >> lt() & var(1))),
    "cells": loop(0, add >> copy(), "total") >> (ident() & delay(0)),
    "cells_on_one_side": fan_in(loop(0, add >> copy()), consume() >> get() >> incr >> put() >> const(0)),
    "zoom": zoom_first(get() >> incr >> put()) >> zoom_second(get() >> not_ >> put()),
    "distributed": distr() >> (first(incr) | snd() >> not_),
    "distributed_whole": distr(Int, Int, Int) >> show(),
    "long_sum": incr.then(*[incr] * 49),
}


@pytest.mark.parametrize("name", SOURCES)
def test_golden_source(name: str, golden: Callable[[str, str], None]) -> None:
    program = compile_machine(SOURCES[name])
    beside = sorted((name, value) for name, value in program.step.__globals__.items() if name.startswith("constant_"))
    comments = "".join(f"# {name} = {value!r}\n" for name, value in beside)
    golden(f"compiled/{name}.py", f"{program.source}\n\n{comments}" if comments else program.source)
    assert_names_are_ours(program)


def test_a_program_is_made_once_for_a_machine() -> None:
    machine = get() >> incr >> put()
    assert compile_machine(machine) is compile_machine(machine)
    assert compile_machine(machine, state=Int) is not compile_machine(machine)
    assert repr(compile_machine(machine)) == "<Program Machine[Int, Unit, Unit]>"


def test_a_machine_that_does_not_fit_is_not_compiled() -> None:
    with pytest.raises(MachineTypeError):
        compile_machine(incr, input=Str)


# -- failures ---------------------------------------------------------------------------------------------


def test_a_batch_has_each_failure_in_its_place_and_goes_on() -> None:
    program = compile_machine(read() >> counter_v1 >> show())
    outputs, state = program.batch(["Right ()", "Rihgt ()", " ( Right ())", "Left ()", ""], 4)
    failed = [output for output in outputs if isinstance(output, StepError)]
    assert outputs == ["Right ()", failed[0], "Right ()", "Left 6", failed[1]]
    assert state == 6
    assert "cannot read" in failed[0].reason
    # Kept errors keep nothing else: no frame of the batch, no error behind them.
    assert all((e.__traceback__, e.__context__, e.__cause__) == (None, None, None) for e in failed)


def test_any_iterable_is_a_batch() -> None:
    assert compile_machine(incr).batch(iter([1, 2]), None) == ([2, 3], None)
    assert compile_machine(incr).batch([], None) == ([], None)


FAILURES: dict[str, tuple[AnyMachine, list[Any], Any]] = {
    # a text that is read and dropped must still be a text of that type
    "read and dropped": (read(Int) >> consume(), ["1", "x"], 0),
    "shown and dropped": (show(Int) >> consume() >> get(), [1, 2**15_000], 0),
    # the first failure in the order of the term answers
    "left before right": (read(Int) & read(Bool), ["x", "1", "True"], 0),
    "right before left": ((snd() >> read(Bool)) & (fst() >> read(Int)), [("x", "y"), ("x", "True"), ("1", "True")], 0),
    # what was put before the failure is not kept, nor is the output of a batch listed twice
    "put, then read": ((get() >> incr >> put()) * read(Int), [(None, "1"), (None, "x"), (None, "2")], 0),
    "read into the state": (ident() & (read(Int) >> put()), ["1", "x", "2"], 0),
    "read a pair into the state": (read(Pair(Int, Int)) >> put() >> get(), ["(1,2)", "1", "(3,4)"], (0, 0)),
    # not on this side
    "read on one side": (fan_in(read(Int), consume() >> const(0)), [Right("x"), Left("x"), Left("1")], 0),
    "negative and huge": (
        ident() & show(Either(Int, Int)),
        [Left(-1), Right(2**64), Left(2**14_000), Right(2**64 - 1)],
        0,
    ),
    "negative in a pair": (show(Pair(Int, Either(Int, Int))), [(-1, Left(-1)), (-(2**64), Right(0))], 0),
    "shown twice": (copy() >> (show(Int) * show(Int)), [1, -1, 2**14_100], 0),
    "unusual spellings": (read(Bool) >> not_, ["True", " True", "(False)", "true", "Fals", ""], 0),
    "integers": (read(Int), ["7", "-7", "(-7)", "007", "+7", "7.", "٧", "1_0", "9" * 5_000, "9" * 30], 0),
}


@pytest.mark.parametrize("name", FAILURES)
def test_failures_are_the_interpreters(name: str) -> None:
    machine, xs, s = FAILURES[name]
    agrees(machine, xs, s)


def test_limits_are_those_asked_for() -> None:
    program = compile_machine(read(Int) >> show(), limits=Limits(string_length=10))
    assert program.step("1234567890", None) == ("1234567890", None)
    with pytest.raises(StepError, match="string_length"):
        program.step("12345678901", None)
    with pytest.raises(StepError, match="`int_bits` allows 14,000"):
        compile_machine(show(Int)).step(2**15_000, None)
    large = compile_machine(read(Int) >> (ident() & incr) >> show(), limits=Limits(int_bits=20_000))
    shown, _ = large.step("-" + show_integer(2**19_999), None)
    assert shown == f"(-{show_integer(2**19_999)},-{show_integer(2**19_999 - 1)})"
    with pytest.raises(StepError, match="`int_bits` allows 20,000"):
        large.step(show_integer(2**30_000), None)
    with pytest.raises(LimitError, match="term_nodes"):
        compile_machine(incr >> incr, limits=Limits(term_nodes=2))


# -- traps: where a compiler of this kind goes wrong ------------------------------------------------------

SUM = Either(Pair(Int, Int), Either(Int, Unit))
SIDES: list[Any] = [Left((1, 2)), Right(Left(3)), Right(Right(None))]
TRAPS: dict[str, tuple[AnyMachine, list[Any], Any]] = {
    # the first half of the payload may not be taken out before the side is tested, though two sides want it
    "payload not too early": (
        copy(SUM) >> (fan_in(fst(), fan_in(ident(), consume() >> const(0))) * (fst() | ident())),
        SIDES,
        None,
    ),
    "known on one side only": (
        (ident(SUM) & (consume() >> get()))
        >> if_(fan_in(fst() >> incr, consume() >> const(1)), fan_in(consume() >> const(2), consume() >> const(3)))
        >> (ident() & ident()),
        SIDES,
        False,
    ),
    # after a join nothing is known that a side knew, and what follows runs once
    "tested again after a join": (
        copy(SUM) >> first(fan_in(consume() >> const(1), consume() >> const(2))) >> second(ident() | (incr | ident())),
        SIDES,
        None,
    ),
    "choice of choices": (
        case(ident(Int), case(incr, decr)) >> fan_in(show(), fan_in(incr, incr >> incr) >> show()),
        [Left(1), Right(Left(1)), Right(Right(1))],
        None,
    ),
    "choice within what is chosen again": (
        (incr | inl(Int, Int)) >> (decr | fan_in(incr, decr)),
        [Left(1), Right(1)],
        None,
    ),
    "both halves of the state swapped": (get() >> (snd() & fst()) >> put(), [None, None, None], (1, 2)),
    "the state joined with a pair": (
        first(fan_in(get() >> first(incr) >> put(), consume())) >> snd(),
        [(Left(None), 1), (Right(None), 2)],
        (1, 2),
    ),
    "the old state after a put": ((get() & (get() >> incr >> put())) >> fst(), [None, None], 5),
    "reading inside a format string": (
        (consume() >> const("True") >> read(Bool) >> inr(Unit, Bool)) >> show(),
        [None],
        0,
    ),
    "one read used thrice": (read(Bool) >> copy() >> first(copy() >> if_(not_, not_)), ["True", "(False)", "?"], 0),
    "a negative constant": (consume() >> const(-3) >> (incr & ident()), [None], 0),
    "put into halves and whole": (
        fan_in(const((1, 2)) >> put(), get() >> put()) >> get(),
        [Left(None), Right(None)],
        (0, 0),
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name: str) -> None:
    machine, xs, s = TRAPS[name]
    agrees(machine, xs, s)


def test_what_follows_a_branch_is_written_once() -> None:
    choice: AnyMachine = fan_in(ident(), ident())
    machine = first(choice) >> fst() >> incr >> incr >> copy()
    step = compile_machine(machine, input=Pair(Either(Int, Int), Unit)).source.split("def batch")[0]
    assert step.count("+ 1") == 2


def test_shared_work_is_done_once() -> None:
    program = compile_machine(incr.then(*[copy()] * 40, *[fst()] * 20))
    assert program.source.count("+ 1") == 2  # once in the step, once in the batch
    whole, _ = program.step(0, None)
    for _ in range(20):
        left, right = whole
        assert left is right
        whole = left
    assert whole == 1


# -- deep and long terms ----------------------------------------------------------------------------------

DEEP = fewer(7_000, 2_000)  # the stack of Python's own parser ends at 6,000
LONG = fewer(50_000, 10_000)
INCR, COPY, FST, DROP = (Primitive(name) for name in ("incr", "copy", "fst", "consume"))
INL, INR, DISTR = (Primitive(name) for name in ("inl", "inr", "distr"))
AT_ONCE = Compose((FanIn(Id(), Id()), INL))
TICK = Compose((Get(), INCR, Put(), Get()))


def nest(grow: Callable[[Any], Any], inner: Any, times: int = DEEP) -> Any:
    for _ in range(times):
        inner = grow(inner)
    return inner


HUGE: dict[str, tuple[Callable[[], Term], Callable[[], Any], Any]] = {
    "first": (lambda: nest(First, INCR), lambda: nest(lambda v: (v, None), 1), 0),
    "second": (lambda: nest(Second, INCR), lambda: nest(lambda v: (None, v), 1), 0),
    "both": (lambda: nest(lambda t: Both(INCR, t), INCR), lambda: nest(lambda v: (1, v), 1), 0),
    "fan-out": (lambda: nest(lambda t: Fanout(t, DROP), INCR), lambda: 1, 0),
    "alternatives, the last": (lambda: nest(lambda t: Case(INCR, t), INCR), lambda: nest(Right, 1), 0),
    "alternatives, one in the middle": (
        lambda: nest(lambda t: Case(INCR, t), INCR),
        lambda: nest(Right, Left(1), DEEP // 2),
        0,
    ),
    "alternatives nested to the left": (lambda: nest(lambda t: Case(t, INCR), INCR), lambda: nest(Left, 1), 0),
    "alternatives with one output": (lambda: nest(lambda t: FanIn(INCR, t), TICK), lambda: nest(Right, None), 0),
    "alternatives before more": (
        lambda: Compose((nest(lambda t: FanIn(t, INCR), INCR), COPY, First(INCR))),
        lambda: nest(Left, 1),
        0,
    ),
    "branches that join": (lambda: nest(lambda t: Compose((FanIn(INCR, t), INCR)), INCR), lambda: nest(Right, 1), 0),
    "branches that join on the left": (
        lambda: nest(lambda t: Compose((Case(t, TICK), COPY, FST)), TICK),
        lambda: nest(Left, None),
        0,
    ),
    "if in then": (lambda: nest(lambda t: If(t, INCR), INCR), lambda: nest(lambda v: (v, True), 1), 0),
    "if that joins": (
        lambda: nest(lambda t: Compose((If(t, INCR), INCR)), INCR),
        lambda: nest(lambda v: (v, True), 1),
        0,
    ),
    "wide tree": (
        lambda: nest(lambda t: Compose((FanIn(t, t), INCR)), INCR, 11),
        lambda: nest(lambda v: Left(Right(v)), Left(1), 5),
        0,
    ),
    "sums in sums": (lambda: Compose((Primitive("inr"),) * DEEP), lambda: 1, 0),
    "many sums": (lambda: Compose((INCR,) * LONG), lambda: 1, 0),
    "many puts": (lambda: Compose((Get(), INCR, Put()) * (LONG // 3)), lambda: None, 0),
    "many cases": (lambda: Compose((Case(INCR, INCR),) * (LONG // 3)), lambda: Right(1), 0),
    "many ifs": (
        lambda: Compose((Fanout(Id(), Compose((DROP, Get()))), If(INCR, Id())) * (LONG // 8)),
        lambda: 1,
        True,
    ),
    "loops in loops": (lambda: nest(lambda t: Unleft(Compose((FanIn(t, Id()), INL))), INCR), lambda: 1, 0),
    "loops between choices": (
        lambda: nest(lambda t: Compose((Unleft(AT_ONCE), FanIn(t, INCR), INCR)), INCR),
        lambda: nest(Right, 1, 1),
        0,
    ),
    "folds in folds": (
        lambda: nest(Fold, FST),
        lambda: (1, nest(lambda v: [v], 0)),
        0,
    ),
    "many loops": (lambda: Compose((Unleft(AT_ONCE), INCR) * (DEEP // 2)), lambda: 1, 0),
    "lets in lets": (lambda: nest(lambda t: Let(INCR, t), Variable(DEEP // 2)), lambda: 1, 0),
    "lets in what is bound": (lambda: nest(lambda t: Let(t, Compose((Variable(0), INCR))), INCR), lambda: 1, 0),
    "a variable from far out": (
        lambda: Let(Get(), nest(lambda t: Compose((FanIn(t, INCR), INCR)), Variable(0))),
        lambda: nest(Left, None),
        5,
    ),
    "zooms": (lambda: nest(lambda t: Zoom("first", t), TICK), lambda: None, nest(lambda v: (v, None), 1)),
    "sums distributed": (
        lambda: nest(lambda t: Compose((First(t), DISTR)), Id()),
        lambda: nest(lambda v: (v, None), Left(1)),
        0,
    ),
    "many reads": (lambda: Compose((Show(Int), Read(Int)) * (LONG // 10)), lambda: 5, 0),
}


@pytest.mark.parametrize("name", HUGE)
def test_depth_and_length_meet_no_limit_of_python(name: str) -> None:
    make, make_x, s = HUGE[name]
    typing = Typing(make(), Scheme(Unit, Unit, Unit), (), ())  # their types are not needed
    assert_agrees(typing, compile_typed(typing, with_batch=True), [make_x()], s)


@given(runs())
def test_a_batch_that_is_made_at_once_is_the_one_that_is_made_later(run: Any) -> None:
    machine, state, _, _ = run
    typing = elaborate(machine, state)
    later, at_once = compile_typed(typing), compile_typed(typing, with_batch=True)
    assert "batch" in vars(at_once)
    assert "batch" not in vars(later)
    assert later.source == at_once.source
    assert later.batch.__code__ == at_once.batch.__code__
    assert later.step.__code__ == at_once.step.__code__


def test_a_deep_machine_goes_the_whole_way() -> None:
    machine: AnyMachine = Machine(nest(lambda t: Compose((First(t), FST)), INCR, 2_000))
    program = compile_machine(machine)
    assert program.step(nest(lambda v: (v, None), 1, 2_000), None) == (2, None)


def test_ways_to_the_right_share_their_wrappers() -> None:
    """The output of alternative n has n constructors round it; the source does not."""
    machine: AnyMachine = Machine(nest(lambda t: Case(INCR, t), INCR, 1_000))
    assert len(compile_machine(machine, limits=Limits(type_nodes=10_000)).source) < 1_000 * 600


# -- nothing from a term is code --------------------------------------------------------------------------

NASTY = [
    '"); raise SystemExit("',
    "__class__",
    "v1",
    "import os",
    "\n    boom()",
    "{0}",
    "{x}",
    "'''",
    "\\",
    "ｉｆ",
    "\u202e",
]
OURS = re.compile(
    r"(step|batch|xs?|x\d+|s\d*|cells|field_\d+|make_\d+|remake_\d+|class_\d+|usual_\d+|split_\d+|v\d+|_|outputs|append|error|with_traceback|value"
    r"|repeat|spend|paid|item_\d+|out_of_fuel|interpreted_\d+|part_\d+|constant_\d+|wrappers_\d+|read_\d+|show|show_\d+|wrap|Left|Right|StepError|__class__"
    r"|n|new|fields|__dict__|len|bit_length|startswith|endswith|find|get|strip|"
    + "|".join(rf"{name.rstrip('_')}_\d+" for name in PRIMITIVES)
    + ")"
)


def assert_names_are_ours(program: AnyProgram) -> None:
    """Every name in the source is one of the few that the compiler makes, every text one that it knows."""
    for node in ast.walk(ast.parse(program.source)):
        names = [value for field, value in ast.iter_fields(node) if field in ("id", "attr", "name", "arg")]
        for name in names:
            assert name is None or OURS.fullmatch(name), name
        assert not isinstance(node, ast.Import | ast.ImportFrom | ast.Lambda)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert re.fullmatch(r"(Left|Right|Nothing|Just|True|False|[ (),])*", node.value), node.value


@pytest.mark.parametrize("text", NASTY)
def test_constants_and_names_do_not_reach_the_source(text: str) -> None:
    machine: AnyMachine = (consume() >> const((text, Left(text)), Pair(Str, Either(Str, Int)))).named(text)
    shown = machine >> (ident() & show())
    for tried_machine in (machine, shown, consume() >> const(text) >> show() >> read(Str)):
        program = agrees(tried_machine, [None, None], None, Unit)
        assert_names_are_ours(program)
        assert text not in re.sub(r"\bv1\b|__class__", "", program.source) or text in ("v1", "__class__")


def test_generated_code_has_no_builtins() -> None:
    assert compile_machine(incr).step.__globals__["__builtins__"] == {}


def test_the_default_limits_are_kept_with_the_machine() -> None:
    machine = read(Int) >> incr
    assert compile_machine(machine, limits=DEFAULT_LIMITS) is compile_machine(machine)
    assert compile_machine(machine, limits=Limits(string_length=5)) is not compile_machine(machine)
