"""Machines: the typed face of a term, which people hold, with the operators that join them.

Here too is what is said to somebody who puts something else where a machine is wanted.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, cast, overload

from sm_toolkit.language.data.records import NEWEST, Classes
from sm_toolkit.language.data.types import Left, Right
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.language.syntax.terms import Both, Case, Compose, Fanout, Form, Term, same_term

S = TypeVar("S")
A = TypeVar("A", contravariant=True)
B = TypeVar("B", covariant=True)
C = TypeVar("C")
D = TypeVar("D")
In = TypeVar("In")
Out = TypeVar("Out")


class Machine(Generic[S, A, B]):
    """A state machine ``(input, state) -> (output, new state)``, held as a term.

    ``S``, ``A``, ``B`` are the Python types of its state, input and output, for the static checkers; the
    authority on types is ``inference``. Python binds ``*`` tighter than ``>>``, that tighter than ``&``, and
    ``|`` loosest, so a choice in the middle of a chain stands in brackets:

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put, read, show
    >>> read() >> (get() | get() >> incr >> put()) >> show()
    read() >> (get() | get() >> incr >> put()) >> show()

    ``name`` travels beside the term: equality and hash look at the term alone. So do ``origin``, the function that
    it was made of, if it was made of one, and ``classes``, those of the records it makes, where it names them.
    """

    __slots__ = ("_memory", "classes", "name", "origin", "term")

    def __init__(self, term: Term, name: str | None = None) -> None:
        if not isinstance(term, Form):
            raise TypeError(f"`Machine(term)` takes a term, and got {_kind(term)}{_advice(term)}")
        self.term = term
        self.name = name
        self.origin: Any = None
        self.classes: Classes = NEWEST
        self._memory: dict[str, Any] = {}

    def named(self, name: str) -> Machine[S, A, B]:
        """Return the same machine with a name for pictures and messages."""
        made: Machine[S, A, B] = Machine(self.term, name)
        made.origin, made.classes = self.origin, self.classes
        return made

    @overload
    def __call__(self, input: A, /) -> B: ...
    @overload
    def __call__(self, input: A, state: S, /) -> tuple[B, S]: ...
    def __call__(self, *given: Any, **named: Any) -> Any:
        """Run one step, compiled: give the output and the new state, or of a machine without a state the output.

        So functions of which machines were made call one another as they did before, by the names of parameters too.

        Raises:
            TypeError: there is too much or too little; the error says what it takes.
            StepError, ValueMismatchError: see ``interpreter.step``.
        """
        from sm_toolkit.language.calling import called

        try:
            return called(self, given, named)
        except ToolkitError as error:
            raise error.with_traceback(None) from error.__cause__  # our own frames tell nobody anything

    def __rshift__(self, other: Machine[S, B, C]) -> Machine[S, A, C]:
        """Return first this machine, then the other: the seed's ``f >>> g``."""
        return made_of(Compose((self.term, _operand(other, ">>"))), self, other)

    def then(self, *others: Machine[S, Any, Any]) -> Machine[S, A, Any]:
        """Return this machine followed by all the others, made in one go however many they are."""
        if not others:
            return self
        return made_of(Compose((self.term, *(term_of(other, "then") for other in others))), self, *others)

    def __and__(self, other: Machine[S, In, C]) -> Machine[S, In, tuple[B, C]]:
        """Return both on the same input, outputs paired: the seed's ``f &&& g``."""
        return made_of(Fanout(self.term, _operand(other, "&")), self, other)

    def __mul__(self, other: Machine[S, C, D]) -> Machine[S, tuple[A, C], tuple[B, D]]:
        """Return each on its half of a pair: the seed's ``f *** g``."""
        return made_of(Both(self.term, _operand(other, "*")), self, other)

    def __or__(self, other: Machine[S, C, D]) -> Machine[S, Left[A] | Right[C], Left[B] | Right[D]]:
        """Return the one that the input's side says, output on the same side: the seed's ``Case f g``."""
        return made_of(Case(self.term, _operand(other, "|")), self, other)

    if not TYPE_CHECKING:  # the static checkers shall find these mistakes themselves

        def __getattr__(self, name: str) -> Any:
            """Be called as the function that it was made of is, have its signature, and show it."""
            if name == "_repr_html_" and self.origin is not None:
                # What is shown to people is not known here; the package's face knows who does.
                face: Any = importlib.import_module(__name__.partition(".")[0])
                return lambda: face._html_of(self)
            origin = self.origin if name in ("__name__", "__qualname__", "__wrapped__") else None
            if origin is None or (name == "__wrapped__" and origin.function is None):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
            return origin.function if name == "__wrapped__" else getattr(origin.function, name, origin.name)

        def __rrshift__(self, other: object) -> NoReturn:
            """Refuse a left side that is no machine, and say what to write."""
            _operand(other, ">>", "left")

        def __rand__(self, other: object) -> NoReturn:
            """Refuse a left side that is no machine, and say what to write."""
            _operand(other, "&", "left")

        def __rmul__(self, other: object) -> NoReturn:
            """Refuse a left side that is no machine, and say what to write."""
            _operand(other, "*", "left")

        def __ror__(self, other: object) -> NoReturn:
            """Refuse a left side that is no machine, and say what to write."""
            _operand(other, "|", "left")

    def __eq__(self, other: object) -> bool:
        """Compare terms."""
        return isinstance(other, Machine) and same_term(self.term, other.term)

    def __hash__(self) -> int:
        """Hash the term."""
        return hash(self.term)

    def __repr__(self) -> str:
        """Print the combinators that make the machine."""
        return repr(self.term)

    def remember(self, key: str, make: Callable[[], Out]) -> Out:
        """Return what ``make`` gives, made once for this machine (elaboration, compiled code)."""
        if key not in self._memory:
            self._memory[key] = make()
        return cast("Out", self._memory[key])


