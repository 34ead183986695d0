"""The words of an upgrade that is shown: what the machines before and after it are called, how an answer
reads, and what the comparison of two runs comes to. No run and no picture here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.scene import clean
from sm_toolkit.notebook.pictures.upgrade_trace import ItemColumn, UpdateColumn, UpgradeTrace
from sm_toolkit.notebook.pictures.wording import type_text, value_text
from sm_toolkit.pipeline.messages import (
    Answer,
    Change,
    Downgrade,
    Failed,
    Item,
    Refused,
    Rewire,
    Rewired,
    Upgrade,
    Upgraded,
)
from sm_toolkit.pipeline.plans import Plan

NEW = "new item"  # what the items of a new client are called; those of the old one are "item 1", "item 2", …
_EDITION = re.compile(r"(?:^|[\W_])(v\d+)$")
LONGEST_TYPE = 20
LONGEST_NAME = 24


Changed = Upgraded | Rewired | Refused


@dataclass(frozen=True, slots=True)
class Editions:
    """What the machine that runs is called, and the one that is to run; ``words`` are what the change does.

    ``noun`` is the word for the change ("upgrade"); where a whole pipeline is changed, that is called old and new.
    """

    old: str
    new: str
    words: str
    noun: str = "upgrade"

    @property
    def done(self) -> str:
        """What has become of a stage that was changed."""
        return "downgraded" if self.noun == "downgrade" else "upgraded"

    def note(self, at: int, answer: Changed) -> str:
        """Say what happens to the machine, and where."""
        if isinstance(answer, Refused):
            return f"{self.old} goes on"
        where = f"after item {at}" if at else "before item 1"
        if answer.dry_run:
            return f"{self.old}, dry run {where}"
        return f"rewired {where}" if self.noun == "rewiring" else f"{self.old} → {self.new} {where}"


def editions(plan: Plan | None, change: Change) -> Editions:
    """Name the machine that runs and the one that is to run.

    ``plan`` is what the stage runs that is to be changed, if there is one. Machines whose names end in different
    numbers of a version (``count_v2``) are called by these; otherwise the upgrades of the stage are counted. Of a
    rewiring the pipelines are named.
    """
    if isinstance(change, Rewire):
        return Editions(
            "old pipeline", "new pipeline", "dry run of a rewiring" if change.dry_run else "rewiring", "rewiring"
        )
    noun = "downgrade" if isinstance(change, Downgrade) else "upgrade"
    if plan is None:
        return Editions("what runs", "another machine", f"{noun} of {shorten(clean(change.stage), LONGEST_NAME)}", noun)
    count = len(plan.history) + 1
    old, new = edition(plan), f"v{count + 1}"
    if isinstance(change, Upgrade):
        found = _EDITION.search(change.machine.name or "")
        if found is None or found.group(1) == old:
            old = f"v{count}"
        else:
            new = found.group(1)
    elif plan.history:
        new = edition(replace(plan.history[-1].plan, history=plan.history[:-1]))
    else:
        new = "the one before"
    verb = "dry run" if change.dry_run else "upgrade" if isinstance(change, Upgrade) else "downgrade"
    return Editions(old, new, f"{verb} {old} → {new}", noun)


def edition(plan: Plan) -> str:
    """Return what the machine of a stage is called by itself."""
    found = _EDITION.search(plan.machine.name or "")
    return found.group(1) if found else f"v{len(plan.history) + 1}"


def type_words(plan: Plan) -> str:
    """Word the type of a stage's state."""
    return type_text(plan.typing.scheme.state, LONGEST_TYPE)


def answer_text(answer: Answer) -> str:
    """Word the answer to an item."""
    if isinstance(answer, Failed):
        return f"fails: {clean(answer.reason)}"
    assert isinstance(answer, Item)
    return value_text(answer.value)


MOST_NAMES = 8


def failures(without: Mapping[str, Answer], upgraded: Mapping[str, Answer], noun: str) -> Iterator[str]:
    """Yield a line for each different failure of two runs: where it was, and the whole reason."""
    for lane, answers in (("without", without), ("with", upgraded)):
        places: dict[str, list[str]] = {}
        for name, answer in answers.items():
            if isinstance(answer, Failed):
                places.setdefault(clean(answer.reason), []).append(name)
        for reason, names in places.items():
            more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
            yield f"{lane} {noun}, {', '.join(names[:MOST_NAMES])}{more}: {reason}"


def reasons_text(answer: Refused) -> str:
    """Word every reason of a refusal in one line."""
    return "; ".join(shorten(clean(reason), 300) for reason in answer.reasons)


def caption(trace: UpgradeTrace, answer: Changed, old: int, stage: str | None, migration: str, noun: str) -> str:
    """Say what two runs show, of which the first ``old`` items are an old client's and the rest a new one's.

    ``stage`` is whose state is compared, where there is more than one; ``migration`` is what was migrated in words
    ("m(1) = 2", of a dry run "1 would become 2"), empty if nothing.
    """
    if isinstance(answer, Refused):
        return f"The {noun} is refused, and nothing changes: {reasons_text(answer)}."
    if answer.dry_run:
        made = f", and the state {migration}" if migration else ""
        return f"A dry run changes nothing: the {noun} would be accepted{made}."
    sentences = [_of_the_old_client(trace, old, noun), _of_the_state(trace, stage, migration)]
    if any(isinstance(column, ItemColumn) and column.heading.startswith(NEW) for column in trace.columns):
        sentences.append(_of_the_new_client(trace, old, noun))
    return " ".join(sentences)


def _of_the_old_client(trace: UpgradeTrace, old: int, noun: str) -> str:
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
        return f"The {noun} comes after all items of the old client."
    return "The old client notices nothing: every output agrees."


def _of_the_state(trace: UpgradeTrace, stage: str | None, migration: str) -> str:
    ending = f", with {migration}." if migration else "."
    state = "the state" if stage is None else f"the state of {stage}"
    for number, column in enumerate(trace.columns):
        if trace.differs(number):
            where = column.heading if isinstance(column, ItemColumn) else "the update point"
            return f"From {where} on {state} differs (≠){ending}"
    return f"{state[0].upper()}{state[1:]} is the same throughout{ending}"


def _of_the_new_client(trace: UpgradeTrace, old: int, noun: str) -> str:
    served = [
        all(cell is None or cell.output != "fails" for cell in lane.cells[old + 1 :])
        for lane in (trace.upgraded, trace.without)
    ]
    match served:
        case [True, True]:
            return f"The new client is served with the {noun} and without it."
        case [True, False]:
            return f"The new client is served only with the {noun}."
        case _:
            return "Not every item of the new client is served."
