"""Doing something once all that was typed before it has arrived. No view belongs here.

A page keeps a key that is pressed while an earlier one is still on its way to the kernel, and sends it when it hears
that the earlier one was handled; the press of a button it sends at once. So a button that is pressed, or Enter, right
after the last key would act on the text without it. Here, whenever something typed was handled, the page is asked back:
its answer comes after what it had kept. A press that finds all questions answered overtook nothing, and acts at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import ipywidgets

LONGEST_WAIT = 10.0
"""Seconds after which it acts without an answer: the page was closed, or it links no widgets."""


class Settling:
    """Asks the page for a sign of life, and acts on it. Where there is no page (no event loop runs) it acts at once."""

    def __init__(self) -> None:
        self._asked = ipywidgets.IntText(0)
        self._answered = ipywidgets.IntText(0)
        self._link = ipywidgets.jslink((self._asked, "value"), (self._answered, "value"))
        self._answered.observe(self._came, "value")
        self._waiting: list[tuple[int, Callable[[], None]]] = []
        self._count = 0

    def typed(self) -> None:
        """Take note that something typed has arrived: more of it may be on its way."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._count += 1
        # Not now: the page must hear first that what was typed is handled, and it is handled when this returns.
        loop.call_soon(self._ask, self._count)

    def then(self, act: Callable[[], None]) -> None:
        """Act when the page has answered, once; ``act`` tells of its errors itself."""
        waits = (self._count, act)
        self._waiting.append(waits)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._act(waits)
            return
        if self._answered.value >= self._count:
            self._act(waits)
        else:
            loop.call_later(LONGEST_WAIT, self._act, waits)

    def _ask(self, number: int) -> None:
        self._asked.value = number

    def _came(self, change: Any) -> None:
        for waits in [each for each in self._waiting if each[0] <= change["new"]]:
            self._act(waits)

    def _act(self, waits: tuple[int, Callable[[], None]]) -> None:
        if waits in self._waiting:
            self._waiting.remove(waits)
            waits[1]()
