"""`for`: a fold over what is gone through, of the names that the body assigns."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from sm_toolkit.language.data.types import Pair, Type, Unit
from sm_toolkit.language.functions.assigning import unpacked
from sm_toolkit.language.functions.comprehensions import Going, going
from sm_toolkit.language.functions.fitting import fitted, joined
from sm_toolkit.language.functions.liveness import assigned, leaves, loaded
from sm_toolkit.language.functions.meeting import Around, Exits, Meeting, Wrap
from sm_toolkit.language.functions.scopes import (
    UNIT,
    Later,
    Local,
    Missing,
    Scope,
    Typed,
    inside,
    lets,
    nested,
    part_of,
    then,
)
from sm_toolkit.language.functions.statements import Statements
from sm_toolkit.language.functions.words import said
from sm_toolkit.language.syntax.terms import FanIn, Fanout, Fold, Id, Primitive, Term, Variable

MOST_TRIES = 4
"""So many times the body of a loop is looked at, until the types of what it assigns are what they were before it."""


def looped(t: Statements, node: ast.For, scope: Scope, exits: Exits, live: frozenset[str]) -> tuple[Wrap, Scope]:
    """Return what a loop puts round what comes after it, and the scope there."""
    if node.orelse:
        t.refuse(
            t.source.word_before(node.orelse[0], "else"),
            "`else` after a loop is not taken in a machine",
            "set a variable where it breaks",
        )
    to = going(t, node.iter, scope)
    inside_ = assigned([node.target, *node.body])
    wanted = live | loaded(node.body)
    carried: dict[str, Type[Any]] = {}
    for name, local in to.scope.names.items():
        if name in inside_ and name in wanted and isinstance(local, Local):
            carried[name] = to.scope.declared.get(name, local.type)
    for _ in range(MOST_TRIES):
        made, found = _turn(t, node, to, carried, exits, live)
        if found == carried:
            break
        carried = found
    else:
        t.refuse(node, "the types of what this loop assigns do not settle", "annotate the variables before it")
    starts = []
    for name, type_ in carried.items():
        local = to.scope.names[name]
        assert isinstance(local, Local)
        start = fitted(to.scope.value(local), type_)
        assert start is not None, "a loop's variable has a type that its start fits"
        starts.append(start.term)
    left = leaves(node.body) & {"return", "break"}
    start_term = nested(starts) if not left else then(nested(starts), Primitive("inr"))
    whole = then(Fanout(start_term, to.list.term), Fold(inside(made)))
    after, bound = _after(to.scope, carried, inside_ - carried.keys())
    if "return" not in left:
        ending = (FanIn(Id(), Id()),) if left else ()
        return lambda rest: lets([*to.bound, then(whole, *ending)], lets(bound, rest)), after
    ending = (FanIn(Id(), Primitive("inr")),) if "break" in left else ()
    returned = then(*exits.after_return)

    def wrap(rest: Term) -> Term:
        return lets(to.bound, then(whole, *ending, FanIn(returned, inside(lets(bound, rest)))))

    return wrap, after


def _turn(
    t: Statements, node: ast.For, to: Going, carried: dict[str, Type[Any]], exits: Exits, live: frozenset[str]
) -> tuple[Term, dict[str, Type[Any]]]:
    """Return what a turn becomes, which takes what is carried beside an item, and the types it is left with."""
    left = leaves(node.body) & {"return", "break"}
    names = list(carried)
    state = _nested_type(list(carried.values()))
    outer, both = to.scope.binding(Pair(state, to.item))
    pair = outer.value(both).term
    inner, whole = outer.binding(state)
    bound: list[Term] = []
    for index, (name, type_) in enumerate(carried.items()):
        if len(names) == 1:
            inner = inner.assigned(name, replace(whole, type=type_))
        else:
            bound.append(part_of(Variable(inner.depth - 1 - whole.level), index, len(names)))
            inner, _ = inner.binding(type_, name)
    bound.append(then(Variable(inner.depth - 1 - both.level), Primitive("snd")))
    inner, item = inner.binding(to.item)
    terms, inner = unpacked(t, node.target, to.of(inner, item), inner)
    bound += terms
    broken, continued = Meeting(), Meeting()
    on: tuple[Term, ...] = (Primitive("inr"),) if left else ()
    out: tuple[Term, ...] = ()
    after_return: tuple[Term, ...] = ()
    if left:
        out = (Primitive("inr"), Primitive("inl")) if "return" in left else (Primitive("inl"),)
        after_return = (Primitive("inl"), Primitive("inl")) if "break" in left else (Primitive("inl"),)
    around = Around(broken, continued, out, on)
    body_exits = replace(exits, after_return=after_return, loop=around)

    def fall(scope: Scope) -> Later:
        hole = continued.arrive(scope)
        return lambda: then(hole(), *on)

    body = t.block(node.body, inner, fall, body_exits, live | loaded(node.body) | frozenset(names))
    found = _types(t, node, carried, [*broken.scopes, *continued.scopes])
    if found == carried:
        for meeting in (broken, continued):
            meeting.give(carried)
        made = lets(bound, body())
    else:
        made = UNIT.term
    if left:
        stopped = then(pair, Primitive("fst"))
        made = then(stopped, FanIn(Primitive("inl"), inside(made)))
    else:
        made = lets([then(pair, Primitive("fst"))], made)
    return made, found


def _types(t: Statements, node: ast.For, carried: dict[str, Type[Any]], scopes: list[Scope]) -> dict[str, Type[Any]]:
    found: dict[str, Type[Any]] = {}
    for name, type_ in carried.items():
        made: Type[Any] | None = type_
        for scope in scopes:
            local = scope.names.get(name)
            if isinstance(local, Missing):
                t.refuse(node, local.reason, local.advice)
            assert isinstance(local, Local)
            if made is not None and fitted(Typed(UNIT.term, local.type), made) is None:
                made = joined(made, local.type)
                if made is None:
                    places = [each for each in ast.walk(node) if isinstance(each, ast.Name) and each.id == name]
                    t.refuse(
                        next((each for each in places if isinstance(each.ctx, ast.Store)), node),
                        f"`{name}` is {said(type_)} before a turn of this loop, and {said(local.type)} after it",
                        "use another name for what is of another type",
                    )
        assert made is not None
        found[name] = made
    return found


def _after(scope: Scope, carried: dict[str, Type[Any]], others: frozenset[str]) -> tuple[Scope, list[Term]]:
    """Return the scope after a loop, in which what is carried is bound, and what binds the names."""
    whole, after = scope.depth, scope.deeper()
    bound: list[Term] = []
    if len(carried) == 1:
        ((name, type_),) = carried.items()
        after = after.assigned(name, Local(type_, whole))
    else:
        for index, (name, type_) in enumerate(carried.items()):
            bound.append(part_of(Variable(after.depth - 1 - whole), index, len(carried)))
            after, _ = after.binding(type_, name)
    for name in sorted(others):
        reason = f"`{name}` is assigned only within a loop, which may have no turns"
        after = after.assigned(name, Missing(reason, "assign it before the loop"))
    return after, bound


def _nested_type(types: list[Type[Any]]) -> Type[Any]:
    made: Type[Any] = types[0] if types else Unit
    for type_ in types[1:]:
        made = Pair(made, type_)
    return made
