"""Plain typed functions as machines: each is compared with itself, run by Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sm_toolkit import (
    FunctionError,
    Int,
    Left,
    Machine,
    Right,
    StepError,
    add,
    compile_machine,
    copy,
    function,
    get,
    incr,
    infer,
    loop,
    machine,
    put,
    show,
    to_python,
)

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


def backwards(event: list[float], state: list[str]) -> tuple[list[float], list[str]]:
    return sorted(event, reverse=True), sorted(sorted(state, reverse=True), reverse=False)


def among(event: int, state: list[Left[int] | Right[str]]) -> tuple[bool, list[Left[int] | Right[str]]]:
    return Left(event) in state or (len(state) > 0 and Right("x") == state[0]) or [] == state, state  # noqa: SIM300


def several_at_once(event: Incr | Set | None, state: int | None) -> tuple[int, int | None]:
    match event, state:
        case (None, 62 | 63 as n):
            return n + 1, state
        case (Set(why="a") | Set(why="b") as put, _):
            return put.to, put.to
        case (Incr(1) | Incr(2) as more, 3 as n):
            return more.by + n, n
        case (Incr(by=4 | 5 as n), _):
            return n + 2, state
        case _:
            return 0, state


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
    (backwards, [([0.0, -0.0, 2.5, 1.0], ["b", "a"]), ([-0.0, 0.0], [])]),
    (among, [(x, s) for x in (1, 2) for s in ([], [Left(1)], [Right("x")], [Right("y"), Left(2)])]),
    (
        several_at_once,
        [
            (x, s)
            for x in (None, Set(8, "a"), Set(9, "b"), Set(9), Incr(1), Incr(2), Incr(3), Incr(4))
            for s in (None, 3, 62, 63, 64)
        ],
    ),
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


def test_what_is_backwards_keeps_equal_floats_in_their_order() -> None:
    assert [str(x) for x in machine(backwards)([-0.0, 0.0, 1.0, -0.0], [])[0]] == ["1.0", "-0.0", "0.0", "-0.0"]


def test_a_chain_of_elif_may_be_long() -> None:
    count = 2_000
    tests = "".join(f"    elif event == {at}:\n        made = {at * 7}\n" for at in range(1, count))
    source = f"""
def chosen(event: int, state: int) -> tuple[int, int]:
    if event == 0:
        return -1, state
{tests}    else:
        return -2, state
    return made, state
"""
    made = machine(source=source)
    assert [made(at, 1)[0] for at in (0, 1, count - 1, count)] == [-1, 7, (count - 1) * 7, -2]


def test_a_machine_has_the_types_of_its_annotations() -> None:
    assert str(infer(machine(counter))) == "Machine[Int, Read() | Incr(by: Int), Maybe[Int]]"


def adder(more: int) -> Callable[[int], int]:
    def added(x: int) -> int:
        return x + more

    return added


one_more, two_more = adder(1), adder(2)


def test_functions_that_one_function_made_have_each_what_is_round_it() -> None:
    @machine
    def both(event: int, state: int) -> tuple[int, int]:
        return one_more(event), two_more(state)

    assert both(10, 10) == (11, 12)


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


# -- machines of combinators, called ----------------------------------------------------------------------


@dataclass(frozen=True)
class Cells:
    total: int


ticked: Machine[int, None, int] = get(Int) >> incr >> put() >> get()
totalled: Machine[tuple[None, Cells], int, int] = loop(0, add >> copy(), "total")


def calls_of_combinators(
    event: int, state: tuple[int, tuple[None, Cells]]
) -> tuple[int, tuple[int, tuple[None, Cells]]]:
    count, inner = state
    if event > 2:
        first, count = ticked(None, count)
        _, count = ticked(None, count)
        event = incr(event) + first
    total, inner = totalled(event, inner)
    for _ in range(event):
        total, inner = totalled(1, inner)
    same, count = incr(total, count)
    return same, (count, inner)


def test_a_machine_of_combinators_is_given_its_state_as_python_gives_it() -> None:
    made = machine(calls_of_combinators)
    state = wanted = (3, (None, Cells(4)))
    for x in (1, 3, 0, 2, 5):
        output, state = made(x, state)
        assert (output, state) == compile_machine(made).step(x, wanted)
        expected, wanted = calls_of_combinators(x, wanted)
        assert (output, state) == (expected, wanted)


def test_a_machine_joined_of_functions_is_given_its_state_too() -> None:
    joined = machine(counter) >> show()

    @machine
    def step(event: Read | Incr, state: int) -> tuple[str, int]:
        text, state = joined(event, state)
        return text + "!", state

    assert step(Incr(2), 3) == ("Nothing!", 5)
    assert step(Read(), 3) == ("Just 3!", 3)
    again = machine(source=to_python(step))
    assert [again(Read(), 3), again(Incr(2), 3)] == [step(Read(), 3), step(Incr(2), 3)]
