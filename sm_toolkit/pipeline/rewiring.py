"""Rewiring: another pipeline in the place of the one that runs, at one update point, all of it or nothing.

Stages keep their states by their names. What has no place in the new pipeline is given up only where that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sm_toolkit.language.checking.inference import elaborate
from sm_toolkit.language.data.persistent import PersistentMap
from sm_toolkit.language.data.types import Type, Unit, match
from sm_toolkit.language.data.values import check_value
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.errors import LimitError, StepError, ToolkitError, ValueMismatchError
from sm_toolkit.language.syntax.machines import Machine, made_of
from sm_toolkit.pipeline.messages import Adapter, Refused, Rewire, Rewired
from sm_toolkit.pipeline.plans import (
    NOTHING,
    Admitted,
    Deployed,
    Plan,
    deployed,
    hash_typing,
    path_of,
    place,
    state_type,
    widths,
)
from sm_toolkit.pipeline.shapes import Pipeline, Shard, Tee, named
from sm_toolkit.pipeline.upgrades import Swap, moved, moved_map
from sm_toolkit.pipeline.versioning import next_log


def rewire(
    running: Pipeline[Any, Any],
    new: Pipeline[Any, Any],
    *,
    migrations: Mapping[str, Machine[Any, Any, Any]] | None = None,
    drop: Iterable[str] = (),
    adapter: Adapter | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> Rewire:
    """Return the message that puts a pipeline in the place of another.

    ``migrations`` has for a stage, by its name, the machine from its old state to its new one; inside shards it may
    also be from the map of all its states to the new map. A stage without one keeps its state. ``drop`` names the
    stages whose states are given up: those that go, and those that are to start anew.

    Raises:
        TypeError: something is no pipeline, no machine or no adapter, or ``drop`` is a single name.
        PipelineError, MachineTypeError, AmbiguousTypeError: what runs does not type.
    """
    names = drop if isinstance(drop, str) else frozenset(drop)
    asked = Rewire(new, migrations or {}, names, None, adapter, force, dry_run)
    before = deployed(running)
    fixed = {name: _fixed(before, name, machine) for name, machine in asked.migrations.items()}
    if adapter is not None:
        types = before.interface
        adapter = Adapter(_at(adapter.up, types.input, None), _at(adapter.down, None, types.output))
    return replace(asked, migrations=fixed, expects=before.hash, adapter=adapter)


def _fixed(before: Deployed, name: str, machine: Machine[Any, Any, Any]) -> Machine[Any, Any, Any]:
    """Return a migration at the type of what it takes, so that `show()` needs none; as it is if that does not fit."""
    if name not in before.plans or not isinstance(machine, Machine):
        return machine
    plan, around = before.plans[name], before.around[name]
    own = _at(machine, plan.typing.scheme.state, None)
    return own if own is not machine else _at(machine, state_type(plan, around, before.interface.keys), None)


def _at(machine: Machine[Any, Any, Any], input: Type[Any] | None, output: Type[Any] | None) -> Machine[Any, Any, Any]:
    try:
        return made_of(elaborate(machine, Unit, input, output).term, machine)
    except ToolkitError:  # admission says what is wrong with it
        return machine


def rewired(running: Deployed, admitted: Admitted) -> tuple[Deployed, Rewired | Refused]:
    """Apply an admitted rewiring to what runs: all of it, or nothing."""
    request, target = admitted.request, admitted.target
    assert isinstance(request, Rewire)
    assert target is not None
    reasons = [*_strangers(running, target, request)]
    kept = _Kept(running, target, request, admitted.migrations or {}, reasons)
    kept.compare()
    log = next_log(running.log, target.interface, admitted, None, reasons, running.limits)
    if not reasons:
        kept.move()
    if reasons:
        return running, Refused("", tuple(reasons), request.reply_to)
    made = replace(target, plans=kept.plans, states=kept.states, log=log, tees=running.tees, limits=running.limits)
    shown_log = None if request.dry_run or log is running.log else log
    answer = Rewired(
        target.hash, log.current, running.views(), made.views(), shown_log, request.dry_run, request.reply_to
    )
    return running if request.dry_run else made, answer


def _strangers(running: Deployed, target: Deployed, request: Rewire) -> Iterable[str]:
    """Say what a rewiring names that is not there."""
    if request.expects is not None and request.expects != running.hash:
        made = "; the new pipeline runs already" if running.hash == target.hash else ""
        yield (
            f"what runs is {short_hash(running.hash)} and not {short_hash(request.expects)}, which the rewiring "
            f"expects{made}"
        )
    for name in sorted(request.drop):
        if name not in running.plans:
            yield f"there is no stage {name!r} whose state could be dropped"
    for part in named(target.pipeline):
        if isinstance(part, Tee) and running.tees is not None and part.name not in running.tees:
            yield (
                f"tee {part.name!r} has no sink: give it one where the pipeline was started, with "
                f"run(…, tees={{{part.name!r}: sink}}) or deploy(…, tees={{{part.name!r}: function}})"
            )


class _Kept:
    """What stays of the stages' states: first compared, then moved. What does not fit is told in ``reasons``."""

    def __init__(
        self,
        running: Deployed,
        target: Deployed,
        request: Rewire,
        migrations: Mapping[str, Any],
        reasons: list[str],
    ) -> None:
        self._old, self._new = running, target
        self._request, self._migrations = request, migrations
        self._reasons = reasons
        self.plans: dict[str, Plan] = dict(target.plans)
        self.states: dict[str, Any] = dict(target.states)
        self._whole: dict[str, bool] = {}  # the stages whose states are kept, and whether the migration is of them all

    def compare(self) -> None:
        """See which states are kept, and how."""
        old, new, request = self._old, self._new, self._request
        for name, plan in old.plans.items():
            if name not in new.plans and name not in request.drop and plan.typing.scheme.state is not Unit:
                self._reasons.append(
                    f"stage {name!r} goes, and its state with it ({old.view(name).state_type}): say drop={{{name!r}}}"
                )
        for name in new.plans:
            if name not in old.plans:
                if name in request.migrations:
                    self._reasons.append(f"there is a migration for {name!r}, and no stage of that name runs")
            elif name in request.drop:
                if name in request.migrations:
                    self._reasons.append(f"the state of {name!r} is to be migrated and to be dropped: say one of them")
            else:
                self._compare(name)

    def _compare(self, name: str) -> None:
        before, after = self._old.plans[name], self._new.plans[name]
        if before.hash == after.hash:
            self.plans[name] = replace(before, initial=after.initial)
        own, its = before.typing.scheme.state, after.typing.scheme.state
        held, gets = (
            state_type(each.plans[name], each.around[name], each.interface.keys) for each in (self._old, self._new)
        )
        unlike = unlike_shards(name, self._old, self._new)
        if name not in self._migrations:
            if own is Unit and its is Unit:
                return
            if unlike:
                self._reasons.append(
                    f"stage {name!r}: {unlike}, so its states ({held}) need a migration to {gets}, or drop={{{name!r}}}"
                )
            elif own is not its:
                self._reasons.append(
                    f"stage {name!r}: its state is {own}, and becomes {its}: give a migration of {own} to {its}, or "
                    f"drop={{{name!r}}}"
                )
            self._whole[name] = False
            return
        _, types = self._migrations[name]
        if not unlike and match(types.input, own) and match(types.output, its):
            self._whole[name] = False
        elif match(types.input, held) and match(types.output, gets):
            self._whole[name] = True
        else:
            wanted = f"{held} to {gets}" if unlike or held is own else f"{own} to {its}, or {held} to {gets}"
            self._reasons.append(
                f"the migration of {name!r} should take {wanted}, and takes {types.input} to {types.output}"
            )

    def move(self) -> None:
        """Migrate the states, and take over what the shards know."""
        for name, whole in self._whole.items():
            before: list[str] = []
            state, plan = self._old.states[name], self.plans[name]
            migrate = self._migrations[name][0] if name in self._migrations else None
            if whole:
                self.states[name] = self._moved_whole(name, state, migrate, before)
            elif self._new.around[name]:
                self.states[name] = moved_map(state, Swap(plan, migrate), before) if migrate else state
            else:
                self.states[name] = moved(state, migrate, plan, before) if migrate else state
            self._reasons += [f"stage {name!r}: {reason}" for reason in before]
        for part in named(self._new.pipeline):
            if isinstance(part, Shard):
                self._shard(part)

    def _moved_whole(self, name: str, state: Any, migrate: Any, reasons: list[str]) -> Any:
        plan, around = self._new.plans[name], self._new.around[name]
        type_ = state_type(plan, around, self._new.interface.keys)
        try:
            made = migrate.step(state, None)[0]
            check_value(made, type_, self._new.limits)
        except StepError as error:
            reasons.append(f"the migration failed on the states: {error.reason}")
            return state
        except (ValueMismatchError, LimitError) as error:
            reasons.append(f"the migrated states are no states of the new machine: {error}")
            return state
        wide = widths(around, self._new.interface.keys)
        for at in made if around else ():
            for shard, step in zip(around, path_of(at, wide), strict=True):
                if shard.key is None and not 0 <= step < shard.copies:
                    reasons.append(
                        f"shard {shard.name!r} has copies 0 to {shard.copies - 1}, and the migration gives {step}"
                    )
                    return state
        return made

    def _shard(self, shard: Shard) -> None:
        """Take over how many items a shard has shared out, or which keys have come."""
        name = shard.name
        if name in self._old.around and _shards(self._old, name, itself=True) == _shards(self._new, name, itself=True):
            self.states[name] = self._old.states[name]
        elif shard.key is not None:
            self.states[name] = self._keys_of(name)

    def _keys_of(self, name: str) -> Any:
        """Return the keys of a new shard: those that the migrated states inside it have."""
        around = self._new.around[name]
        found: Any = NOTHING
        for stage, plan_around in self._new.around.items():
            if stage in self.plans and len(plan_around) > len(around) and plan_around[len(around)].name == name:
                for at in self.states[stage]:
                    path = path_of(at, widths(plan_around, self._new.interface.keys))
                    found = _with_key(found, path[: len(around)], path[len(around)])
        return found


