"""Where functions are found that become machines: files, other functions, cells of a notebook, doctests, texts."""

from __future__ import annotations

import doctest
import json
import linecache
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4

from sm_toolkit import FunctionError, machine, step
from tests.language.sources import PROGRAM, imported
from tests.regenerate_notebooks import executed

NAMES_LATER = "from __future__ import annotations\n"


@pytest.mark.parametrize("first", ["", NAMES_LATER])
def test_a_function_of_a_file_is_found(first: str, tmp_path: Path) -> None:
    module = imported(tmp_path / "counting.py", first + PROGRAM)
    assert step(module.counter, module.Incr(3), 4) == (4, 7)


def test_a_function_within_another_is_found_and_what_is_beside_it() -> None:
    @dataclass(frozen=True)
    class Incr:
        by: int

    most = 10

    def more(event: Incr, n: int) -> int:
        return min(most, n + event.by)

    @machine
    def counter(event: Incr, state: int) -> tuple[Incr, int]:
        return Incr(state), more(event, state)

    assert step(counter, Incr(3), 4) == (Incr(4), 7)
    assert step(counter, Incr(30), 4) == (Incr(4), 10)


NESTED = """
from dataclasses import dataclass
from sm_toolkit import machine

def made(limit: int):
    @dataclass(frozen=True)
    class Incr:
        by: int

    @dataclass(frozen=True)
    class Told:
        of: Incr

    def more(event: Incr, n: int) -> int:
        return min(limit, n + event.by)

    @machine
    def counter(event: Incr, state: int) -> tuple[Told, int]:
        match event:
            case Incr():
                return Told(event), more(event, state)
    return counter, Incr, Told
"""


@pytest.mark.parametrize("first", ["", NAMES_LATER])
def test_each_call_of_a_function_makes_a_machine_with_its_own_values(first: str, tmp_path: Path) -> None:
    module = imported(tmp_path / "made.py", first + NESTED)
    for limit in (5, 6):
        counter, incr, told = module.made(limit)
        assert step(counter, incr(3), 4) == (told(incr(3)), limit)


LIMIT = 10


def test_names_of_the_caller_are_not_those_of_the_function() -> None:
    LIMIT = 5  # noqa: F841

    assert step(machine(limited), 30, 0) == (10, 0)


def limited(n: int, state: int) -> tuple[int, int]:
    return min(n, LIMIT), state


def test_the_text_of_a_file_that_has_changed_is_not_taken_for_the_function(tmp_path: Path) -> None:
    path = tmp_path / "changed.py"
    module = imported(path, "def more(n: int, state: int) -> tuple[int, int]:\n    return n + 1, state\n")
    path.write_text("def more(n: int, state: int) -> tuple[int, int]:\n    return n - 1, state\n")
    linecache.checkcache(str(path))
    with pytest.raises(FunctionError, match="the source of `more` cannot be had"):
        machine(module.more)


def test_a_doctest_finds_its_functions() -> None:
    def example() -> None:
        """Count.

        >>> from sm_toolkit import machine, step
        >>> @machine
        ... def counter(by: int, state: int) -> tuple[int, int]:
        ...     return state, state + by
        >>> step(counter, 3, 4)
        (4, 7)
        """

    (found,) = doctest.DocTestFinder().find(example, "example", globs={})
    assert doctest.DocTestRunner(verbose=False).run(found) == (0, 3)


def test_a_text_finds_what_it_is_given() -> None:
    text = "def f(event: Incr, state: int) -> tuple[int, int]:\n    return more(event.by), state\n"

    @dataclass(frozen=True)
    class Incr:
        by: int

    def more(n: int) -> int:
        return n + 1

    made: Any = machine(source=text, namespace={"Incr": Incr, "more": more})
    assert step(made, Incr(3), 0) == (4, 0)


# -- without a source -------------------------------------------------------------------------------------


def test_a_lambda_within_a_line_is_told_to_be_one() -> None:
    with pytest.raises(FunctionError, match="a lambda is no machine: it has no annotations"):
        machine(
            lambda n, state: (n, state))  # fmt: skip


def test_a_function_without_a_source_is_refused_with_what_to_do() -> None:
    names: dict[str, Any] = {}
    with pytest.raises(FunctionError, match="the source of `counter` cannot be had") as caught:
        exec(PROGRAM, names)
    assert "machine(source=...)" in caught.value.advice


