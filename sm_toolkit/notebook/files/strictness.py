"""What nbval says of a notebook when it is strict, told as findings: each cell is run, and all text compared."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import unittest.mock
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.notebook.files.comparing import changing
from sm_toolkit.notebook.files.findings import REGENERATE, Finding, code_cells, where

LONGEST = 5  # findings of one notebook: after a failure, those that follow are often of the same cause


class _Failures:
    """Takes what pytest reports, in the place of its printed report."""

    def __init__(self) -> None:
        self.ran = 0
        self.failed: list[tuple[Any, BaseException]] = []
        self.broken: list[str] = []

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        self.ran += call.when == "call"
        if call.excinfo is not None and not isinstance(call.excinfo.value, pytest.skip.Exception):
            self.failed.append((item, call.excinfo.value))

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.broken.append(str(report.longrepr).strip().splitlines()[-1])


def strict_findings(path: Path, notebook: Any, seconds: float) -> list[Finding]:
    """Return where nbval finds that a notebook, run again, does not give what is kept.

    No plugin, no configuration and no ``conftest.py`` of the reader's has a part in it, and nothing is written beside
    the notebook.
    """
    if not code_cells(notebook):
        return []
    failures = _Failures()
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as quiet:
        settings = Path(folder, "pytest.ini")
        settings.write_text("[pytest]\n", encoding="utf-8")
        quiet.enter_context(unittest.mock.patch(f"{_CELLS}.execute_cell_input", _as_jupyter_runs))
        quiet.enter_context(contextlib.redirect_stdout(io.StringIO()))
        quiet.enter_context(contextlib.redirect_stderr(io.StringIO()))
        arguments = ["-c", str(settings), "--rootdir", folder, "--noconftest", "-p", "no:cacheprovider"]
        arguments += ["-p", "nbval.plugin", "--nbval", "--nbval-current-env", "--nbval-cell-timeout", str(seconds)]
        code = pytest.main([*arguments, str(path.resolve())], plugins=[failures])
    findings = [_finding(notebook, item, error) for item, error in failures.failed[:LONGEST]]
    findings += [Finding("nbval cannot read it", rows=(("found", told),)) for told in failures.broken]
    if not findings and (code != pytest.ExitCode.OK or not failures.ran):
        findings.append(Finding(f"nbval did not look at it: pytest ended with {code!r}"))
    return findings


_CELLS = "nbval.kernel.RunningKernel"


def _as_jupyter_runs(running: Any, source: str, allow_stdin: bool | None = None) -> str:
    """Run a cell as Jupyter does, with a history: without one, as nbval does it, `;` hides nothing and `_` is lost."""
    message: str = running.kc.execute(source, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)
    return message


def _finding(notebook: Any, item: Any, error: BaseException) -> Finding:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    place = where(notebook, cells[item.cell_num])
    told = (str(error).strip().splitlines() or [type(error).__name__])[0]
    outputs: Sequence[Any] | None = item.test_outputs
    if told == "Cell outputs differ" and outputs is not None:
        return changing(place, cells[item.cell_num].outputs, [_as_kept(output) for output in outputs])
    return Finding(
        "strict nbval, which runs it again, does not pass it", place, rows=(("found", told),), advice=REGENERATE
    )


def _as_kept(output: Any) -> Any:
    """Return an output of nbval's with the parts that a notebook's has."""
    if output.output_type in ("display_data", "execute_result"):
        output.setdefault("metadata", {})
    return output
