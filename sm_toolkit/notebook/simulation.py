"""An upgrade in the middle of a stream, run on the simulated engine, as a plain model: the stream with it and without
it side by side, every move through the queues, and what goes wrong with it. No widget and no drawing here; what a
pipeline does with a message is the engine's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from sm_toolkit.engines.queues import require_bounds
from sm_toolkit.engines.simulator import Move
from sm_toolkit.language.data.types import Unit
from sm_toolkit.notebook.comparing import Comparison
from sm_toolkit.notebook.downgrade_view import upgraded
from sm_toolkit.notebook.given import check_given, check_inputs, input_after
from sm_toolkit.notebook.lanes import (
    Lane,
    Passing,
    answer_to_change,
    changed_lane,
    items,
    lane,
    taken,
    version_for_new,
)
from sm_toolkit.notebook.pictures.upgrade_trace import UpgradeTrace, trace_text
from sm_toolkit.notebook.presets import AS_GIVEN, Presets, presets
from sm_toolkit.notebook.queue_frames import Frame, Story, name_of, played
from sm_toolkit.notebook.tables import Table
from sm_toolkit.notebook.upgrade_words import NEW, Changed, Editions, editions, failures
from sm_toolkit.pipeline.ends import enter
from sm_toolkit.pipeline.messages import Change, Downgrade, Refused, Rewire, Rewired, Upgrade, Upgraded
from sm_toolkit.pipeline.network import network
from sm_toolkit.pipeline.pipelines import Pipeline
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message, deployed

CHANGE = "upgrade"  # what the change goes by as it moves; an item goes by its heading ("item 3")
MOST_INPUTS, LEAST_INPUTS, MOST_STEPS = 1000, 60, 20_000
"""How many inputs are simulated at most: fewer where each of them is the business of many parts side by side."""
MANY_PARTS = 60  # in a pipeline of more, few items before the update point are played
MOST_NEW, MOST_SHOWN = 12, 24
"""How many inputs of a new client are simulated, and how many of the old one's are shown round the update point."""


NO_HISTORY = "What has just started has no history: with after=upgrade an upgrade comes first, and can be undone."


@dataclass(frozen=True)
class _Case:
    """One change that is looked at: as it was given, or with a mistake in it."""

    change: Change
    message: Message


K = TypeVar("K")
V = TypeVar("V")
MOST_KEPT = 8


class Recent(dict[K, V]):
    """What was made last, and a little of what was made before: an update point is moved through many places."""

    def __setitem__(self, key: K, value: V) -> None:
        """Keep something, and forget the oldest of what is too much."""
        super().__setitem__(key, value)
        while len(self) > MOST_KEPT:
            del self[next(iter(self))]


