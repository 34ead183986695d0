"""Statements: what each kind of them becomes, and how the ways through them come together again.

A statement that binds becomes a `Let` round all that comes after it. Where a way ends in `return`, what comes after is
in the other way. Where two ways or more go on, they give the names that they have assigned, and what comes after is
there once: so the term stays as long as the function.
"""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.functions.assigning import held, unpacked
from sm_toolkit.language.functions.expressions import Expressions
from sm_toolkit.language.functions.fitting import fitted, joined
from sm_toolkit.language.functions.liveness import falls, in_a_row, leaves, loaded, ways_on
from sm_toolkit.language.functions.matching import matched
from sm_toolkit.language.functions.meeting import Exits, Fall, Meeting, Wrap, declared_by_all, fits, kept, known_types
from sm_toolkit.language.functions.operators import operated
from sm_toolkit.language.functions.refusals import refused_statement
from sm_toolkit.language.functions.rows import Body
from sm_toolkit.language.functions.scopes import (
    UNIT,
    Later,
    Local,
    Missing,
    Scope,
    Typed,
    constantly,
    inside,
    lets,
    part_of,
    then,
)
from sm_toolkit.language.functions.words import said, written
from sm_toolkit.language.syntax.terms import FanIn, Id, Primitive, Term, Variable


