"""An upgrade as it is looked at: the machine that runs and the new one, and what would become of the state.

What an upgrade does is decided by the pipeline's own meaning (``changes.change``), in a dry run. No place on a page
belongs here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sm_toolkit.deploying import Deployment
from sm_toolkit.language.checking.inference import infer
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.data.value_samples import default_value
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.syntax.cells import split_state
from sm_toolkit.language.syntax.comparing_terms import changed_parts
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.notebook.pictures.scene import clean
from sm_toolkit.notebook.pictures.upgrade_picture import UNKNOWN, Edition, UpgradeView
from sm_toolkit.notebook.pictures.wording import type_lines, value_text
from sm_toolkit.notebook.upgrade_words import edition, editions
from sm_toolkit.pipeline.admission import admit
from sm_toolkit.pipeline.changes import change
from sm_toolkit.pipeline.messages import Refused, Upgrade, Upgraded
from sm_toolkit.pipeline.pipelines import Pipeline, stage
from sm_toolkit.pipeline.plans import Deployed, Plan, deployed

LONGEST_PRINTED = 300
LONGEST_STATE = 100
MOST_LINES = 12
"""Of a longer function the first lines are shown."""

Running = Pipeline[Any, Any] | Deployment[Any, Any] | Machine[Any, Any, Any]


def upgrade_view(request: Upgrade, running: Running | None = None) -> UpgradeView:
    """Look at an upgrade of a machine, of a pipeline as it would start, or of one that runs.

    Nothing is changed. An upgrade that would be refused is shown with every reason. Where nobody says what runs, the
    new machine alone is shown.

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: what runs does not fit.
        TypeError: what is said to run is no machine, no pipeline and no deployment.
    """
    before = None if running is None else running_now(running, request.stage)
    adapter = request.adapter
    view = UpgradeView(
        clean(request.stage),
        _unknown(request),
        _new(request, "new"),
        printed(request.migrate),
        "" if adapter is None else printed(adapter.up),
        "" if adapter is None else printed(adapter.down),
    )
    if before is None:
        return replace(view, notes=("What runs is not known here: draw(upgrade, running=pipeline) shows both.",))
    reasons, answer = _tried(before, request)
    plan = before.plans.get(request.stage)
    if plan is None:
        return replace(view, reasons=reasons)
    names = editions(plan, request)
    gone, come = changed_parts(plan.machine.term, request.machine.term)
    known = not isinstance(running, Machine)
    old = replace(
        edition_of(plan.machine, edition(plan) if names.old == names.new else names.old, plan),
        value=value_text(before.states[request.stage]) if known else None,
        changed=gone,
    )
    new = replace(view.new, name=names.new if names.new != old.name else f"{names.new} (new)", changed=come)
    notes: tuple[str, ...] = ()
    if answer is not None:
        new = replace(new, hash=short_hash(answer.hash), value=value_text(answer.after) if known else None)
        notes = _notes(answer, known, request)
    return replace(view, old=old, new=new, reasons=reasons, notes=notes)


def _notes(answer: Upgraded, known: bool, request: Upgrade) -> tuple[str, ...]:
    notes = []
    if known:
        notes.append(
            f"As it is now, m({value_text(answer.before, LONGEST_STATE)}) = {value_text(answer.after, LONGEST_STATE)}."
        )
    if request.back is not None:
        back = request.back
        told = f"by {back.name}" if back.origin is not None and back.name else f"back = {printed(back)}"
        notes.append(f"It can be undone: {told}.")
    return tuple(notes)


def _tried(before: Deployed, request: Upgrade) -> tuple[tuple[str, ...], Upgraded | None]:
    """Return why it would be refused, or what it would be answered."""
    admitted = admit(replace(request, dry_run=True), before.limits)
    if isinstance(admitted, Refused):
        return admitted.reasons, None
    _, answer = change(before, replace(admitted, version=before.log.current))
    if isinstance(answer, Refused):
        return answer.reasons, None
    assert isinstance(answer, Upgraded)
    return (), answer


def running_now(running: Running, name: str) -> Deployed:
    """Return what runs, of a machine in a stage of that name.

    Raises:
        TypeError: it is no machine, no pipeline and no deployment.
    """
    if isinstance(running, Deployment):
        return running.running.inspect()
    if isinstance(running, Pipeline):
        return deployed(running)
    if isinstance(running, Machine):
        plain = infer(running).grounded().state
        declared = split_state(plain)
        initial = default_value(plain if declared is None else declared[0], running.classes)
        return deployed(stage(name, initial, running))
    found = type(running).__name__
    raise TypeError(f"a change is of a machine, a pipeline or a deployment, not of {found}")


def edition_of(machine: Machine[Any, Any, Any], name: str, plan: Plan) -> Edition:
    """Look at a machine that runs, or ran, by a plan."""
    scheme = plan.typing.scheme
    return Edition(
        name,
        short_hash(plan.hash),
        type_lines(scheme.input),
        type_lines(scheme.state),
        type_lines(scheme.output),
        machine=machine,
    )


def _new(request: Upgrade, name: str) -> Edition:
    machine: Machine[Any, Any, Any] | None = request.machine
    try:
        infer(request.machine)
    except ToolkitError:  # and so it is refused, which is said
        machine = None
    input_, state, output = map(type_lines, (request.input_type, request.state_type, request.output_type))
    return Edition(name, "", input_, state, output, machine=machine)


def _unknown(request: Upgrade) -> Edition:
    state: Type[Any] | None = request.old_state_type
    hash_ = "" if request.expects is None else short_hash(request.expects)
    return Edition("what runs", hash_, UNKNOWN, UNKNOWN if state is None else type_lines(state), UNKNOWN)


def printed(machine: Machine[Any, Any, Any]) -> str:
    """Return a machine as it was written, in some lines if that is a function, or else as an expression."""
    if machine.origin is None:
        return clean(print_value(machine, LONGEST_PRINTED))
    lines = machine.origin.text.rstrip().splitlines()
    first = next(number for number, text in enumerate(lines) if text.startswith(("def ", "async def ")))
    lines = [clean(text) for text in lines[first:] if text.strip()]
    return "\n".join(lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "    …"])
