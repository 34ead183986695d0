"""What the parts of a translation share: refusing, looking up, fitting a value where one of a type is wanted."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import FunctionError
from sm_toolkit.language.functions.fitting import fitted
from sm_toolkit.language.functions.names import Names
from sm_toolkit.language.functions.places import Places
from sm_toolkit.language.functions.scopes import Later, Local, Scope, Typed
from sm_toolkit.language.functions.sources import Source
from sm_toolkit.language.functions.words import conversion, said
from sm_toolkit.language.limits import Limits
from sm_toolkit.language.syntax.terms import Term


@dataclass(frozen=True)
class Condition:
    """A test that chooses between two ways, each of which may know more than was known before.

    ``choose`` takes what is done on either way, made for ``if_true`` and ``if_false``, and uses each once.
    ``plain`` is the term of the Bool, if the test tells no more than that.
    """

    if_true: Scope
    if_false: Scope
    choose: Callable[[Later, Later], Later]
    plain: Term | None = None


@dataclass(frozen=True)
class Callee:
    """A function that is taken in: the types of its parameters and of its result, and its body, closed under them."""

    parameters: tuple[tuple[str, Type[Any]], ...]
    result: Type[Any]
    body: Term


class Translator(ABC):
    """Translates one function. The others that it calls have translators of their own."""

    def __init__(self, source: Source, names: Names, limits: Limits, assigned: frozenset[str]) -> None:
        self.source = source
        self.names = names
        self.limits = limits
        self.own_name = ""  # that of the function
        self.places = Places()  # where the terms come from that it makes
        self.work = 0  # how much may yet be looked at: some parts are looked at more than once
        self.assigned = assigned  # the names that the function assigns somewhere, its parameters among them

    @abstractmethod
    def expression(self, node: ast.expr, scope: Scope, want: Type[Any] | None = None) -> Typed:
        """Return the term of an expression; if a type is wanted, it may be of another that fits."""

    @abstractmethod
    def condition(self, node: ast.expr, scope: Scope) -> Condition:
        """Return a test."""

    @abstractmethod
    def taken(self, node: ast.expr, value: Any, want: Type[Any] | None, what: str) -> Typed:
        """Return a value of Python as a constant."""

    @abstractmethod
    def text(self, node: ast.expr, given: Typed) -> Typed:
        """Return the text of a value, as Python's `str` makes it."""

    @abstractmethod
    def map_type(self, node: ast.expr, of: Type[Any], at: Type[Any]) -> Type[Any]:
        """Return the type of maps with such keys."""

    @abstractmethod
    def callee(self, function: Any, node: ast.Call) -> Callee:
        """Return a function that is called, taken in."""

    # -- what is said of what is wrong --------------------------------------------------------------------

    def refuse(self, node: Any, problem: str, advice: str) -> NoReturn:
        """Raise the error of something at a place in the function.

        Raises:
            FunctionError: always.
        """
        raise self.error(node, problem, advice)

    def error(self, node: Any, problem: str, advice: str) -> FunctionError:
        """Return the error of something at a place in the function."""
        return self.source.error(node, problem, advice)

    def spend(self, node: Any) -> None:
        """Take note of a part that is looked at.

        Raises:
            FunctionError: there were too many, for what is nested in one another is looked at again and again.
        """
        self.work -= 1
        if self.work < 0:
            self.refuse(node, f"`{self.own_name}` is nested too deep", "give parts of it names, or write helpers")

    # -- values ---------------------------------------------------------------------------------------------

    def fitting(self, node: ast.expr, scope: Scope, want: Type[Any], what: str, advice: str = "") -> Typed:
        """Return the term of an expression, as a value of a type."""
        return self.fit(node, self.expression(node, scope, want), want, what, advice)

    def fit(self, node: Any, given: Typed, want: Type[Any], what: str, advice: str = "") -> Typed:
        """Return a value as one of a wanted type.

        Raises:
            FunctionError: it is of another one.
        """
        made = fitted(given, want)
        if made is None:
            problem = f"{what} should be {said(want)}, and is {said(given.type)}"
            self.refuse(node, problem, advice or conversion(given.type, want, node))
        return made

    def annotation(self, node: ast.expr) -> Type[Any]:
        """Return the type that an annotation stands for."""
        return self.names.annotation(node, self.source)

    def local(self, node: ast.expr, scope: Scope) -> Local | None:
        """Return what a name, or a part of what it stands for, is bound to here, if it is."""
        key = key_of(node)
        found = scope.names.get(key) if key is not None else None
        return found if isinstance(found, Local) else None


def some(want: Type[Any] | None) -> Type[Any] | None:
    """Return of what may be missing the type that it has if it is there."""
    return want.args[0] if want is not None and want.head == "Maybe" else want


def key_of(node: ast.expr) -> str | None:
    """Return the name under which it is kept what tests tell of an expression: of names and their attributes.

    >>> key_of(ast.parse("state.last", mode="eval").body)
    'state.last'
    """
    labels: list[str] = []
    while isinstance(node, ast.Attribute):
        labels.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(labels)]) if isinstance(node, ast.Name) else None
