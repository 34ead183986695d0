"""The unit tests and the notebooks that need no machine, run under Pyodide in Node: `python -m tests.in_pyodide`.

Named as arguments, only some tests run: `python -m tests.in_pyodide tests/language/test_errors.py -x`. Pyodide and the
packages are those of the site. What is tested is this checkout, in the place of its wheel.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from website import course, lite
from website.downloads import DownloadError
from website.node import start
from website.places import BUILD, ROOT

INSIDE = ROOT / "tests" / "inside_pyodide.py"

# Tests that need threads, processes or matplotlib are marked `machine`, and left out; so are these files, which are
# about Jupyter's kernels and about other processes, and cannot be read without them.
LEFT_OUT = ["language/functions/test_places.py", "notebook/pictures/test_metrics.py"]
LANGUAGE = sorted(f"language/{path.name}" for path in (ROOT / "tests" / "language").glob("test_*.py"))
# Few parts, since each takes ten seconds to start; the longest first, since two run at a time.
TESTS = [
    [name for name in LANGUAGE if name > "language/test_h"],
    [name for name in LANGUAGE if name < "language/test_h"],
    ["language/functions", "pipeline", "engines/test_conformance.py", "notebook/pictures"],
]


def _run(distribution: Path, arguments: list[str]) -> tuple[int, str, float]:
    """Run the program inside; return its exit code, what it printed and how many seconds it took."""
    begun = time.perf_counter()
    with start(distribution, INSIDE, arguments) as process:
        printed, _ = process.communicate()
    return process.returncode, printed, time.perf_counter() - begun


def main(named: list[str]) -> int:
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as temporary:
        work = Path(temporary)
        try:
            lite.distribution(work / "pyodide", ("site", "tests"), ours=False)
        except DownloadError as error:
            print(error, file=sys.stderr)
            return 1
        notebooks: list[str] = []
        for path in course.notebooks():
            if not course.needs_a_machine(path):
                (work / path.name).write_text(json.dumps(course.for_the_browser(path)), "utf-8")
                notebooks.append(f"/project/{(work / path.name).relative_to(ROOT)}")
        left_out = [f"--ignore=tests/{name}" for name in LEFT_OUT]
        tests = [["tests", *(f"tests/{name}" for name in part), *left_out, "--durations=10"] for part in TESTS]
        # Two at a time, since each uses one processor; the longest first.
        runs = [["tests", *named]] if named else [*tests, ["notebooks", *notebooks]]
        with ThreadPoolExecutor(2) as pool:
            ended = list(pool.map(lambda arguments: _run(work / "pyodide", arguments), runs))
    for (what, *_), (code, printed, seconds) in zip(runs, ended, strict=True):
        print(
            f"{printed.rstrip()}\n{what} in Pyodide {'passed' if code == 0 else 'FAILED'}, {seconds:.0f} s\n",
            flush=True,
        )
    return 0 if all(code == 0 for code, *_ in ended) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
