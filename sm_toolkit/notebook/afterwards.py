"""Showing a moment later what can wait, so that a page is free to draw what is waited for. No view belongs here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sm_toolkit.notebook.controls import ErrorLine

SECONDS = 0.025
"""How long a page is left alone. It draws once in 17 ms, and all that reaches it before that makes it draw later."""


class Afterwards:
    """Shows something a moment later, as it is then; where there is no page (no event loop runs), at once.

    It holds the lock of the error line meanwhile, and what goes wrong is said there.
    """

    def __init__(self, show: Callable[[], None], errors: ErrorLine) -> None:
        self._show = show
        self._errors = errors
        self._due = False

    def soon(self) -> None:
        """Show in a moment, once for all who ask until then. Who asks holds the lock."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.now()
            return
        self._due = True
        # Each who asks has a timer: the loop of another, on another thread, may be at its end.
        loop.call_later(SECONDS, self._later)

    def now(self) -> None:
        """Show at once. Who asks holds the lock, and hears of errors."""
        self._due = False
        self._show()

    def _later(self) -> None:
        with self._errors.watching(clear=False):
            if self._due:
                self.now()