def printed(*arguments: str, text: str | None = None) -> str:
    program = PROGRAM + "\nfrom sm_toolkit import step\nprint(step(counter, Incr(3), 4))\n"
    done = subprocess.run(
        [sys.executable, *(each.replace("PROGRAM", program) for each in arguments)],
        input=text and text.replace("PROGRAM", program),
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHON_COLORS": "0"},
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(("arguments", "text"), [(("-c", "PROGRAM"), None), (("-",), "PROGRAM")], ids=["-c", "stdin"])
def test_a_command_or_a_program_from_stdin_runs_or_is_told_what_to_do(arguments: Any, text: str | None) -> None:
    """Newer Pythons keep the text of a command."""
    told = printed(*arguments, text=text)
    if sys.version_info < (3, 13):
        assert "FunctionError: the source of `counter` cannot be had" in told
        assert "machine(source=...)" in told
    else:
        assert "(4, 7)" in told or "machine(source=...)" in told


# -- notebooks --------------------------------------------------------------------------------------------

CLASS = "@dataclass(frozen=True)\nclass Incr:\n    by: int\n"
HELPER = "def more(n: int) -> int:\n    return n + 1\n"
MACHINE = "@machine\ndef counter(event: Incr, state: int) -> tuple[int, int]:\n    return more(event.by), state\n"
BEGIN = "from dataclasses import dataclass\nfrom sm_toolkit import machine, step\n"

CELLS = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.colors = "NoColor"
told = []
for cell in json.loads(sys.stdin.read()):
    sys.stdout = sys.stderr
    result = shell.run_cell(cell, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    told.append([repr(result.result), error and str(error)])
sys.stdout = sys.__stdout__
print(json.dumps(told))
"""


def run_in_cells(*cells: str) -> list[list[str | None]]:
    """What each cell gives, and its error, in a shell of IPython."""
    done = subprocess.run(
        [sys.executable, "-c", CELLS], input=json.dumps(cells), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told: list[list[str | None]] = json.loads(done.stdout.splitlines()[-1])
    return told


ASK = "step(counter, Incr(3), 0)[0]"
BODY = "@machine\ndef counter(event: Incr, state: int) -> tuple[int, int]:\n    return event.by + {}, state\n"


def test_a_machine_is_found_under_magics_and_follows_its_cell() -> None:
    magics = ["", "%%time\n", "%%capture\n", "%%capture out\n%%time\n", "%%time\n\n# words\n", "!true\n", "%time 3\n"]
    magics += magics
    cells = [cell for number, magic in enumerate(magics) for cell in (magic + BODY.format(number), ASK)]
    told = run_in_cells(BEGIN + CLASS, *cells)
    assert [error for _, error in told if error] == []
    assert [value for value, _ in told[2::2]] == [str(3 + number) for number in range(len(magics))]


def test_a_machine_is_found_where_a_cell_is_timed_again_and_again() -> None:
    told = run_in_cells(
        BEGIN + CLASS, "%%timeit -n1 -r2\n" + BODY.format(1) + "print('made', step(counter, Incr(3), 0))"
    )
    assert [error for _, error in told] == [None, None]


def test_a_machine_follows_the_cells_of_what_it_uses() -> None:
    wider = CLASS + "    why: str = ''\n"
    told = run_in_cells(
        BEGIN + CLASS, HELPER, MACHINE, ASK,  # as it was
        HELPER.replace("+ 1", "+ 2"), MACHINE, ASK,  # another helper
        wider, MACHINE, ASK,  # another class
        "%%time\n" + HELPER.replace("+ 1", "+ 5"), MACHINE, ASK,  # a helper that only a magic knows
        CLASS.replace("int", "str"), MACHINE,  # which does not fit
        CLASS, HELPER, MACHINE, ASK,
    )  # fmt: skip
    assert [told[number][0] for number in (3, 6, 9, 12, 18)] == ["4", "5", "5", "8", "4"]
    assert told[14][1] is not None
    assert told[14][1].startswith("`n` of `more` should be int, and is str")
    assert "    return more(event.by), state\n                ^^^^^^^^\n" in told[14][1]
    assert [number for number, (_, error) in enumerate(told) if error] == [14]


def test_a_machine_that_calls_itself_in_a_cell_does_not_call_the_one_before() -> None:
    again = "@machine\ndef counter(n: int, state: int) -> tuple[int, int]:\n    return counter(n, state)\n"
    first = again.replace("counter(n, state)\n", "n, state\n")
    _, (_, one), (_, error) = run_in_cells(BEGIN, first, again)
    assert one is None
    assert error is not None
    assert error.startswith("`counter` calls itself")


def test_the_same_name_of_a_text_that_nobody_keeps_is_no_reason_for_stale_text() -> None:
    """Under `%%time` all cells have one name, and linecache may know an older text of it."""
    stale = "import linecache\nlinecache.cache['<timed exec>'] = (9, None, {!r}.splitlines(True), '<timed exec>')"
    old, new = BODY.format(1), BODY.format(2)
    told = run_in_cells(BEGIN + CLASS, stale.format(old), "%%time\n" + new, ASK)
    assert told[-1] == ["5", None]


def test_a_notebook_that_is_run_by_a_kernel_finds_its_machines() -> None:
    sources = [BEGIN + CLASS, HELPER, MACHINE, ASK, "%%time\n" + MACHINE.replace("event.by", "event.by + 1"), ASK]
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])  # type: ignore[no-untyped-call]
    made = executed(notebook)
    assert [cell.outputs[0].data["text/plain"] for cell in made.cells if cell.source == ASK] == ["4", "5"]
