"""Assignment: the names of a target, each bound to its part of a value."""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.functions.fitting import element
from sm_toolkit.language.functions.refusals import refused_target
from sm_toolkit.language.functions.scopes import UNIT, Local, Scope, Typed
from sm_toolkit.language.functions.translating import Translator
from sm_toolkit.language.functions.words import said
from sm_toolkit.language.syntax.terms import Term, Variable


def unpacked(t: Translator, target: ast.expr, given: Typed, scope: Scope) -> tuple[list[Term], Scope]:
    """Return what is bound when a value is assigned to a target, one after another, and the scope after that."""
    bound: list[Term] = []
    scope, local = held(given, bound, scope)
    work: list[tuple[ast.expr, Local]] = [(target, local)]
    while work:
        current, local = work.pop()
        if isinstance(current, ast.Name):
            scope = scope.assigned(current.id, local)
            continue
        starred = [part for part in getattr(current, "elts", []) if isinstance(part, ast.Starred)]
        if not isinstance(current, ast.Tuple | ast.List) or starred:
            refused_target(t, starred[0] if starred else current, scope)
        parts = local.type.args if local.type.head in ("Pair", "Tuple") else ()
        if len(parts) != len(current.elts):
            problem = f"{said(local.type)} cannot be taken apart into {len(current.elts)} parts"
            t.refuse(current, problem, _instead(local.type))
        found = []
        for index, type_ in enumerate(parts):
            scope, part = held(Typed(element(scope.value(local).term, local.type, index), type_), bound, scope)
            found.append(part)
        work.extend(reversed(list(zip(current.elts, found, strict=True))))
    return bound, scope


def _instead(type_: Type[Any]) -> str:
    if type_.head in ("Pair", "Tuple"):
        return f"it has {len(type_.args)} parts: write as many names"
    if type_.head == "List":
        return "a list may have any number of items: take one by xs[0], or go through them with `for`"
    return "only tuples are taken apart"


def held(given: Typed, bound: list[Term], scope: Scope) -> tuple[Scope, Local]:
    """Return what a value is bound to: what it is bound to already, or a `Let` of its own, which is added to those."""
    if given.term is UNIT.term:
        return scope, Local(given.type, scope.depth)
    if isinstance(given.term, Variable):
        return scope, Local(given.type, scope.depth - 1 - given.term.index)
    bound.append(given.term)
    return scope.binding(given.type)
