"""The progress of what takes long, in a notebook alone: a bar that appears once it has taken a while, and then goes.

Elsewhere nothing is shown, and nothing of this is loaded.
"""

from __future__ import annotations

import contextvars
import html
import importlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sm_toolkit.pipeline.messages import Answer
from sm_toolkit.pipeline.ports import Outlet

DELAY = 3.0
"""How many seconds something takes before a bar is shown: so that what is kept of a notebook has none."""

INTERVAL = 0.2
"""How often (seconds) a bar is brought up to date."""

BAR = "{percentage:3.0f}% {n:,}/{total:,} [{elapsed}<{remaining}, {rate_fmt}]"

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
        with suppress(RuntimeError):  # a browser has no threads
            thread.start()
        yield
    finally:  # also where an interrupt came amid the start, which the thread had no need of by then
        over.set()
        if thread.ident is not None:
            thread.join()


def _watch(done: Callable[[], int], total: int | None, unit: str, over: threading.Event) -> None:
    begun = time.monotonic()
    if over.wait(DELAY):
        return
    bar = _Bar(total, unit, begun)
    bar.show(done())
    while not over.wait(INTERVAL):
        bar.show(done())
    bar.vanish()


class _Bar:
    """A bar in the output of a cell. It is no widget, of which a saved notebook would keep that there was one."""

    def __init__(self, total: int | None, unit: str, begun: float) -> None:
        self._total, self._unit, self._begun = total, unit, begun
        self._meter: Any = importlib.import_module("tqdm.std").tqdm.format_meter
        self._display: Any = importlib.import_module("IPython.display").display
        self._shown: Any = None

    def show(self, count: int) -> None:
        """Show how far it has come."""
        elapsed = time.monotonic() - self._begun
        words = self._meter(count, self._total, elapsed, unit=f" {self._unit}", bar_format=BAR if self._total else None)
        place = f' value="{count}" max="{self._total}"' if self._total else ""
        bar = f'<progress{place} style="width:20em;vertical-align:middle"></progress>'
        self._put({"text/plain": words, "text/html": f"{bar} <code>{html.escape(words)}</code>"})

    def vanish(self) -> None:
        """Leave nothing of it: no data, which no page shows anything of, whatever it is kept in."""
        self._put({})

    def _put(self, data: dict[str, str]) -> None:
        if self._shown is None:
            self._shown = self._display(data, raw=True, display_id=True)
        else:
            self._shown.update(data, raw=True)


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
