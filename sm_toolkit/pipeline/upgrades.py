"""Upgrades: what is looked at before a change enters the stream, and what happens at its update point.

Compare, then migrate, then swap; anything that does not fit refuses the whole change with every reason
found, and the old machine goes on in the old state. (Hayden, Smith, Hicks, Foster, "State transfer for clear
and efficient runtime updates", HotSWUp 2011, on update points and state transformers.)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sm_toolkit.language.checking.inference import Scheme, Typing, check, elaborate
from sm_toolkit.language.compiler import Program, compile_typed
from sm_toolkit.language.data.types import Pair, Type, Unit, match
from sm_toolkit.language.data.values import check_value
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.errors import (
    AmbiguousTypeError,
    LimitError,
    MachineTypeError,
    StepError,
    ToolkitError,
    ValueMismatchError,
)
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.pipeline.messages import Adapter, Change, Downgrade, Refused, Upgrade, Upgraded
from sm_toolkit.pipeline.pipelines import Pipeline, stages
from sm_toolkit.pipeline.plans import Admitted, DeployedStage, Message, Plan, Undo, deployed, hash_typing
from sm_toolkit.pipeline.versions import Link, Log, arrives


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

    Both pipelines are of one stage with one name: what runs, and what is to run. The state of ``new`` is
    not used: the new state is what ``migrate`` makes of the old one.

    Raises:
        TypeError: `migrate` or `back` is no machine.
        ValueError: a pipeline has not exactly one stage, or the names differ.
        MachineTypeError, AmbiguousTypeError: one of the two does not type.
    """
    before, after = list(stages(running)), list(stages(new))
    for role, machine in (("migrate", migrate), ("back", back)):
        if not isinstance(machine, Machine) and not (machine is None and role == "back"):
            raise TypeError(f"`{role}` is a machine, not {type(machine).__name__}")
    if len(before) != 1 or len(after) != 1 or before[0].name != after[0].name:
        raise ValueError("upgrade() takes two pipelines of one stage each, with the same name")
    (old,), (fresh,) = deployed(running), deployed(new)
    types = fresh.plan.typing.scheme
    return Upgrade(
        stage=after[0].name,
        machine=after[0].machine,
        state_type=types.state,
        input_type=types.input,
        output_type=types.output,
        migrate=migrate,
        expects=old.plan.hash,
        old_state_type=old.plan.typing.scheme.state,
        adapter=adapter,
        back=back,
        force=force,
        dry_run=dry_run,
    )


LONGEST_HISTORY = 1000
"""How many upgrades of a stage are remembered, and so can be undone."""

# -- admission --------------------------------------------------------------------------------------------


def admit(request: Change, limits: Limits = DEFAULT_LIMITS) -> Admitted | Refused:
    """Look at a change by itself, off the stream's path: everything in it types, and is compiled.

    A refusal takes the change's place in the stream and is its answer.
    """
    reasons: list[str] = []
    parts: dict[str, tuple[Program[Any, Any, Any], Scheme]] = {}
    hash_ = ""

    def look_at(
        role: str,
        machine: Machine[Any, Any, Any],
        state: Type[Any],
        input: Type[Any] | None = None,
        output: Type[Any] | None = None,
    ) -> None:
        try:
            principal = check(machine, state, input, output, limits)
            parts[role] = compile_typed(elaborate(machine, state, input, output, limits), limits), principal
        except (MachineTypeError, AmbiguousTypeError) as error:
            reasons.append(f"{_ROLES[role]} does not fit: {error.summary}")
        except ToolkitError as error:
            reasons.append(f"{_ROLES[role]}: {error}")

    if isinstance(request, Upgrade):
        types = (request.state_type, request.input_type, request.output_type)
        reasons += [f"the type {type_} is too large or has variables" for type_ in types if not _closed(type_, limits)]
        if not reasons:
            look_at("machine", request.machine, *types)
            if "machine" in parts:
                try:
                    hash_ = hash_typing(parts["machine"][0].typing, limits)
                except ToolkitError as error:
                    reasons.append(f"{_ROLES['machine']}: {error}")
            look_at("migrate", request.migrate, Unit, _old_state(request, limits), request.state_type)
            if request.back is not None:
                look_at("back", request.back, Unit, request.state_type)
            if request.adapter is not None:
                look_at("up", request.adapter.up, Unit, None, request.input_type)
                look_at("down", request.adapter.down, Unit, request.output_type)
    elif request.adapter is not None:
        look_at("up", request.adapter.up, Unit)
        look_at("down", request.adapter.down, Unit)
    if reasons:
        return Refused(request.stage, tuple(reasons), request.reply_to)
    return Admitted(request, parts, hash_)


def _old_state(request: Upgrade, limits: Limits) -> Type[Any] | None:
    """Return the old state's type if the migration takes it; if not, the running state's type will tell why."""
    try:
        check(request.migrate, Unit, request.old_state_type, request.state_type, limits)
    except ToolkitError:
        return None
    return request.old_state_type


def _closed(type_: Type[Any], limits: Limits) -> bool:
    return not type_.has_variables and type_.size <= limits.type_nodes


_ROLES = {
    "machine": "the new machine",
    "migrate": "the migration",
    "back": "the migration back",
    "up": "the adapter's `up`",
    "down": "the adapter's `down`",
}


# -- at the update point ----------------------------------------------------------------------------------


