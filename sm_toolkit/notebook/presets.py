"""What goes wrong with a change, made from the change at hand: each mistake as a change of its own, with its words.

A mistake that this change cannot have is left out, and it is said why. What becomes of a mistake is found by running
it; what is said of that is here, too. No widget here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sm_toolkit.language.data.records import Classes
from sm_toolkit.language.data.types import Int, Str, Type, Unit
from sm_toolkit.language.data.values import default_value
from sm_toolkit.language.errors import StepError, ToolkitError
from sm_toolkit.language.interpreter import step
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.vocabulary.combinators import const, consume, fst, ident, if_
from sm_toolkit.language.vocabulary.operations import div, eq
from sm_toolkit.notebook.pictures.wording import type_text, value_text
from sm_toolkit.notebook.upgrade_words import Changed
from sm_toolkit.pipeline.messages import Change, Downgrade, Refused, Rewire, Upgrade
from sm_toolkit.pipeline.pipelines import interface
from sm_toolkit.pipeline.plans import Deployed, deployed

AS_GIVEN = "as given"


@dataclass(frozen=True, slots=True)
class Preset:
    """A mistake: its name, the change that has it, and in words what was done.

    ``refused`` says what follows where it is refused, ``unnoticed`` where nothing of what clients hear differs, and
    ``noticed`` where something does.
    """

    name: str
    change: Change
    words: str
    refused: str = ""
    unnoticed: str = ""
    noticed: str = ""

    def told(self, answer: Changed, differs: bool) -> str:
        """Explain the mistake, and what comes of it here."""
        outcome = self.refused if isinstance(answer, Refused) else self.noticed if differs else self.unnoticed
        if not isinstance(answer, Refused) and answer.dry_run:
            outcome = "A dry run does not refuse it, and shows the state that it would make."
        return f"{self.words} {outcome}".strip()


@dataclass(frozen=True, slots=True)
class Presets:
    """The mistakes that can be made here, by their names, and a sentence for each that cannot."""

    made: Mapping[str, Preset]
    missing: tuple[str, ...]


class NotHereError(Exception):
    """A change cannot have this mistake; the text says why."""


def presets(change: Change, running: Deployed) -> Presets:
    """Return what can be done wrong with a change; ``running`` is what runs where it comes."""
    made: dict[str, Preset] = {}
    missing: list[str] = []
    for name, make in MISTAKES.items():
        try:
            made[name] = make(name, change, running)
        except NotHereError as reason:
            if name not in RARE:
                missing.append(f"“{name}” cannot be shown here: {reason}.")
        except ToolkitError as error:
            missing.append(f"“{name}” cannot be made here: {error}.")
    return Presets(made, tuple(missing))


# -- the migration that a change brings ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Migration:
    """A migration: of which stage, from and to which type, the initial state, and one that it meets."""

    stage: str
    machine: Machine[Any, Any, Any]
    before: Type[Any]
    after: Type[Any]
    initial: Any
    met: Any
    classes: Classes  # of the machine whose state it makes

    def of(self, state: Any) -> Any:
        """Return what it makes of a state."""
        made, _ = step(self.machine, state, None)
        return made


def _migration(change: Change, running: Deployed) -> _Migration:
    match change:
        case Upgrade():
            if change.stage not in running.plans:
                raise NotHereError(f"there is no stage {change.stage!r} whose state could be migrated")
            before = running.plans[change.stage].typing.scheme.state
            states = _states(change.stage, running)
            return _Migration(change.stage, change.migrate, before, change.state_type, *states, change.machine.classes)
        case Downgrade():
            raise NotHereError("a downgrade brings no migration: it goes the way back that the upgrade gave")
        case Rewire():
            target = deployed(change.pipeline, running.limits)
            for name in (*change.migrations, *running.plans):
                if name in running.plans and name in target.plans and name not in change.drop:
                    before, after = (each.plans[name].typing.scheme.state for each in (running, target))
                    if before is Unit or (name not in change.migrations and before is not after):
                        continue
                    machine = change.migrations.get(name, ident(before))
                    classes = target.plans[name].typing.classes
                    return _Migration(name, machine, before, after, *_states(name, running), classes)
            raise NotHereError("no state is kept")


def _states(name: str, running: Deployed) -> tuple[Any, Any]:
    """Return the initial state of a stage, and one that it is in: in shards one of them."""
    plan, state = running.plans[name], running.states[name]
    if not running.around[name]:
        return plan.initial, state
    return plan.initial, next((state[at] for at in sorted(state, key=value_text)), plan.initial)


def _with_migration(change: Change, stage: str, machine: Machine[Any, Any, Any]) -> Change:
    if isinstance(change, Rewire):
        return replace(change, migrations={**change.migrations, stage: machine})
    assert isinstance(change, Upgrade)
    return replace(change, migrate=machine)


# -- the mistakes -------------------------------------------------------------------------------------------


def _wrong_type(name: str, change: Change, running: Deployed) -> Preset:
    found = _migration(change, running)
    value, type_ = ("a text", Str) if found.after is not Str else (0, Int)
    machine = consume(found.before) >> const(value)
    return Preset(
        name,
        _with_migration(change, found.stage, machine),
        f"The migration of {found.stage} makes a {type_} ({value_text(value)}), and the new machine's state is "
        f"{type_text(found.after)}.",
        "Types are compared before a state is touched. So it is refused, no item notices, and the old machine goes on "
        "in the state that it has.",
    )


def _failing(name: str, change: Change, running: Deployed) -> Preset:
    found = _migration(change, running)
    type_, met = found.before, found.met
    never = (ident(type_) & (consume(type_) >> const((1, 0)) >> div)) >> fst(type_, Int)
    asked = ident(type_) & ((ident(type_) & (consume(type_) >> const(met, type_))) >> eq(type_))
    machine = asked >> if_(never, ident(type_)) >> found.machine
    return Preset(
        name,
        _with_migration(change, found.stage, machine),
        f"The migration of {found.stage} has the right type, and divides by zero on the state {value_text(met)}.",
        "No check of types can tell on which states a migration fails, so it is tried on the state that it meets. "
        "It failed there, and nothing has changed: a change is made whole or not at all.",
        "Here it meets another state, and succeeds. A dry run tells beforehand.",
        "Here it meets another state, and succeeds. A dry run tells beforehand.",
    )


def _type_checks_yet_wrong(name: str, change: Change, running: Deployed) -> Preset:
    found = _migration(change, running)
    try:
        forgetful = found.of(found.initial)
        right = found.of(found.met)
    except StepError as error:
        raise NotHereError(f"the migration at hand fails on the state: {error.reason}") from None
    if forgetful == right:
        other = default_value(found.after, found.classes)
        forgetful = forgetful if other is None else other
    if found.after is Unit or (forgetful == right and found.before is Unit):
        raise NotHereError(f"{found.stage} has no state to lose")
    machine = consume(found.before) >> const(forgetful, found.after)
    lost = "on the state that it meets here that is right by chance" if forgetful == right else "what was kept is lost"
    return Preset(
        name,
        _with_migration(change, found.stage, machine),
        f"The migration of {found.stage} has the right type, and makes {value_text(forgetful)} of every state: {lost}.",
        "It is refused all the same, for another reason.",
        "It is accepted, and so far nobody hears a difference: the state is wrong all the same. Types cannot see that; "
        "a test of what the new machine answers can.",
        "It is accepted, for types cannot see that, and then the answers differ. A test of what the new machine "
        "answers can see it, or a dry run that shows the state it would make.",
    )


def _forgotten_adapter(name: str, change: Change, running: Deployed) -> Preset:
    if change.adapter is None:
        raise NotHereError("the change brings no adapter")
    return Preset(
        name,
        replace(change, adapter=None),
        "The adapter is left out, by which the old client's inputs are taken up, and outputs down to that client.",
        "The old client could not be served any more. So it is refused while that client is connected, unless it says "
        "force.",
        "The types are the same with an adapter and without one, so nothing is missed, and so far every answer is the "
        "same, too.",
        "The types are the same with an adapter and without one, so nothing is missed: and what the old client says "
        "means something else from here on.",
    )


def _forced(name: str, change: Change, running: Deployed) -> Preset:
    if change.adapter is None or not _retyped(change, running):
        raise NotHereError("the change brings no adapter that the old client would miss")
    return Preset(
        name,
        replace(change, adapter=None, force=True),
        "The adapter is left out, and the change says force.",
        "It is refused all the same, for another reason.",
        "Nobody hears a difference so far.",
        "The old client is told so with its next item, and has to connect anew; a client of the new version is served.",
    )


def _retyped(change: Change, running: Deployed) -> bool:
    """Tell whether a change makes the interface another one."""
    match change:
        case Upgrade():
            plan = running.plans.get(change.stage)
            return plan is None or (change.input_type, change.output_type) != (
                plan.typing.scheme.input,
                plan.typing.scheme.output,
            )
        case Rewire():
            types = interface(change.pipeline)
            return (types.input, types.output) != (running.interface.input, running.interface.output)
        case Downgrade():
            plan = running.plans.get(change.stage)
            if plan is None or not plan.history:
                return False
            before, now = plan.history[-1].plan.typing.scheme, plan.typing.scheme
            return (before.input, before.output) != (now.input, now.output)


def _unknown_stage(name: str, change: Change, running: Deployed) -> Preset:
    known = list(running.plans)
    held = [name for name, plan in running.plans.items() if plan.typing.scheme.state is not Unit]
    right = next(iter((*held, *known))) if isinstance(change, Rewire) else change.stage
    wrong = next(each for each in _misspelt(right) if each not in known)
    if isinstance(change, Rewire):
        made: Change = replace(change, drop=frozenset({*change.drop, wrong}))
        words = f"The rewiring says that the state of {wrong!r} is to be dropped, and no stage has that name."
    else:
        made = replace(change, stage=wrong)
        words = f"The change is for {wrong!r}, and no stage has that name (there is {', '.join(known)})."
    return Preset(
        name,
        made,
        words,
        "Which stages run is known only where the change takes effect: so it is refused there, at its place in the "
        "stream, and what runs goes on.",
    )


def _misspelt(name: str) -> Iterator[str]:
    """Yield names that are nearly this one.

    >>> next(_misspelt("counter")), next(_misspelt("a"))
    ('countr', 'aa')
    """
    if len(name) > 2:
        yield name[:-2] + name[-1]
    for count in range(1, 100):
        yield f"{name}{name[-1:] * count or 'x'}"


def _forgotten_drop(name: str, change: Change, running: Deployed) -> Preset:
    if not isinstance(change, Rewire) or not change.drop:
        raise NotHereError("the change drops no state")
    return Preset(
        name,
        replace(change, drop=frozenset()),
        f"It is not said that the state of {', '.join(sorted(change.drop))} may be lost.",
        "No state is lost in silence: so it is refused, and says what would be lost.",
        "Nothing would be lost, and it is made.",
        "Nothing would be lost, and it is made.",
    )


MISTAKES: dict[str, Callable[[str, Change, Deployed], Preset]] = {
    "wrong migration type": _wrong_type,
    "forgotten adapter": _forgotten_adapter,
    "forced": _forced,
    "unknown stage": _unknown_stage,
    "migration fails": _failing,
    "type-checks, yet wrong": _type_checks_yet_wrong,
    "forgotten drop": _forgotten_drop,
}
"""What can go wrong, by its name, in the order in which it is shown."""
RARE = frozenset({"forced", "forgotten drop"})
"""Mistakes that many changes cannot have: nothing is said where they are missing."""
