"""Expressions are recognised that bind something for themselves."""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.data.types import Bool, Type
from sm_toolkit.language.functions.printing.going import collected_within
from sm_toolkit.language.functions.printing.nodes import Chain, Node, chain_of, free_in, inside_of
from sm_toolkit.language.functions.printing.recognising import (
    Recogniser,
    Scope,
    UnrecognisedError,
    UntypedError,
    is_constant,
    is_primitives,
    operands,
    unfitted,
)
from sm_toolkit.language.functions.printing.spelling import COMPARISONS, method, subscript
from sm_toolkit.language.functions.translating import some
from sm_toolkit.language.syntax.terms import Const, FanIn, Fanout, Fold, If, Let, Primitive, Variable

_SIZES = {"slice_list": "length_list", "slice_text": "length", "slice_bytes": "length_bytes"}


def bound_value(t: Recogniser, node: Node, scope: Scope, hint: Type[Any] | None) -> ast.expr:
    """Return the expression of a `Let` that is no assignment."""
    if node.parts[0].is_identity:
        raise UnrecognisedError("an input is bound")
    untyped: UntypedError | None = None
    try:
        made = shaped_value(t, node, scope, hint)
    except UntypedError as error:
        untyped = error
    else:
        if made is not None:
            return made
    try:
        return t.helper(node, scope)
    except UnrecognisedError:
        if untyped is not None:
            raise untyped from None
        raise


def shaped_value(t: Recogniser, node: Node, scope: Scope, hint: Type[Any] | None) -> ast.expr | None:
    """Return the expression of a `Let` that binds what an expression uses twice, if it is one of these."""
    bound, body = chain_of(node.parts[0]), chain_of(node.parts[1])
    untyped: UntypedError | None = None
    for shape in (_contained, _one_of, _in_a_row, _sliced, _looked_up, _extreme, collected_within):
        try:
            made = shape(t, bound, body, scope, some(hint))
        except UntypedError as error:
            untyped = error
        except UnrecognisedError:
            continue
        else:
            if made is not None:
                return made
    if untyped is not None:
        raise untyped
    return None


def _is_in(bound: ast.expr, whole: ast.expr) -> ast.expr:
    return ast.Compare(bound, [ast.In()], [whole])


