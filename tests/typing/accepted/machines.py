"""Machines whose types the static checkers follow."""

from typing import Any, assert_type

from sm_toolkit import (
    Int,
    Left,
    Machine,
    Pipeline,
    Right,
    Str,
    add,
    compile_machine,
    const,
    copy,
    delay,
    deploy,
    distr,
    fan_in,
    fst,
    get,
    ident,
    if_,
    incr,
    inr,
    let,
    loop,
    lt,
    not_,
    put,
    second,
    show,
    stage,
    step,
    stream,
    swap,
    unleft,
    zoom_first,
    zoom_second,
)

counter = get(Int) | get(Int) >> incr >> put(Int)
assert_type(counter, Machine[int, Left[None] | Right[None], Left[int] | Right[None]])

output, state = step(counter, Right(None), 0)
assert_type(output, Left[int] | Right[None])
assert_type(state, int)
inputs: list[Left[None] | Right[None]] = [Left(None), Right(None)]
assert_type(stream(counter, inputs, 0), tuple[list[Left[int] | Right[None]], int])

assert_type((get(Int) & get(Int)) >> add, Machine[int, None, int])
assert_type((get(Int) & get(Int)) >> lt(Int), Machine[int, None, bool])

assert_type(let(get(Int), get(Int) >> show(Int)), Machine[int, None, str])
assert_type(zoom_first(get(Int) >> show(Int)), Machine[tuple[int, Any], None, str])
assert_type(zoom_second(get(Str)), Machine[tuple[Any, str], None, str])
assert_type(swap(Int, Str), Machine[Any, tuple[int, str], tuple[str, int]])
assert_type(
    distr(Int, Str, Int),
    Machine[Any, tuple[Left[int] | Right[str], int], Left[tuple[int, int]] | Right[tuple[str, int]]],
)
again: Machine[Any, int, str] = unleft(
    fan_in(show(Int) >> inr(Int, Str), ident(Str) >> inr(Int, Str)) >> (show(Int) | ident(Str))
)
total: Machine[Any, int, int] = loop(0, add >> copy(Int))
before: Machine[Any, str, str] = delay("")
assert_type(get(Int) >> show(Int), Machine[int, None, str])
assert_type((get(Int) >> incr) & get(Int), Machine[int, None, tuple[int, int]])
assert_type(put(Int) * get(Int), Machine[int, tuple[int, None], tuple[None, int]])
assert_type((get(Str) >> copy(Str)) >> fst(Str, Str), Machine[str, None, str])

# Where no type is given the checkers follow with Any, and inference is the authority.
loose: Machine[int, None, Any] = get() >> incr >> show()
toggled: Machine[Any, tuple[Any, bool], tuple[Any, bool]] = second(not_)
chosen: Machine[Any, tuple[int, bool], int] = if_(incr, incr)
three: Machine[Any, None, int] = const(3)

program = compile_machine(counter)
answer, after = program.step(Left(None), 3)
assert_type(answer, Left[int] | Right[None])
assert_type(after, int)

pipeline = stage("count", 0, counter)
assert_type(pipeline, Pipeline[Left[None] | Right[None], Left[int] | Right[None]])
with deploy(pipeline) as deployment:
    assert_type(deployment.call(Left(None)), Left[int] | Right[None])
