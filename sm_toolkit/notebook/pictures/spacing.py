"""Places along a line that must keep their distances: the least that they need, and spare room shared evenly.

Only numbers belong here. Places are variables, and every rule has the form ``right >= left + distance``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """``right`` stands at least ``distance`` after ``left``.

    ``pull`` is how strongly the two are drawn to that distance when there is room to spare; 0 is not at all.
    """

    left: int
    right: int
    distance: float
    pull: float = 0.0


class Spacing:
    """A growing set of places and of rules between them. Place 0 is the left edge, at 0."""

    def __init__(self) -> None:
        self.count = 1
        self.rules: list[Rule] = []
        self._after: list[list[Rule]] = [[]]  # the rules with a place on their left
        self._waits: list[int] = [0]  # how many rules have a place on their right

    def place(self) -> int:
        """Return a new place, right of the left edge."""
        self.count += 1
        self._after.append([])
        self._waits.append(0)
        return self.count - 1

    def apart(self, left: int, right: int, distance: float, pull: float = 0.0) -> None:
        """Ask that ``right`` stands at least ``distance`` after ``left``."""
        self.add((Rule(left, right, distance, pull),))

    def add(self, rules: Iterable[Rule]) -> None:
        """Ask for what these rules say."""
        for rule in rules:
            self.rules.append(rule)
            self._after[rule.left].append(rule)
            self._waits[rule.right] += 1

    def earliest(self, more: Iterable[Rule] = ()) -> list[float] | None:
        """Return each place as far left as the rules allow, or None where they contradict one another.

        ``more`` are rules that count this once: trying one is what a layout does most.
        """
        extra: dict[int, list[Rule]] = {}
        waits = self._waits.copy()
        for rule in more:
            extra.setdefault(rule.left, []).append(rule)
            waits[rule.right] += 1
        places = [0.0] * self.count
        ready = [place for place in range(self.count) if not waits[place]]
        done = 0
        while ready:
            place = ready.pop()
            done += 1
            here = places[place]
            rules = self._after[place]
            for rule in (*rules, *extra[place]) if place in extra else rules:
                right = rule.right
                least = here + rule.distance
                if least > places[right]:
                    places[right] = least
                waits[right] -= 1
                if not waits[right]:
                    ready.append(right)
        return places if done == self.count else None

    def spread(self, places: list[float], last: int, width: float, sweeps: int = 200) -> list[float]:
        """Return the places with ``last`` moved to ``width``, and the spare room shared by pull.

        Each place moves in turn to the middle of what its neighbours would like, within what the rules allow;
        that settles to the least sum of squares, and every sweep keeps the rules.
        """
        places = list(places)
        places[last] = max(width, places[last])
        before: list[list[tuple[int, float, float]]] = [[] for _ in range(self.count)]
        after: list[list[tuple[int, float, float]]] = [[] for _ in range(self.count)]
        for rule in self.rules:
            before[rule.right].append((rule.left, rule.distance, rule.pull))
            after[rule.left].append((rule.right, -rule.distance, rule.pull))
        strength = [
            sum(pull for _, _, pull in before[p]) + sum(pull for _, _, pull in after[p]) for p in range(self.count)
        ]
        movable = [p for p in range(1, self.count) if p != last and strength[p]]
        for _ in range(sweeps):
            moved = 0.0
            for p in movable:
                wish, lowest, highest = 0.0, 0.0, width
                for other, distance, pull in before[p]:
                    place = places[other] + distance
                    wish += pull * place
                    if place > lowest:
                        lowest = place
                for other, distance, pull in after[p]:
                    place = places[other] + distance
                    wish += pull * place
                    if place < highest:
                        highest = place
                goal = wish / strength[p]
                goal = lowest if goal < lowest or highest < lowest else min(goal, highest)
                moved = max(moved, abs(goal - places[p]))
                places[p] = goal
            if moved < 0.05:
                break
        return places
