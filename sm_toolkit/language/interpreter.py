"""What a term means: the definition. Everything faster is held against this module.

A step takes an input and a state to an output and a new state, or fails with a ``StepError`` and leaves the
state as it was: the state is passed along and never changed in place, so a failed step has no new one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import repeat
from typing import Any, TypeVar, assert_never

from sm_toolkit.language.arguments import expect_values
from sm_toolkit.language.checking.inference import check, elaborate, elaborated, infer
from sm_toolkit.language.data.records import NEWEST, Classes, record_class
from sm_toolkit.language.data.types import Left, Pair, Right, Type, record_words, same_value
from sm_toolkit.language.data.values import own_type, taken_in
from sm_toolkit.language.errors import LimitError, StepError, TextError
from sm_toolkit.language.leaves.record import values_of
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.primitives import primitive_record
from sm_toolkit.language.syntax.cells import cells_of, has_cells, start
from sm_toolkit.language.syntax.machines import Machine, expect_machine
from sm_toolkit.language.syntax.passes import TurnCosts, Visit, unbounded
from sm_toolkit.language.syntax.printing import print_term, print_value
from sm_toolkit.language.syntax.terms import (
    Both,
    Case,
    Compose,
    Const,
    FanIn,
    Fanout,
    First,
    Fold,
    Get,
    Id,
    If,
    Let,
    Link,
    Loop,
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Term,
    Unleft,
    Variable,
    Zoom,
    linked_path,
)
from sm_toolkit.language.text import read_text, show_text

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")


class Evaluation:
    """One step: the turns that it has left, and what is bound in it.

    It may be a part of a longer one, which has used some turns, and in which variables are bound ``outside``. What its
    loops cost is the same in every step: ``costs`` are kept by who runs several.
    """

    def __init__(
        self,
        limits: Limits,
        costs: TurnCosts,
        turns: Iterator[None] | None = None,
        outside: Mapping[int, Any] = {},
        classes: Classes = NEWEST,
    ) -> None:
        self._limits = limits
        self._costs = costs
        self._classes = classes
        self._values = values_of(classes)
        self._turns = repeat(None, min(limits.fuel, sys.maxsize)) if turns is None else turns
        self._outside = outside
        self.cells: dict[str, Any] = {}  # what the loops hold, by name
        self._bound: list[Any] = []  # by the lets around what runs, the innermost last

    def visit(self, term: Term, x: Any, s: Any) -> Visit[tuple[Any, Any]]:
        """Say what each form does. Where a part runs, ``yield`` which, with its input and state."""
        match term:
            case Id():
                return x, s
            case Const(value):
                return value, s
            case Primitive(name, types):
                return primitive_record(name, types).apply(x, types, self._limits, self._turns, self._values), s
            case Get():
                return s, s
            case Put():
                return None, x
            case Read(type_):
                self._limits.charge(self._turns, len(x))
                return read_value(x, type_, self._limits, self._classes), s
            case Show():
                text = show_value(x, term.type, self._limits)
                self._limits.charge(self._turns, len(text))
                return text, s
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
            case Unleft():
                fed: Any = Left(x)
                cost = self._costs.of(term.inner)
                while True:
                    self._limits.spend(self._turns, cost)
                    fed, s = yield 0, fed, s
                    if isinstance(fed, Left):
                        return fed.value, s
            case Fold():
                total, items = x
                self._limits.spend(self._turns, len(items) * self._costs.of(term.inner))
                for item in items:
                    total, s = yield 0, (total, item), s
                return total, s
            case Let():
                bound, s = yield 0, x, s
                self._bound.append(bound)
                y, s = yield 1, x, s
                self._bound.pop()
                return y, s
            case Variable(index):
                inside = len(self._bound)
                return self._bound[-1 - index] if index < inside else self._outside[index - inside], s
            case Zoom("first"):
                y, half = yield 0, x, s[0]
                return y, (half, s[1])
            case Zoom():
                y, half = yield 0, x, s[1]
                return y, (s[0], half)
            case Loop():
                assert term.name is not None, "a term is elaborated before it runs"
                (y, fed_back), s = yield 0, (x, self.cells[term.name]), s
                self.cells[term.name] = fed_back
                return y, s
            case _:
                assert_never(term)


def read_value(text: str, type_: Type[Any] | None, limits: Limits = DEFAULT_LIMITS, classes: Classes = NEWEST) -> Any:
    """Read a value, or fail the step."""
    assert type_ is not None, "a term is elaborated before it runs"
    try:
        return read_text(text, type_, limits, classes=classes)
    except (TextError, LimitError) as error:
        reason = str(error)
    # Raised out here, the error keeps no frames of the parser alive.
    raise StepError(reason)


def show_value(value: Any, type_: Type[Any] | None, limits: Limits = DEFAULT_LIMITS) -> str:
    """Write a value, or fail the step."""
    try:
        return show_text(value, type_, limits)
    except LimitError as error:
        reason = str(error)
    raise StepError(reason)


def step(machine: Machine[S, A, B], x: A, s: S, limits: Limits = DEFAULT_LIMITS) -> tuple[B, S]:
    """Run one input through a machine. ``limits`` hold for what the step does.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put, read, show
    >>> counter = read() >> (get() | get() >> incr >> put()) >> show()
    >>> step(counter, "Left ()", 0), step(counter, "Right ()", 0)
    (('Left 0', 0), ('Right ()', 1))

    Raises:
        StepError: the step failed (a text that does not parse, a limit, loops out of fuel); the state is what it was.
        ValueMismatchError: the input or the state is not of the machine's type; the error says which.
        MachineTypeError, AmbiguousTypeError: the machine does not type, or not at the types of both.
        LimitError: the machine, or an integer or a string in the input or the state, is too large.
        TypeError: ``machine`` is none.
    """
    expect_machine(machine, "step(machine, x, s)")
    term, x, s = _ready(machine, x, s, limits)
    return running(term, limits, machine.classes)(x, s)


def _ready(machine: Machine[Any, Any, Any], x: Any, s: Any, limits: Limits) -> tuple[Term, Any, Any]:
    """Return the term to run on these values, and the values as it takes them.

    What the machine leaves open takes their types.

    What they leave open too (``Left(1)``) cannot matter to the step, and is Unit.
    """
    scheme = machine.remember("scheme", lambda: infer(machine))
    s = taken_in(s, scheme.state, limits, subject="the state")
    x = taken_in(x, scheme.input, limits, subject="the input")
    if not any(type_.has_variables for type_ in (scheme.state, scheme.input, scheme.output)):
        return elaborated(machine).term, x, s
    # of a pair, so that their variables have different names
    state, input_ = own_type((s, x), Pair(scheme.state, scheme.input)).args
    closed = check(machine, state, input_).grounded()
    return elaborate(machine, closed.state, closed.input).term, x, s


def run_term(term: Term, x: Any, s: Any, limits: Limits = DEFAULT_LIMITS) -> tuple[Any, Any]:
    """Run one input through an elaborated term; its types, and that they fit, are the caller's business.

    Raises:
        StepError: the step failed.
    """
    return running(term, limits)(x, s)


def running(term: Term, limits: Limits = DEFAULT_LIMITS, classes: Classes = NEWEST) -> Callable[..., tuple[Any, Any]]:
    """Return what does ``run_term`` of an input and a state, many times: what all steps share is found once."""
    costs = TurnCosts()
    cells_type = cache(lambda: cells_of(term))

    def run(x: Any, s: Any, **told: Any) -> tuple[Any, Any]:
        evaluation = Evaluation(limits, costs, classes=classes)
        type_ = cells_type() if has_cells(s) else None
        if type_ is None:
            return unbounded(evaluation.visit, term, x, s, **told)
        plain, cells = s
        evaluation.cells = {label: getattr(cells, label) for label in record_words(type_.head)[1]}
        y, plain = unbounded(evaluation.visit, term, x, plain, **told)
        return y, (plain, record_class(type_, classes)(**evaluation.cells))

    return run


def stream(machine: Machine[S, A, B], xs: Iterable[A], s: S, limits: Limits = DEFAULT_LIMITS) -> tuple[list[B], S]:
    """Run inputs through a machine one after another; return the outputs and the last state.

    The cells of a machine start as they are made, if the state has none.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> stream(get() >> incr >> put() >> get(), [None, None, None], 0)
    ([1, 2, 3], 3)

    Raises:
        StepError: a step failed; the error carries no outputs, so run step by step to keep them.
        ValueMismatchError, MachineTypeError, AmbiguousTypeError, LimitError, TypeError: see ``step``.
    """
    expect_machine(machine, "stream(machine, xs, s)")
    expect_values(xs, "stream(machine, xs, s)", "xs")
    s = start(machine, s)
    outputs = []
    for x in xs:
        y, s = step(machine, x, s, limits)
        outputs.append(y)
    return outputs, s


@dataclass(frozen=True)
class Ran:
    """One part that ran: where it stands in the term, and what went in and came out.

    ``depth`` is how many parts it is inside, ``link`` the way to it from the root, as a linked list that shares
    its ends with others (``path`` makes a tuple of it). ``finished`` is False for a part inside which the step
    failed; it then has no output.
    """

    depth: int
    link: Link = field(repr=False, compare=False)
    term: Term
    input: Any
    state: Any
    output: Any = None
    new_state: Any = None
    finished: bool = False

    @property
    def path(self) -> tuple[int, ...]:
        """The child numbers that lead to it from the root, made anew each time."""
        return linked_path(self.link)

    def __str__(self) -> str:
        """Tell it in a line: the part, what went in and came out, and the state if it changed."""
        said = f"{print_term(self.term, LONGEST_PRINTED)}: {_printed(self.input)}"
        if not self.finished:
            return f"{said} fails"
        changed = self.new_state is not self.state and not same_value(self.state, self.new_state, classes=True)
        state = f", state {_printed(self.state)} -> {_printed(self.new_state)}" if changed else ""
        return f"{said} -> {_printed(self.output)}{state}"


LONGEST_PRINTED = 60
"""How many characters of a part or a value are printed in the text of a trace."""

DEEPEST_PRINTED = 20
"""How far the lines of a trace are indented at most."""

MOST_KEPT = 100_000
"""How many parts a trace has; a loop may run many more."""

PRINTED_ENDS = 50
"""How many parts are printed at the beginning of the text of a trace, and how many at its end."""


def _printed(value: Any) -> str:
    return print_value(value, LONGEST_PRINTED)


@dataclass(frozen=True)
class Trace:
    """How a step got where it got: every part that ran, in the order in which they began, once for each turn of a loop.

    Of a step in which very many ran the first ``MOST_KEPT`` are here; ``left_out`` counts the others.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> print(trace(get() >> incr >> put(), None, 4))
    get() >> incr >> put(): None -> None, state 4 -> 5
      get(): None -> 4
      incr: 4 -> 5
      put(): 5 -> None, state 4 -> 5
    """

    machine: Machine[Any, Any, Any]
    input: Any
    state: Any
    ran: tuple[Ran, ...]
    output: Any
    new_state: Any
    error: StepError | None = None
    left_out: int = 0

    def __str__(self) -> str:
        """Tell the parts in order, one a line, indented by how deep they are; of very many, the first and last."""
        hidden = max(0, len(self.ran) - 2 * PRINTED_ENDS)
        told = self.ran if not hidden else self.ran[:PRINTED_ENDS] + self.ran[-PRINTED_ENDS:]
        lines = ["  " * min(ran.depth, DEEPEST_PRINTED) + str(ran) for ran in told]
        if hidden:
            lines.insert(PRINTED_ENDS, f"… {hidden:,} more parts …")
        if self.left_out:
            lines.append(f"… {self.left_out:,} more parts …")
        if self.error is not None:
            lines.append(f"the step failed: {self.error}")
        return "\n".join(lines)


def trace(machine: Machine[S, A, B], x: A, s: S, limits: Limits = DEFAULT_LIMITS) -> Trace:
    """Run one input and tell every part that ran; a failed step is told too, and not raised.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> told = trace(get() >> incr >> put(), None, 4)
    >>> [(str(ran.term), ran.output) for ran in told.ran[1:]], told.new_state
    ([('get()', 4), ('incr', 5), ('put()', None)], 5)

    Raises:
        ValueMismatchError, MachineTypeError, AmbiguousTypeError, LimitError, TypeError: see ``step``.
    """
    expect_machine(machine, "trace(machine, x, s)")
    term, x, s = _ready(machine, x, s, limits)
    ran: list[Ran] = []
    open_: list[int] = []
    left_out = 0

    def enter(term: Term, index: int, arguments: tuple[Any, ...]) -> None:
        nonlocal left_out
        if len(ran) == MOST_KEPT:
            left_out += 1
            open_.append(MOST_KEPT)
            return
        link = (ran[open_[-1]].link, index) if open_ else None
        ran.append(Ran(len(open_), link, term, *arguments))
        open_.append(len(ran) - 1)

    def leave(term: Term, result: tuple[Any, Any]) -> None:
        at = open_.pop()
        if at == MOST_KEPT:
            return
        before = ran[at]
        ran[at] = Ran(before.depth, before.link, term, before.input, before.state, *result, finished=True)

    try:
        output, state = running(term, limits, machine.classes)(x, s, enter=enter, leave=leave)
    except StepError as error:
        return Trace(machine, x, s, tuple(ran), None, s, error, left_out)
    return Trace(machine, x, s, tuple(ran), output, state, left_out=left_out)
