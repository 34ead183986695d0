"""The words of an upgrade that is shown: what the machines before and after it are called, how an answer
reads, and what the comparison of two runs comes to. No run and no picture here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sm_toolkit.notebook.pictures.scene import clean, shorten
from sm_toolkit.notebook.pictures.upgrade_trace import ItemColumn, UpdateColumn, UpgradeTrace
from sm_toolkit.notebook.pictures.wording import type_text, value_text
from sm_toolkit.pipeline.messages import Answer, Change, Failed, Item, Refused, Upgrade, Upgraded
from sm_toolkit.pipeline.plans import DeployedStage, Plan

_EDITION = re.compile(r"(?:^|[\W_])(v\d+)$")
LONGEST_TYPE = 20


@dataclass(frozen=True, slots=True)
class Editions:
    """What the machine that runs is called, and the one that is to run; ``words`` are what the change does."""

    old: str
    new: str
    words: str

    def note(self, at: int, answer: Upgraded | Refused) -> str:
        """Say what happens to the machine, and where."""
        if isinstance(answer, Refused):
            return f"{self.old} goes on"
        where = f"after item {at}" if at else "before item 1"
        return f"{self.old}, dry run {where}" if answer.dry_run else f"{self.old} → {self.new} {where}"


def editions(plan: Plan, change: Change, answer: Upgraded | Refused) -> Editions:
    """Name the machine that runs and the one that is to run.

    Machines whose names end in different numbers of a version (``count_v2``) are called by these; otherwise
    the upgrades of the stage are counted.
    """
    count = len(plan.history) + 1
    old, new = edition(plan), f"v{count + 1}"
    if isinstance(change, Upgrade):
        found = _EDITION.search(change.machine.name or "")
        if found is None or found.group(1) == old:
            old = f"v{count}"
        else:
            new = found.group(1)
    else:
        new = "the one before"
    verb = "dry run" if change.dry_run else "upgrade" if isinstance(change, Upgrade) else "downgrade"
    return Editions(old, new, f"{verb} {old} → {new}")


def edition(plan: Plan) -> str:
    """Return what the machine of a stage is called by itself."""
    found = _EDITION.search(plan.machine.name or "")
    return found.group(1) if found else f"v{len(plan.history) + 1}"


def type_words(stage: DeployedStage) -> str:
    """Word the type of a stage's state."""
    return type_text(stage.plan.typing.scheme.state, LONGEST_TYPE)


def answer_text(answer: Answer) -> str:
    """Word the answer to an item."""
    if isinstance(answer, Failed):
        return f"fails: {clean(answer.reason)}"
    assert isinstance(answer, Item)
    return value_text(answer.value)


def failures(without: Mapping[str, Answer], upgraded: Mapping[str, Answer]) -> Iterator[str]:
    """Yield a line for each different failure of two runs: where it was, and the whole reason."""
    for lane, answers in (("without", without), ("with", upgraded)):
        places: dict[str, list[str]] = {}
        for name, answer in answers.items():
            if isinstance(answer, Failed):
                places.setdefault(clean(answer.reason), []).append(name)
        for reason, names in places.items():
            yield f"{lane} upgrade, {', '.join(names)}: {reason}"


def caption(trace: UpgradeTrace, answer: Upgraded | Refused, old: int, stage: str | None) -> str:
    """Say what two runs show, of which the first ``old`` items are an old client's and the rest a new one's.

    ``stage`` is whose state is compared, where there is more than one.
    """
    if isinstance(answer, Refused):
        reasons = "; ".join(shorten(clean(reason), 300) for reason in answer.reasons)
        return f"The upgrade is refused, and nothing changes: {reasons}."
    if answer.dry_run:
        made = f"{value_text(answer.before)} would become {value_text(answer.after)}"
        return f"A dry run changes nothing: the upgrade would be accepted, and the state {made}."
    sentences = [_of_the_old_client(trace, old), _of_the_state(trace, answer, stage)]
    if sum(isinstance(column, ItemColumn) for column in trace.columns) > old:
        sentences.append(_of_the_new_client(trace, old))
    return " ".join(sentences)


def _of_the_old_client(trace: UpgradeTrace, old: int) -> str:
    columns = trace.columns[: old + 1]
    different = [
        column.heading
        for number, column in enumerate(columns)
        if isinstance(column, ItemColumn) and trace.output_differs(number)
    ]
    if len(different) == 1:
        return f"The old client notices: 1 output differs (≠), at {different[0]}."
    if different:
        return f"The old client notices: {len(different)} outputs differ (≠), the first at {different[0]}."
    if columns and isinstance(columns[-1], UpdateColumn):
        return "The upgrade comes after all items of the old client."
    return "The old client notices nothing: every output agrees."


def _of_the_state(trace: UpgradeTrace, answer: Upgraded, stage: str | None) -> str:
    migration = f"m({value_text(answer.before)}) = {value_text(answer.after)}"
    state = "the state" if stage is None else f"the state of {stage}"
    for number, column in enumerate(trace.columns):
        if trace.differs(number):
            where = column.heading if isinstance(column, ItemColumn) else "the update point"
            return f"From {where} on {state} differs (≠), with {migration}."
    return f"{state[0].upper()}{state[1:]} is the same throughout, with {migration}."


def _of_the_new_client(trace: UpgradeTrace, old: int) -> str:
    served = [
        all(cell is None or cell.output != "fails" for cell in lane.cells[old + 1 :])
        for lane in (trace.upgraded, trace.without)
    ]
    match served:
        case [True, True]:
            return "The new client is served with the upgrade and without it."
        case [True, False]:
            return "The new client is served only with the upgrade."
        case _:
            return "Not every item of the new client is served."
