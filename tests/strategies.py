"""Hypothesis strategies shared by the tests: types, values of a type, and machines that type.

Those that depend on nothing but their arguments are made once and kept: Hypothesis looks a strategy through before it
first draws from it, and that takes much longer than the draws.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from sm_toolkit.language import (
    Bool,
    Bytes,
    Either,
    Float,
    Int,
    Left,
    List,
    Machine,
    Map,
    Maybe,
    Pair,
    Record,
    Right,
    Str,
    Tuple,
    Type,
    Unit,
    Variant,
    case,
    const,
    consume,
    copy,
    decr,
    delay,
    distr,
    fan_in,
    first,
    fold,
    fst,
    get,
    gt,
    ident,
    if_,
    incr,
    inl,
    inr,
    let,
    loop,
    not_,
    put,
    read,
    record_class,
    second,
    show,
    snd,
    start,
    unleft,
    var,
    zoom_first,
    zoom_second,
)
from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.types import Substitution, misfit
from sm_toolkit.language.primitives import PRIMITIVES, PrimitiveRecord
from sm_toolkit.language.syntax.terms import Primitive

AnyMachine = Machine[Any, Any, Any]


@cache
def types(max_leaves: int = 5) -> st.SearchStrategy[Type[Any]]:
    """Types of the language without variables."""
    base: st.SearchStrategy[Type[Any]] = st.sampled_from([Unit, Bool, Int, Str, Unit, Bool, Int, Str, Float, Bytes])
    return st.recursive(base, _larger_types, max_leaves=max_leaves)


@cache
def seed_types(max_leaves: int = 5) -> st.SearchStrategy[Type[Any]]:
    """Types that the Haskell original has too."""
    base: st.SearchStrategy[Type[Any]] = st.sampled_from([Unit, Bool, Int, Str])
    return st.recursive(
        base, lambda inner: st.builds(Pair, inner, inner) | st.builds(Either, inner, inner), max_leaves=max_leaves
    )


def _larger_types(inner: st.SearchStrategy[Type[Any]]) -> st.SearchStrategy[Type[Any]]:
    seed = st.builds(Pair, inner, inner) | st.builds(Either, inner, inner)
    return (
        seed
        | seed
        | st.builds(Tuple, inner, inner, inner)
        | inner.map(lambda type_: type_ if type_.head in ("Unit", "Maybe") else Maybe(type_))
        | st.builds(List, inner)
        | st.builds(Map, keys(), inner)
        | records(inner)
        | st.builds(lambda one, two: Variant(Record("Off"), one, two), records(inner, "Up"), records(inner, "Down"))
    )


@cache
def keys() -> st.SearchStrategy[Type[Any]]:
    """Types that the keys of a map may have."""
    return st.sampled_from([Int, Bool, Str, Bytes, Pair(Int, Str), Tuple(Bool, Bytes, Int)])


@cache
def records(inner: st.SearchStrategy[Type[Any]], name: str = "Point") -> st.SearchStrategy[Type[Any]]:
    """Records of a name, of up to three fields."""
    fields = st.lists(inner, max_size=3)
    return fields.map(lambda parts: Record(name, **dict(zip(("x", "y", "z"), parts, strict=False))))


@cache
def texts() -> st.SearchStrategy[str]:
    """Strings: any, and those that look like the text form of something."""
    looks_like = st.sampled_from(["()", "Left ()", "Right ()", "3", "-1", "True", "Left 3", "Right (Left ())", ""])
    return st.text(max_size=8) | looks_like


@cache
def integers() -> st.SearchStrategy[int]:
    """Integers: small ones, and some beyond 64 bits."""
    return st.integers(-5, 5) | st.integers(-(2**70), 2**70)


@cache
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
        case "Pair" | "Tuple":
            return st.tuples(*(values(part) for part in type_.args))
        case "Either":
            left, right = (values(part) for part in type_.args)
            return left.map(Left) | right.map(Right)
        case "Float":
            return st.floats(allow_nan=False)
        case "Bytes":
            return st.binary(max_size=8)
        case "Maybe":
            return st.none() | values(type_.args[0])
        case "List":
            return st.lists(values(type_.args[0]), max_size=3).map(PersistentList)
        case "Map":
            return st.dictionaries(*(values(part) for part in type_.args), max_size=3).map(PersistentMap)
        case "Variant":
            return st.one_of(*map(values, type_.args))
        case _:
            return st.tuples(*(values(part) for part in type_.args)).map(lambda parts: record_class(type_)(*parts))


@cache
def _primitives() -> st.SearchStrategy[PrimitiveRecord]:
    return st.sampled_from(list(PRIMITIVES.values()))


@st.composite
def instances(draw: st.DrawFn, record: PrimitiveRecord) -> tuple[tuple[Type[Any], ...], Substitution]:
    """Types for a primitive that it takes and gives, and what puts them in the place of its variables."""
    given = tuple(draw(types(2)) for _ in record.variables)
    if any(
        misfit(Substitution(dict(zip(record.variables, given, strict=True)))(side))
        for side in (record.input, record.output)
    ):
        given = (Int,) * len(given)
    return given, Substitution(dict(zip(record.variables, given, strict=True)))


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
    moves = ["copy", "consume", "inl", "inr", "id", "fanout", "show", "operation"]
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
    if current.head == "Pair" and current.args[0].head == "Either":
        moves += ["distr", "distr"]
    if current.head == "Either":
        moves += ["case", "case", "fan_in"]
    if small:
        moves += ["let", "loop", "fold"] + (["zoom", "zoom"] if state.head == "Pair" else [])
    move = draw(st.sampled_from(tuple(moves)))  # a tuple, unlike a list, is looked up
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
    if move == "operation":
        record = draw(_primitives())
        given, fixed = draw(instances(record))
        operation: AnyMachine = Machine(Primitive(record.name, given))
        if fixed(record.input) is not current:
            operation = consume() >> const(draw(values(fixed(record.input))), fixed(record.input)) >> operation
        return operation, fixed(record.output)
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
    if move == "distr":
        return distr(), Either(*(Pair(side, current.args[1]) for side in current.args[0].args))
    if move == "let":
        bound, one = draw(machines(state, current, size=small))
        body, two = draw(machines(state, Pair(one, current), size=small))
        return let(bound, (var(0) & ident()) >> body), two
    if move == "zoom":
        half = draw(st.integers(0, 1))
        zoomed, one = draw(machines(state.args[half], current, size=small))
        return (zoom_second if half else zoom_first)(zoomed), one
    if move == "fold":
        item = draw(types(2))
        turn, _ = draw(machines(state, Pair(current, item), current, size=small))
        return (ident() & (consume() >> const(draw(values(List(item))), List(item)))) >> fold(turn), current
    if move == "loop":
        # It counts down, and so comes to an end.
        turn, _ = draw(machines(state, current, current, size=small))
        start = ident() & (consume() >> const(draw(st.integers(-1, 3))))
        again = snd() >> (ident() & (consume() >> const(0))) >> gt(Int)
        return unleft(fan_in(start, turn * decr) >> (ident() & again) >> if_(inr(), fst() >> inl())), current
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
    if draw(st.integers(0, 3)) == 0:
        held = draw(types(2))
        out, _ = draw(machines(state, Pair(input_, held), size=size))
        back, _ = draw(machines(state, Pair(input_, held), held, size=size))
        machine = delay(draw(values(input_)), type=input_) >> loop(draw(values(held)), out & back, type=held)
    machine = machine if draw(st.booleans()) else machine.named("m")
    return (
        machine,
        state,
        draw(st.lists(values(input_), min_size=1, max_size=steps)),
        start(machine, draw(values(state))),
    )
