"""The demo: a counter that is upgraded twice while its clients use it, and the account of what they noticed.

The server is a process of its own, and so is the operator who sends each upgrade; the clients share one event
loop here. Eight of them speak version 1 to the end. After each upgrade four more come, speak the newest version
and stay. Each sends one request after another, reads and increments mixed.

How the final count is known. An increment's answer does not say what it made the count, and a reset or a toggle
changes what the increments around it come to. So the clients keep books together (``demo_ledger``): every
acknowledged increment is entered once, as one up, or as one down while the toggle is on. Before one of the
newer clients resets or toggles, all clients send only reads, until no increment is on its way; then that client
sends a read, its command and a read in one batch, and the mix goes on. Nobody stops: 16 connections have a
request in flight at all times, and the upgrades themselves come with no such care, among increments in flight.
Three things are held against the books:

- the two reads of each batch have to be the count itself, so that what went wrong before a reset shows, too;
- every other read has to show all increments acknowledged before it was sent, and none sent after its answer;
- at the end the server is asked for its state: count and toggle.

An increment that was acknowledged and has no effect, or more than one, shows in the next exact read. What could
escape is one that is lost and one that is doubled between the same two exact reads, if no read falls between.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from sm_toolkit.edges.client import connect
from sm_toolkit.examples.demo_clients import DemoError, Load
from sm_toolkit.examples.demo_process import DemoProcess
from sm_toolkit.examples.demo_report import UPGRADES, DemoReport, Nobody, Progress, UpgradeSeen, Watcher
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.text import show_text

OLD_CLIENTS = 8
NEW_CLIENTS = 4

# Who does what, spread evenly over a stretch: the client's number, and what it does.
AFTER_V2 = ((8, "reset"), (9, "reset"), (10, "reset"), (11, "reset"))
# A client of version 2 says reset with the words that are toggle in version 3.
AFTER_V3 = ((8, "reset"), (12, "toggle"), (13, "reset"), (14, "toggle"), (15, "toggle"))


def run_demo(seconds: float = 6.0, watcher: Watcher | None = None) -> DemoReport:
    """Run the whole demo, the clients for about so many seconds, and return what was found.

    No process is left, however it ends.
    """
    return asyncio.run(_with_server(seconds, watcher or Nobody()))


async def _with_server(seconds: float, watcher: Watcher) -> DemoReport:
    async with DemoProcess("demo_server") as server:
        try:
            port = int(await server.line())
        except (DemoError, ValueError) as error:
            return _report(None, [], None, 0.0, f"the server did not start: {error}")
        watcher.served(f"127.0.0.1:{port}", server.number)
        report = await drive(port, seconds, watcher)
        if report.error is not None and (end := await server.end()) is not None:
            return replace(report, error=f"the server process ended {end}")
        return report


async def drive(port: int, seconds: float, watcher: Watcher | None = None) -> DemoReport:
    """Run the clients and the upgrades against a server on a loopback port that has just begun with version 1."""
    course = _Course(port, seconds, watcher or Nobody())
    error = None
    try:
        await _guarded(course.run(), course.watch())
    except (ToolkitError, OSError) as caught:
        error = str(caught)
    finally:
        course.load.close()
    return _report(course.load, course.upgrades, course.final, time.perf_counter() - course.began, error)


class _Course:
    """What happens when."""

    def __init__(self, port: int, seconds: float, watcher: Watcher) -> None:
        self.port = port
        self.load = Load("127.0.0.1", port)
        self.upgrades: list[UpgradeSeen] = []
        self.final: Any = None
        self.began = time.perf_counter()
        self._stretch = seconds / 3
        self._seconds = seconds
        self._watcher = watcher

    async def run(self) -> None:
        """Go through it, from the first client to the last state."""
        load = self.load
        load.begin("before")
        await load.join(OLD_CLIENTS, 1)
        self._watcher.joined(OLD_CLIENTS, 1)
        await self._pass(1, ())
        for version, acts in ((2, AFTER_V2), (3, AFTER_V3)):
            await self._pass(version, acts)
        await load.finish()
        self.final = await asyncio.to_thread(_state, self.port)

    async def _pass(self, version: int, acts: tuple[tuple[int, str], ...]) -> None:
        """Let a stretch pass, with its resets and toggles; at its end the next operator is ready, and sends."""
        end = self.began + self._stretch * version
        following = UPGRADES.get(version + 1)
        step = (end - time.perf_counter()) / (len(acts) + 1)
        if following is None:
            await self._act(acts, step)
            return
        async with DemoProcess("demo_operator", str(self.port), following) as operator:
            await self._act(acts, step)
            await operator.line()
            self.load.begin(f"after v{version + 1}")
            await operator.say()
            answer = json.loads(await operator.line())
        if "refused" in answer:
            raise DemoError(f"the upgrade to version {version + 1} was refused: {'; '.join(answer['refused'])}")
        self.upgrades.append(UpgradeSeen(**answer))
        self._watcher.upgraded(self.upgrades[-1])
        await self.load.join(NEW_CLIENTS, version + 1)
        self._watcher.joined(NEW_CLIENTS, version + 1)

    async def _act(self, acts: tuple[tuple[int, str], ...], step: float) -> None:
        await self.load.counting(step)
        for number, command in acts:
            await self.load.between_increments(self.load.clients[number], command)
            await self.load.counting(step)

    async def watch(self) -> None:
        """Tell the watcher how far it is, and see that answers come; until a client cannot go on."""
        load = self.load
        while not load.failure.done():
            seconds = time.perf_counter() - self.began
            self._watcher.moves(
                Progress(
                    min(1.0, seconds / self._seconds),
                    len(load.clients),
                    load.answered,
                    sum(stretch.failed for stretch in load.stretches),
                    load.ledger.count,
                    load.ledger.toggled,
                    seconds,
                )
            )
            load.look_at_clock()
            await asyncio.wait([load.failure], timeout=0.1)
        load.failure.result()


async def _guarded(course: Coroutine[Any, Any, None], watch: Coroutine[Any, Any, None]) -> None:
    """Run a course to its end, or until the watch raises."""
    tasks = [asyncio.ensure_future(course), asyncio.ensure_future(watch)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _state(port: int) -> Any:
    with connect(port=port) as client:
        return client.inspect().stages[0].state


def _report(
    load: Load | None, upgrades: list[UpgradeSeen], final: Any, seconds: float, error: str | None
) -> DemoReport:
    if load is None:
        return DemoReport((), (), 0, None, "", None, 0, 0, 0, 0, 0, 0, 0, "", seconds, error)
    ledger = load.ledger
    expected = (ledger.count, ledger.toggled) if len(upgrades) == len(UPGRADES) else ledger.count
    count = final[0] if isinstance(final, tuple) else final
    if count is not None:
        ledger.checkpoint(count)
    return DemoReport(
        stretches=tuple(load.stretches),
        upgrades=tuple(upgrades),
        expected_count=ledger.count,
        final_count=count,
        expected_state=show_text(expected),
        final_state=None if final is None else show_text(final),
        lost=ledger.lost,
        doubled=ledger.doubled,
        unanswered=load.sent - load.answered,
        exact_reads=ledger.checkpoints,
        bounded_reads=ledger.reads,
        increments=ledger.acknowledged,
        wrong_reads=ledger.wrong_reads,
        first_reason=load.first_reason,
        seconds=seconds,
        error=error,
    )