def _contained(t: Recogniser, bound: Chain, body: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr | None:
    inner = (*scope, None)
    last = body[-1]
    if last.is_primitive("contains_key", "contains") and len(body) == 2:
        whole, item = operands(body[:-1], 2)
        if 0 in free_in(whole) or not unfitted(item, item[-1].output)[0].is_variable(0):
            return None
        return _is_in(t.value(bound, scope), t.value(whole, inner))
    if isinstance(last.term, Fold) and len(body) == 2 and isinstance(body[0].term, Fanout):
        start, whole = (chain_of(part) for part in body[0].parts)
        step = inside_of(last.parts[0])
        if not is_constant(start, False) or step is None or len(step) != 2 or not isinstance(step[1].term, If):
            return None
        yes, no = map(chain_of, step[1].parts)
        if not is_constant(yes, True) or not no[-1].is_primitive("eq") or 0 in free_in(whole):
            return None
        return _is_in(t.value(bound, scope), _as_one(t.value(whole, inner)))
    return None


def _as_one(whole: ast.expr) -> ast.expr:
    """Return a list so that it is made before it is looked through, and not told apart item by item."""
    match whole:
        case ast.List([first, *others]) if not any(isinstance(each, ast.Starred) for each in whole.elts):
            return ast.List([ast.Starred(ast.List([first], ast.Load()), ast.Load()), *others], ast.Load())
    return whole


def _one_of(t: Recogniser, bound: Chain, body: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr | None:
    inner = (*scope, None)
    values: list[ast.expr] = []
    while True:
        is_more = len(body) == 2 and isinstance(body[1].term, If) and isinstance(body[0].term, Fanout)
        if is_more and not (body[0].parts[0].is_identity and is_constant(chain_of(body[1].parts[0]), True)):
            return None
        test = chain_of(body[0].parts[1]) if is_more else body
        if not test[-1].is_primitive("eq") or len(test) != 2:
            return None
        one, other = operands(test[:-1], 2)
        type_ = one[-1].output
        if not unfitted(one, type_)[0].is_variable(0) or 0 in free_in(other):
            return None
        values.append(t.value(unfitted(other, type_), inner, bound[-1].output))
        if not is_more:
            break
        body = chain_of(body[1].parts[1])
    return _is_in(t.value(bound, scope), ast.Tuple(values, ast.Load()))


def _in_a_row(t: Recogniser, bound: Chain, body: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr | None:
    """Recognise comparisons in a row of which the first operands are computed."""
    return comparisons(t, [bound], body, scope)


def comparisons(t: Recogniser, lets: list[Chain], current: Chain, scope: Scope) -> ast.expr | None:
    """Return comparisons in a row: what is computed in them is bound, the first two before all else."""
    values: list[ast.expr] = []
    signs: list[ast.cmpop] = []
    known: dict[int, ast.expr] = {}
    before: tuple[int, Chain] | None = None
    inner = (*scope, *(None,) * len(lets))
    while True:
        while len(current) == 1 and isinstance(current[0].term, Let) and len(lets) < 2 - bool(signs):
            lets.append(chain_of(current[0].parts[0]))
            current, inner = chain_of(current[0].parts[1]), (*inner, None)
        parts = _conjunction(current)
        test, rest = parts if parts is not None else (current, None)
        if len(test) != 2 or not isinstance(test[1].term, Primitive) or test[1].term.name not in COMPARISONS:
            return None
        depth = len(inner)
        operands_ = [unfitted(each, test[0].output.args[0]) for each in operands(test[:-1], 2)]
        for place, chain in enumerate(lets):
            outer = inner[: depth - len(lets) + place]
            known[depth - len(lets) + place] = t.value(chain, outer, before[1][-1].output if before else None)
        one, other = operands_
        if before is None:
            values.append(_operand(t, one, inner, known))
        elif not _is_same(before, (depth, one)):
            return None
        values.append(_operand(t, other, inner, known))
        signs.append(COMPARISONS[test[1].term.name]())
        before = depth, other
        if rest is None:
            return ast.Compare(values[0], signs, values[1:]) if len(signs) > 1 and not known else None
        lets, current = [], rest


def _conjunction(chain: Chain) -> tuple[Chain, Chain] | None:
    if len(chain) != 2 or not isinstance(chain[0].term, Fanout):
        return None
    left, right = chain[0].parts
    if chain[1].is_primitive("and_"):
        return chain_of(left), chain_of(right)
    if isinstance(chain[1].term, If) and left.is_identity and is_constant(chain_of(chain[1].parts[1]), False):
        return chain_of(right), chain_of(chain[1].parts[0])
    return None


def _operand(t: Recogniser, chain: Chain, scope: Scope, known: dict[int, ast.expr]) -> ast.expr:
    """Return what is compared: what was bound for it, once, a variable or a constant."""
    if len(chain) == 1 and isinstance(term := chain[0].term, Variable):
        level = len(scope) - 1 - term.index
        return known.pop(level) if level in known else t.value(chain, scope)
    if len(chain) == 1 and isinstance(chain[0].term, Const):
        return t.value(chain, scope)
    raise UnrecognisedError("what is compared in a row is bound")


def _is_same(one: tuple[int, Chain], other: tuple[int, Chain]) -> bool:
    left, right = one[1][0].term, other[1][0].term
    if isinstance(left, Variable) and isinstance(right, Variable):
        return one[0] - left.index == other[0] - right.index
    return isinstance(left, Const) and left == right


def _sliced(t: Recogniser, bound: Chain, body: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr | None:
    """Recognise a slice up to the end."""
    last = body[-1]
    if len(body) != 2 or not isinstance(last.term, Primitive) or last.term.name not in _SIZES:
        return None
    whole, lower, upper = operands(body[:-1], 3)
    is_end = len(upper) == 2 and upper[0].is_variable(0) and upper[1].is_primitive(_SIZES[last.term.name])
    if not is_end or not whole[0].is_variable(0) or 0 in free_in(lower):
        return None
    begin = None if is_constant(lower, 0) else t.value(lower, (*scope, None))
    return subscript(t.value(bound, scope), ast.Slice(begin, None))


def _looked_up(t: Recogniser, bound: Chain, body: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr | None:
    if len(body) != 3 or not body[1].is_primitive("lookup") or not isinstance(body[2].term, FanIn):
        return None
    missing, there = body[2].parts
    whole, key = operands(body[:1], 2)
    if not missing.is_variable(0) or not there.is_identity or 0 in free_in(body[:1]):
        return None
    inner = (*scope, None)
    keys, values = whole[-1].output.args
    default = t.fitted(bound, scope, values)
    return method(t.value(whole, inner), "get", t.fitted(key, inner, keys), default)


def _extreme(t: Recogniser, bound: Chain, body: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr | None:
    """Recognise the least or the greatest of a list."""
    last = body[-1]
    if not isinstance(last.term, Fold) or len(body) != 2 or not isinstance(body[0].term, Fanout):
        return None
    start, whole = (chain_of(part) for part in body[0].parts)
    if not is_primitives(start[1:], "item_at") or not whole[0].is_variable(0) or len(whole) > 1:
        return None
    step = inside_of(last.parts[0])
    if step is None:
        label = "min" if last.parts[0].is_primitive("minimum") else "max"
    else:
        test = chain_of(step[0].parts[1]) if isinstance(step[0].term, Fanout) else step
        label = "min" if test[-1].is_primitive("lt") else "max"
    return ast.Call(ast.Name(label, ast.Load()), [t.value(bound, scope)], [])


__all__ = ["Bool", "bound_value"]
