"""The queues between threads: bounded, one writer and one reader each, and closed to wake both."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any


def require_bounds(capacity: int, barrier_timeout: float = 0.0) -> None:
    """Do nothing if a queue can hold so many messages, and a change at the door can wait so many seconds.

    Raises:
        TypeError: they are no numbers.
        ValueError: the capacity is less than 1, or the time is negative.
    """
    if capacity.__class__ is not int:
        raise TypeError(f"the capacity of a queue is a whole number of messages, not {capacity!r:.80}")
    if capacity < 1:
        raise ValueError(f"a queue holds at least 1 message, not {capacity}")
    if not isinstance(barrier_timeout, int | float):
        raise TypeError(f"barrier_timeout is a number of seconds, not {barrier_timeout!r:.80}")
    if not barrier_timeout >= 0:
        raise ValueError(f"barrier_timeout is 0 seconds or more, not {barrier_timeout!r}")


class Pieces:
    """Messages in the lists in which they came; lists of a kind that follow one another are put together."""

    def __init__(self) -> None:
        self._pieces: deque[list[Any]] = deque()

    def __bool__(self) -> bool:
        """Tell whether there is something."""
        return bool(self._pieces)

    def append(self, piece: list[Any]) -> None:
        """Add a list that is not empty."""
        self._pieces.append(piece)

    def take(self, most: int) -> list[Any]:
        """Take what comes first, at most so many; there is something."""
        pieces = self._pieces
        batch = pieces.popleft()
        kind = type(batch)
        if len(batch) > most:
            pieces.appendleft(kind(batch[most:]))
            return kind(batch[:most])
        if not pieces or not _follows(pieces[0], batch, most):
            return batch
        batch = kind(batch)
        while pieces and _follows(pieces[0], batch, most):
            piece, room = pieces.popleft(), most - len(batch)
            batch += piece[:room]
            if len(piece) > room:
                pieces.appendleft(kind(piece[room:]))
        return batch


def _follows(piece: list[Any], batch: list[Any], most: int) -> bool:
    """Tell whether a list is to be put to what comes before it: all of it, or a part where that is little by itself."""
    return type(piece) is type(batch) and (len(batch) + len(piece) <= most or len(batch) < most // 2)


class Bell:
    """Wakes the one thread that waits at it. Whoever makes true what is waited for rings.

    (A condition of ``threading`` costs twice as much of a thread's time, and takes a lock on each side.)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()
        self._waiting = False

    def wait(self, over: Callable[[], bool]) -> None:
        """Wait until it is over; no ring is missed, since it is looked at again once waiting is announced."""
        while not over():
            self._waiting = True
            if over():
                break
            self._lock.acquire()
        self._waiting = False

    def ring(self) -> None:
        """Wake who waits, if anyone does."""
        if self._waiting:
            self._waiting = False
            with suppress(RuntimeError):  # two rang at once
                self._lock.release()


class BoundedQueue:
    """A bounded queue with one writer and one reader; any thread may close it, which wakes both.

    What is put in at once stays together as far as there is room for it, and is taken as it is where that is enough.
    A writer who waits is woken when there is room for all that it still has, or half of the queue is empty: woken for
    each message that leaves, it and the reader would mostly pass the interpreter's lock on.

    Each of the two writes numbers of its own only, so that they need no lock between them.
    """

    quick = True

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._pieces = Pieces()
        self._put = 0  # how many were put in so far, by the writer
        self._taken = 0  # how many were taken out so far, by the reader
        self._enough = 1  # the room for which a writer is to be woken
        self.filled, self._emptied = Bell(), Bell()
        self._closed = False

    def __len__(self) -> int:
        """Return how many messages wait."""
        return self._put - self._taken

    def put(self, messages: list[Any], ring: bool = True, make_room: Callable[[], bool] = lambda: False) -> bool:
        """Put messages in, which are the queue's from then on, waiting while it is full; False if it was closed.

        ``ring`` says whether the reader is woken for what does not have to wait. ``make_room`` is called rather than
        to wait at once, and tells whether it did something.
        """
        position, count = 0, len(messages)
        kind = type(messages)
        while position < count:
            if len(self) >= self._capacity and not make_room():
                self._enough = min(count - position, max(1, self._capacity // 2))
                self.filled.ring()
                self._emptied.wait(self._has_room)
            if self._closed:
                return False
            room = self._capacity - len(self)
            if not room:
                continue
            piece = messages if count <= room and not position else kind(messages[position : position + room])
            position += len(piece)
            self._put += len(piece)
            self._pieces.append(piece)
        if ring:
            self.filled.ring()
        return not self._closed

    def take(self, most: int) -> list[Any] | None:
        """Take what is there, at most so many, waiting for at least one; None if the queue was closed."""
        if not self._pieces:
            self.filled.wait(self.has_some)
        if self._closed:
            return None
        batch = self._pieces.take(most)
        self._taken += len(batch)
        if self._has_room():
            self._emptied.ring()
        return batch

    def _has_room(self) -> bool:
        return self._capacity - len(self) >= self._enough or self._closed

    def has_some(self) -> bool:
        """Tell whether something can be taken, or the queue was closed."""
        return bool(self._pieces) or self._closed

    def close(self) -> None:
        """Let nothing more in or out, and wake who waits."""
        self._closed = True
        self.filled.ring()
        self._emptied.ring()
