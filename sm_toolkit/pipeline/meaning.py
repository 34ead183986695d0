"""What a pipeline means: a function from a list of messages to a list of answers. The definition that every
engine must agree with, written for clearness and not for speed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.sides import Left
from sm_toolkit.language.data.values import taken_in
from sm_toolkit.language.errors import LimitError, StepError, ValueMismatchError
from sm_toolkit.language.limits import Limits
from sm_toolkit.pipeline.changes import change
from sm_toolkit.pipeline.ends import enter, taken_down, taken_up
from sm_toolkit.pipeline.messages import Answer, Done, Failed, Inspect, Item, Request
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message, Path, deployed, place
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


def model(
    pipeline: Pipeline[Any, Any], requests: Iterable[Request], copied: dict[str, list[Any]] | None = None
) -> tuple[list[Answer], Deployed]:
    """Run requests through a pipeline, one whole way at a time; return the answers and what runs after them.

    What comes after a ``Done`` does not enter. ``copied`` gains what reaches each tee, by the tee's name.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> from sm_toolkit.pipeline.pipelines import stage
    >>> answers, (counter,) = model(stage("count", 0, get() >> incr >> put() >> get()), [Item(None)] * 3)
    >>> [answer.value for answer in answers], counter.state
    ([1, 2, 3], 3)

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
    """
    running = deployed(pipeline)
    answers: list[Answer] = []
    for request in requests:
        running, answer = transition(running, enter(request), copied)
        answers.append(answer)
        if isinstance(request, Done):
            break
    return answers, running


def transition(
    running: Deployed, message: Message, copied: dict[str, list[Any]] | None = None
) -> tuple[Deployed, Answer]:
    """Take one message the whole way through; return what runs after it, and the answer.

    ``copied`` gains what reaches each tee, by the tee's name.
    """
    if isinstance(message, Admitted):
        return change(running, message)
    message = taken_up(running, message)
    if isinstance(message, Item):
        flow = _Flow(running, dict(running.states), {} if copied is None else copied)
        message = flow.through(running.pipeline, message)
        running = running.with_states(flow.states)
    elif isinstance(message, Inspect):
        message = Inspect(running.views(), message.version, message.reply_to)
    return running, taken_down(running, message)


@dataclass
class _Flow:
    """One item on its way: ``states`` are those that it leaves behind it."""

    running: Deployed
    states: dict[str, Any]
    copied: dict[str, list[Any]] = field(default_factory=dict)

    def through(self, part: Pipeline[Any, Any], item: Item) -> Item | Failed:
        """Take an item through a part of the pipeline."""
        value = item.value
        match part:
            case Identity():
                return item
            case Tee(name):
                self.copied.setdefault(name, []).append(value)
                return item
            case Stage(name):
                return self._stage(name, item)
            case Effect():
                return call(part, item, self.running.limits)
            case Sequence(parts):
                for each in parts:
                    made = self.through(each, item)
                    if isinstance(made, Failed):
                        return made
                    item = made
                return item
            case FanOut(left, right):
                return self._paired(item, self.through(left, item), self.through(right, item))
            case Parallel(left, right):
                halves = self.through(left, _with(item, value[0])), self.through(right, _with(item, value[1]))
                return self._paired(item, *halves)
            case Choice(left, right):
                side = left if isinstance(value, Left) else right
                made = self.through(side, _with(item, value.value))
                return made if isinstance(made, Failed) else _with(item, type(value)(made.value))
            case Each(body):
                outputs = [self.through(body, _with(item, element)) for element in value]
                failed = next((made for made in outputs if isinstance(made, Failed)), None)
                return failed or _with(item, PersistentList(made.value for made in outputs if isinstance(made, Item)))
            case Shard():
                return self._shard(part, item)
            case _:
                raise AssertionError(part)

    def _stage(self, name: str, item: Item) -> Item | Failed:
        plan = self.running.plans[name]
        state = self._held(name, item.path, plan.initial)
        try:
            value, state = plan.program.step(item.value, state)
        except StepError as error:
            return Failed(name, error.reason, item.reply_to)
        self._hold(name, item.path, state)
        return _with(item, value)

    def _shard(self, shard: Shard, item: Item) -> Item | Failed:
        if shard.key is None:
            turn = self._held(shard.name, item.path, 0)
            self._hold(shard.name, item.path, turn + 1)
            step: Any = turn % shard.copies
        else:
            try:
                step, _ = self.running.keys[shard.name].step(item.value, None)
            except StepError as error:
                return Failed(shard.name, error.reason, item.reply_to)
            known = self._held(shard.name, item.path, PersistentMap[Any, Any]())
            if step not in known:
                if len(known) >= self.running.limits.shard_keys:
                    return Failed(shard.name, too_many_keys(self.running.limits.shard_keys), item.reply_to)
                self._hold(shard.name, item.path, known.set(step, None))
        inner = Item(item.value, item.version, item.reply_to, True, (*item.path, step))
        made = self.through(shard.body, inner)
        return made if isinstance(made, Failed) else _with(item, made.value)

    @staticmethod
    def _paired(item: Item, left: Item | Failed, right: Item | Failed) -> Item | Failed:
        if isinstance(left, Failed):
            return left
        return right if isinstance(right, Failed) else _with(item, (left.value, right.value))

    def _held(self, name: str, path: Path, initial: Any) -> Any:
        return self.states[name].get(place(path), initial) if path else self.states[name]

    def _hold(self, name: str, path: Path, state: Any) -> None:
        self.states[name] = self.states[name].set(place(path), state) if path else state


def _with(item: Item, value: Any) -> Item:
    return Item(value, item.version, item.reply_to, True, item.path)


def too_many_keys(limit: int) -> str:
    """Say that a shard takes no more keys."""
    return f"the shard has {limit:,} keys already, and this is a new one (limit `shard_keys`)"


def call(effect: Effect, item: Item, limits: Limits) -> Item | Failed:
    """Call the function of an effect; what it raises makes the item fail, and so does an output that does not fit."""
    try:
        value = taken_in(effect.function(item.value), effect.output, limits, subject="the output")
    except (ValueMismatchError, LimitError) as error:
        return Failed(effect.name, str(error), item.reply_to)
    except Exception as error:  # whatever a function of the user's raises is the item's failure, and nobody else's
        return Failed(effect.name, f"{type(error).__name__}: {error}", item.reply_to)
    return _with(item, value)
