"""Machines of the vocabulary that are made where they are called: `find()(…)`, `read(int)(…)`, `unleft(turn)(…)`."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any

from sm_toolkit.language.functions.names import Definition
from sm_toolkit.language.functions.scopes import inside
from sm_toolkit.language.functions.translating import Translator
from sm_toolkit.language.primitives import PRIMITIVES
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import Term, Unleft
from sm_toolkit.language.vocabulary.control import unleft

_VOCABULARY = "sm_toolkit.language.vocabulary."


def combined(t: Translator, node: ast.Call, maker: Any) -> Machine[Any, Any, Any]:
    """Return what is called: a primitive at types, `read`, `show`, or `unleft` of a function of one argument."""
    is_known = isinstance(maker, FunctionType) and maker.__module__.startswith(_VOCABULARY)
    if not is_known or maker.__name__ not in (*PRIMITIVES, "read", "show", "unleft") or node.keywords:
        advice = "call a function by its name; of the vocabulary there are primitives, read, show and unleft"
        t.refuse(node, f"`{ast.unparse(node)}` makes no machine that can be called here", advice)
    if maker is unleft:
        if len(node.args) != 1:
            t.refuse(node, "`unleft` takes one function", "write unleft(turn)(x)")
        return Machine(Unleft(_turn(t, node.args[0], node)))
    made: Machine[Any, Any, Any]
    try:
        made = maker(*(t.annotation(each) for each in node.args))
    except TypeError as error:
        t.refuse(node, f"`{ast.unparse(node)}` makes no machine: {error}", "give it all its types, or none")
    return made


def _turn(t: Translator, node: ast.expr, call: ast.Call) -> Term:
    """Return the term of a function of one argument that is handed to a combinator."""
    function = t.names.named(node)
    if isinstance(function, Machine) and function.origin is None:
        return function.term
    if not isinstance(function, Machine | FunctionType | Definition):
        t.refuse(node, f"`{ast.unparse(node)}` is no function", "give the name of a function of one argument")
    callee = t.callee(function, call)
    if len(callee.parameters) != 1:
        t.refuse(node, f"`{ast.unparse(node)}` takes {len(callee.parameters)} arguments", "let it take one")
    return inside(callee.body)
