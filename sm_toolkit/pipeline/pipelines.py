"""The names that people write pipelines with; what they make is in ``shapes``, its types in ``interfaces``."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Elements
from typing import Any, TypeVar, cast, overload

from sm_toolkit.language.data.sides import Left, Right
from sm_toolkit.language.data.types import Type, expect_types
from sm_toolkit.language.syntax.machines import Machine, require_machine
from sm_toolkit.language.vocabulary.control import each as each_of_machine
from sm_toolkit.pipeline.interfaces import Interface as Interface
from sm_toolkit.pipeline.interfaces import interface as interface
from sm_toolkit.pipeline.interfaces import stage_scheme
from sm_toolkit.pipeline.shapes import (
    LONGEST_NAME,
    MOST_COPIES,
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
from sm_toolkit.pipeline.shapes import Pipeline as Pipeline
from sm_toolkit.pipeline.shapes import PipelineError as PipelineError

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
S = TypeVar("S")


def identity(type: Type[A] | None = None) -> Pipeline[A, A]:
    """Return the pipeline that passes everything on.

    >>> identity() >> identity()
    identity() >> identity()
    """
    return cast("Pipeline[A, A]", Identity(type))


def stage(
    name: str,
    initial: S,
    machine: Machine[S, A, B],
    *,
    state: Type[S] | None = None,
    input: Type[A] | None = None,
    output: Type[B] | None = None,
) -> Pipeline[A, B]:
    """Return a pipeline of one stage: a machine with a name and the state that it starts in, with or without its cells.

    Types need only be given where the machine and its neighbours leave them open.

    Raises:
        MachineTypeError, AmbiguousTypeError: the machine does not type, or not with the types given.
        ValueMismatchError: the initial state is not of the state's type.
        ValueError: the name is empty or too long.
    """
    if isinstance(initial, Machine) and not isinstance(machine, Machine):
        found = type(machine).__name__
        hint = "the state comes first: stage(name, state, machine)"
        raise TypeError(f"the third argument of stage({name!r}, …) is a machine, not {found}; {hint}")
    require_machine(machine, f"the third argument of stage({name!r}, …)")
    made = Stage(_name("a stage", name), initial, machine, state, input, output)
    stage_scheme(made)
    return cast("Pipeline[A, B]", made)


def effect(name: str, function: Callable[[A], B], input: Type[A], output: Type[B], workers: int = 1) -> Pipeline[A, B]:
    """Return a stage that calls a Python function, which may wait for a file or a network.

    Up to ``workers`` threads call it at once; the outputs keep the order of the inputs. (On ``inline()`` and
    ``simulated()``, which have no threads, one call waits for the other.) What it raises, and an output
    that is not of the type given, make the item fail. It has no state, and cannot be sent over a wire: so it is
    deployed where it is written, and is changed by rewiring there.

    >>> from sm_toolkit.language import Int, Str
    >>> effect("measure", len, Str, Int, workers=4)
    effect('measure', len, Str, Int, workers=4)

    Raises:
        TypeError: the function cannot be called, or a type is none.
        ValueError: the name is empty or too long, the types have variables, or there is not at least one worker.
    """
    if not callable(function) or isinstance(function, Machine | Pipeline):
        hint = "; a machine goes in a stage: stage(name, state, machine)" if isinstance(function, Machine) else ""
        raise TypeError(f"effect {name!r} wants a function, and got {type(function).__name__}{hint}")
    expect_types(f"effect({name!r}, function, input, output)", input, output)
    for type_ in (input, output):
        if type_.has_variables:
            raise ValueError(f"effect {name!r} wants types without variables, and got {type_}")
    return cast("Pipeline[A, B]", Effect(_name("an effect", name), function, input, output, _count("workers", workers)))


def fan_out(first: Pipeline[A, B], second: Pipeline[A, C], *more: Pipeline[A, Any]) -> Pipeline[A, tuple[B, Any]]:
    """Return the pipeline that gives each item to all of these, and pairs what they give.

    More than two are pairs within pairs, to the right: ``fan_out(p, q, r)`` is ``fan_out(p, fan_out(q, r))``. An item
    goes to all also where it fails in one; the left-most failure is the answer.

    >>> fan_out(identity(), identity(), identity())
    fan_out(identity(), fan_out(identity(), identity()))
    """
    return cast("Pipeline[A, tuple[B, Any]]", _nested(FanOut, first, second, *more))


def parallel(
    first: Pipeline[A, B], second: Pipeline[C, D], *more: Pipeline[Any, Any]
) -> Pipeline[tuple[A, Any], tuple[B, Any]]:
    """Return the pipeline that gives the halves of each pair to one of these each, and pairs what they give.

    More than two nest to the right, as in ``fan_out``. The left-most failure is the answer.
    """
    return cast("Pipeline[tuple[A, Any], tuple[B, Any]]", _nested(Parallel, first, second, *more))


def choice(
    first: Pipeline[A, B], second: Pipeline[C, D], *more: Pipeline[Any, Any]
) -> Pipeline[Left[A] | Right[Any], Left[B] | Right[Any]]:
    """Return the pipeline that gives a ``Left`` to the first and a ``Right`` to the second, in order.

    What they give is a ``Left`` or a ``Right`` again; a stage with ``fan_in`` joins the two. More than two nest to
    the right, as in ``fan_out``.
    """
    return cast("Pipeline[Left[A] | Right[Any], Left[B] | Right[Any]]", _nested(Choice, first, second, *more))


@overload
def shard(name: str, body: Pipeline[A, B], copies: int) -> Pipeline[A, B]: ...
@overload
def shard(name: str, body: Pipeline[A, B], copies: int, key: Machine[Any, A, Any] | None) -> Pipeline[A, B]: ...
def shard(name: str, body: Pipeline[A, B], copies: int, key: Machine[Any, A, Any] | None = None) -> Pipeline[A, B]:
    """Return copies of a pipeline that share the items, whose order is kept.

    Without a key they take turns: item *i* of those that arrive goes to copy *i* mod ``copies``, and each copy has
    states of its own. With one, which is a stateless machine from an item to the key of a map, there is a state
    for each key, so that the number of copies changes nothing but how much can run at once.

    >>> from sm_toolkit.language import get, incr, put
    >>> shard("words", stage("count", 0, get() >> incr >> put() >> get()), 2)
    shard('words', stage('count', 0, get() >> incr >> put() >> get()), 2)

    Raises:
        TypeError: the body is no pipeline, or the key no machine.
        ValueError: the name is empty or too long, or there is not at least one copy.
    """
    in_sequence(body)
    if key is not None and not isinstance(key, Machine):
        raise TypeError(f"the key of shard {name!r} is a machine from an item to its key, not {type(key).__name__}")
    return cast("Pipeline[A, B]", Shard(_name("a shard", name), body, _count("copies", copies), key))


@overload
def each(body: Pipeline[A, B]) -> Pipeline[Elements[A], Elements[B]]: ...
@overload
def each(body: Machine[S, A, B]) -> Machine[S, Elements[A], Elements[B]]: ...
def each(body: Any) -> Any:
    """Return the pipeline that takes lists, and sends every element through a pipeline in order.

    All elements go through, also after one that fails; the left-most failure is the answer. (Of a machine it is a
    machine that takes lists, in whose steps the first failure ends the step: ``sm_toolkit.language.each``.)

    >>> each(identity())
    each(identity())
    """
    if isinstance(body, Machine):
        return each_of_machine(body)
    in_sequence(body)
    return Each(body)


def tee(name: str, type: Type[A] | None = None) -> Pipeline[A, A]:
    """Return the pipeline that passes everything on, and gives a copy of each item to the sink of this name.

    ``run(…, tees={name: sink})`` says which sink that is.
    """
    made = Tee(_name("a tee", name))
    return cast("Pipeline[A, A]", made if type is None else made >> Identity(type))


def _nested(kind: Any, *pipelines: Pipeline[Any, Any]) -> Pipeline[Any, Any]:
    for pipeline in pipelines:
        in_sequence(pipeline)
    *before, last = pipelines
    for pipeline in reversed(before):
        last = kind(pipeline, last)
    return last


def _name(what: str, name: str) -> str:
    if not (isinstance(name, str) and 0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise ValueError(f"{what}'s name is 1 to {LONGEST_NAME} printable characters, not {name!r:.120}")
    return name


def _count(what: str, count: int) -> int:
    if count.__class__ is not int or not 1 <= count <= MOST_COPIES:
        raise ValueError(f"the number of {what} is 1 to {MOST_COPIES:,}, not {count!r:.40}")
    return count
