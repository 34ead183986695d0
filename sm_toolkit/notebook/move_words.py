"""What just happened, in words: one sentence for each move of a simulated pipeline, whichever part of it moved.

Nothing here decides what happens next.
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.engines.simulator import Move
from sm_toolkit.language.data.types import Unit
from sm_toolkit.notebook.pictures.wording import value_text
from sm_toolkit.notebook.rewiring_view import rewiring_seen
from sm_toolkit.notebook.stage_views import states_text
from sm_toolkit.notebook.upgrade_words import Editions, answer_text, reasons_text
from sm_toolkit.pipeline.messages import Failed, Item, Refused, Rewire, Rewired, Upgraded
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message
from sm_toolkit.pipeline.shapes import Effect, Shard, Stage, Tee, named


def move_text(move: Move, before: Deployed, after: Deployed, editions: Editions) -> str:
    """Say what a move did; ``before`` and ``after`` are what ran before it and after it."""
    taken, given = move.taken, move.given
    if move.role == "door":
        return _at_door(move, before, editions)
    if move.role == "exit":
        end = f" as {answer_text(given)}" if isinstance(given, Item) else ""
        end = " as a failure" if isinstance(given, Failed) else end
        return f"{_capital(called(taken, editions))} leaves{end}."
    if move.role == "splits":
        return _capital(_split(move, _kind(move.part, before), editions))
    if move.role == "joins":
        return _capital(_joined(move, _kind(move.part, before), editions))
    kind = _kind(move.part, before)
    if kind == "stage":
        return _at_stage(move, before, after, editions)
    what = called(taken, editions)
    if isinstance(given, Failed) and isinstance(taken, Item):
        return f"{_capital(_name(move.part, kind))} takes {what}, which {answer_text(given)}."
    if isinstance(taken, Item) and isinstance(given, Item):
        match kind:
            case "tee":
                return f"Tee {move.part} lets {what} pass, and copies {value_text(taken.value)} to its sink."
            case "effect":
                return f"Effect {move.part} takes {what}: {value_text(taken.value)} → {value_text(given.value)}."
            case _:
                return f"{_capital(what)} passes the door."
    return f"{_capital(_name(move.part, kind))} passes {what} on."


def called(message: Message | None, editions: Editions) -> str:
    """Return what a message is called in a sentence."""
    match message:
        case None:
            return "nothing"
        case Item() | Failed():
            return str(message.reply_to)
        case Upgraded() | Refused() | Rewired():
            return f"the answer to the {editions.noun}"
        case _:
            return f"the {editions.words}"


def _at_door(move: Move, before: Deployed, editions: Editions) -> str:
    what = called(move.taken, editions)
    if not move.changed:
        return f"{_capital(what)} enters."
    assert isinstance(move.taken, Admitted)
    match move.given:
        case Refused() as refused:
            return f"Nothing is on its way, and {what} is refused at the door: {reasons_text(refused)}."
        case Rewired(dry_run=True):
            return f"Nothing is on its way, and {what} is tried at the door: it would be made."
        case Upgraded() as made:
            states = [value_text(each) for each in (made.before, made.after)]
            if before.around[made.stage]:
                states = [states_text(each) or "none yet" for each in (made.before, made.after)]
            done = "tried" if made.dry_run else "made"
            return f"Nothing is on its way, and {what} is {done} at the door: m({states[0]}) = {states[1]}."
        case _:
            assert isinstance(move.taken.request, Rewire)
            seen, _ = rewiring_seen(before, move.taken.request)
            told = "; ".join(seen.words) or "nothing becomes of any part"
            return f"Nothing is on its way, and {what} is made at the door: {told}."


def _at_stage(move: Move, before: Deployed, after: Deployed, editions: Editions) -> str:
    taken, given, stage = move.taken, move.given, move.part
    what = called(taken, editions)
    copy = f" (copy {_copy(move.copy)})" if move.copy else ""
    match taken, given:
        case Item(), Item():
            step = f"{value_text(taken.value)} → {value_text(given.value)}"
            return f"{stage}{copy} takes {what}: {step}{_state_text(stage, before, after)}."
        case Item(), Failed():
            return f"{stage}{copy} takes {what}, which {answer_text(given)}."
        case Admitted(), Upgraded() if given.dry_run:
            return (
                f"{stage} tries the {editions.noun}: its state {value_text(given.before)} would become "
                f"{value_text(given.after)}."
            )
        case Admitted(), Upgraded():
            states = f"m({value_text(given.before)}) = {value_text(given.after)}"
            return f"{stage} is {editions.done}, {editions.old} → {editions.new}: {states}."
        case Admitted(), Refused():
            return f"{stage} refuses the {editions.noun}: {reasons_text(given)}."
        case _:
            return f"{stage}{copy} passes {what} on."


def _state_text(stage: str, before: Deployed, after: Deployed) -> str:
    """Say how the state of a stage changed; in shards which of its states."""
    plan = after.plans[stage]
    if plan.typing.scheme.state is Unit:
        return ""
    was, becomes = before.states[stage], after.states[stage]
    if not after.around[stage]:
        return f", state {value_text(was)} → {value_text(becomes)}"
    changed = [(at, state) for at, state in becomes.items() if at not in was or was[at] != state]
    return "".join(
        f", state of {value_text(at)} {value_text(was.get(at, plan.initial))} → {value_text(state)}"
        for at, state in changed
    )


def _split(move: Move, kind: str, editions: Editions) -> str:
    taken, name = move.taken, _name(move.part, kind)
    what = called(taken, editions)
    if taken is None:
        return f"{name} goes on giving."
    if isinstance(move.given, Failed) and isinstance(taken, Item):
        return f"{name} takes {what}, which {answer_text(move.given)}."
    if not isinstance(taken, Item) or move.branches is None:
        return f"{name} passes {what} {'by' if isinstance(taken, Failed) or not move.branches else 'into every lane'}."
    match kind:
        case "fan out":
            return f"{name} gives {what} to both lanes."
        case "parallel":
            return f"{name} gives the halves of {what} to its lanes."
        case "choice":
            side = "second" if move.branches == (1,) else "first"
            return f"{name} sends {what}, {value_text(taken.value)}, into its {side} lane."
        case "each":
            count = len(move.branches)
            return f"{name} takes {what} apart: {count} element{'' if count == 1 else 's'}."
        case "effect":
            return f"{name} gives {what} to worker {move.branches[0]}."
        case _:
            return f"{name} sends {what} to copy {move.branches[0]}."


def _joined(move: Move, kind: str, editions: Editions) -> str:
    name, given = _name(move.part, kind), move.given
    match given:
        case Item():
            whole = "lets" if kind in ("shard", "effect") else "joins"
            end = "out" if kind in ("shard", "effect") else "again"
            return f"{name} {whole} {called(given, editions)} {end}: {value_text(given.value)}."
        case None:
            return f"{name} waits for what comes of {called(move.taken, editions)}."
        case _:
            return f"{name} passes {called(given, editions)} on."


def _kind(part: str, running: Deployed) -> str:
    """Return what a part is; a branching without a name is called by its kind."""
    found = next((each for each in named(running.pipeline) if each.name == part), None)
    kinds: dict[type[Any], str] = {Stage: "stage", Tee: "tee", Effect: "effect", Shard: "shard"}
    return part if found is None else kinds[type(found)]


def _name(part: str, kind: str) -> str:
    return part if kind in ("stage", part) else f"{kind} {part}"


def _copy(mark: str) -> str:
    """Return which copy a mark says, of shards in shards the outermost first.

    >>> _copy("[0][2]")
    '0.2'
    """
    return mark[1:-1].replace("][", ".")


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
