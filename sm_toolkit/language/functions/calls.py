"""Calls: of Python's own functions, of methods, of classes, of other functions and machines."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable
from types import FunctionType
from typing import Any

from sm_toolkit.language.checking.inference import check
from sm_toolkit.language.data.annotations import from_annotation
from sm_toolkit.language.data.records import Record
from sm_toolkit.language.data.types import (
    Bool,
    Either,
    Float,
    Int,
    Left,
    Maybe,
    Right,
    Str,
    Type,
    is_record_head,
    misfit,
    record_words,
)
from sm_toolkit.language.errors import AnnotationError, MachineTypeError, ToolkitError
from sm_toolkit.language.functions.comprehensions import folded, going
from sm_toolkit.language.functions.names import NOWHERE, Definition, is_record_class
from sm_toolkit.language.functions.operators import FALSE, TRUE, compared
from sm_toolkit.language.functions.refusals import MUTATING
from sm_toolkit.language.functions.scopes import Local, Scope, Typed, applied, constant, inside, lets, nested, then
from sm_toolkit.language.functions.translating import Callee, Translator, some
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import (
    FanIn,
    Fanout,
    Fold,
    Get,
    Id,
    If,
    Let,
    Loop,
    Primitive,
    Put,
    Term,
    Zoom,
    walk,
)


def called(t: Translator, node: ast.Call, scope: Scope, want: Type[Any] | None) -> Typed:
    """Return the term of a call."""
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            t.refuse(argument, "a star in a call is not taken in a machine", "write the arguments out")
    for keyword in node.keywords:
        if keyword.arg is None:
            t.refuse(keyword.value, "stars in a call are not taken in a machine", "write the arguments out")
    function = _function(t, node.func, scope)
    if function is NOWHERE:
        if isinstance(node.func, ast.Attribute):
            return _method(t, node, node.func, scope)
        t.refuse(node.func, f"`{ast.unparse(node.func)}` is not known here", "call a function that is defined before")
    try:
        maker = _BUILTINS.get(function)
    except TypeError:  # what cannot be hashed is no function
        maker = None
    if maker is not None:
        for keyword in node.keywords:
            t.refuse(keyword.value, f"`{ast.unparse(node.func)}` takes no `{keyword.arg}=` here", "leave it out")
        return maker(t, node, scope)
    if function is Left or function is Right:
        return _side(t, node, scope, want, function)
    if function is dataclasses.replace:
        return _replaced(t, node, scope)
    if isinstance(function, type):
        return _constructed(t, node, scope, function)
    if isinstance(function, Machine) and function.origin is None:
        return _machine(t, node, scope, function)
    if isinstance(function, Machine | FunctionType | Definition):
        return _taken_in(t, node, scope, function)
    written = ast.unparse(node.func)
    t.refuse(node, f"`{written}` is not taken in a machine", "call helper functions, machines, dataclasses, len")


def _function(t: Translator, node: ast.expr, scope: Scope) -> Any:
    """Return what is called, if it is no method of a value."""
    if isinstance(node, ast.Name):
        if node.id in scope.names or node.id in t.assigned:
            t.refuse(node, f"`{node.id}` is a value, and is called", "call a function by the name of its definition")
        return t.names.look_up(node.id)
    if isinstance(node, ast.Attribute):
        return t.names.named(node) if _root(node) not in (*scope.names, *t.assigned) else NOWHERE
    t.refuse(node, "only what has a name is called in a machine", "call a function by its name")


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


# -- Python's own ---------------------------------------------------------------------------------------------


def _arguments(t: Translator, node: ast.Call, count: int) -> list[ast.expr]:
    if len(node.args) != count:
        wants = f"{count} argument{'s' * (count != 1)}"
        t.refuse(node, f"`{ast.unparse(node.func)}` takes {wants} here, and gets {len(node.args)}", f"give it {wants}")
    return node.args


def _len(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    given = t.expression(_arguments(t, node, 1)[0], scope)
    name = {"Str": "length", "Bytes": "length_bytes", "List": "length_list", "Map": "size_map"}.get(given.type.head)
    if name is None:
        t.refuse(node, f"{given.type} has no length", "there is a length of lists, maps, texts and bytes")
    return Typed(then(given.term, Primitive(name, given.type.args)), Int)


def _abs(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    given = t.expression(_arguments(t, node, 1)[0], scope)
    if given.type not in (Int, Float):
        t.refuse(node, f"`abs` takes a number, and this is {given.type}", "give an int or a float")
    return Typed(then(given.term, Primitive("abs_" if given.type is Int else "abs_float")), given.type)


def _least(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _extreme(t, node, scope, "minimum", "<")


def _greatest(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    return _extreme(t, node, scope, "maximum", ">")


def _extreme(t: Translator, node: ast.Call, scope: Scope, name: str, symbol: str) -> Typed:
    if not node.args:
        t.refuse(node, f"`{ast.unparse(node.func)}` takes a list, or two values or more", "give it some")
    if len(node.args) == 1:
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
        if made.type is Int:
            other = t.fitting(argument, scope, Int, "what is compared with an Int")
            made = Typed(applied(name, made.term, other.term), Int)
            continue
        first, one = scope.binding(made.type)
        value = t.fitting(argument, first, made.type, f"what is compared with {made.type}")
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
        advice = "add them in a `for` loop" if of is Float else "sum numbers"
        told = "the sum of floats differs between versions of Python" if of is Float else f"`sum` does not take {of}"
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
        item = ast.copy_location(ast.Name("_item", ast.Store()), over)
        test = ast.copy_location(ast.Name("_item", ast.Load()), over)
        generators = [ast.comprehension(item, over, [], 0)]

    def step(inner: Scope, so_far: Local) -> Term:
        return t.fitting(test, inner, Bool, "what is tested").term

    return folded(t, generators, scope, Bool, lambda _: start.term, step, stops)


def _sorted(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    given = _listed(t, _arguments(t, node, 1)[0], scope)
    compared(t, node, "<", Typed(FALSE.term, given.type.args[0]), Typed(FALSE.term, given.type.args[0]))
    return Typed(then(given.term, Primitive("sort_list", given.type.args)), given.type)


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
        takes = " or ".join(map(str, names))
        advice = "write 1 if ... else 0" if given.type is Bool else "convert it where it comes in"
        t.refuse(node, f"`{ast.unparse(node.func)}` takes {takes} here, and this is {given.type}", advice)
    name = names[given.type]
    return Typed(then(given.term, Primitive(name)) if name else given.term, to)


def _gone_through(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    name = ast.unparse(node.func)
    t.refuse(node, f"what `{name}` gives is no value here", f"go through it with `for`, or write list({name}(...))")


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
    if node.keywords:
        t.refuse(node.keywords[0].value, f"`.{name}` takes no names here", "leave the name out")
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
    if name in MUTATING and whole.type.head in ("List", "Map"):
        t.refuse(node, "nothing is changed in place in a machine", f"write {MUTATING[name]}")
    if is_record_head(whole.type.head):
        t.refuse(node, f"methods of records are not taken in: `.{name}`", "write a helper function, and call that")
    methods = {"Str": "upper, lower, strip, startswith, endswith, replace, find", "Map": "get, keys, values, items"}
    there_are = methods.get(whole.type.head, "none")
    t.refuse(node, f"{whole.type} has no method `{name}` here", f"there are: {there_are}")


def _get(t: Translator, node: ast.Call, whole: Typed, scope: Scope) -> Typed:
    keys, values = whole.type.args
    if len(node.args) not in (1, 2):
        t.refuse(node, "`.get` takes a key, and what to give if it is missing", "write m.get(key) or m.get(key, other)")
    key = t.fitting(node.args[0], scope, keys, "a key of this map")
    if len(node.args) == 1:
        if misfit(Type("Maybe", (values,))) is not None:
            advice = "look first: if key in m, and then m[key]"
            t.refuse(node, f"`.get` cannot tell a missing key from a value here, which is {values}", advice)
        return Typed(applied("get_key", whole.term, key.term, types=whole.type.args), Maybe(values))
    bound, other = scope.binding(values)
    default = t.fitting(node.args[1], scope, values, "what is given for a missing key")
    inner_map, inner_key = t.expression(node.func.value, bound), t.fitting(node.args[0], bound, keys, "a key")  # type: ignore[attr-defined]
    looked = applied("lookup", inner_map.term, inner_key.term, types=whole.type.args)
    return Typed(Let(default.term, then(looked, FanIn(bound.value(other).term, Id()))), values)


# -- records and sides ----------------------------------------------------------------------------------------


def _side(t: Translator, node: ast.Call, scope: Scope, want: Type[Any] | None, side: Any) -> Typed:
    (argument,) = _arguments(t, node, 1)
    want = some(want)
    if want is None or want.head != "Either":
        other = "Right" if side is Left else "Left"
        t.refuse(node, f"nothing tells what {other} of this sum would be", "annotate it: x: Left[int] | Right[str]")
    place = 0 if side is Left else 1
    given = t.fitting(argument, scope, want.args[place], f"what is in {side.__name__}")
    return Typed(then(given.term, Primitive(("inl", "inr")[place], want.args)), Either(*want.args))


def _record_type(t: Translator, node: ast.Call, class_: type) -> Type[Any]:
    written = ast.unparse(node.func)
    if not is_record_class(class_):
        t.refuse(
            node, f"`{written}` is not taken in a machine", "make values of frozen dataclasses: @dataclass(frozen=True)"
        )
    try:
        type_ = from_annotation(class_)
    except AnnotationError as error:
        t.refuse(node, f"`{written}` stands for no type of the language: {error}", "mend the class")
    own = class_.__dict__.get("__init__")
    if hasattr(class_, "__post_init__") or (own is not None and not _is_made(class_)):
        t.refuse(node, f"making a `{written}` runs code of its own", "leave out __init__ and __post_init__")
    return type_


def _is_made(class_: type) -> bool:
    parameters = getattr(class_, "__dataclass_params__", None)
    return bool(getattr(parameters, "init", False))


def _constructed(t: Translator, node: ast.Call, scope: Scope, class_: type) -> Typed:
    type_ = _record_type(t, node, class_)
    labels = record_words(type_.head)[1]
    name = class_.__name__
    given: dict[str, ast.expr] = {}
    if len(node.args) > len(labels):
        t.refuse(node, f"{name} has {len(labels)} fields, and gets {len(node.args)}", "give each field once")
    named = [(keyword.arg or "", keyword.value) for keyword in node.keywords]
    for label, value in [*zip(labels, node.args, strict=False), *named]:
        if label not in labels or label in given:
            problem = f"{name} has no field `{label}`" if label not in labels else f"`{label}` is given twice"
            t.refuse(value, problem, f"its fields: {', '.join(labels) or 'none'}")
        given[label] = value
    # Python takes them in the order in which they are written.
    order = [label for label in given]
    bound: list[Term] = []
    found: dict[str, Local] = {}
    defaults = t.names.defaults_of(class_)
    missing = [label for label in labels if label not in given and label not in defaults]
    if missing:
        t.refuse(node, f"{name} lacks {', '.join(missing)}", f"give it: {name}({missing[0]}=...)")
    types = dict(zip(labels, type_.args, strict=True))
    values: dict[str, Term] = {}
    if order == [label for label in labels if label in given]:
        for label in labels:
            values[label] = _field_value(t, node, scope, label, given, defaults, types[label])
    else:
        inner = scope
        for label in order:
            bound.append(_field_value(t, node, inner, label, given, defaults, types[label]))
            inner, found[label] = inner.binding(types[label])
        for label in labels:
            if label in found:
                values[label] = inner.value(found[label]).term
            else:
                values[label] = _field_value(t, node, inner, label, given, defaults, types[label])
    made = then(nested([values[label] for label in labels]), Primitive("construct", (type_,)))
    return Typed(lets(bound, made), type_)


def _field_value(
    t: Translator,
    node: ast.Call,
    scope: Scope,
    label: str,
    given: dict[str, ast.expr],
    defaults: dict[str, Any],
    type_: Type[Any],
) -> Term:
    what = f"the field `{label}`"
    if label in given:
        return t.fitting(given[label], scope, type_, what).term
    return t.fit(node, t.taken(node, defaults[label], type_, f"the default of `{label}`"), type_, what).term


def _replaced(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    whole = t.expression(_arguments(t, node, 1)[0], scope)
    if not is_record_head(whole.type.head):
        t.refuse(node, f"`replace` takes a record, and this is {whole.type}", "find out first which one it is")
    labels = record_words(whole.type.head)[1]
    types = dict(zip(labels, whole.type.args, strict=True))
    for keyword in node.keywords:
        if keyword.arg not in labels:
            t.refuse(keyword.value, f"there is no field `{keyword.arg}`", f"its fields: {', '.join(labels) or 'none'}")
    fields = [(keyword.arg or "", keyword.value) for keyword in node.keywords]
    if len(fields) == 1:
        ((label, given),) = fields
        value = t.fitting(given, scope, types[label], f"the field `{label}`")
        return Typed(_updated(whole.type, label, whole.term, value.term), whole.type)
    # All values are there before the first is put in.
    bound = [whole.term]
    inner, old = scope.binding(whole.type)
    values: list[Local] = []
    for label, given in fields:
        bound.append(t.fitting(given, inner, types[label], f"the field `{label}`").term)
        inner, value_ = inner.binding(types[label])
        values.append(value_)
    made = inner.value(old).term
    for (label, _), value_ in zip(fields, values, strict=True):
        made = _updated(whole.type, label, made, inner.value(value_).term)
    return Typed(lets(bound, made), whole.type)


def _updated(type_: Type[Any], label: str, record: Term, value: Term) -> Term:
    return then(Fanout(record, value), Primitive("update", (type_, Record(label))))


# -- functions and machines -----------------------------------------------------------------------------------


def _taken_in(t: Translator, node: ast.Call, scope: Scope, function: Any) -> Typed:
    callee: Callee = t.callee(function, node)
    name = ast.unparse(node.func)
    labels = [label for label, _ in callee.parameters]
    if len(node.args) > len(labels):
        t.refuse(node, f"`{name}` takes {len(labels)} arguments, and gets {len(node.args)}", "give each once")
    given = dict(zip(labels, node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg not in labels or keyword.arg in given:
            t.refuse(
                keyword.value, f"`{name}` has no `{keyword.arg}` left to be given", f"it takes {', '.join(labels)}"
            )
        given[keyword.arg] = keyword.value
    types = dict(callee.parameters)
    missing = [label for label in labels if label not in given]
    if missing:
        t.refuse(node, f"`{name}` lacks {', '.join(missing)}", f"it takes {', '.join(labels)}")
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
    """Return what a machine of combinators gives, which has no state."""
    name = ast.unparse(node.func)
    if any(isinstance(part, Get | Put | Zoom | Loop) for part in walk(machine.term)) or len(node.args) != 1:
        advice = "call machines that were made of functions; of others those without a state, with their input"
        t.refuse(node, f"`{name}` works on a state of its own, and was not made of a function", advice)
    given = t.expression(node.args[0], scope)
    try:
        output = check(machine, input=given.type, limits=t.limits).output
    except MachineTypeError as error:
        t.refuse(node, f"`{name}` does not take {given.type}: {error.summary}", "give it what it takes")
    except ToolkitError as error:
        t.refuse(node, f"`{name}` cannot be called here: {error}", "mend it")
    if output.has_variables:
        t.refuse(node, f"the type of what `{name}` gives is not known: {output}", f"give `{name}` its types")
    return Typed(then(given.term, machine.term), output)
