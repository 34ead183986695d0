"""The queues between threads: bounded, one reader each, and closed to wake everybody."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from sm_toolkit.pipeline.messages import as_items


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


class BoundedQueue:
    """A bounded queue with one reader; closing it wakes everybody.

    What is put in at once stays together as far as there is room for it, and is taken as it is where that is enough.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._pieces: deque[list[Any]] = deque()
        self._count = 0
        lock = threading.Lock()
        self._filled = threading.Condition(lock)
        self._emptied = threading.Condition(lock)
        self._closed = False

    def __len__(self) -> int:
        """Return how many messages wait."""
        return self._count

    def put(self, messages: list[Any]) -> bool:
        """Put messages in, which are the queue's from then on, waiting while it is full; False if it was closed."""
        position, count = 0, len(messages)
        kind = type(messages)
        with self._filled:
            while position < count:
                while self._count >= self._capacity and not self._closed:
                    self._emptied.wait()
                if self._closed:
                    return False
                room = self._capacity - self._count
                piece = messages if count <= room and not position else kind(messages[position : position + room])
                self._pieces.append(piece)
                self._count += len(piece)
                position += len(piece)
                self._filled.notify()
        return True

    def take(self, most: int) -> list[Any] | None:
        """Take what is there, at most so many, waiting for at least one; None if the queue was closed."""
        with self._filled:
            while not self._pieces and not self._closed:
                self._filled.wait()
            if self._closed:
                return None
            batch = self._first(most)
            self._count -= len(batch)
            self._emptied.notify_all()
            return batch

    def _first(self, most: int) -> list[Any]:
        pieces = self._pieces
        batch = pieces.popleft()
        if len(batch) > most:
            kind = type(batch)
            pieces.appendleft(kind(batch[most:]))
            return kind(batch[:most])
        if pieces and len(batch) + len(pieces[0]) <= most:
            kind = type(batch)
            if any(type(piece) is not kind for piece in pieces):
                batch, kind = as_items(batch), list
            batch = kind(batch)
            while pieces and len(batch) + len(pieces[0]) <= most:
                batch += as_items(pieces.popleft()) if kind is list else pieces.popleft()
        return batch

    def close(self) -> None:
        """Drop what is in it, and wake everybody who waits."""
        with self._filled:
            self._closed = True
            self._filled.notify_all()
            self._emptied.notify_all()
