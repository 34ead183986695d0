"""Moments of a simulated pipeline, and how each looks: what runs, what waits in which queue, and in words
what just happened. The moments are the engine's; nothing here decides what happens next.
"""

from __future__ import annotations

from dataclasses import dataclass

from sm_toolkit.engines.simulator import Move, Simulation
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.notebook.pictures.pipeline_view import PipelineView, QueueView, StageView, WaitingChange, WaitingItem
from sm_toolkit.notebook.pictures.wording import type_lines, value_text
from sm_toolkit.notebook.upgrade_words import Editions, answer_text, edition
from sm_toolkit.pipeline.messages import Failed, Item, Refused, Upgraded
from sm_toolkit.pipeline.plans import Admitted, DeployedStage, Message


@dataclass(frozen=True, slots=True)
class Moment:
    """What a simulation holds between two moves; ``move`` led to it, None at the start."""

    move: Move | None
    outside: int
    queues: tuple[tuple[Message, ...], ...]
    stages: tuple[DeployedStage, ...]

    @classmethod
    def of(cls, engine: Simulation, move: Move | None) -> Moment:
        """Look at a simulation as it is now."""
        return cls(move, len(engine.outside), tuple(map(tuple, engine.queues)), tuple(engine.inspect()))


@dataclass(frozen=True, slots=True)
class Frame:
    """A moment to be drawn, and what happened in words."""

    words: str
    view: PipelineView


def frame_of(moment: Moment, target: int | None, named: Editions, answer: Upgraded | Refused, capacity: int) -> Frame:
    """Return how a moment looks; ``target`` is the stage that the change is for, if there is one, and
    ``answer`` what the change is answered.
    """
    stages = []
    queues = []
    for number, stage in enumerate(moment.stages):
        plan = stage.plan
        waiting = moment.queues[number]
        name = edition(plan)
        if number == target:
            name = named.new if _changed(stage, answer) else named.old
        changing = number == target and (_takes_effect(moment, target) or any(isinstance(m, Admitted) for m in waiting))
        stages.append(StageView(plan.name, f"{name} {short_hash(plan.hash)}", value_text(stage.state), changing))
        queues.append(QueueView(_waiting(waiting, number == target, stage, name, named, answer), capacity))
    schemes = [stage.plan.typing.scheme for stage in moment.stages]
    types = (type_lines(schemes[0].input), *(type_lines(scheme.output) for scheme in schemes))
    words = f"{_happened(moment, named)} (Outside: {moment.outside}. Before the exit: {len(moment.queues[-1])}.)"
    return Frame(words, PipelineView(tuple(stages), types, tuple(queues), "simulated pipeline"))


def _takes_effect(moment: Moment, target: int | None) -> bool:
    move = moment.move
    return move is not None and move.mover == target and isinstance(move.taken, Admitted)


def _changed(stage: DeployedStage, answer: Upgraded | Refused) -> bool:
    return isinstance(answer, Upgraded) and not answer.dry_run and stage.plan.hash == answer.hash


def _waiting(
    messages: tuple[Message, ...],
    targeted: bool,
    stage: DeployedStage,
    name: str,
    named: Editions,
    answer: Upgraded | Refused,
) -> tuple[WaitingItem | WaitingChange, ...]:
    """Mark what waits before a stage by the machine that will handle it."""
    changed = targeted and _changed(stage, answer)
    shown: list[WaitingItem | WaitingChange] = []
    for message in messages:
        if isinstance(message, Item):
            shown.append(WaitingItem(name, changed))
        elif isinstance(message, Admitted) and targeted:
            detail = ""
            if isinstance(answer, Upgraded):
                detail = f"{short_hash(stage.plan.hash)} → {short_hash(answer.hash)}"
                if not answer.dry_run:
                    name, changed = named.new, True
            shown.append(WaitingChange(named.words, detail))
        else:
            kind = {Failed: "failed", Upgraded: "upgraded", Refused: "refused"}.get(type(message), "upgrade")
            shown.append(WaitingItem(kind, kind != "failed"))
    return tuple(shown)


# -- words ------------------------------------------------------------------------------------------------


def _happened(moment: Moment, named: Editions) -> str:
    move = moment.move
    if move is None:
        return "Nothing has moved yet."
    taken, given = move.taken, move.given
    assert taken is not None, "every node of a pipeline that is stages in a row takes something in its move"
    what = _called(taken, named)
    if move.changed:
        made = "is made" if isinstance(given, Upgraded) else "is refused"
        return f"Nothing is on its way, and {what} {made} at the door."
    if move.mover == -1:
        return f"{what[0].upper()}{what[1:]} enters."
    if move.before is None or move.after is None:
        end = f" as {answer_text(given)}" if isinstance(given, Item) else ""
        end = " as a failure" if isinstance(given, Failed) else end
        return f"{what[0].upper()}{what[1:]} leaves{end}."
    stage = move.before.plan.name
    before, after = value_text(move.before.state), value_text(move.after.state)
    match taken, given:
        case Item(), Item():
            step = f"{value_text(taken.value)} → {value_text(given.value)}"
            return f"{stage} takes {what}: {step}, state {before} → {after}."
        case Item(), Failed():
            return f"{stage} takes {what}, which {answer_text(given)}."
        case Admitted(), Upgraded() if given.dry_run:
            return f"{stage} tries the upgrade: its state {before} would become {value_text(given.after)}."
        case Admitted(), Upgraded():
            return f"{stage} is upgraded, {named.old} → {named.new}: m({before}) = {after}."
        case Admitted(), Refused():
            return f"{stage} refuses the upgrade: {'; '.join(given.reasons)}."
        case _:
            return f"{stage} passes {what} on."


def _called(message: Message, named: Editions) -> str:
    match message:
        case Item() | Failed():
            return str(message.reply_to)
        case Upgraded() | Refused():
            return "the answer to the upgrade"
        case _:
            return f"the {named.words}"
