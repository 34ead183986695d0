"""Two lanes of a stream, without a change and with it, put side by side: as a trace to be drawn, and as tables.

What ran is ``lanes``' business, and the words for it are in ``upgrade_words``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sm_toolkit.language.data.types import Unit
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.lanes import Lane, answer_to_change, seen_as, version_for_new
from sm_toolkit.notebook.pictures.upgrade_trace import (
    Cell,
    ItemColumn,
    TraceLane,
    UpdateColumn,
    UpgradeTrace,
    state_after,
    whole_after,
)
from sm_toolkit.notebook.pictures.wording import LONGEST_VALUE, shorten_value, value_text
from sm_toolkit.notebook.stage_views import states_text
from sm_toolkit.notebook.tables import Row, Table
from sm_toolkit.notebook.upgrade_words import Changed, Editions, answer_text, caption, edition, type_words
from sm_toolkit.pipeline.messages import Answer, Change, Failed, Item, Refused, Rewire, Rewired, Upgraded
from sm_toolkit.pipeline.plans import Deployed

LONGEST_CELL = 160  # characters of a state in a table
LONGEST_WHOLE = 2000  # characters by which states are told apart
NOT_THERE, NONE_YET = "–", "none yet"


@dataclass(frozen=True)
class Comparison:
    """A stream without a change and with it. ``old`` and ``new`` are the names and inputs of the clients' items.

    ``watched`` is the stage whose state is compared; ``stage`` is its name where that is to be said.
    """

    without: Lane
    changed: Lane
    name: str
    at: int
    old: Sequence[tuple[str, Any]]
    new: Sequence[tuple[str, Any]]
    change: Change
    editions: Editions
    watched: str
    stage: str | None

    @property
    def answer(self) -> Changed:
        """What the change was answered."""
        return answer_to_change(self.changed, self.name)

    @cached_property
    def _worded(self) -> dict[Any, tuple[Any, str]]:
        """The words for the states in shards, by where they are: from one item to the next most stay."""
        return {}

    @cached_property
    def whole(self) -> UpgradeTrace:
        """All of it, side by side."""
        columns: list[ItemColumn | UpdateColumn] = [
            ItemColumn(heading, value_text(value)) for heading, value in (*self.old, *self.new)
        ]
        columns.insert(self.at, UpdateColumn(self.editions.words, isinstance(self.answer, Refused)))
        start = self.without.start
        whole = self._state(start)
        first = shorten_value(whole, LONGEST_VALUE)
        era = self._era(start, self.editions.old)
        note = self._note(start)
        noun = self.editions.noun
        plain = TraceLane(f"without {noun}", note, first, tuple(self._cells(self.without, columns)), whole_start=whole)
        cells = tuple(self._cells(self.changed, columns, with_change=True))
        changed = TraceLane(f"with {noun}", self.editions.note(self.at, self.answer), first, cells, era, whole)
        made = UpgradeTrace(tuple(columns), plain, changed)
        words = caption(made, self.answer, len(self.old), self.stage, self._migration(), noun)
        return replace(made, caption=words)

    def trace(self, shown: range, more: str = "") -> UpgradeTrace:
        """Return what is round the update point; ``more`` is said below it."""
        whole = self.whole
        kept = list(self._kept(shown))
        lanes = [
            replace(
                each,
                start=state_after(each, kept[0] - 1) if kept and kept[0] else each.start,
                cells=tuple(each.cells[number] for number in kept),
            )
            for each in (whole.without, whole.upgraded)
        ]
        words = f"{whole.caption} {more}".strip()
        return UpgradeTrace(tuple(whole.columns[number] for number in kept), lanes[0], lanes[1], words)

    def table(self, shown: range) -> Table:
        """Return the trace as a table, the update point marked, and every reason of a failure whole."""
        trace = self.whole
        without, changed = self.without.answers, self.changed.answers
        rows = []
        for number in self._kept(shown):
            column = trace.columns[number]
            one, other = trace.without.cells[number], trace.upgraded.cells[number]
            state = f"{'≠ ' if trace.differs(number) else ''}{_in_table(other)}" if other is not None else ""
            if isinstance(column, UpdateColumn):
                words = column.words + (", refused" if column.refused else "")
                m = "m: " if other is not None and other.migrated else ""
                rows.append(Row(("update point", "", words, "", "", "", f"{m}{state}"), marked=True))
                continue
            assert one is not None
            client = "new" if number > len(self.old) else "old"
            sign = "≠ " if trace.output_differs(number) else ""
            assert other is not None
            outputs = _output(one, without[column.heading]), sign + _output(other, changed[column.heading])
            cells = (column.heading, client, column.input, outputs[0], _in_table(one), outputs[1], state)
            rows.append(Row(cells, bad=bool(sign)))
        head = ("", "client", "input", "output without", "state without", "output with", "state with")
        first = shown.start
        begin = [shorten(whole_after(each, first - 1), LONGEST_CELL) for each in (trace.without, trace.upgraded)]
        start = Row(("start" if not first else f"before item {first + 1:,}", "", "", "", begin[0], "", begin[1]))
        noun = self.editions.noun
        return Table(f"each item without the {noun} and with it", head, (start, *rows))

    def clients(self, shown: range) -> Table:
        """Return what each client says and hears from the update point on, and what becomes of it on the way in."""
        made = version_for_new(self.changed.passed[self.at], self.without.start)
        rows = []
        for number in self._kept(shown):
            column = self.whole.columns[number]
            if not isinstance(column, ItemColumn) or number <= self.at:
                continue
            old = number <= len(self.old)
            version = self.without.start.log.current if old else made
            _, value = (*self.old, *self.new)[number - 1]
            name = column.heading
            inside = seen_as(self.changed.before(name), Item(value, version))
            heard, would = (answer_text(each.answers[name]) for each in (self.changed, self.without))
            differs = self.whole.output_differs(number)
            who = f"{'old' if old else 'new'}, interface {version}"
            said = (name, who, column.input, inside or "as it is", f"{'≠ ' if differs else ''}{heard}", would)
            rows.append(Row(said, bad=differs))
        noun = self.editions.noun
        head = ("", "client", "says", "goes in as", "hears", f"would hear without the {noun}")
        return Table(f"what the clients say and hear after the {noun}", head, tuple(rows))

    # -- the rest -----------------------------------------------------------------------------------------

    def _kept(self, shown: range) -> Iterator[int]:
        """Yield the columns that are shown: the change is one of them, and so are all new items."""
        update = self.at
        yield from (number for number in range(shown.start, update))
        yield from range(update, shown.stop + 1)
        yield from range(len(self.old) + 1, len(self.old) + 1 + len(self.new))

    def _cells(
        self, lane: Lane, columns: Sequence[ItemColumn | UpdateColumn], *, with_change: bool = False
    ) -> Iterator[Cell | None]:
        after_change = False
        for column in columns:
            if isinstance(column, UpdateColumn):
                after_change = True
                yield self._made() if with_change else None
                continue
            passed = lane.passed[lane.places[column.heading]]
            whole, heard = self._state(passed.after), answer_text(passed.answer)
            output = "fails" if isinstance(passed.answer, Failed) else heard
            exact = heard
            if isinstance(passed.answer, Item):
                exact = value_text(passed.answer.value, LONGEST_WHOLE)
            new = after_change and with_change and not isinstance(self.answer, Refused) and not self.answer.dry_run
            name = self.editions.new if new else self.editions.old
            era = self._era(passed.after, name) if with_change else ""
            yield Cell(
                shorten_value(whole, LONGEST_VALUE),
                output,
                era,
                whole=whole,
                whole_output=output if output == "fails" else exact,
            )

    def _made(self) -> Cell | None:
        """Return what the change makes of the state that is watched."""
        answer = self.answer
        if isinstance(answer, Refused) or answer.dry_run:
            return None
        whole = self._state(self.changed.passed[self.at].after)
        migrated = bool(self._migration())
        if isinstance(answer, Upgraded) and not migrated:
            return None
        return Cell(shorten_value(whole, LONGEST_VALUE), migrated=migrated, whole=whole)

    def _migration(self) -> str:
        """Say what was migrated to what, if that is the state that is watched: "m(1) = 2", or "1 would become 2"."""
        answer = self.answer
        if isinstance(answer, Refused):
            return ""
        mine = answer.stage == self.watched if isinstance(answer, Upgraded) else self._rewired_by_migration()
        if not mine:
            return ""
        if answer.dry_run:
            both = [answer.before, answer.after]
            if isinstance(answer, Rewired):
                both = [view.state for seen in both for view in seen if view.name == self.watched]
            return " would become ".join(shorten_value(self._held(state), LONGEST_VALUE) for state in both)
        before = self._state(self.changed.after(self.at))
        after = self._state(self.changed.passed[self.at].after)
        if before == after == NONE_YET:
            return ""
        return f"m({shorten_value(before, LONGEST_VALUE)}) = {shorten_value(after, LONGEST_VALUE)}"

    def _rewired_by_migration(self) -> bool:
        change = self.change
        return isinstance(change, Rewire) and self.watched in change.migrations and self.watched not in change.drop

    def _state(self, running: Deployed) -> str:
        """Word the state of the stage that is watched, whole."""
        name = self.watched
        if name not in running.plans:
            return NOT_THERE
        return self._held(running.states[name], in_shards=bool(running.around[name]))

    def _held(self, state: Any, in_shards: bool | None = None) -> str:
        """Word a state, or the states in shards, whole."""
        if in_shards is None:
            in_shards = bool(self.without.start.around[self.watched])
        return states_text(state, self._worded) or NONE_YET if in_shards else value_text(state, LONGEST_WHOLE)

    def _era(self, running: Deployed, name: str) -> str:
        plan = running.plans.get(self.watched)
        if plan is None:
            return f"{name}, no {self.watched}"
        if self.editions.noun != "rewiring" and not self._is_target():
            name = edition(plan)
        return f"{name}, state {type_words(plan)}"

    def _note(self, start: Deployed) -> str:
        plan = start.plans[self.watched]
        name = self.editions.old if self._is_target() or self.editions.noun == "rewiring" else edition(plan)
        of = "" if plan.typing.scheme.state is Unit else f", state {type_words(plan)}"
        return f"{name} only{of or ', state Unit'}"

    def _is_target(self) -> bool:
        return (
            isinstance(self.change, Rewire)
            or self.change.stage not in self.without.start.plans
            or (self.change.stage == self.watched)
        )


def _in_table(cell: Cell) -> str:
    """Word a state for a table, which breaks what is long."""
    return shorten(cell.whole or cell.state, LONGEST_CELL)


def _output(cell: Cell, answer: Answer) -> str:
    return answer_text(answer) if isinstance(answer, Failed) else shorten(cell.whole_output, LONGEST_CELL)
