"""Two modules declare classes of one shape: each machine makes objects of the classes that its own function names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sm_toolkit import (
    Left,
    Machine,
    Unit,
    Upgraded,
    case,
    compile_machine,
    construct,
    decode_machine,
    deploy,
    each,
    encode_machine,
    explore,
    fan_in,
    first,
    fold,
    from_annotation,
    get,
    ident,
    if_,
    let,
    loop,
    machine,
    point_free,
    processes,
    second,
    show,
    snd,
    stage,
    start,
    step,
    stream,
    trace,
    unleft,
    upgrade,
    var,
    zoom_first,
    zoom_second,
)
from sm_toolkit.language.encoding.canonical import codec_of, decode_value, encode_value

MODULE = """
from __future__ import annotations

from dataclasses import dataclass

from sm_toolkit import machine, read


@dataclass(frozen=True)
class Point:
    x: int


@dataclass(frozen=True)
class Line:
    begin: Point


@dataclass(frozen=True)
class Gone:
    pass


@dataclass(frozen=True)
class Hidden:
    x: int


def hidden(x: int) -> int:
    return Hidden(x).x


@machine
def made(event: Gone | Point, state: list[Line]) -> tuple[Line, list[Line]]:
    match event:
        case Gone():
            line = Line(Point(7))
        case Point(x):
            line = Line(Point(hidden(x)))
    return line, [*state, line]


@machine
def taken_from_text(text: str, state: Gone | Point) -> tuple[Gone | Point, Gone | Point]:
    return read(Gone | Point)(text), state


@machine
def taken_in(event: Gone | Point, state: Gone | Point | None) -> tuple[None, Gone | Point | None]:
    return None, event


@machine
def kept(event: None, state: Point) -> tuple[str, Point]:
    return "", state
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    monkeypatch.syspath_prepend(tmp_path)
    names = ("first_of_one_shape", "second_of_one_shape")
    for name in names:
        (tmp_path / f"{name}.py").write_text(MODULE)
    made = [import_module(name) for name in names]
    yield made[0], made[1]
    for name in names:
        monkeypatch.delitem(sys.modules, name)


def is_of(line: Any, module: ModuleType) -> bool:
    return type(line) is module.Line and type(line.begin) is module.Point


def test_what_is_made_is_of_the_classes_that_the_function_names(modules: tuple[Any, Any]) -> None:
    for own in modules:
        runs = (own.made, compile_machine(own.made).step, own.made.named("other"), partial(step, own.made))
        for run in runs:
            for given in modules:
                state: Any = []
                for event in (given.Gone(), given.Point(3)):
                    line, state = run(event, state)
                    assert is_of(line, own)
                assert all(is_of(each, own) for each in state)


def test_machines_of_one_term_are_equal_whatever_their_classes(modules: tuple[Any, Any]) -> None:
    first, second = modules
    assert first.made == second.made
    assert hash(first.made) == hash(second.made)


def test_streams_batches_traces_and_deployments_make_them_too(modules: tuple[Any, Any]) -> None:
    for own in modules:
        events = [own.Gone(), own.Point(3)]
        outputs = [
            *stream(own.made, events, [])[0],
            *compile_machine(own.made).batch(events, [])[0],
            trace(own.made, events[0], []).output,
        ]
        with deploy(stage("made", [], own.made)) as deployment:
            outputs += [deployment.call(event) for event in events]
        assert len(outputs) == 7
        assert all(is_of(line, own) for line in outputs)


def test_what_is_read_from_a_text_is_of_them(modules: tuple[Any, Any]) -> None:
    for own in modules:
        for run in (own.taken_from_text, partial(step, own.taken_from_text)):
            assert type(run("Point {x = 3}", own.Gone())[0]) is own.Point
            assert type(run("Gone", own.Gone())[0]) is own.Gone


def test_a_machine_joined_of_others_makes_what_the_first_names(modules: tuple[Any, Any]) -> None:
    first, second = modules
    both = first.made & second.made
    (one, other), _ = both(first.Gone(), [])
    assert is_of(one, first)
    assert is_of(other, first)


def test_a_function_that_calls_has_its_own_way(modules: tuple[Any, Any]) -> None:
    first, second = modules
    for own, other in ((first, second), (second, first)):
        namespace = {"Gone": own.Gone, "Point": own.Point, "Line": own.Line, "made": other.made}
        source = """
def again(event: Gone | Point, state: list[Line]) -> tuple[Line, list[Line]]:
    return made(event, state)
"""
        line, _ = machine(source=source, namespace=namespace)(own.Gone(), [])
        assert is_of(line, own)


