"""What a term means: the definition. Everything faster is held against this module.

A step takes an input and a state to an output and a new state, or fails with a ``StepError`` and leaves the
state as it was: the state is passed along and never changed in place, so a failed step has no new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, assert_never

from sm_toolkit.language.errors import LimitError, StepError, TextError
from sm_toolkit.language.inference import elaborate, elaborated, infer
from sm_toolkit.language.primitives import PRIMITIVES
from sm_toolkit.language.terms import (
    Both,
    Case,
    Compose,
    Const,
    FanIn,
    Fanout,
    First,
    Get,
    Id,
    If,
    Machine,
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Term,
    Visit,
    unbounded,
)
from sm_toolkit.language.text import read_text, show_text
from sm_toolkit.language.types import Left, Right, Type
from sm_toolkit.language.values import check_value, type_of

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")


def evaluate(term: Term, x: Any, s: Any) -> Visit[tuple[Any, Any]]:
    """Say what each form does. Where a part runs, ``yield`` which, with its input and state."""
    match term:
        case Id():
            return x, s
        case Const(value):
            return value, s
        case Primitive(name):
            return PRIMITIVES[name].run(x), s
        case Get():
            return s, s
        case Put():
            return None, x
        case Read(type_):
            return read_value(x, type_), s
        case Show():
            return show_value(x), s
        case Compose(parts):
            for index in range(len(parts)):
                x, s = yield index, x, s
            return x, s
        case First():
            y, s = yield 0, x[0], s
            return (y, x[1]), s
        case Second():
            y, s = yield 0, x[1], s
            return (x[0], y), s
        case Fanout():
            y, s = yield 0, x, s
            z, s = yield 1, x, s
            return (y, z), s
        case Both():
            y, s = yield 0, x[0], s
            z, s = yield 1, x[1], s
            return (y, z), s
        case Case():
            if isinstance(x, Left):
                y, s = yield 0, x.value, s
                return Left(y), s
            y, s = yield 1, x.value, s
            return Right(y), s
        case FanIn():
            y, s = yield (0 if isinstance(x, Left) else 1), x.value, s
            return y, s
        case If():
            y, s = yield (0 if x[1] else 1), x[0], s
            return y, s
        case _:
            assert_never(term)


def read_value(text: str, type_: Type[Any] | None) -> Any:
    """Read a value, or fail the step."""
    assert type_ is not None, "a term is elaborated before it runs"
    try:
        return read_text(text, type_)
    except (TextError, LimitError) as error:
        raise StepError(str(error)) from None


def show_value(value: Any) -> str:
    """Write a value, or fail the step."""
    try:
        return show_text(value)
    except LimitError as error:
        raise StepError(str(error)) from None


def step(machine: Machine[S, A, B], x: A, s: S) -> tuple[B, S]:
    """Run one input through a machine.

    >>> from sm_toolkit.language.combinators import get, incr, put, read, show
    >>> counter = read() >> (get() | get() >> incr >> put()) >> show()
    >>> step(counter, "Left ()", 0), step(counter, "Right ()", 0)
    (('Left 0', 0), ('Right ()', 1))

    Raises:
        StepError: the step failed (a text that does not parse, a limit); the state is what it was.
        ValueMismatchError: the input or the state is not of the machine's type.
        MachineTypeError, AmbiguousTypeError: the machine does not type.
    """
    return run_term(_ready(machine, x, s), x, s)


def _ready(machine: Machine[Any, Any, Any], x: Any, s: Any) -> Term:
    """Return the term to run on these values: what the machine leaves open takes their types."""
    scheme = machine.remember("scheme", lambda: infer(machine))
    check_value(s, scheme.state)
    check_value(x, scheme.input)
    if any(type_.has_variables for type_ in (scheme.state, scheme.input, scheme.output)):
        return elaborate(machine, type_of(s), type_of(x)).term
    return elaborated(machine).term


def run_term(term: Term, x: Any, s: Any) -> tuple[Any, Any]:
    """Run one input through an elaborated term; its types, and that they fit, are the caller's business.

    Raises:
        StepError: the step failed.
    """
    return unbounded(evaluate, term, x, s)


def stream(machine: Machine[S, A, B], xs: Iterable[A], s: S) -> tuple[list[B], S]:
    """Run inputs through a machine one after another; return the outputs and the last state.

    >>> from sm_toolkit.language.combinators import get, incr, put
    >>> stream(get() >> incr >> put() >> get(), [None, None, None], 0)
    ([1, 2, 3], 3)

    Raises:
        StepError: a step failed; the error carries no outputs, so run step by step to keep them.
        ValueMismatchError, MachineTypeError, AmbiguousTypeError: see ``step``.
    """
    outputs = []
    for x in xs:
        y, s = step(machine, x, s)
        outputs.append(y)
    return outputs, s


@dataclass(frozen=True)
class Ran:
    """One part that ran: where it stands in the term, and what went in and came out.

    ``finished`` is False for a part inside which the step failed; it then has no output.
    """

    path: tuple[int, ...]
    term: Term
    input: Any
    state: Any
    output: Any = None
    new_state: Any = None
    finished: bool = False


@dataclass(frozen=True)
class Trace:
    """How a step got where it got: every part that ran, in the order in which they began."""

    machine: Machine[Any, Any, Any]
    input: Any
    state: Any
    ran: tuple[Ran, ...]
    output: Any
    new_state: Any
    error: StepError | None = None


def trace(machine: Machine[S, A, B], x: A, s: S) -> Trace:
    """Run one input and tell every part that ran; a failed step is told too, and not raised.

    >>> from sm_toolkit.language.combinators import get, incr, put
    >>> told = trace(get() >> incr >> put(), None, 4)
    >>> [(str(ran.term), ran.output) for ran in told.ran[1:]], told.new_state
    ([('get()', 4), ('incr', 5), ('put()', None)], 5)

    Raises:
        ValueMismatchError, MachineTypeError, AmbiguousTypeError: see ``step``.
    """
    term = _ready(machine, x, s)
    ran: list[Ran] = []
    open_: list[int] = []

    def enter(term: Term, index: int, arguments: tuple[Any, ...]) -> None:
        path = (*ran[open_[-1]].path, index) if open_ else ()
        open_.append(len(ran))
        ran.append(Ran(path, term, *arguments))

    def leave(term: Term, result: tuple[Any, Any]) -> None:
        at = open_.pop()
        before = ran[at]
        ran[at] = Ran(before.path, term, before.input, before.state, *result, finished=True)

    try:
        output, state = unbounded(evaluate, term, x, s, enter=enter, leave=leave)
    except StepError as error:
        return Trace(machine, x, s, tuple(ran), None, s, error)
    return Trace(machine, x, s, tuple(ran), output, state)
