"""Calls of functions that Python has itself: `len`, `min`, `sum`, `sorted` and their like."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from sm_toolkit.language.data.types import Bool, Float, Int, Str, Type
from sm_toolkit.language.functions.comprehensions import folded, going
from sm_toolkit.language.functions.fitting import fitted
from sm_toolkit.language.functions.operators import FALSE, TRUE, compared, instead_of
from sm_toolkit.language.functions.scopes import Local, Scope, Typed, applied, constant, inside, lets, then
from sm_toolkit.language.functions.translating import Translator
from sm_toolkit.language.functions.words import conversion, counted, said, written
from sm_toolkit.language.syntax.terms import Fanout, Fold, Id, If, Let, Primitive, Term


def built_in(t: Translator, node: ast.Call, scope: Scope, function: Any) -> Typed | None:
    """Return the term of a call of a function of Python's own; None if it is none of those that are taken."""
    try:
        maker = _BUILTINS.get(function)
    except TypeError:  # what cannot be hashed is no function
        return None
    if maker is None:
        return None
    for keyword in node.keywords:
        if function is sorted and keyword.arg == "reverse":
            continue
        name = ast.unparse(node.func)
        advice = _NAMED.get((name, keyword.arg or ""), "leave it out").format(*map(written, node.args), "xs")
        t.refuse(keyword, f"`{name}` takes no `{keyword.arg}=` here", advice)
    return maker(t, node, scope)


_NAMED = {
    ("sorted", "key"): "sort tuples that begin with the key: sorted([(key, x) for x in {0}])",
    ("min", "key"): "compare tuples that begin with the key: min([(key, x) for x in {0}])",
    ("max", "key"): "compare tuples that begin with the key: max([(key, x) for x in {0}])",
    ("min", "default"): "look first: if len({0}) > 0",
    ("max", "default"): "look first: if len({0}) > 0",
    ("sum", "start"): "add it: ... + sum({0})",
}
"""What to write instead of a named argument of Python's own functions."""


_SURPLUS = {
    "sum": "write {1} + sum({0})",
    "round": "there is no rounding to places: count in hundredths, round({0} * 100.0), say",
    "int": "have the number come in with the input",
}
"""What to write instead of one argument more."""


def arguments(t: Translator, node: ast.Call, count: int) -> list[ast.expr]:
    """Return the arguments of a call, which has to have so many."""
    if len(node.args) != count:
        name, wants = ast.unparse(node.func), counted(count, "argument")
        surplus = node.args[count] if len(node.args) > count else node
        advice = f"give it {wants}"
        if surplus is not node:
            advice = _SURPLUS.get(name, advice).format(*map(written, node.args))
        t.refuse(surplus, f"`{name}` takes {wants} here, and gets {len(node.args)}", advice)
    return node.args


