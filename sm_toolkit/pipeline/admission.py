"""Admission: what is looked at before a change enters the stream. It looks at the change alone, not at what runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import sleep
from typing import Any

from sm_toolkit.language.checking.inference import Scheme, check, elaborate
from sm_toolkit.language.compiler import Program, compile_typed
from sm_toolkit.language.data.records import NEWEST, Classes
from sm_toolkit.language.data.types import Type, Unit
from sm_toolkit.language.errors import AmbiguousTypeError, MachineTypeError, ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.pipeline.messages import Adapter, Change, Refused, Rewire, Upgrade
from sm_toolkit.pipeline.plans import Admitted, Deployed, deployed, hash_typing, state_type

Parts = dict[str, tuple[Program[Any, Any, Any], Scheme]]


def admit(request: Change, limits: Limits = DEFAULT_LIMITS) -> Admitted | Refused:
    """Look at a change by itself, off the stream's path: everything in it types, and is compiled.

    A refusal takes the change's place in the stream and is its answer.
    """
    look = _Look(limits)
    hash_ = ""
    target: Deployed | None = None
    migrations: Parts | None = None
    if isinstance(request, Rewire):
        target, migrations = _rewiring(request, look)
        hash_ = "" if target is None else target.hash
    elif isinstance(request, Upgrade):
        hash_ = _upgrade(request, look)
    else:
        _adapter(request.adapter, None, None, look)
    if look.reasons:
        stage = "" if isinstance(request, Rewire) else request.stage
        return Refused(stage, tuple(look.reasons), request.reply_to)
    return Admitted(request, look.parts, hash_, migrations, target)


def _let_others_run() -> None:
    """Let a thread that runs a pipeline do so: Python would have it wait for up to 5 ms while a change is looked at.

    A thread that sleeps for no time at all takes the lock back before another one is awake.
    """
    sleep(0.00001)


def _ready(program: Program[Any, Any, Any]) -> None:
    """Have what runs batches made here, and not where the first batch comes."""
    _let_others_run()
    _ = program.source
    _let_others_run()
    _ = program.batch


class _Look:
    """What was found in a change so far: its machines, compiled, and what is wrong with it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.parts: Parts = {}
        self.reasons: list[str] = []

    def at(
        self,
        role: str,
        words: str,
        machine: Machine[Any, Any, Any],
        input: Type[Any] | None = None,
        output: Type[Any] | None = None,
        state: Type[Any] = Unit,
        beside: Classes = NEWEST,
    ) -> None:
        try:
            _let_others_run()
            principal = check(machine, state, input, output, self.limits)
            _let_others_run()
            typing = elaborate(machine, state, input, output, self.limits)
            _let_others_run()
            if beside:  # what it makes goes to a machine: of the classes of that, where it names none
                typing = replace(typing, classes={**beside, **typing.classes})
            self.parts[role] = compile_typed(typing, self.limits, half_way=_let_others_run), principal
        except (MachineTypeError, AmbiguousTypeError) as error:
            self.reasons.append(f"{words} does not fit: {error.summary}")
        except ToolkitError as error:
            self.reasons.append(f"{words}: {error}")

    def at_up(self, adapter: Adapter, input: Type[Any] | None, own: Classes = NEWEST) -> None:
        self.at("up", "the adapter's `up`", adapter.up, None, input, beside=own)

    def at_down(self, adapter: Adapter, output: Type[Any] | None) -> None:
        self.at("down", "the adapter's `down`", adapter.down, output)

    def either(self, *ways: Callable[[_Look], None]) -> None:
        """Look in the first of some ways in which nothing is wrong; if there is none, the first one tells why."""
        looks = []
        for way in ways:
            look = _Look(self.limits)
            way(look)
            if not look.reasons:
                self.parts |= look.parts
                return
            looks.append(look)
        self.reasons += looks[0].reasons


def _upgrade(request: Upgrade, look: _Look) -> str:
    """Look at an upgrade; return the hash of its machine."""
    limits, hash_ = look.limits, ""
    types = (request.state_type, request.input_type, request.output_type)
    closed = [not type_.has_variables and type_.size <= limits.type_nodes for type_ in types]
    look.reasons += [
        f"the type {type_} is too large or has variables" for type_, ok in zip(types, closed, strict=True) if not ok
    ]
    if look.reasons:
        return hash_
    look.at("machine", "the new machine", request.machine, request.input_type, request.output_type, request.state_type)
    if "machine" in look.parts:
        try:
            _ready(look.parts["machine"][0])
            _let_others_run()
            hash_ = hash_typing(look.parts["machine"][0].typing, limits)
        except ToolkitError as error:
            look.reasons.append(f"the new machine: {error}")
    old, own = _old_state(request, limits), request.machine.classes
    look.at("migrate", "the migration", request.migrate, old, request.state_type, beside=own)
    if request.back is not None:
        look.at("back", "the migration back", request.back, request.state_type)
    if (adapter := request.adapter) is not None:
        # A half that does not fit the stage may be of the pipeline's other end: which ends the stage is at, if any, is
        # known at the update point.
        look.either(lambda it: it.at_up(adapter, request.input_type, own), lambda it: it.at_up(adapter, None, own))
        look.either(lambda it: it.at_down(adapter, request.output_type), lambda it: it.at_down(adapter, None))
    return hash_


def _adapter(adapter: Adapter | None, input: Type[Any] | None, output: Type[Any] | None, look: _Look) -> None:
    if adapter is not None:
        look.at_up(adapter, input)
        look.at_down(adapter, output)


def _old_state(request: Upgrade, limits: Limits) -> Type[Any] | None:
    """Return the old state's type if the migration takes it; if not, the running state's type will tell why."""
    try:
        check(request.migrate, Unit, request.old_state_type, request.state_type, limits)
    except ToolkitError:
        return None
    return request.old_state_type


def _rewiring(request: Rewire, look: _Look) -> tuple[Deployed | None, Parts]:
    """Look at a rewiring; return the new pipeline in its initial states, and the migrations of its stages."""
    try:
        target = deployed(request.pipeline, look.limits)
    except (MachineTypeError, AmbiguousTypeError) as error:
        look.reasons.append(f"the new pipeline does not fit: {error.summary}")
        return None, {}
    except ToolkitError as error:
        look.reasons.append(f"the new pipeline: {error}")
        return None, {}
    for plan in target.plans.values():
        _ready(plan.program)
    _adapter(request.adapter, target.interface.input, target.interface.output, look)
    migrations: Parts = {}
    for name, machine in request.migrations.items():
        if name in target.plans:
            each = _Look(look.limits)
            _migration(name, machine, target, each)
            migrations |= each.parts
            look.reasons += each.reasons
        else:
            look.reasons.append(f"there is a migration for {name!r}, and the new pipeline has no stage of that name")
    return target, migrations


def _migration(name: str, machine: Machine[Any, Any, Any], target: Deployed, look: _Look) -> None:
    """Look at the migration of a stage: it gives a state, or inside shards it may give the map of them all."""
    plan, around = target.plans[name], target.around[name]

    def giving(output: Type[Any]) -> Callable[[_Look], None]:
        words, classes = f"the migration of {name!r}", plan.typing.classes
        return lambda it: it.at(name, words, machine, None, output, beside=classes)

    outputs = dict.fromkeys((plan.typing.scheme.state, state_type(plan, around, target.interface.keys)))
    look.either(*map(giving, outputs))