def test_a_machine_without_its_function_makes_what_is_newest(modules: tuple[Any, Any]) -> None:
    first, second = modules
    bare = decode_machine(encode_machine(first.made))
    line, _ = bare(first.Gone(), [])
    assert is_of(line, second)


def test_inputs_that_are_made_to_explore_are_of_them(modules: tuple[Any, Any]) -> None:
    for own in modules:
        graph = explore(own.taken_in, None)
        assert graph.states == (None, own.Gone(), *(own.Point(x) for x in (0, 1, -1, 2)))
        assert {type(x) for x in graph.inputs} == {own.Gone, own.Point}


@pytest.mark.machine
def test_what_comes_back_from_processes_is_of_them(modules: tuple[Any, Any]) -> None:
    for own, other in (modules, modules[::-1]):
        with deploy(stage("made", [], own.made), processes()) as deployment:
            assert is_of(deployment.call(own.Gone()), own)
            (view,) = deployment.inspect().stages
            assert all(is_of(line, own) for line in view.state)
            assert all(is_of(line, own) for line in deployment.running.inspect().states["made"])
            changed = stage("made", [], other.made >> ident())
            asked = upgrade(stage("made", [], own.made), changed, migrate=ident())
            answer = deployment.change(asked)
            assert isinstance(answer, Upgraded)
            assert all(is_of(line, other) for line in answer.after)
            assert is_of(deployment.call(own.Point(1)), other)


def test_what_a_migration_without_classes_makes_is_of_those_of_the_machine(modules: tuple[Any, Any]) -> None:
    for own in modules:
        migrate = construct(from_annotation(own.Point))
        from_annotation(modules[1].Point)  # the newest
        asked = upgrade(stage("kept", 3, get() >> show()), stage("kept", own.Point(0), own.kept), migrate=migrate)
        with deploy(stage("kept", 3, get() >> show())) as deployment:
            answer = deployment.change(asked)
            assert isinstance(answer, Upgraded), answer
            assert type(answer.after) is own.Point


def test_a_combinator_that_is_given_a_class_makes_objects_of_it_wherever_it_stands(modules: tuple[Any, Any]) -> None:
    for own in modules:
        made = construct(own.Point)
        runs: list[tuple[Machine[Any, Any, Any], Any, Any, Any]] = [
            (made, 3, None, lambda output: output),
            (first(made), (3, None), None, lambda output: output[0]),
            (second(made), (None, 3), None, lambda output: output[1]),
            (if_(made, made), (3, True), None, lambda output: output),
            (case(made, made), Left(3), None, lambda output: output.value),
            (fan_in(made, made), Left(3), None, lambda output: output),
            (fold(snd() >> made), (own.Point(0), [3]), None, lambda output: output),
            (each(made), [3], None, lambda output: output[0]),
            (let(made, var(0)), 3, None, lambda output: output),
            (point_free(let(made, var(0))), 3, None, lambda output: output),
            (loop(0, first(made)), 3, start(loop(0, first(made)), None), lambda output: output),
            (unleft(case(made, ident(Unit))), 3, None, lambda output: output),
            (zoom_first(made), 3, (None, None), lambda output: output),
            (zoom_second(made), 3, (None, None), lambda output: output),
        ]
        from_annotation(modules[1].Point)  # the newest
        for whole, x, state, point_in in runs:
            for output, _ in (step(whole, x, state), compile_machine(whole).step(x, state)):
                assert point_in(output) == own.Point(3)
                assert type(point_in(output)) is own.Point


def test_a_dataclass_in_a_text_is_the_one_of_its_name_beside_the_text(modules: tuple[Any, Any]) -> None:
    text = MODULE.partition("@machine")[0].partition("import machine, read")[2].partition("def hidden")[0]
    text += "def made(n: int) -> Line:\n    return Line(Point(n))\n"
    for own in modules:
        assert is_of(machine(source=text, namespace=vars(own))(3), own)


def test_bytes_say_of_no_class_so_whoever_reads_them_may(modules: tuple[Any, Any]) -> None:
    first, second = modules
    type_ = from_annotation(first.Point)
    from_annotation(second.Point)
    data = encode_value(first.Point(1), type_)
    assert type(decode_value(data, type_)) is second.Point
    assert type(decode_value(data, type_, classes=first.made.classes)) is first.Point
    assert type(codec_of(type_).decode(data)) is second.Point
    assert type(codec_of(type_, classes=first.made.classes).decode(data)) is first.Point
