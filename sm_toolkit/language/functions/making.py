"""What is made by calling a class: values of dataclasses, and of Left and Right."""

from __future__ import annotations

import ast
from dataclasses import fields
from typing import Any

from sm_toolkit.language.data.records import Record
from sm_toolkit.language.data.types import Either, Left, Type, is_record_head, record_words
from sm_toolkit.language.errors import AnnotationError
from sm_toolkit.language.functions.scopes import Local, Scope, Typed, lets, nested, then
from sm_toolkit.language.functions.translating import Translator, some
from sm_toolkit.language.functions.words import counted, fields_of, said, written
from sm_toolkit.language.syntax.terms import Fanout, Primitive, Term


def side_of(t: Translator, node: ast.Call, scope: Scope, want: Type[Any] | None, side: Any) -> Typed:
    """Return the term of a value of Left or Right."""
    if len(node.args) != 1 or node.keywords:
        t.refuse(node, f"`{side.__name__}` holds one value", f"write {side.__name__}(x)")
    (argument,) = node.args
    want = some(want)
    if want is None or want.head != "Either":
        other = "Right" if side is Left else "Left"
        one = f"{side.__name__}[int] | {other}[str]" if side is Left else f"{other}[int] | {side.__name__}[str]"
        t.refuse(node, f"nothing tells what a {other} would be, beside this {side.__name__}", f"annotate it: x: {one}")
    place = 0 if side is Left else 1
    given = t.fitting(argument, scope, want.args[place], f"what is in {side.__name__}")
    return Typed(then(given.term, Primitive(("inl", "inr")[place], want.args)), Either(*want.args))


def _record_type(t: Translator, node: ast.Call, class_: type) -> Type[Any]:
    name = ast.unparse(node.func)
    try:
        type_ = t.names.type_of(class_)
    except AnnotationError as error:
        t.refuse(node.func, f"`{name}` is no type of the language, for {error}", "mend the class")
    if runs_code(class_):
        advice = "leave out __init__ and __post_init__: write a helper function that makes it"
        t.refuse(node.func, f"making a `{name}` runs code of its own", advice)
    return type_


def runs_code(class_: type) -> bool:
    """Tell whether making a value of a dataclass does more than to put its fields in."""
    parameters = class_.__dict__.get("__dataclass_params__")
    is_own = "__init__" in class_.__dict__ and not getattr(parameters, "init", False)
    return is_own or hasattr(class_, "__post_init__") or "__new__" in class_.__dict__


def constructed(t: Translator, node: ast.Call, scope: Scope, class_: type) -> Typed:
    """Return the term of a value of a dataclass."""
    type_ = _record_type(t, node, class_)
    labels = record_words(type_.head)[1]
    name = class_.__name__
    given: dict[str, ast.expr] = {}
    for each in fields(class_):
        if not each.init:
            t.refuse(node.func, f"the field `{each.name}` of `{name}` is not given to it", "leave init=False out")
    in_order = [each.name for each in fields(class_) if not each.kw_only]
    if len(in_order) < len(node.args) <= len(labels):
        problem = f"`{name}` takes its field `{labels[len(in_order)]}` by name only"
        t.refuse(
            node.args[len(in_order)], problem, f"write {labels[len(in_order)]}={written(node.args[len(in_order)])}"
        )
    if len(node.args) > len(labels):
        problem = f"`{name}` has {counted(len(labels), 'field')}, and gets {len(node.args)}"
        t.refuse(node.args[len(labels)], problem, fields_of(labels))
    named = [(keyword.arg or "", keyword.value) for keyword in node.keywords]
    for label, value in [*zip(in_order, node.args, strict=False), *named]:
        if label not in labels or label in given:
            problem = f"`{name}` has no field `{label}`" if label not in labels else f"`{label}` is given twice"
            named_ = next((keyword for keyword in node.keywords if keyword.value is value), value)
            t.refuse(named_, problem, fields_of(labels))
        given[label] = value
    # Python takes them in the order in which they are written.
    order = [label for label in given]
    bound: list[Term] = []
    found: dict[str, Local] = {}
    defaults = t.names.defaults_of(class_)
    missing = [label for label in labels if label not in given and label not in defaults]
    if missing:
        parts = [*map(written, node.args), *(f"{each.arg}={written(each.value)}" for each in node.keywords)]
        advice = f"write {name}({', '.join([*parts, *(f'{label}=...' for label in missing)])})"
        t.refuse(node, f"`{name}` lacks {', '.join(f'`{label}`' for label in missing)}", advice)
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


def replaced(t: Translator, node: ast.Call, scope: Scope) -> Typed:
    """Return the term of `replace`."""
    if len(node.args) != 1:
        t.refuse(node, "`replace` takes one dataclass, and its new fields by name", "write replace(x, field=...)")
    whole = t.expression(node.args[0], scope)
    if not is_record_head(whole.type.head):
        is_union = whole.type.head == "Variant"
        advice = "find out first which one it is, with `match` or `isinstance`" if is_union else "give it a dataclass"
        t.refuse(node.args[0], f"`replace` takes one dataclass, and this is {said(whole.type)}", advice)
    labels = record_words(whole.type.head)[1]
    types = dict(zip(labels, whole.type.args, strict=True))
    for keyword in node.keywords:
        if keyword.arg not in labels:
            t.refuse(keyword, f"`{said(whole.type)}` has no field `{keyword.arg}`", fields_of(labels))
    new = [(keyword.arg or "", keyword.value) for keyword in node.keywords]
    if len(new) == 1:
        ((label, given),) = new
        value = t.fitting(given, scope, types[label], f"the field `{label}`")
        return Typed(_updated(whole.type, label, whole.term, value.term), whole.type)
    # All values are there before the first is put in.
    bound = [whole.term]
    inner, old = scope.binding(whole.type)
    values: list[Local] = []
    for label, given in new:
        bound.append(t.fitting(given, inner, types[label], f"the field `{label}`").term)
        inner, value_ = inner.binding(types[label])
        values.append(value_)
    made = inner.value(old).term
    for (label, _), value_ in zip(new, values, strict=True):
        made = _updated(whole.type, label, made, inner.value(value_).term)
    return Typed(lets(bound, made), whole.type)


def _updated(type_: Type[Any], label: str, record: Term, value: Term) -> Term:
    return then(Fanout(record, value), Primitive("update", (type_, Record(label))))
