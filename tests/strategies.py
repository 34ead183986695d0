"""Hypothesis strategies shared by the tests: types, values of a type, and machines that type."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sm_toolkit.language import (
    Bool,
    Either,
    Int,
    Left,
    Machine,
    Pair,
    Right,
    Str,
    Type,
    Unit,
    case,
    const,
    consume,
    copy,
    decr,
    fan_in,
    first,
    fst,
    get,
    ident,
    if_,
    incr,
    inl,
    inr,
    not_,
    put,
    read,
    second,
    show,
    snd,
)

AnyMachine = Machine[Any, Any, Any]


def types(max_leaves: int = 5) -> st.SearchStrategy[Type[Any]]:
    """Types of the language without variables."""
    base: st.SearchStrategy[Type[Any]] = st.sampled_from([Unit, Bool, Int, Str])
    return st.recursive(
        base, lambda inner: st.builds(Pair, inner, inner) | st.builds(Either, inner, inner), max_leaves=max_leaves
    )


def texts() -> st.SearchStrategy[str]:
    """Strings: any, and those that look like the text form of something."""
    looks_like = st.sampled_from(["()", "Left ()", "Right ()", "3", "-1", "True", "Left 3", "Right (Left ())", ""])
    return st.text(max_size=8) | looks_like


def integers() -> st.SearchStrategy[int]:
    """Integers: small ones, and some beyond 64 bits."""
    return st.integers(-5, 5) | st.integers(-(2**70), 2**70)


def values(type_: Type[Any]) -> st.SearchStrategy[Any]:
    """Values of a type."""
    match type_.head:
        case "Unit":
            return st.none()
        case "Bool":
            return st.booleans()
        case "Int":
            return integers()
        case "Str":
            return texts()
        case "Pair":
            return st.tuples(*(values(part) for part in type_.args))
        case "Either":
            left, right = (values(part) for part in type_.args)
            return left.map(Left) | right.map(Right)
        case head:
            raise AssertionError(f"no values for {head}")


@st.composite
def machines(
    draw: st.DrawFn, state: Type[Any], input: Type[Any], output: Type[Any] | None = None, size: int = 8
) -> tuple[AnyMachine, Type[Any]]:
    """A machine of that state and input, and its output type (the one wanted, if given).

    It is built forwards: a few moves that the type at hand allows, then a way to the output wanted.
    """
    machine, current = ident(input), input
    for _ in range(draw(st.integers(0, size))):
        part, current = draw(_move(state, current, size))
        machine = machine >> part
    if output is not None and current is not output:
        machine = machine >> consume() >> const(draw(values(output)), output)
        current = output
    return machine, current


@st.composite
def _move(draw: st.DrawFn, state: Type[Any], current: Type[Any], size: int) -> tuple[AnyMachine, Type[Any]]:
    small = max(0, size // 2 - 1)
    if current.size > 30:
        return consume(), Unit
    moves = ["copy", "consume", "inl", "inr", "id", "fanout", "show"]
    if current is Unit:
        moves += ["get", "get", "const"]
    if current is state:
        moves += ["put", "put"]
    if current is Int:
        moves += ["incr", "decr", "incr"]
    if current is Bool:
        moves += ["not"]
    if current is Str:
        moves += ["read"]
    if current.head == "Pair":
        moves += ["fst", "snd", "first", "second", "both"] + (["if"] if current.args[1] is Bool else [])
    if current.head == "Either":
        moves += ["case", "case", "fan_in"]
    move = draw(st.sampled_from(moves))
    other = types(3)
    if move == "copy":
        return copy(), Pair(current, current)
    if move == "consume":
        return consume(), Unit
    if move == "inl" or move == "inr":
        side = draw(other)
        sides = (current, side) if move == "inl" else (side, current)
        return (inl(*sides) if move == "inl" else inr(*sides)), Either(*sides)
    if move == "id":
        return ident(), current
    if move == "show":
        return show(), Str
    if move == "get":
        return get(), state
    if move == "put":
        return put(), Unit
    if move == "const":
        type_ = draw(other)
        return const(draw(values(type_)), type_), type_
    if move in ("incr", "decr", "not"):
        named: dict[str, AnyMachine] = {"incr": incr, "decr": decr, "not": not_}
        return named[move], current
    if move == "read":
        type_ = draw(other)
        return read(type_), type_
    if move == "fst":
        return fst(), current.args[0]
    if move == "snd":
        return snd(), current.args[1]
    if move == "fanout":
        left, one = draw(machines(state, current, size=small))
        right, two = draw(machines(state, current, size=small))
        return left & right, Pair(one, two)
    if move == "if":
        left, one = draw(machines(state, current.args[0], size=small))
        right, _ = draw(machines(state, current.args[0], one, size=small))
        return if_(left, right), one
    left, one = draw(machines(state, current.args[0], size=small))
    if move == "first":
        return first(left), Pair(one, current.args[1])
    if move == "fan_in":
        right, _ = draw(machines(state, current.args[1], one, size=small))
        return fan_in(left, right), one
    right, two = draw(machines(state, current.args[1], size=small))
    if move == "second":
        return second(right), Pair(current.args[0], two)
    if move == "both":
        return left * right, Pair(one, two)
    return case(left, right), Either(one, two)


@st.composite
def runs(draw: st.DrawFn, size: int = 8, steps: int = 3) -> tuple[AnyMachine, Type[Any], list[Any], Any]:
    """A machine, its state type, inputs for it, and a state to start from."""
    state, input_ = draw(types(3)), draw(types(4))
    machine, _ = draw(machines(state, input_, size=size))
    machine = machine if draw(st.booleans()) else machine.named("m")
    return machine, state, draw(st.lists(values(input_), min_size=1, max_size=steps)), draw(values(state))
