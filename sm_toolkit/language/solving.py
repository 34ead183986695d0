"""Solving: one run over a term that makes a type for each of its parts and unifies what has to agree.

It only finds the types, or where they stop agreeing; what that means to people is told in ``explaining``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

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
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Term,
    Visit,
    unbounded,
)
from sm_toolkit.language.types import Bool, Str, Type, Unit
from sm_toolkit.language.unification import Node, hole, instance, known, made, unify

Wanted: TypeAlias = tuple[Type[Any] | None, Type[Any] | None, Type[Any] | None]
"""The state, input and output type asked of a term; None where it is to be found."""


@dataclass(frozen=True)
class Stop:
    """Where a run stopped: the unification that was to come, of which part's what (``position`` in a walk)."""

    expected: Node
    found: Node
    subject: str
    position: int


class _Stopped(Exception):
    """Ends a run early."""


class Solving:
    """One run: the nodes it made, in the order of ``terms.walk``, and where it stopped, if it did.

    It stops after a unification that fails, or before unification number ``most``, with the types as they
    were then: so an error is found by a fast run and told from a second one.
    """

    def __init__(self, term: Term, wanted: Wanted, most: int | None = None) -> None:
        self.state, self.input = hole(), hole()
        self.output: Node = hole()
        self.inputs: list[Node] = []
        self.outputs: list[Node] = []
        self.stop: Stop | None = None
        self.unifications = 0
        self._most = most
        self._open: list[int] = []
        self._outputs: dict[int, Node] = {}
        variables: dict[str, Node] = {}
        state, input_, output = wanted
        try:
            if state is not None:
                self._demand(instance(state, variables), self.state, "the machine's state", 0)
            if input_ is not None:
                self._demand(instance(input_, variables), self.input, "the machine's input", 0)
            found = unbounded(self._visit, term, self.input, enter=self._enter, leave=self._leave)
            if output is not None:
                self._demand(instance(output, variables), found, "the machine's output", 0)
            self.output = found
        except _Stopped:
            pass
        self.outputs = [self._outputs[index] for index in range(len(self.inputs)) if index in self._outputs]

    def roots(self) -> list[Node]:
        """Return the nodes from which all that the run made are reached."""
        stop = [] if self.stop is None else [self.stop.expected, self.stop.found]
        return [self.state, self.input, self.output, *self.inputs, *self.outputs, *stop]

    def _enter(self, term: Term, index: int, arguments: tuple[Any, ...]) -> None:
        self._open.append(len(self.inputs))
        self.inputs.append(arguments[0])

    def _leave(self, term: Term, output: Node) -> None:
        self._outputs[self._open.pop()] = output

    def _demand(self, expected: Node, found: Node, subject: str, position: int | None = None) -> None:
        """Unify, or stop; ``position`` is that of the part being visited if none is given."""
        if self.unifications != self._most:
            self.unifications += 1
            if unify(expected, found):
                return
        self.stop = Stop(expected, found, subject, self._open[-1] if position is None else position)
        raise _Stopped

    def _visit(self, term: Term, given: Node) -> Visit[Node]:
        match term:
            case Id(type_):
                if type_ is not None:
                    self._demand(instance(type_, {}), given, "the input of `ident`")
                return given
            case Const(_, type_):
                self._demand(known(Unit), given, "the input of a constant")
                return instance(type_, {})
            case Primitive(name, types):
                record = PRIMITIVES[name]
                own: dict[str, Node] = {}  # the variables of the types given: a name in two of them is one variable
                given_types = [instance(type_, own) for type_ in types]
                variables = dict(zip(record.variables, given_types, strict=False))
                self._demand(instance(record.input, variables), given, f"the input of `{name}`")
                return instance(record.output, variables)
            case Get(type_):
                self._state_is(type_)
                self._demand(known(Unit), given, "the input of `get()`")
                return self.state
            case Put(type_):
                self._state_is(type_)
                self._demand(self.state, given, "the input of `put()`, which is the state,")
                return known(Unit)
            case Read(type_):
                self._demand(known(Str), given, "the input of `read()`")
                return hole() if type_ is None else instance(type_, {})
            case Show(type_):
                if type_ is not None:
                    self._demand(instance(type_, {}), given, "the input of `show()`")
                return known(Str)
            case Compose(parts):
                for index in range(len(parts)):
                    given = yield index, given
                return given
            case First():
                left, right = self._pair(given, "first")
                left = yield 0, left
                return made("Pair", left, right)
            case Second():
                left, right = self._pair(given, "second")
                right = yield 0, right
                return made("Pair", left, right)
            case Fanout():
                left = yield 0, given
                right = yield 1, given
                return made("Pair", left, right)
            case Both():
                left, right = self._pair(given, "*")
                left = yield 0, left
                right = yield 1, right
                return made("Pair", left, right)
            case Case():
                left, right = self._sum(given, "|")
                left = yield 0, left
                right = yield 1, right
                return made("Either", left, right)
            case FanIn():
                left, right = self._sum(given, "fan_in")
                one: Node = yield 0, left
                self._demand(one, (yield 1, right), "the output of the second machine of `fan_in`")
                return one
            case If():
                value = hole()
                self._demand(made("Pair", value, known(Bool)), given, "the input of `if_`")
                chosen: Node = yield 0, value
                self._demand(chosen, (yield 1, value), "the output of the second machine of `if_`")
                return chosen
            case _:
                assert_never(term)

    def _state_is(self, type_: Type[Any] | None) -> None:
        if type_ is not None:
            self._demand(instance(type_, {}), self.state, "the state")

    def _pair(self, given: Node, name: str) -> tuple[Node, Node]:
        left, right = hole(), hole()
        self._demand(made("Pair", left, right), given, f"the input of `{name}`")
        return left, right

    def _sum(self, given: Node, name: str) -> tuple[Node, Node]:
        left, right = hole(), hole()
        self._demand(made("Either", left, right), given, f"the input of `{name}`")
        return left, right
