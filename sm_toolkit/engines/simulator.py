"""The simulated engine: queues and stages that move one message at a time, in an order drawn from a seed.

Nothing runs by itself: ``step`` makes one move, and between moves everything can be looked at. The same
seed makes the same moves on every machine. This is what notebooks draw and what tests replay.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sm_toolkit.pipeline.messages import Answer
from sm_toolkit.pipeline.plans import DeployedStage, Message
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.stages import handle, leave


@dataclass(frozen=True)
class Move:
    """One move: who moved (-1 the door, 0… a stage, one past the last the exit), what went in and came out."""

    number: int
    mover: int
    taken: Message
    given: Message
    before: DeployedStage | None
    after: DeployedStage | None


@dataclass(frozen=True)
class Simulated:
    """Make one with ``simulated(seed)``."""

    seed: int = 0
    capacity: int = 4

    def start(self, stages: tuple[DeployedStage, ...], outlet: Outlet) -> Simulation:
        """Start a simulation, in which nothing has moved yet."""
        return Simulation(stages, outlet, self.seed, self.capacity)


def simulated(seed: int = 0, capacity: int = 4) -> Simulated:
    """Return the engine that moves one message at a time, in an order drawn from the seed.

    ``capacity`` is how many messages each queue holds.

    Raises:
        ValueError: the capacity is less than 1.
    """
    if capacity < 1:
        raise ValueError(f"a queue holds at least 1 message, not {capacity}")
    return Simulated(seed, capacity)


class Simulation:
    """A pipeline that moves when told to.

    ``outside`` are messages that wait before the door; ``queues[i]`` is the queue before stage ``i``, its
    head on the left, and the last queue is before the exit. ``moves`` are all moves so far.
    """

    def __init__(self, stages: tuple[DeployedStage, ...], outlet: Outlet, seed: int, capacity: int) -> None:
        self.outside: deque[Message] = deque()
        self.queues: list[deque[Message]] = [deque() for _ in range(len(stages) + 1)]
        self.capacity = capacity
        self.moves: list[Move] = []
        self._stages = list(stages)
        self._outlet = outlet
        self._random = Random(seed)

    def feed(self, messages: Sequence[Message]) -> None:
        """Put messages before the door; they move when told to."""
        self.outside.extend(messages)

    def possible(self) -> list[int]:
        """Return who could move now: has something to take, and room to put it."""
        last = len(self._stages)
        sources = {-1: self.outside, **dict(enumerate(self.queues))}
        return [
            mover
            for mover, source in sources.items()
            if source and (mover == last or len(self.queues[mover + 1]) < self.capacity)
        ]

    def step(self) -> Move | None:
        """Make one move, chosen by the seed; None if nobody can move."""
        movers = self.possible()
        if not movers:
            return None
        mover = movers[self._random.randrange(len(movers))]
        before = after = None
        given: Message
        if mover == -1:
            taken = given = self.outside.popleft()
        else:
            taken = given = self.queues[mover].popleft()
        if mover == len(self._stages):
            answer: Answer = leave(taken)
            given = answer
            self._outlet.deliver([answer])
        else:
            if mover >= 0:
                before = self._stages[mover]
                after, given = handle(before, taken)
                self._stages[mover] = after
            self.queues[mover + 1].append(given)
        move = Move(len(self.moves), mover, taken, given, before, after)
        self.moves.append(move)
        return move

    def settle(self) -> None:
        """Move until nobody can."""
        while self.step() is not None:
            pass

    def stop(self) -> None:
        """Drop what is still on its way."""
        self.outside.clear()
        for queue in self.queues:
            queue.clear()

    def stages(self) -> tuple[DeployedStage, ...]:
        """Return the stages as they are."""
        return tuple(self._stages)
