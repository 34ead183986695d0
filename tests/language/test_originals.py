"""Machines whose functions are at hand are printed as these: the same machines again, with their own texts."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sm_toolkit import Machine, incr, machine, to_python
from tests.language.sources import PROGRAM, imported
from tests.language.test_functions import PROGRAMS
from tests.language.test_to_python import EXAMPLES, SEEDS, same
from tests.programs import making

AnyMachine = Machine[Any, Any, Any]
GOLDEN = Path(__file__).parent.parent / "golden" / "to_python"


def own_text(path: Path, label: str) -> str:
    """Return the text of a function in a file, without what is above it."""
    _, _, rest = path.read_text().partition(f"def {label}(")
    return f"def {label}({rest}"


# -- all are the same again ---------------------------------------------------------------------------------


@pytest.mark.parametrize("program", [each for each, _ in PROGRAMS], ids=lambda program: program.__name__)
def test_a_function_comes_back_as_the_same_machine(program: Callable[[Any, Any], Any]) -> None:
    made: AnyMachine = machine(program)
    assert same(to_python(made), made)


@pytest.mark.parametrize("label", EXAMPLES)
def test_an_example_comes_back_as_the_same_machine_with_its_documentation(label: str) -> None:
    made = EXAMPLES[label]
    text = to_python(made)
    assert same(text, made)
    assert (made.__doc__ or "").partition("\n")[0] in text


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_function_of_a_text_comes_back_as_the_same_machine(seed: int) -> None:
    source = making.sample(Random(seed)).source
    made: AnyMachine = machine(source=source, name="f")
    assert to_python(made) == source.strip("\n") + "\n"
    renamed = to_python(made.named("another"))  # which is not what the text calls it
    assert "def another(" in renamed
    assert same(renamed, made)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_function_of_a_file_comes_back_as_the_same_machine(seed: int, tmp_path: Path) -> None:
    path = tmp_path / f"random_functions_{seed}.py"
    made = imported(path, making.sample(Random(seed)).source).f
    text = to_python(made)
    assert same(text, made)
    assert text.endswith(own_text(path, "f").strip("\n") + "\n")


def test_a_program_of_a_file_is_printed_in_its_own_words(tmp_path: Path) -> None:
    made = imported(tmp_path / "counting_here.py", PROGRAM).counter
    assert to_python(made).splitlines() == [line for line in PROGRAM.strip("\n").splitlines()]


@pytest.mark.parametrize("path", [*GOLDEN.glob("*.py")], ids=lambda path: path.stem)
def test_what_was_printed_is_printed_again(path: Path) -> None:
    made: AnyMachine = machine(source=path.read_text())
    assert to_python(made) == path.read_text()
    assert to_python(machine(source=path.read_text().replace("\n", "\r\n"))) == path.read_text()


# -- what a function may name -------------------------------------------------------------------------------

SETTINGS = '''
from dataclasses import dataclass, field

from sm_toolkit import Left, Right, machine

LIMIT = 7
LETTER = "q"
RATES = {"a": 1.5, "b": -0.0}


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 3
    zs: list[int] = field(default_factory=list)


ORIGIN = Point(0, 0)


def shifted(p: Point, by: int) -> Point:
    return Point(p.x + by * LIMIT, p.y)


@machine
def clock(event: int, state: int) -> tuple[int, int]:
    """Tick."""
    return state, (state + event) % LIMIT
'''

NAMING = '''
from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass
from typing import Optional, TypeAlias

import settings_of as settings
import sm_toolkit as t
from settings_of import Point as P
from settings_of import shifted as moved
from sm_toolkit import Left as L
from sm_toolkit import Right, incr

LIMIT = 2
SIZE = len
Id: TypeAlias = int
Error = L[str]
Result = Error | Right[int]
Pairs = list[tuple[Id, str]]
id = 5


@t.machine
def dotted(event: settings.Point | None, state: t.Left[int] | t.Right[str]) -> tuple[
    typing.Optional[int], t.Left[int] | t.Right[str]
]:
    # This one stays.
    match event:
        case settings.Point(x, y):
            new = dataclasses.replace(event, x=settings.LIMIT + LIMIT)
            tick, _ = settings.clock(1, 2)
            return settings.shifted(new, x + y + tick).x, t.Left(3)
        case None:
            return None, state  # é


@t.machine
def renamed(event: P, state: Result) -> tuple["int | None", "Result"]:
    """Say é.

  This is less indented.
    """
    a: Id = SIZE("é") + moved(event, LIMIT).x + settings.LIMIT + incr(3)
    pairs: Pairs = [(1, "a")]
    for i, _ in pairs:
        a += i + id
    return a, L("x") if a > 3 and settings.RATES["a"] > 1.0 else Right(a)


@t.machine(limits=t.Limits())
def in_patterns(event: str, state: Optional[int]) -> tuple[int, "typing.Optional[int]"]:
    match event:
        case settings.LETTER:
            return 1, state
        case _:
            return settings.ORIGIN.y + P(1).y + len(f"{settings.LIMIT} and {event}"), state


def made_in(limit: int, unused: object) -> t.Machine[int, Only, int]:
    @dataclass(frozen=True)
    class Inner:
        n: int = 4

    @dataclass(frozen=True)
    class Only:
        n: Inner

    def more(x: int) -> int:
        return x + limit

    @t.machine
    def inside(event: Only, state: int) -> tuple[int, int]:
        def_ = 1
        return more(event.n.n) + def_, state + limit

    return inside


inside = made_in(3, object())


def adder(n: int) -> typing.Callable[[int], int]:
    def add_n(x: int) -> int:
        return x + n

    return add_n


one, two = adder(1), adder(2)
ticks = settings.clock


@t.machine
def both(event: int, state: int) -> tuple[int, int]:
    n, _ = ticks(one(event), 2)
    return n, two(state)


def turned(carried: L[int] | Right[int]) -> L[int] | Right[int]:
    match carried:
        case L(n):
            return Right(n * LIMIT)
        case Right(n):
            return L(n)


@t.function
def migration(old: Id) -> Result:
    return Right(t.unleft(turned)(old))
'''


@pytest.mark.parametrize("label", ["dotted", "renamed", "in_patterns", "inside", "both", "migration"])
def test_names_of_other_modules_are_written_out(label: str, tmp_path: Path, golden: Callable[..., None]) -> None:
    imported(tmp_path / "settings_of.py", SETTINGS)
    module = imported(tmp_path / "naming_them.py", NAMING)
    made = getattr(module, label)
    text = to_python(made)
    assert same(text, made)
    golden(f"to_python/original_{label}.py", text)
    assert same(to_python(imported(tmp_path / f"printed_{label}.py", text).__dict__[label]), made)


# -- texts, and what is another thing by now ----------------------------------------------------------------

TWO = """
# Both are machines.
MOST = 3

