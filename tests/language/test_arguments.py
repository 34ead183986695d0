"""What is said to an argument of the wrong kind: what was wanted, what was found, what to write."""

# The static checkers would stop all of these before Python does.
# mypy: disable-error-code="operator,arg-type,call-overload"
# pyright: reportOperatorIssue=false, reportArgumentType=false, reportCallIssue=false

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from sm_toolkit.language import (
    Either,
    Int,
    Left,
    Limits,
    Machine,
    Pair,
    Var,
    case,
    check,
    check_value,
    compile_machine,
    const,
    consume,
    decr,
    elaborate,
    erase,
    fan_in,
    first,
    fst,
    get,
    hash_machine,
    ident,
    if_,
    incr,
    infer,
    put,
    read,
    read_text,
    replace,
    second,
    show,
    step,
    stream,
    to_annotation,
    trace,
    type_of,
)
from sm_toolkit.pipeline.messages import Adapter
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade


def add(x: int) -> int:
    return x + 1


def changed(migrate: Any) -> Any:
    return upgrade(stage("add", None, incr), stage("add", None, decr), migrate=migrate)


DECORATE = "a Python function becomes one by `@machine`, or `@function`, in the line above its `def`"
NO_PYTHON = "machines are made with `incr`, `get()`, `>>` and the like, and not of Python functions"

