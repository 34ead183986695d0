"""Texts that nobody means well with: each is refused by an error with a place, or is a machine, and nothing is run."""

from __future__ import annotations

import ast
import copy
import inspect
import random
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit import FunctionError, Machine, machine
from tests.conftest import fewer
from tests.language import test_functions
from tests.language.functions.test_rejected import PROGRAMS


def text(value: str, before: str = "") -> str:
    return f"{before}def step(n: int, state: int) -> tuple[int, int]:\n    return {value}, state\n"


def record(name: str, field: str, after: str) -> str:
    return f"@dataclass(frozen=True)\nclass {name}:\n    {field}: int\n" + after


def wide(count: int) -> str:
    """A `match` of a wide tuple, which a check without care looks through in as many ways as there are values."""
    head = f"def step(given: tuple[{', '.join(['bool'] * count)}], state: int) -> tuple[int, int]:\n    match given:\n"
    rows = [", ".join("True" if other == place else "_" for other in range(count)) for place in range(count)]
    cases = [f"        case ({row}):\n            return {place}, state\n" for place, row in enumerate(rows)]
    return head + "".join(cases) + "        case _:\n            return -1, state\n"


REFUSED = {
    "nothing": ("", "there is no function"),
    "a_null": (text("n") + "\0", "this is no Python"),
    "half_a_character": (text("'\ud800'"), "this is no Python"),
    "many_brackets": (text("(" * 5000 + "n" + ")" * 5000), "this is no Python"),
    "many_signs": (text("-" * 3000 + "n"), "nested too deep"),
    "many_attributes": (text("n" + ".a" * 5000), "nested too deep"),
    "many_sums": (text(" + ".join(["n"] * 20_000)), "nested too deep"),
    "many_choices": (text("n if n > 0 else " * 2000 + "n"), "nested too deep"),
    "loops_in_loops": (text("len([" * 30 + "n" + " for x in range(2)])" * 30), "nested too deep"),
    "doubled_again_and_again": (
        text(
            "h39(n)",
            "def h0(n: int) -> int:\n    return n + n\n"
            + "".join(f"def h{i}(n: int) -> int:\n    return h{i - 1}(n) + h{i - 1}(n)\n" for i in range(1, 40)),
        ),
        "`step` is too large",
    ),
    "a_long_number": (text("9" * 100_000), "this is no Python"),
    "a_large_number": (text("0x" + "f" * 1_000_000), "cannot be taken in"),
    "a_large_power": (text("X", "X = 9**9**9\n"), "no constant"),
    "a_long_name": (text("x" * 1_000_000), "is not defined"),
    "a_long_annotation": (text("n").replace("int", "'" + "list[" * 3000 + "int" + "]" * 3000 + "'", 1), "no Python"),
    "os": (text("n", "import os\n"), "nothing is imported"),
    "all_of_the_toolkit": (text("n", "from sm_toolkit import *\n"), "`import *`"),
    "what_runs_things": (text("n", "from sm_toolkit.deploying import deploy\n"), "no `deploy`"),
    "what_dataclasses_imports": (text("n", "from dataclasses import sys\n"), "no `sys`"),
    "what_is_in_dataclasses": (text("len(dataclasses.sys.path)", "import dataclasses\n"), "is a module"),
    "its_class": (text("n.__class__"), "no attribute `__class__`"),
    "all_classes": (text("().__class__.__bases__[0].__subclasses__()"), "a tuple has two parts or more"),
    "globals_of_len": (text("len.__globals__"), "functions are no values"),
    "a_call_of_import": (text("__import__('os').system('exit')"), "is not taken"),
    "a_call_beside": (text("n", "exec('import os')\n"), "only dataclasses, constants and functions"),
    "a_decorator": (text("n", "@print\n"), "this decorator"),
    "an_annotation_with_a_call": (text("n").replace("int", "print('run')", 1), "no annotation"),
    "a_class_called_left": (record("Left", "n", text("n")), "a word of the text form"),
    "a_class_called_class": (record("__class__", "n", text("n")), "begins with an underscore"),
    "a_field_called_class": (record("A", "__class__", text("n")), "begins with an underscore"),
    "a_field_of_a_field": (record("A", "x.y", text("n")), "fields alone"),
    "a_class_in_itself": ("@dataclass(frozen=True)\nclass A:\n    x: 'A'\n" + text("n"), "not defined"),
    "a_letter_that_looks_like_another": (text("st\N{CYRILLIC SMALL LETTER A}te"), "is not defined"),
    "a_function_as_a_type": ("def int(n: bool) -> bool:\n    return n\n" + text("n"), "is a function, and no type"),
    "a_name_for_itself": (text("n", "X = X\n"), "is not defined"),
}

