"""What is deployed: a pipeline's shape, what its stages run, the states they are in, and the way back. Values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias

from sm_toolkit.language.checking.inference import Scheme, Typing, elaborate
from sm_toolkit.language.compiler import Program, compile_typed
from sm_toolkit.language.data.persistent import PersistentMap, persistent
from sm_toolkit.language.data.types import Int, Map, Pair, Tuple, Type, Unit
from sm_toolkit.language.encoding.canonical import content_hash
from sm_toolkit.language.encoding.hashes import Hash
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.cells import start
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.pipeline.interfaces import Interface, typed
from sm_toolkit.pipeline.messages import (
    Alike,
    Change,
    Done,
    Downgrade,
    Drained,
    Failed,
    Inspect,
    Inspected,
    Item,
    Refused,
    Rewire,
    Rewired,
    StageView,
    Upgrade,
    Upgraded,
    Values,
)
from sm_toolkit.pipeline.shapes import (
    Choice,
    Each,
    Effect,
    FanOut,
    Identity,
    Parallel,
    Pipeline,
    Sequence,
    Shard,
    Stage,
    Tee,
    alone,
    in_sequence,
    named,
    rebuilt,
    shards_around,
    stages,
)
from sm_toolkit.pipeline.versions import Log

Path: TypeAlias = tuple[Any, ...]
"""Which copy or key of each shard round a stage, the outermost first; empty outside all shards."""


def place(path: Path) -> Any:
    """Return what stands for a path as the key of a map: of one step that step, of more a tuple with what is in them.

    >>> place(("a",)), place((1, ("a", True), 0))
    ('a', (1, 'a', True, 0))
    """
    if len(path) == 1:
        return path[0]
    return tuple(part for step in path for part in (step if isinstance(step, tuple) else (step,)))


def path_of(at: Any, widths: tuple[int, ...]) -> Path:
    """Return the path that a place stands for, if each of its steps is a tuple of so many parts, or of 0 none.

    >>> path_of("a", (0,)), path_of((1, "a", True, 0), (0, 2, 0))
    (('a',), (1, ('a', True), 0))
    """
    if len(widths) == 1:
        return (at,)
    path, begin = [], 0
    for width in widths:
        path.append(at[begin : begin + width] if width else at[begin])
        begin += width or 1
    return tuple(path)


NOTHING: PersistentMap[Any, Any] = PersistentMap()
"""The map of what is inside shards before anything has come."""


def hash_typing(typing: Typing, limits: Limits = DEFAULT_LIMITS) -> Hash:
    """Return the hash of a machine at the types that it runs at; what an upgrade's ``expects`` names.

    Raises:
        LimitError: the term is over a limit of what travels (its depth, a type or a constant in it).
    """
    return content_hash(typing.term, (typing.scheme.state, typing.scheme.input, typing.scheme.output), limits)


@dataclass(frozen=True)
class Undo:
    """What a downgrade goes back to, and by which migration.

    ``version`` was current before the upgrade, and ``made`` is the version that the upgrade made, None if it made none.
    The plan is kept without its history, which the plan that runs has.
    """

    plan: Plan
    back: Program[Any, Any, Any] | None = field(repr=False, compare=False)
    version: int
    made: int | None


@dataclass(frozen=True)
class Plan:
    """What a deployed stage runs: everything about it but its state.

    ``initial`` is the state that each new copy or key starts in where the stage is in shards; ``limits`` hold for
    migrated states. Two are equal where the same runs (``hash``), also if it was compiled twice.
    """

    name: str
    machine: Machine[Any, Any, Any]
    typing: Typing = field(repr=False, compare=False)
    program: Program[Any, Any, Any] = field(repr=False, compare=False)
    hash: str
    initial: Any
    history: tuple[Undo, ...] = ()
    limits: Limits = field(default=DEFAULT_LIMITS, repr=False)


class DeployedStage(NamedTuple):
    """A stage that runs: what it does, and the state it is in; in shards that is a map from places to states."""

    plan: Plan
    state: Any


@dataclass(frozen=True)
class Deployed:
    """A pipeline ready to run, or as it runs: one value, which changes replace.

    ``pipeline`` has all its types written out; ``plans`` are those of its stages, ``keys`` the programs of its shards
    that have a key, by their names. ``states`` has by the name of each stage its state, and by the name of each shard
    how many items it has shared out, or a map with the keys that have come (each leads to None). Of what is inside
    shards it has a map of these by their places, in which those are missing that are as they were in the beginning.
    ``log`` are the versions of its interface, ``tees`` the tees for which there is a sink, None where that is not
    known.
    """

    pipeline: Pipeline[Any, Any]
    interface: Interface
    plans: Mapping[str, Plan]
    keys: Mapping[str, Program[Any, Any, Any]]
    states: Mapping[str, Any]
    log: Log
    tees: frozenset[str] | None = None
    limits: Limits = DEFAULT_LIMITS

    @cached_property
    def around(self) -> dict[str, tuple[Shard, ...]]:
        """The shards round each named part."""
        return shards_around(self.pipeline)

    @cached_property
    def alone(self) -> bool:
        """Whether the pipeline is one stage."""
        return alone(self.pipeline) is not None

    @cached_property
    def hash(self) -> Hash:
        """The hash of what runs: the shape, the names, the machines and their types, without any state."""
        return Hash(sha256(f"sm_toolkit pipeline 1\0{_hashed(self.pipeline, self)}".encode()).hexdigest())

    @property
    def first(self) -> str:
        """The name of what looks at items as they enter."""
        return _name(in_sequence(self.pipeline)[0], "door")

    @property
    def last(self) -> str:
        """The name of what takes outputs down to older versions."""
        return _name(in_sequence(self.pipeline)[-1], "exit")

    def __iter__(self) -> Iterator[DeployedStage]:
        """Yield the stages in order."""
        return (DeployedStage(self.plans[part.name], self.states[part.name]) for part in stages(self.pipeline))

    def views(self) -> tuple[StageView, ...]:
        """Return its stages and effects as seen from outside, in order."""
        return tuple(self.view(part.name) for part in named(self.pipeline) if isinstance(part, Stage | Effect))

    def view(self, name: str) -> StageView:
        """Return a stage or an effect as seen from outside."""
        if name not in self.plans:
            part = next(part for part in named(self.pipeline) if part.name == name)
            assert isinstance(part, Effect)
            return view_of_effect(part)
        return view(self.plans[name], self.states[name], self.around[name], self.interface.keys)

    def with_states(self, states: Mapping[str, Any]) -> Deployed:
        """Return it with other states."""
        return replace(self, states=states)


def _name(part: Pipeline[Any, Any], otherwise: str) -> str:
    return part.name if isinstance(part, Stage | Effect) else otherwise


def _hashed(pipeline: Pipeline[Any, Any], inside: Deployed) -> str:
    match pipeline:
        case Identity():
            return ""
        case Stage(name):
            return f"stage({name!r},{inside.plans[name].hash})"
        case Effect(name, _, input_, output):
            return f"effect({name!r},{input_},{output})"
        case Tee(name):
            return f"tee({name!r})"
        case Sequence(parts):
            return ">>".join(filter(None, (_hashed(part, inside) for part in parts)))
        case FanOut(left, right) | Parallel(left, right) | Choice(left, right):
            return f"{type(pipeline).__name__}({_hashed(left, inside)},{_hashed(right, inside)})"
        case Shard(name, body, copies, key):
            keyed = "" if key is None else hash_typing(inside.keys[name].typing, inside.limits)
            return f"shard({name!r},{_hashed(body, inside)},{copies},{keyed})"
        case Each(body):
            return f"each({_hashed(body, inside)})"
        case _:
            raise AssertionError(pipeline)


def hash_pipeline(pipeline: Pipeline[Any, Any], limits: Limits = DEFAULT_LIMITS) -> Hash:
    """Return the content hash of a pipeline; what a rewiring's ``expects`` names.

    It covers the shape, the names, and the machines with their types, and no state: so it is the same before and
    while a pipeline runs.

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
    """
    return deployed(pipeline, limits).hash


@dataclass(frozen=True)
class Admitted:
    """A change that was looked at and compiled before it entered the stream (see ``admission.admit``).

    ``parts`` holds the machines in it by their role (machine, migrate, back, up, down), compiled, and with
    their principal types, which are compared with those of what runs at the update point; ``hash`` is the
    new machine's, empty for a downgrade. Of a rewiring ``migrations`` are those of its stages, and ``target`` is the
    new pipeline in its initial states. ``version`` is the interface version that is current where it enters.
    """

    request: Change
    parts: dict[str, tuple[Program[Any, Any, Any], Scheme]]
    hash: str = ""
    migrations: Mapping[str, tuple[Program[Any, Any, Any], Scheme]] | None = None
    target: Deployed | None = None
    version: int = 1

    @property
    def subject(self) -> str:
        """The name of the stage that it is for; of a rewiring none."""
        return "" if isinstance(self.request, Rewire) else self.request.stage


def widths(around: tuple[Shard, ...], keys: Mapping[str, Type[Any]]) -> tuple[int, ...]:
    """Return of how many parts the keys of shards are; 0 where they are no tuples."""
    return tuple(0 if shard.key is None else len(keys[shard.name].args) for shard in around)


def place_type(around: tuple[Shard, ...], keys: Mapping[str, Type[Any]]) -> Type[Any]:
    """Return the type of what tells the copies and keys of a stage apart: one shard's own, or of more a tuple."""
    types = [Int if shard.key is None else keys[shard.name] for shard in around]
    if len(types) == 1:
        return types[0]
    parts = [part for type_ in types for part in (type_.args or (type_,))]
    return Pair(*parts) if len(parts) == 2 else Tuple(*parts)