def _len(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    given = t.expression(arguments(t, node, 1)[0], scope)
    name = {"Str": "length", "Bytes": "length_bytes", "List": "length_list", "Map": "size_map"}.get(given.type.head)
    if name is None:
        t.refuse(node, f"{said(given.type)} has no length", "there is a length of lists, maps, texts and bytes")
    return Typed(then(given.term, Primitive(name, given.type.args)), Int)


def _abs(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    given = t.expression(arguments(t, node, 1)[0], scope)
    if given.type not in (Int, Float):
        t.refuse(node, f"`abs` takes a number, and this is {said(given.type)}", "give an int or a float")
    return Typed(then(given.term, Primitive("abs_" if given.type is Int else "abs_float")), given.type)


def _least(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _extreme(t, node, scope, "minimum", "<")


def _greatest(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _extreme(t, node, scope, "maximum", ">")


def _extreme(t: Translator, node: ast.Call, scope: Scope, name: str, symbol: str) -> Typed:
    if not node.args:
        t.refuse(node, f"`{ast.unparse(node.func)}` takes a list, or two values or more", "give it some")
    if len(node.args) == 1:
        if not isinstance(node.args[0], ast.Call | ast.GeneratorExp):
            type_ = t.expression(node.args[0], scope).type
            if type_.head not in ("List", "Map"):
                problem = f"`{ast.unparse(node.func)}` takes a list, or two values or more, and this is {said(type_)}"
                t.refuse(node.args[0], problem, "give it more to compare")
        given = _listed(t, node.args[0], scope)
        of = given.type.args[0]
        bound, xs = scope.binding(given.type)
        inner, both = bound.binding(Type("Pair", (of, of)))
        start = applied("item_at", bound.value(xs).term, constant(0, Int).term)
        parts = [then(inner.value(both).term, Primitive(half)) for half in ("fst", "snd")]
        step = Primitive(name) if of is Int else inside(_better(t, node, symbol, of, parts))
        return Typed(Let(given.term, then(Fanout(start, bound.value(xs).term), Fold(step))), of)
    made = t.expression(node.args[0], scope)
    for argument in node.args[1:]:
        first, one = scope.binding(made.type)
        found = t.expression(argument, scope if made.type is Int else first, made.type)
        if fitted(found, made.type) is None:
            problem = f"`{ast.unparse(node.func)}` compares values of one type: {said(made.type)}, and this is"
            pair = ast.copy_location(ast.BinOp(node.args[0], ast.Add(), argument), argument)
            t.refuse(argument, f"{problem} {said(found.type)}", instead_of("<", made.type, found.type, pair))
        value = t.fit(argument, found, made.type, "what is compared")
        if made.type is Int:
            made = Typed(applied(name, made.term, value.term), Int)
            continue
        second, two = first.binding(made.type)
        parts = [second.value(one).term, second.value(two).term]
        made = Typed(lets([made.term, value.term], _better(t, node, symbol, made.type, parts)), made.type)
    return made


def _better(t: Translator, node: ast.Call, symbol: str, of: Type[Any], parts: list[Term]) -> Term:
    """Return the second of two if it is less, or greater, and else the first: so do min and max."""
    one, two = (Typed(part, of) for part in parts)
    test = compared(t, node, symbol, two, one)
    return then(Fanout(Id(), test), If(two.term, one.term))


def _listed(t: Translator, node: ast.expr, scope: Scope) -> Typed:
    """Return a list that something is, or that is gone through in it."""
    if isinstance(node, ast.GeneratorExp):
        node = ast.copy_location(ast.ListComp(node.elt, node.generators), node)
    if isinstance(node, ast.Call):
        to = going(t, node, scope)
        if not to.bound and to.item is to.list.type.args[0]:
            return to.list
        item = ast.copy_location(ast.Name("_item", ast.Store()), node)
        value = ast.copy_location(ast.Name("_item", ast.Load()), node)
        made = ast.copy_location(ast.ListComp(value, [ast.comprehension(item, node, [], 0)]), node)
        return t.expression(made, scope)
    return going(t, node, scope).list


def _sum(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    given = _listed(t, arguments(t, node, 1)[0], scope)
    of = given.type.args[0]
    if of is not Int:
        advice = "add them in a `for` loop" if of is Float else "add in a `for` loop what can be added"
        told = f"`sum` does not take items of {said(of)}"
        if of is Bool:
            advice = "count what is true: len([x for x in xs if ...])"
        if of is Float:
            told = "`sum` does not take floats, whose sum differs between versions of Python"
        t.refuse(node, told, advice)
    return Typed(then(Fanout(constant(0, Int).term, given.term), Fold(Primitive("add"))), Int)


def _any(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _quantified(t, node, scope, stops=True)


def _all(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _quantified(t, node, scope, stops=False)


def _quantified(t: Translator, node: ast.Call, scope: Scope, *, stops: bool) -> Typed:
    (over,) = arguments(t, node, 1)
    start = FALSE if stops else TRUE
    if isinstance(over, ast.GeneratorExp):
        generators, test = over.generators, over.elt
    else:
        given = _listed(t, over, scope)
        if given.type.args[0] is not Bool:
            name, xs = ast.unparse(node.func), written(over, "xs")
            problem = f"`{name}` takes truth values, and the items of this are {said(given.type.args[0])}"
            t.refuse(over, problem, f"write the test: {name}(x != ... for x in {xs})")
        item = ast.copy_location(ast.Name("_item", ast.Store()), over)
        test = ast.copy_location(ast.Name("_item", ast.Load()), over)
        generators = [ast.comprehension(item, over, [], 0)]

    def step(inner: Scope, so_far: Local) -> Term:
        return t.fitting(test, inner, Bool, "what is tested").term

    return folded(t, generators, scope, Bool, lambda _: start.term, step, stops)


def _sorted(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    given = _listed(t, arguments(t, node, 1)[0], scope)
    of = given.type.args
    compared(t, node, "<", Typed(FALSE.term, of[0]), Typed(FALSE.term, of[0]))
    sort, reverse = Primitive("sort_list", of), Primitive("reverse", of)
    if not _is_backwards(t, node):
        return Typed(then(given.term, sort), given.type)
    # What is equal stays in its order: only of 0.0 and -0.0 that is to be seen.
    before = (reverse,) if "Float" in given.type.kinds else ()
    return Typed(then(given.term, *before, sort, reverse), given.type)


def _is_backwards(t: Translator, node: ast.Call) -> bool:
    backwards = False
    for keyword in node.keywords:
        if not isinstance(keyword.value, ast.Constant) or keyword.value.value.__class__ is not bool:
            xs, test = written(node.args[0]), written(keyword.value)
            advice = f"write sorted({xs}, reverse=True) if {test} else sorted({xs})"
            t.refuse(keyword, "`reverse=` is True or False here, written out", advice)
        backwards = keyword.value.value is True
    return backwards


def _list(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _listed(t, arguments(t, node, 1)[0], scope)


def _str(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    (argument,) = arguments(t, node, 1)
    return t.text(argument, t.expression(argument, scope))


def _float(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _converted(t, node, scope, Float, {Int: "to_float", Float: ""})


def _int(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _converted(t, node, scope, Int, {Float: "truncate", Int: ""})


def _round(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _converted(t, node, scope, Int, {Float: "round_", Int: ""})


def _converted(t: Translator, node: ast.Call, scope: Scope, to: Type[Any], names: dict[Type[Any], str]) -> Typed:
    given = t.expression(arguments(t, node, 1)[0], scope)
    if given.type not in names:
        takes = " or ".join(map(said, names))
        advice = (
            "have the number come in with the input" if given.type is Str else conversion(given.type, to, node.args[0])
        )
        t.refuse(node, f"`{ast.unparse(node.func)}` takes {takes} here, and this is {said(given.type)}", advice)
    name = names[given.type]
    return Typed(then(given.term, Primitive(name)) if name else given.term, to)


def _gone_through(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    name = ast.unparse(node.func)
    advice = f"go through it with `for`, or write list({written(node, f'{name}(...)')})"
    t.refuse(node, f"what `{name}` gives is no value here", advice)


def _isinstance(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    test = t.condition(node, scope)
    return Typed(test.choose(lambda: TRUE.term, lambda: FALSE.term)(), Bool)


_BUILTINS: dict[Any, Callable[[Translator, ast.Call, Scope], Typed]] = {
    len: _len,
    abs: _abs,
    min: _least,
    max: _greatest,
    sum: _sum,
    any: _any,
    all: _all,
    sorted: _sorted,
    list: _list,
    str: _str,
    float: _float,
    int: _int,
    round: _round,
    range: _gone_through,
    enumerate: _gone_through,
    zip: _gone_through,
    reversed: _gone_through,
    isinstance: _isinstance,
}
