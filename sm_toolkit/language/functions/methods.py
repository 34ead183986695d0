"""Calls of methods: those of texts, and `.get` of maps."""

from __future__ import annotations

import ast

from sm_toolkit.language.data.types import Bool, Int, Maybe, Str, Type, misfit
from sm_toolkit.language.functions.builtin_calls import arguments
from sm_toolkit.language.functions.refusals import refused_method
from sm_toolkit.language.functions.scopes import Scope, Typed, applied, constant, then
from sm_toolkit.language.functions.translating import Translator
from sm_toolkit.language.functions.words import said
from sm_toolkit.language.syntax.terms import FanIn, Id, Let

_TEXT_METHODS: dict[str, tuple[str, int]] = {
    "upper": ("upper", 0),
    "lower": ("lower", 0),
    "strip": ("strip", 0),
    "startswith": ("starts_with", 1),
    "endswith": ("ends_with", 1),
    "replace": ("replace", 2),
}


def method_called(t: Translator, node: ast.Call, function: ast.Attribute, scope: Scope) -> Typed:
    """Return the term of a call of a method."""
    name = function.attr
    whole = t.expression(function.value, scope)
    if node.keywords and (whole.type is Str or whole.type.head == "Map"):
        t.refuse(node.keywords[0], f"`.{name}` takes no names here", "leave the name out")
    if whole.type is Str and name in _TEXT_METHODS:
        primitive, count = _TEXT_METHODS[name]
        texts = [t.fitting(each, scope, Str, f"what `.{name}` takes").term for each in arguments(t, node, count)]
        made = applied(primitive, whole.term, *texts)
        return Typed(made, Bool if count == 1 else Str)
    if whole.type is Str and name == "find":
        text = t.fitting(arguments(t, node, 1)[0], scope, Str, "what `.find` takes")
        found = FanIn(constant(-1, Int).term, Id())
        return Typed(then(applied("find", whole.term, text.term), found), Int)
    if whole.type.head == "Map" and name == "get":
        return _get(t, node, whole, scope)
    if whole.type.head == "Map" and name in ("keys", "values", "items"):
        advice = f"go through it with `for`, or write list({ast.unparse(function)}())"
        t.refuse(node, f"what `.{name}()` gives is no value here", advice)
    refused_method(t, node, whole.type)


def _get(t: Translator, node: ast.Call, whole: Typed, scope: Scope) -> Typed:
    keys, values = whole.type.args
    if len(node.args) not in (1, 2):
        t.refuse(node, "`.get` takes a key, and what to give if it is missing", "write m.get(key) or m.get(key, other)")
    key = t.fitting(node.args[0], scope, keys, "a key of this map")
    if len(node.args) == 1:
        if misfit(Type("Maybe", (values,))) is not None:
            advice = "look first: if key in m, and then m[key]"
            problem = f"`.get` cannot tell a missing key from a value here, which is {said(values)}"
            t.refuse(node, problem, advice)
        return Typed(applied("get_key", whole.term, key.term, types=whole.type.args), Maybe(values))
    bound, other = scope.binding(values)
    default = t.fitting(node.args[1], scope, values, "what is given for a missing key")
    inner_map, inner_key = t.expression(node.func.value, bound), t.fitting(node.args[0], bound, keys, "a key")  # type: ignore[attr-defined]
    looked = applied("lookup", inner_map.term, inner_key.term, types=whole.type.args)
    return Typed(Let(default.term, then(looked, FanIn(bound.value(other).term, Id()))), values)