def state_type(plan: Plan, around: tuple[Shard, ...], keys: Mapping[str, Type[Any]]) -> Type[Any]:
    """Return the type of what a stage holds: of its state, or inside shards of the map of its states."""
    own = plan.typing.scheme.state
    return Map(place_type(around, keys), own) if around else own


def view(plan: Plan, state: Any, around: tuple[Shard, ...], keys: Mapping[str, Type[Any]]) -> StageView:
    """Return a stage as seen from outside."""
    types = plan.typing.scheme
    held = state_type(plan, around, keys)
    return StageView(plan.name, plan.hash, state, held, types.input, types.output, len(plan.history))


def view_of_effect(part: Effect) -> StageView:
    """Return an effect as seen from outside: it has no state, and no hash."""
    return StageView(part.name, "", None, Unit, part.input, part.output, 0)


def deployed(
    pipeline: Pipeline[Any, Any],
    limits: Limits = DEFAULT_LIMITS,
    tees: frozenset[str] | None = None,
    only: frozenset[str] | None = None,
) -> Deployed:
    """Return a pipeline ready to run, each stage in its initial state.

    Where ``only`` is given, only the stages and shards of these names are compiled, for one who runs no others.

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
    """
    types, written = typed(pipeline, limits)
    around = shards_around(written)
    plans: dict[str, Plan] = {}
    keys: dict[str, Program[Any, Any, Any]] = {}
    states: dict[str, Any] = {}
    for part in named(written):
        if only is not None and part.name not in only:
            continue
        if isinstance(part, Stage):
            typing = elaborate(part.machine, part.state, part.input, part.output, limits)
            program, hash_ = compile_typed(typing, limits), hash_typing(typing, limits)
            initial = persistent(start(part.machine, part.initial))
            plans[part.name] = Plan(part.name, part.machine, typing, program, hash_, initial, (), limits)
            states[part.name] = NOTHING if around[part.name] else initial
        elif isinstance(part, Shard):
            states[part.name] = NOTHING if around[part.name] or part.key is not None else 0
            if part.key is not None:
                keyed = elaborate(part.key, Unit, types.shared[part.name], types.keys[part.name], limits)
                keys[part.name] = compile_typed(keyed, limits)
    return Deployed(written, types, plans, keys, states, Log(types.input, types.output), tees, limits)


