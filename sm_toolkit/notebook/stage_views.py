"""How a pipeline, or a deployment of one, is looked at as a ``PipelineView``: its parts as they are, and what waits.

What waits is known of a simulation; of other engines it is known how many messages do. No place on a page belongs here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from sm_toolkit.deploying import Deployment
from sm_toolkit.engines.simulator import Simulation
from sm_toolkit.language.data.types import Either, List, Pair, Type, Unit
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.pipeline_view import (
    BranchView,
    EffectView,
    FrameView,
    LaneView,
    PartView,
    PipelineView,
    QueueView,
    StageView,
    TeeView,
    WaitingItem,
)
from sm_toolkit.notebook.pictures.wording import type_lines, value_text
from sm_toolkit.notebook.upgrade_words import edition
from sm_toolkit.notebook.waiting import Waiting, as_one, with_end
from sm_toolkit.pipeline.metrics import StageMetrics
from sm_toolkit.pipeline.pipelines import Pipeline
from sm_toolkit.pipeline.plans import Deployed, deployed
from sm_toolkit.pipeline.shapes import (
    Choice,
    Each,
    Effect,
    FanOut,
    Identity,
    Parallel,
    Shard,
    Stage,
    Tee,
    in_sequence,
)

LONGEST_KEY = 30
FIRST_VERSION = 1  # of an interface, which every pipeline has
MOST_STATES = 12  # of a stage in shards, in its box, which has room for fewer
Dress: TypeAlias = Callable[[Pipeline[Any, Any], PartView], PartView]
"""Adds to the view of a named part what is known of it besides."""


def pipeline_view(pipeline: Pipeline[Any, Any]) -> PipelineView:
    """Look at a pipeline as it would start.

    >>> from sm_toolkit.language.vocabulary.combinators import incr, read
    >>> from sm_toolkit.pipeline.pipelines import stage
    >>> view = pipeline_view(stage("read", None, read()) >> stage("add", None, incr))
    >>> view.types, [stage.state for stage in view.stages]
    ((('Str',), ('Int',), ('Int',)), ['()', '()'])

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
    """
    return view_of(deployed(pipeline))


def deployment_view(deployment: Deployment[Any, Any]) -> PipelineView:
    """Look at a pipeline that runs as it is now: its machines and states, what they have done, and what waits.

    Raises:
        DeploymentError, EngineError: the engine broke, and what it held is lost.
    """
    engine = deployment.running
    waiting = Waiting(engine) if isinstance(engine, Simulation) else None
    running, metrics = engine.inspect(), deployment.metrics()
    view = view_of(running, waiting=waiting, counted={each.name: each for each in metrics.stages})
    told = [] if metrics.version == FIRST_VERSION else [f"Its interface is in version {metrics.version}."]
    elsewhere = metrics.waiting - sum(each.queue or 0 for each in metrics.stages)
    if elsewhere > 0 and waiting is None:
        told.append(f"{elsewhere:,} more {'waits' if elsewhere == 1 else 'wait'} where parts meet.")
    return replace(view, note=" ".join(told))


def view_of(
    running: Deployed,
    name: str = "pipeline",
    dress: Dress | None = None,
    waiting: Waiting | None = None,
    counted: Mapping[str, StageMetrics] | None = None,
) -> PipelineView:
    """Look at what is deployed; ``dress`` may add to the view of each part, and ``waiting`` knows the queues.

    ``counted`` is what each stage has done, by its name; where nobody knows the queues, how long they are is known by
    that.
    """
    looking = _Looking(running, dress or (lambda part, view: view), waiting, counted or {})
    view, _ = looking.line(running.pipeline, running.interface.input, name)
    return with_end(view, waiting.at_exit()) if waiting else view


Body: TypeAlias = tuple[PipelineView, Type[Any]]


class _Looking:
    """Looks at the parts of what is deployed, in order, and knows the types between them."""

    def __init__(
        self, running: Deployed, dress: Dress, waiting: Waiting | None, counted: Mapping[str, StageMetrics]
    ) -> None:
        self._running, self._dress, self._waiting, self._counted = running, dress, waiting, counted
        # An engine that was told not to count has counted nothing, as one has that nothing came to.
        self._has_counted = any(each.items_in for each in counted.values())
        self._stages: dict[str, StageView] = {}

    def line(self, pipeline: Pipeline[Any, Any], given: Type[Any], name: str = "pipeline") -> Body:
        """Return the view of a pipeline that gets what is given, and the type of what it gives."""
        parts: list[PartView] = []
        types = [given]
        queues: list[QueueView | None] = []
        for part in in_sequence(pipeline):
            if isinstance(part, Identity):
                continue
            view, given, queue = self._part(part, given)
            parts.append(self._dress(part, view))
            types.append(given)
            queues.append(queue)
        shown = tuple(queues) if self._waiting or any(queues) else ()
        return PipelineView(tuple(parts), tuple(map(type_lines, types)), shown, name), given

    def _part(self, part: Pipeline[Any, Any], given: Type[Any]) -> tuple[PartView, Type[Any], QueueView | None]:
        match part:
            case Stage(name):
                queue = self._before(edition(self._running.plans[name])) or self._how_many(name)
                if name not in self._stages:  # copies of it look alike
                    self._stages[name] = self._stage(name)
                return self._stages[name], self._running.plans[name].typing.scheme.output, queue
            case Effect(name, function, _, output, workers):
                queue = self._before_effect(workers) or self._how_many(name)
                called = getattr(function, "__name__", type(function).__name__)
                return EffectView(name, called, workers), output, queue
            case Tee(name):
                return TeeView(name), given, self._before()
            case FanOut() | Parallel() | Choice():
                return self._branch(part, given)
            case Each(body):
                queue = self._before(leaf=False)
                view, gives = self.line(body, given.args[0])
                (view,) = self._ends([view])
                return FrameView("each element", view, same=False), List(gives), queue
            case Shard(name, body, copies, key):
                queue = self._before(leaf=False)
                bodies = [self.line(body, given) for _ in range(copies if self._waiting else 1)]
                view = as_one(self._ends([view for view, _ in bodies]))
                detail = "in turn" if key is None else f"key {_machine_text(key)}"
                return FrameView(f"shard {name}", view, copies, detail), bodies[0][1], queue
            case _:
                raise AssertionError(part)

    def _stage(self, name: str) -> StageView:
        view = self._still(name)
        done = self._counted.get(name)
        if done is None or not self._has_counted:
            return view
        counted = f"{done.items_in:,} item{'' if done.items_in == 1 else 's'}"
        return replace(view, counted=counted, failed=f"{done.failures:,} failed" if done.failures else "")

    def _still(self, name: str) -> StageView:
        plan, state = self._running.plans[name], self._running.states[name]
        words = f"{edition(plan)} {short_hash(plan.hash)}"
        if plan.typing.scheme.state is Unit:
            return StageView(name, words, value_text(None))
        if not self._running.around[name]:
            return StageView(name, words, value_text(state))
        if not len(state):
            return StageView(name, words, value_text(plan.initial), held="each from")
        return StageView(name, words, states_text(state, most=MOST_STATES), held="states")

    def _branch(
        self, part: FanOut | Parallel | Choice, given: Type[Any]
    ) -> tuple[PartView, Type[Any], QueueView | None]:
        queue = self._before(leaf=False)
        # Nested ones are lanes of one, but each has queues of its own.
        several = [part.left, part.right] if self._waiting else _several(part, type(part))
        bodies: list[Body] = []
        for number, body in enumerate(several):
            if isinstance(part, FanOut):
                bodies.append(self.line(body, given))
            elif number + 1 < len(several):
                bodies.append(self.line(body, given.args[0]))
                given = given.args[1]
            else:
                bodies.append(self.line(body, given))
        views = self._ends([view for view, _ in bodies])
        types = [type_ for _, type_ in bodies]
        match part:
            case FanOut():
                return BranchView("fan out", _lanes("fan out", views), same=True), _nested(Pair, types), queue
            case Parallel():
                return BranchView("parallel", _lanes("parallel", views)), _nested(Pair, types), queue
            case Choice():
                words = ["Right " * number + "Left" for number in range(len(views) - 1)]
                words.append(" ".join(["Right"] * (len(views) - 1)))
                lanes = tuple(map(LaneView, words, views))
                return BranchView("choice", lanes, one=True), _nested(Either, types), queue

    # What waits, where that is known: the nodes are asked for in the order of the data.

    def _before(self, edition: str = "", *, leaf: bool = True) -> QueueView | None:
        return self._waiting.before([self._waiting.node(leaf=leaf)], edition) if self._waiting else None

    def _how_many(self, name: str) -> QueueView | None:
        """Return a queue of which nothing is known but how many messages wait in it."""
        done = self._counted.get(name)
        return None if done is None or done.queue is None else QueueView((WaitingItem(""),) * done.queue)

    def _before_effect(self, workers: int) -> QueueView | None:
        if self._waiting is None:
            return None
        nodes = [self._waiting.node(leaf=False)]
        if workers > 1:
            nodes += [self._waiting.node() for _ in range(workers)]
            self._waiting.node()
        return self._waiting.before(nodes)

    def _ends(self, views: list[PipelineView]) -> list[PipelineView]:
        if self._waiting is None:
            return views
        return list(map(with_end, views, self._waiting.at_join(self._waiting.node())))


def states_text(states: Any, worded: dict[Any, tuple[Any, str]] | None = None, most: int | None = None) -> str:
    """Word the states of a stage in shards, by which copy or key they are of.

    ``worded`` keeps the words of states, by their places, from one call to the next; ``most`` is how many are worded.

    >>> from sm_toolkit.language import PersistentMap
    >>> states = PersistentMap({"the": 2, "a": 1})
    >>> states_text(states), states_text(states, most=1)
    ('"a": 1, "the": 2', '"a": 1, …')
    """
    known = {} if worded is None else worded
    entries = states.entries() if most is None else states.entries()[:most]
    for at, state in entries:
        if at not in known or known[at][0] is not state:
            known[at] = state, f"{value_text(at)}: {value_text(state)}"
    more = ", …" if len(entries) < len(states) else ""
    return ", ".join(known[at][1] for at, _ in entries) + more


def _several(part: Any, kind: Any) -> list[Pipeline[Any, Any]]:
    """Return the pipelines beside one another: more than two are nested to the right."""
    several = []
    while isinstance(part, kind):
        several.append(part.left)
        part = part.right
    return [*several, part]


def _lanes(words: str, views: list[PipelineView]) -> tuple[LaneView, ...]:
    return tuple(LaneView("" if number else words, view) for number, view in enumerate(views))


def _nested(kind: Callable[[Type[Any], Type[Any]], Type[Any]], types: list[Type[Any]]) -> Type[Any]:
    *before, type_ = types
    for one in reversed(before):
        type_ = kind(one, type_)
    return type_


def _machine_text(machine: Machine[Any, Any, Any]) -> str:
    return shorten(machine.name or print_value(machine), LONGEST_KEY)
