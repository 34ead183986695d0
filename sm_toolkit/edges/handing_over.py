"""Handing over between threads: a bounded queue of batches, so that one who waits for a file holds up nobody else."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sized
from typing import Generic, TypeVar

T = TypeVar("T", bound=Sized)


class HandOver(Generic[T]):
    """A queue between threads. Its batches hold ``capacity`` elements (bytes, values) together, or are one batch.

    It ends in one of two ways: ``end`` lets what is in it be taken, ``give_up`` drops it. Nobody waits after either.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._batches: deque[T] = deque()
        self._held = 0
        self._changed = threading.Condition()
        self._error: BaseException | None = None
        self._ended = False

    def put(self, batch: T) -> bool:
        """Put a batch in, waiting while the queue is full; False if nobody takes it any more."""
        size = len(batch)
        with self._changed:
            while self._held and self._held + size > self._capacity and not self._ended:
                self._changed.wait()
            if self._ended:
                return False
            self._batches.append(batch)
            self._held += size
            self._changed.notify_all()
        return True

    def take(self) -> T | None:
        """Return the next batch, waiting for it; None once the queue has ended and is empty.

        Raises:
            BaseException: what the queue was ended with.
        """
        with self._changed:
            while not self._batches and not self._ended:
                self._changed.wait()
            if self._batches:
                batch = self._batches.popleft()
                self._held -= len(batch)
                self._changed.notify_all()
                return batch
            if self._error is not None:
                raise self._error
            return None

    def end(self, error: BaseException | None = None) -> None:
        """Say that nothing more comes, and why if something went wrong: it is raised where the rest would come."""
        with self._changed:
            if not self._ended:
                self._ended, self._error = True, error
            self._changed.notify_all()

    def give_up(self) -> int:
        """Drop what is in it and take no more; return how many elements were dropped."""
        with self._changed:
            dropped, self._held = self._held, 0
            self._batches.clear()
            self._ended = True
            self._changed.notify_all()
        return dropped


def read_ahead(batches: Callable[[Callable[[], bool]], Iterator[T]], capacity: int, name: str) -> Iterator[T]:
    """Yield batches that are made on a thread of their own, at most so many elements ahead.

    ``batches`` is handed a question, whether it should stop, that it may ask while it waits. Where there are no threads
    (in a browser) they are made when they are asked for.

    Raises:
        Exception: what making them raised, where the batch would come.
    """
    queue: HandOver[T] = HandOver(capacity)
    stopped = threading.Event()

    def work() -> None:
        try:
            made = batches(stopped.is_set)
            for batch in made:
                if not queue.put(batch):
                    return
        except BaseException as error:
            queue.end(error)
        else:
            queue.end()

    thread = threading.Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        yield from batches(lambda: False)
        return
    try:
        while (batch := queue.take()) is not None:
            yield batch
    finally:
        stopped.set()
        queue.give_up()
        # One that waits for a pipe cannot be woken; it is a daemon, and ends with what it waits for.
        thread.join(PATIENCE)


PATIENCE = 1.0
"""How long (seconds) a thread that was told to stop is waited for."""
