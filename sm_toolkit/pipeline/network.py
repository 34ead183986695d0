"""A pipeline as nodes with queues between them, for engines that run its parts side by side.

A node is a generator that asks: to take messages from a queue, or to give some to one. An engine only grants what is
asked, when it can. A node names the queue that it asks for and never looks whether another has something, so what comes
out does not depend on when an engine grants what. (Kahn, "The semantics of a simple language for parallel
programming", IFIP 1974.)

A splitter tells its joiner the routes before it sends the items, and never more routes at once than their queue
holds: all that a joiner waits for is then on its way, however short the queues are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias, cast

from sm_toolkit.pipeline.ends import all_taken_down
from sm_toolkit.pipeline.messages import Answer, Item, as_items
from sm_toolkit.pipeline.metrics import Meter
from sm_toolkit.pipeline.plans import Deployed, DeployedStage, Message, Path
from sm_toolkit.pipeline.shapes import (
    Choice,
    Each,
    Effect,
    FanOut,
    Identity,
    Parallel,
    Pipeline,
    PipelineError,
    Shard,
    Stage,
    Tee,
    in_sequence,
)
from sm_toolkit.pipeline.splitting import Placing, Route, Splitter, beside, copy_of, to_copy
from sm_toolkit.pipeline.steps import Copy, EffectStep, Entry, Held, Line, StageStep, Step, TeeStep, collected
from sm_toolkit.pipeline.whole import Building, Whole


class Take(NamedTuple):
    """Asks for messages from a queue: at least one, in order."""

    queue: int


class Give(NamedTuple):
    """Asks for messages to be put into a queue."""

    queue: int
    messages: list[Any]


Asking: TypeAlias = Generator[Take | Give, Any, None]


class Node:
    """A part of a network. ``inputs`` and ``outputs`` are its queues, ``name`` what it is called where it is shown.

    ``part`` is what it belongs to in the pipeline: the name of a part, or the kind of a branching that has none;
    ``copy`` says which copies of the shards round it that is. ``waits`` says that it mostly waits for what is outside,
    so that only a clock on the wall tells what it takes, and ``in_hand`` how many messages it has taken and not done.
    """

    waits = False
    in_hand = 0
    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    part: str = ""
    copy: str = ""

    def run(self) -> Asking:
        """Ask, for ever."""
        raise NotImplementedError

    def held(self) -> Iterator[Held]:
        """Yield what the node holds."""
        return iter(())

    def stage(self) -> DeployedStage | None:
        """Return the stage that it runs, if it is a stage outside all shards."""
        return None


class LineNode(Node):
    """Steps one after another, as one node."""

    def __init__(self, name: str, steps: list[Step], input: int, output: int) -> None:
        self.name, self.inputs, self.outputs = name, (input,), (output,)
        self.line = Line(steps)
        self.waits = any(isinstance(step, TeeStep) for step in steps)

    def run(self) -> Asking:
        """Take messages through the steps."""
        take, output, batch = Take(self.inputs[0]), self.outputs[0], self.line.batch
        while True:
            yield Give(output, batch((yield take)))

    def held(self) -> Iterator[Held]:
        """Yield what the steps hold."""
        return self.line.held()

    def stage(self) -> DeployedStage | None:
        """Return the stage, if there is one among the steps."""
        return next((step.stage for step in self.line.steps if isinstance(step, StageStep)), None)


class WholeNode(Node):
    """A whole pipeline of one stage: changes of all kinds act in it, at their places."""

    def __init__(self, whole: Whole, name: str) -> None:
        self.name, self.inputs, self.outputs = name, (0,), (1,)
        self.part = name
        self.whole = whole

    def run(self) -> Asking:
        """Take messages through."""
        take, batch = Take(0), self.whole.batch
        while True:
            yield Give(1, batch((yield take)))

    def stage(self) -> DeployedStage | None:
        """Return the stage."""
        return next(iter(self.whole.running()))


class EffectNode(Node):
    """One of the workers of an effect: it gives each output as soon as it is there."""

    waits = True

    def __init__(self, step: EffectStep, input: int, output: int) -> None:
        self.name, self.inputs, self.outputs = step.effect.name, (input,), (output,)
        self._step = step

    def run(self) -> Asking:
        """Call the function for one item after another."""
        take, output, batch = Take(self.inputs[0]), self.outputs[0], self._step.batch
        while True:
            messages = as_items((yield take))
            self.in_hand = len(messages)
            for message in messages:
                made = batch([message])
                self.in_hand -= 1
                yield Give(output, made)


class SplitNode(Node):
    """Sends messages to branches, and their routes to the joiner before."""

    def __init__(
        self, name: str, splitter: Splitter, input: int, routes: int, branches: tuple[int, ...], capacity: int
    ) -> None:
        self.name, self.inputs, self.outputs = name, (input,), (routes, *branches)
        self._splitter, self._capacity = splitter, capacity
        self.among_workers = isinstance(splitter, WorkerSplitter)

    def run(self) -> Asking:
        """Split."""
        take, (routes, *branches), most = Take(self.inputs[0]), self.outputs, self._capacity
        while True:
            messages = as_items((yield take))
            for start in range(0, len(messages), most):
                made, parts = self._splitter.split(messages[start : start + most])
                yield Give(routes, made)
                for branch, part in zip(branches, parts, strict=True):
                    if part:
                        yield Give(branch, part)

    def held(self) -> Iterator[Held]:
        """Yield what the splitter holds."""
        return self._splitter.held()


class JoinNode(Node):
    """Puts together what comes from branches."""

    def __init__(self, name: str, routes: int, branches: tuple[int, ...], output: int) -> None:
        self.name, self.inputs, self.outputs = name, (routes, *branches), (output,)

    def run(self) -> Asking:
        """Join."""
        take, *takes = (Take(queue) for queue in self.inputs)
        waiting: list[deque[Message]] = [deque() for _ in takes]
        output = self.outputs[0]
        made: list[Message] = []
        while True:
            for route in (yield take):
                parts = []
                for branch in route.branches:
                    if not waiting[branch]:
                        if made:
                            yield Give(output, made)  # nobody waits for what is done
                            made = []
                        waiting[branch].extend((yield takes[branch]))
                    parts.append(waiting[branch].popleft())
                made.append(route.join(route.message, parts))
            if made:
                yield Give(output, made)
                made = []


class WorkerSplitter(Splitter):
    """Items go to the workers of an effect in turn; they are seen as one."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers, lambda message, parts: beside(message, parts[:1]))
        self._turn = 0

    def item(self, item: Item, parts: list[list[Message]]) -> Route:
        """Put an item into the next worker's part."""
        self._turn = (self._turn + 1) % len(parts)
        parts[self._turn].append(Item(item.value, None, item.reply_to, True))
        return to_copy(item, self._turn)