def more(n: int) -> int:
    return min(n + STEP, MOST)

def one(event: int, state: int) -> tuple[int, int]:
    # One of two.
    return more(event), state

def other(event: str, state: int) -> tuple[str, int]:
    return event, state
"""


def test_of_a_text_there_is_what_the_named_function_needs() -> None:
    made: AnyMachine = machine(source=TWO, name="one", namespace={"STEP": 2})
    assert (
        to_python(made)
        == """\
from sm_toolkit import machine


STEP = 2
MOST = 3


def more(n: int) -> int:
    return min(n + STEP, MOST)


@machine
def one(event: int, state: int) -> tuple[int, int]:
    # One of two.
    return more(event), state
"""
    )
    assert same(to_python(made), made)


def defined(number: int, text: str, names: dict[str, Any]) -> None:
    """Run a text as a notebook runs a cell."""
    file = f"<cell {number} of the originals>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), names)


def test_what_is_defined_again_is_printed_as_it_was() -> None:
    names: dict[str, Any] = {"machine": machine, "__name__": "cells"}
    defined(1, "RATE = 2\ndef more(n: int) -> int:\n    return n + RATE\n", names)
    defined(2, "@machine\ndef f(x: int, s: int) -> tuple[int, int]:\n    return more(x), s + RATE\n", names)
    made = names["f"]
    defined(3, "RATE = 3\ndef more(n: int) -> int:\n    return n - 1\n", names)
    text = to_python(made)
    assert same(text, made)
    assert "RATE = 2\n" in text
    assert "return n + RATE" in text


def test_a_list_that_has_changed_since_is_not_printed() -> None:
    names: dict[str, Any] = {"machine": machine, "__name__": "cells", "RATES": [1, 2]}
    defined(4, "@machine\ndef f(x: int, s: int) -> tuple[int, int]:\n    return RATES[x], s  # rates\n", names)
    before = to_python(names["f"])
    names["RATES"].append(3)
    after = to_python(names["f"])
    assert "# rates" in before
    assert "# rates" not in after
    assert same(before, names["f"])
    assert same(after, names["f"])


def test_names_of_python_may_be_those_of_a_function_and_of_what_it_needs() -> None:
    source = (
        "max = 3\ndef sum(n: int) -> int:\n    return n + max\n"
        "def next(x: int, s: int) -> tuple[int, int]:\n    return sum(x), s\n"
    )
    made: AnyMachine = machine(source=source)
    text = to_python(made)
    assert "max = 3\n" in text
    assert "def sum(" in text
    assert "def next(" in text
    assert same(text, made)


def test_what_calls_a_machine_of_combinators_is_printed_in_another_way() -> None:
    step = machine(
        source="def f(x: int, s: int) -> tuple[int, int]:\n    return joined(x), s  # joined\n",
        namespace={"joined": incr >> incr},
    )
    text = to_python(step)
    assert "# joined" not in text
    assert machine(source=text)(3, 1) == step(3, 1) == (5, 1)


def test_a_machine_that_was_made_of_one_has_no_function_of_its_own() -> None:
    made: AnyMachine = machine(source="def f(x: int, s: int) -> tuple[int, int]:\n    return x, s  # as it is\n")
    assert "# as it is" in to_python(made)
    assert "# as it is" not in to_python(made >> incr)
