"""Every check of the project: `python -m tests` runs all, `python -m tests lint mypy` only those named.

They run one after another, whatever fails before; the exit code is 0 only if none failed. The type checkers, which use
one core each, run beside each other, and what each of them printed comes in one piece.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Each is a module of this interpreter's environment with its arguments. The quick ones come first.
CHECKS = {
    "lint": "ruff check",
    "format": "ruff format --check",
    "mypy": "mypy",
    "pyright": "pyright --pythonpath {python}",
    "tests": "pytest -q -n auto --dist worksteal -p no:nbval -m 'not browser'",
    "notebooks": "sm_toolkit notebooks --check notebooks",
    "pyodide": "tests.in_pyodide",
    "site": "website",
    "browser": "pytest -q -n 2 --dist loadfile -p no:nbval -m browser tests",
}
SIDE_BY_SIDE = ("mypy", "pyright")


def _groups(names: list[str]) -> list[list[str]]:
    """Return what runs one after another: a check, or the neighbours that run side by side."""
    groups: list[list[str]] = []
    for name in names:
        if groups and name in SIDE_BY_SIDE and groups[-1][-1] in SIDE_BY_SIDE:
            groups[-1].append(name)
        else:
            groups.append([name])
    return groups


def _run(name: str, together: bool) -> tuple[int, float]:
    """Run a check; return its exit code and how many seconds it took. Of one of several, what it printed comes last."""
    told = f"\n== {name}: {CHECKS[name]}"
    if not together:
        print(told, flush=True)
    command = [part.format(python=sys.executable) for part in shlex.split(CHECKS[name])]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE if together else None,
        stderr=subprocess.STDOUT if together else None,
    )
    if together:
        print(f"{told}\n{done.stdout.decode(errors='replace')}", end="", flush=True)
    return done.returncode, time.perf_counter() - start


def main(names: Sequence[str]) -> int:
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"no check is called {', '.join(unknown)}; there are {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    lines: list[str] = []
    failures = 0
    for group in _groups(list(names or CHECKS)):
        with ThreadPoolExecutor(len(group)) as pool:
            results = list(pool.map(_run, group, [len(group) > 1] * len(group)))
        for name, (code, seconds) in zip(group, results, strict=True):
            failures += code != 0
            lines.append(f"{name:<12}{'passed' if code == 0 else 'FAILED':<8}{seconds:>7.1f} s")
    verdict = f"{failures} of {len(lines)} checks failed" if failures else f"all {len(lines)} checks passed"
    print("\n" + "\n".join([*lines, verdict]), flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
