"""Some machines of the fuzzer agree in every run, each form is among them, and it tells what disagrees."""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random
from typing import get_args

import pytest

from sm_toolkit.language.checking.inference import Typing
from sm_toolkit.language.compiler import Program, compile_typed
from sm_toolkit.language.limits import Limits
from sm_toolkit.language.primitives import FAMILIES, PRIMITIVES
from sm_toolkit.language.syntax.terms import Primitive, Term, walk
from tests import fuzz
from tests.random_machines import AnyMachine, sample

MACHINES = 300
PARTS = 20
EACH = 1_000 if os.environ.get("CI") else 25


@pytest.mark.parametrize("part", range(PARTS))
def test_random_machines_agree(part: int, capsys: pytest.CaptureFixture[str]) -> None:
    """In CI they are 20,000."""
    code = fuzz.main(["--count", str(EACH), "--seed", str(part * EACH)])
    printed = capsys.readouterr().out
    assert code == 0, printed
    assert printed.startswith(f"{EACH:,} machines of ")


def test_every_form_and_primitive_is_made() -> None:
    machines = [sample(Random(seed)).machine for seed in range(1, MACHINES + 1)]
    made = [node for machine in machines for node in walk(machine.term)]
    assert {type(node) for node in made} == set(get_args(Term))
    assert {node.name for node in made if isinstance(node, Primitive)} == {*PRIMITIVES, *FAMILIES}


def test_a_seed_makes_one_machine() -> None:
    assert sample(Random(5)) == sample(Random(5))


def test_a_disagreement_is_told_with_all_that_repeats_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forgetful(typing: Typing, limits: Limits, *, with_batch: bool) -> Program[object, object, object]:
        """Compile wrongly: a step keeps its state."""
        program = compile_typed(typing, limits, with_batch=with_batch)
        return replace(program, step=lambda x, s: (program.step(x, s)[0], s))

    monkeypatch.setattr(fuzz, "compile_typed", forgetful)
    assert fuzz.main(["--count", "1000", "--seed", "1"]) == 1
    first, *lines, last = capsys.readouterr().out.splitlines()
    assert first.startswith("seed ")
    assert first.endswith(": step")
    told = ["input", "state", "wanted", "found", "machine", "types", "limits", "rules"]
    assert [line.split()[0] for line in lines] == told
    seed = int(first.removeprefix("seed ").removesuffix(": step"))
    assert last == f"to see it again: python -m tests.fuzz --seed {seed} --count 1"
    machine: AnyMachine = sample(Random(seed)).machine
    assert lines[4] == f"  machine  {machine!r}"


def test_a_pair_that_is_known_and_a_loop_that_is_never_left_meet() -> None:
    """Found by the fuzzer: the compiler took the half of what no way leads to."""
    assert fuzz.main(["--seed", "5932", "--count", "1"]) == 0


def test_what_turns_out_to_be_known_is_not_tested_in_the_source() -> None:
    """Found by the fuzzer: Python warned of a literal in a test, and warnings are errors here."""
    assert fuzz.main(["--seed", "8640", "--count", "1"]) == 0
