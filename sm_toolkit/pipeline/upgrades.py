"""Upgrades of one stage: the message for one, and what happens at its update point.

Compare, then migrate, then swap; anything that does not fit refuses the whole change with every reason
found, and the old machine goes on in the old state. (Hayden, Smith, Hicks, Foster, "State transfer for clear
and efficient runtime updates", HotSWUp 2011, on update points and state transformers.)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from sm_toolkit.language.compiler import Program
from sm_toolkit.language.data.persistent import PersistentMap
from sm_toolkit.language.data.types import match
from sm_toolkit.language.data.values import check_value
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.errors import LimitError, StepError, ValueMismatchError
from sm_toolkit.language.syntax.machines import Machine, require_machine
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.pipeline.messages import Adapter, Downgrade, Refused, Rewire, Upgrade, Upgraded, expect_adapter
from sm_toolkit.pipeline.plans import Admitted, Deployed, DeployedStage, Plan, Undo, deployed
from sm_toolkit.pipeline.shapes import Pipeline, stages

LONGEST_HISTORY = 1000
"""How many upgrades of a stage are remembered, and so can be undone."""


def upgrade(
    running: Pipeline[Any, Any],
    new: Pipeline[Any, Any],
    *,
    migrate: Machine[Any, Any, Any],
    adapter: Adapter | None = None,
    back: Machine[Any, Any, Any] | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> Upgrade:
    """Return the message that upgrades one stage to another machine.

    The pipelines are what runs and what is to run, and differ in the machine of one stage. The state of that stage in
    ``new`` is not used: the new state is what ``migrate`` makes of the old one.

    Raises:
        TypeError: `migrate` or `back` is no machine.
        ValueError: the pipelines differ in more than the machine of one stage, or not at all.
        PipelineError, MachineTypeError, AmbiguousTypeError: one of the two does not type.
    """
    for role, machine in (("migrate", migrate), ("back", back)):
        if machine is not None or role == "migrate":
            require_machine(machine, f"`{role}`")
    before, after = deployed(running), deployed(new)
    name = _changed(before, after)
    old, fresh = before.plans[name], after.plans[name]
    types = fresh.typing.scheme
    expect_adapter(adapter)
    return Upgrade(
        stage=name,
        machine=fresh.machine,
        state_type=types.state,
        input_type=types.input,
        output_type=types.output,
        migrate=migrate,
        expects=old.hash,
        old_state_type=old.typing.scheme.state,
        adapter=adapter,
        back=back,
        force=force,
        dry_run=dry_run,
    )


def _changed(before: Deployed, after: Deployed) -> str:
    """Return the name of the one stage that another machine is to run.

    Raises:
        ValueError: there is not one.
    """
    names, wanted = ([part.name for part in stages(each.pipeline)] for each in (before, after))
    several = "; to change more than the machine of one stage: rewire(old, new, …)"
    if names != wanted:
        raise ValueError(
            "upgrade() takes two pipelines with the same stages, and these have "
            f"{', '.join(map(repr, names)) or 'none'} and {', '.join(map(repr, wanted)) or 'none'}{several}"
        )
    if len(names) == 1 and before.alone and after.alone:
        return names[0]
    found = [name for name in names if before.plans[name].hash != after.plans[name].hash]
    if len(found) != 1:
        told = f"stages {', '.join(map(repr, found))} differ" if found else "no stage has another machine"
        raise ValueError(f"upgrade() changes the machine of one stage, and here {told}{several}")
    same = replace(after, plans={**after.plans, found[0]: before.plans[found[0]]})
    if before.hash != same.hash:
        raise ValueError(f"upgrade() changes the machine of one stage, and here the shape differs too{several}")
    return found[0]


# -- at the update point ----------------------------------------------------------------------------------


class Swap(NamedTuple):
    """What a change puts in the place of a plan, and by which migration; None keeps the state."""

    target: Plan
    migrate: Program[Any, Any, Any] | None


def swap(plan: Plan, admitted: Admitted, makes: int | None, reasons: list[str]) -> Swap | None:
    """Compare an admitted change with the plan of the stage that it names; return what it puts in its place.

    ``makes`` is the interface version that it makes, if it makes one. What does not fit is told in ``reasons``.
    """
    request = admitted.request
    assert isinstance(request, Upgrade | Downgrade)
    if request.expects is not None and request.expects != plan.hash:
        reasons.append(
            f"the stage runs {short_hash(plan.hash)} and not {short_hash(request.expects)}, which the change expects: "
            + _why_not(plan, request.expects, admitted)
        )
    if isinstance(request, Upgrade):
        return _replacement(plan, request, admitted, makes, reasons)
    if not plan.history:
        reasons.append("there is nothing to go back to: no upgrade of the stage is in effect")
        return None
    undo = plan.history[-1]
    if undo.back is None:
        reasons.append("there is no way back: the last upgrade gave no `back` migration")
        return None
    return Swap(replace(undo.plan, history=plan.history[:-1]), undo.back)


def _why_not(plan: Plan, expected: str, admitted: Admitted) -> str:
    """Say how it may have come that a stage does not run what a change expects."""
    if admitted.hash == plan.hash:
        return "this is the machine that the change brings, so it was made already"
    if any(undo.plan.hash == expected for undo in plan.history):
        return "it was changed in the meantime"
    return "that machine did not run here before, so the change was made for another program, or comes too early"


def _replacement(plan: Plan, request: Upgrade, admitted: Admitted, makes: int | None, reasons: list[str]) -> Swap:
    """Return the plan that an upgrade asks for, and its migration."""
    program, _ = admitted.parts["machine"]
    migrate, types = admitted.parts["migrate"]
    old = plan.typing.scheme.state
    if request.old_state_type is not None and request.old_state_type is not old:
        reasons.append(f"the running state is {old}, and the upgrade says it is {request.old_state_type}")
    elif not match(types.input, old):
        reasons.append(f"the running state is {old}, and the migration takes {types.input}")
    back = None
    if "back" in admitted.parts:
        back, types = admitted.parts["back"]
        if not match(types.output, old):
            reasons.append(f"the running state is {old}, and the migration back gives {types.output}")
    undo = Undo(replace(plan, history=()), back, admitted.version, makes)
    history = (*plan.history, undo)[-LONGEST_HISTORY:]
    target = Plan(plan.name, request.machine, program.typing, program, admitted.hash, None, history, plan.limits)
    return Swap(target, migrate)


def moved(state: Any, migrate: Program[Any, Any, Any] | None, target: Plan, reasons: list[str], of: str = "") -> Any:
    """Return a state migrated to another plan; say in ``reasons`` why it cannot be. ``of`` says whose state it is."""
    try:
        made = state if migrate is None else migrate.step(state, None)[0]
        check_value(made, target.typing.scheme.state, target.limits)
    except StepError as error:
        reasons.append(f"the migration failed on the state{of}: {error.reason}")
    except (ValueMismatchError, LimitError) as error:
        reasons.append(f"the migrated state{of} is no state of the new machine: {error}")
    else:
        return made
    return None


def moved_map(states: Any, swapped: Swap, reasons: list[str]) -> Any:
    """Return the states of a stage in shards migrated one by one, up to the first that cannot be."""
    after = PersistentMap[Any, Any]()
    for place, state in states.entries():
        made = moved(state, swapped.migrate, swapped.target, reasons, f" of {print_value(place):.200}")
        if reasons:
            break
        after = after.set(place, made)
    return after


def acts_in_stream(around: Deployed, admitted: Admitted) -> bool:
    """Tell whether a change may act at its own place in the stream: on one stage, outside shards, whose types stay.

    So may every change of the stage of a pipeline that is one stage. Every other change acts at the door, while
    nothing is on its way. What it does is the same in both places.
    """
    if around.alone:
        return not isinstance(admitted.request, Rewire)
    return acts_on_one_stage(around, admitted)


def acts_on_one_stage(around: Deployed, admitted: Admitted) -> bool:
    """Tell whether a change is of one stage, outside shards, whose types stay, and of nothing else."""
    request = admitted.request
    if not isinstance(request, Upgrade) or request.adapter is not None:
        return False
    plan = around.plans.get(request.stage)
    if plan is None or around.around[request.stage]:
        return False
    types = plan.typing.scheme
    return (types.input, types.output) == (request.input_type, request.output_type)


def change_in_stream(stage: DeployedStage, admitted: Admitted) -> tuple[DeployedStage, Upgraded | Refused]:
    """Apply to one stage a change that acts in the stream: all of it, or nothing."""
    plan, state = stage
    request = admitted.request
    reasons: list[str] = []
    swapped = swap(plan, admitted, None, reasons)
    after = None if reasons or swapped is None else moved(state, swapped.migrate, swapped.target, reasons)
    if reasons or swapped is None:
        return stage, Refused(plan.name, tuple(reasons), request.reply_to)
    target = swapped.target
    answer = Upgraded(
        plan.name,
        target.hash,
        admitted.version,
        state,
        after,
        plan.typing.scheme.state,
        target.typing.scheme.state,
        None,
        request.dry_run,
        request.reply_to,
    )
    return stage if request.dry_run else DeployedStage(target, after), answer
