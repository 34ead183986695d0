"""An upgrade in the middle of a stream, run on the simulated engine, as a plain model: every move, what waits
where after it, and the same stream without the upgrade. No widget and no drawing here; what a pipeline does
with a message is the engine's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sm_toolkit.deploying import deploy
from sm_toolkit.engines.simulator import Move, Simulation, simulated
from sm_toolkit.language.data.values import check_value
from sm_toolkit.notebook.pictures.upgrade_trace import (
    Cell,
    ItemColumn,
    TraceLane,
    UpdateColumn,
    UpgradeTrace,
    trace_text,
)
from sm_toolkit.notebook.pictures.wording import value_text
from sm_toolkit.notebook.queue_frames import Frame, Moment, frame_of
from sm_toolkit.notebook.stage_views import in_a_row
from sm_toolkit.notebook.tables import Row, Table
from sm_toolkit.notebook.upgrade_words import Editions, answer_text, caption, editions, failures, type_words
from sm_toolkit.pipeline.messages import (
    Answer,
    Change,
    Downgrade,
    Failed,
    Item,
    Refused,
    Request,
    Rewire,
    Upgrade,
    Upgraded,
)
from sm_toolkit.pipeline.pipelines import Pipeline, interface
from sm_toolkit.pipeline.plans import deployed

OLD_CLIENT = 1  # the interface version that a client speaks who was there before the upgrade
CHANGE = "upgrade"  # what the change is called as it moves; an item is called by its heading ("item 3")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the engine to its end: each moment from the first to the last, and the answers by name."""

    moments: tuple[Moment, ...]
    answers: dict[str, Answer]

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves; the one of number ``n`` leads from moment ``n`` to the next."""
        return tuple(moment.move for moment in self.moments if moment.move is not None)


class SimulationModel:
    """The stream ``inputs`` through a pipeline, with an upgrade after the first ``at`` of them.

    The inputs come from a client who was there before, and who goes on in the old version of the interface
    after the upgrade. ``new_inputs`` come last, from a client who connects after the upgrade and asks for the
    version that it made. ``at`` may be set (0 to the number of inputs); it begins in the middle.
    The same ``seed`` makes the same moves; ``capacity`` is how many messages a queue holds.

    Nobody watches a door here who would write into the upgrade which versions are spoken, so the model
    does: an old client is connected. Unless the upgrade says ``force``, it is refused if it would cut that
    client off.

    >>> from sm_toolkit.examples.counter import typed_v2, typed_v2_to_v3
    >>> from sm_toolkit.language import Left, Right
    >>> read, increment = Right(Left(None)), Right(Right(None))
    >>> SimulationModel(typed_v2, [increment, read, increment, read], typed_v2_to_v3)
                  input             without upgrade  output            with upgrade    output
    start                           0                                  0
    item 1        Right (Right ())  1                Right (Right ())  1               Right (Right ())
    item 2        Right (Left ())   1                Right (Left 1)    1               Right (Left 1)
    update point  upgrade v2 → v3                                      m: ≠ (1,False)
    item 3        Right (Right ())  2                Right (Right ())  ≠ (2,False)     Right (Right ())
    item 4        Right (Left ())   2                Right (Left 2)    ≠ (2,False)     Right (Left 2)
    The old client notices nothing: every output agrees. From the update point on the state differs (≠), with \
