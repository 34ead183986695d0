"""A stream that goes through the simulated engine message by message: what each is answered, and what runs after it.

Each message has left before the next one enters. That no schedule changes what comes out, nor the states that are left
behind, is what every engine promises; so this is the stream as its clients see it, and which moves it makes is
``queue_frames``' business. Nothing is worded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from sm_toolkit.engines.simulator import Simulation, simulated
from sm_toolkit.language.data.equality import same_value
from sm_toolkit.notebook.pictures.wording import value_text
from sm_toolkit.pipeline.ends import enter, taken_up
from sm_toolkit.pipeline.messages import Answer, Item, Refused, Request, Rewired, Upgraded
from sm_toolkit.pipeline.plans import Deployed, Message


class Collected:
    """Takes what an engine delivers, until it is asked for."""

    def __init__(self) -> None:
        self._answers: list[Answer] = []

    def deliver(self, answers: list[Answer]) -> None:
        """Take answers."""
        self._answers += answers

    def broken(self, error: BaseException) -> None:
        """Let an error of the engine be seen where it was told to move."""
        raise error

    def taken(self) -> list[Answer]:
        """Return what was delivered since this was last asked."""
        taken, self._answers = self._answers, []
        return taken


@dataclass(frozen=True, slots=True)
class Passed:
    """A message that has gone through: its name, what was answered, and what runs after it."""

    name: str
    answer: Answer
    after: Deployed


@dataclass(frozen=True)
class Lane:
    """A stream that has gone through: what ran at the start, and each message in order."""

    start: Deployed
    passed: tuple[Passed, ...]

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """The answers by the names of the messages."""
        return {each.name: each.answer for each in self.passed}

    @cached_property
    def places(self) -> dict[str, int]:
        """How many messages came before each, by its name."""
        return {each.name: number for number, each in enumerate(self.passed)}

    def before(self, name: str) -> Deployed:
        """Return what runs where a message comes."""
        number = self.places[name]
        return self.passed[number - 1].after if number else self.start

    def after(self, count: int) -> Deployed:
        """Return what runs after so many messages."""
        return self.passed[count - 1].after if count else self.start

    @property
    def end(self) -> Deployed:
        """What runs at the end."""
        return self.after(len(self.passed))


class Passing:
    """What runs on a simulated engine, and takes one message after another."""

    def __init__(self, running: Deployed) -> None:
        self._outlet = Collected()
        self._engine: Simulation = simulated().start(running, self._outlet)

    def take(self, message: Message) -> Passed:
        """Let a message go through."""
        self._engine.feed([message])
        self._engine.drain()
        (answer,) = self._outlet.taken()
        return Passed(str(answer.reply_to), answer, self._engine.inspect())

    def all(self, messages: Iterable[Message]) -> Iterator[Passed]:
        """Let messages go through, one after another."""
        return map(self.take, messages)


def items(values: Iterable[Any], called: str, version: int | None) -> list[Item]:
    """Return values as items of a client who speaks a version, named by their numbers.

    >>> items(["a"], "item", 1)
    [Item(value='a', version=1, reply_to='item 1')]
    """
    return [Item(value, version, f"{called} {number}") for number, value in enumerate(values, 1)]


def lane(running: Deployed, requests: Iterable[Request]) -> Lane:
    """Return requests that have gone through."""
    return Lane(running, tuple(Passing(running).all(map(enter, requests))))


def changed_lane(without: Lane, change: Message, at: int, rest: Iterable[Item], new: Iterable[Any]) -> Lane:
    """Return a lane with a change after its first ``at`` messages; then come the rest of them, and new items.

    The new items are of a client who speaks the version that the change makes, or was to make.
    """
    passing = Passing(without.after(at))
    changed = passing.take(change)
    version = version_for_new(changed, without.start)
    after = [*passing.all(rest), *passing.all(items(new, "new item", version))]
    return Lane(without.start, (*without.passed[:at], changed, *after))


def version_for_new(changed: Passed, start: Deployed) -> int:
    """Return the version that a new client asks for: the one that a change makes, or was to make."""
    answer = changed.answer
    return answer.version if isinstance(answer, Upgraded | Rewired) else start.log.next_number()


def answer_to_change(lane: Lane, name: str) -> Upgraded | Rewired | Refused:
    """Return what a change in a lane was answered."""
    answer = lane.answers[name]
    assert isinstance(answer, Upgraded | Rewired | Refused)
    return answer


def taken(values: Iterable[Any], most: int) -> tuple[tuple[Any, ...], str]:
    """Return the first of many values, and in words how many there were, empty if all of them are taken.

    >>> taken([1, 2, 3], 2), taken([1, 2], 2)
    (((1, 2), '3'), ((1, 2), ''))
    """
    several = tuple(islice(values, most + 1))
    if len(several) <= most:
        return several, ""
    there = f"{len(values):,}" if isinstance(values, Sized) else f"more than {most:,}"
    return several[:most], there


def seen_as(running: Deployed, item: Item) -> str:
    """Return in words what an item of an older version becomes as it enters; empty if it stays as it is."""
    became = taken_up(running, Item(item.value, item.version, item.reply_to))
    if not isinstance(became, Item):
        return "nothing: it fails"
    return "" if same_value(became.value, item.value, classes=True) else value_text(became.value)