class _Documentation:
    """What a machine is told by: the text of the function that it was made of, or that of its class."""

    def __init__(self, text: str | None) -> None:
        self._text = text

    def __get__(self, machine: Machine[Any, Any, Any] | None, _: type) -> str | None:
        if machine is None or machine.origin is None or machine.origin.function is None:
            return self._text
        text: str | None = machine.origin.function.__doc__
        return text


Machine.__doc__ = _Documentation(Machine.__doc__)  # type: ignore[assignment]


def made_of(term: Term, *parts: Machine[Any, Any, Any]) -> Machine[Any, Any, Any]:
    """Return a machine made of others, with the classes that they name; where two differ, those of the first.

    Without its name, and without the function that it was made of.
    """
    made: Machine[Any, Any, Any] = Machine(term)
    for part in parts:
        if part.classes:
            made.classes = {**part.classes, **made.classes}
    return made


# -- what is no machine -----------------------------------------------------------------------------------


def expect_machine(found: object, call: str) -> None:
    """Do nothing if this is a machine; ``call`` is how the function that wants it is called, machine first.

    Raises:
        TypeError: it is none; the error says what to write, if that is known.
    """
    if not isinstance(found, Machine):
        raise TypeError(f"`{call}` takes a machine first, and got {_kind(found)}{_advice(found) or _part(found)}")


def require_machine(found: object, what: str) -> None:
    """Do nothing if this is a machine; ``what`` is what it is given as, in words ("`migrate`").

    Raises:
        TypeError: it is none; the error says what to write, if that is known.
    """
    if not isinstance(found, Machine):
        raise TypeError(f"{what} is a machine, not {_kind(found)}{_advice(found) or _part(found)}")


def term_of(found: object, name: str) -> Term:
    """Return the term of a machine that ``name``, a function, makes another one of.

    Raises:
        TypeError: it is no machine; the error says what to write, if that is known.
    """
    if not isinstance(found, Machine):
        raise TypeError(
            f"`{name}` takes machines, and got {_kind(found)}{_advice(found) or _joins(found) or _constant(found)}"
        )
    return found.term


def _operand(found: object, operator: str, side: str = "right") -> Term:
    if not isinstance(found, Machine):
        kind, advice = _kind(found), _advice(found) or _joins(found) or _constant(found)
        raise TypeError(f"`{operator}` joins machines, and the {side} side is {kind}{advice}")
    return found.term


_VOCABULARY = "sm_toolkit.language.vocabulary."
"""Where the functions are that make machines, and that people forget to call."""

_PIPELINES = "sm_toolkit.pipeline."
"""Where the classes of pipelines are."""


def _kind(found: object) -> str:
    return "None" if found is None else type(found).__name__


def _advice(found: object) -> str:
    if isinstance(found, Machine):
        return ", which has one: its `term`"
    if isinstance(found, Form):
        return "; make it one with Machine(term)"
    if isinstance(found, FunctionType) and found.__module__.startswith(_VOCABULARY):
        optional = len(found.__defaults__ or ())
        given = "" if optional and optional == found.__code__.co_argcount else "…"
        return f"; write {found.__name__}({given})"
    if isinstance(found, FunctionType):
        return "; a Python function becomes one by `@machine`, or `@function`, in the line above its `def`"
    if callable(found) and not isinstance(found, type):
        return "; machines are made with `incr`, `get()`, `>>` and the like, and not of Python functions"
    return ""


def _joins(found: object) -> str:
    """Advise somebody who joins a machine and what a pipeline is made of."""
    if type(found).__module__.startswith(_PIPELINES):
        return "; a machine that joins a pipeline goes in a stage: stage(name, state, machine)"
    return ""


def _part(found: object) -> str:
    """Advise somebody who gives what has a machine in it."""
    if not type(found).__module__.startswith(_PIPELINES):
        return ""
    if isinstance(getattr(found, "machine", None), Machine):
        return "; it has one: its `machine`"
    return "; of a pipeline interface(pipeline) tells the types, and deploy(pipeline) runs it"


def _constant(found: object) -> str:
    if found is None or isinstance(found, int | float | str | bytes | tuple | list | dict | Left | Right):
        return f"; to give a constant write const({print_value(found, 60)})"
    return ""