def with_plans(running: Deployed, changed: Iterable[Plan]) -> Deployed:
    """Return what runs with other plans for some stages, whose inputs and outputs have the types that they had."""
    new = {plan.name: plan for plan in changed}
    plans = {**running.plans, **new}

    def put(part: Pipeline[Any, Any]) -> Pipeline[Any, Any]:
        if not (isinstance(part, Stage) and part.name in new):
            return part
        plan, around = new[part.name], running.around[part.name]
        initial = plan.initial if around else running.states[part.name]
        return replace(part, machine=plan.machine, initial=initial, state=plan.typing.scheme.state)

    old = zip(stages(running.pipeline), running.interface.stages, strict=True)
    schemes = tuple(new[part.name].typing.scheme if part.name in new else scheme for part, scheme in old)
    return replace(
        running,
        pipeline=rebuilt(running.pipeline, put),
        interface=replace(running.interface, stages=schemes),
        plans=plans,
    )


def has_change(messages: Iterable[Message]) -> bool:
    """Tell whether there is a change among messages."""
    return type(messages) not in (Alike, Values) and Admitted in set(map(type, messages))


Message: TypeAlias = (
    Item
    | Failed
    | Upgrade
    | Downgrade
    | Rewire
    | Admitted
    | Upgraded
    | Rewired
    | Refused
    | Inspect
    | Inspected
    | Done
    | Drained
)
"""Whatever flows in the queues: what enters, what it becomes on the way, and its answer."""
