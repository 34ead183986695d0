"""The demo's books: what the acknowledged requests make the counter, held against what clients read.

Nothing here sends or receives. An increment is on its way from when it is sent until it is answered. The count
never has to be guessed, because resets and toggles are entered only while no increment is on its way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Mark(NamedTuple):
    """The phase that a read was sent in, and the count that was acknowledged by then."""

    phase: int
    acknowledged: int


@dataclass
class Ledger:
    """The state that acknowledged requests make, and what was found to differ from it.

    >>> ledger = Ledger()
    >>> ledger.sends_increment()
    >>> ledger.acknowledges_increment()
    >>> ledger.checkpoint(1)
    >>> ledger.count, ledger.lost, ledger.doubled
    (1, 0, 0)
    >>> ledger.checkpoint(0)
    >>> ledger.lost
    1
    """

    count: int = 0
    toggled: bool = False
    on_their_way: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    checkpoints: int = 0
    reads: int = 0
    wrong_reads: int = 0
    _phase: int = 0  # a new one begins with every reset, toggle and found difference
    _drift: int = 0  # how far the counter was from the count at the last checkpoint
    _open: bool = True  # closed while a reset or toggle is on its way, and the state may be either

    @property
    def direction(self) -> int:
        """What an increment adds: 1, or -1 while the toggle is on."""
        return -1 if self.toggled else 1

    def sends_increment(self) -> None:
        """Note an increment that is sent."""
        self.on_their_way += 1

    def acknowledges_increment(self) -> None:
        """Note an increment that is answered: it counts."""
        self.on_their_way -= 1
        self.acknowledged += 1
        self.count += self.direction

    def misses_increment(self) -> None:
        """Note an increment that failed: a failed step changes nothing."""
        self.on_their_way -= 1

    def sends_read(self) -> Mark:
        """Note a read that is sent; give what is returned to ``answers_read``."""
        return Mark(self._phase if self._open else -1, self.count + self._drift)

    def answers_read(self, mark: Mark, found: int) -> None:
        """Hold a read against the books.

        It has to show every increment that was acknowledged before it was sent, and none that was not yet
        sent when it was answered. A read that overlaps a reset or a toggle is not judged.
        """
        if self._open and mark.phase == self._phase:
            self.reads += 1
            latest = self.count + self._drift + self.direction * self.on_their_way
            self.wrong_reads += not min(mark.acknowledged, latest) <= found <= max(mark.acknowledged, latest)

    def checkpoint(self, found: int) -> None:
        """Hold a read against the books while no increment is on its way: it has to be the count itself."""
        assert self.on_their_way == 0
        self.checkpoints += 1
        surplus = (found - self.count - self._drift) * self.direction
        if surplus:
            self.lost += max(0, -surplus)
            self.doubled += max(0, surplus)
            self._drift = found - self.count
            self._phase += 1

    def sends_change(self) -> None:
        """Note a reset or toggle that is sent."""
        assert self.on_their_way == 0
        self._open = False
        self._phase += 1

    def resets(self) -> None:
        """Enter a reset that was answered: it takes the toggle off too."""
        self.count = self._drift = 0
        self.toggled = False
        self._open = True

    def toggles(self) -> None:
        """Enter a toggle that was answered."""
        self.toggled = not self.toggled
        self._open = True
