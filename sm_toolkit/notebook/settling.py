"""Doing something once all that was typed before it has arrived. No view belongs here.

A page keeps a key that is pressed while an earlier one is still on its way to the kernel, and sends it when it hears
that the earlier one was handled; the press of a button it sends at once. So a button that is pressed, or Enter, right
after the last key would act on the text without it. Here, whenever something typed was handled, the page is asked back:
its answer comes after what it had kept. A press that finds all questions answered overtook nothing, and acts at once.

JupyterLab sends what a page says to another thread of the kernel as soon as it has made that one. What was typed before
may still wait at the main thread then; so what is heard elsewhere for the first time waits until that one had its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets

MANY_TURNS = 100
"""In so many turns the loop of the main thread has handled what waited for it."""
LONGEST_WAIT = 10.0
"""Seconds after which it acts without an answer: the page was closed, or it links no widgets, or a cell runs."""


class Settling:
    """Asks the page for a sign of life, and acts on it. Where there is no page (no event loop runs) it acts at once."""

    def __init__(self) -> None:
        self._asked = ipywidgets.IntText(0)
        self._answered = ipywidgets.IntText(0)
        self._link = ipywidgets.jslink((self._asked, "value"), (self._answered, "value"))
        self._answered.observe(self._came, "value")
        self._waiting: list[tuple[int, Callable[[], None]]] = []
        self._count = 0
        self._home = _loop()
        self._heard = self._home
        self._held: list[Callable[[], None]] = []

    def typed(self) -> None:
        """Take note that something typed has arrived: more of it may be on its way."""
        loop = _loop()
        if loop is None:
            return
        self._count += 1
        # Not now: the page must hear first that what was typed is handled, and it is handled when this returns.
        loop.call_soon(self._ask, self._count)

    def then(self, act: Callable[[], None]) -> None:
        """Act when the page has answered, once; ``act`` tells of its errors itself."""
        self._in_turn(partial(self._then, act))

    def _in_turn(self, act: Callable[[], None]) -> None:
        """Act after what was said before, also if another thread hears that."""
        loop = _loop()
        if self._held:
            self._held.append(act)
        elif loop is self._heard or loop is None or self._home is None:
            act()
        else:
            self._held.append(act)
            asyncio.run_coroutine_threadsafe(self._had_its_turn(loop), self._home)
            loop.call_later(LONGEST_WAIT, self._go_on, loop)  # a cell may run for long

    async def _had_its_turn(self, elsewhere: asyncio.AbstractEventLoop) -> None:
        """Let the main thread handle what waits for it, and then what is held."""
        for _ in range(MANY_TURNS):
            await asyncio.sleep(0)
        elsewhere.call_soon_threadsafe(self._go_on, elsewhere)

    def _go_on(self, loop: asyncio.AbstractEventLoop) -> None:
        self._heard = loop
        held, self._held = self._held, []
        for act in held:
            act()

    def _then(self, act: Callable[[], None]) -> None:
        waits = (self._count, act)
        self._waiting.append(waits)
        loop = _loop()
        if loop is None or self._answered.value >= self._count:
            self._act(waits)
        else:
            loop.call_later(LONGEST_WAIT, self._act, waits)

    def _ask(self, number: int) -> None:
        self._asked.value = number

    def _came(self, change: Any) -> None:
        self._in_turn(partial(self._answer, change["new"]))

    def _answer(self, number: int) -> None:
        for waits in [each for each in self._waiting if each[0] <= number]:
            self._act(waits)

    def _act(self, waits: tuple[int, Callable[[], None]]) -> None:
        if waits in self._waiting:
            self._waiting.remove(waits)
            waits[1]()


def _loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop that runs in this thread, if one does."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
