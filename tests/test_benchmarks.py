"""The benchmarks run and print their tables. What they measure depends on the machine, and is not looked at."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "PERFORMANCE.md"

LANGUAGE = [
    "count_v1, a step",
    "count_v3, a step",
    "counter_v1, a step",
    "count_v1, a batch of 4,000",
    "count_v3, a batch of 4,000",
    "counter_v1, a batch of 4,000",
    "count_v1, a step interpreted",
]
TERMS = ["100,001 nodes of counters", "100,001 nodes of pairs", "65,533 nodes of fan-outs"]
DONE = ["inferred", "elaborated", "compiled", "encoded", "decoded", "hashed", "in memory"]
PASSES = [f"{term}, {what}" for term in TERMS for what in DONE]
LIBRARIES = [f"{name} {version(name)}" for name in ("automat", "transitions", "python-statemachine")]
PEERS = [f"counter, {name}" for name in ("compiled step", *LIBRARIES)]
SERVING = [f"TCP server, 64 connections x {in_flight} in flight" for in_flight in (1, 16)]
SECTIONS = {
    "benchmarks.language": LANGUAGE,
    "benchmarks.passes": PASSES,
    "benchmarks.peers": PEERS,
    "benchmarks.serving": SERVING,
}
RUNS = {"benchmarks.language": LANGUAGE, "benchmarks": [row for rows in SECTIONS.values() for row in rows]}


@pytest.mark.parametrize("module", RUNS)
def test_a_quick_run_prints_its_table_and_writes_nothing(module: str) -> None:
    before = PAGE.read_bytes()
    command = [sys.executable, "-m", module, "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
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
