"""What of Python is not taken in a machine, and what to write instead."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any, NoReturn

from sm_toolkit.language.data.types import Type, is_record_head
from sm_toolkit.language.functions.changing import is_changing, refused_change, refused_field, refused_item
from sm_toolkit.language.functions.scopes import Scope
from sm_toolkit.language.functions.translating import Translator
from sm_toolkit.language.functions.words import meant, said, written

_EXPRESSIONS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lambda: ("a `lambda`", "write a helper function with annotations, and call it"),
    ast.NamedExpr: ("an assignment within an expression (`:=`)", "assign on a line of its own"),
    ast.Await: ("`await`", "a step waits for nothing; what waits is for the program round the machine"),
    ast.Yield: ("`yield`", "a step gives one output: return a list"),
    ast.YieldFrom: ("`yield from`", "a step gives one output: return a list"),
    ast.Set: ("a set", "write a list, or a map with True for each: {x: True, y: True}"),
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
    ast.Import: ("`import`", "write what it needs as a helper function, and call that"),
    ast.ImportFrom: ("`import`", "write what it needs as a helper function, and call that"),
    ast.Delete: ("`del`", "leave it out: names are forgotten at the end of a step"),
    ast.Raise: ("`raise`", "answer with an output that says what is wrong: a variant with a case for it"),
    ast.Assert: ("`assert`", "answer with an output that says what is wrong: a variant with a case for it"),
    ast.FunctionDef: ("a function within another", "define it outside, with annotations, and call it"),
    ast.AsyncFunctionDef: ("a function within another", "define it outside, with annotations, and call it"),
    ast.ClassDef: ("a class within a function", "define it outside: a frozen dataclass"),
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


def refused_statement(t: Translator, node: ast.stmt, scope: Scope) -> NoReturn:
    """Refuse a statement of a kind that is not taken.

    Raises:
        FunctionError: always.
    """
    if isinstance(node, ast.Expr):
        _refused_value(t, node.value, scope)
    if isinstance(node, ast.AugAssign):
        value = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
        refused_target(t, node.target, scope, value)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        refused_target(t, node.targets[0] if isinstance(node, ast.Assign) else node.target, scope, node.value)
    if isinstance(node, ast.Delete) and isinstance(node.targets[0], ast.Subscript):
        refused_item(t, node.targets[0], None, scope)
    what, instead = _STATEMENTS.get(type(node), ("this statement", "write it with what a machine takes"))
    t.refuse(head_of(node), f"{what} is not taken in a machine", instead)


def head_of(node: ast.stmt) -> ast.AST:
    """Return the place of the first line of a definition, as far as its name goes."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node
    word = {ast.FunctionDef: "def", ast.AsyncFunctionDef: "async def", ast.ClassDef: "class"}[type(node)]
    head = ast.copy_location(ast.Pass(), node)
    head.end_lineno, head.end_col_offset = node.lineno, node.col_offset + len(f"{word} {node.name}".encode())
    return head


_CLOCK = "what it gives has to come in with the input: a machine gives the same for the same"
_NUMBERS = "write it with + - * /, or as a helper function"
_COLLECTIONS = "write a list, or a map with True for each: {x: True for x in xs}"
_INSTEAD: dict[str, str] = {
    "set": _COLLECTIONS,
    "frozenset": _COLLECTIONS,
    "dict": "write {k: v for k, v in ...}",
    "tuple": "write the parts out, (a, b), or a list",
    "map": "write [f(x) for x in xs]",
    "filter": "write [x for x in xs if ...]",
    "divmod": "write (a // b, a % b)",
    "pow": "multiply, or write a helper function that loops over range(n)",
    "bool": "compare: n != 0, or len(xs) > 0",
    "type": "tell a union apart with `match` or `isinstance`",
    "repr": "write str(...) of an int or a bool",
    "format": "write an f-string",
    "ord": "compare texts with == and <",
    "chr": "write the text itself",
    "iter": "write a `for` loop",
    "next": "take xs[0] of a list, or write a `for` loop",
    "input": "what comes in is the machine's input",
    "open": "a machine has no files; what it knows is in its input and its state",
    "print": "give what is to be seen as a part of the output",
    "math": _NUMBERS,
    "random": _CLOCK,
    "secrets": _CLOCK,
    "uuid": _CLOCK,
    "time": _CLOCK,
    "datetime": _CLOCK,
}
"""What to write instead of calling a function of Python, or one of a module."""