m(1) = (1,False).
    """

    def __init__(
        self,
        pipeline: Pipeline[Any, Any],
        inputs: Iterable[Any],
        upgrade: Change,
        at: int | None = None,
        seed: int = 0,
        new_inputs: Iterable[Any] = (),
        capacity: int = 4,
    ) -> None:
        """Prepare; the engine runs when something is asked for.

        Raises:
            ValueMismatchError: an input is not of the pipeline's input type, a new one not of the new type.
            TypeError: the change is one of the whole pipeline.
            ValueError: the pipeline has no stage, or there are not so many inputs before the update point.
            PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
        """
        self.pipeline = pipeline
        self.inputs = tuple(inputs)
        self.new_inputs = tuple(new_inputs)
        self.seed = seed
        self.capacity = capacity
        self._deployed = deployed(pipeline)
        self._start = tuple(self._deployed)
        if not self._start:
            raise ValueError("a pipeline without stages has no state and nothing to upgrade")
        in_a_row(pipeline)
        if isinstance(upgrade, Rewire):
            raise TypeError("what is shown is the change of one stage: an Upgrade or a Downgrade, not a Rewire")
        names = [stage.plan.name for stage in self._start]
        self._target = names.index(upgrade.stage) if upgrade.stage in names else None
        self.stage = self._target or 0
        self._single = len(names) == 1
        types = interface(pipeline)
        new_type = upgrade.input_type if self._single and isinstance(upgrade, Upgrade) else types.input
        for x in self.inputs:
            check_value(x, types.input)
        for x in self.new_inputs:
            check_value(x, new_type)
        spoken = frozenset({OLD_CLIENT}) if upgrade.spoken is None else upgrade.spoken
        self.upgrade: Upgrade | Downgrade = replace(upgrade, reply_to=CHANGE, spoken=spoken)
        self._runs: dict[int | None, Run] = {}
        self._at = 0
        self.at = len(self.inputs) // 2 if at is None else at

    @property
    def at(self) -> int:
        """How many inputs come before the update point."""
        return self._at

    @at.setter
    def at(self, at: int) -> None:
        if not 0 <= at <= len(self.inputs):
            raise ValueError(f"the update point is after 0 to {len(self.inputs)} items, not after {at}")
        self._at = at

    # -- what the engine did ------------------------------------------------------------------------------

    def run(self, at: int | None = None) -> Run:
        """Return the run with the upgrade, of the update point given or the current one."""
        return self._run(self._chosen(at))

    def moves(self, at: int | None = None) -> tuple[Move, ...]:
        """Return the engine's moves."""
        return self.run(at).moves

    def answer(self, at: int | None = None) -> Upgraded | Refused:
        """Return what the upgrade was answered."""
        answer = self.run(at).answers[CHANGE]
        assert isinstance(answer, Upgraded | Refused)
        return answer

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The pipeline at the start and after each move: what runs, what waits, and what just happened."""
        run, answer = self.run(), self.answer()
        named = self._editions(answer)
        return tuple(frame_of(moment, self._target, named, answer, self.capacity) for moment in run.moments)

    @property
    def update_frame(self) -> int:
        """The number of the frame in which the stage takes the upgrade next."""
        return next(
            move.number
            for move in self.moves()
            if (move.mover == self.stage or move.changed) and _name(move.taken) == CHANGE
        )

    def _chosen(self, at: int | None) -> int:
        if at is not None and not 0 <= at <= len(self.inputs):
            raise ValueError(f"the update point is after 0 to {len(self.inputs)} items, not after {at}")
        return self._at if at is None else at

    def _run(self, at: int | None) -> Run:
        """Run the stream, without the upgrade if ``at`` is None."""
        if at not in self._runs:
            old: list[Request] = [Item(x, OLD_CLIENT, f"item {n}") for n, x in enumerate(self.inputs, 1)]
            if at is not None:
                old.insert(at, self.upgrade)
            version = self._version_asked_for() if self.new_inputs else None
            new = [Item(x, version, f"new item {n}") for n, x in enumerate(self.new_inputs, 1)]
            self._runs[at] = self._recorded([*old, *new])
        return self._runs[at]

    def _recorded(self, requests: list[Request]) -> Run:
        with deploy(self.pipeline, simulated(self.seed, self.capacity)) as deployment:
            engine = deployment.running
            assert isinstance(engine, Simulation)
            deployment.send(*requests)
            moments = [Moment.of(engine, None)]
            while (move := engine.step()) is not None:
                moments.append(Moment.of(engine, move))
            answers = deployment.answers()
        return Run(tuple(moments), {_name(answer): answer for answer in answers})

    def _version_asked_for(self) -> int | None:
        """Return the version that a new client asks for: the one that the upgrade makes, or was to make."""
        log = self._deployed.log
        answer = self._recorded([self.upgrade]).answers[CHANGE]
        return answer.version if isinstance(answer, Upgraded) else log.next_number()

    # -- what it shows ------------------------------------------------------------------------------------

    def trace(self, at: int | None = None) -> UpgradeTrace:
        """Return the stream without the upgrade and with it, side by side."""
        at = self._chosen(at)
        without, upgraded, answer = self._run(None), self._run(at), self.answer(at)
        named = self._editions(answer)
        start = self._start[self.stage]
        columns: list[ItemColumn | UpdateColumn] = [
            ItemColumn(heading, value_text(value)) for heading, value in self._items()
        ]
        columns.insert(at, UpdateColumn(named.words, isinstance(answer, Refused)))
        before = f"{named.old}, state {type_words(start)}"
        note = f"{named.old} only, state {type_words(start)}"
        first = value_text(start.state)
        cells = tuple(self._cells(without, columns, None, named))
        plain = TraceLane("without upgrade", note, first, cells)
        cells = tuple(self._cells(upgraded, columns, answer, named))
        changed = TraceLane("with upgrade", named.note(at, answer), first, cells, before)
        made = UpgradeTrace(tuple(columns), plain, changed)
        several = None if self._single else start.plan.name
        return replace(made, caption=caption(made, answer, len(self.inputs), several))

    def _cells(
        self,
        run: Run,
        columns: list[ItemColumn | UpdateColumn],
        answer: Upgraded | Refused | None,
        named: Editions,
    ) -> Iterator[Cell | None]:
        """Yield what a run holds at each column; ``answer`` is what the upgrade was answered, None without one."""
        stages = {_name(move.taken): move.after for move in run.moves if move.mover == self.stage and move.after}
        upgrades = len(self._start[self.stage].plan.history)
        for column in columns:
            if isinstance(column, ItemColumn):
                stage, answered = stages[column.heading], run.answers[column.heading]
                output = "fails" if isinstance(answered, Failed) else answer_text(answered)
                edition = named.old if len(stage.plan.history) == upgrades else named.new
                era = f"{edition}, state {type_words(stage)}" if answer is not None else ""
                yield Cell(value_text(stage.state), output, era)
            elif isinstance(answer, Upgraded) and not answer.dry_run:
                yield Cell(value_text(answer.after), migrated=True)
            else:
                yield None

    def table(self, at: int | None = None) -> Table:
        """Return the trace as a table, the update point marked, and every reason of a failure whole."""
        trace = self.trace(at)
        without, upgraded = self._run(None).answers, self.run(at).answers
        rows = []
        for number, column in enumerate(trace.columns):
            one, other = trace.without.cells[number], trace.upgraded.cells[number]
            state = f"{'≠ ' if trace.differs(number) else ''}{other.state}" if other is not None else ""
            if isinstance(column, UpdateColumn):
                words = column.words + (", refused" if column.refused else "")
                rows.append(Row(("update point", "", words, "", "", "", f"m: {state}" if state else ""), marked=True))
                continue
            assert one is not None
            assert other is not None
            client = "new" if number > len(self.inputs) else "old"
            sign = "≠ " if trace.output_differs(number) else ""
            outputs = (answer_text(without[column.heading]), sign + answer_text(upgraded[column.heading]))
            cells = (column.heading, client, column.input, outputs[0], one.state, outputs[1], state)
            rows.append(Row(cells, bad=bool(sign)))
        head = ("", "client", "input", "output without", "state without", "output with", "state with")
        start = Row(("start", "", "", "", trace.without.start, "", trace.upgraded.start))
        return Table("each item without the upgrade and with it", head, (start, *rows))

    def __repr__(self) -> str:
        """Print the trace at the current update point, and what failed."""
        return "\n".join([trace_text(self.trace()), *failures(self._run(None).answers, self.run().answers)])

    def _items(self) -> list[tuple[str, Any]]:
        return [(f"item {n}", x) for n, x in enumerate(self.inputs, 1)] + [
            (f"new item {n}", x) for n, x in enumerate(self.new_inputs, 1)
        ]

    def _editions(self, answer: Upgraded | Refused) -> Editions:
        return editions(self._start[self.stage].plan, self.upgrade, answer)


def _name(message: Any) -> str:
    """Return what a message is called: it goes with it as ``reply_to`` from the door to the exit."""
    return str(getattr(message, "request", message).reply_to)
