"""The simulated engine: queues and nodes that move one message at a time, in an order drawn from a seed.

Nothing runs by itself: ``step`` makes one move, and between moves everything can be looked at. The same
seed makes the same moves on every machine. This is what notebooks draw and what tests replay.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal, TypeAlias

from sm_toolkit.engines.barrier import not_started
from sm_toolkit.engines.errors import broke_amid
from sm_toolkit.engines.queues import require_bounds
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.pipeline.changes import change
from sm_toolkit.pipeline.messages import Answer, Item, as_items
from sm_toolkit.pipeline.metrics import Meter, Metrics
from sm_toolkit.pipeline.network import Give, JoinNode, Network, SplitNode, Take, network, waiting_before
from sm_toolkit.pipeline.plans import Admitted, Deployed, DeployedStage, Message
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.splitting import Route, same_copy_of
from sm_toolkit.pipeline.steps import Copy
from sm_toolkit.pipeline.upgrades import acts_in_stream
from sm_toolkit.pipeline.whole import measured

Role: TypeAlias = Literal["door", "runs", "splits", "joins", "exit"]

KEPT_MOVES = 10_000


@dataclass(frozen=True, slots=True)
class Move:
    """One move: who moved (-1 the door, 0… a node, one past the last the exit), what went in and came out.

    Of a node that splits or joins, ``taken`` and ``given`` are what it took or gave first in this move, None if
    nothing. ``before`` and ``after`` are the stage, where the node is one outside shards. ``changed`` says that a
    change acted at the door. ``part`` is what the node belongs to in the pipeline (the name of a part, or the kind of a
    branching), ``copy`` which copies of the shards round it that is ("[0]"), and ``role`` what it does there. A part
    of an item on its way through branches is for whom the item is for. ``branches`` is where a splitter sends what it
    took, None where this is no such move.
    """

    number: int
    mover: int
    taken: Message | None
    given: Message | None
    before: DeployedStage | None
    after: DeployedStage | None
    changed: bool = False
    part: str = ""
    copy: str = ""
    role: Role = "runs"
    branches: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Simulated:
    """Make one with ``simulated(seed)``."""

    seed: int = 0
    capacity: int = 4

    def start(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None = None) -> Simulation:
        """Start a simulation, in which nothing has moved yet."""
        return Simulation(running, outlet, self.seed, self.capacity, tees)


def simulated(seed: int = 0, capacity: int = 4) -> Simulated:
    """Return the engine that moves one message at a time, in an order drawn from the seed.

    ``capacity`` is how many messages each queue holds.

    Raises:
        ValueError: the capacity is less than 1.
    """
    require_bounds(capacity)
    return Simulated(seed, capacity)


class Simulation:
    """A pipeline that moves when told to.

    ``outside`` are messages that wait before the door; ``network`` are the nodes, and ``queues`` what is between them:
    in a pipeline without branches ``queues[i]`` is the one before node ``i``, its head on the left, and the last queue
    is before the exit. ``moves`` are the latest moves, at most ``KEPT_MOVES``: what runs for long is to need no more
    memory. ``step`` returns each.
    """

    feed_waits = False
    moves_when_told = True

    def __init__(
        self,
        running: Deployed,
        outlet: Outlet,
        seed: int,
        capacity: int,
        tees: Mapping[str, Copy] | None = None,
    ) -> None:
        self.outside: deque[Message] = deque()
        self.capacity = capacity
        self.moves: deque[Move] = deque(maxlen=KEPT_MOVES)
        self._count = 0
        self._tees = tees
        self._outlet = outlet
        self._meter = Meter()
        self._random = Random(seed)
        self._failure: BaseException | None = None
        self._put_in_place(running)

    def _put_in_place(self, running: Deployed) -> None:
        self._meter.begin_anew()
        self.network: Network = network(running, self.capacity, self._tees, self._meter, same_copy_of)
        self.queues: list[deque[Any]] = [deque() for _ in range(self.network.queues)]
        self._asking = [node.run() for node in self.network.nodes]
        self._asks: list[Take | Give] = [next(asking) for asking in self._asking]

    def feed(self, messages: Sequence[Message]) -> None:
        """Put messages before the door; they move when told to.

        Raises:
            EngineError: see ``step``.
        """
        self._refuse_if_broken()
        self.outside.extend(as_items(messages))

    def possible(self) -> list[int]:
        """Return who could move now: has something to take, and room to put it."""
        movers = []
        if self.outside and (self._quiet() if self._acts_at_door() else self._room(0)):
            movers.append(-1)
        for number, (node, ask) in enumerate(zip(self.network.nodes, self._asks, strict=True)):
            if isinstance(ask, Give):
                ready = self._room(ask.queue)
            else:
                ready = bool(self.queues[ask.queue]) and (len(node.outputs) != 1 or self._room(node.outputs[0]))
            if ready:
                movers.append(number)
        if self.queues[self.network.exit]:
            movers.append(len(self._asks))
        return movers

    def step(self) -> Move | None:
        """Make one move, chosen by the seed; None if nobody can move.

        Raises:
            EngineError: an earlier move was interrupted, or broke, such as by the sink of a tee.
        """
        self._refuse_if_broken()
        try:
            return self._moved()
        except BaseException as error:  # nobody knows how far the message has come
            self._failure = error
            if not isinstance(error, Exception):
                self._outlet.broken(broke_amid(error))
            raise

    def _refuse_if_broken(self) -> None:
        if self._failure is not None:
            raise broke_amid(self._failure) from self._failure

    def _moved(self) -> Move | None:
        movers = self.possible()
        if not movers:
            return None
        mover = movers[self._random.randrange(len(movers))]
        taken: Message | None = None
        given: Message | None = None
        before = after = None
        changed = False
        part = copy = ""
        role: Role = "runs"
        branches = None
        if mover == -1:
            role = "door"
            taken = given = self.outside.popleft()
            if self._acts_in(taken):
                self.queues[0].append(taken)
            else:
                given, changed = self._change(taken), True
        elif mover == len(self._asks):
            role = "exit"
            taken = self.queues[self.network.exit].popleft()
            (answer,) = self.network.answers([_kept(taken)])
            given = answer
            self._outlet.deliver([answer])
        else:
            node = self.network.nodes[mover]
            before = node.stage()
            part, copy = node.part, node.copy
            role = "splits" if isinstance(node, SplitNode) else "joins" if isinstance(node, JoinNode) else "runs"
            taken, given, branches = self._grant(mover)
            after = node.stage()
        move = Move(self._count, mover, taken, given, before, after, changed, part, copy, role, branches)
        self._count += 1
        self.moves.append(move)
        return move

    def drain(self) -> None:
        """Move until nobody can."""
        while self.step() is not None:
            pass

    def refuse_to_wait(self) -> None:
        """Do nothing: whoever waits makes the moves."""

    def stop(self) -> None:
        """Drop what is still on its way."""
        self.outside.clear()
        self._put_in_place(self.inspect())

    def inspect(self) -> Deployed:
        """Return what runs, as it is now."""
        return self.network.running()

    def metrics(self) -> Metrics:
        """Return what each stage has done so far, and what waits before it."""
        return measured(self.inspect(), self._meter, waiting_before(self.network, self.queues))

    # -- what a move is -----------------------------------------------------------------------------------

    def _room(self, queue: int) -> bool:
        return len(self.queues[queue]) < self.capacity

    def _quiet(self) -> bool:
        """Tell whether nothing is on its way."""
        return not any(self.queues) and all(
            isinstance(ask, Take) and ask.queue == node.inputs[0]
            for node, ask in zip(self.network.nodes, self._asks, strict=True)
        )

    def _acts_at_door(self) -> bool:
        return not self._acts_in(self.outside[0])

    def _acts_in(self, message: Message) -> bool:
        return not isinstance(message, Admitted) or acts_in_stream(self.network.start, message)

    def _change(self, admitted: Message) -> Answer:
        assert isinstance(admitted, Admitted)
        running = self.inspect()
        made, answer = change(running, admitted)
        if made is not running:
            try:
                self._put_in_place(made)
            except ToolkitError as error:
                answer = not_started(admitted, error)
        self._outlet.deliver([answer])
        return answer

    def _grant(self, mover: int) -> tuple[Message | None, Message | None, tuple[int, ...] | None]:
        """Grant what a node asks for, and on from there what it gives, as far as there is room."""
        taken: Message | None = None
        given: Message | None = None
        branches: tuple[int, ...] | None = None
        asking, ask = self._asking[mover], self._asks[mover]
        if isinstance(ask, Take):
            message = self.queues[ask.queue].popleft()
            taken = _shown(message)
            ask = asking.send([message])
        while isinstance(ask, Give) and self._room(ask.queue):
            queue, messages = ask
            room = self.capacity - len(self.queues[queue])
            if given is None and isinstance(messages[0], Route):
                branches = messages[0].branches
            self.queues[queue].extend(messages[:room])
            given = given or _shown(messages[0])
            ask = Give(queue, messages[room:]) if messages[room:] else next(asking)
        self._asks[mover] = ask
        return taken, given, branches


def _shown(message: Any) -> Message:
    shown: Message = _kept(message.message if isinstance(message, Route) else message)
    return shown


def _kept(message: Any) -> Any:
    """Return a message as it is now: items are changed by those who have them."""
    return replace(message) if isinstance(message, Item) else message
