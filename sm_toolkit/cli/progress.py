"""The progress line of a run: on a terminal alone, with the rate and how many messages wait before each stage."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from tqdm import tqdm

from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.plans import Deployed
from sm_toolkit.pipeline.ports import Engine, Outlet, Running
from sm_toolkit.pipeline.steps import Copy

INTERVAL = 0.5
"""How often (seconds) the line is written, at most."""

SHARE = 20
"""Looking at what runs takes at most one part in so many of the time."""


class Watched:
    """An engine that shows on standard error how what it runs goes on; the engine inside does all else.

    ``count`` is told how many answers came. Use it as a context manager round the run.
    """

    def __init__(self, engine: Engine, *, shown: bool | None = None) -> None:
        self._engine = engine
        self._running: Running | None = None
        self._count = 0
        # None: only where standard error is a terminal.
        tqdm.monitor_interval = 0  # no thread of its own, which would stay
        self._line = tqdm(unit=" lines", unit_scale=True, disable=None if shown is None else not shown, leave=True)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)

    def start(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None = None) -> Running:
        """Start the engine."""
        self._running = self._engine.start(running, outlet, tees)
        return self._running

    def count(self, answers: int) -> None:
        """Note that answers came."""
        self._count += answers

    def write(self, text: str) -> None:
        """Write a line above the progress, to standard error."""
        with self._line.external_write_mode():
            import click

            click.echo(text, err=True)

    def _watch(self) -> None:
        wait = INTERVAL
        while not self._over.wait(wait):
            began = time.perf_counter()
            self._show()
            wait = max(INTERVAL, SHARE * (time.perf_counter() - began))

    def _show(self) -> None:
        running = self._running
        if running is None:
            return
        try:
            metrics = running.metrics()
        except RuntimeError:  # a map grew while it was looked at, or the engine has stopped
            return
        self._line.set_postfix_str(queues(metrics), refresh=False)
        self._line.update(self._count - self._line.n)

    def __enter__(self) -> Watched:
        """Begin to show."""
        if not self._line.disable:
            self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Show the end, and leave the line standing."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        if not self._line.disable:
            self._line.set_postfix_str("", refresh=False)
            self._line.update(self._count - self._line.n)
        self._line.close()


def queues(metrics: Metrics) -> str:
    """Say how many messages wait before each stage, or nothing where there are no queues.

    >>> from sm_toolkit.pipeline.metrics import StageMetrics
    >>> stage = StageMetrics("count", 10, 10, 0, 1200, 0.0, 0, "")
    >>> queues(Metrics((stage,), 1200, 1))
    'waiting: count 1,200'
    """
    waiting = [f"{stage.name} {stage.queue:,}" for stage in metrics.stages if stage.queue is not None]
    return f"waiting: {', '.join(waiting)}" if waiting else ""
