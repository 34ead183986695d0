"""How many messages are taken on at once: what is there, in slices of about a millisecond of work."""

from __future__ import annotations

LARGEST_BATCH = 1024
"""How many messages are taken from a queue at once, at most; nobody waits for more to come.

Where a step takes a microsecond, so many are a slice: with fewer, threads would mostly pass the lock on.
"""

SLICE = 0.001
"""How many seconds of work are taken on at once, as far as can be told from the messages before."""


class Pace:
    """How many messages to take next: ``most``. It grows twofold at most, and shrinks at once."""

    def __init__(self, slice: float = SLICE) -> None:
        self.most = 1
        self._slice = slice

    def took(self, count: int, seconds: float) -> None:
        """Learn how long so many messages took."""
        fitting = int(self._slice * count / seconds) if seconds > 0 else LARGEST_BATCH
        self.most = max(1, min(LARGEST_BATCH, self.most * 2, fitting))
