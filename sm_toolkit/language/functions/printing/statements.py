"""Statements are recognised: assignments, what branches, and how a way ends."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.functions.liveness import falls, ways_on
from sm_toolkit.language.functions.printing.bindings import shaped_value
from sm_toolkit.language.functions.printing.choices import choice_of
from sm_toolkit.language.functions.printing.ends import Block, Ends, without_fall
from sm_toolkit.language.functions.printing.going import parts_bound, target_of
from sm_toolkit.language.functions.printing.loops import Loops
from sm_toolkit.language.functions.printing.meeting import projected
from sm_toolkit.language.functions.printing.naming import assign, name
from sm_toolkit.language.functions.printing.nodes import Chain, chain_of, inside_of
from sm_toolkit.language.functions.printing.recognising import (
    Scope,
    UnrecognisedError,
    UntypedError,
    is_primitives,
    unfitted,
)
from sm_toolkit.language.functions.printing.rows import Row, rows_of, rows_within
from sm_toolkit.language.functions.rows import is_small
from sm_toolkit.language.syntax.terms import FanIn, Fanout, Let, Variable


class Statements(Loops):
    """A recogniser, as far as statements go."""

    def block(self, chain: Chain, scope: Scope, ends: Ends) -> Block:
        """Return the statements of some parts."""
        made: Block = []
        while True:
            kept, self.before = self.before, []
            try:
                more = self._step(chain, scope, ends)
                made += self.before
            finally:
                self.before = kept
            statements, rest = more
            made += statements
            if rest is None:
                return made
            chain, scope, ends = rest

    def _step(self, chain: Chain, scope: Scope, ends: Ends) -> tuple[Block, tuple[Chain, Scope, Ends] | None]:
        if len(chain) == 1 and isinstance(chain[0].term, Let) and not chain[0].parts[0].is_identity:
            shapes = [self._returned_whole, self.loop_within, self._matched]
            shapes += [self._unpacked, self._assigned, self._merged]
            for shape in [self._ended, *shapes] if _is_called(chain) else shapes:
                found = self.tried(lambda shape=shape: shape(chain, scope, ends))  # type: ignore[misc]
                if found is not None:
                    return found  # type: ignore[no-any-return]
            raise UnrecognisedError("a `Let` is none of a statement")
        for shape_ in (self.left_loop, self._joined, self._ended, self._branched):
            found = self.tried(lambda shape=shape_: shape(chain, scope, ends))  # type: ignore[misc]
            if found is not None:
                return found  # type: ignore[no-any-return]
        raise UnrecognisedError("the end of a way is none of a function")

    def _returned_whole(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        """Recognise what is returned and binds something for itself."""
        if ends.returned != ():
            return None
        made = shaped_value(self, chain[0], scope, ends.result)
        return None if made is None else ([ast.Return(made)], None)

    # -- assignment ---------------------------------------------------------------------------------------

    def _assigned(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        bound, body = (chain_of(part) for part in chain[0].parts)
        if len(bound) == 1 and isinstance(bound[0].term, Variable):
            raise UnrecognisedError("what has a name is not bound again")
        known = self.program.fresh()
        if _starts_projections(bound[-1].output, body) and choice_like(bound):
            merged = self.tried(lambda: self._merged(chain, scope, ends))
            if merged is not None:
                return merged
        try:
            made = assign(known, self.value(bound, scope))
        except UntypedError:
            type_ = bound[-1].output
            made = assign(known, self.wanted(bound, scope, type_), self.program.type(type_))
        return [made], (body, (*scope, known), ends)

    def _unpacked(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        """Recognise what takes a tuple apart into names."""
        bound, body = (chain_of(part) for part in chain[0].parts)
        first = bound[0]
        if isinstance(first.term, Variable) and len(bound) > 1:
            level = len(scope) - 1 - first.term.index
            type_, opened = first.output, None
            if type_.head in ("Pair", "Tuple") and scope[level] is not None:
                opened = parts_bound(chain, scope, level, type_)
            if opened is not None:
                inner, rest = opened
                names = [self.program.fresh() for _ in type_.args]
                target = ast.Tuple([ast.Name(each, ast.Store()) for each in names], ast.Store())
                known = scope[level]
                assert known is not None
                statement = ast.Assign([target], name(known), lineno=1)
                return [statement], (rest, (*scope, *names), ends)
            return None
        type_ = bound[-1].output
        if type_.head not in ("Pair", "Tuple") or isinstance(first.term, Variable | Fanout):
            return None
        target_, rest, inner = target_of(self, body, (*scope, None), type_)
        if not isinstance(target_, ast.Tuple):
            return None
        if choice_like(bound):
            merged = self.tried(lambda: self._merged(chain, scope, ends))
            if merged is not None:
                return merged
        return [ast.Assign([target_], self.value(bound, scope), lineno=1)], (rest, inner, ends)

    # -- ways that meet -----------------------------------------------------------------------------------

    def _merged(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        bound, body = (chain_of(part) for part in chain[0].parts)
        for join, rest, inner in self.taken(bound[-1].output, body, scope):
            inside = Ends(ends.result, None, (join, ()))
            made = self.tried(lambda join=join, inside=inside: self._choosing(bound, scope, inside))  # type: ignore[misc]
            if made is None:
                made = self.tried(lambda join=join: self.loop([], bound, scope, join, ends))  # type: ignore[misc]
            if made is not None:
                return [*made, *self.used(join, made, rest, inner)], (rest, inner, ends)
        return None

    def _joined(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        """Recognise a statement out of which some ways lead that do not come to what follows."""
        last = chain[-1]
        if len(chain) < 2 or not isinstance(last.term, FanIn) or not last.parts[0].is_identity:
            return None
        body = inside_of(last.parts[1])
        if body is None:
            return None
        for join, rest, inner in self.taken(last.parts[1].input, body, scope):
            inside = replace(ends.within("inl"), fall=(join, ("inr",)))
            made = self.tried(lambda inside=inside: self._choosing(chain[:-1], scope, inside))  # type: ignore[misc]
            if made is not None:
                return [*made, *self.used(join, made, rest, inner)], (rest, inner, ends)
        return None

    # -- branches -----------------------------------------------------------------------------------------

    def _choosing(self, chain: Chain, scope: Scope, ends: Ends) -> Block:
        """Return the one statement that a choice is, after which ways meet."""
        if ends.fall is None:
            raise UnrecognisedError("no ways meet")
        join = ends.fall[0]
        if len(chain) == 1 and isinstance(chain[0].term, Let) and not chain[0].parts[0].is_identity:
            rows = rows_within(self, chain, scope)
            if rows is not None:
                cases = [self._case(row, ends) for row in rows.rows]
                if join.is_met() and not any(_is_forked(case.body) for case in cases):
                    return [ast.Match(rows.subject, cases)]
        if not choice_like(chain):
            raise UnrecognisedError("this is no choice")
        attempts = [lambda expanded=each: self._match(chain, scope, ends, expanded=expanded) for each in (False, True)]
        attempts += [lambda turned=each: self._if(chain, scope, ends, turned=turned) for each in (False, True)]
        for attempt in attempts:
            join.arrived.clear()
            made = self.tried(attempt)
            if made is not None and join.is_met():
                return made  # type: ignore[no-any-return]
        raise UnrecognisedError("this is no choice")

    def _if(self, chain: Chain, scope: Scope, ends: Ends, *, turned: bool = False) -> Block | None:
        choice = choice_of(self, chain, scope)
        if choice is None:
            return None
        if turned:
            choice = choice.opposite()
        yes = self.block(choice.yes, choice.yes_scope, ends)
        if _is_forked(yes):
            raise UnrecognisedError("ways would meet before they do")
        no = None
        for turned_ in (False, True):
            if choice_like(choice.no) and no is None:
                no = self.tried(lambda turned=turned_: self._if(choice.no, choice.no_scope, ends, turned=turned))  # type: ignore[misc]
        if no is None:
            no = self.block(choice.no, choice.no_scope, ends)
            if _is_forked(no) and not (len(no) == 1 and isinstance(no[0], ast.If)):
                raise UnrecognisedError("ways would meet before they do")
        return [ast.If(choice.test, yes or [ast.Pass()], no)]

    def _match(self, chain: Chain, scope: Scope, ends: Ends, *, expanded: bool = False) -> Block | None:
        rows = rows_of(self, chain, scope, expanded=expanded)
        if rows is None:
            return None
        cases = [self._case(row, ends) for row in rows.rows]
        if ends.fall is not None and any(_is_forked(case.body) for case in cases):
            raise UnrecognisedError("ways would meet before they do")
        return [ast.Match(rows.subject, cases)]

    def _matched(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        """Recognise a `match` with which some statements end, and which asks something of several parts."""
        rows = rows_within(self, chain, scope)
        if rows is None or not rows.asks_of_several:
            return None
        inner = without_fall(ends)
        return [ast.Match(rows.subject, [self._case(row, inner) for row in rows.rows])], None

    def _case(self, row: Row, ends: Ends) -> ast.match_case:
        body = self.block(row.body, row.scope, ends) or [ast.Pass()]
        if row.stands_once and is_small(body):
            body = [ast.Pass(), *body]
        return ast.match_case(row.pattern, row.guard, body)

    def _branched(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        """Recognise a choice with which some statements end."""
        if not choice_like(chain):
            return None
        inner = without_fall(ends)
        made = self.tried(lambda: self._match(chain, scope, inner))
        if made is not None:
            return made, None
        choice = self.tried(lambda: choice_of(self, chain, scope))
        for each in (choice, choice.opposite()) if choice is not None else ():
            yes = self.tried(lambda each=each: self.block(each.yes, each.yes_scope, inner))  # type: ignore[misc]
            if yes and not falls(yes):
                return [ast.If(each.test, yes, [])], (each.no, each.no_scope, ends)
        made = self.tried(lambda: self._match(chain, scope, inner, expanded=True))
        if made is not None:
            return made, None
        if choice is None:
            return None
        yes = self.block(choice.yes, choice.yes_scope, ends)
        no = self.block(choice.no, choice.no_scope, ends)
        return [ast.If(choice.test, yes or [ast.Pass()], no)], None

    # -- ends ---------------------------------------------------------------------------------------------

    def _ended(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        if ends.fall is not None and (values := _without(chain, ends.fall[1])) is not None:
            join = ends.fall[0]
            made = self.tried(lambda: self.given(values, scope, join))
            if made is not None:
                return made, None
        for end, node in ((ends.broken, ast.Break()), (ends.continued, ast.Continue())):
            if end is not None and (given := _without(chain, end[1])) is not None:
                made = self.tried(lambda given=given, end=end: self.given(given, scope, end[0]))  # type: ignore[misc]
                if made is not None:
                    return [*made, node], None
        if ends.returned is not None and (given := _without(chain, ends.returned)) is not None:
            if not ends.returned and choice_like(given) and len(unfitted(given, ends.result)) == len(given):
                return None
            return [ast.Return(self.fitted(given, scope, ends.result))], None
        return None


def _is_forked(block: Block) -> bool:
    """Tell whether several ways come to the end of the last of some statements: they would meet there."""
    return bool(block) and isinstance(last := block[-1], ast.If | ast.Match) and ways_on(last) > 1


def _is_called(chain: Chain) -> bool:
    """Tell whether the first or the second `Let` gives a bound value another time, as only calls of functions do."""
    bound, body = chain[0].parts
    bounds = [bound, body.parts[0]] if isinstance(body.term, Let) else [bound]
    return any(isinstance(each.term, Variable) for each in bounds)


def choice_like(chain: Chain) -> bool:
    """Tell whether some parts may be a choice, and nothing after it."""
    return bool(chain[-1].parts) and len(chain[-1].parts) == 2 and not isinstance(chain[-1].term, Fanout | Let)


def _starts_projections(type_: Type[Any], body: Chain) -> bool:
    return bool(projected(type_, body, ()))


def _without(chain: Chain, steps: Sequence[str]) -> Chain | None:
    """Return some parts without the steps that they end with, or nothing if they do not."""
    count = len(chain) - len(steps)
    return chain[:count] if count > 0 and is_primitives(chain[count:], *steps) else None
