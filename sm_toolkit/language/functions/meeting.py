"""Where ways through statements come together, what each gives there, and how a way may leave what it is in."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.functions.fitting import fitted
from sm_toolkit.language.functions.scopes import UNIT, Later, Local, Missing, Scope, Typed, constantly, nested, then
from sm_toolkit.language.syntax.terms import Term


class Hole:
    """What comes after a way through a statement, filled in when that is known."""

    def __init__(self) -> None:
        self.fill: Later | None = None

    def __call__(self) -> Term:
        """Return what was filled in."""
        assert self.fill is not None, "a hole is filled before it is used"
        return self.fill()


@dataclass
class Meeting:
    """Ways that come together: where each of them comes from, and what it gives there."""

    scopes: list[Scope] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    nodes: list[ast.AST] = field(default_factory=list)

    def arrive(self, scope: Scope) -> Later:
        """Come here from a way."""
        hole = Hole()
        self.scopes.append(scope)
        self.holes.append(hole)
        return hole

    def give(self, types: Mapping[str, Type[Any]], *steps: Term) -> None:
        """Have each way give the values of some names, as values of these types."""
        for scope, hole in zip(self.scopes, self.holes, strict=True):
            values = []
            for name, type_ in types.items():
                local = scope.names[name]
                assert isinstance(local, Local)
                value = fitted(scope.value(local), type_)
                assert value is not None, "the type is one that all of them fit"
                values.append(value.term)
            hole.fill = constantly(then(nested(values), *steps))


@dataclass(frozen=True)
class Exits:
    """How a way may leave what it is in: what comes after the value that it gives.

    ``result`` is the type that `return` gives, ``loop`` where `break` and `continue` lead, if there is a loop round.
    ``state`` is what a machine calls its state.
    """

    result: Type[Any]
    what: str
    state: str | None = None
    after_return: tuple[Term, ...] = ()
    loop: Around | None = None

    def within(self, step: Term) -> Exits:
        """Return the same from inside of something more, out of which that step leads."""
        around = self.loop
        if around is not None:
            around = replace(
                around, after_break=(*around.after_break, step), after_continue=(*around.after_continue, step)
            )
        return replace(self, after_return=(*self.after_return, step), loop=around)


@dataclass(frozen=True)
class Around:
    """A loop: where its ways meet, and what comes after what they give there."""

    broken: Meeting
    continued: Meeting
    after_break: tuple[Term, ...] = ()
    after_continue: tuple[Term, ...] = ()


Fall = Callable[[Scope], Later]
"""What comes after the end of some statements."""


Wrap = Callable[[Term], Term]


def known_types(names: Mapping[str, Type[Any] | Missing]) -> dict[str, Type[Any]]:
    """Return the names that have a type."""
    return {name: type_ for name, type_ in names.items() if isinstance(type_, Type)}


def fits(given: Type[Any], wanted: Type[Any]) -> bool:
    """Tell whether values of one type may stand where another is wanted."""
    return fitted(Typed(UNIT.term, given), wanted) is not None


def kept(old: Local | Missing | None, locals_: Sequence[Local | Missing | None]) -> Local | None:
    """Return what a name stood for before some ways, if it does so on all of them, though tests may have told more."""
    if isinstance(old, Local) and all(isinstance(each, Local) and each.whole is old.whole for each in locals_):
        return old
    return None


def declared_by_all(meeting: Meeting) -> dict[str, Type[Any]]:
    """Return the names that are annotated on all ways, alike."""
    first, *others = [scope.declared for scope in meeting.scopes]
    return {name: type_ for name, type_ in first.items() if all(each.get(name) is type_ for each in others)}