@dataclass
class Network:
    """The nodes of a pipeline, in the order of the data. Queue 0 is the entrance, ``exit`` the queue that leads out.

    ``queues`` says how many there are; which node takes from a queue and which gives to it is one each.
    """

    start: Deployed
    nodes: list[Node]
    queues: int
    exit: int

    @property
    def whole(self) -> bool:
        """Whether it is a single node in which every change acts at its place."""
        return isinstance(self.nodes[0], WholeNode)

    def answers(self, messages: list[Message]) -> list[Answer]:
        """Return the answers for what has come to the exit."""
        if self.whole:
            return cast("list[Answer]", messages)
        return all_taken_down(self.start, messages)

    def running(self) -> Deployed:
        """Return what runs, as it is now; exact where nothing is on its way."""
        node = self.nodes[0]
        if isinstance(node, WholeNode):
            return node.whole.running()
        return collected(self.start, (held for node in self.nodes for held in node.held()))


def waiting_before(made: Network, queues: Sequence[Sized]) -> dict[str, int]:
    """Return how many messages wait before the nodes, by their names; those of copies and branches together.

    To an effect belongs also what its workers have in hand, and not what waits for others of them to be done.
    """
    found: dict[str, int] = {}
    for node in made.nodes:
        inputs = node.inputs[1:] if isinstance(node, JoinNode) else node.inputs  # a route is no message
        name = node.part if isinstance(node, SplitNode) and node.among_workers else node.name.partition("[")[0]
        found[name] = found.get(name, 0) + sum(len(queues[queue]) for queue in inputs) + node.in_hand
    return found


def network(
    running: Deployed,
    capacity: int,
    tees: Mapping[str, Copy] | None = None,
    meter: Meter | None = None,
    placing: Placing = copy_of,
) -> Network:
    """Return the nodes of a pipeline; ``capacity`` is how many messages each queue holds.

    ``placing`` says which copy of a shard has a key.
    """
    if running.alone:
        name = next(iter(running.plans))
        return Network(running, [WholeNode(Whole(running, tees, meter), name)], 2, 1)
    wiring = Wiring(running, capacity)
    end = wiring.sequence(
        running.pipeline, 0, Building(running, tees or {}, meter, None, placing), "", [Entry(running)]
    )
    return Network(running, wiring.nodes, wiring.queues, end)


