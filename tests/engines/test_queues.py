"""The queue between threads keeps order and its bound, however what is put in is cut and taken."""

from __future__ import annotations

import threading
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from sm_toolkit.engines.queues import BoundedQueue
from sm_toolkit.pipeline.messages import Alike, Item


@given(st.lists(st.integers(0, 9), max_size=8), st.integers(1, 6), st.integers(1, 6))
@settings(max_examples=50)
def test_what_is_put_in_is_taken_once_and_in_order(sizes: list[int], capacity: int, most: int) -> None:
    numbers = iter(range(100))
    pieces = [[next(numbers) for _ in range(size)] for size in sizes]
    meant = list(chain.from_iterable(pieces))
    queue = BoundedQueue(capacity)
    putting = threading.Thread(target=lambda: [queue.put(piece) for piece in pieces])
    putting.start()
    taken: list[int] = []
    while len(taken) < len(meant):
        assert len(queue) <= capacity
        batch = queue.take(most)
        assert batch is not None
        assert 1 <= len(batch) <= most
        taken += batch
    putting.join()
    assert taken == meant
    assert len(queue) == 0


def test_items_that_are_alike_are_so_in_parts_too() -> None:
    queue = BoundedQueue(3)
    queue.put(Alike([Item(1), Item(2), Item(3)]))
    for most in (2, 1):
        assert type(queue.take(most)) is Alike


def test_a_closed_queue_takes_and_gives_nothing() -> None:
    queue = BoundedQueue(1)
    queue.close()
    assert queue.put([1]) is False
    assert queue.take(1) is None
