"""Steps: what a stage, an effect or a tee does with messages, many at once. They hold the states while a pipeline runs.

A ``Line`` is steps one after another. Which messages come at once changes nothing but the time that it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any, Protocol, TypeAlias

from sm_toolkit.language.data.columns import all_fit
from sm_toolkit.language.data.persistent import PersistentMap, as_slots, from_slots, slot
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.limits import Limits
from sm_toolkit.pipeline.ends import taken_up
from sm_toolkit.pipeline.meaning import call
from sm_toolkit.pipeline.messages import Alike, Failed, Inspect, Item, Values, as_items, items_like
from sm_toolkit.pipeline.metrics import Tally
from sm_toolkit.pipeline.plans import (
    Deployed,
    DeployedStage,
    Message,
    Path,
    Plan,
    path_of,
    place,
    view,
    view_of_effect,
    with_plans,
)
from sm_toolkit.pipeline.shapes import Effect, Shard
from sm_toolkit.pipeline.stages import handle

Copy: TypeAlias = Callable[[list[Any]], None]
"""Takes the values that reach a tee, in order."""

Held: TypeAlias = tuple[str, Plan | None, Any]
"""What a step holds: the name of the part, its plan if it is a stage, and its state, or its part of a map of states."""


class Step(Protocol):
    """Something that messages pass through, and that may hold states."""

    def batch(self, messages: list[Message]) -> list[Message]:
        """Take messages in, and give one out for each, in order. The list given may be changed and given back."""
        ...

    def held(self) -> Iterator[Held]:
        """Yield what is held."""
        ...


class Line:
    """Steps one after another."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self._parts: list[Step | Straight] = list(in_parts(steps))

    def batch(self, messages: list[Message]) -> list[Message]:
        """Take messages through all the steps."""
        for part in self._parts:
            messages = part.batch(messages if isinstance(part, Straight) else as_items(messages))
        return messages

    def held(self) -> Iterator[Held]:
        """Yield what the steps hold."""
        for step in self.steps:
            yield from step.held()


class Entry:
    """The first step of a pipeline: values are checked, and items of older versions go up."""

    def __init__(self, running: Deployed) -> None:
        self._running = running

    def values(self, messages: list[Message]) -> list[Any] | None:
        """Return the values of items that may go on as they are; None if not all of the messages are such items.

        Of each either its value was checked before, or that of none was.
        """
        items: list[Any] = messages
        log = self._running.log
        if type(items) is Values:
            return items if all_fit(items, log.input, self._running.limits) else None
        if type(items) is not Alike and not (
            {item.__class__ for item in items} == {Item}
            and {item.version for item in items} <= {None, log.current}
            and len({item.checked for item in items}) == 1
        ):
            return None
        values = [item.value for item in items]
        return values if items[0].checked or all_fit(values, log.input, self._running.limits) else None

    def batch(self, messages: list[Message]) -> list[Message]:
        """Return messages as the first stage gets them."""
        running = self._running
        return [taken_up(running, message) for message in messages]

    def held(self) -> Iterator[Held]:
        """Yield nothing."""
        return iter(())


class StageStep:
    """A stage outside all shards."""

    def __init__(self, stage: DeployedStage, tally: Tally | None = None) -> None:
        self.stage = stage
        self.tally = tally

    def batch(self, messages: list[Message]) -> list[Message]:
        """Run the items, apply a change, gather for an inspection."""
        return in_runs(messages, self._items if len(messages) > 1 else self._alone, self._other, self.tally)

    def outputs(self, values: list[Any]) -> list[Any]:
        """Return the outputs for values, errors among them."""
        plan, state = self.stage
        outputs, state = plan.program.batch(values, state)
        self.stage = DeployedStage(plan, state)
        return outputs

    def _other(self, message: Message) -> Message:
        self.stage, message = handle(self.stage, message)
        return message

    def _alone(self, items: list[Item]) -> Sequence[Message]:
        return _counted(self.tally, items, [self._other(item) for item in items])

    def _items(self, items: list[Item]) -> Sequence[Message]:
        outputs = self.outputs([item.value for item in items])
        return _counted(self.tally, items, with_outputs(self.stage.plan.name, items, outputs))

    def held(self) -> Iterator[Held]:
        """Yield the stage."""
        yield self.stage.plan.name, self.stage.plan, self.stage.state


