"""What a deployed stage is: what it runs, the state it is in, and the way back. Values; ``stages`` moves them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from sm_toolkit.language.checking.inference import Scheme, Typing, elaborate
from sm_toolkit.language.compiler import Program, compile_typed
from sm_toolkit.language.data.persistent import persistent
from sm_toolkit.language.encoding.canonical import content_hash
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.cells import start
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.pipeline.messages import (
    Done,
    Downgrade,
    Drained,
    Failed,
    Inspect,
    Inspected,
    Item,
    Refused,
    StageView,
    Upgrade,
    Upgraded,
)
from sm_toolkit.pipeline.pipelines import Pipeline, interface, stages
from sm_toolkit.pipeline.versions import Log


def hash_typing(typed: Typing, limits: Limits = DEFAULT_LIMITS) -> str:
    """Return the hash of a machine at the types that it runs at; what an upgrade's ``expects`` names.

    Raises:
        LimitError: the term is over a limit of what travels (its depth, a type or a constant in it).
    """
    return content_hash(typed.term, (typed.scheme.state, typed.scheme.input, typed.scheme.output), limits)


@dataclass(frozen=True)
class Undo:
    """What a downgrade goes back to, and by which migration; ``version`` was current before the upgrade.

    ``versioned`` says whether the upgrade made a new version. The plan is kept without its log and history,
    which the plan that runs has.
    """

    plan: Plan
    back: Program[Any, Any, Any] | None
    version: int
    versioned: bool


@dataclass(frozen=True)
class Plan:
    """What a deployed stage runs: everything about it but its state.

    ``log`` holds the interface versions where the stage is the whole pipeline, else None; ``limits`` hold for
    the values that come in and for migrated states.
    """

    name: str
    machine: Machine[Any, Any, Any]
    typing: Typing
    program: Program[Any, Any, Any]
    hash: str
    log: Log | None
    history: tuple[Undo, ...] = ()
    limits: Limits = DEFAULT_LIMITS


class DeployedStage(NamedTuple):
    """A stage that runs: what it does, and the state it is in."""

    plan: Plan
    state: Any


@dataclass(frozen=True)
class Admitted:
    """A change that was looked at and compiled before it entered the stream (see ``upgrades.admit``).

    ``parts`` holds the machines in it by their role (machine, migrate, back, up, down), compiled, and with
    their principal types, which are compared with those of what runs at the update point; ``hash`` is the
    new machine's, empty for a downgrade.
    """

    request: Upgrade | Downgrade
    parts: dict[str, tuple[Program[Any, Any, Any], Scheme]]
    hash: str = ""


def view(stage: DeployedStage) -> StageView:
    """Return a stage as seen from outside."""
    plan, state = stage
    types = plan.typing.scheme
    return StageView(plan.name, plan.hash, state, types.state, types.input, types.output, len(plan.history))


def deployed(pipeline: Pipeline[Any, Any], limits: Limits = DEFAULT_LIMITS) -> tuple[DeployedStage, ...]:
    """Return the stages of a pipeline ready to run, each in its initial state.

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
    """
    types = interface(pipeline, limits)
    parts = list(stages(pipeline))
    made = []
    for part, scheme in zip(parts, types.stages, strict=True):
        typed = elaborate(part.machine, scheme.state, scheme.input, scheme.output, limits)
        log = Log(types.input, types.output) if len(parts) == 1 else None
        program, hash_ = compile_typed(typed, limits), hash_typing(typed, limits)
        plan = Plan(part.name, part.machine, typed, program, hash_, log, limits=limits)
        made.append(DeployedStage(plan, persistent(start(part.machine, part.initial))))
    return tuple(made)


Message: TypeAlias = (
    Item | Failed | Upgrade | Downgrade | Admitted | Upgraded | Refused | Inspect | Inspected | Done | Drained
)
"""Whatever flows in the queues: what enters, what it becomes on the way, and its answer."""
