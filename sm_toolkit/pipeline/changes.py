"""A change at the door, while nothing is on its way: ``change(deployed, admitted) -> (deployed, answer)``.

It is what a change means wherever it acts. Here are the changes of one stage, and what becomes of the interface; those
of the whole pipeline are in ``rewiring``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.pipeline.interfaces import Interface, typed
from sm_toolkit.pipeline.messages import Refused, Rewire, Rewired, Upgraded
from sm_toolkit.pipeline.plans import Admitted, Deployed, Plan, state_type
from sm_toolkit.pipeline.rewiring import rewired
from sm_toolkit.pipeline.shapes import Pipeline, Stage, named, rebuilt
from sm_toolkit.pipeline.upgrades import Swap, moved, moved_map, swap
from sm_toolkit.pipeline.versioning import next_log, undone_version, version_made
from sm_toolkit.pipeline.versions import Log


def change(running: Deployed, admitted: Admitted) -> tuple[Deployed, Upgraded | Rewired | Refused]:
    """Apply an admitted change to what runs: all of it, or nothing.

    The answer says what was before and what is after, or every reason why it is refused.
    """
    request = admitted.request
    if isinstance(request, Rewire):
        return rewired(running, admitted)
    if request.stage not in running.plans:
        return running, Refused(request.stage, (unknown(running, request.stage),), request.reply_to)
    plan, around = running.plans[request.stage], running.around[request.stage]
    reasons: list[str] = []
    undoes = undone_version(running, admitted)
    swapped = swap(plan, replace(admitted, version=running.log.current), version_made(running, admitted), reasons)
    if swapped is not None:
        types, pipeline = _retyped(running, plan, swapped.target, reasons)
        log = next_log(running.log, types, admitted, undoes, reasons, running.limits)
        state = running.states[plan.name]
        target, after = _moved(state, plan, swapped, bool(around), reasons) if not reasons else (plan, state)
        if not reasons:
            made = _with_stage(running, pipeline, types, target, after, log)
            answer = Upgraded(
                plan.name,
                target.hash,
                log.current,
                state,
                after,
                state_type(plan, around, running.interface.keys),
                state_type(target, around, types.keys),
                None if request.dry_run or log is running.log else log,
                request.dry_run,
                request.reply_to,
            )
            return running if request.dry_run else made, answer
    return running, Refused(plan.name, tuple(reasons), request.reply_to)


def unknown(running: Deployed, name: str) -> str:
    """Say that there is no stage of a name, or that what has the name is none."""
    part = next((part for part in named(running.pipeline) if part.name == name), None)
    if part is None:
        return f"there is no stage {name!r}"
    return f"{name!r} is no stage with a machine but of kind {type(part).__name__.lower()}; it is changed by rewiring"


def _moved(state: Any, plan: Plan, swapped: Swap, in_shards: bool, reasons: list[str]) -> tuple[Plan, Any]:
    """Return the new plan and the state migrated to it; of a stage in shards each state, and the initial one."""
    target, migrate = swapped
    if not in_shards:
        after = moved(state, migrate, target, reasons)
        return replace(target, initial=after), after
    if target.initial is None:
        target = replace(target, initial=moved(plan.initial, migrate, target, reasons, " that new ones start in"))
    return target, moved_map(state, swapped, reasons)


def _retyped(running: Deployed, plan: Plan, target: Plan, reasons: list[str]) -> tuple[Interface, Pipeline[Any, Any]]:
    """Return the types of the pipeline, and the pipeline itself, with another plan in the place of one."""
    old, new = plan.typing.scheme, target.typing.scheme
    schemes = {name: each.typing.scheme for name, each in running.plans.items()}
    try:
        types, pipeline = typed(running.pipeline, running.limits, {**schemes, plan.name: new})
    except ToolkitError:
        reasons.append(
            f"the stage stands between others, and its interface cannot change alone: it is "
            f"{old.input} to {old.output}, and the change makes it {new.input} to {new.output}"
        )
        return running.interface, running.pipeline
    for name, type_ in types.keys.items():
        if type_ is not running.interface.keys[name]:
            reasons.append(
                f"the keys of shard {name!r} would be {type_}, and its states are kept by keys of "
                f"{running.interface.keys[name]}: rewire, with a migration of the whole map"
            )
    return types, pipeline


def _with_stage(
    running: Deployed, pipeline: Pipeline[Any, Any], types: Interface, plan: Plan, state: Any, log: Log
) -> Deployed:
    def put(part: Pipeline[Any, Any]) -> Pipeline[Any, Any]:
        if isinstance(part, Stage) and part.name == plan.name:
            return replace(part, machine=plan.machine, initial=plan.initial)
        return part

    return replace(
        running,
        pipeline=rebuilt(pipeline, put),
        interface=types,
        plans={**running.plans, plan.name: plan},
        states={**running.states, plan.name: state},
        log=log,
    )
