"""Pipelines: machines joined end to end, as data, and the types of the whole. Nothing runs here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from sm_toolkit.language.checking.inference import Scheme, check, infer
from sm_toolkit.language.checking.unification import Node, Resolver, acyclic, hole, instance, unify
from sm_toolkit.language.data.types import Int, Substitution, Type, Unit, misfit, never_unit
from sm_toolkit.language.data.values import check_value, own_type, type_of
from sm_toolkit.language.errors import MachineTypeError, ToolkitError, ValueMismatchError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.cells import start
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.printing import print_value

A = TypeVar("A", contravariant=True)
B = TypeVar("B", covariant=True)
C = TypeVar("C")
S = TypeVar("S")
In = TypeVar("In")
Out = TypeVar("Out")

LONGEST_NAME = 100


class PipelineError(ToolkitError):
    """A pipeline does not fit together, or two of its stages have one name."""


class Pipeline(Generic[A, B]):
    """Stages joined end to end: a function from a stream of ``A`` to a stream of ``B``.

    >>> from sm_toolkit.language.vocabulary.combinators import incr, show
    >>> stage("add", None, incr) >> stage("write", None, show())
    stage('add', None, incr) >> stage('write', None, show())
    """

    __slots__ = ()

    def __rshift__(self, other: Pipeline[B, C]) -> Pipeline[A, C]:
        """Return this pipeline followed by another."""
        if not isinstance(other, Pipeline):
            hint = "; put it in a stage: stage(name, state, machine)" if isinstance(other, Machine) else ""
            raise TypeError(f"`>>` joins pipelines, and the right side is {type(other).__name__}{hint}")
        return Sequence((*_parts(self), *_parts(other)))


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
class Sequence(Pipeline[Any, Any]):
    """Pipelines one after another; a part is never a ``Sequence`` itself."""

    parts: tuple[Identity | Stage, ...]

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        return " >> ".join(map(repr, self.parts))


def identity(type: Type[In] | None = None) -> Pipeline[In, In]:
    """Return the pipeline that passes everything on.

    >>> identity() >> identity()
    identity() >> identity()
    """
    return cast("Pipeline[In, In]", Identity(type))


def stage(
    name: str,
    initial: S,
    machine: Machine[S, In, Out],
    *,
    state: Type[S] | None = None,
    input: Type[In] | None = None,
    output: Type[Out] | None = None,
) -> Pipeline[In, Out]:
    """Return a pipeline of one stage: a machine with a name and the state that it starts in, with or without its cells.

    Types need only be given where the machine and its neighbours leave them open.

    Raises:
        MachineTypeError, AmbiguousTypeError: the machine does not type, or not with the types given.
        ValueMismatchError: the initial state is not of the state's type.
        ValueError: the name is empty or too long.
    """
    if not isinstance(machine, Machine):
        raise TypeError(f"stage {name!r} wants a machine, and got {type(machine).__name__}")
    if not (isinstance(name, str) and 0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise ValueError(f"a stage's name is 1 to {LONGEST_NAME} printable characters, not {name!r:.120}")
    made = Stage(name, initial, machine, state, input, output)
    _scheme(made)
    return cast("Pipeline[In, Out]", made)


def _parts(pipeline: Pipeline[Any, Any]) -> tuple[Identity | Stage, ...]:
    if not isinstance(pipeline, Pipeline):
        hint = "; put it in a stage: stage(name, state, machine)" if isinstance(pipeline, Machine) else ""
        raise TypeError(f"this wants a pipeline, and got {type(pipeline).__name__}{hint}")
    return pipeline.parts if isinstance(pipeline, Sequence) else (cast("Identity | Stage", pipeline),)


def stages(pipeline: Pipeline[Any, Any]) -> Iterator[Stage]:
    """Yield the stages of a pipeline in order."""
    for part in _parts(pipeline):
        if isinstance(part, Stage):
            yield part


@dataclass(frozen=True)
class Interface:
    """The types of a whole pipeline, without variables, and of each of its stages in order."""

    input: Type[Any]
    output: Type[Any]
    stages: tuple[Scheme, ...]

    def __str__(self) -> str:
        """Print as an annotation would be written."""
        return f"Pipeline[{self.input}, {self.output}]"


def interface(pipeline: Pipeline[Any, Any], limits: Limits = DEFAULT_LIMITS) -> Interface:
    """Return the types of a pipeline, found from those of its stages; what nothing fixes is Unit.

    >>> from sm_toolkit.language.vocabulary.combinators import incr, read, show
    >>> print(interface(stage("read", None, read()) >> stage("add", None, incr >> show())))
    Pipeline[Str, Str]

    Raises:
        PipelineError: a stage's output is not the next one's input, or two stages have one name.
        LimitError: a type is too large to be an interface.
    """
    _refuse_doubles(pipeline)
    entry = current = hole()
    found: list[tuple[Node, Node, Node]] = []
    held: list[Node] = []  # what a Maybe or a Map inside a stage is of
    before = "what enters"
    for part in _parts(pipeline):
        if isinstance(part, Identity):
            if part.type is not None and not unify(instance(part.type, {}), current):
                raise _misfit(f"identity({part.type})", part.type, before, current)
            continue
        scheme = _scheme(part)
        variables: dict[str, Node] = {}
        state, given, gives = (instance(type_, variables) for type_ in (scheme.state, scheme.input, scheme.output))
        shown = Resolver()(current)
        if not unify(given, current) or not acyclic([entry, given, gives, state]):
            raise _misfit(f"stage {part.name!r}", scheme.input, before, shown)
        found.append((state, given, gives))
        held += [variables[name] for name in scheme.never_unit if name in variables]
        current = gives
        before = f"stage {part.name!r}"
    resolve = Resolver()
    types = [resolve(node) for node in (entry, current, *(node for nodes in found for node in nodes))]
    types += [Type("Maybe", (resolve(node),)) for node in held]
    wrong = next(filter(None, map(misfit, types)), None)
    if wrong is not None:
        raise PipelineError(f"pipeline does not fit: {wrong.subject} should be {wrong.wants}, and is {wrong.gets}")
    grounded = Substitution(dict.fromkeys(never_unit(types), Int), Unit)
    ground = [tuple(grounded(resolve(node)) for node in nodes) for nodes in found]
    schemes = tuple(Scheme(state, given, gives) for state, given, gives in ground)
    result = Interface(grounded(resolve(entry)), grounded(resolve(current)), schemes)
    for type_ in (result.input, result.output, *(scheme.state for scheme in schemes)):
        limits.allow("type_nodes", type_.size, "the type of a pipeline's state or interface")
    return result


def _misfit(what: str, wants: Type[Any], before: str, gives: Node | Type[Any]) -> PipelineError:
    shown = gives if isinstance(gives, Type) else Resolver()(gives)
    return PipelineError(f"pipeline does not fit: {what} takes {wants}, and {before} gives {shown}")


def _refuse_doubles(pipeline: Pipeline[Any, Any]) -> None:
    names = [part.name for part in stages(pipeline)]
    doubles = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if doubles:
        raise PipelineError(f"stage names are not unique: {', '.join(map(repr, doubles))}; rename all but one")


def _scheme(part: Stage) -> Scheme:
    """Return the types of a stage alone, its initial state taken into account."""
    subject = f"the initial state of stage {part.name!r}"
    alone = part.machine.remember("scheme", lambda: infer(part.machine))
    initial = start(part.machine, part.initial)
    state = Unit
    try:
        state = own_type(initial, alone.state) if part.state is None else type_of(initial, part.state)
        scheme = check(part.machine, state, part.input, part.output)
        check_value(initial, scheme.state, subject=subject)
    except ValueMismatchError as error:
        raise ValueMismatchError(error.expected, error.found, error.path, subject) from None
    except MachineTypeError as error:
        if part.state is None and error.subject.startswith(("the state", "the input of `put()`")):
            error.add_note(f"({subject} has the type {state})")
        raise
    return scheme
