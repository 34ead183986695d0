"""Metrics: what is counted of each stage while a pipeline runs, and the snapshot that is given of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sm_toolkit.language.encoding.canonical import short_hash


class Tally:
    """What one step has done: items taken, failures among what it made of them, and seconds spent on them."""

    __slots__ = ("failures", "items", "seconds")

    def __init__(self) -> None:
        self.items = 0
        self.failures = 0
        self.seconds = 0.0


class Meter:
    """The tallies of a pipeline, by the names of its stages: one for each step that does a stage's work.

    A rewired pipeline goes on counting where it was.
    """

    def __init__(self) -> None:
        self._tallies: dict[str, list[Tally]] = {}

    def tally(self, name: str) -> Tally:
        """Return a new tally of a stage. It is for one thread, and is read by others at any time."""
        made = Tally()
        self._tallies.setdefault(name, []).append(made)
        return made

    def total(self, name: str) -> Tally:
        """Return the sum of a stage's tallies as they are now."""
        total = Tally()
        for each in self._tallies.get(name, ()):
            total.items += each.items
            total.failures += each.failures
            total.seconds += each.seconds
        return total

    def counts(self) -> dict[str, tuple[int, int, float]]:
        """Return the sums as plain numbers, by the names of the stages: items, failures, seconds."""
        totals = {name: self.total(name) for name in list(self._tallies)}
        return {name: (total.items, total.failures, total.seconds) for name, total in totals.items()}

    def add(self, counts: Mapping[str, tuple[int, int, float]]) -> None:
        """Add what was counted elsewhere."""
        for name, (items, failures, seconds) in counts.items():
            tally = self.tally(name)
            tally.items, tally.failures, tally.seconds = items, failures, seconds

    def begin_anew(self) -> None:
        """Put what was counted so far into one tally a stage: no step counts in those before any more."""
        self._tallies = {name: [self.total(name)] for name in self._tallies}


@dataclass(frozen=True)
class StageMetrics:
    """What a stage has done so far.

    ``items_in`` were taken, of which ``failures`` failed here and ``items_out`` went on. ``queue`` is how many messages
    wait before it, None where there is no queue; at an effect also those that its workers have in hand.
    ``service_time`` is the mean time of an item in it, in seconds. ``edition`` counts the upgrades of it that are in
    effect, and ``hash`` is that of its machine.
    """

    name: str
    items_in: int
    items_out: int
    failures: int
    queue: int | None
    service_time: float
    edition: int
    hash: str


@dataclass(frozen=True)
class Metrics:
    """A snapshot: the stages in order, how many messages wait in all queues, and the interface version."""

    stages: tuple[StageMetrics, ...]
    waiting: int
    version: int

    def __str__(self) -> str:
        """Print as a table."""
        head = ("stage", "in", "out", "failed", "queue", "service", "edition", "hash")
        rows = [
            (
                each.name,
                f"{each.items_in:,}",
                f"{each.items_out:,}",
                f"{each.failures:,}",
                "-" if each.queue is None else f"{each.queue:,}",
                f"{each.service_time * 1e6:,.2f} µs",
                str(each.edition),
                short_hash(each.hash),
            )
            for each in self.stages
        ]
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = []
        for row in (head, *rows):
            first, *middle, last = (
                cell.ljust(width) if number in (0, len(head) - 1) else cell.rjust(width)
                for number, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            lines.append("  ".join((first, *middle, last)).rstrip())
        return "\n".join(lines)
