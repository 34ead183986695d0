"""The types of a pipeline, found from those of its stages, and the same pipeline with every type written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never, cast

from sm_toolkit.language.checking.inference import Scheme, check, infer
from sm_toolkit.language.checking.unification import Node, Resolver, acyclic, hole, instance, known, made, unify
from sm_toolkit.language.data.types import Int, Substitution, Type, Unit, misfit, never_unit
from sm_toolkit.language.data.values import check_value, own_type, type_of
from sm_toolkit.language.errors import MachineTypeError, ValueMismatchError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.cells import start
from sm_toolkit.pipeline.shapes import (
    Choice,
    Each,
    Effect,
    FanOut,
    Identity,
    Parallel,
    Pipeline,
    PipelineError,
    Sequence,
    Shard,
    Stage,
    Tee,
    rebuilt,
    without_doubles,
)


@dataclass(frozen=True)
class Interface:
    """The types of a whole pipeline, without variables, and of each of its stages in order.

    ``shared`` are the types of what its shards take, and ``keys`` those of their keys where they have some, by their
    names.
    """

    input: Type[Any]
    output: Type[Any]
    stages: tuple[Scheme, ...]
    keys: dict[str, Type[Any]]
    shared: dict[str, Type[Any]]

    def __str__(self) -> str:
        """Print as an annotation would be written."""
        return f"Pipeline[{self.input}, {self.output}]"


def interface(pipeline: Pipeline[Any, Any], limits: Limits = DEFAULT_LIMITS) -> Interface:
    """Return the types of a pipeline, found from those of its stages; what nothing fixes is Unit.

    >>> from sm_toolkit.language.vocabulary.combinators import incr, read, show
    >>> from sm_toolkit.pipeline.pipelines import fan_out, identity, stage
    >>> print(interface(stage("read", None, read()) >> fan_out(stage("add", None, incr), identity())))
    Pipeline[Str, (Int, Int)]

    Raises:
        PipelineError: a stage's output is not the next one's input, or two parts have one name.
        LimitError: a type is too large to be an interface.
    """
    return typed(pipeline, limits)[0]


def typed(
    pipeline: Pipeline[Any, Any], limits: Limits = DEFAULT_LIMITS, schemes: Mapping[str, Scheme] | None = None
) -> tuple[Interface, Pipeline[Any, Any]]:
    """Return the types of a pipeline, and the pipeline with those of its stages given.

    ``schemes`` are those of its stages by their names where they are known, which are then not found again.

    Raises:
        PipelineError, LimitError: see ``interface``.
    """
    without_doubles(pipeline)
    found = _Joined(schemes or {})
    entry = hole()
    end = found.join(pipeline, entry)
    found.all_fit()
    resolve = Resolver()
    nodes = [entry, end, *(node for nodes in found.types for node in nodes)]
    types = [resolve(node) for node in nodes] + [Type("Maybe", (resolve(node),)) for node in found.held]
    for name, node in found.keys.items():
        unfit = misfit(Type("Map", (resolve(node), Unit)))
        if unfit is not None:
            raise PipelineError(
                f"pipeline does not fit: the key of shard {name!r} should be {unfit.wants}, and is {unfit.gets}"
            )
    types += [Type("Map", (resolve(node), Unit)) for node in found.keys.values()]
    wrong = next(filter(None, map(misfit, types)), None)
    if wrong is not None:
        raise PipelineError(f"pipeline does not fit: {wrong.subject} should be {wrong.wants}, and is {wrong.gets}")
    grounded = Substitution(dict.fromkeys(never_unit(types), Int), Unit)

    def ground(node: Node) -> Type[Any]:
        return grounded(resolve(node))

    keys = {name: ground(node) for name, node in found.keys.items()}
    schemes_found = tuple(Scheme(ground(state), ground(given), ground(gives)) for state, given, gives in found.types)
    shared = {name: ground(node) for name, node in found.shared.items()}
    result = Interface(ground(entry), ground(end), schemes_found, keys, shared)
    for type_ in (result.input, result.output, *(scheme.state for scheme in schemes_found), *keys.values()):
        limits.allow("type_nodes", type_.size, "the type of a pipeline's state or interface")
    return result, _written_out(pipeline, iter(schemes_found))


def _written_out(pipeline: Pipeline[Any, Any], schemes: Iterator[Scheme]) -> Pipeline[Any, Any]:
    def write(part: Pipeline[Any, Any]) -> Pipeline[Any, Any]:
        if not isinstance(part, Stage):
            return part
        scheme = next(schemes)
        return replace(part, state=scheme.state, input=scheme.input, output=scheme.output)

    return rebuilt(pipeline, write)


def taken_and_given(
    pipeline: Pipeline[Any, Any], taken: Type[Any]
) -> list[tuple[Pipeline[Any, Any], Type[Any], Type[Any]]]:
    """Return each part of a pipeline whose types are written out, with the types of what it takes and what it gives."""
    found: list[tuple[Pipeline[Any, Any], Type[Any], Type[Any]]] = []

    def through(part: Pipeline[Any, Any], taken: Type[Any]) -> Type[Any]:
        given = taken
        match part:
            case Stage(output=Type() as output) | Effect(output=output):
                given = output
            case Sequence(parts):
                for each in parts:
                    given = through(each, given)
            case FanOut(left, right):
                given = Type("Pair", (through(left, taken), through(right, taken)))
            case Parallel(left, right) | Choice(left, right):
                one, other = taken.args
                given = Type(taken.head, (through(left, one), through(right, other)))
            case Each(body):
                given = Type("List", (through(body, taken.args[0]),))
            case Shard(body=body):
                given = through(body, taken)
        found.append((part, taken, given))
        return given

    through(pipeline, taken)
    return found


class _Joined:
    """The types of a pipeline's parts as they are joined.

    ``types`` has for each stage those of its state, its input and its output, in order;
    ``keys`` for each shard with a key the type of it, ``shared`` for each what it takes; ``held`` what a Maybe or a
    Map inside a stage is of.
    """

    def __init__(self, schemes: Mapping[str, Scheme]) -> None:
        self._schemes = schemes
        self.types: list[tuple[Node, Node, Node]] = []
        self.held: list[Node] = []
        self.keys: dict[str, Node] = {}
        self.shared: dict[str, Node] = {}
        self._before = "what enters"
        self._nodes: list[Node] = []  # all types, to be looked through for one that contains itself

    def join(self, part: Pipeline[Any, Any], given: Node) -> Node:
        """Return the type of what a part gives, which gets what is given.

        Raises:
            PipelineError: it does not take that.
        """
        match part:
            case Identity(type_):
                if type_ is not None:
                    self._takes(f"identity({type_})", instance(type_, {}), given, type_)
                return given
            case Stage():
                return self._stage(part, given)
            case Effect(name, _, input_, output):
                self._takes(f"effect {name!r}", known(input_), given)
                self._before = f"effect {name!r}"
                return known(output)
            case Tee():
                return given
            case Sequence(parts):
                for each in parts:
                    given = self.join(each, given)
                return given
            case FanOut(left, right):
                before = self._before
                one = self.join(left, given)
                self._before = before
                return self._gives(made("Pair", one, self.join(right, given)), "fan_out(…)")
            case Parallel(left, right):
                one, other = self._taken_apart("parallel(…)", "Pair", given)
                return self._beside("parallel(…)", "Pair", (left, one), (right, other))
            case Choice(left, right):
                one, other = self._taken_apart("choice(…)", "Either", given)
                return self._beside("choice(…)", "Either", (left, one), (right, other))
            case Each(body):
                (element,) = self._taken_apart("each(…)", "List", given)
                self._before = "a list in each(…)"
                return self._gives(made("List", self.join(body, element)), "each(…)")
            case Shard(name, body, _, key):
                if key is not None:
                    self._key(name, key, given)
                self.shared[name] = given
                gives = self.join(body, given)
                return self._gives(gives, f"shard {name!r}")
            case _:
                assert_never(cast("Any", part))

    def all_fit(self) -> None:
        """Do nothing if no type contains itself.

        Raises:
            PipelineError: one does.
        """
        if not acyclic(self._nodes):
            raise PipelineError("pipeline does not fit: a type would have to contain itself")

    def _stage(self, part: Stage, given: Node) -> Node:
        scheme = self._schemes.get(part.name) or stage_scheme(part)
        variables: dict[str, Node] = {}
        state, wants, gives = (instance(type_, variables) for type_ in (scheme.state, scheme.input, scheme.output))
        self._takes(f"stage {part.name!r}", wants, given, scheme.input)
        self.types.append((state, wants, gives))
        self.held += [variables[name] for name in scheme.never_unit if name in variables]
        return self._gives(gives, f"stage {part.name!r}")

    def _key(self, name: str, key: Any, given: Node) -> None:
        try:
            scheme = check(key, Unit)
        except MachineTypeError as error:
            raise PipelineError(f"the key of shard {name!r} is a machine without a state: {error.summary}") from None
        variables: dict[str, Node] = {}
        wants, gives = (instance(type_, variables) for type_ in (scheme.input, scheme.output))
        self._takes(f"the key of shard {name!r}", wants, given, scheme.input)
        self.held += [variables[name] for name in scheme.never_unit if name in variables]
        self.keys[name] = gives

    def _beside(
        self, what: str, head: str, left: tuple[Pipeline[Any, Any], Node], right: tuple[Pipeline[Any, Any], Node]
    ) -> Node:
        sides = []
        for side, (part, given) in zip(("left", "right"), (left, right), strict=True):
            self._before = f"the {side} side of {what}"
            sides.append(self.join(part, given))
        return self._gives(made(head, *sides), what)

    def _taken_apart(self, what: str, head: str, given: Node) -> tuple[Node, ...]:
        parts = tuple(hole() for _ in range(1 if head == "List" else 2))
        self._takes(what, made(head, *parts), given)
        return parts

    def _takes(self, what: str, wants: Node, given: Node, said: Type[Any] | None = None) -> None:
        shown = Resolver()
        takes, gives = shown(wants) if said is None else said, shown(given)
        if not unify(wants, given) or not acyclic([wants, given]):
            raise PipelineError(f"pipeline does not fit: {what} takes {takes}, and {self._before} gives {gives}")
        self._nodes += [wants, given]

    def _gives(self, gives: Node, what: str) -> Node:
        self._before = what
        self._nodes.append(gives)
        return gives


def stage_scheme(part: Stage) -> Scheme:
    """Return the types of a stage alone, its initial state taken into account.

    Raises:
        MachineTypeError, AmbiguousTypeError: the machine does not type, or not with the types given.
        ValueMismatchError: the initial state is not of the state's type.
    """
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
        bare = part.input is None and part.output is None  # then nothing but the state was asked for
        if part.state is None and (bare or error.subject.startswith(("the state", "the input of `put()`"))):
            error.add_note(f"({subject} has the type {state})")
        raise
    return scheme
