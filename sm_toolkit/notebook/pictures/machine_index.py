"""A term's nodes by their numbers: what is below each, what ran in it, and which of them a picture opens.

This module walks the whole term and does not recurse; nothing here has words or a place.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Sequence

from sm_toolkit.language.interpreter import Ran, Trace
from sm_toolkit.language.syntax.terms import Compose, Get, Let, Put, Term, Zoom, children, walk

MOST_NESTING = 12


class Index:
    """A term's nodes in the order of ``terms.walk``, with what is known of the subtree below each."""

    def __init__(self, term: Term) -> None:
        self.nodes = list(walk(term))
        count = len(self.nodes)
        self.sizes = [1] * count
        self.leaves = [0] * count
        self.reads = [False] * count
        self.writes = [False] * count
        self.bound = [0] * count  # how many lets are around it
        self.zoomed = [""] * count  # which part of the state is its state
        for number in range(count - 1, -1, -1):
            node = self.nodes[number]
            parts = self.parts(number)
            self.sizes[number] = 1 + sum(self.sizes[part] for part in parts)
            self.leaves[number] = sum(self.leaves[part] for part in parts) or 1
            self.reads[number] = isinstance(node, Get) or any(self.reads[part] for part in parts)
            self.writes[number] = isinstance(node, Put) or any(self.writes[part] for part in parts)
        for number, node in enumerate(self.nodes):
            for place, part in enumerate(self.parts(number)):
                self.bound[part] = self.bound[number] + (isinstance(node, Let) and place == 1)
                self.zoomed[part] = self.zoomed[number] + (f" {node.side}" if isinstance(node, Zoom) else "")

    def parts(self, number: int) -> list[int]:
        """Return the numbers of a node's parts."""
        found = []
        following = number + 1
        for _ in children(self.nodes[number]):
            found.append(following)
            following += self.sizes[following]
        return found

    def at(self, path: Sequence[int]) -> int:
        """Return the number of the node at a path of child numbers."""
        number = 0
        for step in path:
            following = number + 1
            for _ in range(step):
                following += self.sizes[following]
            number = following
        return number


def by_number(index: Index, trace: Trace) -> tuple[dict[int, Ran], dict[int, int]]:
    """Return what ran last in each node, and how often it ran."""
    # Events come in the order of the walk, so that an event stands inside one of those before it.
    found: dict[int, Ran] = {}
    times: dict[int, int] = {}
    parts: dict[int, list[int]] = {}
    open_: list[list[int]] = []
    for event in trace.ran:
        del open_[event.depth :]
        number = 0 if event.link is None else open_[-1][event.link[1]]
        if number not in parts:
            parts[number] = index.parts(number)
        open_.append(parts[number])
        found[number] = event
        times[number] = times.get(number, 0) + 1
    return found, times


def opened_nodes(index: Index, most: int, seen: Container[int] | None = None) -> dict[int, list[int]]:
    """Choose the nodes whose parts are shown, from the top down; of a long chain, its ends.

    Of those, only ``seen`` are opened.
    """
    opened: dict[int, list[int]] = {}
    waiting = deque([(0, 0)])
    shown = 1
    while waiting:
        number, depth = waiting.popleft()
        parts = index.parts(number)
        if not parts or depth > MOST_NESTING or (seen is not None and number not in seen):
            continue
        room = most - shown + 1
        if len(parts) > room:
            if not isinstance(index.nodes[number], Compose) or room < 3:
                continue
            ends = (room - 1) // 2
            parts = parts[: room - 1 - ends] + ([-1] if len(parts) > room - 1 else []) + parts[len(parts) - ends :]
        opened[number] = parts
        shown += len(parts) - 1
        waiting.extend((part, depth + 1) for part in parts if part >= 0)
    return opened
