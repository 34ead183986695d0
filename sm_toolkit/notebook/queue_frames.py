"""A stream played through the queues of the simulated engine: after each move what runs, what waits where, in words
what just happened, and how far each message has come.

The moves are the engine's; nothing here decides what happens next, and no place on a page belongs here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sm_toolkit.engines.simulator import Move, simulated
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.notebook.lanes import Collected
from sm_toolkit.notebook.move_words import move_text
from sm_toolkit.notebook.pictures.pipeline_view import PartView, PipelineView, StageView, WaitingChange, WaitingItem
from sm_toolkit.notebook.pictures.wording import value_text
from sm_toolkit.notebook.rewiring_view import rewiring_seen
from sm_toolkit.notebook.stage_views import Dress, view_of
from sm_toolkit.notebook.tables import Row, Table
from sm_toolkit.notebook.upgrade_words import Changed, Editions, answer_text
from sm_toolkit.notebook.waiting import Waiting
from sm_toolkit.pipeline.messages import Answer, Failed, Item, Refused, Rewire, Rewired, Upgraded
from sm_toolkit.pipeline.pipelines import Pipeline
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message
from sm_toolkit.pipeline.shapes import Stage
from sm_toolkit.pipeline.upgrades import acts_in_stream

MOST_FRAMES, LEAST_FRAMES, MOST_LOOKS = 400, 60, 12_000
"""How many frames there are at most: fewer where each is of many parts, which are looked at after every move."""

NEAR = 2  # how many messages are told of that have just left, and that come next


@dataclass(frozen=True, slots=True)
class Frame:
    """The pipeline after a move (None at the start): what happened in words, how it looks, and where the stream is."""

    move: Move | None = field(compare=False)
    words: str
    view: PipelineView
    stream: Table


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of a stream beforehand: the change in it, of which stage, and what it is answered.

    ``change`` is the name that the change goes by, ``order`` are the names of all messages, and ``clients`` says whose
    each is. ``before`` are words on what came before.
    """

    change: str
    target: str | None
    editions: Editions
    answer: Changed
    order: tuple[str, ...]
    clients: Mapping[str, str]
    before: str = ""

    @property
    def takes_effect(self) -> bool:
        """Whether anything is different after the change."""
        return not isinstance(self.answer, Refused) and not self.answer.dry_run

    def edition(self, name: str) -> tuple[str, bool]:
        """Return what handles a message, and whether that is new."""
        new = self.takes_effect and self.order.index(name) > self.order.index(self.change)
        return (self.editions.new if new else self.editions.old), new


def played(start: Deployed, messages: Sequence[Message], story: Story, seed: int, capacity: int) -> tuple[Frame, ...]:
    """Play messages through what runs, in the order of a seed; return the start and what follows each move.

    There are at most ``MOST_FRAMES``; the last one says it if there would be more.
    """
    return tuple(_Playing(start, messages, story, seed, capacity).frames())