def change(stage: DeployedStage, admitted: Admitted) -> tuple[DeployedStage, Message]:
    """Apply an admitted change to the stage that it names: all of it, or nothing.

    The answer is ``Upgraded``, with the states before and after, or ``Refused`` with every reason.
    """
    plan, state = stage
    request = admitted.request
    reasons = []
    if request.expects is not None and request.expects != plan.hash:
        reasons.append(
            f"the stage runs {short_hash(plan.hash)} and not {short_hash(request.expects)}, which the change expects: "
            + _why_not(plan, request.expects, admitted)
        )
    if isinstance(request, Upgrade):
        found: tuple[Plan, Program[Any, Any, Any] | None] | None = _replacement(plan, request, admitted, reasons)
    else:
        found = _predecessor(plan, request, reasons)
    if found is not None:
        target, migrate = found
        log = _log(plan, target, admitted, reasons)
        if not reasons:
            try:
                moved = state if migrate is None else migrate.step(state, None)[0]
                check_value(moved, target.typing.scheme.state, plan.limits)
            except StepError as error:
                reasons.append(f"the migration failed on the state: {error.reason}")
            except (ValueMismatchError, LimitError) as error:
                reasons.append(f"the migrated state is no state of the new machine: {error}")
            else:
                answer = Upgraded(
                    plan.name,
                    target.hash,
                    1 if log is None else log.current,
                    state,
                    moved,
                    plan.typing.scheme.state,
                    target.typing.scheme.state,
                    None if request.dry_run else log,
                    request.dry_run,
                    request.reply_to,
                )
                return stage if request.dry_run else DeployedStage(replace(target, log=log), moved), answer
    return stage, Refused(plan.name, tuple(reasons), request.reply_to)


def _why_not(plan: Plan, expected: str, admitted: Admitted) -> str:
    """Say how it may have come that a stage does not run what a change expects."""
    if admitted.hash == plan.hash:
        return "this is the machine that the change brings, so it was made already"
    if any(undo.plan.hash == expected for undo in plan.history):
        return "it was changed in the meantime"
    return "that machine did not run here before, so the change was made for another program, or comes too early"


def _replacement(
    plan: Plan, request: Upgrade, admitted: Admitted, reasons: list[str]
) -> tuple[Plan, Program[Any, Any, Any] | None]:
    """Return the plan that the upgrade asks for, and its migration."""
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
    version = 1 if plan.log is None else plan.log.current
    undo = Undo(replace(plan, log=None, history=()), back, version, _makes_version(plan, program.typing, admitted))
    history = (*plan.history, undo)[-LONGEST_HISTORY:]
    return Plan(plan.name, request.machine, program.typing, program, admitted.hash, None, history, plan.limits), migrate


def _predecessor(
    plan: Plan, request: Downgrade, reasons: list[str]
) -> tuple[Plan, Program[Any, Any, Any] | None] | None:
    """Return the plan before the last upgrade, and the migration back to it."""
    if not plan.history:
        reasons.append("there is nothing to go back to: no upgrade of the stage is in effect")
        return None
    undo = plan.history[-1]
    if undo.back is None:
        reasons.append("there is no way back: the last upgrade gave no `back` migration")
        return None
    return replace(undo.plan, history=plan.history[:-1]), undo.back


def _makes_version(plan: Plan, new: Typing, admitted: Admitted) -> bool:
    old = plan.typing.scheme
    return admitted.request.adapter is not None or (old.input, old.output) != (
        new.scheme.input,
        new.scheme.output,
    )


def _log(plan: Plan, target: Plan, admitted: Admitted, reasons: list[str]) -> Log | None:
    """Return the versions after the change; say in ``reasons`` why there can be none."""
    request = admitted.request
    old, new = plan.typing.scheme, target.typing.scheme
    undo = plan.history[-1] if isinstance(request, Downgrade) else None
    log = plan.log
    if log is None:
        if _makes_version(plan, target.typing, admitted):
            reasons.append(
                f"the stage stands between others, and its interface cannot change alone: it is "
                f"{old.input} to {old.output}, and the change makes it {new.input} to {new.output}"
                + (" (with an adapter)" if request.adapter is not None else "")
            )
        return None
    if not _makes_version(plan, target.typing, admitted) and not (undo is not None and undo.versioned):
        return log
    links: dict[int, Link] = {}
    number = log.next_number()
    if request.adapter is not None:
        up, up_types = admitted.parts["up"]
        down, down_types = admitted.parts["down"]
        for name, types, gets, gives in (
            ("up", up_types, old.input, new.input),
            ("down", down_types, new.output, old.output),
        ):
            if not match(Pair(types.input, types.output), Pair(gets, gives)):
                reasons.append(
                    f"the adapter's `{name}` should take {gets} to {gives}, and takes {types.input} to {types.output}"
                )
        links[log.current] = Link(number, up, down)
    if undo is not None and undo.versioned:
        # Clients of the version before the upgrade speak what runs again: they must not pass through both.
        links[undo.version] = Link(number)
    joined = {**log.links, **links}
    left_out = sorted(version for version in request.spoken or () if not arrives(version, number, joined))
    if left_out and not request.force:
        reasons.append(
            f"clients of interface version {', '.join(map(str, left_out))} are connected and would be cut off: "
            "give an adapter, or say force"
        )
    return log.extended(new.input, new.output, links, request.spoken)
