"""The benchmarks run, print their tables, and compare what does the same. How long it takes is not looked at."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import by_hand
from benchmarks.engines import ENGINES
from benchmarks.language import HUGE, LOOPS, SUBJECTS, Subject, comparisons, ran, require_agreement
from sm_toolkit.language import Left, Right, Type, compile_machine
from tests.strategies import values

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "PERFORMANCE.md"

MACHINES = ["count_v1", "count_v3", "bank", "token_bucket", "counter_v1"]
LOOPING = ["gcd", "collatz"]
LANGUAGE = [
    *(f"{machine}, a step" for machine in MACHINES + LOOPING),
    *(f"{machine}, a batch of 4,000" for machine in MACHINES),
    *(f"{machine}, a step by hand, with its limits" for machine in ["bank", "token_bucket", "counter_v1", *LOOPING]),
    "count_v1, a step interpreted",
]
TERMS = ["100,001 nodes of counters", "100,001 nodes of pairs", "65,533 nodes of fan-outs"]
DONE = ["inferred", "elaborated", "compiled", "encoded", "decoded", "hashed", "in memory"]
PASSES = [f"{term}, {what}" for term in TERMS for what in DONE]
LIBRARIES = [f"{name} {version(name)}" for name in ("automat", "transitions", "python-statemachine")]
PEERS = [f"counter, {name}" for name in ("compiled step", *LIBRARIES)]
BESIDE = ["beside the function", "beside an expert's", "beside the function in a loop", "beside an expert's"]
FUNCTIONS = [
    *(
        f"{name}, a {what} {beside}"
        for name in ("counter", "bucket", "bank", "store")
        for what, beside in zip(("step", "step", "batch", "batch"), BESIDE, strict=True)
    ),
    "20 lines, decorated",
]
PIPELINES = [
    *(f"three light stages, {name}{way}" for way in ("", ", as items") for name in ("inline", "threads")),
    "three light stages, inline beside bare generators",
    *(f"a token bucket, {name}{way}" for way in ("", ", as items") for name in ("inline", "threads")),
    "three light stages, threads, in short slices",
    "metrics, inline",
    "metrics, threads",
]
STREAMS = [
    f"three light stages, {name} {version(name)}{how}"
    for name, how in (("streamz", ""), ("pypeln", ", sync"), ("pypeln", ", thread"), ("bytewax", ""))
]
WAITING = [
    *(f"one item at a time, {name}" for name in ENGINES),
    "an effect of 2 ms, 16 workers on threads",
    *(f"two stages of 20 µs, {name}" for name in ENGINES if name != "inline"),
]
GAPS = [
    f"an upgrade of a busy pipeline, {name}{how}"
    for name in ENGINES
    for how in ("", ", in the processor's time")
    if not (how and name == "processes")
]
SERVING = [f"TCP server, 64 connections x {in_flight} in flight" for in_flight in (1, 16)]
PICTURES = [
    "500 nodes, a chain",
    "449 nodes, counters",
    "504 nodes, a choice of many",
    "639 nodes, a tree",
    "504 nodes, some of each",
    "5,000 nodes, a chain",
    "4,449 nodes, counters",
    "5,004 nodes, a choice of many",
    "5,119 nodes, a tree",
    "5,000 nodes, some of each",
]
SIMULATIONS = [
    f"{subject}, {what}"
    for subject in ("a counter upgraded", "counted words rewired")
    for what in ("60 frames prepared and drawn", "the update point moved", "10,000 inputs")
]
SECTIONS = {
    "benchmarks.language": LANGUAGE,
    "benchmarks.functions": FUNCTIONS,
    "benchmarks.passes": PASSES,
    "benchmarks.peers": PEERS,
    "benchmarks.pipelines": PIPELINES,
    "benchmarks.streams": STREAMS,
    "benchmarks.waiting": WAITING,
    "benchmarks.upgrade_gap": GAPS,
    "benchmarks.serving": SERVING,
    "benchmarks.pictures": PICTURES,
    "benchmarks.simulations": SIMULATIONS,
}
RUNS = {
    "benchmarks.language": LANGUAGE,
    "benchmarks": [row for rows in SECTIONS.values() for row in rows],
}


@pytest.mark.parametrize("module", RUNS)
def test_a_quick_run_prints_its_table_and_writes_nothing(module: str) -> None:
    before = PAGE.read_bytes()
    command = [sys.executable, "-m", module, "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    head, *rows = [re.split(r" {2,}", line) for line in done.stdout.splitlines()]
    assert head == ["what", "figure", "baseline and bound"]
    assert [row[0] for row in rows] == RUNS[module]
    assert all(len(row) == 3 for row in rows)
    assert PAGE.read_bytes() == before


def test_the_page_is_what_the_command_writes() -> None:
    """Its header says so, and it has every row, under a link to the file with the baseline."""
    head, *sections = PAGE.read_text("utf-8").split("\n## ")
    assert "This page is written by `python -m benchmarks` (" in head
    assert len(sections) == len(SECTIONS)
    for module, section in zip(SECTIONS, sections, strict=True):
        path = module.replace(".", "/") + ".py"
        assert f"[{path}](../{path})" in section
        assert (ROOT / path).is_file()
        assert re.findall(r"^\| (.*?) \|", section, re.MULTILINE) == ["what", "---", *SECTIONS[module]]


EDGES = [0, 1, 10, by_hand.ONE_DIGIT, 2**64, HUGE // 3, HUGE // 2, HUGE]


def hard_values(type_: Type[Any]) -> st.SearchStrategy[Any]:
    """Values of a type whose integers are near those at which a limit, or another way to check it, begins."""
    match type_.head:
        case "Int":
            near = st.builds(lambda edge, more: edge + more, st.sampled_from(EDGES), st.integers(-11, 11))
            return st.builds(lambda n, sign: max(-HUGE, min(HUGE, sign * n)), near, st.sampled_from([1, -1]))
        case "Pair":
            return st.tuples(*map(hard_values, type_.args))
        case "Either":
            return st.builds(Left, hard_values(type_.args[0])) | st.builds(Right, hard_values(type_.args[1]))
        case _:
            return values(type_)


@pytest.mark.parametrize("subject", [*SUBJECTS, *LOOPS], ids=lambda subject: subject.name)
@given(data=st.data())
@settings(max_examples=40)
def test_by_hand_the_same_is_done_and_refused(subject: Subject, data: st.DataObject) -> None:
    program = compile_machine(subject.machine)
    scheme = program.typing.scheme
    xs = data.draw(st.lists(hard_values(scheme.input), min_size=1, max_size=4))
    s = data.draw(hard_values(scheme.state))
    for x in xs:
        assert ran(getattr(by_hand, subject.name), x, s) == ran(program.step, x, s)
    if subject in SUBJECTS:
        assert getattr(by_hand, f"{subject.name}_loop")(xs, s) == program.batch(xs, s)


def test_sides_that_do_not_agree_are_not_compared() -> None:
    one = comparisons()[0]
    require_agreement(one)
    with pytest.raises(RuntimeError, match="count_v1, a step: "):
        require_agreement(replace(one, baseline=lambda x, s: (x, s)))
