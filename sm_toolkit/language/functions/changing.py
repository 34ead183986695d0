"""What would be changed in place: refused, with what to write instead."""

from __future__ import annotations

import ast
from typing import Any, NoReturn

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import FunctionError
from sm_toolkit.language.functions.scopes import Scope
from sm_toolkit.language.functions.translating import Translator
from sm_toolkit.language.functions.words import operand, written

PROBLEM = "nothing is changed in place in a machine"

LIST_METHODS = {
    "append": "[*{of}, {0}]",
    "extend": "{of} + {0}",
    "insert": "[*{of}[:{0}], {1}, *{of}[{0}:]]",
    "remove": "[x for x in {of} if x != {0}]",
    "clear": "{of}[:0]",
    "sort": "sorted({of})",
    "reverse": "{of}[::-1]",
}
MAP_METHODS = {
    "update": "{of} | {0}",
    "setdefault": "{of} if {0} in {of} else {of} | {{{0}: {1}}}",
    "pop": "{{k: v for k, v in {of}.items() if k != {0}}}",
    "clear": "{{k: v for k, v in {of}.items() if False}}",
    "popitem": "{{k: v for k, v in {of}.items() if k != ...}}",
}
"""Methods that change what they are called on, and how the value after that is written."""


def is_changing(node: ast.Call, of: Type[Any]) -> bool:
    """Tell whether a method changes what it is called on."""
    assert isinstance(node.func, ast.Attribute)
    return node.func.attr in {"List": {*LIST_METHODS, "pop"}, "Map": MAP_METHODS}.get(of.head, ())


def refused_change(t: Translator, node: ast.Call, of: Type[Any]) -> NoReturn:
    """Refuse to call a method that changes what it is called on.

    Raises:
        FunctionError: always.
    """
    assert isinstance(node.func, ast.Attribute)
    name, whole = node.func.attr, written(node.func.value, "xs")
    given = [written(argument) for argument in node.args] + ["...", "..."]
    if name == "pop" and of.head == "List":
        at = given[0] if node.args else "-1"
        rest = f"{whole}[:-1]" if at == "-1" else f"{whole}[1:]" if at == "0" else _without(whole, node.args[0])
        t.refuse(node, PROBLEM, f"take {whole}[{at}], and write {_put(node.func.value, rest)}")
    templates = LIST_METHODS if of.head == "List" else MAP_METHODS
    after = _put(node.func.value, templates[name].format(*given, of=whole))
    if name == "setdefault":
        t.refuse(node, PROBLEM, f"write {after}, and then take {whole}[{given[0]}]")
    taken = f"take {whole}[{given[0]}], and " if name == "pop" and node.args else ""
    t.refuse(node, PROBLEM, f"{taken}write {after}")


def refused_item(t: Translator, target: ast.Subscript, value: ast.expr | None, scope: Scope) -> NoReturn:
    """Refuse to assign to an item, or to delete it if there is no value.

    Raises:
        FunctionError: always.
    """
    of, at, item = written(target.value, "xs"), written(target.slice), written(value)
    head = _head(t, target.value, scope)
    if isinstance(target.slice, ast.Slice):
        lower, upper = (written(each) if each is not None else "" for each in (target.slice.lower, target.slice.upper))
        pieces = [f"{of}[:{lower}]"] * bool(lower) + [item] * (value is not None) + [f"{of}[{upper}:]"] * bool(upper)
        t.refuse(target, PROBLEM, f"write {_put(target.value, ' + '.join(pieces) or f'{of}[:0]')}")
    if head in ("Pair", "Tuple"):
        t.refuse(target, PROBLEM, f"write the whole tuple: {of} = (...)")
    if head == "Str":
        made = " + ".join([f"{of}[:{at}]", item, f"{of}[{_next(target.slice)}:]"])
    elif head == "List":
        made = _without(of, target.slice) if value is None else _with(of, target.slice, item)
    elif value is None:
        made = f"{{k: v for k, v in {of}.items() if k != {at}}}"
    else:
        made = f"{of} | {{{at}: {item}}}"
    t.refuse(target, PROBLEM, f"write {_put(target.value, made)}")


def refused_field(t: Translator, target: ast.Attribute, value: ast.expr) -> NoReturn:
    """Refuse to assign to a field.

    Raises:
        FunctionError: always.
    """
    t.refuse(target, PROBLEM, f"write {_put(target, written(value))}")


def _head(t: Translator, node: ast.expr, scope: Scope) -> str:
    try:
        return t.expression(node, scope).type.head
    except FunctionError:
        return ""


def _put(target: ast.expr, made: str) -> str:
    """Return how a new value is put where an old one was.

    >>> _put(ast.parse("state.lines", mode="eval").body, "[*state.lines, line]")
    'state = replace(state, lines=[*state.lines, line])'
    """
    if isinstance(target, ast.Attribute):
        of = written(target.value)
        return _put(target.value, f"replace({of}, {target.attr}={made})")
    if isinstance(target, ast.Subscript):
        of = written(target.value)
        return _put(target.value, f"{of} | {{{written(target.slice)}: {made}}}")
    return f"{written(target)} = {made}"


def _with(of: str, at: ast.expr, item: str) -> str:
    return f"[*{of}[:{written(at)}], {item}{_rest(of, at)}]"


def _without(of: str, at: ast.expr) -> str:
    return f"{of}[:{written(at)}]" + (f" + {of}[{_next(at)}:]" if _next(at) else "")


def _rest(of: str, at: ast.expr) -> str:
    return f", *{of}[{_next(at)}:]" if _next(at) else ""


def _next(at: ast.expr) -> str:
    """Return the index after another one; nothing after the last one."""
    try:
        place = ast.literal_eval(at)
    except ValueError:
        return f"{operand(at)} + 1"
    return "" if place == -1 else str(place + 1) if isinstance(place, int) else "..."