class ShardedStageStep:
    """A stage inside shards, or one copy of it: a state for each place.

    ``states`` are those of this copy alone.
    """

    def __init__(
        self,
        plan: Plan,
        states: PersistentMap[Any, Any],
        around: tuple[Shard, ...],
        keys: Any,
        tally: Tally | None = None,
    ) -> None:
        self._plan = plan
        self._tally = tally
        self._states = as_slots(states)
        self._around, self._keys = around, keys

    def batch(self, messages: list[Message]) -> list[Message]:
        """Run the items, each in the state of its place; gather for an inspection."""
        return in_runs(messages, self._items, self._other, self._tally)

    def _other(self, message: Message) -> Message:
        if isinstance(message, Inspect):
            seen = view(self._plan, from_slots(self._states), self._around, self._keys)
            return replace(message, seen=(*message.seen, seen))
        return message

    def _items(self, items: list[Item]) -> Sequence[Message]:
        states, initial, step = self._states, self._plan.initial, self._plan.program.step
        made: list[Message] = []
        for item in items:
            path = item.path
            at = path[0] if len(path) == 1 else place(path)
            under = at if at.__class__ is str else slot(at)
            known = states.get(under)
            try:
                value, state = step(item.value, initial if known is None else known[1])
            except StepError as error:
                made.append(Failed(self._plan.name, error.reason, item.reply_to))
            else:
                states[under] = (at, state)
                made.append(Item(value, item.version, item.reply_to, True, path))
        return _counted(self._tally, items, made)

    def held(self) -> Iterator[Held]:
        """Yield the states of this copy."""
        yield self._plan.name, self._plan, from_slots(self._states)


class EffectStep:
    """An effect, its function called on the thread that runs the step."""

    def __init__(self, effect: Effect, limits: Limits, tally: Tally | None = None) -> None:
        self.effect = effect
        self._limits = limits
        self._tally = tally

    def batch(self, messages: list[Message]) -> list[Message]:
        """Call the function for each item."""
        return in_runs(messages, self._items, self._other, self._tally)

    def _items(self, items: list[Item]) -> Sequence[Message]:
        return _counted(self._tally, items, [call(self.effect, item, self._limits) for item in items])

    def _other(self, message: Message) -> Message:
        if isinstance(message, Inspect):
            return replace(message, seen=(*message.seen, view_of_effect(self.effect)))
        return message

    def held(self) -> Iterator[Held]:
        """Yield nothing."""
        return iter(())


class TeeStep:
    """A tee: the values of items are copied to a sink, if there is one."""

    def __init__(self, name: str, copy: Copy | None) -> None:
        self.name = name
        self._copy = copy

    def batch(self, messages: list[Message]) -> list[Message]:
        """Copy, and pass on."""
        if self._copy is not None:
            values = [message.value for message in messages if isinstance(message, Item)]
            if values:
                self._copy(values)
        return messages

    def held(self) -> Iterator[Held]:
        """Yield nothing."""
        return iter(())


class Straight:
    """Stages one after another, perhaps with the entry before them: items go through as bare values, all at once.

    That is for many items of which none fails. What is otherwise goes step by step.
    """

    FEWEST = 4
    """How many items are many: the time that this takes at the least is that of so few step by step."""

    def __init__(self, entry: Entry | None, stages: list[StageStep]) -> None:
        self._entry, self._stages = entry, stages

    def batch(self, messages: list[Message]) -> list[Message]:
        """Take messages through."""
        values = self._values(messages) if len(messages) >= self.FEWEST else None
        if values is None:
            messages = as_items(messages)
            if self._entry is not None:
                messages = self._entry.batch(messages)
            return self._rest(0, messages)
        began = perf_counter()
        for number, step in enumerate(self._stages):
            outputs = step.outputs(values)
            failed = StepError in {output.__class__ for output in outputs}
            if step.tally is not None:
                step.tally.items += len(outputs)
                step.tally.failures += failed and sum(type(output) is StepError for output in outputs)
                ended = perf_counter()
                step.tally.seconds += ended - began
                began = ended
            if failed:
                made = with_outputs(step.stage.plan.name, self._with(as_items(messages), outputs), outputs)
                return self._rest(number + 1, list(made))
            values = outputs
        return self._with(messages, values)

    def _values(self, messages: list[Message]) -> list[Any] | None:
        if self._entry is not None:
            return self._entry.values(messages)
        items: list[Any] = messages
        if type(items) is Values:
            return items
        if type(items) is Alike or {item.__class__ for item in items} == {Item}:
            return [item.value for item in items]
        return None

    def _rest(self, number: int, messages: list[Message]) -> list[Message]:
        for step in self._stages[number:]:
            messages = step.batch(messages)
        return messages

    def _with(self, messages: list[Any], values: list[Any]) -> list[Any]:
        """Return the items with other values: the very items, unless they are from outside."""
        if type(messages) is Values:
            return Values(values)
        if self._entry is None or messages[0].checked:
            for item, value in zip(messages, values, strict=True):
                item.value = value
            return messages
        return items_like(messages, values)


