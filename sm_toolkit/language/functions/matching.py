"""`match`: rows of patterns become tests, each of which is made once on every way.

Rows that ask how the first part is made are taken together, up to the first that does not ask: the mixture rule of
Wadler, "Efficient compilation of pattern-matching", in Peyton Jones, "The implementation of functional programming
languages" (1987), chapter 5. What meets none of a group of rows goes on to the next group as a `Left`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sm_toolkit.language.data.records import Record, Variant
from sm_toolkit.language.data.types import Bool, Str, Type, Unit, is_record_head, record_words
from sm_toolkit.language.functions.assigning import held
from sm_toolkit.language.functions.covering import check_cases, missed
from sm_toolkit.language.functions.fitting import element, injection, sorted_out
from sm_toolkit.language.functions.liveness import loaded
from sm_toolkit.language.functions.patterns import (
    Anything,
    Either,
    Literal,
    Made,
    Named,
    Pattern,
    pattern_of,
    ways,
)
from sm_toolkit.language.functions.rows import (
    Body,
    Failing,
    Row,
    among,
    answer,
    apart,
    asks_nothing,
    completed,
    is_last,
    is_short,
    is_small,
    is_sorting,
    is_whole,
    made_in,
    renamed,
)
from sm_toolkit.language.functions.scopes import (
    UNIT,
    Later,
    Local,
    Scope,
    Typed,
    applied,
    constant,
    constantly,
    inside,
    lets,
    then,
)
from sm_toolkit.language.functions.translating import Translator, key_of
from sm_toolkit.language.syntax.terms import FanIn, Fanout, Id, If, Primitive, Term


def matched(t: Translator, node: ast.Match, scope: Scope, bodies: Sequence[Body]) -> Later:
    """Return what a `match` becomes.

    Raises:
        FunctionError: a value meets no `case`, or a `case` is met by none.
    """
    given = t.expression(node.subject, scope)
    bound: list[Term] = []
    inner, local = held(given, bound, scope)
    patterns = [pattern_of(t, case.pattern, given.type) for case in node.cases]
    check_cases(t, node, patterns, given.type)
    key = key_of(node.subject)
    rows = []
    for pattern, case, body in zip(patterns, node.cases, bodies, strict=True):
        used = key is not None and key.partition(".")[0] in loaded([*case.body, *([case.guard] if case.guard else [])])
        small = is_small(case.body)
        for each in apart(pattern) if small and (case.guard is None or is_short(case.guard)) else (pattern,):
            rows.append(Row((each,), body, case.guard, subject=key if used else None, is_small=small))
    made = _Matching(t, node, local).rows(rows, (local,), inner, None)
    return lambda: lets(bound, made())


class _Matching:
    def __init__(self, t: Translator, node: ast.Match, subject: Local) -> None:
        self._t = t
        self._node = node
        self._subjects = [subject]  # what the subject is bound to, and what of it is left where tests have told some

    def rows(self, rows: Sequence[Row], columns: tuple[Local, ...], scope: Scope, failing: Failing | None) -> Later:
        """Return what tries rows one after another on the values in some columns."""
        self._t.spend(self._node)
        if not rows:
            return self._failed(scope, failing)
        rows = [self._bound(row, columns) for row in rows]
        first = rows[0]
        place = next((at for at, each in enumerate(first.patterns) if not isinstance(each, Anything)), None)
        if place is None:
            return self._met(first, rows[1:], columns, scope, failing)
        if isinstance(first.patterns[place], Either):
            return self._either(first, place, rows[1:], columns, scope, failing)
        kind = type(first.patterns[place])
        count = next((number for number, row in enumerate(rows) if type(row.patterns[place]) is not kind), len(rows))
        group, others = rows[:count], rows[count:]
        if others:
            group, others = completed(group, others, place, columns[place].type)
        if not others:
            return self._group(group, place, columns, scope, failing)
        if columns[place].type.head == "Variant" and is_whole(group, place):
            return self._rest_apart(group, others, place, columns, scope, failing)
        if len(others) == 1 and is_last(last := others[0]):
            at_once = Failing(lambda inner: self._met(last, (), columns, replace(inner, names=scope.names), failing))
            return self._group(group, place, columns, scope, at_once)
        missing = Failing()
        made = self._group(self._kept(group, missing), place, columns, scope, missing)
        rest = self.rows(others, columns, scope, failing) if missing.is_used else None
        if rest is None:
            return made
        return lambda: then(made(), FanIn(rest(), Id()))

    def _failed(self, scope: Scope, failing: Failing | None) -> Later:
        if failing is None:
            # All values meet some row, though it takes more than the order of tests here to see it.
            reason = constant("no case takes this value", Str).term
            return lambda: then(reason, Primitive("fail"))
        failing.is_used = True
        if failing.at_once is not None:
            return failing.at_once(scope)
        return constantly(then(UNIT.term, Primitive("inl")))

    def _kept(self, rows: Sequence[Row], missing: Failing) -> list[Row]:
        """Return rows whose bodies say that they were met, if there are values that are not."""

        def kept(body: Body) -> Body:
            def made(scope: Scope) -> Later:
                inner = body(scope)
                return lambda: then(inner(), Primitive("inr")) if missing.is_used else inner()

            return made

        return [replace(row, body=kept(row.body)) for row in rows]

    def _bound(self, row: Row, columns: tuple[Local, ...]) -> Row:
        """Return a row in which what has a name is bound, and only what is asked is left."""
        names, patterns = list(row.names), list(row.patterns)
        for at, local in enumerate(columns):
            while isinstance(pattern := patterns[at], Named):
                names.append((pattern.name, local))
                patterns[at] = pattern.pattern
            if isinstance(pattern, Anything) and pattern.name is not None:
                names.append((pattern.name, local))
                patterns[at] = Anything()
        return replace(row, patterns=tuple(patterns), names=tuple(names))

    def _met(
        self, row: Row, others: Sequence[Row], columns: tuple[Local, ...], scope: Scope, failing: Failing | None
    ) -> Later:
        """Go on in the body of a row that asks no more, or in the others if its guard says no."""
        inner = scope if row.told is None else scope.narrowed(row.subject, row.told)
        for name, local in row.names:
            inner = inner.assigned(name, local)
        if row.guard is None:
            return row.body(inner)
        test = self._t.condition(row.guard, inner)
        body = row.body(test.if_true)
        kept = replace(test.if_false, names=scope.names)
        return test.choose(body, self.rows(others, columns, kept, failing))

    def _either(
        self,
        row: Row,
        place: int,
        others: Sequence[Row],
        columns: tuple[Local, ...],
        scope: Scope,
        failing: Failing | None,
    ) -> Later:
        """Try a row that takes one of several patterns: first whether its value meets one of them."""
        either = row.patterns[place]
        assert isinstance(either, Either)
        if columns[place].type.head == "Variant" and row.guard is None and is_sorting(row, place):
            return self._sorted(row, place, others, columns, scope, failing)
        patterns = (*row.patterns[:place], Anything(), *row.patterns[place + 1 :])
        if missed([(pattern,) for pattern in either.patterns], (columns[place].type,)) is None:
            return self.rows([replace(row, patterns=patterns), *others], columns, scope, failing)
        tests = [Row((pattern,), answer(True)) for pattern in either.patterns]
        test = self.rows([*tests, Row((Anything(),), answer(False))], (columns[place],), scope, None)
        missing = Failing()
        missing.is_used = True
        body = self.rows(self._kept([replace(row, patterns=patterns)], missing), columns, scope, missing)
        rest = self.rows(others, columns, scope, failing)
        no = then(UNIT.term, Primitive("inl"))
        return lambda: then(Fanout(Id(), test()), If(body(), no), FanIn(rest(), Id()))

    # -- what is left of a variant ------------------------------------------------------------------------

    def _sorted(
        self,
        row: Row,
        place: int,
        others: Sequence[Row],
        columns: tuple[Local, ...],
        scope: Scope,
        failing: Failing | None,
    ) -> Later:
        """Sort the alternatives that a row takes, all alike, from those that are left to the others."""
        local = columns[place]
        either = row.patterns[place]
        assert isinstance(either, Either)
        taken = {pattern.way for pattern in either.patterns if isinstance(pattern, Made)}
        rest = [way for way in range(len(local.type.args)) if way not in taken]
        row = replace(row, patterns=(*row.patterns[:place], Anything(), *row.patterns[place + 1 :]))
        if not rest:
            return self._met(row, (), columns, scope, failing)
        body = self._rows_left([row], place, sorted(taken), columns, scope, failing)
        left = self._rows_left(others, place, rest, columns, scope, failing)
        value = scope.value(local).term
        steps = sorted_out(local.type, tuple(local.type.args[way] for way in sorted(taken)))
        return lambda: then(value, *steps, FanIn(inside(body()), inside(left())))

    def _rest_apart(
        self,
        group: Sequence[Row],
        others: Sequence[Row],
        place: int,
        columns: tuple[Local, ...],
        scope: Scope,
        failing: Failing | None,
    ) -> Later:
        """Try rows that take all of some alternatives; the others are tried on what is left."""
        local = columns[place]
        used = {made_in(row, place).way for row in group}
        rest = [way for way in range(len(local.type.args)) if way not in used]
        missing = Failing()
        missing.is_used = True
        group = self._kept(group, missing)
        records = [local.type.args[way] for way in rest]
        sides: list[Later] = []
        for way, record in enumerate(local.type.args):
            if way in used:
                fitting = [row for row in group if made_in(row, place).way == way]
                sides.append(self._side(fitting, place, (record,), columns, scope, missing))
            else:
                widened = [injection(Variant(*records), record)] if len(records) > 1 else []
                sides.append(constantly(then(*widened, Primitive("inl"))))
        made = self._opened(local, scope, sides)
        left = self._rows_left(others, place, rest, columns, scope, failing)
        return lambda: then(made(), FanIn(inside(left()), Id()))

    def _rows_left(
        self,
        rows: Sequence[Row],
        place: int,
        kept: Sequence[int],
        columns: tuple[Local, ...],
        scope: Scope,
        failing: Failing | None,
    ) -> Later:
        """Try rows where the value in a column is known to be one of some alternatives, and is bound as such."""
        local = columns[place]
        records = [local.type.args[way] for way in kept]
        inner, part = scope.binding(records[0] if len(records) == 1 else Variant(*records))
        if local in self._subjects:
            self._subjects.append(part)
        made = []
        for row in rows:
            pattern = among(row.patterns[place], kept)
            if pattern is not None:
                patterns = (*row.patterns[:place], pattern, *row.patterns[place + 1 :])
                told = part if part in self._subjects and row.subject else row.told
                made.append(replace(row, patterns=patterns, names=renamed(row, local, part), told=told))
        return self.rows(made, (*columns[:place], part, *columns[place + 1 :]), inner, failing)

    # -- groups -------------------------------------------------------------------------------------------

    def _group(
        self, rows: Sequence[Row], place: int, columns: tuple[Local, ...], scope: Scope, failing: Failing | None
    ) -> Later:
        """Return what tries rows that all ask how the value in one column is made, or all which it is."""
        if isinstance(rows[0].patterns[place], Literal):
            return self._literals(rows, place, columns, scope, failing)
        local = columns[place]
        known = ways(local.type)
        sides = []
        for number, way in enumerate(known):
            fitting = [row for row in rows if made_in(row, place).way == number]
            sides.append(self._side(fitting, place, way.parts, columns, scope, failing))
        return self._opened(local, scope, sides)

    def _side(
        self,
        rows: Sequence[Row],
        place: int,
        types: tuple[Type[Any], ...],
        columns: tuple[Local, ...],
        scope: Scope,
        failing: Failing | None,
    ) -> Later:
        """Return what goes on with the parts of a value that is made in one way, which are bound as far as needed."""
        local = columns[place]
        type_ = local.type
        is_sum = type_.head in ("Variant", "Either", "Maybe") and bool(types)
        before = columns[:place], columns[place + 1 :]

        def without(row: Row, parts: tuple[Pattern, ...]) -> Row:
            return replace(row, patterns=(*row.patterns[:place], *parts, *row.patterns[place + 1 :]))

        if is_sum:
            # What is inside of a side is bound as it is taken in, if something is asked of it.
            # Of a union or what may be missing it is the value itself, and whoever names that knows now which it is.
            is_same = type_.head != "Either"
            tells = is_same and local in self._subjects
            named = is_same and any(held_ is local for row in rows for _, held_ in row.names)
            told = named or (tells and any(row.subject for row in rows))
            if not told and all(asks_nothing(made_in(row, place).parts[0]) for row in rows):
                body = self.rows([without(row, ()) for row in rows], (*before[0], *before[1]), scope, failing)
                return body if types[0] is Unit else lambda: then(Primitive("consume"), body())
            inner, part = scope.binding(types[0])
            opened = [without(row, made_in(row, place).parts) for row in rows]
            if named:
                opened = [replace(row, names=renamed(row, local, part)) for row in opened]
            if tells:
                opened = [replace(row, told=part) for row in opened]
            body = self.rows(opened, (*before[0], part, *before[1]), inner, failing)
            return lambda: inside(body())
        if not rows:
            return self._failed(scope, failing)
        bound: list[Term] = []
        inner, parts = scope, []
        wanted = [
            index
            for index in range(len(types))
            if not all(asks_nothing(made_in(row, place).parts[index]) for row in rows)
        ]
        for index in wanted:
            value = inner.value(local).term
            if is_record_head(type_.head):
                label = record_words(type_.head)[1][index]
                term = then(value, Primitive("field", (type_, Record(label))))
            else:
                term = element(value, type_, index)
            inner, part = held(Typed(term, types[index]), bound, inner)
            parts.append(part)
        opened = [without(row, tuple(made_in(row, place).parts[index] for index in wanted)) for row in rows]
        body = self.rows(opened, (*before[0], *parts, *before[1]), inner, failing)
        return lambda: lets(bound, body())

    def _opened(self, local: Local, scope: Scope, sides: list[Later]) -> Later:
        """Return the choice between the ways in which a value may be made."""
        type_ = local.type
        value = scope.value(local).term
        if type_ is Bool:
            return lambda: then(Fanout(Id(), value), If(sides[0](), sides[1]()))
        if type_.head == "Maybe":
            return lambda: then(value, Primitive("to_either", type_.args), FanIn(sides[0](), sides[1]()))
        if type_.head == "Either":
            return lambda: then(value, FanIn(sides[0](), sides[1]()))
        if type_.head == "Variant":

            def split() -> Term:
                made = sides[-1]()
                for side in reversed(sides[:-1]):
                    made = FanIn(side(), made)
                return then(value, Primitive("split", (type_,)), made)

            return split
        assert len(sides) == 1, "what is made in one way"
        return sides[0]

    def _literals(
        self, rows: Sequence[Row], place: int, columns: tuple[Local, ...], scope: Scope, failing: Failing | None
    ) -> Later:
        """Return what compares a value with one literal after another."""
        local = columns[place]
        by_value: dict[Any, list[Row]] = {}
        for row in rows:
            literal = row.patterns[place]
            assert isinstance(literal, Literal)
            patterns = (*row.patterns[:place], *row.patterns[place + 1 :])
            by_value.setdefault(literal.value, []).append(replace(row, patterns=patterns))
        others = (*columns[:place], *columns[place + 1 :])
        made = self._failed(scope, failing)
        for value, fitting in reversed(list(by_value.items())):
            body = self.rows(fitting, others, scope, failing)
            made = self._compared(local, value, scope, body, made)
        return made

    def _compared(self, local: Local, value: Any, scope: Scope, body: Later, otherwise: Later) -> Later:
        literal = constant(value, local.type).term
        test = applied("eq", scope.value(local).term, literal, types=(local.type,))
        return lambda: then(Fanout(Id(), test), If(body(), otherwise()))