REFUSED: list[tuple[Callable[[], Any], str]] = [
    # no machine where one is joined
    (lambda: incr >> 3, "`>>` joins machines, and the right side is int; to give a constant write const(3)"),
    (lambda: 3 >> incr, "`>>` joins machines, and the left side is int; to give a constant write const(3)"),
    (lambda: incr >> get, "`>>` joins machines, and the right side is function; write get()"),
    (
        lambda: incr >> stage("add", None, incr),
        "`>>` joins machines, and the right side is Stage; a machine that joins a pipeline goes in a stage: "
        "stage(name, state, machine)",
    ),
    (lambda: get >> incr, "`>>` joins machines, and the left side is function; write get()"),
    (lambda: ident >> show(), "`>>` joins machines, and the left side is function; write ident()"),
    (lambda: first >> incr, "`>>` joins machines, and the left side is function; write first(…)"),
    (lambda: const >> incr, "`>>` joins machines, and the left side is function; write const(…)"),
    (lambda: case >> incr, "`>>` joins machines, and the left side is function; write case(…)"),
    (lambda: None & incr, "`&` joins machines, and the left side is None; to give a constant write const(None)"),
    (lambda: "ab" * incr, "`*` joins machines, and the left side is str; to give a constant write const('ab')"),
    (lambda: True | incr, "`|` joins machines, and the left side is bool; to give a constant write const(True)"),
    (lambda: add & incr, f"`&` joins machines, and the left side is function; {DECORATE}"),
    (lambda: incr | print, f"`|` joins machines, and the right side is builtin_function_or_method; {NO_PYTHON}"),
    (lambda: incr >> incr.term, "`>>` joins machines, and the right side is Primitive; make it one with Machine(term)"),
    (lambda: incr >> ("x" * 100), "the right side is str; to give a constant write const('xxx"),
    (lambda: incr >> Int, "`>>` joins machines, and the right side is Type"),
    (lambda: incr.then(incr, get), "`then` takes machines, and got function; write get()"),
    # no machine where one is part of another
    (lambda: first(add), f"`first(machine)` takes machines, and got function; {DECORATE}"),
    (lambda: second(get), "`second(machine)` takes machines, and got function; write get()"),
    (lambda: if_(incr, 0), "`if_(then, otherwise)` takes machines, and got int; to give a constant write const(0)"),
    (lambda: case(1, 2), "`case(…)` takes machines, and got int; to give a constant write const(1)"),
    (lambda: fan_in(incr, (1, Left(2))), "and got tuple; to give a constant write const((1, Left(2)))"),
    (lambda: Machine(incr), "`Machine(term)` takes a term, and got Machine, which has one: its `term`"),
    # no machine where one is run or looked at
    (lambda: step(add, 1, 2), f"`step(machine, x, s)` takes a machine first, and got function; {DECORATE}"),
    (
        lambda: step(stage("add", None, incr), 1, None),
        "`step(machine, x, s)` takes a machine first, and got Stage; it has one: its `machine`",
    ),
    (
        lambda: infer(stage("add", None, incr) >> stage("more", None, incr)),
        "got Sequence; of a pipeline interface(pipeline) tells the types, and deploy(pipeline) runs it",
    ),
    # no machine where a stage or a change wants one
    (lambda: stage("add", 0, add), f"the third argument of stage('add', …) is a machine, not function; {DECORATE}"),
    (lambda: stage("add", incr, 0), "is a machine, not int; the state comes first: stage(name, state, machine)"),
    (lambda: Adapter(up=add, down=ident()), f"an adapter's `up` is a machine, not function; {DECORATE}"),
    (lambda: changed(add), f"`migrate` is a machine, not function; {DECORATE}"),
    (lambda: changed(ident), "`migrate` is a machine, not function; write ident()"),
    (lambda: changed(0), "`migrate` is a machine, not int"),
    # a machine that is called in another way than it can be
    (lambda: replace(incr, dry_run=True), "`replace` takes its input and its state without names"),
    (lambda: replace(incr, dry_run=True), "(for a message, import `replace` from `dataclasses`)"),
    (lambda: step(1, incr, 0), "`step(machine, x, s)` takes a machine first, and got int"),
    (lambda: step(get, None, 0), "`step(machine, x, s)` takes a machine first, and got function; write get()"),
    (lambda: trace(5, 1, 2), "`trace(machine, x, s)` takes a machine first, and got int"),
    (lambda: stream(None, [], 2), "`stream(machine, xs, s)` takes a machine first, and got None"),
    (lambda: infer(5), "`infer(machine)` takes a machine first, and got int"),
    (lambda: check(Int, incr), "`check(machine, state, input, output)` takes a machine first, and got Type"),
    (lambda: elaborate("incr"), "`elaborate(machine, state, input, output)` takes a machine first, and got str"),
    (lambda: erase(incr.term), "`erase(machine)` takes a machine first, and got Primitive; make it one with"),
    (lambda: compile_machine(put), "takes a machine first, and got function; write put()"),
    (lambda: hash_machine(b""), "`hash_machine(machine, state, input, output)` takes a machine first, and got bytes"),
    # no type
    (
        lambda: get(int),
        "`get(type)` takes types of the language, and got int: they are written Unit, Bool, Int, ",
    ),
    (lambda: get(int), "Pair(a, b), Either(a, b), Maybe(a), List(a) and so on; write Int for int"),
    (lambda: put(str), "`put(type)` takes types of the language, and got str"),
    (lambda: const(5, int), "`const(value, type)` takes types of the language, and got int"),
    (lambda: Either(int, str), "`Either(left, right)` takes types of the language, and got int"),
    (lambda: Pair(Int, None), "`Pair(left, right)` takes types of the language, and got None"),
    (lambda: Pair(Int, None), "write Unit for None"),
    (lambda: read(bool), "write Bool for bool"),
    (lambda: read(tuple[int, bool]), "from_annotation() makes them of Python's annotations"),
    (lambda: show(5), "`show(type)` takes types of the language, and got int"),
    (lambda: ident("Int"), "`ident(type)` takes types of the language, and got str"),
    (lambda: consume(incr), "`consume(a)` takes types of the language, and got Machine"),
    (lambda: fst(Int, int), "`fst(a, b)` takes types of the language, and got int"),
    (lambda: fst(Int), "`fst(a, b)` takes all 2 types or none"),
    (lambda: check(incr, int), "`check(machine, state, input, output)` takes types of the language, and got int"),
    (lambda: compile_machine(incr, output=str), "takes types of the language, and got str"),
    (lambda: check_value(1, int), "`check_value(value, type)` takes types of the language, and got int"),
    (lambda: type_of(1, int), "`type_of(value, within)` takes types of the language, and got int"),
    (lambda: to_annotation(int), "`to_annotation(type)` takes types of the language, and got int"),
    (lambda: read_text("1", int), "`read_text(text, type)` takes types of the language, and got int"),
    (lambda: read_text(1, Int), "`read_text(text, type)` takes a text first, and got int"),
    (lambda: Limits(fuel=1.5), "the limit `fuel` is an int, and got float"),
    (lambda: Limits(int_bits=True), "the limit `int_bits` is an int, and got bool"),
    (lambda: Limits(term_nodes=None), "the limit `term_nodes` is an int, and got NoneType"),
    (lambda: Var(Int), "`Var(name)` takes the name of a type variable, a string, and got Type"),
]


@pytest.mark.parametrize(("wrong", "message"), REFUSED, ids=lambda part: part if isinstance(part, str) else "")
def test_an_argument_of_the_wrong_kind_is_refused_with_what_to_write(wrong: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        wrong()


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
def test_a_limit_is_not_negative(name: str) -> None:
    assert getattr(Limits(**{name: 0}), name) == 0
    with pytest.raises(ValueError, match=f"the limit `{name}` is 0 or more, and got -1"):
        Limits(**{name: -1})
