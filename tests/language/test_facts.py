"""What the compiler knows of integers: which limits it asks, and that what it does not ask need not be asked."""

from __future__ import annotations

import re
from functools import partial
from random import Random
from typing import Any

import pytest

from sm_toolkit.language import (
    Int,
    Limits,
    Machine,
    Pair,
    StepError,
    abs_,
    add,
    and_,
    const,
    consume,
    decr,
    div,
    elaborate,
    eq,
    fan_in,
    fst,
    ge,
    gt,
    ident,
    if_,
    incr,
    inl,
    inr,
    le,
    let,
    lt,
    maximum,
    minimum,
    mod,
    mul,
    ne,
    neg,
    not_,
    or_,
    snd,
    sub,
    unleft,
    var,
)
from sm_toolkit.language.compilation.facts import are_within
from sm_toolkit.language.compiler import compile_typed
from sm_toolkit.language.interpreter import run_term
from sm_toolkit.language.limits import DEFAULT_LIMITS
from sm_toolkit.language.syntax.terms import Term, walk
from tests.conftest import fewer

AnyMachine = Machine[Any, Any, Any]
MACHINES = fewer(100, 20)


def number(n: int) -> AnyMachine:
    return consume() >> const(n)


def chosen(test: AnyMachine, then: AnyMachine, otherwise: AnyMachine) -> AnyMachine:
    return (ident() & test) >> if_(then, otherwise)


# -- which limits are asked -------------------------------------------------------------------------------

x, y = fst(Int, Int), snd(Int, Int)
less: AnyMachine = lt(Int)