ACCEPTED = {
    "a_megabyte_of_comment": text("n", "#" * 1_000_000 + "\n"),
    "a_megabyte_of_text": text(f"len('{'x' * 1_000_000}')"),
    "another_coding": text("n", "# coding: utf-16\n"),
    "wide_letters": text("n").replace("n:", "\N{FULLWIDTH LATIN SMALL LETTER N}:"),
    "a_class_called_int": record("int", "n", "").replace(": int", ": bool")
    + "def step(n: int, state: int) -> tuple[bool, int]:\n    return n.n, state\n",
    "a_class_called_len": record("len", "n", text("len(n).n")),
    "a_value_called_print": text("print", "print = 3\n"),
    "a_wide_tuple": wide(40),
    "calls_in_calls": text("abs(" * 150 + "n" + ")" * 150),
}


# How deep Python's own parser goes is its affair: that of 3.14, on a large stack, takes a sum of 20,000.
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.machine] if name == "many_sums" else []) for name in REFUSED]
)
def test_a_hostile_text_is_refused(name: str) -> None:
    given, problem = REFUSED[name]
    with pytest.raises(FunctionError) as caught:
        machine(source=given)
    error = caught.value
    assert problem in error.problem
    assert error.line > 0
    assert error.column > 0
    assert len(str(error)) < 1500


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        (text("fst()((n, 1))", "from sm_toolkit import *\n"), "name what is imported: from sm_toolkit import fst"),
        (text("n", "from sm_toolkit import *\n"), "leave it out: nothing that is used here comes of it"),
        (
            text("fields(dataclass)", "from dataclasses import *\n"),
            "name what is imported: from dataclasses import dataclass, fields",
        ),
        (text("path", "from os import *\n"), "leave it out: nothing that is used here comes of it"),
    ],
)
def test_instead_of_an_import_of_all_it_is_told_what_to_name(given: str, advice: str) -> None:
    with pytest.raises(FunctionError, match=r"`import \*` is not taken in a text") as caught:
        machine(source=given)
    assert caught.value.advice == advice


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_unusual_text_is_a_machine(name: str) -> None:
    assert isinstance(machine(source=ACCEPTED[name]), Machine)


def test_nothing_of_a_text_is_run(tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    call = f"__import__('pathlib').Path({str(proof)!r}).touch()"
    for given in (
        text(call),
        text("n", f"X = {call}\n"),
        text("n", f"{call}\n"),
        text("n", f"@{call}\n"),
        text("n").replace("state: int", f"state: int = {call}"),
        text("n").replace("n: int", f"n: {call}"),
        text("n").replace("n: int", f'n: "{call}"'),
        record("A", "x", "").rstrip() + f" = {call}\n" + text("n"),
        f"@dataclass(frozen={call})\nclass A:\n    x: int\n" + text("n"),
    ):
        with pytest.raises(FunctionError):
            machine(source=given)
    assert not proof.exists()


# -- accepted programs with something else in them --------------------------------------------------------

CLASSES = """
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
"""
SEEDS = fewer(300, 60)


def trees() -> list[ast.Module]:
    helper = inspect.getsource(test_functions.halves)
    programs = [program for program, _ in test_functions.PROGRAMS]
    return [ast.parse(CLASSES + helper + inspect.getsource(program)) for program in programs]


def changed(tree: ast.Module, parts: list[ast.AST], randomness: random.Random) -> str:
    """Return a program in which a part is left out, or another one is in its place."""
    places = [
        (node, name, value)
        for node in ast.walk(tree)
        for name, value in ast.iter_fields(node)
        if isinstance(value, ast.expr | ast.pattern) or (isinstance(value, list) and value)
    ]
    node, name, value = randomness.choice(places)
    at = randomness.randrange(len(value)) if isinstance(value, list) else 0
    old: Any = value[at] if isinstance(value, list) else value
    kind = next((kind for kind in (ast.stmt, ast.expr, ast.pattern) if isinstance(old, kind)), None)
    new = [] if kind is None else [copy.deepcopy(randomness.choice([each for each in parts if isinstance(each, kind)]))]
    if isinstance(value, list):
        value[at : at + 1] = new if randomness.random() < 0.7 else []
    else:
        setattr(node, name, new[0])
    return ast.unparse(ast.fix_missing_locations(tree))


def test_a_program_with_something_else_in_it_is_a_machine_or_refused_with_a_place() -> None:
    known = trees()
    parts = [
        node for tree in [*known, *(ast.parse(path.read_text()) for path in PROGRAMS[::5])] for node in ast.walk(tree)
    ]
    made, errors = 0, []
    for seed in range(SEEDS):
        randomness = random.Random(seed)
        try:
            given = changed(copy.deepcopy(randomness.choice(known)), parts, randomness)
        except (AttributeError, TypeError, ValueError, IndexError):  # it cannot be written down
            continue
        try:
            made += isinstance(machine(source=given), Machine)
        except FunctionError as error:
            errors.append(error)
    assert made > SEEDS // 30
    assert all(error.advice and error.line for error in errors)