def _with_key(found: Any, path: tuple[Any, ...], key: Any) -> Any:
    if not path:
        return found.set(key, None)
    at = place(path)
    return found.set(at, found.get(at, PersistentMap[Any, Any]()).set(key, None))


def _shards(inside: Deployed, name: str, *, itself: bool = False) -> list[tuple[str, str]]:
    """Return the shards round a part, each with the hash of its key, if it has one."""
    around = inside.around[name]
    if itself:
        around = (
            *around,
            next(part for part in named(inside.pipeline) if isinstance(part, Shard) and part.name == name),
        )
    return [
        (shard.name, "" if shard.key is None else hash_typing(inside.keys[shard.name].typing, inside.limits))
        for shard in around
    ]


def unlike_shards(name: str, old: Deployed, new: Deployed) -> str:
    """Say how the shards round a stage differ so that its states cannot stay where they are; empty if they can."""
    before, after = old.around[name], new.around[name]
    if _shards(old, name) != _shards(new, name):
        if [shard.name for shard in before] == [shard.name for shard in after]:
            return "a shard round it has another key"
        names = [", ".join(repr(shard.name) for shard in each) or "no shard" for each in (before, after)]
        return f"it was in {names[0]}, and is to be in {names[1]}"
    for one, other in zip(before, after, strict=True):
        if one.key is None and other.copies < one.copies:
            return f"shard {one.name!r} has {one.copies} copies, and is to have {other.copies}"
    return ""
