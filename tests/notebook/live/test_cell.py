"""The text of a cell: what is read, what is run, what is the machine, and that nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest

import sm_toolkit
from sm_toolkit.language import Bool, Int, MachineTypeError, Str, infer, step
from sm_toolkit.language.errors import FunctionError
from sm_toolkit.notebook.live.cell import CHANGE, read_cell, read_part

NAMES: dict[str, Any] = {name: getattr(sm_toolkit, name) for name in sm_toolkit.__all__}

COUNT = """
LIMIT = 9

@dataclass(frozen=True)
class Add:
    by: int

def capped(n: int) -> int:
    return min(n, LIMIT)

def more(n: int, by: int) -> int:
    return capped(n + by)

def count(add: Add, n: int) -> tuple[int, int]:
    return n, more(n, add.by)
"""


def test_functions_are_read_and_bound_with_their_classes_and_constants() -> None:
    found = read_cell(COUNT, {})
    assert (found.name, set(found.names)) == ("count", {"LIMIT", "Add", "capped", "count"})
    assert step(found.machine, found.names["Add"](7), 4) == (4, 9)
    assert infer(found.names["capped"]).output is Int


def test_a_function_is_never_run() -> None:
    cell = "def count(n: int, s: int) -> tuple[int, int]:\n    return open('/nowhere'), s\n"
    with pytest.raises(FunctionError, match="line 2"):
        read_cell(cell, {})


def test_an_expression_of_combinators_is_the_machine() -> None:
    found = read_cell("read() >> (get() | get() >> incr >> put()) >> show()", NAMES, "counter")
    assert (found.name, str(found.machine.name)) == ("counter", "counter")
    assert step(found.machine, "Left ()", 3) == ("Left 3", 3)
    assert read_cell("get() >> incr", NAMES).names == {}


def test_what_is_computed_leaves_the_names_it_was_given_alone() -> None:
    names = dict(NAMES)
    found = read_cell("import sm_toolkit as sm\nup = sm.get() >> sm.incr\nup >> sm.put()", names, "counter")
    assert names == NAMES
    assert set(found.names) == {"sm", "up", "counter"}
    assert found.machine == found.names["counter"] != found.names["up"]


def test_functions_and_combinators_stand_in_one_cell() -> None:
    cell = (
        "count = case(get(), get() >> incr >> put())\ndef migrate(n: int) -> tuple[int, bool]:\n    return n, False\n"
    )
    found = read_cell(cell, NAMES, apart=CHANGE)
    assert (found.name, set(found.names)) == ("count", {"count"})
    migrate = read_part(cell, NAMES, "migrate")
    assert migrate is not None
    assert step(migrate, 3, None) == ((3, False), None)
    assert read_part(cell, NAMES, "adapt_input") is None


def test_the_name_that_is_wanted_is_the_machine() -> None:
    cell = """
def one(x: int, s: int) -> tuple[int, int]:
    return x, s
def two(x: str, s: int) -> tuple[str, int]:
    return x, s
"""
    assert infer(read_cell(cell, {}, "one").machine).input is Int
    assert infer(read_cell(cell, {}, "other").machine).input is Str
    assert infer(read_cell("def flip(x: bool) -> bool:\n    return not x\n", {}).machine).output is Bool


@pytest.mark.parametrize(
    ("cell", "error", "says"),
    [
        ("x = 3", FunctionError, "no machine in this cell"),
        ("def f(x)", FunctionError, "the cell, line 1"),
        (
            "x = 3\nasync def f(x: int) -> int:\n    return x",
            FunctionError,
            r"(?s)a step waits .* line 2.* a plain `def`",
        ),
        ("f = lambda x, s: (x, s)", FunctionError, r"(?s)a lambda is no machine.* line 1, column 5.* with annotations"),
        ("lambda x: x", FunctionError, r"(?s)a lambda is no machine.* line 1, column 1.* with annotations"),
        ("\n\ndef f(x: int, s: int) -> tuple[int, int]:\n    return x, s + 'a'\n", FunctionError, "the cell, line 4"),
        ("get() >> incr >> show() >> put()", MachineTypeError, "should be Int, and is Str"),
        ("nowhere >> incr", NameError, "nowhere"),
        (
            "def f(x: int, s: int) -> int:\n    return x\n",
            FunctionError,
            "a machine returns its output and its new state",
        ),
    ],
)
def test_what_is_wrong_is_told(cell: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        read_cell(cell, NAMES)
