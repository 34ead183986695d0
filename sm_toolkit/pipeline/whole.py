"""A whole pipeline as one step: it takes messages and gives answers, changes included, all on the caller's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sm_toolkit.pipeline.changes import change
from sm_toolkit.pipeline.ends import all_taken_down
from sm_toolkit.pipeline.messages import Answer
from sm_toolkit.pipeline.metrics import Meter, Metrics, StageMetrics, Tally
from sm_toolkit.pipeline.plans import Admitted, Deployed, DeployedStage, Message, Path, has_change, widths
from sm_toolkit.pipeline.shapes import (
    Choice,
    Each,
    Effect,
    FanOut,
    Identity,
    Parallel,
    Pipeline,
    Sequence,
    Shard,
    Stage,
    Tee,
)
from sm_toolkit.pipeline.splitting import (
    ChoiceSplitter,
    EachSplitter,
    FanOutSplitter,
    KeySplitter,
    ParallelSplitter,
    Placing,
    Splitter,
    TurnSplitter,
    beside,
    copy_of,
)
from sm_toolkit.pipeline.steps import (
    Copy,
    EffectStep,
    Entry,
    Held,
    Line,
    ShardedStageStep,
    StageStep,
    Step,
    TeeStep,
    collected,
    owned,
)
from sm_toolkit.pipeline.upgrades import acts_in_stream

Owns = Callable[[Path], bool]
"""Whether a copy has the place of a path."""


class Branching:
    """A branching as a step: each branch does its part, one after another."""

    def __init__(self, splitter: Splitter, branches: list[Line]) -> None:
        self._splitter, self._branches = splitter, branches

    def batch(self, messages: list[Message]) -> list[Message]:
        """Split, take the parts through the branches, and join."""
        routes, parts = self._splitter.split(messages)
        takes = [iter(line.batch(part)).__next__ for line, part in zip(self._branches, parts, strict=True)]
        return [route.join(route.message, [takes[branch]() for branch in route.branches]) for route in routes]

    def held(self) -> Iterator[Held]:
        """Yield what the splitter and the branches hold."""
        yield from self._splitter.held()
        for line in self._branches:
            yield from line.held()


class Building:
    """Makes the steps of a pipeline, or of a part of it; ``owns`` is which places it has, None for all of them.

    ``placing`` says which copy of a shard has a key.
    """

    def __init__(
        self,
        running: Deployed,
        tees: Mapping[str, Copy],
        meter: Meter | None = None,
        owns: Owns | None = None,
        placing: Placing = copy_of,
    ) -> None:
        self.running, self.tees, self.meter, self.owns = running, tees, meter, owns
        self.placing = placing

    def within(self, owns: Owns) -> Building:
        """Return what makes the steps of one copy, which has only some of the places."""
        return Building(self.running, self.tees, self.meter, owns, self.placing)

    def line(self, part: Pipeline[Any, Any]) -> Line:
        """Return the steps of a part."""
        return Line(list(self._steps(part)))

    def _steps(self, part: Pipeline[Any, Any]) -> Iterator[Step]:
        match part:
            case Sequence(parts):
                for each in parts:
                    yield from self._steps(each)
            case Identity():
                pass
            case Stage() | Effect() | Tee():
                yield self.leaf(part)
            case FanOut() | Parallel() | Choice():
                yield Branching(self.splitter(part), [self.line(part.left), self.line(part.right)])
            case Each(body) | Shard(body=body):
                yield Branching(self.splitter(part), [self.line(body)])
            case _:
                raise AssertionError(part)

    def leaf(self, part: Stage | Effect | Tee) -> Step:
        """Return the step of a stage, an effect or a tee."""
        running = self.running
        if isinstance(part, Tee):
            return TeeStep(part.name, self.tees.get(part.name))
        tally = None if self.meter is None else self.meter.tally(part.name)
        if isinstance(part, Effect):
            return EffectStep(part, running.limits, tally)
        plan, state, around = running.plans[part.name], running.states[part.name], running.around[part.name]
        if not around:
            return StageStep(DeployedStage(plan, state), tally)
        states = owned(state, self.owns, widths(around, running.interface.keys))
        return ShardedStageStep(plan, states, around, running.interface.keys, tally)

    def splitter(self, part: Pipeline[Any, Any], branches: int = 1) -> Splitter:
        """Return the splitter of a branching; ``branches`` is how many copies of a shard run apart."""
        running = self.running
        match part:
            case FanOut():
                return FanOutSplitter(2, beside)
            case Parallel():
                return ParallelSplitter(2, beside)
            case Choice():
                return ChoiceSplitter(2, beside)
            case Each():
                return EachSplitter(1, beside)
            case Shard(name, _, copies, key):
                around = running.around[name]
                held = running.states[name]
                if around:
                    held = owned(held, self.owns, widths(around, running.interface.keys))
                if key is None:
                    return TurnSplitter(name, copies, branches, held, nested=bool(around))
                limit = running.limits.shard_keys
                return KeySplitter(name, running.keys[name], branches, held, limit, self.placing, nested=bool(around))
            case _:
                raise AssertionError(part)


class Whole:
    """A pipeline that runs within the call: messages in, answers out, and changes at their places between them."""

    def __init__(self, running: Deployed, tees: Mapping[str, Copy] | None = None, meter: Meter | None = None) -> None:
        self._tees, self._meter = tees or {}, meter
        self._set_up(running)

    def _set_up(self, running: Deployed) -> None:
        if self._meter is not None:
            self._meter.begin_anew()
        self._running = running
        building = Building(running, self._tees, self._meter)
        self._line = Line([Entry(running), *building.line(running.pipeline).steps])

    def batch(self, messages: list[Message]) -> list[Answer]:
        """Take messages through, in order."""
        if not has_change(messages):
            return self._through(messages)
        answers: list[Answer] = []
        run: list[Message] = []
        for message in messages:
            if isinstance(message, Admitted) and not self._acts_in_line(message):
                answers += self._through(run)
                run = []
                running = self.running()
                changed, answer = change(running, message)
                if changed is not running:
                    self._set_up(changed)
                answers.append(answer)
            else:
                run.append(message)
        return answers + self._through(run)

    def _acts_in_line(self, admitted: Admitted) -> bool:
        """Tell whether the step of the stage does it, without anything being built anew: what that does is the same."""
        return not self._running.alone and acts_in_stream(self._running, admitted)

    def _through(self, messages: list[Message]) -> list[Answer]:
        return all_taken_down(self._running, self._line.batch(messages))

    def running(self) -> Deployed:
        """Return what runs, as it is now."""
        return collected(self._running, self._line.held())


def measured(running: Deployed, meter: Meter | None, queues: Mapping[str, int] | None) -> Metrics:
    """Return the metrics of what runs; ``queues`` are how many messages wait before each stage, None without queues."""
    stages = []
    for view in running.views():
        total = Tally() if meter is None else meter.total(view.name)
        mean = total.seconds / total.items if total.items else 0.0
        waiting = None if queues is None else queues.get(view.name, 0)
        went_on = total.items - total.failures
        stages.append(
            StageMetrics(view.name, total.items, went_on, total.failures, waiting, mean, view.upgrades, view.hash)
        )
    return Metrics(tuple(stages), sum((queues or {}).values()), running.log.current)
