"""The queue between threads keeps order and its bound, however what is put in is cut and taken."""

from __future__ import annotations

import threading
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_toolkit.engines import event_loop, processes, simulated, threads
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


@pytest.mark.parametrize("make", [threads, processes, event_loop, lambda capacity, **_: simulated(0, capacity)])
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"capacity": "x"}, "a whole number of messages, not 'x'"),
        ({"capacity": True}, "a whole number of messages, not True"),
        ({"capacity": 0}, "at least 1 message, not 0"),
    ],
)
def test_what_is_no_capacity_is_refused(make: Any, options: Any, says: str) -> None:
    with pytest.raises((TypeError, ValueError), match=says):
        make(**options)


@pytest.mark.parametrize("make", [threads, processes, event_loop])
@pytest.mark.parametrize(("seconds", "says"), [(-1, "0 seconds or more"), (float("nan"), "or more"), ("5", "a number")])
def test_what_is_no_time_to_wait_is_refused(make: Any, seconds: Any, says: str) -> None:
    with pytest.raises((TypeError, ValueError), match=says):
        make(barrier_timeout=seconds)
