"""A downgrade as it is looked at: the upgrade that it undoes, read backwards, with what would become of the state.

What a downgrade does is decided by the pipeline's own meaning (``changes.change``), in a dry run. No place on a page
belongs here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.syntax.comparing_terms import changed_parts
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.pictures.scene import clean
from sm_toolkit.notebook.pictures.upgrade_picture import UNKNOWN, Edition, UpgradeView
from sm_toolkit.notebook.pictures.wording import value_text
from sm_toolkit.notebook.upgrade_view import LONGEST_STATE, Running, edition_of, printed, running_now
from sm_toolkit.notebook.upgrade_words import edition
from sm_toolkit.pipeline.admission import admit
from sm_toolkit.pipeline.changes import change
from sm_toolkit.pipeline.messages import Downgrade, Refused, Upgrade, Upgraded
from sm_toolkit.pipeline.plans import Deployed

BEFORE = "the one before"


def downgrade_view(request: Downgrade, running: Running | None = None, after: Upgrade | None = None) -> UpgradeView:
    """Look at a downgrade of what runs; ``after`` is an upgrade that is made first, where none was made yet.

    Nothing is changed. A downgrade that would be refused is shown with every reason.

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: what runs does not fit.
        TypeError: what is said to run is no machine, no pipeline and no deployment, or ``after`` is no upgrade.
        ValueError: the upgrade that is to be made first would be refused.
    """
    adapter = request.adapter
    view = UpgradeView(
        clean(request.stage),
        Edition("what runs", "" if request.expects is None else short_hash(request.expects), UNKNOWN, UNKNOWN, UNKNOWN),
        Edition(BEFORE, "", UNKNOWN, UNKNOWN, UNKNOWN),
        "",
        "" if adapter is None else printed(adapter.up),
        "" if adapter is None else printed(adapter.down),
        noun="downgrade",
        letter="back",
    )
    if running is None:
        return replace(view, notes=("What runs is not known here: draw(downgrade, running=deployment) shows both.",))
    before = running_now(running, request.stage)
    if after is not None:
        before = upgraded(before, after)
    admitted = admit(replace(request, dry_run=True), before.limits)
    answer: Any = admitted
    if not isinstance(admitted, Refused):
        _, answer = change(before, replace(admitted, version=before.log.current))
    view = replace(view, reasons=answer.reasons if isinstance(answer, Refused) else ())
    plan = before.plans.get(request.stage)
    if plan is None:
        return view
    known = not isinstance(running, Machine)
    state = value_text(before.states[request.stage]) if known else None
    view = replace(view, old=replace(edition_of(plan.machine, edition(plan), plan), value=state))
    if not plan.history:
        told = "What has just started has no history: draw(downgrade, running=…, after=upgrade) makes an upgrade first."
        return replace(view, notes=(told,))
    undo = plan.history[-1]
    target = replace(undo.plan, history=plan.history[:-1])
    name = edition(target)
    gone, come = changed_parts(plan.machine.term, target.machine.term)
    new = edition_of(target.machine, name if name != view.old.name else BEFORE, target)
    view = replace(
        view,
        old=replace(view.old, changed=gone),
        new=replace(new, changed=come),
        migrate="" if undo.back is None else printed(Machine(undo.back.typing.term)),
    )
    if not isinstance(answer, Upgraded) or not known:
        return view
    made, was = value_text(answer.after, LONGEST_STATE), value_text(answer.before, LONGEST_STATE)
    when = "As it is now" if after is None else "Right after the upgrade"
    return replace(
        view, new=replace(view.new, value=value_text(answer.after)), notes=(f"{when}, back({was}) = {made}.",)
    )


def upgraded(running: Deployed, request: Upgrade) -> Deployed:
    """Return what runs after an upgrade that comes first of all.

    Raises:
        TypeError: it is no upgrade.
        ValueError: it would be refused; the error says why.
    """
    if not isinstance(request, Upgrade):
        found = type(request).__name__
        raise TypeError(f"`after` is the Upgrade that is made first, so that it can be undone, not {found}")
    admitted = admit(replace(request, dry_run=False), running.limits)
    answer: Any = admitted
    if not isinstance(admitted, Refused):
        running, answer = change(running, replace(admitted, version=running.log.current))
    if isinstance(answer, Refused):
        raise ValueError(f"the upgrade that is to be made first would be refused: {'; '.join(answer.reasons)}")
    return running