class Statements(Expressions):
    """A translator, as far as statements go."""

    def block(self, body: Sequence[ast.stmt], scope: Scope, fall: Fall, exits: Exits, live: frozenset[str]) -> Later:
        """Return what some statements become. ``fall`` is asked once, if their end is reached.

        ``live`` are the names that are used after them.
        """
        after = [live]
        for node in reversed(body):
            after.append(after[-1] | loaded([node]))
        after.reverse()
        wraps: list[Callable[[Term], Term]] = []
        last: Later | None = None
        for number, node in enumerate(body):
            if last is not None:
                self.refuse(node, "this is never reached", "leave it out")
            wanted = after[number + 1]
            match node:
                case ast.Pass():
                    continue
                case ast.Expr(ast.Constant(value)) if value is ... or (number == 0 and isinstance(value, str)):
                    continue  # nothing, or a docstring
                case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                    bound, scope = self._assigned(node, scope)
                    wraps.append(_lets(bound))
                case ast.Return():
                    last = self._returned(node, scope, exits)
                case ast.Break() | ast.Continue():
                    last = self._jumped(node, scope, exits)
                case ast.If() | ast.Match():
                    if falls([node]):
                        wrap, scope = self._branched(node, scope, exits, wanted)
                        wraps.append(wrap)
                    else:
                        last = self._choice(node, scope, _never, exits, wanted)
                case ast.For():
                    wrap, scope = self.loop(node, scope, exits, wanted)
                    wraps.append(wrap)
                case _:
                    refused_statement(self, node, scope)
        end = fall(scope) if last is None else last

        def made() -> Term:
            term = end()
            if last is None:
                self._begins(term, body[-1:])  # where this runs, all of the body has
            for wrap in reversed(wraps):
                term = wrap(term)
            self._begins(term, body[:1])
            return term

        return made

    def _begins(self, term: Term, statements: Sequence[ast.stmt]) -> None:
        """Take note that where a term runs a statement does, if there is one."""
        for node in statements:
            if term is not UNIT.term:  # which stands in many places
                self.places.begin(term, self.source, node)

    # -- assignment ---------------------------------------------------------------------------------------

    def _assigned(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, scope: Scope) -> tuple[list[Term], Scope]:
        if isinstance(node, ast.AugAssign):
            return self._augmented(node, scope)
        if isinstance(node, ast.AnnAssign):
            return self._annotated(node, scope)
        if len(node.targets) > 1:
            one, other = map(written, node.targets[:2])
            instead = f"write two assignments: {other} = {written(node.value)}, and {one} = {other}"
            self.refuse(node.targets[1], "one value for two names is not taken in a machine", instead)
        (target,) = node.targets
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            return self._one_by_one(target, node.value, scope)
        if isinstance(target, ast.Name):
            given = self._declared(target, node.value, scope)
            bound: list[Term] = []
            scope, local = held(given, bound, scope)
            return bound, scope.assigned(target.id, local)
        if isinstance(target, ast.Tuple | ast.List):
            return unpacked(self, target, self.expression(node.value, scope), scope)
        refused_statement(self, node, scope)

    def _declared(self, target: ast.Name, value: ast.expr, scope: Scope) -> Typed:
        """Return the value that is assigned to a name, which may have been annotated."""
        declared = scope.declared.get(target.id)
        if declared is None:
            old = scope.names.get(target.id)
            return self.expression(value, scope, old.type if isinstance(old, Local) else None)
        given = self.expression(value, scope, declared)
        self.fit(value, given, declared, f"`{target.id}`")
        return given if given.type.head != "Unit" else self.fit(value, given, declared, f"`{target.id}`")

    def _one_by_one(self, target: ast.Tuple, value: ast.Tuple, scope: Scope) -> tuple[list[Term], Scope]:
        """Assign a tuple that is written out to names: each part is bound, and none before all are known."""
        if len(target.elts) != len(value.elts) or any(isinstance(part, ast.Starred) for part in value.elts):
            return unpacked(self, target, self.expression(value, scope), scope)
        bound: list[Term] = []
        inner, found = scope, []
        for one, part in zip(target.elts, value.elts, strict=True):
            given = self._declared(one, part, inner) if isinstance(one, ast.Name) else self.expression(part, inner)
            inner, local = held(given, bound, inner)
            found.append(local)
        for one, local in zip(target.elts, found, strict=True):
            more, inner = unpacked(self, one, inner.value(local), inner)
            bound += more
        return bound, inner

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> tuple[list[Term], Scope]:
        if not isinstance(node.target, ast.Name):
            refused_statement(self, node, scope)
        type_ = self.annotation(node.annotation)
        name = node.target.id
        declared = replace(scope, declared={**scope.declared, name: type_})
        if node.value is None:
            return [], declared
        given = self._declared(node.target, node.value, declared)
        bound: list[Term] = []
        after, local = held(given, bound, declared)
        return bound, after.assigned(name, local)

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> tuple[list[Term], Scope]:
        if not isinstance(node.target, ast.Name):
            refused_statement(self, node, scope)
        name = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        old = self.expression(name, scope)
        if old.type.head in ("List", "Map"):
            symbol = "+" if old.type.head == "List" else "|"
            advice = f"write {name.id} = {name.id} {symbol} {written(node.value)}"
            self.refuse(node, f"`{symbol}=` changes a {old.type.head.lower()} in place", advice)
        made = operated(self, node, node.op, old, self.expression(node.value, scope))
        self.places.mark(made.term, self.source, node)
        declared = scope.declared.get(name.id)
        if declared is not None:
            self.fit(node, made, declared, f"`{name.id}`")
        bound: list[Term] = []
        after, local = held(made, bound, scope)
        return bound, after.assigned(name.id, local)

    # -- ways out -------------------------------------------------------------------------------------------

    def _returned(self, node: ast.Return, scope: Scope, exits: Exits) -> Later:
        if node.value is None:
            if exits.state is not None:
                advice = f"return both: return None, {exits.state}"
                self.refuse(node, "a machine returns its output and its new state, and this returns None", advice)
            given = self.fit(node, UNIT, exits.result, exits.what)
        else:
            given = self._result(node.value, scope, exits)
        return lambda: then(given.term, *exits.after_return)

    def _result(self, value: ast.expr, scope: Scope, exits: Exits) -> Typed:
        given = self.expression(value, scope, exits.result)
        wanted = exits.result
        if fitted(given, wanted) is None and wanted.head in ("Pair", "Tuple"):
            parts = given.type.args if given.type.head == wanted.head else ()
            if exits.state is not None and len(parts) != 2:
                problem = f"a machine returns its output and its new state, and this returns {said(given.type)}"
                output = value.elts if isinstance(value, ast.Tuple) else [value]
                made = written(output[0]) if len(output) == 1 else f"({', '.join(map(written, output[:-1]))})"
                self.refuse(value, problem, f"return a pair of them: return {made}, {exits.state}")
            if isinstance(value, ast.Tuple) and len(parts) == len(wanted.args):
                names = [f"part {place} of {exits.what}" for place in range(len(parts))]
                if exits.state is not None:
                    names = ["the output", "the new state"]
                for part, one, other, what in zip(value.elts, parts, wanted.args, names, strict=True):
                    self.fit(part, Typed(UNIT.term, one), other, what)
        return self.fit(value, given, wanted, exits.what)

    def _jumped(self, node: ast.Break | ast.Continue, scope: Scope, exits: Exits) -> Later:
        around = exits.loop
        assert around is not None, "Python has seen to it that there is a loop"
        is_break = isinstance(node, ast.Break)
        hole = (around.broken if is_break else around.continued).arrive(scope)
        steps = around.after_break if is_break else around.after_continue
        return lambda: then(hole(), *steps)

    # -- branches -------------------------------------------------------------------------------------------

    def _choice(self, node: ast.If | ast.Match, scope: Scope, fall: Fall, exits: Exits, live: frozenset[str]) -> Later:
        """Return the choice that a statement is; ``fall`` says what follows where a branch reaches its end."""
        if isinstance(node, ast.Match):
            bodies: list[Body] = [
                lambda inner, body=case.body: self.block(body, inner, fall, exits, live)  # type: ignore[misc]
                for case in node.cases
            ]
            return matched(self, node, scope, bodies)
        tests: list[tuple[Callable[[Later, Later], Later], Later]] = []
        chain, otherwise = in_a_row(node)
        for each in chain:
            test = self.condition(each.test, scope)
            tests.append((test.choose, self.block(each.body, test.if_true, fall, exits, live)))
            scope = test.if_false
        last = self.block(otherwise, scope, fall, exits, live)

        def made() -> Term:
            term = last()
            for choose, body in reversed(tests):
                term = choose(body, constantly(term))()
            return term

        return made

    def _branched(
        self, node: ast.If | ast.Match, scope: Scope, exits: Exits, live: frozenset[str]
    ) -> tuple[Wrap, Scope]:
        """Return what a statement after which some way goes on puts round what comes after it, and the scope there."""
        meeting = Meeting()
        count = ways_on(node)
        if count == 1:
            # What comes after is within the one way that goes on.
            made = self._choice(node, scope, meeting.arrive, exits, live)
            (hole,), (inner,) = meeting.holes, meeting.scopes

            def filled(rest: Term) -> Term:
                hole.fill = lambda: rest
                return made()

            return filled, inner
        is_left = bool(leaves([node]))
        made = self._choice(node, scope, meeting.arrive, exits.within(Primitive("inl")) if is_left else exits, live)
        names = self._merged(meeting, scope, live)
        if is_left:
            meeting.give(known_types(names), Primitive("inr"))
            after, bound = self._taken(scope, names, meeting)
            return lambda rest: then(made(), FanIn(Id(), inside(lets(bound, rest)))), after
        meeting.give(known_types(names))
        after, bound = self._taken(scope, names, meeting)
        return lambda rest: lets([made(), *bound], rest), after

    # -- ways together --------------------------------------------------------------------------------------

    def _merged(self, meeting: Meeting, before: Scope, live: frozenset[str]) -> dict[str, Type[Any] | Missing]:
        """Return the names that ways give where they meet, with their types, or why there is none.

        A name that none of them has assigned stands for what it did before, unless all of them have told more of it.
        """
        found: dict[str, Type[Any] | Missing] = {}
        names = dict.fromkeys(name for scope in meeting.scopes for name in scope.names if "." not in name)
        for name in names:
            if name not in live:
                continue
            locals_ = [scope.names.get(name) for scope in meeting.scopes]
            old = before.names.get(name)
            if all(local is old for local in locals_):
                continue
            together = self._together(name, locals_, meeting)
            same = kept(old, locals_)
            if same is None or (isinstance(together, Type) and together is not same.type):
                found[name] = together
        return found

    def _together(self, name: str, locals_: Sequence[Local | Missing | None], meeting: Meeting) -> Type[Any] | Missing:
        known = [local for local in locals_ if isinstance(local, Local)]
        for local in locals_:
            if isinstance(local, Missing):
                return local
        if len(known) < len(locals_):
            return Missing(
                f"`{name}` is assigned on some of the ways that lead here, and not on all", f"assign `{name}` before"
            )
        declared = meeting.scopes[0].declared.get(name)
        type_: Type[Any] | None = known[0].type
        for local in known[1:]:
            type_ = None if type_ is None else joined(type_, local.type)
        if declared is not None and (type_ is None or type_.size == declared.size or not fits(type_, declared)):
            type_ = declared  # which may be the same union with its alternatives in another order
        if type_ is None:
            types = " or ".join(dict.fromkeys(said(local.type) for local in known))
            return Missing(f"`{name}` has no single type here: it is {types}", "use a name of its own for each")
        return type_

    def _taken(self, scope: Scope, names: dict[str, Type[Any] | Missing], meeting: Meeting) -> tuple[Scope, list[Term]]:
        """Return the scope after ways have met, in which what they give is bound, and what binds the names."""
        after = replace(scope, declared={**scope.declared, **declared_by_all(meeting)})
        wanted = [(name, type_) for name, type_ in names.items() if isinstance(type_, Type)]
        whole = after.depth
        after = after.deeper()
        bound: list[Term] = []
        for index, (name, each) in enumerate(wanted):
            local = Local(each, whole)
            if len(wanted) > 1:
                bound.append(part_of(Variable(after.depth - 1 - whole), index, len(wanted)))
                after, local = after.binding(each)
            old = kept(scope.names.get(name), [way.names.get(name) for way in meeting.scopes])
            after = after.assigned(name, local if old is None else replace(local, narrows=old))
        for name, type_ in names.items():
            if isinstance(type_, Missing):
                after = after.assigned(name, type_)
        return after, bound

    @abstractmethod
    def loop(self, node: ast.For, scope: Scope, exits: Exits, live: frozenset[str]) -> tuple[Wrap, Scope]:
        """Return what a loop puts round what comes after it, and the scope there."""


def _lets(bound: list[Term]) -> Wrap:
    return lambda rest: lets(bound, rest)


def _never(scope: Scope) -> Later:
    raise AssertionError("no way leads to here")
