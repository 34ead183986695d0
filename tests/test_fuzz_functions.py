"""Some random functions mean as machines what they mean to Python, and the fuzzer tells which does not."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from sm_toolkit.language.checking.inference import Typing
from sm_toolkit.language.compiler import Program, compile_typed
from sm_toolkit.language.limits import Limits
from tests import fuzz_functions

PARTS = 20
EACH = 250 if os.environ.get("CI") else 10


@pytest.mark.parametrize("part", range(PARTS))
def test_random_functions_agree(part: int, capsys: pytest.CaptureFixture[str]) -> None:
    """In CI they are 5,000."""
    code = fuzz_functions.main(["--count", str(EACH), "--seed", str(part * EACH)])
    printed = capsys.readouterr().out
    assert code == 0, printed
    assert printed.startswith(f"{EACH:,} programs of ")


def test_a_disagreement_is_told_with_a_small_program_and_all_that_repeats_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forgetful(typing: Typing, limits: Limits, *, with_batch: bool) -> Program[object, object, object]:
        """Compile wrongly: a step keeps its state."""
        program = compile_typed(typing, limits, with_batch=with_batch)
        return replace(program, step=lambda x, s: (program.step(x, s)[0], s))

    monkeypatch.setattr(fuzz_functions, "compile_typed", forgetful)
    assert fuzz_functions.main(["--count", "100"]) == 1
    first, *lines, last = capsys.readouterr().out.splitlines()
    seed = first.removeprefix("seed ").removesuffix(": compiled")
    assert seed.isdigit(), first
    assert [line.split()[0] for line in lines[:4]] == ["input", "state", "wanted", "found"]
    assert lines[-3].startswith("# inputs   [")
    assert "def f(" in "\n".join(lines)
    assert len(lines) < 40  # few statements are left
    assert last == f"to see it again: python -m tests.fuzz_functions --seed {seed} --count 1"
