"""How primitives are written in Python: those that it has operators, functions or methods for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from sm_toolkit.language.functions.printing.naming import call, name

_OPERATORS: dict[str, type[ast.operator]] = {
    "add": ast.Add,
    "sub": ast.Sub,
    "mul": ast.Mult,
    "div": ast.FloorDiv,
    "mod": ast.Mod,
    "add_float": ast.Add,
    "sub_float": ast.Sub,
    "mul_float": ast.Mult,
    "div_float": ast.Div,
    "concat": ast.Add,
    "concat_bytes": ast.Add,
    "repeat": ast.Mult,
    "concat_lists": ast.Add,
    "merge_maps": ast.BitOr,
}

COMPARISONS: dict[str, type[ast.cmpop]] = {
    "eq": ast.Eq,
    "ne": ast.NotEq,
    "lt": ast.Lt,
    "le": ast.LtE,
    "gt": ast.Gt,
    "ge": ast.GtE,
}

_FUNCTIONS = {
    "abs_": "abs",
    "abs_float": "abs",
    "minimum": "min",
    "maximum": "max",
    "to_float": "float",
    "truncate": "int",
    "round_": "round",
    "length": "len",
    "length_list": "len",
    "length_bytes": "len",
    "size_map": "len",
    "sort_list": "sorted",
}

_METHODS = {
    "starts_with": "startswith",
    "ends_with": "endswith",
    "replace": "replace",
    "upper": "upper",
    "lower": "lower",
    "strip": "strip",
    "get_key": "get",
}

GOES_THROUGH = {"keys": "keys", "items": "items", "values_map": "values"}
"""What a loop goes through by a method of a map."""


def binary(operator: ast.operator, left: ast.expr, right: ast.expr) -> ast.expr:
    """Return an operator on two values."""
    return ast.BinOp(left, operator, right)


def compared(operator: ast.cmpop, left: ast.expr, right: ast.expr) -> ast.expr:
    """Return a comparison of two values."""
    return ast.Compare(left, [operator], [right])


def subscript(value: ast.expr, index: ast.expr) -> ast.expr:
    """Return an item, or a slice."""
    return ast.Subscript(value, index, ast.Load())


def method(value: ast.expr, label: str, *arguments: ast.expr) -> ast.expr:
    """Return a call of a method."""
    return call(ast.Attribute(value, label, ast.Load()), *arguments)


def _through(label: str) -> Callable[..., ast.expr]:
    return lambda value: call("list", method(value, label))


_OTHERS: dict[str, Callable[..., ast.expr]] = {
    "neg": lambda x: ast.UnaryOp(ast.USub(), x),
    "neg_float": lambda x: ast.UnaryOp(ast.USub(), x),
    "not_": lambda x: ast.UnaryOp(ast.Not(), x),
    "and_": lambda x, y: ast.BoolOp(ast.And(), [x, y]),
    "or_": lambda x, y: ast.BoolOp(ast.Or(), [x, y]),
    "item_at": subscript,
    "value_at": subscript,
    "slice_list": lambda xs, one, other: subscript(xs, ast.Slice(one, other)),
    "slice_text": lambda xs, one, other: subscript(xs, ast.Slice(one, other)),
    "slice_bytes": lambda xs, one, other: subscript(xs, ast.Slice(one, other)),
    "reverse": lambda xs: subscript(xs, ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))),
    "range_": lambda one, other: call("list", range_of(one, other)),
    "keys": _through("keys"),
    "items": _through("items"),
    "values_map": _through("values"),
}


def range_of(start: ast.expr, stop: ast.expr) -> ast.expr:
    """Return a range; it begins at 0 if nothing is said."""
    is_zero = isinstance(start, ast.Constant) and start.value == 0
    return call("range", stop) if is_zero else call("range", start, stop)


ARITY: dict[str, int] = {
    **dict.fromkeys((*_OPERATORS, *COMPARISONS), 2),
    **dict.fromkeys(_FUNCTIONS, 1),
    **dict.fromkeys(_METHODS, 1),
    **dict.fromkeys(_OTHERS, 1),
    **dict.fromkeys(("minimum", "maximum", "starts_with", "ends_with", "get_key", "item_at", "value_at"), 2),
    **dict.fromkeys(("and_", "or_", "range_"), 2),
    **dict.fromkeys(("replace", "slice_list", "slice_text", "slice_bytes"), 3),
}
"""How many operands each of those has that are written here."""


def spelled(primitive: str, operands: Sequence[ast.expr]) -> ast.expr:
    """Return a primitive of ``ARITY`` on its operands."""
    if primitive in _OPERATORS:
        return binary(_OPERATORS[primitive](), *operands)
    if primitive in COMPARISONS:
        return compared(COMPARISONS[primitive](), *operands)
    if primitive in _FUNCTIONS:
        return call(name(_FUNCTIONS[primitive]), *operands)
    if primitive in _METHODS:
        return method(operands[0], _METHODS[primitive], *operands[1:])
    return _OTHERS[primitive](*operands)