def in_parts(steps: Sequence[Step]) -> Iterator[Step | Straight]:
    """Yield steps, those together that values may go straight through."""
    entry: Entry | None = None
    stages: list[StageStep] = []
    for step in steps:
        if isinstance(step, StageStep):
            stages.append(step)
            continue
        if stages or entry is not None:
            yield Straight(entry, stages)
        entry, stages = None, []
        if isinstance(step, Entry):
            entry = step
        else:
            yield step
    if stages or entry is not None:
        yield Straight(entry, stages)


def in_runs(
    messages: list[Message],
    items: Callable[[list[Item]], Sequence[Message]],
    other: Callable[[Message], Message],
    tally: Tally | None,
) -> list[Message]:
    """Return what becomes of messages, of all items that follow one another at once, and of the others one by one."""
    began = 0.0 if tally is None else perf_counter()
    made: list[Message] = []
    run: list[Any] = []
    others = 0
    for message in messages:
        if message.__class__ is Item:
            run.append(message)
        else:
            if run:
                made += items(run)
                run = []
            made.append(other(message))
            others += 1
    if run:
        made += items(run)
    if tally is not None:
        tally.items += len(made) - others
        tally.seconds += perf_counter() - began
    return made


def _counted(tally: Tally | None, items: list[Item], made: Sequence[Message]) -> Sequence[Message]:
    """Return what was made of items, the failures in it counted; where it is the items themselves, there are none."""
    if tally is not None and made is not items:
        tally.failures += sum(message.__class__ is Failed for message in made)
    return made


def with_outputs(name: str, items: list[Item], outputs: list[Any]) -> Sequence[Message]:
    """Return items with their outputs as values, the items themselves, which this step owns; errors become failures."""
    if StepError not in {output.__class__ for output in outputs}:
        for item, output in zip(items, outputs, strict=True):
            item.value = output
        return items
    made: list[Message] = []
    for item, output in zip(items, outputs, strict=True):
        if isinstance(output, StepError):
            made.append(Failed(name, output.reason, item.reply_to))
        else:
            item.value = output
            made.append(item)
    return made


def owned(
    states: PersistentMap[Any, Any], owns: Callable[[Path], bool] | None, wide: tuple[int, ...]
) -> PersistentMap[Any, Any]:
    """Return the part of a map of states whose places one copy has; ``wide`` are the widths of the shards round it."""
    if owns is None:
        return states
    slots = as_slots(states)
    return from_slots({under: (at, state) for under, (at, state) in slots.items() if owns(path_of(at, wide))})


def collected(running: Deployed, held: Iterable[Held]) -> Deployed:
    """Return what runs with the plans and states that the steps hold; the parts of a map are put together."""
    plans, states = dict(running.plans), dict(running.states)
    united: dict[str, PersistentMap[Any, Any]] = {}
    for name, plan, state in held:
        if plan is not None:
            plans[name] = plan
        in_parts = running.around[name] or name in running.keys
        if in_parts:
            united[name] = united[name] | state if name in united else state
        else:
            states[name] = state
    made = replace(running, states={**states, **united})
    changed = [plan for name, plan in plans.items() if plan is not running.plans[name]]
    return with_plans(made, changed) if changed else made
