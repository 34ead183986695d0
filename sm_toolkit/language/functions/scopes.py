"""What is known of the names of a function at a place in it, and the terms that bind and use them.

Everything that a function computes is a term that takes Unit; what it has bound is in `Let`s round it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, TypeAlias

from sm_toolkit.language.data.types import Type, Unit
from sm_toolkit.language.data.values import taken_in
from sm_toolkit.language.syntax.terms import Compose, Const, FanIn, Fanout, Id, Let, Primitive, Term, Variable

Later: TypeAlias = Callable[[], Term]
"""A term that can only be made when all of the function was looked at."""


@dataclass(frozen=True)
class Typed:
    """A term that takes Unit, and the type of what it gives."""

    term: Term
    type: Type[Any]


@dataclass(frozen=True)
class Local:
    """What is bound by a `Let`, the one at ``level`` from outside; nothing has to be bound for Unit.

    ``narrows`` is what it is a part of, if a test has told which.
    """

    type: Type[Any]
    level: int
    narrows: Local | None = None

    @property
    def whole(self) -> Local:
        """What it was before tests told which it is."""
        local = self
        while local.narrows is not None:
            local = local.narrows
        return local


@dataclass(frozen=True)
class Missing:
    """Why a name that is assigned somewhere has no value here."""

    reason: str
    advice: str


@dataclass(frozen=True)
class Scope:
    """The names at a place, and how many `Let`s are round it.

    ``declared`` has the types of those that are annotated. A name with a dot in it is a part of which a test has told
    what it is.
    """

    depth: int = 0
    names: Mapping[str, Local | Missing] = field(default_factory=dict)
    declared: Mapping[str, Type[Any]] = field(default_factory=dict)

    def deeper(self, count: int = 1) -> Scope:
        """Return the scope inside of some more `Let`s."""
        return replace(self, depth=self.depth + count)

    def binding(self, type_: Type[Any], name: str | None = None) -> tuple[Scope, Local]:
        """Return the scope inside of a `Let`, and what it binds, under a name if there is one."""
        local = Local(type_, self.depth)
        scope = self.deeper()
        return (scope if name is None else scope.assigned(name, local)), local

    def assigned(self, name: str, value: Local | Missing) -> Scope:
        """Return the scope in which a name stands for something else; what was known of its parts is forgotten."""
        kept = {key: local for key, local in self.names.items() if not key.startswith(f"{name}.")}
        return replace(self, names={**kept, name: value})

    def narrowed(self, name: str | None, local: Local) -> Scope:
        """Return the scope in which something is known to be a part of what it was."""
        if name is None:
            return self
        old = self.names.get(name)
        known = replace(local, narrows=old if isinstance(old, Local) else None)
        return replace(self, names={**self.names, name: known})

    def value(self, local: Local) -> Typed:
        """Return the term that gives what is bound."""
        if local.type is Unit:
            return UNIT
        return Typed(Variable(self.depth - 1 - local.level), local.type)


UNIT = Typed(Const(None, Unit), Unit)


def constantly(term: Term) -> Later:
    """Return what makes a term that is there already."""
    return lambda: term


# -- terms ------------------------------------------------------------------------------------------------


def constant(value: Any, type_: Type[Any]) -> Typed:
    """Return the term of a constant."""
    return Typed(Const(taken_in(value, type_), type_), type_)


def then(*terms: Term) -> Term:
    """Return terms one after another; those that change nothing are left out."""
    kept = tuple(term for term in terms if not isinstance(term, Id))
    return Compose(kept) if len(kept) > 1 else kept[0] if kept else Id()


def nested(terms: Sequence[Term]) -> Term:
    """Return the term that gives what some terms give in pairs nested to the left; Unit of none."""
    return reduce(Fanout, terms) if terms else UNIT.term


def primitive(name: str, *types: Type[Any]) -> Primitive:
    """Return a primitive, at types that fix its variables if there are any."""
    return Primitive(name, types)


def applied(name: str, *operands: Term, types: tuple[Type[Any], ...] = ()) -> Term:
    """Return a primitive on what some terms give: a pair of two; of three, the first and the pair of the others."""
    *others, last = operands
    given = reduce(lambda made, operand: Fanout(operand, made), reversed(others), last)
    return then(given, Primitive(name, types))


def choice(test: Term, left: Term, right: Term) -> Term:
    """Return a choice by the side that a term gives; both sides take Unit, and what is inside is dropped if bound."""
    return then(test, FanIn(left, right))


def inside(body: Term) -> Term:
    """Return a term that takes a value, binds it, and goes on in the body, which takes Unit."""
    return Let(Id(), then(Primitive("consume"), body))


def lets(bound: Sequence[Term], body: Term) -> Term:
    """Return a body inside of some `Let`s, the first one outermost."""
    for each in reversed(bound):
        body = Let(each, body)
    return body


def part_of(whole: Term, index: int, count: int) -> Term:
    """Return the term that gives one of so many values in pairs nested to the left."""
    if count == 1:
        return whole
    steps = ["fst"] * (count - 1 - index) + ["snd"] * (index > 0)
    return then(whole, *map(Primitive, steps))
