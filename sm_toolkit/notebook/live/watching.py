"""What a monitor knows: what runs, what it has done, and a change that is tried before it is made. Without widgets."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from sm_toolkit.edges.client import Client, NoCounts
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.text.plain import plain
from sm_toolkit.notebook.live.targets import Remote, target_of
from sm_toolkit.notebook.tables import Row, Table
from sm_toolkit.notebook.telling import state_text
from sm_toolkit.pipeline.differences import difference
from sm_toolkit.pipeline.messages import (
    Change,
    Downgrade,
    Inspected,
    Refused,
    Rewire,
    Rewired,
    StageView,
    Upgrade,
    Upgraded,
    require_change,
)
from sm_toolkit.pipeline.metrics import Metrics

WINDOW = 8
"""A rate is the mean over so many looks, at most."""

MOST_STAGES = 100
"""Of so many stages, each has a row."""

Phase: TypeAlias = Literal["idle", "looking", "looked", "changing", "changed", "refused"]


@dataclass(frozen=True)
class StageRow:
    """A stage as it is now. What is not known is None; ``rate`` is in items a second, ``service_time`` in seconds."""

    name: str
    hash: str
    edition: int
    items_in: int | None = None
    items_out: int | None = None
    failures: int | None = None
    queue: int | None = None
    rate: float | None = None
    service_time: float | None = None
    state: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """All stages as they are now, and the interface version.

    ``ended`` says why nothing runs any more, ``gone`` why nothing is there just now, ``uncounted`` why there are no
    counts; each is empty where that is not so.
    """

    stages: tuple[StageRow, ...] = ()
    version: int | None = None
    waiting: int | None = None
    ended: str = ""
    gone: str = ""
    uncounted: str = ""

    def table(self, *, moving: bool = True) -> Table:
        """Return it as a table; what is different each time one looks (rates, times) is left out if not ``moving``."""
        counted = any(row.items_in is not None for row in self.stages)
        head = ["stage"]
        if counted:
            head += ["in", "out", "failed", "waiting"]
            head += ["items/s", "each takes"] if moving else []
        else:
            head += ["state"]
        rows = tuple(
            Row((row.name, *_cells(row, counted, moving), str(row.edition), short_hash(row.hash) if row.hash else "-"))
            for row in self.stages[:MOST_STAGES]
        )
        left_out = len(self.stages) - len(rows)
        caption = f"{left_out:,} more are left out" if left_out else ""
        return Table(caption, (*head, "upgrades", "machine"), rows)

    @property
    def last_words(self) -> str:
        """What it says of the whole where nobody looks any more."""
        if self.ended:
            return self.words
        return f"no longer watched; as last seen: {f'gone: {plain(self.gone)}' if self.gone else self.words}"

    @property
    def words(self) -> str:
        """What it says of the whole."""
        if self.ended:
            return f"ended: {plain(self.ended)}"
        if self.gone:
            return f"gone, and looked for again: {plain(self.gone)}"
        if self.version is None:
            return "running"
        waiting = f"; no counts: {plain(self.uncounted)}" if self.uncounted else ""
        waiting += "" if self.waiting is None else f", {self.waiting:,} waiting"
        return f"running, interface version {self.version}{waiting}"


def _cells(row: StageRow, counted: bool, moving: bool) -> list[str]:
    if not counted:
        return [row.state or "-"]
    cells = [_number(each) for each in (row.items_in, row.items_out, row.failures, row.queue)]
    if moving:
        cells.append("-" if row.rate is None else f"{row.rate:,.0f}")
        cells.append("-" if row.service_time is None else f"{row.service_time * 1e6:,.1f} µs")
    return cells


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


@dataclass(frozen=True)
class Preview:
    """What a change would do, or has done: a sentence, rows before and after, what differs as a text, the reasons."""

    headline: str
    rows: tuple[tuple[str, str, str], ...] = ()
    differs: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it as a text."""
        parts = [plain(self.headline), *(f"  - {plain(reason)}" for reason in self.reasons)]
        if self.rows:
            parts.append(self.table.text)
        if self.differs:
            parts.append(plain(self.differs))
        return "\n".join(parts)

    @property
    def table(self) -> Table:
        """Its rows as a table."""
        return Table("", ("", "before", "after"), tuple(map(Row, self.rows)))


