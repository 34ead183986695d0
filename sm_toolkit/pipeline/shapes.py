"""The forms of a pipeline, as data: a tree of stages and of what joins them. Nothing is typed and nothing runs here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeAlias, TypeVar

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.printing import print_value

A = TypeVar("A", contravariant=True)
B = TypeVar("B", covariant=True)
C = TypeVar("C")

DEEPEST = 100
"""How deep the parts of a pipeline may be nested in one another; a sequence of stages is flat."""


LONGEST_NAME = 100
"""How many characters the name of a part may have."""

MOST_COPIES = 1_000
"""How many copies a shard may have, and how many threads an effect."""


class PipelineError(ToolkitError):
    """A pipeline does not fit together, or two of its parts have one name."""


class Pipeline(Generic[A, B]):
    """Stages joined to one another: a function from a stream of ``A`` to a stream of ``B``.

    >>> from sm_toolkit.language.vocabulary.combinators import incr, show
    >>> from sm_toolkit.pipeline.pipelines import stage
    >>> stage("add", None, incr) >> stage("write", None, show())
    stage('add', None, incr) >> stage('write', None, show())
    """

    __slots__ = ()

    def __rshift__(self, other: Pipeline[B, C]) -> Pipeline[A, C]:
        """Return this pipeline followed by another."""
        if not isinstance(other, Pipeline):
            hint = "; put it in a stage: stage(name, state, machine)" if isinstance(other, Machine) else ""
            raise TypeError(f"`>>` joins pipelines, and the right side is {type(other).__name__}{hint}")
        return Sequence((*in_sequence(self), *in_sequence(other)))


@dataclass(frozen=True, repr=False, slots=True)
class Identity(Pipeline[Any, Any]):
    """The pipeline without stages: what enters leaves."""

    type: Type[Any] | None = None

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        return f"identity({'' if self.type is None else repr(self.type)})"


@dataclass(frozen=True, repr=False, slots=True)
class Stage(Pipeline[Any, Any]):
    """A named machine with its own state. The types are as given, or None where they are to be found."""

    name: str
    initial: Any
    machine: Machine[Any, Any, Any]
    state: Type[Any] | None = None
    input: Type[Any] | None = None
    output: Type[Any] | None = None

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        given = [f", {key}={type_!r}" for key in ("state", "input", "output") if (type_ := getattr(self, key))]
        return f"stage({self.name!r}, {print_value(self.initial)}, {self.machine!r}{''.join(given)})"


@dataclass(frozen=True, repr=False, slots=True)
class Effect(Pipeline[Any, Any]):
    """A Python callable that may wait, such as for a file or a network, run by up to ``workers`` threads at once."""

    name: str
    function: Callable[[Any], Any]
    input: Type[Any]
    output: Type[Any]
    workers: int = 1

    def __repr__(self) -> str:
        """Print the expression that makes it, where the callable has a name."""
        called = getattr(self.function, "__qualname__", repr(self.function))
        return f"effect({self.name!r}, {called}, {self.input!r}, {self.output!r}, workers={self.workers})"


@dataclass(frozen=True, repr=False, slots=True)
class Sequence(Pipeline[Any, Any]):
    """Pipelines one after another; a part is never a ``Sequence`` itself."""

    parts: tuple[Pipeline[Any, Any], ...]

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        return " >> ".join(map(repr, self.parts))


@dataclass(frozen=True, repr=False, slots=True)
class _Two(Pipeline[Any, Any]):
    """Two pipelines beside one another."""

    left: Pipeline[Any, Any]
    right: Pipeline[Any, Any]

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        called = {FanOut: "fan_out", Parallel: "parallel", Choice: "choice"}[type(self)]
        return f"{called}({self.left!r}, {self.right!r})"


class FanOut(_Two):
    """Each item goes to both, and their outputs are paired."""

    __slots__ = ()


class Parallel(_Two):
    """The halves of each item go one to each, and their outputs are paired."""

    __slots__ = ()


class Choice(_Two):
    """A ``Left`` goes to one and a ``Right`` to the other, and comes out as such."""

    __slots__ = ()


@dataclass(frozen=True, repr=False, slots=True)
class Shard(Pipeline[Any, Any]):
    """Copies of one pipeline, each with states of its own; without a ``key`` the items take turns.

    ``key`` is a stateless machine from an item to its key: then there is a state for each key, and ``copies`` only
    says how many run at once.
    """

    name: str
    body: Pipeline[Any, Any]
    copies: int
    key: Machine[Any, Any, Any] | None = None

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        key = "" if self.key is None else f", key={self.key!r}"
        return f"shard({self.name!r}, {self.body!r}, {self.copies}{key})"


@dataclass(frozen=True, repr=False, slots=True)
class Each(Pipeline[Any, Any]):
    """Every element of a list goes through a pipeline in order, and the outputs are a list again."""

    body: Pipeline[Any, Any]

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        return f"each({self.body!r})"


@dataclass(frozen=True, repr=False, slots=True)
class Tee(Pipeline[Any, Any]):
    """What enters leaves, and a copy goes to the sink of this name."""

    name: str

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        return f"tee({self.name!r})"


Named: TypeAlias = Stage | Effect | Shard | Tee
Leaf: TypeAlias = Identity | Stage | Effect | Tee


def in_sequence(pipeline: Pipeline[Any, Any]) -> tuple[Pipeline[Any, Any], ...]:
    """Return the parts of a sequence, or the pipeline alone.

    Raises:
        TypeError: it is no pipeline.
    """
    if not isinstance(pipeline, Pipeline):
        hint = "; put it in a stage: stage(name, state, machine)" if isinstance(pipeline, Machine) else ""
        raise TypeError(f"this wants a pipeline, and got {type(pipeline).__name__}{hint}")
    return pipeline.parts if isinstance(pipeline, Sequence) else (pipeline,)


def sequence(parts: tuple[Pipeline[Any, Any], ...]) -> Pipeline[Any, Any]:
    """Return pipelines one after another; one alone is itself."""
    flat = tuple(part for each in parts for part in in_sequence(each))
    return flat[0] if len(flat) == 1 else Sequence(flat)


def inside(pipeline: Pipeline[Any, Any]) -> tuple[Pipeline[Any, Any], ...]:
    """Return the pipelines that one is made of, in the order of the data."""
    match pipeline:
        case Sequence(parts):
            return parts
        case FanOut(left, right) | Parallel(left, right) | Choice(left, right):
            return left, right
        case Shard(body=body) | Each(body):
            return (body,)
        case _:
            return ()


def with_inside(pipeline: Pipeline[Any, Any], parts: tuple[Pipeline[Any, Any], ...]) -> Pipeline[Any, Any]:
    """Return a pipeline of the same kind made of other pipelines."""
    match pipeline:
        case Sequence():
            return sequence(parts)
        case FanOut() | Parallel() | Choice():
            return replace(pipeline, left=parts[0], right=parts[1])
        case Shard() | Each():
            return replace(pipeline, body=parts[0])
        case _:
            return pipeline


def walk(pipeline: Pipeline[Any, Any]) -> Iterator[Pipeline[Any, Any]]:
    """Yield a pipeline and all that is inside it, in the order of the data, what encloses before what is inside."""
    work = [pipeline]
    while work:
        current = work.pop()
        yield current
        work.extend(reversed(inside(current)))


def rebuilt(
    pipeline: Pipeline[Any, Any], change: Callable[[Pipeline[Any, Any]], Pipeline[Any, Any]]
) -> Pipeline[Any, Any]:
    """Return a pipeline with each part changed, what is inside before what encloses it, in the order of the data."""
    parts = inside(pipeline)
    return change(with_inside(pipeline, tuple(rebuilt(part, change) for part in parts)) if parts else pipeline)


def depth(pipeline: Pipeline[Any, Any]) -> int:
    """Return how deep the parts of a pipeline are nested; one without parts is 1 deep."""
    deepest = 0
    work = [(pipeline, 1)]
    while work:
        current, here = work.pop()
        deepest = max(deepest, here)
        work.extend((part, here + 1) for part in inside(current))
    return deepest


def stages(pipeline: Pipeline[Any, Any]) -> Iterator[Stage]:
    """Yield the stages of a pipeline in order."""
    in_sequence(pipeline)
    return (part for part in walk(pipeline) if isinstance(part, Stage))


def named(pipeline: Pipeline[Any, Any]) -> Iterator[Named]:
    """Yield what has a name in a pipeline, in order: stages, effects, shards and tees."""
    return (part for part in walk(pipeline) if isinstance(part, Named))


def shards_around(pipeline: Pipeline[Any, Any]) -> dict[str, tuple[Shard, ...]]:
    """Return for everything that has a name the shards that it is in, the outermost first."""
    found: dict[str, tuple[Shard, ...]] = {}
    work: list[tuple[Pipeline[Any, Any], tuple[Shard, ...]]] = [(pipeline, ())]
    while work:
        current, around = work.pop()
        if isinstance(current, Named):
            found[current.name] = around
        if isinstance(current, Shard):
            around = (*around, current)
        work.extend((part, around) for part in reversed(inside(current)))
    return found


def without_doubles(pipeline: Pipeline[Any, Any]) -> None:
    """Do nothing if the names in a pipeline are unique, its tees are in no shard, and it is not nested too deep.

    Raises:
        PipelineError: they are not; all doubles are told.
        TypeError: it is no pipeline.
    """
    in_sequence(pipeline)
    if (deep := depth(pipeline)) > DEEPEST:
        raise PipelineError(f"a pipeline is nested {DEEPEST} deep at most, and this one is {deep} deep")
    names = [part.name for part in named(pipeline)]
    counted: dict[str, int] = {}
    for name in names:
        counted[name] = counted.get(name, 0) + 1
    doubles = sorted(name for name, count in counted.items() if count > 1)
    if doubles:
        raise PipelineError(f"stage names are not unique: {', '.join(map(repr, doubles))}; rename all but one")
    around = shards_around(pipeline)
    for part in named(pipeline):
        if isinstance(part, Tee) and around[part.name]:
            shard = around[part.name][-1].name
            raise PipelineError(
                f"tee {part.name!r} is inside shard {shard!r}, where there is no one order; put it before or after"
            )


def alone(pipeline: Pipeline[Any, Any]) -> Stage | None:
    """Return the stage that is the whole pipeline, if it is one."""
    parts = [part for part in in_sequence(pipeline) if not isinstance(part, Identity)]
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Stage) else None
