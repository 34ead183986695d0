"""Mistakes around machines that were made of functions: the checkers find each in its line."""

from __future__ import annotations

from dataclasses import dataclass

from sm_toolkit import Machine, compile_machine, function, incr, machine, stage, step


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


@function
def widened(old: int) -> tuple[int, bool]:
    return old, False


@function
def told_first(value: int) -> str:
    return str(value)


# Calls: the wrong input, the wrong state, too few, and what comes of it.
counter(3, 0)  # error
counter(Read(), "0")  # error
counter(Read)  # error
step(counter, "read", 0)  # error
compile_machine(counter).step(Incr("3"), 0)  # error
told: str = counter(Read(), 0)[0]  # error
widened("3")  # error
pair: tuple[int, str] = widened(3)  # error

# Types that are not the machine's.
other_state: Machine[str, Read | Incr, int | None] = counter  # error
other_output: Machine[int, Read | Incr, int] = counter  # error
other_name: Machine[int, Read | Incr, str] = counter.named("count")  # error
stage("count", "0", counter)  # error

# Compositions that do not fit.
counter >> incr  # error
counter >> widened  # error
widened >> incr  # error
told_first >> widened  # error


# Functions that are no machines.
@machine  # error
def one_argument(state: int) -> tuple[int, int]:
    return state, state


@machine  # error
def no_pair(event: int, state: int) -> int:
    return event


@machine  # error
def another_state(event: int, state: int) -> tuple[int, str]:
    return event, str(state)


@function  # error
def two_arguments(one: int, other: int) -> int:
    return one + other


machine(source=3)  # error
machine(text="def f(n: int, state: int) -> tuple[int, int]: ...")  # error


# Cases and results within a function.
@machine
def no_case(event: Read | Incr, state: int) -> tuple[int, int]:  # error
    match event:
        case Incr(by):
            return by, state + by


@machine
def wrong_output(event: int, state: int) -> tuple[str, int]:
    return event, state  # error


@machine
def wrong_call(event: int, state: int) -> tuple[int | None, int]:
    return counter(event, state)  # error


@machine
def state_of_another(event: Read, state: str) -> tuple[None, str]:
    out, state = counter(event, 0)  # error
    return None, state


@machine
def wrong_field(event: Incr, state: int) -> tuple[int, int]:
    return event.much, state  # error
