"""The progress of what takes long, in a notebook alone: a bar that appears once it has taken a while, and then goes.

Elsewhere nothing is shown, and nothing of this is loaded.
"""

from __future__ import annotations

import contextvars
import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sm_toolkit.pipeline.messages import Answer
from sm_toolkit.pipeline.ports import Outlet

DELAY = 3.0
"""How many seconds something takes before a bar is shown: so that what is kept of a notebook has none."""

INTERVAL = 0.2
"""How often (seconds) a bar is brought up to date."""

WORTH = 1000
"""For fewer items than this no thread is started that might show a bar."""


def in_notebook() -> bool:
    """Tell whether a kernel runs this, whose cells show what is displayed."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


@contextmanager
def progress(done: Callable[[], int], total: int | None = None, unit: str = "items") -> Iterator[None]:
    """Show in a notebook how far it has come, while what is inside runs: ``done()`` of the ``total``, if that is known.

    ``done`` is called on a thread. In the end, and after an interrupt, neither the bar nor the thread is left.
    """
    if not in_notebook() or (total is not None and total < WORTH):
        yield
        return
    over = threading.Event()
    context = contextvars.copy_context()  # which says to which cell the bar belongs
    thread = threading.Thread(target=context.run, args=(_watch, done, total, unit, over), name="progress", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # a browser has no threads
        yield
        return
    try:
        yield
    finally:
        over.set()
        thread.join()


def _watch(done: Callable[[], int], total: int | None, unit: str, over: threading.Event) -> None:
    if over.wait(DELAY):
        return
    bar = _bar(total, unit)
    while not over.wait(INTERVAL):
        bar.update(done() - bar.n)
    bar.update(done() - bar.n)
    bar.close()


def _bar(total: int | None, unit: str) -> Any:
    made: Any = importlib.import_module("tqdm.auto").tqdm
    quiet: Any = type("Quiet", (made,), {"monitor_interval": 0})  # without a thread that watches all bars, and stays
    return quiet(total=total, unit=f" {unit}", unit_scale=True, leave=False)


class Counted:
    """Counts the answers that go to an outlet; ``count`` is how many so far."""

    def __init__(self) -> None:
        self.count = 0
        self._outlet: Outlet | None = None

    def around(self, outlet: Outlet) -> Outlet:
        """Return what counts for an outlet; where nobody would see it, the outlet itself."""
        if not in_notebook():
            return outlet
        self._outlet = outlet
        return self

    def deliver(self, answers: list[Answer]) -> None:
        """Take answers from the engine."""
        assert self._outlet is not None
        self.count += len(answers)
        self._outlet.deliver(answers)

    def broken(self, error: BaseException) -> None:
        """Learn that the engine broke."""
        assert self._outlet is not None
        self._outlet.broken(error)
