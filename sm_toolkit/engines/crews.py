"""The threads of a network, one a node: each grants what its node asks for as soon as it can be granted.

Threads share the interpreter's lock, and to pass it on costs more than many a step. So a thread that has given messages
to a queue does not wake who reads there: it takes that node's turn itself, and those of the nodes behind, before it
goes on with its own. So does who feeds the first queue while that is full, rather than to wait. Nodes that wait for
what is outside are left to their own threads, which are woken at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sm_toolkit.engines.pacing import Pace
from sm_toolkit.engines.queues import Bell, BoundedQueue
from sm_toolkit.pipeline.network import Network, Node, Take, waiting_before
from sm_toolkit.pipeline.plans import Message

LOOKS_AGAIN = 0.5
"""How many seconds a thread waits for the turn of its node before it looks whether all is over."""


class Queue(Protocol):
    """What is between two nodes, with one writer and one reader. ``quick`` says that ``has_some`` looks into it."""

    quick: bool

    def __len__(self) -> int:
        """Return how many messages wait."""
        ...

    def has_some(self) -> bool:
        """Tell whether to take: something is there, or it was closed, or only taking tells."""
        ...

    def put(self, messages: list[Any], ring: bool = True) -> bool:
        """Put messages in, which are the queue's from then on, waiting for room; False if it was closed."""
        ...

    def take(self, most: int) -> list[Any] | None:
        """Take what is there, at most so many, waiting for at least one; None if the queue was closed."""
        ...

    def close(self) -> None:
        """Drop what is in it, and wake everybody who waits."""
        ...


class Seat:
    """A node at work: what it asks for, and the bell at which its own thread waits. Who has the ``turn`` runs it."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.turn = threading.Lock()
        self.bell = Bell()
        self.pace = Pace()
        # The time that the node works. What it waits for others does not count, nor for the interpreter's lock.
        self.clock = time.perf_counter if node.waits else time.thread_time  # which a browser's Python has not
        self.asking = node.run()
        self.ask = next(self.asking)
        assert isinstance(self.ask, Take)


class Crew:
    """Threads that run the nodes of a network between these queues, until those are closed.

    ``deliver`` is given what comes to the exit, ``broke`` the node that broke and why.
    """

    def __init__(
        self,
        network: Network,
        queues: Sequence[Queue],
        deliver: Callable[[list[Message], Network], None],
        broke: Callable[[Node, BaseException], None],
    ) -> None:
        self.network, self.queues = network, queues
        self._deliver, self._broke = deliver, broke
        self._closed = False
        seats = [Seat(node) for node in network.nodes]
        self._readers: dict[int, Seat] = {queue: seat for seat in seats for queue in seat.node.inputs}
        for number, seat in self._readers.items():
            queue = queues[number]
            if isinstance(queue, BoundedQueue):
                queue.filled = seat.bell
        self._threads = [
            threading.Thread(target=self._run, args=(seat,), name=f"stage {seat.node.name}", daemon=True)
            for seat in seats
        ]
        try:
            for thread in self._threads:
                thread.start()
        except BaseException:  # there are too many, or it was interrupted
            self.stop()
            raise

    def stop(self) -> None:
        """Close the queues, and wait for every thread to end."""
        self.close()
        for thread in self._threads:
            if thread.ident is not None and thread is not threading.current_thread():
                thread.join()

    def close(self) -> None:
        """Close the queues: the threads end."""
        self._closed = True
        for queue in self.queues:
            queue.close()

    def waiting(self) -> dict[str, int]:
        """Return how many messages wait before the nodes, by their names."""
        return waiting_before(self.network, self.queues)

    def put(self, messages: list[Message]) -> bool:
        """Put messages into the first queue, and while it is full take turns; False if it was closed."""
        first = self.queues[0]
        if isinstance(first, BoundedQueue):
            return first.put(messages, make_room=self._take_first)
        return first.put(messages)

    def _take_first(self) -> bool:
        """Take the turn of who reads the first queue, and those behind it; False if there is none to be taken."""
        seat = self._readers[0]
        if seat.node.waits or seat.ask.queue != 0 or not seat.turn.acquire(blocking=False):
            return False
        behind: list[Seat] = []
        try:
            goes_on = self._turn(seat, behind)
        finally:
            seat.turn.release()
        if goes_on:
            self._follow(behind)
        return True

    def _run(self, own: Seat) -> None:
        """Take the turns of a node, and of those behind it, until the queues are closed."""
        queues = self.queues
        while True:
            own.bell.wait(lambda: queues[own.ask.queue].has_some())
            while not own.turn.acquire(timeout=LOOKS_AGAIN):
                if self._closed:  # and who had the turn may have been interrupted
                    return
            behind: list[Seat] = []
            try:
                if not self._turn(own, behind):
                    return
            finally:
                own.turn.release()
            if not self._follow(behind):
                return

    def _follow(self, behind: list[Seat]) -> bool:
        """Take turns of nodes as long as there is something for them; False if a queue was closed, or a node broke."""
        queues = self.queues
        while behind:
            seat = behind[-1]
            if seat.turn.acquire(blocking=False):
                try:
                    queue = queues[seat.ask.queue]
                    if queue.quick and queue.has_some():
                        if not self._turn(seat, behind):
                            return False
                        continue
                finally:
                    seat.turn.release()
            # There is nothing for it now; or another thread has its turn, and may be just about to end that: then
            # its own thread looks again.
            behind.pop()
            if queues[seat.ask.queue].has_some():
                seat.bell.ring()
        return True

    def _turn(self, seat: Seat, behind: list[Seat]) -> bool:
        """Let a node take, and give all that it gives then; False if a queue was closed, or the node broke.

        Whose turns are to follow is put behind.
        """
        queues, exit_, clock = self.queues, self.network.exit, seat.clock
        queue = queues[seat.ask.queue]
        if queue.quick and not queue.has_some():  # another thread was sooner
            return True
        batch = queue.take(seat.pace.most)
        if batch is None:
            return False
        try:
            began = clock()
            ask = seat.asking.send(batch)
            spent = clock() - began
            while not isinstance(ask, Take):
                if ask.queue == exit_:
                    self._deliver(ask.messages, self.network)
                else:
                    reader = self._readers.get(ask.queue)
                    waits = reader is None or reader.node.waits
                    if not queues[ask.queue].put(ask.messages, ring=waits):
                        return False
                    if reader is not None and not waits and reader not in behind:
                        behind.append(reader)
                began = clock()
                ask = next(seat.asking)
                spent += clock() - began
        except BaseException as error:
            if not isinstance(error, Exception) and threading.current_thread() not in self._threads:
                self.close()  # who feeds was interrupted, and no node broke
                raise
            self._broke(seat.node, error)
            self.close()
            return False
        seat.ask = ask
        seat.pace.took(len(batch), spent)
        return True
