"""Run all benchmarks and write docs/PERFORMANCE.md; with ``--quick``, only print what a smoke run gives.

python -m benchmarks
"""

from __future__ import annotations

import datetime
import os
import platform
from pathlib import Path
from types import ModuleType

from benchmarks import (
    functions,
    language,
    passes,
    peers,
    pictures,
    pipelines,
    serving,
    simulations,
    streams,
    upgrade_gap,
    waiting,
)
from benchmarks.tables import is_quick, markdown_table, text_table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "PERFORMANCE.md"

BENCHMARKS: dict[str, ModuleType] = {
    "Compiled machines": language,
    "Machines made of functions": functions,
    "Before a machine runs": passes,
    "Other libraries": peers,
    "Pipelines": pipelines,
    "Pipelines beside other libraries": streams,
    "Latency, waiting and computing": waiting,
    "Upgrades of a busy pipeline": upgrade_gap,
    "The server": serving,
    "Pictures": pictures,
    "The upgrade simulator": simulations,
}
"""What each benchmark is about. A benchmark is a module with ``rows(quick)``; its docstring says how it measures."""

INTRODUCTION = """\
# Performance

<!-- Written by `python -m benchmarks`. Do not edit it: run that again. -->

This page is written by `python -m benchmarks` ({date}, {implementation} {version} on {system}, {cores} cores).
Times and rates are those of one machine on one day; **the ratios are what matters**. Each is taken against a baseline
that its row names; the file linked above its table holds it, or says which one does. Both sides run in turns in one
session, on the same inputs; a ratio is the median of the ratios of the turns, and the brackets say how far those
spread. A bound is what we mean to keep. No test asserts it, since a test cannot know what else its machine does.
"""

SECTION = """
## {title}

{how}

Measured by [benchmarks/{name}.py](../benchmarks/{name}.py), `python -m benchmarks.{name}`.

{table}
"""


def section(title: str, benchmark: ModuleType) -> str:
    """Measure, and tell of it as a part of the page."""
    assert benchmark.__doc__ is not None
    how = benchmark.__doc__.strip().replace("``", "`")
    name = benchmark.__name__.rpartition(".")[2]
    return SECTION.format(title=title, how=how, name=name, table=markdown_table(benchmark.rows()))


def page() -> str:
    """Measure everything, and return the page that tells of it."""
    head = INTRODUCTION.format(
        date=datetime.date.today().isoformat(),
        implementation=platform.python_implementation(),
        version=platform.python_version(),
        system=platform.system(),
        cores=os.cpu_count(),
    )
    return head + "".join(section(title, benchmark) for title, benchmark in BENCHMARKS.items())


def main() -> None:
    if is_quick(__doc__):
        print(text_table([row for benchmark in BENCHMARKS.values() for row in benchmark.rows(quick=True)]))
        return
    text = page()
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    print(f"wrote {PAGE.relative_to(ROOT).as_posix()}")


if __name__ == "__main__":
    main()
