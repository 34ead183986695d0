"""Statements are recognised: assignments, what branches, what loops, and how a way ends."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.functions.fitting import joined
from sm_toolkit.language.functions.liveness import falls, loaded
from sm_toolkit.language.functions.matching import is_small
from sm_toolkit.language.functions.printing.bindings import shaped_value
from sm_toolkit.language.functions.printing.choices import choice_of
from sm_toolkit.language.functions.printing.going import parts_bound, source_of, target_of
from sm_toolkit.language.functions.printing.naming import assign, name
from sm_toolkit.language.functions.printing.nodes import Chain, chain_of, free_in, inside_of
from sm_toolkit.language.functions.printing.recognising import (
    Scope,
    UnrecognisedError,
    UntypedError,
    is_constant,
    is_primitives,
    nested,
    path_steps,
    unfitted,
)
from sm_toolkit.language.functions.printing.rows import Row, rows_of, rows_within
from sm_toolkit.language.functions.printing.values import Values
from sm_toolkit.language.functions.statements import ways_on
from sm_toolkit.language.syntax.terms import FanIn, Fanout, Fold, Let, Variable


@dataclass(frozen=True)
class Join:
    """Where ways meet: the names that each gives there."""

    names: tuple[tuple[str, Type[Any]], ...]
    arrived: list[tuple[Type[Any], ...]] = field(default_factory=list, compare=False)

    def is_met(self) -> bool:
        """Tell whether the names have the types that what the ways give have together."""
        for place, (_, type_) in enumerate(self.names):
            found: Type[Any] | None = None
            for number, types in enumerate(self.arrived):
                found = types[place] if number == 0 else None if found is None else joined(found, types[place])
            if found is not type_ and self.arrived:
                return False
        return True


@dataclass(frozen=True)
class Ends:
    """How a way may end: by the steps that come last, and what that is in Python.

    ``fall`` comes to the end of a block. ``broken`` and ``continued`` are those of the loop round it.
    """

    result: Type[Any]
    returned: tuple[str, ...] | None = ()
    fall: tuple[Join, tuple[str, ...]] | None = None
    broken: tuple[Join, tuple[str, ...]] | None = None
    continued: tuple[Join, tuple[str, ...]] | None = None

    def within(self, step: str) -> Ends:
        """Return the same from inside of something more, out of which that step leads."""

        def longer(end: tuple[Join, tuple[str, ...]] | None) -> tuple[Join, tuple[str, ...]] | None:
            return None if end is None else (end[0], (*end[1], step))

        returned = None if self.returned is None else (*self.returned, step)
        return replace(self, returned=returned, fall=None, broken=longer(self.broken), continued=longer(self.continued))


Block = list[ast.stmt]


class Statements(Values):
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
            shapes = [self._returned_whole, self._loop_within, self._matched]
            shapes += [self._unpacked, self._assigned, self._merged]
            for shape in [self._ended, *shapes] if _is_called(chain) else shapes:
                found = self.tried(lambda shape=shape: shape(chain, scope, ends))  # type: ignore[misc]
                if found is not None:
                    return found  # type: ignore[no-any-return]
            raise UnrecognisedError("a `Let` is none of a statement")
        for shape_ in (self._left_loop, self._joined, self._ended, self._branched):
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

    def _taken(self, type_: Type[Any], body: Chain, scope: Scope, *, whole: bool = True) -> list[Any]:
        """Return in which ways the names may have been that ways give where they meet: the names, what follows."""
        found: list[Any] = []
        opened = _projected(type_, body, scope)
        for parts, rest, inner in opened:
            names = tuple((self.program.fresh(), part) for part in parts)
            found.append((Join(names), rest, (*inner, *(each for each, _ in names))))
        if is_constant_type(type_):
            found.append((Join(()), body, (*scope, None)))
        known = self.program.fresh()
        found.append((Join(((known, type_),)), body, (*scope, known)))
        return found

    def _merged(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        bound, body = (chain_of(part) for part in chain[0].parts)
        for join, rest, inner in self._taken(bound[-1].output, body, scope):
            inside = Ends(ends.result, None, (join, ()))
            made = self.tried(lambda join=join, inside=inside: self._choosing(bound, scope, inside))  # type: ignore[misc]
            if made is None:
                made = self.tried(lambda join=join: self._loop([], bound, scope, join, ends))  # type: ignore[misc]
            if made is not None:
                return [*made, *self._used(join, made, rest, inner)], (rest, inner, ends)
        return None

    def _joined(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        """Recognise a statement out of which some ways lead that do not come to what follows."""
        last = chain[-1]
        if len(chain) < 2 or not isinstance(last.term, FanIn) or not last.parts[0].is_identity:
            return None
        body = inside_of(last.parts[1])
        if body is None:
            return None
        for join, rest, inner in self._taken(last.parts[1].input, body, scope):
            inside = replace(ends.within("inl"), fall=(join, ("inr",)))
            made = self.tried(lambda inside=inside: self._choosing(chain[:-1], scope, inside))  # type: ignore[misc]
            if made is not None:
                return [*made, *self._used(join, made, rest, inner)], (rest, inner, ends)
        return None

    def _used(self, join: Join, made: Block, rest: Chain, scope: Scope) -> Block:
        """Return what uses names that ways give and nothing uses: they would not be given otherwise."""
        used = {scope[len(scope) - 1 - index] for index in free_in(rest)}
        if isinstance(made[-1], ast.For):
            used |= loaded(made[-1].body)
        return [assign(self.program.fresh(), name(each)) for each, _ in join.names if each not in used]

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
        inner = _without_fall(ends)
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
        inner = _without_fall(ends)
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
            made = self.tried(lambda: self._given(values, scope, join))
            if made is not None:
                return made, None
        for end, node in ((ends.broken, ast.Break()), (ends.continued, ast.Continue())):
            if end is not None and (given := _without(chain, end[1])) is not None:
                made = self.tried(lambda given=given, end=end: self._given(given, scope, end[0]))  # type: ignore[misc]
                if made is not None:
                    return [*made, node], None
        if ends.returned is not None and (given := _without(chain, ends.returned)) is not None:
            if not ends.returned and choice_like(given) and len(unfitted(given, ends.result)) == len(given):
                return None
            return [ast.Return(self.fitted(given, scope, ends.result))], None
        return None

    def _given(self, chain: Chain, scope: Scope, join: Join) -> Block:
        """Return the assignments of what a way gives where it meets others."""
        if not join.names:
            if not is_constant(chain, None):
                raise UnrecognisedError("nothing is given here")
            return []
        values: list[tuple[str, str]] = []
        join.arrived.append(
            tuple(
                unfitted(part, type_)[-1].output
                for part, (_, type_) in zip(nested(chain, len(join.names)), join.names, strict=True)
            )
        )
        for part, (target, type_) in zip(nested(chain, len(join.names)), join.names, strict=True):
            given = unfitted(part, type_)
            if is_constant(given, None):
                values.append((target, ""))
                continue
            if len(given) != 1 or not isinstance(term := given[0].term, Variable):
                raise UnrecognisedError("what is given is bound")
            known = scope[len(scope) - 1 - term.index]
            if known is None:
                raise UnrecognisedError("it has no name")
            values.append((target, known))
        values = [(target, known) for target, known in values if target != known]
        targets = {target for target, _ in values}
        if len(values) > 1 and any(known.partition(".")[0] in targets for _, known in values):
            target_ = ast.Tuple([ast.Name(each, ast.Store()) for each, _ in values], ast.Store())
            return [ast.Assign([target_], ast.Tuple([_value(known) for _, known in values], ast.Load()), lineno=1)]
        return [assign(target, _value(known)) for target, known in values]

    # -- loops --------------------------------------------------------------------------------------------

    def _loop_within(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        """Recognise a loop that goes through what is bound first."""
        lets: list[Chain] = []
        body = chain
        inner = scope
        while len(lets) < 2 and len(body) == 1 and isinstance(body[0].term, Let):
            lets.append(chain_of(body[0].parts[0]))
            body, inner = chain_of(body[0].parts[1]), (*inner, None)
            if isinstance(lets[-1][0].parts and lets[-1][0].term, Let):
                return None
            found = None
            if len(body) == 1 and isinstance(body[0].term, Let) and _is_fold(chain_of(body[0].parts[0])):
                bound, rest = (chain_of(part) for part in body[0].parts)
                for join, following, after in self._taken(bound[-1].output, rest, inner):
                    found = self.tried(
                        lambda join=join, bound=bound: self._loop(lets, bound, scope, join, ends)  # type: ignore[misc]
                    )
                    if found is not None:
                        return [*found, *self._used(join, found, following, after)], (following, after, ends)
            elif _is_left_fold(body):
                found = self.tried(lambda body=body: self._left_loop(body, scope, ends, lets))  # type: ignore[misc]
                if found is not None:
                    return found
        return None

    def _left_loop(self, chain: Chain, scope: Scope, ends: Ends, lets: Sequence[Chain] = ()) -> Any:
        """Recognise a loop out of which some ways return."""
        if not _is_left_fold(chain) or ends.returned is None:
            return None
        returned, after = chain[-1].parts
        steps = () if returned.is_identity else tuple(chain_of(returned))
        if not is_primitives(steps, *ends.returned):
            return None
        body = inside_of(after)
        if body is None:
            return None
        inner = (*scope, *(None,) * len(lets))
        for join, rest, following in self._taken(after.input, body, inner):
            made = self.tried(lambda join=join: self._loop(lets, chain[:-1], scope, join, ends, returns=True))  # type: ignore[misc]
            if made is not None:
                return [*made, *self._used(join, made, rest, following)], (rest, following, ends)
        return None

    def _loop(
        self,
        lets: Sequence[Chain],
        chain: Chain,
        scope: Scope,
        join: Join,
        ends: Ends,
        *,
        returns: bool = False,
    ) -> Block:
        """Return a loop that carries some names."""
        if not _is_fold(chain):
            raise UnrecognisedError("this is no loop")
        start, items = map(chain_of, chain[0].parts)
        breaks = len(chain) == 3
        if breaks:
            left, right = chain[2].parts if isinstance(chain[2].term, FanIn) else (chain[1], chain[1])
            if not left.is_identity or not (right.is_primitive("inr") if returns else right.is_identity):
                raise UnrecognisedError("a loop that breaks gives what it carries")
        if breaks or returns:
            if not start[-1].is_primitive("inr"):
                raise UnrecognisedError("a loop that is left begins as one that is not")
            start = start[:-1]
        inner = (*scope, *(None,) * len(lets))
        source = source_of(self, lets, items, scope)
        before = self._starts(start, inner, join)
        body = inside_of(chain[1].parts[0])
        if body is None:
            raise UnrecognisedError("a turn binds what it takes")
        scope = (*source.scope, None)
        if breaks or returns:
            if len(body) != 3 or not body[0].is_variable(0) or not is_primitives(body[1:2], "fst"):
                raise UnrecognisedError("a turn asks whether it was left")
            left, right = body[2].parts
            opened = inside_of(right)
            if not left.is_primitive("inl") or opened is None:
                raise UnrecognisedError("a turn asks whether it was left")
            body = opened
        else:
            body = _after(body, 0, "fst")
        scope = (*scope, None)
        names = [each for each, _ in join.names]
        if len(names) == 1:
            scope = (*scope[:-1], names[0])
        else:
            for place, each in enumerate(names):
                body = _after(body, place, *path_steps(place, len(names)))
                scope = (*scope, each)
        type_ = body[0].parts[0].output
        body = _after(body, len(scope) - 1 - (len(source.scope)), "snd")
        scope = (*scope, None)
        if not source.is_plain:
            if len(body) != 1 or not isinstance(body[0].term, Let):
                raise UnrecognisedError("an item is made of its place")
            type_ = body[0].parts[0].output
            body, scope = chain_of(body[0].parts[1]), (*scope, None)
        target, body, scope = target_of(self, body, scope, type_)
        on: tuple[str, ...] = ("inr",) if breaks or returns else ()
        inside = Ends(
            ends.result,
            (("inl", "inl") if breaks else ("inl",)) if returns else None,
            (join, on),
            (join, ("inr", "inl") if returns else ("inl",)) if breaks else None,
            (join, on),
        )
        made = self.block(body, scope, inside)
        while len(made) > 1 and isinstance(made[-1], ast.Continue):
            made.pop()
        return [*before, ast.For(target, source.iterated, made or [ast.Pass()], [], lineno=1)]

    def _starts(self, start: Chain, scope: Scope, join: Join) -> Block:
        """Return what the names stand for before the first turn."""
        made = self._given(start, scope, join)
        annotated: Block = []
        parts = nested(start, len(join.names)) if join.names else []
        types = {
            target: unfitted(part, type_)[-1].output is not type_
            for part, (target, type_) in zip(parts, join.names, strict=True)
        }
        declared = {target: type_ for target, type_ in join.names}
        for statement in made:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            value = statement.value if isinstance(statement, ast.Assign) else None
            if isinstance(target, ast.Name) and types[target.id] and value and not isinstance(value, ast.Constant):
                annotated.append(assign(target.id, value, self.program.type(declared[target.id])))
            else:
                annotated.append(statement)
        return annotated


def _is_forked(block: Block) -> bool:
    """Tell whether several ways come to the end of the last of some statements: they would meet there."""
    return bool(block) and isinstance(last := block[-1], ast.If | ast.Match) and ways_on(last) > 1


def _value(known: str) -> ast.expr:
    return name(known) if known else ast.Constant(None)


def _after(body: Chain, index: int, *steps: str) -> Chain:
    """Return what follows a `Let` of a part of a variable."""
    if len(body) != 1 or not isinstance(body[0].term, Let):
        raise UnrecognisedError("a turn takes its input apart")
    path = chain_of(body[0].parts[0])
    if not path[0].is_variable(index) or not is_primitives(path[1:], *steps):
        raise UnrecognisedError("a turn takes its input apart")
    return chain_of(body[0].parts[1])


def _is_fold(chain: Chain) -> bool:
    return len(chain) in (2, 3) and isinstance(chain[0].term, Fanout) and isinstance(chain[1].term, Fold)


def _is_left_fold(chain: Chain) -> bool:
    return len(chain) in (3, 4) and isinstance(chain[-1].term, FanIn) and _is_fold(chain[:-1])


def _without_fall(ends: Ends) -> Ends:
    """Return how ways end if those that end a turn of a loop say so."""
    return replace(ends, fall=None) if ends.fall is not None and ends.fall == ends.continued else ends


def _is_called(chain: Chain) -> bool:
    """Tell whether the first or the second `Let` gives a bound value another time, as only calls of functions do."""
    bound, body = chain[0].parts
    bounds = [bound, body.parts[0]] if isinstance(body.term, Let) else [bound]
    return any(isinstance(each.term, Variable) for each in bounds)


def choice_like(chain: Chain) -> bool:
    """Tell whether some parts may be a choice, and nothing after it."""
    return bool(chain[-1].parts) and len(chain[-1].parts) == 2 and not isinstance(chain[-1].term, Fanout | Let)


def is_constant_type(type_: Type[Any]) -> bool:
    """Tell whether a type is Unit, of which nothing is given."""
    return type_.head == "Unit"


def _starts_projections(type_: Type[Any], body: Chain) -> bool:
    return bool(_projected(type_, body, ()))


def _projected(type_: Type[Any], body: Chain, scope: Scope) -> list[tuple[list[Type[Any]], Chain, Scope]]:
    """Return in which ways all parts of pairs nested to the left are bound one after another; most parts first."""
    found = []
    types: list[Type[Any]] = [type_]
    while types[0].head == "Pair":
        types = [*types[0].args, *types[1:]]
        count = len(types)
        current = body
        for place in range(count):
            try:
                current = _after(current, place, *path_steps(place, count))
            except UnrecognisedError:
                break
        else:
            if count not in free_in(current):
                found.append((types, current, (*scope, None)))
    return found[::-1]


def _without(chain: Chain, steps: Sequence[str]) -> Chain | None:
    """Return some parts without the steps that they end with, or nothing if they do not."""
    count = len(chain) - len(steps)
    return chain[:count] if count > 0 and is_primitives(chain[count:], *steps) else None
