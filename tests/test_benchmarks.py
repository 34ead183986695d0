"""The benchmarks run and print their tables. What they measure depends on the machine, and is not looked at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_serving_benchmark_prints_its_table() -> None:
    command = [sys.executable, "-m", "benchmarks.serving", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["what", "figure", "baseline", "and", "bound"]
    assert [row.split(" in flight")[0] for row in rows] == [
        "TCP server, 64 connections x 1",
        "TCP server, 64 connections x 16",
    ]
