"""Operators: of which types they take, and what they become."""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.data.types import Bool, Bytes, Float, Int, Pair, Str, Type
from sm_toolkit.language.functions.fitting import fitted, joined
from sm_toolkit.language.functions.scopes import Scope, Typed, applied, constant, inside, then
from sm_toolkit.language.functions.translating import Condition, Translator, conversion
from sm_toolkit.language.syntax.terms import Const, Fanout, Fold, Id, If, Let, Primitive, Term

SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.MatMult: "@",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}

_NUMERIC = {
    ("+", Int): "add",
    ("-", Int): "sub",
    ("*", Int): "mul",
    ("//", Int): "div",
    ("%", Int): "mod",
    ("+", Float): "add_float",
    ("-", Float): "sub_float",
    ("*", Float): "mul_float",
    ("/", Float): "div_float",
    ("+", Str): "concat",
    ("+", Bytes): "concat_bytes",
}
"""The primitives of two operands of one type."""

_COMPARED = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}

_INSTEAD = {
    "**": "multiply, or write a helper function that loops over range(n)",
    "<<": "multiply by a power of two",
    ">>": "divide by a power of two with //",
    "&": "with truth values write `and`; there are no operations on bits",
    "^": "with truth values write `!=`; there are no operations on bits",
    "@": "there are no matrices in the language",
}


def binary(t: Translator, node: ast.BinOp, scope: Scope, want: Type[Any] | None) -> Typed:
    """Return the term of operators in a row; `a + b + c` nests to the left, as deep as it is long."""
    row: list[ast.BinOp] = []
    first: ast.expr = node
    while isinstance(first, ast.BinOp):
        row.append(first)
        first = first.left
    given = t.expression(first, scope, want if want is not None and want.head in ("List", "Map") else None)
    for each in reversed(row):
        if isinstance(each.op, ast.BitOr) and given.type.head == "Map" and _is_written_out(each.right):
            given = _inserted(t, each.right, given, scope)
            continue
        # Beside a list or a map the same is wanted, so that the type of `[]` is known.
        beside = given.type if given.type.head in ("List", "Map") else None
        given = operated(t, each, each.op, given, t.expression(each.right, scope, beside))
    return given


def _is_written_out(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict) and None not in node.keys


def _inserted(t: Translator, node: ast.expr, given: Typed, scope: Scope) -> Typed:
    """Return a map with some entries put in that are written out."""
    assert isinstance(node, ast.Dict), "it was looked at"
    keys, values = given.type.args
    made = given.term
    for key, value in zip(node.keys, node.values, strict=True):
        assert key is not None, "there are no stars in it"
        one = t.fitting(key, scope, keys, "a key of this map")
        other = t.fitting(value, scope, values, "a value of this map")
        made = applied("insert", made, one.term, other.term)
    return Typed(made, given.type)


def operated(t: Translator, node: ast.AST, operator: ast.operator, one: Typed, other: Typed) -> Typed:
    """Return the term of an operator on two values."""
    symbol = SYMBOLS[type(operator)]
    types = one.type, other.type
    name = _NUMERIC.get((symbol, one.type))
    if name is not None and one.type is other.type:
        return Typed(applied(name, one.term, other.term), one.type)
    if symbol == "*" and types == (Str, Int):
        return Typed(applied("repeat", one.term, other.term), Str)
    if symbol == "*" and types == (Int, Str):
        return Typed(then(Fanout(one.term, other.term), Primitive("swap"), Primitive("repeat")), Str)
    if symbol == "+" and one.type.head == "List" and other.type.head == "List":
        return _concatenated(t, node, one, other)
    if symbol == "|" and one.type.head == "Map" and one.type is other.type:
        return Typed(applied("merge_maps", one.term, other.term), one.type)
    if symbol in _INSTEAD:
        t.refuse(node, f"the operator `{symbol}` is not taken in a machine", _INSTEAD[symbol])
    t.refuse(node, f"`{symbol}` does not take {types[0]} and {types[1]}", _advice(symbol, *types))


def _concatenated(t: Translator, node: ast.AST, one: Typed, other: Typed) -> Typed:
    type_ = joined(one.type, other.type)
    if type_ is None:
        t.refuse(node, f"`+` does not take {one.type} and {other.type}", "both lists have items of one type")
    left, right = (t.fit(node, each, type_, "a list") for each in (one, other))
    return Typed(applied("concat_lists", left.term, right.term), type_)