class _Playing:
    def __init__(self, start: Deployed, messages: Sequence[Message], story: Story, seed: int, capacity: int) -> None:
        self._outlet = Collected()
        self._engine = simulated(seed, capacity).start(start, self._outlet)
        self._engine.feed(messages)
        self._story = story
        self._messages = {name_of(message): message for message in messages}
        # Items are changed by those who have them: so what was said is noted here.
        self._values = {name: value_text(one.value) for name, one in self._messages.items() if isinstance(one, Item)}
        self._where = dict.fromkeys(self._messages, "outside")
        self._answers: dict[str, Answer] = {}
        self._history = self._upgrades(start)

    def frames(self) -> Iterator[Frame]:
        looks = MOST_LOOKS // len(self._engine.network.nodes)
        most = min(MOST_FRAMES, max(LEAST_FRAMES, looks))
        before = self._engine.inspect()
        words = f"Nothing has moved yet. {self._story.before}".strip()
        yield self._frame(None, words, before, before)
        for number in range(1, most):
            move = self._engine.step()
            if move is None:
                return
            after = self._engine.inspect()
            self._follow(move)
            words = move_text(move, before, after, self._story.editions)
            if number + 1 == most and self._engine.possible():
                words += " The moves after this one are not shown: there are too many."
            yield self._frame(move, words, before, after)
            before = after

    def _frame(self, move: Move | None, words: str, before: Deployed, after: Deployed) -> Frame:
        waiting = Waiting(self._engine, self._shown)
        view = view_of(after, "simulated pipeline", self._dress(move, before, after), waiting)
        return Frame(move, f"{words} ({self._outside()})", view, self._stream(move))

    def _outside(self) -> str:
        """Say how many wait outside, and whether the door is held."""
        outside = self._engine.outside
        told = f"Outside: {len(outside)}."
        first = outside[0] if outside else None
        if isinstance(first, Admitted) and not acts_in_stream(self._engine.network.start, first):
            what = f"the {self._story.editions.words}"
            told += f" The door is held: {what} waits until all that entered has left."
        return told

    # -- how the parts look ------------------------------------------------------------------------------

    def _upgrades(self, running: Deployed) -> int:
        plan = running.plans.get(self._story.target or "")
        return 0 if plan is None else len(plan.history)

    def _dress(self, move: Move | None, before: Deployed, after: Deployed) -> Dress:
        """Return what marks the parts: the stage that is changed, and just after a rewiring what became of each."""
        if move is not None and isinstance(move.given, Rewired) and isinstance(move.taken, Admitted):
            assert isinstance(move.taken.request, Rewire)
            if move.changed and not move.given.dry_run:
                return rewiring_seen(before, move.taken.request)[1]
        story = self._story
        acts = move is not None and isinstance(move.taken, Admitted) and (move.changed or move.part == story.target)
        near = any(
            isinstance(message, Admitted)
            for node in self._engine.network.nodes
            if node.part == story.target
            for message in self._engine.queues[node.inputs[0]]
        )
        new = self._upgrades(after) != self._history

        def dress(part: Pipeline[Any, Any], view: PartView) -> PartView:
            if not (isinstance(view, StageView) and isinstance(part, Stage) and part.name == story.target):
                return view
            name = story.editions.new if new else story.editions.old
            return replace(view, edition=f"{name} {short_hash(after.plans[part.name].hash)}", changing=acts or near)

        return dress

    def _shown(self, message: Any, part: str, edition: str) -> WaitingItem | WaitingChange:
        """Mark what waits by what will handle it."""
        story = self._story
        match message:
            case Item():
                return WaitingItem(*story.edition(name_of(message))) if part == story.target else WaitingItem(edition)
            case Failed():
                return WaitingItem("failed")
            case Admitted():
                here = part == story.target
                detail = ""
                if here and isinstance(story.answer, Upgraded):
                    detail = f"{short_hash(self._engine.inspect().plans[part].hash)} → {short_hash(story.answer.hash)}"
                return WaitingChange(story.editions.words, detail, here)
            case _:
                words = {Refused: "refused", Rewired: "rewired", Upgraded: story.editions.done}
                return WaitingItem(words.get(type(message), "request"), True)

    # -- how far each message has come -------------------------------------------------------------------

    def _follow(self, move: Move) -> None:
        """Note where the message of a move is now."""
        for answer in self._outlet.taken():
            self._answers[name_of(answer)] = answer
        message = move.given if move.given is not None else move.taken
        if message is None:
            return
        name = name_of(message)
        if name in self._answers:
            self._where[name] = "has left"
        elif move.role == "door":
            self._where[name] = "has entered"
        elif move.role == "splits":
            self._where[name] = f"is inside {move.part}"
        elif move.role == "joins" and move.given is None:
            pass
        else:
            self._where[name] = f"has passed {move.part}"

    def _stream(self, move: Move | None) -> Table:
        """Return what is on its way, with what has just left and what comes next."""
        names = list(self._where)
        left = [name for name in names if name in self._answers]
        outside = [name for name in names if self._where[name] == "outside"]
        hidden = {*left[:-NEAR], *outside[NEAR:]}
        on_the_way = len(names) - len(left) - len(outside)
        message = None if move is None else move.taken if move.given is None else move.given
        moved = None if message is None else name_of(message)
        rows = tuple(self._row(name, name == moved) for name in names if name not in hidden)
        caption = f"the stream: {len(left)} left, {on_the_way} on the way, {len(outside)} outside"
        return Table(caption, ("", "client", "speaks", "value", "handled by", "where", "answer"), rows)

    def _row(self, name: str, moved: bool) -> Row:
        message, answer = self._messages[name], self._answers.get(name)
        where, who = self._where[name], self._story.clients.get(name, "operator")
        if not isinstance(message, Item):
            told = {Upgraded: self._story.editions.done, Refused: "refused", Rewired: "rewired"}
            said = told.get(type(answer), "") if answer is not None else ""
            return Row((self._story.editions.words, who, "", "", "", where, said), moved, said == "refused")
        speaks = f"interface {message.version}"
        edition, _ = self._story.edition(name)
        said = answer_text(answer) if answer is not None else ""
        return Row((name, who, speaks, self._values[name], edition, where, said), moved, isinstance(answer, Failed))


def name_of(message: Any) -> str:
    """Return what a message is called: it goes with it as ``reply_to`` from the door to the exit."""
    return str(getattr(message, "request", message).reply_to)