MOST_QUEUES = 20_000
"""How many queues a network has at most: shards inside shards have copies beyond number, and little text says so."""


class Wiring:
    """Makes nodes and numbers queues."""

    def __init__(self, running: Deployed, capacity: int) -> None:
        self.nodes: list[Node] = []
        self.queues = 1
        self._running, self._capacity = running, capacity

    def queue(self) -> int:
        """Return the number of a new queue.

        Raises:
            PipelineError: there are too many.
        """
        if self.queues >= MOST_QUEUES:
            raise PipelineError(
                f"the pipeline needs more than {MOST_QUEUES:,} queues between parts that run side by side: give its "
                "shards fewer copies, or run it inline"
            )
        self.queues += 1
        return self.queues - 1

    def node(self, node: Node, part: str, mark: str) -> None:
        """Add a node of a part; ``mark`` is put after the names inside shards."""
        node.part, node.copy = part, mark
        self.nodes.append(node)

    def line(self, name: str, steps: list[Step], given: int, mark: str = "") -> int:
        """Add a node of steps that takes from a queue; return the queue that it gives to."""
        output = self.queue()
        self.node(LineNode(name + mark, steps, given, output), name, mark)
        return output

    def sequence(
        self, pipeline: Pipeline[Any, Any], given: int, building: Building, mark: str, first: list[Step]
    ) -> int:
        """Add the nodes of a pipeline that takes from a queue; return the queue that it gives to.

        ``mark`` is put after the names inside shards, and the steps in ``first`` stand before all others.
        """
        for part in in_sequence(pipeline):
            match part:
                case Identity():
                    continue
                case Stage(name) | Tee(name):
                    given = self.line(name, [*first, building.leaf(part)], given, mark)
                    first = []
                    continue
            if first:
                given = self.line("door", first, given)
                first = []
            given = self._branching(part, given, building, mark)
        return self.line("door" if first else "pass", first, given) if first or given == 0 else given

    def _branching(self, part: Pipeline[Any, Any], given: int, building: Building, mark: str) -> int:
        match part:
            case Effect(name, workers=workers):

                def work(number: int, queue: int) -> int:
                    step, output = building.leaf(part), self.queue()
                    assert isinstance(step, EffectStep)
                    self.node(EffectNode(step, queue, output), name, mark)
                    return output

                if workers == 1:
                    return work(0, given)
                return self._split(name, mark, WorkerSplitter(workers), workers, given, work)
            case FanOut(left, right) | Parallel(left, right) | Choice(left, right):
                called = {FanOut: "fan out", Parallel: "parallel", Choice: "choice"}[type(part)]
                sides = (left, right)
                return self._split(
                    called,
                    mark,
                    building.splitter(part),
                    2,
                    given,
                    lambda number, queue: self.sequence(sides[number], queue, building, mark, []),
                )
            case Each(body):
                return self._split(
                    "each",
                    mark,
                    building.splitter(part),
                    1,
                    given,
                    lambda number, queue: self.sequence(body, queue, building, mark, []),
                )
            case Shard(name, body, copies):
                level = len(self._running.around[name])

                def copy(number: int, queue: int) -> int:
                    inner = building.within(_owner(part, level, number, building))
                    return self.sequence(body, queue, inner, f"{mark}[{number}]", [])

                return self._split(name, mark, building.splitter(part, copies), copies, given, copy)
            case _:
                raise AssertionError(part)

    def _split(
        self, name: str, mark: str, splitter: Splitter, count: int, given: int, branch: Callable[[int, int], int]
    ) -> int:
        routes = self.queue()
        inputs = tuple(self.queue() for _ in range(count))
        splits = SplitNode(f"{name}{mark} ⑂", splitter, given, routes, inputs, self._capacity)
        self.node(splits, name, mark)
        ends = tuple(branch(number, queue) for number, queue in enumerate(inputs))
        output = self.queue()
        self.node(JoinNode(f"{name}{mark} ⑃", routes, ends, output), name, mark)
        return output


def _owner(shard: Shard, level: int, number: int, around: Building) -> Callable[[Path], bool]:
    """Return what tells whether a copy of a shard has a place, among those that the copy round it has."""
    outer, placing = around.owns, around.placing

    def owns(path: Path) -> bool:
        if outer is not None and not outer(path):
            return False
        step = path[level]
        return bool((step % shard.copies if shard.key is None else placing(step, shard.copies)) == number)

    return owns
