"""Operators: of which types they take, and what they become."""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.data.types import Bool, Bytes, Float, Int, Left, Pair, Right, Str, Type, Unit
from sm_toolkit.language.functions.fitting import fitted, joined
from sm_toolkit.language.functions.scopes import Scope, Typed, applied, constant, inside, then
from sm_toolkit.language.functions.translating import Condition, Translator
from sm_toolkit.language.functions.words import as_float, conversion, operand, said, written
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
    t.refuse(
        node, f"`{symbol}` does not take {said(one.type)} and {said(other.type)}", instead_of(symbol, *types, node)
    )


def _sides(node: ast.AST) -> tuple[ast.AST, ast.AST]:
    """Return both operands, as far as they are written out."""
    if isinstance(node, ast.BinOp):
        return node.left, node.right
    if isinstance(node, ast.Compare):
        return node.left, node.comparators[0]
    return (node.target, node.value) if isinstance(node, ast.AugAssign) else (node, node)


def _concatenated(t: Translator, node: ast.AST, one: Typed, other: Typed) -> Typed:
    type_ = joined(one.type, other.type)
    if type_ is None:
        told = f"`+` does not take {said(one.type)} and {said(other.type)}"
        t.refuse(node, told, "both lists have items of one type")
    left, right = (t.fit(node, each, type_, "a list") for each in (one, other))
    return Typed(applied("concat_lists", left.term, right.term), type_)


def instead_of(symbol: str, one: Type[Any], other: Type[Any], node: ast.AST) -> str:
    """Return what to write instead of an operator on values of two types."""
    both = {one, other}
    sides = _sides(node)

    def side(type_: Type[Any]) -> Any:
        return sides[0 if one is type_ else 1]

    if both == {Int, Float}:
        return f"int and float do not mix here: write {as_float(side(Int))}"
    if Bool in both and both & {Int, Float}:
        return f"truth values are no numbers here: write 1 if {written(side(Bool))} else 0"
    if symbol == "/" and both == {Int}:
        return f"write {operand(sides[0])} // {operand(sides[1])}, or {as_float(sides[0])} / {as_float(sides[1])}"
    if symbol in ("//", "%") and Float in both:
        return "of floats there is only /; int(a / b) drops the fraction"
    if symbol == "%" and one is Str:
        return 'write an f-string: f"... {n} ..."'
    if Str in both and both & {Int, Bool} and symbol == "+":
        return f"write str({written(side(Int if Int in both else Bool))}), or an f-string"
    maybe = next((type_ for type_ in (one, other) if type_.head == "Maybe"), None)
    if maybe is not None:
        return f"look first whether it is there: if {written(side(maybe), 'it')} is not None"
    if Unit in both:
        return f"`{written(side(Unit))}` is None here; annotate what may be missing: x: int | None = None"
    for at, (xs, item) in enumerate(((one, other), (other, one))):
        if symbol == "+" and xs.head == "List" and xs.args[0] is item:
            whole, part = f"*{written(sides[at])}", written(sides[1 - at])
            return f"write [{whole}, {part}]" if at == 0 else f"write [{part}, {whole}]"
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
        advice = (
            f"write not {operand(node.operand)}"
            if given.type is Bool
            else instead_of(symbol, given.type, Int, node.operand)
        )
        t.refuse(node, f"`{symbol}` does not take {said(given.type)}", advice)
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

ORDERED = {"Int", "Float", "Str", "Bytes", "Bool", "Pair", "Tuple", "List"}
"""The constructors of types whose values Python puts in an order."""


def compared(t: Translator, node: ast.AST, symbol: str, one: Typed, other: Typed) -> Term:
    """Return the term of a comparison of two values."""
    type_ = joined(one.type, other.type)
    left, right = (None, None) if type_ is None else (fitted(one, type_), fitted(other, type_))
    if type_ is None or left is None or right is None or symbol not in _COMPARED:
        if {one.type, other.type} == {Bool, Int}:
            advice = "truth values are no numbers here: compare like with like"
            t.refuse(node, f"`{symbol}` would mix bool and int", advice)
        sides = _sides(node)
        number = {one.type, other.type} == {Int, Float}
        advice = (
            instead_of(symbol, one.type, other.type, node)
            if number
            else conversion(one.type, other.type, sides[0])
            if other.type is Str
            else conversion(other.type, one.type, sides[1])
        )
        t.refuse(node, f"`{symbol}` does not compare {said(one.type)} with {said(other.type)}", advice)
    if symbol not in ("==", "!=") and not type_.kinds <= ORDERED:
        advice = "compare something of them that is: a number, a text"
        if type_.head == "Maybe":
            advice = instead_of(symbol, one.type, other.type, node)
        t.refuse(node, f"values of {said(type_)} are in no order", advice)
    return applied(_COMPARED[symbol], left.term, right.term, types=(type_,))


def contained(t: Translator, node: ast.expr, scope: Scope, item: ast.expr, within: ast.expr) -> Term:
    """Return the term that tells whether something is in a collection or a text."""
    starred = any(isinstance(part, ast.Starred) for part in getattr(within, "elts", []))
    if isinstance(within, ast.Tuple | ast.List | ast.Set) and within.elts and not starred:
        return _one_of(t, node, scope, item, within.elts)
    want = None
    if is_vague(t, item):
        among = t.expression(within, scope).type
        want = among.args[0] if among.head in ("List", "Map") else None
    bound, local = scope.binding((given := t.expression(item, scope, want)).type)
    whole = t.expression(within, bound)
    if whole.type.head == "List":
        of = whole.type.args[0]
        t.fit(item, bound.value(local), of, "an item of this list")
        inner, both = bound.binding(Pair(Bool, of))
        at = inner.value(both).term
        wanted = t.fit(item, inner.value(local), of, "an item of this list")
        same = applied("eq", wanted.term, then(at, Primitive("snd")), types=(of,))
        step = then(Fanout(Id(), then(at, Primitive("fst"))), If(TRUE.term, same))
        return Let(given.term, then(Fanout(FALSE.term, whole.term), Fold(inside(step))))
    if whole.type.head == "Map":
        key = t.fit(item, bound.value(local), whole.type.args[0], "a key of this map")
        return Let(given.term, applied("contains_key", whole.term, key.term))
    if whole.type is Str and given.type is Str:
        return Let(given.term, applied("contains", whole.term, bound.value(local).term))
    if whole.type is Str:
        t.refuse(item, f"only a text is in a text, and this is {said(given.type)}", conversion(given.type, Str, item))
    t.refuse(
        node,
        f"`in` does not take {said(given.type)} and {said(whole.type)}",
        "it looks for a key in a map, an item in a list, a text in a text",
    )


def is_vague(t: Translator, node: ast.expr) -> bool:
    """Tell whether nothing in an expression tells its type: a side alone, what is empty."""
    if isinstance(node, ast.Call):
        return t.names.named(node.func) in (Left, Right)
    return (isinstance(node, ast.List) and not node.elts) or (isinstance(node, ast.Dict) and not node.keys)


def _one_of(t: Translator, node: ast.expr, scope: Scope, item: ast.expr, parts: list[ast.expr]) -> Term:
    given = t.expression(item, scope)
    bound, local = scope.binding(given.type)
    tests = [compared(t, part, "==", bound.value(local), t.expression(part, bound, given.type)) for part in parts]
    *others, made = tests
    for test in reversed(others):
        made = then(Fanout(Id(), test), If(TRUE.term, made))
    return Let(given.term, made)


TRUE, FALSE = constant(True, Bool), constant(False, Bool)
