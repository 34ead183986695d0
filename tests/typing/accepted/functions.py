"""What the static checkers see of machines that were made of functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never, assert_type

from sm_toolkit import Left, Limits, Machine, Right, compile_machine, function, incr, machine, stage, step


@dataclass(frozen=True)
class Read:
    pass


@dataclass(frozen=True)
class Incr:
    by: int


@machine
def counter(event: Read | Incr, state: int) -> tuple[int | None, int]:
    match event:
        case Read():
            return state, state
        case Incr(by):
            return None, state + by


def check_a_machine() -> None:
    assert_type(counter, Machine[int, Read | Incr, int | None])
    assert_type(counter(Read(), 3), tuple[int | None, int])
    assert_type(step(counter, Incr(3), 0), tuple[int | None, int])
    assert_type(compile_machine(counter).step(Read(), 3), tuple[int | None, int])
    assert_type(counter.named("counting"), Machine[int, Read | Incr, int | None])
    stage("count", 0, counter)


@function
def widened(old: int) -> tuple[int, bool]:
    return old, False


@function
def told(value: int | None) -> str:
    return "nothing" if value is None else str(value)


def check_a_function() -> None:
    assert_type(widened(3), tuple[int, bool])
    assert_type(told(None), str)


def check_composition() -> None:
    printed: Machine[int, Read | Incr, str] = counter >> told
    assert_type(printed(Read(), 3), tuple[str, int])
    both: Machine[int, int, tuple[int, bool]] = incr >> widened
    assert_type(both(1, 0), tuple[tuple[int, bool], int])


@machine
def both(event: Left[Read | Incr] | Right[str], state: tuple[int, str]) -> tuple[int | None, tuple[int, str]]:
    """Call one machine in another, as plain Python does."""
    count, last = state
    match event:
        case Left(inner):
            out, count = counter(inner, count)
            return out, (count, last)
        case Right(text):
            return None, (count, text)


def check_a_text() -> None:
    made: Machine[int, int, int] = machine(
        source="def add(by: int, state: int) -> tuple[int, int]:\n    return by, state + by\n"
    )
    assert_type(made(3, 4), tuple[int, int])


@machine(limits=Limits(term_nodes=1000))
def limited(by: int, state: int) -> tuple[None, int]:
    return None, state + by


def check_limits() -> None:
    assert_type(limited, Machine[int, int, None])


def all_cases(event: Read | Incr) -> int:
    match event:
        case Read():
            return 0
        case Incr(by):
            return by
        case _:
            assert_never(event)