class SimulationModel:
    """The stream ``inputs`` through a pipeline, with a change after the first ``at`` of them.

    The inputs come from a client who was there before, and who goes on in the old version of the interface
    after the change. ``new_inputs`` come last, from a client who connects after the change and asks for the
    version that it made. ``at`` may be set (0 to the number of inputs); it begins in the middle.
    The same ``seed`` makes the same moves; ``capacity`` is how many messages a queue holds. ``watched`` names the
    stage whose state is compared: the one that is changed, if not given, or of a rewiring one that keeps its state.
    ``choose`` puts a mistake into the change, or takes it out.

    A ``Downgrade`` undoes an upgrade: ``after`` is one, made before the first input; the old client is then one of it.

    Of more than 1,000 inputs (of a wide pipeline fewer) the first ones are simulated, and of more than 24 those round
    the update point are shown; ``bounds`` says so. The functions of effects are called for each run anew.

    Nobody watches a door here who would write into the change which versions are spoken, so the model
    does: an old client is connected. Unless the change says ``force``, it is refused if it would cut that
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
        watched: str | None = None,
        after: Upgrade | None = None,
    ) -> None:
        """Prepare; the engine runs when something is asked for.

        Raises:
            ValueMismatchError: an input is not of the pipeline's input type, a new one not of the new type.
            TypeError: what is said to be the change is none, or the pipeline; inputs are not values one after another;
                ``at`` or ``seed`` is no whole number.
            ValueError: the pipeline has no stage, no stage has the name ``watched``, the capacity is less than 1, there
                are not so many inputs before the update point, or the upgrade that comes first would be refused.
            PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
        """
        check_given(pipeline, inputs, upgrade, at, seed, new_inputs)
        require_bounds(capacity)
        self.pipeline = pipeline
        self.seed, self.capacity = seed, capacity
        self._start = deployed(pipeline) if after is None else upgraded(deployed(pipeline), after)
        if not self._start.plans:
            raise ValueError("a pipeline without stages has no state and nothing to upgrade")
        given = self._case(upgrade)
        parts = _parts(self._start, given.message)
        self._lead = MOST_SHOWN // 2 if parts < MANY_PARTS else 3
        most = min(MOST_INPUTS, max(LEAST_INPUTS, MOST_STEPS // parts))
        self.inputs, self._inputs_there = taken(inputs, most)
        self.new_inputs, self._new_there = taken(new_inputs, MOST_NEW)
        check_inputs(self.inputs, self._start.interface.input, "input")
        check_inputs(self.new_inputs, input_after(self._start, upgrade), "new input")
        self.given = upgrade
        self._cases = {AS_GIVEN: given}
        self._runs: Recent[tuple[str, int], Lane] = Recent()
        self._frames: Recent[tuple[str, int, int], tuple[Frame, ...]] = Recent()
        self._compared: Recent[tuple[str, int, str], Comparison] = Recent()
        self._at = self._first_at = 0
        self.at = self._first_at = len(self.inputs) // 2 if at is None else at
        self.preset = AS_GIVEN
        self.watchable = tuple(name for name, plan in self._start.plans.items() if plan.typing.scheme.state is not Unit)
        self._watched = self._to_watch() if watched is None else watched
        self.watched = self._watched

    # -- what is chosen -----------------------------------------------------------------------------------

    @property
    def at(self) -> int:
        """How many inputs come before the update point."""
        return self._at

    @at.setter
    def at(self, at: int) -> None:
        self._at = self._chosen(at)

    @property
    def watched(self) -> str:
        """The stage whose state is compared."""
        return self._watched

    @watched.setter
    def watched(self, name: str) -> None:
        if name not in self._start.plans:
            known = ", ".join(map(repr, self._start.plans))
            raise ValueError(f"there is no stage {name!r} whose state could be watched, but {known}")
        self._watched = name

    @cached_property
    def presets(self) -> Presets:
        """What can go wrong with the change, made from it and from the state where it came at first."""
        return presets(self.given, self._without_change.after(self._first_at))

    def choose(self, name: str) -> None:
        """Put a mistake into the change: one of ``presets``, or "as given" for none.

        Raises:
            ValueError: there is no such preset for this change.
        """
        if name not in self._cases:
            if name not in self.presets.made:
                known = ", ".join(map(repr, (AS_GIVEN, *self.presets.made)))
                raise ValueError(f"for this change there is no preset {name!r}, but {known}")
            self._cases[name] = self._case(self.presets.made[name].change)
        self.preset = name

    @property
    def upgrade(self) -> Change:
        """The change that is in the stream."""
        return self._cases[self.preset].change

    # -- what the engine did ------------------------------------------------------------------------------

    def run(self, at: int | None = None) -> Lane:
        """Return the stream with the change, at the update point given or the current one."""
        key = self.preset, self._chosen(at)
        if key not in self._runs:
            rest = self._old[key[1] :]
            message = self._cases[self.preset].message
            self._runs[key] = changed_lane(self._without_change, message, key[1], rest, self.new_inputs)
        return self._runs[key]

    def without(self, at: int | None = None) -> Lane:
        """Return the stream without the change; new items come last here, too, for the same version."""
        plain, run = self._without_change, self.run(at)
        if not self.new_inputs:
            return plain
        version = version_for_new(run.passed[self._chosen(at)], self._start)
        new = Passing(plain.end).all(items(self.new_inputs, NEW, version))
        return replace(plain, passed=(*plain.passed, *new))

    def answer(self, at: int | None = None) -> Changed:
        """Return what the change was answered."""
        return answer_to_change(self.run(at), CHANGE)

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The pipeline at the start and after each move: what runs, what waits, and what just happened."""
        key = self.preset, self.at, self.seed
        if key not in self._frames:
            shown, answer = self._window(self.at), self.answer()
            first = max(shown.start, self.at - self._lead) if len(shown) < len(self.inputs) else 0
            version = version_for_new(self.run().passed[self.at], self._start)
            messages: list[Message] = [*self._old[first : shown.stop], *items(self.new_inputs, NEW, version)]
            messages.insert(self.at - first, self._cases[self.preset].message)
            order = tuple(map(name_of, messages))
            clients = {name: "new client" if name.startswith(NEW) else "old client" for name in order if name != CHANGE}
            before = f"Items 1 to {first:,} have come and gone." if first else ""
            story = Story(CHANGE, self._target, self._editions, answer, order, clients, before)
            self._frames[key] = played(self.run().after(first), messages, story, self.seed, self.capacity)
        return self._frames[key]

    def moves(self) -> tuple[Move, ...]:
        """Return the moves; the one of number ``n`` leads from frame ``n`` to the next."""
        return tuple(frame.move for frame in self.frames if frame.move is not None)

    @property
    def update_frame(self) -> int:
        """The number of the frame in which the change takes effect next, or is refused, or else enters."""
        found = [move for move in self.moves() if move.taken is not None and name_of(move.taken) == CHANGE]
        acting = [
            move
            for move in found
            if isinstance(move.taken, Admitted) and isinstance(move.given, Upgraded | Rewired | Refused)
        ]
        return next((move.number for move in [*acting, *found]), 0)

    # -- what it shows ------------------------------------------------------------------------------------

    def compared(self, at: int | None = None) -> Comparison:
        """Return the stream without the change and with it, all of it."""
        key = self.preset, self._chosen(at), self.watched
        if key not in self._compared:
            self._compared[key] = self._comparison(key[1])
        return self._compared[key]

    def _comparison(self, at: int) -> Comparison:
        old = [(item.reply_to, item.value) for item in self._old]
        new = [(f"{NEW} {number}", value) for number, value in enumerate(self.new_inputs, 1)]
        stage = None if len(self._start.plans) == 1 else self.watched
        return Comparison(
            self.without(at), self.run(at), CHANGE, at, old, new, self.upgrade, self._editions, self.watched, stage
        )

    def trace(self, at: int | None = None) -> UpgradeTrace:
        """Return the stream without the change and with it, side by side, round the update point."""
        return self.compared(at).trace(self._window(self._chosen(at)), self.bounds(at))

    def table(self, at: int | None = None) -> Table:
        """Return the trace as a table, the update point marked, and every reason of a failure whole."""
        return self.compared(at).table(self._window(self._chosen(at)))

    def clients(self, at: int | None = None) -> Table:
        """Return what each client says and hears, from the update point on."""
        return self.compared(at).clients(self._window(self._chosen(at)))

    @property
    def explanation(self) -> str:
        """What the mistake is that was chosen, and what comes of it; empty where the change is as it was given."""
        if self.preset == AS_GIVEN:
            return NO_HISTORY if isinstance(self.given, Downgrade) and not self._has_history else ""
        whole = self.compared().whole
        differs = any(whole.output_differs(number) for number in range(len(self.inputs) + 1))
        return f"{self.preset}: {self.presets.made[self.preset].told(self.answer(), differs)}"

    def bounds(self, at: int | None = None) -> str:
        """Say what is left out where there is much; empty if nothing is."""
        told = []
        if self._inputs_there:
            told.append(f"{self._inputs_there} inputs were given, and the first {len(self.inputs):,} are simulated.")
        if self._new_there:
            told.append(f"{self._new_there} new inputs were given, and the first {MOST_NEW} are simulated.")
        shown = self._window(self._chosen(at))
        if len(shown) < len(self.inputs):
            told.append(f"Shown are items {shown.start + 1:,} to {shown.stop:,} of {len(self.inputs):,}.")
        text = " ".join(told)
        return text[:1].upper() + text[1:]

    def __repr__(self) -> str:
        """Print the trace at the current update point, what failed, and the mistake that was chosen."""
        lines = [trace_text(self.trace())]
        lines += failures(self.without().answers, self.run().answers, self._editions.noun)
        return "\n".join([*lines, *([self.explanation] if self.explanation else [])])

    # -- the rest -----------------------------------------------------------------------------------------

    @property
    def _old_version(self) -> int:
        """The interface version that a client speaks who was there before the change."""
        return self._start.log.current

    @cached_property
    def _old(self) -> list[Any]:
        return items(self.inputs, "item", self._old_version)

    @property
    def _has_history(self) -> bool:
        return self._target is None or bool(self._start.plans[self._target].history)

    @cached_property
    def _without_change(self) -> Lane:
        return lane(self._start, self._old)

    @property
    def _target(self) -> str | None:
        """The stage that the change is for, if it is for one that is there."""
        change = self.upgrade
        return None if isinstance(change, Rewire) or change.stage not in self._start.plans else change.stage

    @property
    def _editions(self) -> Editions:
        target, plans = self._target, self._start.plans
        plan = plans[target] if target is not None else next(iter(plans.values())) if len(plans) == 1 else None
        return editions(plan, self.upgrade)

    def _case(self, change: Change) -> _Case:
        spoken = frozenset({self._old_version}) if change.spoken is None else change.spoken
        made = replace(change, reply_to=CHANGE, spoken=spoken)
        return _Case(made, enter(made))

    def _chosen(self, at: int | None) -> int:
        if at is None:
            return self._at
        if not 0 <= at <= len(self.inputs):
            raise ValueError(f"the update point is after 0 to {len(self.inputs)} items, not after {at}")
        return at

    def _window(self, at: int) -> range:
        """Return which inputs are shown: all, or those round an update point."""
        first = max(0, min(at - MOST_SHOWN // 2, len(self.inputs) - MOST_SHOWN))
        return range(first, min(len(self.inputs), first + MOST_SHOWN))

    def _to_watch(self) -> str:
        """Return the stage that is changed; of a rewiring one whose state is migrated, or kept, or there at all."""
        if self._target is not None:
            return self._target
        wanted: Sequence[str] = ()
        if isinstance(self.given, Rewire):
            migrated = [name for name in self.watchable if name in self.given.migrations]
            dropped = [name for name in self.watchable if name in self.given.drop]
            wanted = [*migrated, *dropped]
        return next(iter((*wanted, *self.watchable, *self._start.plans)))


def _parts(start: Deployed, message: Message) -> int:
    """Return how many parts move side by side before a change or after it."""
    running = [start]
    if isinstance(message, Admitted) and message.target is not None:
        running.append(message.target)
    return max(len(network(each, 1).nodes) for each in running)
