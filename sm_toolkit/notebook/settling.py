"""Doing something once all that was typed before it has arrived. No view belongs here.

A page keeps a key that is pressed while an earlier one is still on its way to the kernel, and sends it later; the
press of a button it sends at once. So a button that is pressed, or Enter, right after the last key would act on the
text without it. Here the page is asked back first: its answer comes after what it kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf
from time import monotonic
from typing import Any

import ipywidgets

SECONDS = 1.0
"""How long the page is waited for: one that does not answer has nothing that is waited for either."""


class Settling:
    """Asks the page for a sign of life, and acts on it. Where there is no page (no event loop runs) it acts at once."""

    def __init__(self) -> None:
        self._asked = ipywidgets.IntText(0)
        self._answered = ipywidgets.IntText(0)
        self._link = ipywidgets.jslink((self._asked, "value"), (self._answered, "value"))
        self._answered.observe(self._came, "value")
        self._waiting: dict[int, Callable[[], None]] = {}
        self._count = 0
        self._typed = -inf

    def typed(self) -> None:
        """Take note that something typed has arrived: more of it may be on its way."""
        self._typed = monotonic()

    def then(self, act: Callable[[], None]) -> None:
        """Act when the page has answered, once; ``act`` tells of its errors itself.

        What a page keeps it sends as soon as it hears that what was typed before has arrived. So where nothing has for
        as long as a page is waited for, none is on its way, and there is no need to ask.
        """
        if monotonic() - self._typed > SECONDS:
            act()
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            act()
            return
        self._count += 1
        self._waiting[self._count] = act
        loop.call_later(SECONDS, self._act, self._count)
        self._asked.value = self._count

    def _came(self, change: Any) -> None:
        for number in sorted(self._waiting):
            if number <= change["new"]:
                self._act(number)

    def _act(self, number: int) -> None:
        act = self._waiting.pop(number, None)
        if act is not None:
            act()
