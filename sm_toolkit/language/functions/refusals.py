"""What of Python is not taken in a machine, and what to write instead."""

from __future__ import annotations

import ast
from typing import NoReturn

from sm_toolkit.language.functions.translating import Translator

_EXPRESSIONS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lambda: ("a `lambda`", "write a helper function with annotations, and call it"),
    ast.NamedExpr: ("an assignment within an expression (`:=`)", "assign on a line of its own"),
    ast.Await: ("`await`", "a step waits for nothing; what waits is for the program round the machine"),
    ast.Yield: ("`yield`", "a step gives one output: return a list"),
    ast.YieldFrom: ("`yield from`", "a step gives one output: return a list"),
    ast.Set: ("a set", "write a map to None or True: dict[str, bool], or a list"),
    ast.SetComp: ("a set", "write a map: {x: True for x in xs}"),
    ast.Starred: ("a star here", "write the parts out"),
    ast.Slice: ("a slice here", "slice a list or a text: xs[a:b]"),
}

_STATEMENTS: dict[type[ast.AST], tuple[str, str]] = {
    ast.While: ("`while`", "a step has to end: write `for` over a list or over range(n), with `break`"),
    ast.Try: ("`try`", "test first: `if key in m`, `m.get(key)`, `if n != 0`; a step that fails changes nothing"),
    ast.With: ("`with`", "a machine has no resources; what it knows is in its state"),
    ast.AsyncWith: ("`async with`", "a machine has no resources; what it knows is in its state"),
    ast.AsyncFor: ("`async for`", "a step waits for nothing; write `for`"),
    ast.Global: ("`global`", "what is to be kept goes into the state"),
    ast.Nonlocal: ("`nonlocal`", "what is to be kept goes into the state"),
    ast.Import: ("`import`", "import outside of the function"),
    ast.ImportFrom: ("`import`", "import outside of the function"),
    ast.Delete: ("`del`", "nothing is changed in place: {k: v for k, v in m.items() if k != gone}"),
    ast.Raise: ("`raise`", "answer with an output that says what is wrong: a variant with a case for it"),
    ast.Assert: ("`assert`", "answer with an output that says what is wrong"),
    ast.FunctionDef: ("a function within it", "define it outside, with annotations, and call it"),
    ast.AsyncFunctionDef: ("a function within it", "define it outside, with annotations, and call it"),
    ast.ClassDef: ("a class within it", "define it outside: a frozen dataclass"),
}
_NEWER = {"TryStar": _STATEMENTS[ast.Try], "TypeAlias": ("`type`", "define it outside of the function")}
_STATEMENTS.update({getattr(ast, name): told for name, told in _NEWER.items() if hasattr(ast, name)})


def refused_expression(t: Translator, node: ast.expr) -> NoReturn:
    """Refuse an expression of a kind that is not taken.

    Raises:
        FunctionError: always.
    """
    what, instead = _EXPRESSIONS.get(type(node), (f"`{ast.unparse(node)}`", "write it with what a machine takes"))
    t.refuse(node, f"{what} is not taken in a machine", instead)


def refused_statement(t: Translator, node: ast.stmt) -> NoReturn:
    """Refuse a statement of a kind that is not taken.

    Raises:
        FunctionError: always.
    """
    if isinstance(node, ast.Expr):
        _refused_value(t, node.value)
    if isinstance(node, ast.AugAssign | ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        refused_target(t, targets[0])
    what, instead = _STATEMENTS.get(type(node), ("this statement", "write it with what a machine takes"))
    t.refuse(node, f"{what} is not taken in a machine", instead)


MUTATING = {
    "append": "xs = [*xs, item]",
    "extend": "xs = xs + others",
    "insert": "xs = [*xs[:i], item, *xs[i:]]",
    "pop": "xs = xs[:-1], or {k: v for k, v in m.items() if k != key}",
    "remove": "xs = [x for x in xs if x != item]",
    "clear": "xs = [] or m = {}, annotated",
    "sort": "xs = sorted(xs)",
    "reverse": "xs = xs[::-1]",
    "update": "m = m | others",
    "setdefault": "m = m if key in m else m | {key: value}",
    "popitem": "{k: v for k, v in m.items() if k != key}",
    "add": "m = m | {item: True}, with a map for a set",
    "discard": "{k: v for k, v in m.items() if k != item}",
}
"""Methods that change what they are called on, and what to write instead."""


def _refused_value(t: Translator, value: ast.expr) -> NoReturn:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in MUTATING:
        t.refuse(value, "nothing is changed in place in a machine", f"write {MUTATING[value.func.attr]}")
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print":
        t.refuse(value, "`print` is not taken in a machine", "give what is to be seen as a part of the output")
    if isinstance(value, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
        refused_expression(t, value)
    t.refuse(value, "what this gives is dropped", "assign it to a name, or leave it out")


def refused_target(t: Translator, target: ast.expr) -> NoReturn:
    """Refuse to assign to something that is no name.

    Raises:
        FunctionError: always.
    """
    if isinstance(target, ast.Attribute):
        of = ast.unparse(target.value)
        t.refuse(target, "nothing is changed in place in a machine", f"write {of} = replace({of}, {target.attr}=...)")
    if isinstance(target, ast.Subscript):
        of, at = ast.unparse(target.value), ast.unparse(target.slice)
        advice = f"write {of} = {of} | {{{at}: ...}}, or of a list [*{of}[:i], item, *{of}[i + 1:]]"
        t.refuse(target, "nothing is changed in place in a machine", advice)
    if isinstance(target, ast.Starred):
        t.refuse(target, "a star in an assignment is not taken in a machine", "take the parts out: xs[0], xs[1:]")
    t.refuse(target, "this cannot be assigned to in a machine", "assign to a name, or to names in a tuple")
