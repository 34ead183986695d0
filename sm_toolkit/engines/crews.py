"""The threads of a network, one a node: each grants what its node asks for as soon as it can be granted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, Protocol

from sm_toolkit.engines.pacing import Pace
from sm_toolkit.pipeline.network import Network, Node, Take, waiting_before
from sm_toolkit.pipeline.plans import Message


class Queue(Protocol):
    """What is between two nodes, with one writer and one reader."""

    def __len__(self) -> int:
        """Return how many messages wait."""
        ...

    def put(self, messages: list[Any]) -> bool:
        """Put messages in, which are the queue's from then on, waiting for room; False if it was closed."""
        ...

    def take(self, most: int) -> list[Any] | None:
        """Take what is there, at most so many, waiting for at least one; None if the queue was closed."""
        ...

    def close(self) -> None:
        """Drop what is in it, and wake everybody who waits."""
        ...


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
        self._threads = [
            threading.Thread(target=self._run, args=(node,), name=f"stage {node.name}", daemon=True)
            for node in network.nodes
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
        for queue in self.queues:
            queue.close()

    def waiting(self) -> dict[str, int]:
        """Return how many messages wait before the nodes, by their names."""
        return waiting_before(self.network, self.queues)

    def _run(self, node: Node) -> None:
        queues, exit_, pace = self.queues, self.network.exit, Pace()
        asking = node.run()
        taken, spent = 0, 0.0  # the time that the node works; what it waits for others does not count
        try:
            ask = next(asking)
            while True:
                if isinstance(ask, Take):
                    if taken:
                        pace.took(taken, spent)
                    batch = queues[ask.queue].take(pace.most)
                    if batch is None:
                        return
                    taken, began = len(batch), perf_counter()
                    ask = asking.send(batch)
                    spent = perf_counter() - began
                else:
                    if ask.queue == exit_:
                        self._deliver(ask.messages, self.network)
                    elif not queues[ask.queue].put(ask.messages):
                        return
                    began = perf_counter()
                    ask = next(asking)
                    spent += perf_counter() - began
        except BaseException as error:
            self._broke(node, error)
            self.close()
