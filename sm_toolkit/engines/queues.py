"""The queues between threads: bounded, one reader each, and closed to wake everybody."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Any


class BoundedQueue:
    """A bounded queue with one reader; closing it wakes everybody."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._messages: deque[Any] = deque()
        lock = threading.Lock()
        self._filled = threading.Condition(lock)
        self._emptied = threading.Condition(lock)
        self._closed = False

    def __len__(self) -> int:
        """Return how many messages wait."""
        return len(self._messages)

    def put(self, messages: Sequence[Any]) -> bool:
        """Put messages in, waiting while the queue is full; False if it was closed."""
        position, count = 0, len(messages)
        with self._filled:
            while position < count:
                while len(self._messages) >= self._capacity and not self._closed:
                    self._emptied.wait()
                if self._closed:
                    return False
                room = self._capacity - len(self._messages)
                self._messages.extend(messages[position : position + room] if position or room < count else messages)
                position += room
                self._filled.notify()
        return True

    def take(self, most: int) -> list[Any] | None:
        """Take what is there, at most so many, waiting for at least one; None if the queue was closed."""
        with self._filled:
            while not self._messages and not self._closed:
                self._filled.wait()
            if self._closed:
                return None
            if len(self._messages) <= most:
                batch = list(self._messages)
                self._messages.clear()
            else:
                batch = [self._messages.popleft() for _ in range(most)]
            self._emptied.notify_all()
            return batch

    def close(self) -> None:
        """Drop what is in it, and wake everybody who waits."""
        with self._filled:
            self._closed = True
            self._filled.notify_all()
            self._emptied.notify_all()
