"""What all tests share: Hypothesis profiles, golden files, and the rule that CI skips no browser test."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"
IN_CI = bool(os.environ.get("CI"))
IN_PYODIDE = sys.platform == "emscripten"
collect_ignore = ["inside_pyodide.py"]  # it can be read there alone

# A shell that runs the tests in its background has Ctrl-C ignored in them, and in every process that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# In CI the examples are the same every time, so that more of them would find nothing more from the second time on, and
# a failure prints how to repeat it. By hand they are new each time, and as many as Hypothesis thinks right.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True, max_examples=50)
# In Pyodide, which is slower, they are few: what they look for is what differs there, not what is wrong everywhere.
settings.register_profile("pyodide", deadline=None, derandomize=True, database=None, max_examples=10)
settings.load_profile("pyodide" if IN_PYODIDE else "ci" if IN_CI else "default")


def fewer(usual: int, in_pyodide: int = 10) -> int:
    """How many examples, seeds or repetitions a test takes: as many as usual, but in Pyodide no more than these."""
    return min(usual, in_pyodide) if IN_PYODIDE else usual


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


def pytest_configure(config: pytest.Config) -> None:
    if IN_CI and config.getoption("--update-golden"):
        raise pytest.UsageError("--update-golden is for a person who looks at the difference, not for CI")


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`golden(name, text)` compares text with tests/golden/name, or with --update-golden writes it.

    What belongs beside a program is in that program's folder.
    """
    update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, text: str, folder: Path = GOLDEN) -> None:
        path = folder / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        elif not path.exists():
            pytest.fail(f"no golden file {name} yet; if the text is right, run with --update-golden:\n{text}")
        else:
            kept = path.read_bytes().decode()
            assert text == kept, (
                f"not as in {path.relative_to(GOLDEN.parent)}; if that is meant, run with --update-golden"
            )

    return compare


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium, which the browser tests drive."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium here: install the system package chromium")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a browser test that skips itself has failed."""
    report = yield
    if IN_CI and report.skipped and item.get_closest_marker("browser"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"browser tests are not skipped in CI: {reason}"
    return report