def refused_call(t: Translator, node: ast.Call, function: Any) -> NoReturn:
    """Refuse to call something of Python that is no function of the program.

    Raises:
        FunctionError: always.
    """
    name = ast.unparse(node.func)
    module = str(getattr(function, "__module__", None) or type(getattr(function, "__self__", None)).__module__)
    if module == "builtins":
        instead = _INSTEAD.get(getattr(function, "__name__", name))
    else:
        instead = _INSTEAD.get(module.partition(".")[0].lstrip("_"))
    if isinstance(function, type) and issubclass(function, BaseException):
        instead = "answer with an output that says what is wrong: a variant with a case for it"
    if instead is None and isinstance(getattr(function, "__wrapped__", None), FunctionType):
        t.refuse(node.func, f"`{name}` has a decorator", "call plain functions with annotations")
    if isinstance(function, type) and instead is None and module != "builtins":
        t.refuse(node.func, f"`{name}` is no frozen dataclass", "write @dataclass(frozen=True) above it")
    t.refuse(node.func, f"`{name}` is not taken in a machine", instead or "write a helper function with annotations")


def refused_name(t: Translator, node: ast.expr, scope: Scope) -> NoReturn:
    """Refuse a name that nobody has defined.

    Raises:
        FunctionError: always.
    """
    name = ast.unparse(node)
    if name == t.own_name:
        t.refuse(node, f"`{name}` calls itself", "write a `for` loop over a list or range(n)")
    known = {*scope.names, *t.assigned, *t.names.all()}
    t.refuse(node, f"the name `{name}` is not defined", meant(name, known))


_METHODS = {
    "format": 'write an f-string: f"... {n} ..."',
    "join": "add the texts in a `for` loop",
    "split": "take what is before text.find(...), by text[:i], or have a list come in with the input",
    "count": "count in a `for` loop, or len([x for x in xs if x == item])",
    "index": "go through enumerate(xs) in a `for` loop",
    "copy": "leave it out: nothing is changed in place",
}
"""What to write instead of calling a method."""

_THERE_ARE = {"Str": "upper, lower, strip, startswith, endswith, replace, find", "Map": "get, keys, values, items"}


def refused_method(t: Translator, node: ast.Call, of: Type[Any]) -> NoReturn:
    """Refuse to call a method of a value.

    Raises:
        FunctionError: always.
    """
    assert isinstance(node.func, ast.Attribute)
    name = node.func.attr
    if is_changing(node, of):
        refused_change(t, node, of)
    if is_record_head(of.head) or of.head == "Variant":
        helper = f"write a helper function, and call that: {name}({written(node.func.value)}, ...)"
        t.refuse(node, f"methods of dataclasses are not taken in a machine: `.{name}`", helper)
    instead = f"there are: {_THERE_ARE[of.head]}" if of.head in _THERE_ARE else "there are none: call a helper function"
    if of.head == "Maybe":
        instead = f"look first whether it is there: if {written(node.func.value, 'it')} is not None"
    t.refuse(node, f"{said(of)} has no method `{name}` here", _METHODS.get(name, instead))


def _refused_value(t: Translator, value: ast.expr, scope: Scope) -> NoReturn:
    if isinstance(value, ast.Call):
        t.expression(value, scope)
    if isinstance(value, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
        refused_expression(t, value)
    t.refuse(value, "what this gives is dropped", "assign it to a name, or leave it out")


def refused_target(t: Translator, target: ast.expr, scope: Scope, value: ast.expr | None = None) -> NoReturn:
    """Refuse to assign to something that is no name.

    Raises:
        FunctionError: always.
    """
    if isinstance(target, ast.Attribute):
        refused_field(t, target, value or ast.Constant(...))
    if isinstance(target, ast.Subscript):
        refused_item(t, target, value or ast.Constant(...), scope)
    if isinstance(target, ast.Starred):
        t.refuse(target, "a star in an assignment is not taken in a machine", "take the parts out: xs[0], xs[1:]")
    t.refuse(target, "this cannot be assigned to in a machine", "assign to a name, or to names in a tuple")
