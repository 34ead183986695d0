"""What an upgrade costs those who wait: the longest gap between outputs round it, beside the longest without one.

The three light stages of ``benchmarks/three_stages.py`` are kept busy by a thread that sends items, a few at a time,
as fast as they are taken. Another thread upgrades the middle stage now and then, from one edition to the other and
back, as an operator does: it sends the change, which is checked and compiled there, and waits for its answer. When
outputs come is written down as they are delivered. Round each upgrade 100 ms are looked at, from 50 ms before it was
sent on, and beside them the 100 ms before those, in which nothing was upgraded; what is compared is the longest gap
between outputs in each. The table gives medians over the upgrades, with the range of the middle half of the ratios.

That is time on the wall, so what else the machine does is in all of it, on both sides, and may hide what an upgrade
costs. So of the engines of one process it is told too how much of the processor's time the process itself took in the
longest gap: as much as the gap were if nobody else was there.
"""

from __future__ import annotations

import statistics
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from benchmarks.engines import ENGINES
from benchmarks.tables import Row, run_alone
from benchmarks.three_stages import LIGHT
from sm_toolkit.language.data.types import Int, Unit
from sm_toolkit.language.vocabulary.combinators import ident, incr
from sm_toolkit.pipeline.ends import all_entered, enter
from sm_toolkit.pipeline.messages import Answer, Item, Upgrade, Upgraded
from sm_toolkit.pipeline.plans import deployed
from sm_toolkit.pipeline.ports import Engine

UPGRADES = 30
WINDOW = 0.1
"""Seconds that are looked at round an upgrade, and beside it."""
BOUND = 2.0
AT_ONCE = 256
"""How many items are sent at once: as many as a thread takes at most."""


def editions() -> tuple[Upgrade, Upgrade]:
    """Return the upgrades of the middle stage that are made in turns: to one that does nothing, and back."""
    made = [
        Upgrade("next", machine, Unit, Int, Int, ident(Unit), old_state_type=Unit) for machine in (ident(Int), incr)
    ]
    return made[0], made[1]


class Gap(NamedTuple):
    """The longest time without an output, in seconds on the wall, and in seconds of this process."""

    seconds: float
    spent: float


class Watch:
    """An outlet that writes down when outputs come, and tells when a change is answered."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.spent: list[float] = []
        self.others: Sequence[Answer] = []
        self.changed = threading.Event()
        self.error: BaseException | None = None

    def deliver(self, answers: list[Answer]) -> None:
        self.times.append(time.perf_counter())
        self.spent.append(time.process_time())
        others = [answer for answer in answers if not isinstance(answer, Item)]
        if others:
            self.others = others
            self.changed.set()

    def broken(self, error: BaseException) -> None:
        self.error = error
        self.changed.set()


def longest(watch: Watch, begin: float, end: float) -> Gap:
    """Return the longest time without an output, from the last one before a stretch to the first one after it."""
    inside = slice(max(0, bisect_left(watch.times, begin) - 1), bisect_right(watch.times, end) + 1)
    return Gap(
        *(max(after - before for before, after in pairwise(each[inside])) for each in (watch.times, watch.spent))
    )


def gaps(make: Callable[..., Engine], upgrades: int) -> list[tuple[Gap, Gap]]:
    """Return the longest gap without an upgrade and with one, for each upgrade.

    Raises:
        RuntimeError: an upgrade was refused, or the engine broke.
    """
    watch, going = Watch(), True
    running = make().start(deployed(LIGHT.pipeline), watch)
    items = [Item(value) for value in LIGHT.values(AT_ONCE)]

    def feed() -> None:
        while going:
            running.feed(all_entered(items))

    feeder = threading.Thread(target=feed)
    feeder.start()
    sent: list[float] = []
    try:
        time.sleep(2 * WINDOW)
        for number in range(upgrades):
            time.sleep(3 * WINDOW)
            watch.changed.clear()
            sent.append(time.perf_counter())
            running.feed([enter(editions()[number % 2])])
            watch.changed.wait(10)
            if watch.error is not None or not isinstance(watch.others[0], Upgraded):
                raise RuntimeError(f"no upgrade: {watch.error or watch.others[0]!s:.500}")
        time.sleep(WINDOW)
    finally:
        going = False
        feeder.join()
        running.stop()
    half = WINDOW / 2
    return [(longest(watch, at - half - WINDOW, at - half), longest(watch, at - half, at + half)) for at in sent]


def measured(name: str, upgrades: int) -> Iterator[Row]:
    found = gaps(ENGINES[name], upgrades)
    yield told(f"an upgrade of a busy pipeline, {name}", [(before.seconds, after.seconds) for before, after in found])
    if name != "processes":
        what, figure, _ = told(
            f"an upgrade of a busy pipeline, {name}, in the processor's time",
            [(before.spent, after.spent) for before, after in found],
        )
        yield what, figure, "the same pipeline without one; for information"


def told(what: str, found: list[tuple[float, float]]) -> Row:
    low, median, high = statistics.quantiles([after / before for before, after in found], n=4)
    without, with_ = (statistics.median(each) * 1000 for each in zip(*found, strict=True))
    return (
        what,
        f"{with_:.2f} ms, {median:.2f} of without ({low:.2f}-{high:.2f})",
        f"the same pipeline without one {without:.2f} ms; at most {BOUND:g} times it",
    )


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    return [row for name in ENGINES for row in measured(name, 2 if quick else UPGRADES)]


if __name__ == "__main__":
    run_alone(__doc__, rows)