class MonitorModel:
    """Looks at a deployment, a server or a client when it is asked to, and makes a change in two steps: look, confirm.

    ``change`` is a change, or a function that returns one when it is wanted. It may be used from several threads.

    Raises:
        TypeError: there is nothing to look at.
    """

    def __init__(
        self,
        watched: Any,
        change: Change | Callable[[], Change] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not (change is None or callable(change) or isinstance(change, Change)):
            raise TypeError(
                "a monitor's `change` is an Upgrade, a Downgrade or a Rewire, a function that makes one, or the name "
                f"of a variable that holds one, not {type(change).__name__}: upgrade(old, new, migrate=…) makes one"
            )
        # A client is somebody's, and answers one question at a time: a look has a connection of its own.
        self.target = Remote(watched.host, watched.port) if isinstance(watched, Client) else target_of(watched)
        self.phase: Phase = "idle"
        self.preview: Preview | None = None
        self._change = change
        self._clock = clock
        self._looks: deque[tuple[float, dict[str, int]]] = deque(maxlen=WINDOW)
        self._lock = threading.Lock()
        self._pending: Change | None = None
        self._running = getattr(watched, "pipeline", None)

    def snapshot(self) -> Snapshot:
        """Look: return what runs now. Where nothing runs any more, or is not there just now, say so.

        A change that was looked at is forgotten where it would not find what it was tried on.
        """
        pending = self._pending
        shown = self._seen()
        self._forget_what_is_past(shown, pending)
        return shown

    def _forget_what_is_past(self, shown: Snapshot, pending: Change | None) -> None:
        if shown.gone and self.phase in ("looked", "changed", "refused"):
            self.cancel()  # what comes back may be another
        if pending is None or pending is not self._pending or isinstance(pending, Rewire):
            return
        row = next((row for row in shown.stages if row.name == pending.stage), None)
        if row is not None and row.hash and pending.expects not in (None, row.hash):
            now = f"it runs {short_hash(row.hash)} now, and the change was tried on {short_hash(pending.expects or '')}"
            self.cancel()
            self.phase = "refused"
            self.preview = Preview(f"stage {row.name} was changed in the meantime: look again", reasons=(now,))

    def _seen(self) -> Snapshot:
        try:
            if self.target.has_ended:
                return Snapshot(ended="it was stopped")
            try:
                return self._measured(self.target.metrics())
            except NoCounts as error:
                return self._inspected(self.target.inspect(), error.reason)
        except (ToolkitError, OSError) as error:
            with self._lock:
                self._looks.clear()  # what comes back may count anew
            return Snapshot(gone=str(error)) if self.target.may_return else Snapshot(ended=str(error))
        except RuntimeError:  # a map grew while it was looked at
            return Snapshot()

    def _measured(self, metrics: Metrics) -> Snapshot:
        now, counts = self._clock(), {stage.name: stage.items_in for stage in metrics.stages}
        with self._lock:
            if self._looks and any(counts.get(name, 0) < count for name, count in self._looks[-1][1].items()):
                self._looks.clear()  # another has come in its place, or a stage has gone
            before, had = self._looks[0] if self._looks else (now, {})
            self._looks.append((now, counts))
        rows = tuple(
            StageRow(
                stage.name,
                stage.hash,
                stage.edition,
                stage.items_in,
                stage.items_out,
                stage.failures,
                stage.queue,
                (stage.items_in - had[stage.name]) / (now - before) if now > before and stage.name in had else None,
                stage.service_time if stage.items_in else None,
            )
            for stage in metrics.stages
        )
        return Snapshot(rows, metrics.version, metrics.waiting)

    def _inspected(self, inspected: Inspected, uncounted: str) -> Snapshot:
        rows = tuple(
            StageRow(view.name, view.hash, view.upgrades, state=state_text(view.state)) for view in inspected.stages
        )
        return Snapshot(rows, inspected.version, uncounted=uncounted)

    # -- a change -----------------------------------------------------------------------------------------

    @property
    def can_change(self) -> bool:
        """Whether there is a change to make."""
        return self._change is not None

    def look(self) -> Preview:
        """Try the change in a dry run, and return what it would do; ``confirm`` makes it then.

        Raises:
            ToolkitError: there is none, or it cannot be sent.
            TypeError: it is no change.
        """
        change = self._wanted()
        self.phase, self._pending, self.preview = "looking", None, None
        try:
            before = self.target.inspect()
            answer = self.target.change(replace(change, dry_run=True))
        except BaseException:
            self.phase = "idle"
            raise
        self.preview = told(change, before, answer, self._running)
        refused = isinstance(answer, Refused)
        self.phase, self._pending = ("refused", None) if refused else ("looked", _expecting(change, before))
        return self.preview

    def confirm(self) -> Preview:
        """Make the change that was looked at, and return what it did.

        Raises:
            ToolkitError: nothing was looked at, or it cannot be sent.
        """
        if self._pending is None:
            raise ToolkitError("look first at what the change would do")
        change, self._pending, self.preview = self._pending, None, None
        self.phase = "changing"
        try:
            try:
                before = self.target.inspect()
            except (ToolkitError, OSError) as error:
                raise ToolkitError(f"{error}. The change was not sent: look again") from error
            try:
                answer = self.target.change(change)
            except (ToolkitError, OSError) as error:
                raise ToolkitError(f"{error}. Whether the change was made is not known: see what runs") from error
        except BaseException:
            self.phase = "idle"
            raise
        self.preview = told(change, before, answer, self._running)
        self.phase = "refused" if isinstance(answer, Refused) else "changed"
        if isinstance(change, Rewire) and self.phase == "changed":
            self._running = change.pipeline
        return self.preview

    def cancel(self) -> None:
        """Forget what was looked at."""
        self.phase, self.preview, self._pending = "idle", None, None

    def _wanted(self) -> Change:
        change = self._change if isinstance(self._change, Change) or self._change is None else self._change()
        if change is None:
            raise ToolkitError("there is no change: Monitor(…, change=upgrade(old, new, migrate=…))")
        return require_change(change)


def _expecting(change: Change, seen: Inspected) -> Change:
    """Return a change that expects what was seen, so that nothing else is changed that comes in the meantime."""
    if isinstance(change, Rewire) or change.expects is not None:
        return change
    known = next((view.hash for view in seen.stages if view.name == change.stage), None)
    return replace(change, expects=known)


def told(change: Change, before: Inspected, answer: Upgraded | Rewired | Refused, running: Any) -> Preview:
    """Return what an answer to a change says; of a rewiring also what differs, as far as what runs is known."""
    match answer:
        case Refused(stage, reasons):
            runs = f"{stage} runs" if stage in {view.name for view in before.stages} else "all runs"
            return Preview(f"refused: {runs} on as before", reasons=reasons)
        case Upgraded():
            old = next((view.hash for view in before.stages if view.name == answer.stage), "")
            done = "downgraded" if isinstance(change, Downgrade) else "upgraded"
            would = f"would be {done}" if answer.dry_run else f"was {done}"
            rows = [
                ("machine", short_hash(old) if old else "-", short_hash(answer.hash)),
                ("state", state_text(answer.before), state_text(answer.after)),
            ]
            if answer.before_type is not answer.after_type:
                rows.append(("state's type", str(answer.before_type), str(answer.after_type)))
            rows += _interface(change, before, answer)
            return Preview(f"stage {answer.stage} {would}", tuple(rows))
        case Rewired():
            would = "would be" if answer.dry_run else "was"
            was, becomes = ({view.name: view for view in views} for views in (answer.before, answer.after))
            rows = [(name, _of(was.get(name)), _of(becomes.get(name))) for name in {**was, **becomes}]
            assert isinstance(change, Rewire)
            differs = _difference(change, before, running) if answer.dry_run else ""
            return Preview(f"the pipeline {would} rewired", tuple(rows), differs)


def _interface(change: Change, before: Inspected, answer: Upgraded) -> list[tuple[str, str, str]]:
    rows = []
    view = next((view for view in before.stages if view.name == answer.stage), None)
    if isinstance(change, Upgrade) and view is not None:
        pairs = (("input", view.input_type, change.input_type), ("output", view.output_type, change.output_type))
        rows = [(name, str(old), str(new)) for name, old, new in pairs if old is not new]
    if before.version != answer.version:
        rows.append(("interface", f"version {before.version}", f"version {answer.version}"))
    return rows


def _difference(change: Rewire, before: Inspected, running: Any) -> str:
    """Return what differs; the pipeline that runs is known whole if it is the one that the change expects."""
    if running is not None:
        found = difference(running, change)
        if change.expects in (None, found.hashes[0]):
            return str(replace(found, reasons=()))
    return str(difference(before.stages, change))


def _of(view: StageView | None) -> str:
    return "-" if view is None else state_text(view.state)
