"""Tests: what they choose between, and what is known on either way because of them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from sm_toolkit.language.data.records import Variant, alternative
from sm_toolkit.language.data.types import Bool, Type, Unit, is_record_head, record_words
from sm_toolkit.language.functions.assigning import held
from sm_toolkit.language.functions.fitting import sorted_out
from sm_toolkit.language.functions.names import NOWHERE, is_record_class
from sm_toolkit.language.functions.operators import FALSE, SYMBOLS, TRUE, compared, contained, is_vague
from sm_toolkit.language.functions.scopes import UNIT, Later, Local, Scope, Typed, inside, lets, nested, part_of, then
from sm_toolkit.language.functions.translating import Condition, Translator, key_of
from sm_toolkit.language.functions.words import conversion, operand, said, written
from sm_toolkit.language.primitives import primitive_record
from sm_toolkit.language.syntax.terms import (
    Const,
    FanIn,
    Fanout,
    Fold,
    Id,
    If,
    Primitive,
    Read,
    Show,
    Term,
    Unleft,
    Variable,
    walk,
)


def condition(t: Translator, node: ast.expr, scope: Scope) -> Condition:
    """Return the test that an expression is."""
    match node:
        case ast.UnaryOp(ast.Not(), operand):
            return _opposite(t.condition(operand, scope))
        case ast.BoolOp(operator, values):
            _refuse_default(t, node, scope)
            made = t.condition(values[0], scope)
            for value in values[1:]:
                made = _both(t, made, value, scope) if isinstance(operator, ast.And) else _either(t, made, value, scope)
            return made
        case ast.Compare(left, [ast.Is() | ast.IsNot() as operator], [ast.Constant(None)]):
            made = _is_none(t, node, left, scope)
            return made if isinstance(operator, ast.Is) else _opposite(made)
        case ast.Compare():
            return plain(_comparison(t, node, scope), scope)
        case ast.Call(ast.Name("isinstance")) if t.names.look_up("isinstance") is isinstance:
            return _is_instance(t, node, scope)
    given = t.expression(node, scope)
    if given.type is not Bool:
        t.refuse(node, f"a test should be bool, and is {said(given.type)}", _instead(given.type, node))
    return plain(given.term, scope)


def _instead(type_: Type[Any], node: ast.expr) -> str:
    if type_.head in ("List", "Map", "Str", "Bytes"):
        return f"write len({written(node)}) > 0"
    if type_.head == "Maybe":
        return f"write {operand(node)} is not None"
    if type_.head == "Float":
        return f"compare it: {written(node)} != 0.0"
    return conversion(type_, Bool, node)


def _refuse_default(t: Translator, node: ast.BoolOp, scope: Scope) -> None:
    """Refuse `x or other` where that is to stand for a value, and not for a truth."""
    first, second = node.values[:2]
    if isinstance(node.op, ast.Or) and len(node.values) == 2 and key_of(first) is not None:
        given = t.expression(first, scope)
        if given.type.head == "Maybe":
            one, other = written(first), written(second)
            problem = f"a test should be bool, and is {said(given.type)}"
            t.refuse(first, problem, f"write {one} is not None; for a value, {one} if {one} is not None else {other}")


def plain(test: Term, scope: Scope) -> Condition:
    """Return a test that tells no more than what it gives."""

    def choose(then_: Later, otherwise: Later) -> Later:
        return lambda: then(Fanout(Id(), test), If(then_(), otherwise()))

    return Condition(scope, scope, choose, test)


def _opposite(test: Condition) -> Condition:
    negated = None if test.plain is None else then(test.plain, Primitive("not_"))
    return Condition(test.if_false, test.if_true, lambda yes, no: test.choose(no, yes), negated)


# -- is it there, which is it -----------------------------------------------------------------------------


def _is_none(t: Translator, node: ast.expr, subject: ast.expr, scope: Scope) -> Condition:
    key = key_of(subject)
    given = t.expression(subject, scope)
    if given.type is Unit:
        return plain(TRUE.term, scope)
    if given.type.head != "Maybe":
        return plain(FALSE.term, scope)  # it was told before, perhaps, which the static checkers need not know
    (some,) = given.type.args
    there, local = scope.binding(some)

    def choose(missing: Later, otherwise: Later) -> Later:
        return lambda: then(given.term, Primitive("to_either", (some,)), FanIn(missing(), inside(otherwise())))

    return Condition(scope.narrowed(key, Local(Unit, scope.depth)), there.narrowed(key, local), choose)


def _is_instance(t: Translator, node: ast.Call, scope: Scope) -> Condition:
    if len(node.args) != 2 or node.keywords:
        t.refuse(node, "`isinstance` takes a value and a class", "write isinstance(x, C)")
    subject, of = node.args
    classes = of.elts if isinstance(of, ast.Tuple) else _alternatives(of)
    given = t.expression(subject, scope)
    if is_record_head(given.type.head):
        found = [t.names.named(each) for each in classes]
        return plain((TRUE if any(_is_of(given.type, each) for each in found) else FALSE).term, scope)
    if given.type.head != "Variant":
        maybe = given.type.head == "Maybe"
        advice = f"look first: if {written(subject, 'it')} is not None" if maybe else "leave the test out"
        if given.type.head == "Either":
            advice = f"match {written(subject, 'it')} with `case Left(x)` and `case Right(y)`"
        t.refuse(node, f"`isinstance` tells unions of dataclasses apart, and this is {said(given.type)}", advice)
    wanted = [_record(t, each, given.type) for each in classes]
    records = given.type.args
    rest = tuple(record for record in records if record not in wanted)
    if not rest:
        return plain(TRUE.term, scope)
    key = key_of(subject)
    groups = [tuple(record for record in records if record in wanted), rest]
    types = [group[0] if len(group) == 1 else Variant(*group) for group in groups]
    scopes, locals_ = zip(*(scope.binding(type_) for type_ in types), strict=True)

    def choose(then_: Later, otherwise: Later) -> Later:
        split = Primitive("split", (given.type,))
        if len(records) == 2:
            one, other = (then_, otherwise) if records[0] in wanted else (otherwise, then_)
            return lambda: then(given.term, split, FanIn(inside(one()), inside(other())))
        steps = sorted_out(given.type, tuple(wanted))
        return lambda: then(given.term, *steps, FanIn(inside(then_()), inside(otherwise())))

    true, false = (each.narrowed(key, local) for each, local in zip(scopes, locals_, strict=True))
    return Condition(true, false, choose)


def _is_of(type_: Type[Any], class_: Any) -> bool:
    return is_record_class(class_) and class_.__name__ == record_words(type_.head)[0]


def _alternatives(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_alternatives(node.left), *_alternatives(node.right)]
    return [node]


def _record(t: Translator, node: ast.expr, variant: Type[Any]) -> Type[Any]:
    found = t.names.named(node)
    record = alternative(variant, found.__name__) if found is not NOWHERE and is_record_class(found) else None
    if record is None:
        t.refuse(node, f"`{ast.unparse(node)}` is none of {said(variant)}", "name a class of the union")
    return record


# -- and, or ----------------------------------------------------------------------------------------------


def _both(t: Translator, one: Condition, node: ast.expr, scope: Scope) -> Condition:
    other = t.condition(node, one.if_true)
    if one.plain is not None and other.plain is not None:
        return plain(_and(one.plain, other.plain), scope)
    return _combined(one, other, scope, is_and=True)


def _either(t: Translator, one: Condition, node: ast.expr, scope: Scope) -> Condition:
    other = t.condition(node, one.if_false)
    if one.plain is not None and other.plain is not None:
        return plain(_or(one.plain, other.plain), scope)
    return _combined(one, other, scope, is_and=False)


def _and(one: Term, other: Term) -> Term:
    if is_harmless(other):
        return then(Fanout(one, other), Primitive("and_"))
    return then(Fanout(Id(), one), If(other, FALSE.term))


def _or(one: Term, other: Term) -> Term:
    if is_harmless(other):
        return then(Fanout(one, other), Primitive("or_"))
    return then(Fanout(Id(), one), If(TRUE.term, other))


def is_harmless(term: Term) -> bool:
    """Tell whether a term may as well run where Python would not get there: it cannot fail, nor does it take long."""
    for number, node in enumerate(walk(term)):
        if number > 16 or isinstance(node, Read | Show | Unleft | Fold):
            return False
        if isinstance(node, Primitive):
            record = primitive_record(node.name, node.types)
            if record.can_fail or record.takes_turns(node.types):
                return False
    return True


def _combined(one: Condition, other: Condition, scope: Scope, *, is_and: bool) -> Condition:
    """Return both tests as one: what is known on the one way to one of its sides goes with it."""
    known = other.if_true if is_and else other.if_false
    told = {key: local for key, local in known.names.items() if scope.names.get(key) is not local}
    values = [known.value(local).term for local in told.values() if isinstance(local, Local) and local.type is not Unit]
    kept = {key: local for key, local in told.items() if isinstance(local, Local)}
    bound = [(key, local) for key, local in kept.items() if local.type is not Unit]
    projections: list[Term] = []
    if len(bound) == 1:
        after, only = scope.binding(bound[0][1].type)
        locals_ = [only]
    else:
        after, locals_ = scope.deeper(), []
        for index, (_, local) in enumerate(bound):
            projections.append(part_of(Variable(after.depth - 1 - scope.depth), index, len(bound)))
            after, made = after.binding(local.type)
            locals_.append(made)
    for (key, _), made in zip(bound, locals_, strict=True):
        after = after.narrowed(key, made)
    for key, local in kept.items():
        if local.type is Unit:
            after = after.narrowed(key, local)
    given = nested(values)
    told_side, other_side = Primitive("inr"), then(UNIT.term, Primitive("inl"))

    def choose(yes: Later, no: Later) -> Later:
        knowing, ignoring = (yes, no) if is_and else (no, yes)
        tells: Later = lambda: then(given, told_side)  # noqa: E731
        leaves: Later = lambda: other_side  # noqa: E731
        if is_and:
            tests = one.choose(other.choose(tells, leaves), leaves)
        else:
            tests = one.choose(leaves, other.choose(leaves, tells))

        return lambda: then(tests(), FanIn(ignoring(), inside(lets(projections, knowing()))))

    return Condition(after, scope, choose) if is_and else Condition(scope, after, choose)


# -- comparisons ------------------------------------------------------------------------------------------


def _comparison(t: Translator, node: ast.Compare, scope: Scope) -> Term:
    """Return the term of comparisons in a row: of each operand there is one value, and the rest waits for a True."""
    operands = [node.left, *node.comparators]
    symbols = [SYMBOLS[type(operator)] for operator in node.ops]
    for symbol, right in zip(symbols, node.comparators, strict=True):
        if symbol in ("is", "is not"):
            t.refuse(node, f"`{symbol}` is only taken with None", "write == or !=")
        if isinstance(right, ast.Constant) and right.value is None:
            instead = f"write `{written(operands[0])} is {'not ' * (symbol == '!=')}None`"
            t.refuse(node, f"`{symbol} None` is not taken in a machine", instead)
    if len(symbols) == 1:
        return _one(t, node, symbols[0], operands[0], operands[1], scope)
    if any(symbol in ("in", "not in") for symbol in symbols):
        t.refuse(node, "`in` in a row of comparisons is not taken in a machine", "write `and` between them")
    first = t.expression(operands[0], scope)
    return _row(t, node, symbols, first, operands[1:], scope)


def _row(
    t: Translator, node: ast.Compare, symbols: list[str], first: Typed, others: list[ast.expr], scope: Scope
) -> Term:
    """Compare the first with the next one, which is bound if it is computed, and go on with that."""
    bound: list[Term] = []
    scope, one = _operand(first, bound, scope)
    tests: list[tuple[list[Term], Term]] = []
    for before, symbol, each in zip([node.left, *others], symbols, others, strict=False):
        more: list[Term] = []
        scope, other = _operand(t.expression(each, scope, one(scope).type), more, scope)
        place = ast.copy_location(ast.Compare(before, node.ops, [each]), before)
        place.end_lineno, place.end_col_offset = each.end_lineno, each.end_col_offset
        tests.append((more, compared(t, place, symbol, one(scope), other(scope))))
        one = other
    more, made = tests.pop()
    made = lets(more, made)
    for more, test in reversed(tests):
        made = lets(more, _and(test, made))
    return lets(bound, made)


def _operand(given: Typed, bound: list[Term], scope: Scope) -> tuple[Scope, Callable[[Scope], Typed]]:
    """Return a value that is used twice: a constant as it is, anything else bound."""
    if isinstance(given.term, Const):
        return scope, lambda _: given
    scope, local = held(given, bound, scope)
    return scope, lambda inner: inner.value(local)


def _one(t: Translator, node: ast.Compare, symbol: str, left: ast.expr, right: ast.expr, scope: Scope) -> Term:
    if symbol in ("in", "not in"):
        found = contained(t, node, scope, left, right)
        return found if symbol == "in" else then(found, Primitive("not_"))
    if is_vague(t, left) and not is_vague(t, right):
        other = t.expression(right, scope)
        return compared(t, node, symbol, t.expression(left, scope, other.type), other)
    one = t.expression(left, scope)
    other = t.expression(right, scope, one.type)
    if isinstance(left, ast.List | ast.Dict | ast.Constant | ast.Call):
        one = t.expression(left, scope, other.type)
    return compared(t, node, symbol, one, other)