def _advice(symbol: str, one: Type[Any], other: Type[Any]) -> str:
    both = {one, other}
    if both == {Int, Float}:
        return "int and float do not mix here: write float(...) around the int"
    if Bool in both and both & {Int, Float}:
        return "truth values are no numbers here: write 1 if ... else 0"
    if symbol == "/" and both == {Int}:
        return "write a // b, or float(a) / float(b)"
    if symbol in ("//", "%") and Float in both:
        return "of floats there is only /; int(a / b) drops the fraction"
    if Str in both and both & {Int, Bool} and symbol == "+":
        return "write str(...) around what is no text, or an f-string"
    if any(type_.head == "Maybe" for type_ in both):
        return "look first whether it is there: if it is not None"
    if symbol == "|" and Bool in both:
        return "with truth values write `or`"
    return "its operands are two ints, two floats, two texts (+), two lists (+), two maps (|), or a text and an int (*)"


def unary(t: Translator, node: ast.UnaryOp, scope: Scope) -> Typed:
    """Return the term of an operator on one value."""
    if isinstance(node.op, ast.Invert):
        t.refuse(node, "the operator `~` is not taken in a machine", "with truth values write `not`")
    if isinstance(node.op, ast.Not):
        return as_value(t.condition(node, scope))
    given = t.expression(node.operand, scope)
    if given.type not in (Int, Float):
        symbol = "-" if isinstance(node.op, ast.USub) else "+"
        t.refuse(node, f"`{symbol}` does not take {given.type}", _advice(symbol, given.type, Int))
    if isinstance(node.op, ast.UAdd):
        return given
    if isinstance(given.term, Const):
        return constant(-given.term.value, given.type)
    return Typed(then(given.term, Primitive("neg" if given.type is Int else "neg_float")), given.type)


def as_value(test: Condition) -> Typed:
    """Return the Bool that a test gives."""
    if test.plain is not None:
        return Typed(test.plain, Bool)
    return Typed(test.choose(lambda: TRUE.term, lambda: FALSE.term)(), Bool)


# -- comparison -------------------------------------------------------------------------------------------

_ORDERED = {"Int", "Float", "Str", "Bytes", "Bool", "Pair", "Tuple", "List"}
"""The constructors of types whose values Python puts in an order."""


def compared(t: Translator, node: ast.AST, symbol: str, one: Typed, other: Typed) -> Term:
    """Return the term of a comparison of two values."""
    type_ = joined(one.type, other.type)
    left, right = (None, None) if type_ is None else (fitted(one, type_), fitted(other, type_))
    if type_ is None or left is None or right is None or symbol not in _COMPARED:
        if {one.type, other.type} == {Bool, Int}:
            t.refuse(
                node, f"`{symbol}` would mix Bool and Int", "truth values are no numbers here: compare like with like"
            )
        t.refuse(node, f"`{symbol}` does not compare {one.type} with {other.type}", conversion(one.type, other.type))
    if symbol not in ("==", "!=") and not type_.kinds <= _ORDERED:
        t.refuse(node, f"values of {type_} are in no order", "compare something of them that is: a number, a text")
    return applied(_COMPARED[symbol], left.term, right.term, types=(type_,))


def contained(t: Translator, node: ast.expr, scope: Scope, item: ast.expr, within: ast.expr) -> Term:
    """Return the term that tells whether something is in a collection or a text."""
    starred = any(isinstance(part, ast.Starred) for part in getattr(within, "elts", []))
    if isinstance(within, ast.Tuple | ast.List | ast.Set) and within.elts and not starred:
        return _one_of(t, node, scope, item, within.elts)
    bound, local = scope.binding((given := t.expression(item, scope)).type)
    whole = t.expression(within, bound)
    if whole.type.head == "List":
        of = whole.type.args[0]
        wanted = t.fit(node, bound.value(local), of, "an item of this list")
        inner, both = bound.binding(Pair(Bool, of))
        at = inner.value(both).term
        wanted = t.fit(node, inner.value(local), of, "an item of this list")
        same = applied("eq", wanted.term, then(at, Primitive("snd")), types=(of,))
        step = then(Fanout(Id(), then(at, Primitive("fst"))), If(TRUE.term, same))
        return Let(given.term, then(Fanout(FALSE.term, whole.term), Fold(inside(step))))
    if whole.type.head == "Map":
        key = t.fit(node, bound.value(local), whole.type.args[0], "a key of this map")
        return Let(given.term, applied("contains_key", whole.term, key.term))
    if whole.type is Str and given.type is Str:
        return Let(given.term, applied("contains", whole.term, bound.value(local).term))
    t.refuse(
        node,
        f"`in` does not take {given.type} and {whole.type}",
        "it looks for a key in a map, an item in a list, a text in a text",
    )


def _one_of(t: Translator, node: ast.expr, scope: Scope, item: ast.expr, parts: list[ast.expr]) -> Term:
    given = t.expression(item, scope)
    bound, local = scope.binding(given.type)
    tests = [compared(t, part, "==", bound.value(local), t.expression(part, bound, given.type)) for part in parts]
    *others, made = tests
    for test in reversed(others):
        made = then(Fanout(Id(), test), If(TRUE.term, made))
    return Let(given.term, made)


TRUE, FALSE = constant(True, Bool), constant(False, Bool)
