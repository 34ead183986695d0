"""Calls: of Python's own functions, of methods, of classes, of other functions and machines."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from sm_toolkit.language.checking.inference import check, elaborate, infer
from sm_toolkit.language.data.types import (
    Bool,
    Float,
    Int,
    Left,
    Maybe,
    Pair,
    Right,
    Str,
    Type,
    misfit,
)
from sm_toolkit.language.errors import MachineTypeError, ToolkitError
from sm_toolkit.language.functions.combining import combined
from sm_toolkit.language.functions.comprehensions import folded, going
from sm_toolkit.language.functions.fitting import fitted
from sm_toolkit.language.functions.making import constructed, replaced, side_of
from sm_toolkit.language.functions.names import NOWHERE, Definition, is_record_class
from sm_toolkit.language.functions.operators import FALSE, TRUE, compared, instead_of
from sm_toolkit.language.functions.refusals import refused_call, refused_method, refused_name
from sm_toolkit.language.functions.scopes import Local, Scope, Typed, applied, constant, inside, lets, then
from sm_toolkit.language.functions.translating import Callee, Translator
from sm_toolkit.language.functions.words import conversion, counted, said, written
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.state_passing import state_passing, works_on_a_state
from sm_toolkit.language.syntax.terms import (
    FanIn,
    Fanout,
    Fold,
    Id,
    If,
    Let,
    Primitive,
    Term,
)


def called(t: Translator, node: ast.Call, scope: Scope, want: Type[Any] | None) -> Typed:
    """Return the term of a call."""
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            is_extreme = written(node.func) in ("min", "max") and len(node.args) == 1
            advice = (
                f"write {written(node.func)}({written(argument.value)})" if is_extreme else "write the arguments out"
            )
            t.refuse(argument, "a star in a call is not taken in a machine", advice)
    for keyword in node.keywords:
        if keyword.arg is None:
            t.refuse(keyword, "stars in a call are not taken in a machine", "write the arguments out")
    function = _function(t, node.func, scope)
    if function is NOWHERE:
        if isinstance(node.func, ast.Attribute):
            if _root(node.func) not in (*scope.names, *t.assigned) and isinstance(t.names.named(node.func.value), type):
                advice = f"call it of a value: {written(node.args[0]) if node.args else 'x'}.{node.func.attr}(...)"
                t.refuse(node.func, f"`{ast.unparse(node.func)}` is not taken in a machine", advice)
            return _method(t, node, node.func, scope)
        refused_name(t, node.func, scope)
    try:
        maker = _BUILTINS.get(function)
    except TypeError:  # what cannot be hashed is no function
        maker = None
    if maker is not None:
        for keyword in node.keywords:
            if function is sorted and keyword.arg == "reverse":
                continue
            name = ast.unparse(node.func)
            advice = _NAMED.get((name, keyword.arg or ""), "leave it out").format(*map(written, node.args), "xs")
            t.refuse(keyword, f"`{name}` takes no `{keyword.arg}=` here", advice)
        return maker(t, node, scope)
    if function is Left or function is Right:
        return side_of(t, node, scope, want, function)
    if function is dataclasses.replace:
        return replaced(t, node, scope)
    if isinstance(function, type) and is_record_class(function):
        return constructed(t, node, scope, function)
    if isinstance(function, Machine) and written(node.func) == t.own_name:  # one that had the name before
        refused_name(t, node.func, scope)
    if isinstance(function, Machine) and function.origin is None:
        return _machine(t, node, scope, function)
    if isinstance(function, FunctionType) and function.__module__.partition(".")[0] in sys.stdlib_module_names:
        refused_call(t, node, function)
    if isinstance(function, Machine | FunctionType | Definition):
        return _taken_in(t, node, scope, function)
    refused_call(t, node, function)


def _function(t: Translator, node: ast.expr, scope: Scope) -> Any:
    """Return what is called, if it is no method of a value."""
    if isinstance(node, ast.Name):
        if node.id in scope.names or node.id in t.assigned:
            advice = "call a function by the name of its definition"
            if hasattr(builtins, node.id):
                advice = f"`{node.id}` is a function of Python: give the value another name"
            t.refuse(node, f"`{node.id}` is a value here, and is called", advice)
        return t.names.look_up(node.id)
    if isinstance(node, ast.Attribute):
        return t.names.named(node) if _root(node) not in (*scope.names, *t.assigned) else NOWHERE
    if isinstance(node, ast.Call) and _root(node.func) not in (*scope.names, *t.assigned):
        return combined(t, node, t.names.named(node.func))
    t.refuse(node, "only what has a name is called in a machine", "call a function by its name")


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


# -- Python's own ---------------------------------------------------------------------------------------------


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


def _arguments(t: Translator, node: ast.Call, count: int) -> list[ast.expr]:
    if len(node.args) != count:
        name, wants = ast.unparse(node.func), counted(count, "argument")
        surplus = node.args[count] if len(node.args) > count else node
        advice = f"give it {wants}"
        if surplus is not node:
            advice = _SURPLUS.get(name, advice).format(*map(written, node.args))
        t.refuse(surplus, f"`{name}` takes {wants} here, and gets {len(node.args)}", advice)
    return node.args


def _len(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    given = t.expression(_arguments(t, node, 1)[0], scope)
    name = {"Str": "length", "Bytes": "length_bytes", "List": "length_list", "Map": "size_map"}.get(given.type.head)
    if name is None:
        t.refuse(node, f"{said(given.type)} has no length", "there is a length of lists, maps, texts and bytes")
    return Typed(then(given.term, Primitive(name, given.type.args)), Int)


def _abs(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    given = t.expression(_arguments(t, node, 1)[0], scope)
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
    given = _listed(t, _arguments(t, node, 1)[0], scope)
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
    (over,) = _arguments(t, node, 1)
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
    given = _listed(t, _arguments(t, node, 1)[0], scope)
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
    return _listed(t, _arguments(t, node, 1)[0], scope)


def _str(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    (argument,) = _arguments(t, node, 1)
    return t.text(argument, t.expression(argument, scope))


def _float(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _converted(t, node, scope, Float, {Int: "to_float", Float: ""})


def _int(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _converted(t, node, scope, Int, {Float: "truncate", Int: ""})


def _round(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _converted(t, node, scope, Int, {Float: "round_", Int: ""})


def _converted(t: Translator, node: ast.Call, scope: Scope, to: Type[Any], names: dict[Type[Any], str]) -> Typed:
    given = t.expression(_arguments(t, node, 1)[0], scope)
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


# -- methods --------------------------------------------------------------------------------------------------

_TEXT_METHODS: dict[str, tuple[str, int]] = {
    "upper": ("upper", 0),
    "lower": ("lower", 0),
    "strip": ("strip", 0),
    "startswith": ("starts_with", 1),
    "endswith": ("ends_with", 1),
    "replace": ("replace", 2),
}


def _method(t: Translator, node: ast.Call, function: ast.Attribute, scope: Scope) -> Typed:
    name = function.attr
    whole = t.expression(function.value, scope)
    if node.keywords and (whole.type is Str or whole.type.head == "Map"):
        t.refuse(node.keywords[0], f"`.{name}` takes no names here", "leave the name out")
    if whole.type is Str and name in _TEXT_METHODS:
        primitive, count = _TEXT_METHODS[name]
        texts = [t.fitting(each, scope, Str, f"what `.{name}` takes").term for each in _arguments(t, node, count)]
        made = applied(primitive, whole.term, *texts)
        return Typed(made, Bool if count == 1 else Str)
    if whole.type is Str and name == "find":
        text = t.fitting(_arguments(t, node, 1)[0], scope, Str, "what `.find` takes")
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


# -- functions and machines -----------------------------------------------------------------------------------


def _taken_in(t: Translator, node: ast.Call, scope: Scope, function: Any) -> Typed:
    callee: Callee = t.callee(function, node)
    name = ast.unparse(node.func)
    labels = [label for label, _ in callee.parameters]
    if len(node.args) > len(labels):
        problem = f"`{name}` takes {counted(len(labels), 'argument')}, and gets {len(node.args)}"
        t.refuse(node.args[len(labels)], problem, f"it takes {', '.join(labels) or 'nothing'}")
    given = dict(zip(labels, node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg not in labels or keyword.arg in given:
            is_twice = keyword.arg in given
            problem = f"`{keyword.arg}` is given twice" if is_twice else f"`{name}` has no parameter `{keyword.arg}`"
            t.refuse(keyword, problem, f"it takes {', '.join(labels) or 'nothing'}")
        given[keyword.arg] = keyword.value
    types = dict(callee.parameters)
    missing = [label for label in labels if label not in given]
    if missing:
        t.refuse(
            node, f"`{name}` lacks {', '.join(f'`{label}`' for label in missing)}", f"it takes {', '.join(labels)}"
        )
    bound: list[Term] = []
    inner = scope
    found: dict[str, Local] = {}
    for label, value in given.items():
        bound.append(t.fitting(value, inner, types[label], f"`{label}` of `{name}`").term)
        inner, found[label] = inner.binding(types[label])
    if list(given) != labels:
        for label in labels:
            bound.append(inner.value(found[label]).term)
            inner = inner.deeper()
    return Typed(lets(bound, callee.body), callee.result)


def _machine(t: Translator, node: ast.Call, scope: Scope, machine: Machine[Any, Any, Any]) -> Typed:
    """Return what a machine of combinators gives: its output, and beside it its new state if it is given one."""
    name = ast.unparse(node.func)
    if node.keywords:
        t.refuse(node.keywords[0], f"`{name}` takes no names here", "leave the name out")
    if len(node.args) not in (1, 2):
        problem = (
            f"`{name}` takes its input, and its state if it has one, and gets {counted(len(node.args), 'argument')}"
        )
        t.refuse(node, problem, f"write output, state = {name}(x, state)")
    is_stateful = works_on_a_state(machine.term)
    if is_stateful and len(node.args) == 1:
        advice = f"give it one, and take the new one: output, state = {name}({written(node.args[0])}, state)"
        t.refuse(node, f"`{name}` works on a state of its own, and gets none", advice)
    given = []
    for argument, type_, which in zip(node.args, _known_types(machine), ("input", "state"), strict=False):
        found = t.expression(argument, scope, type_)
        given.append(found if type_ is None else t.fit(argument, found, type_, f"the {which} of `{name}`"))
    input_, state = given[0].type, given[1].type if len(given) > 1 else None
    term = machine.term
    try:
        output = check(machine, state, input_, limits=t.limits).output
        if is_stateful and not output.has_variables:
            term = elaborate(machine, state, input_, limits=t.limits).term
    except MachineTypeError as error:
        taken = said(input_) if state is None else f"{said(input_)} and the state {said(state)}"
        t.refuse(node, f"`{name}` does not take {taken}: {error.summary}", "give it what it takes")
    except ToolkitError as error:
        t.refuse(node, f"`{name}` cannot be called here: {error}", "mend it")
    if output.has_variables:
        t.refuse(node, f"the type of what `{name}` gives is not known: {output}", f"give `{name}` its types")
    if state is None:
        return Typed(then(given[0].term, term), output)
    return Typed(then(Fanout(given[0].term, given[1].term), state_passing(term)), Pair(output, state))


def _known_types(machine: Machine[Any, Any, Any]) -> list[Type[Any] | None]:
    """Return the types of the input and the state that a machine takes, where it takes one type alone."""
    try:
        scheme = machine.remember("scheme", lambda: infer(machine))
    except ToolkitError:  # which is told where it is looked at with what it is given
        return [None, None]
    return [None if type_.has_variables else type_ for type_ in (scheme.input, scheme.state)]
