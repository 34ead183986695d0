"""Every check of the project: `python -m tests` runs all, `python -m tests lint mypy` only those named.

They run one after another, whatever fails before; the exit code is 0 only if none failed.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Each is a module of this interpreter's environment with its arguments. The quick ones come first.
CHECKS = {
    "lint": "ruff check",
    "format": "ruff format --check",
    "mypy": "mypy",
    "pyright": "pyright --pythonpath {python}",
    "tests": "pytest -q -n auto -m 'not browser'",
    "notebooks": "pytest -q -n auto --dist loadfile --nbval --nbval-current-env notebooks",
    "browser": "pytest -q -m browser tests",
}


def main(names: Sequence[str]) -> int:
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"no check is called {', '.join(unknown)}; there are {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    lines: list[str] = []
    failures = 0
    for name in names or CHECKS:
        print(f"\n== {name}: {CHECKS[name]}", flush=True)
        command = [part.format(python=sys.executable) for part in shlex.split(CHECKS[name])]
        start = time.perf_counter()
        code = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode
        seconds = time.perf_counter() - start
        failures += code != 0
        lines.append(f"{name:<12}{'passed' if code == 0 else 'FAILED':<8}{seconds:>7.1f} s")
    verdict = f"{failures} of {len(lines)} checks failed" if failures else f"all {len(lines)} checks passed"
    print("\n" + "\n".join([*lines, verdict]), flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