def asked(machine: AnyMachine, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    """Return of each integer that a step asks, in order, whether it is asked if it is too small or too large."""
    source, _, _ = compile_typed(elaborate(machine, None, Pair(Int, Int)), limits).source.partition("def batch")
    return ["".join(re.findall("[<>]", test)) for test in re.findall(r"if (.*)bit_length", source)]


ASKED: dict[str, tuple[AnyMachine, list[str]]] = {
    "a sum": ((x & y) >> add, ["><"]),
    "a difference": ((x & y) >> sub, ["><"]),
    "a product": ((x & y) >> mul, ["><"]),
    "of a number and itself": ((x & x) >> sub, []),
    "incr": (x >> incr, [">"]),
    "decr": (x >> decr, ["<"]),
    "a constant that is added": ((x & number(-3)) >> add, ["<"]),
    "a constant that is taken away": ((x & number(3)) >> sub, ["<"]),
    "from a constant": ((number(3) & x) >> sub, [">"]),
    "by a constant": ((x & number(3)) >> mul, ["><"]),
    "a maximum less one of its parts": (((x & y) >> maximum & y) >> sub, [">"]),
    "one of two less their minimum": ((x & (x & y) >> minimum) >> sub, [">"]),
    "one that is not negative less their minimum": ((x >> abs_ & (x >> abs_ & y) >> minimum) >> sub, [">"]),
    "what is left after a fee": ((x & (x & number(5)) >> minimum) >> sub, []),
    "what a cap takes away": (((x & number(5)) >> minimum & x) >> sub, []),
    "of what is not negative": ((x >> abs_ & y >> abs_) >> mul, [">"]),
    "a difference of what is not negative": ((x >> abs_ & y >> abs_) >> sub, []),
    "of the negative and what is not": ((x >> abs_ >> neg & y >> abs_) >> mul, ["<"]),
    "a rest of a positive number": (((x & number(7)) >> mod & y >> abs_) >> sub, []),
    "a quotient": (((x >> abs_ & number(7)) >> div & y >> abs_) >> sub, []),
    "a sum of what is not negative": (((x >> abs_ & y >> abs_) >> add & y >> abs_) >> sub, [">"]),
    "after a test": (chosen((x & number(0)) >> gt(Int), x >> decr, y), []),
    "after a test, twice": (chosen((x & number(0)) >> gt(Int), (x >> decr & y >> abs_) >> sub, y), []),
    "after a test, once too often": (
        chosen((x & number(0)) >> gt(Int), ((x & number(2)) >> sub & y >> abs_) >> sub, y),
        ["<"],
    ),
    "on the other side of a test": (chosen((x & number(0)) >> ge(Int), y, x >> incr), []),
    "of a test with a constant first": (chosen((number(1) & x) >> le(Int), x >> decr, y), []),
    "of a test that is too weak": (chosen((x & number(-2)) >> gt(Int), x >> decr, y), ["<"]),
    "what is covered": (
        chosen(((number(0) & y) >> le(Int) & (y & x) >> le(Int)) >> and_, (x & y) >> sub, x),
        [],
    ),
    "what is covered, asked the other way": (
        chosen(((y & number(0)) >> less & (x & y) >> less) >> or_, x, (x & y) >> sub),
        [],
    ),
    "what is covered, twice denied": (
        chosen(((x & y) >> less >> not_ & (y & number(0)) >> ge(Int)) >> and_ >> not_, x, (x & y) >> sub),
        [],
    ),
    "one of two that may be true": (
        chosen(((number(0) & y) >> le(Int) & (y & x) >> le(Int)) >> or_, (x & y) >> sub, x),
        ["><"],
    ),
    "equal": (chosen((x & y) >> eq(Int), (x & y) >> sub, x), []),
    "not unequal": (chosen((x & y) >> ne(Int), y, (x & y) >> sub), []),
    "after the sides have joined": (chosen((x & number(0)) >> gt(Int), y, x) & x >> decr >> (ident() & ident()), ["<"]),
    "once after another": ((x & number(3)) >> mul >> incr, ["><"]),
    "once for both, neither negative": ((((x & y) >> maximum & y) >> sub & y >> abs_) >> add, [">"]),
    "each, if the first is used twice": (let((x & number(3)) >> mul, (var(0) & var(0) >> incr)), ["><", ">"]),
    "each, if the second may hide the first": (((x & y) >> sub & x) >> add, ["><", "><"]),
    "each, if it is taken from a constant": ((number(3) & x >> incr) >> sub, [">", ">"]),
}


@pytest.mark.parametrize("name", ASKED)
def test_only_what_may_pass_a_limit_is_asked(name: str) -> None:
    machine, wanted = ASKED[name]
    assert asked(machine) == wanted


def test_of_what_a_loop_carries_nothing_is_known_from_one_turn_to_the_next() -> None:
    """In each turn x is tested anew; that y was not below 0 before the loop says nothing of later ones."""
    down = chosen((x & number(0)) >> gt(Int), (x >> decr & y >> decr) >> inr(), y >> inl())
    loop: AnyMachine = unleft(fan_in(ident(), ident()) >> down)
    assert asked(chosen((y & number(0)) >> gt(Int), loop, x)) == ["<"]


def test_a_divisor_that_a_test_has_shown_not_to_be_zero_is_not_looked_at() -> None:
    positive = chosen((y & number(0)) >> gt(Int), (ident(Pair(Int, Int)) >> div & ident() >> mod), ident())
    source = compile_typed(elaborate(positive)).source
    assert "div_1" not in source
    assert "mod_1" not in source


def parts(machine: AnyMachine) -> list[Term]:
    return list(walk(elaborate(machine).term))


def test_nothing_is_taken_to_be_within_a_limit_that_not_all_integers_keep() -> None:
    assert are_within(parts(x >> incr), Limits(int_bits=64))
    assert not are_within(parts(x >> incr), Limits(int_bits=63))
    large = parts((x & number(2**70)) >> maximum)
    assert are_within(large, Limits(int_bits=71))
    assert not are_within(large, Limits(int_bits=70))
    assert asked((x & number(2**70)) >> maximum >> decr, Limits(int_bits=70)) == ["><"]


# -- and that is enough -----------------------------------------------------------------------------------

SMALL = [number(n) for n in (0, 0, 1, -1, 2, 5, -5, 300)]
ATOMS = [
    *(x, y, x, y, x >> abs_, y >> neg, (x & y) >> minimum, (x & y) >> maximum, *SMALL),
    *((one & two) >> end for one in (x, y) for two in (number(3), number(-3)) for end in (minimum, maximum)),
    *((x & y) >> made for made in (div, mod)),
]
FOLLOWING = [ident(), incr, decr, *((ident() & number(n)) >> made for n in (3, -2) for made in (add, sub, mul))]
FOLLOWING += [(number(4) & ident()) >> sub, (ident() & number(-300)) >> add, decr >> decr >> incr]
TESTS: list[AnyMachine] = [lt(Int), le(Int), gt(Int), ge(Int), eq(Int), ne(Int)]


def arithmetic(random: Random) -> AnyMachine:
    """Make something of a few numbers before a test of them, on both sides, and after it."""
    few = random.choices(ATOMS, k=2)

    def made() -> AnyMachine:
        one, two = random.choices([*few, *few, random.choice(ATOMS)], k=2)
        return (one & two) >> random.choice([add, sub, sub, mul, div, mod, maximum]) >> random.choice(FOLLOWING)

    def test() -> AnyMachine:
        one, two = random.sample([*few, random.choice(SMALL)], k=2)
        return (one & two) >> random.choice(TESTS) >> random.choice([ident(), not_])

    both = (test() & test()) >> random.choice([and_, or_])
    return made() & chosen(random.choice([test(), both]), made(), made()) & made()


def tried(run: Any, x: Any) -> Any:
    try:
        return run(x, None)[0]
    except StepError as error:
        return str(error)


def require_agreement(machine: AnyMachine, bits: int, random: Random) -> None:
    """Run a machine on numbers near 0 and near the limit."""
    limits, most = Limits(int_bits=bits), 2**bits - 1
    ends = [end - less for end in (most, most // 2) for less in (0, 1, 3)]
    near = [0, 1, -1, 2, -2, 4, -4, *ends, *(-end for end in ends)]
    inputs = random.sample([(one, two) for one in near for two in near], 30)
    typing = elaborate(machine, None, Pair(Int, Int))
    program = compile_typed(typing, limits)
    wanted = [tried(partial(run_term, typing.term, limits=limits), each) for each in inputs]
    assert [tried(program.step, each) for each in inputs] == wanted, repr(machine)


@pytest.mark.parametrize("bits", [8, 64, 66])
def test_arithmetic_fails_where_the_definition_does(bits: int) -> None:
    random = Random(bits)
    for machine, _ in ASKED.values():
        require_agreement(machine, bits, random)
    for _ in range(MACHINES):
        require_agreement(arithmetic(random), bits, random)
