"""Running the command in tests: in this process for what it says, in one of its own for what it does."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from sm_toolkit.cli import main

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "sm_toolkit")
COUNTER = "sm_toolkit.examples.counter"
PATIENCE = 120.0  # seconds, on a machine that does much else; who waits so long has failed


def invoke(*arguments: str, input: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input, prog_name="sm-toolkit")


def environment() -> dict[str, str]:
    """The environment in which a process finds this checkout, wherever it runs."""
    paths = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONWARNINGS": "error"}


def execute(*arguments: str, input: str | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=input,
        stdin=subprocess.DEVNULL if input is None else None,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment(),
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def started(*arguments: str, cwd: Path = ROOT) -> Iterator[subprocess.Popen[str]]:
    """Start the command in a session of its own; if it still runs at the end, it is killed."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environment(),
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def served(target: str, *options: str, cwd: Path = ROOT) -> Iterator[tuple[str, int]]:
    """Serve a pipeline on a free port; give the line that was printed, and the port. Ends by Ctrl-C, in peace."""
    with started("serve", target, "--port", "0", *options, cwd=cwd) as process:
        assert process.stdout is not None
        line = process.stdout.readline().rstrip("\n")
        found = re.search(r" on \S+:(\d+), ", line)
        assert found, line or (process.stderr and process.stderr.read())
        yield line, int(found[1])
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, output, errors) == (0, "", "")
