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
    compile_machine,
    deploy,
    machine,
    point_free,
    stage,
    step,
    stream,
    trace,
)

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
    bare = point_free(first.made)
    line, _ = bare(first.Gone(), [])
    assert is_of(line, second)
