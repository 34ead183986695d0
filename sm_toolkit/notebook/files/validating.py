"""Many notebooks, each in a process of its own (``worker``), several side by side; what came of each, in order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sm_toolkit.notebook.files.findings import Finding

Work = Literal["check", "regenerate"]


@dataclass(frozen=True)
class Report:
    """What came of one notebook: how many cells of it run, what is wrong, whether it was written, and seconds it took.

    ``left_out`` is the language of a notebook that is not in Python, and so was not looked at.
    """

    path: Path
    cells: int
    findings: tuple[Finding, ...]
    left_out: str
    written: bool
    seconds: float


def worked_through(work: Work, paths: Sequence[Path], seconds: float, jobs: int) -> Iterator[Report]:
    """Check notebooks, or write them anew, so many at once; yield a report of each, in their order.

    No cell may take longer than so many seconds. Where the iterator is given up, what runs is ended.
    """
    hands = _Hands(work, seconds)
    with ThreadPoolExecutor(max(1, jobs), thread_name_prefix="notebooks") as pool:
        try:
            yield from pool.map(hands.take, paths)
        finally:
            hands.stop()
            pool.shutdown(cancel_futures=True)


class _Hands:
    """The processes that are at work."""

    def __init__(self, work: Work, seconds: float) -> None:
        self._work, self._seconds = work, seconds
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def take(self, path: Path) -> Report:
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            request, answer = Path(folder, "request.json"), Path(folder, "answer.json")
            asked = {"work": self._work, "path": str(path), "seconds": self._seconds}
            request.write_text(json.dumps(asked), "utf-8")
            command = [sys.executable, "-m", "sm_toolkit.notebook.files.worker", str(request), str(answer)]
            code, said = self._run(command, Path(folder, "said.txt"))
            if answer.exists():
                found = json.loads(answer.read_text("utf-8"))
                findings = tuple(map(Finding.of, found["findings"]))
            else:
                last = (said.strip().splitlines() or [f"exit code {code}"])[-1]
                found = {"cells": 0, "left_out": "", "written": False}
                findings = (Finding("what looked at it was lost", rows=(("found", last),)),)
        spent = time.perf_counter() - start
        return Report(path, found["cells"], findings, found["left_out"], found["written"], spent)

    def stop(self) -> None:
        """End all that runs; nothing is begun any more."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                process.terminate()

    def _run(self, command: list[str], said: Path) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what it said, which no process left behind can hold."""
        with said.open("wb") as file, self._lock:
            if self._stopped:
                return -1, "stopped"
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, env=_environment()
            )
            self._running.add(process)
        code = process.wait()
        with self._lock:
            self._running.discard(process)
        return code, said.read_text("utf-8", errors="replace")


def _environment() -> dict[str, str]:
    """Return the environment in which a process, and the kernel that it starts elsewhere, finds this package."""
    home = Path(__file__).resolve().parents[3]
    before = os.environ.get("PYTHONPATH", "")
    paths = [before] if home.name in ("site-packages", "dist-packages") else [str(home), before]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    return environment | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
