"""Plain typed functions as machines: each is compared with itself, run by Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sm_toolkit import FunctionError, Left, Right, StepError, compile_machine, function, infer, machine

# -- what the programs are about --------------------------------------------------------------------------


@dataclass(frozen=True)
class Read:
    pass


@dataclass(frozen=True)
class Incr:
    by: int


@dataclass(frozen=True)
class Set:
    to: int
    why: str | None = None


Event = Read | Incr | Set
SOME = (10, "x")


def halves(number: int, most: int) -> int:
    """Return how often a number can be halved."""
    for times in range(most):
        if number % 2 != 0:
            return times
        number = number // 2
    return most


# -- programs, and what to run them on ----------------------------------------------------------------------


def counter(event: Read | Incr, state: int) -> tuple[int | None, int]:
    match event:
        case Read():
            return state, state
        case Incr(by):
            return None, state + by


def told(event: Event, state: int) -> tuple[int, int]:
    if isinstance(event, Read):
        return state, state
    if isinstance(event, Incr):
        if event.by < 0:
            return -1, state
        state += event.by
    else:
        if event.why is None:
            return 0, 0
        state = event.to + len(event.why)
    return state, state


def gone_through(event: list[int], state: dict[str, int]) -> tuple[int, dict[str, int]]:
    total = 0
    best: int | None = None
    for place, item in enumerate(event):
        if item < 0:
            continue
        if item > 100:
            break
        if item == 50:
            return -50, state
        total += item * place
        if best is None or item > best:
            best = item
    if best is not None and best > 5:
        state = state | {"best": best, "n": len(event)}
    return total, {**state, "t": total}


def told_apart(
    event: tuple[int, Left[int] | Right[str]], state: tuple[int, int, int]
) -> tuple[str, tuple[int, int, int]]:
    x, y, z = state
    match event:
        case (0, Left(n)) if n > 3:
            return f"a{n}", (n, y, z)
        case (0, _):
            text = "b"
        case (1 | 2, Right("hey")):
            text = "hey"
        case (k, Left(n)):
            text = f"{k}-{n}"
        case (_, Right(t)):
            text = t * 2
    x, y = y, x
    return text + str(x // (y - 1)), (x, y, z + 1)


def collected(event: int, state: list[int]) -> tuple[list[int], list[int]]:
    ys = [halves(x, 9) + y for x in state if x % 2 == 0 for y in [1, event] if y > 0]
    zs = sorted([x // event for x in state])
    texts = {x: str(x) for x in zs}
    fits = any(x > 3 for x in zs) and all(x < 100 for x in zs)
    found = texts.get(event)
    n = len(found) if found is not None else SOME[0]
    more = [n, max(state), min(1, event, 3), sum(state), abs(-event)]
    return ys + zs[1:] + more + [v for _, v in zip(state, zs)], [*state, event] if fits else state[::-1]  # noqa: B905


def asked(event: Event, state: int) -> tuple[bool, int]:
    match event:
        case Incr(by=1) | Read():
            return True, state
        case Set(to, why=None):
            return 0 < to < 10 and state in [1, 2], to
        case Set(_, why):
            return why is not None and why in "abc", state
        case Incr():
            return event.by != 3 or state in (1, 2, 3), state


def replaced(event: Event, state: Event) -> tuple[Event | None, Event]:
    if event == state:
        return None, state
    new = replace(state, to=3, why="x") if isinstance(state, Set) else state
    made = Set(why="k", to=2)
    return (new if new != state else None), made


def narrowed(event: str | None, state: int) -> tuple[int, int]:
    match event:
        case "b":
            return 7, state
        case None:
            return 0, state
        case "c" | "d":
            return 9, state
        case text if state > 3:
            return len(text), state
        case text:
            return len(text) + 1, state


def exhausted(event: Read | Incr, state: int) -> tuple[int, int]:
    match event:
        case Incr(3):
            return 7, state
        case Read():
            return 0, state
        case Incr(1) | Incr(2):
            return 9, state
        case other:
            return other.by + 1, state


PROGRAMS: list[tuple[Callable[[Any, Any], Any], list[tuple[Any, Any]]]] = [
    (counter, [(Read(), 1), (Incr(3), 1)]),
    (told, [(Read(), 1), (Incr(3), 1), (Incr(-3), 1), (Set(9), 1), (Set(9, "abc"), 1)]),
    (gone_through, [([], {}), ([1, 2, 3], {"a": 1}), ([1, 7, -1, 3], {}), ([1, 50, 2], {}), ([6, 101, 3], {})]),
    (
        told_apart,
        [
            ((0, Left(5)), (1, 2, 3)),
            ((0, Left(2)), (1, 2, 3)),
            ((1, Right("hey")), (5, 2, 3)),
            ((2, Right("ho")), (5, 2, 3)),
            ((7, Left(1)), (5, -2, 3)),
        ],
    ),
    (collected, [(1, [1, 2, 3, 4]), (2, [8, 6]), (0, [1]), (3, [])]),
    (
        asked,
        [(Read(), 1), (Incr(1), 1), (Incr(3), 1), (Incr(3), 7), (Set(9), 1), (Set(9), 3), (Set(9, "b"), 1)],
    ),
    (narrowed, [(x, s) for x in ("b", None, "c", "d", "xx") for s in (3, 4)]),
    (exhausted, [(x, 1) for x in (Read(), Incr(1), Incr(2), Incr(3), Incr(4))]),
    (replaced, [(Read(), Read()), (Incr(1), Set(1)), (Set(1), Set(2, "q"))]),
]


@pytest.mark.parametrize(("program", "runs"), PROGRAMS, ids=[program.__name__ for program, _ in PROGRAMS])
def test_a_machine_does_what_its_function_does(program: Callable[[Any, Any], Any], runs: list[tuple[Any, Any]]) -> None:
    made = machine(program)
    compiled = compile_machine(made).step
    for x, state in runs:
        for run in (made, compiled):
            try:
                wanted = program(x, state)
            except (ZeroDivisionError, ValueError):
                with pytest.raises(StepError):
                    run(x, state)
            else:
                assert run(x, state) == wanted


def test_a_machine_has_the_types_of_its_annotations() -> None:
    assert str(infer(machine(counter))) == "Machine[Int, Read() | Incr(by: Int), Maybe[Int]]"


def test_a_function_of_one_argument_is_a_machine_without_a_state() -> None:
    @function
    def widened(old: int) -> tuple[int, bool]:
        return old, False

    assert widened(3) == (3, False)


def test_an_error_marks_the_place_and_says_what_to_write() -> None:
    with pytest.raises(FunctionError) as caught:
        machine(source="def f(x: int, s: int) -> tuple[int, int]:\n    while x > 0:\n        x -= 1\n    return x, s\n")
    assert caught.value.line == 2
    assert "`while` is not taken" in str(caught.value)
    assert "for" in caught.value.advice


def test_a_text_is_a_text() -> None:
    given: Any = b"def f(x: int, s: int) -> tuple[int, int]: return x, s"
    with pytest.raises(FunctionError, match="takes a text, and gets bytes"):
        machine(source=given)
