"""The text of a program: dataclasses, constants and functions, read and never run."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import typing
from collections.abc import Mapping
from typing import Any

from sm_toolkit.language.data.records import record_class, record_type
from sm_toolkit.language.data.sides import Left, Right
from sm_toolkit.language.functions.names import NOWHERE, Definition, Names, is_record_class
from sm_toolkit.language.functions.sources import Source, parsed

_LANGUAGE = "sm_toolkit.language"


def program_of(source: Source, namespace: Mapping[str, Any]) -> dict[str, Definition]:
    """Return the functions that a text defines, by name and in order.

    Raises:
        FunctionError: there is something else in it than dataclasses, constants and functions.
    """
    own: dict[str, Any] = {"Left": Left, "Right": Right, "replace": dataclasses.replace}
    names = Names(own, namespace)
    functions: dict[str, Definition] = {}
    for number, node in enumerate(parsed(source).body):
        match node:
            case ast.Expr(ast.Constant(str())) if number == 0:
                continue
            case ast.ImportFrom() | ast.Import():
                _import(node, source, own)
            case ast.ClassDef():
                own[node.name] = _record(node, source, names)
            case ast.FunctionDef():
                own[node.name] = functions[node.name] = Definition(node, source, names)
            case ast.Assign([ast.Name(name)], value):
                own[name] = _constant(value, source, names)
            case ast.AnnAssign(ast.Name(name), _, value) if value is not None:
                own[name] = _constant(value, source, names)
            case _:
                source.refuse(
                    node,
                    "only dataclasses, constants and functions are taken here",
                    "leave this out, or put it elsewhere",
                )
    return functions


def _import(node: ast.Import | ast.ImportFrom, source: Source, own: dict[str, Any]) -> None:
    module = node.module if isinstance(node, ast.ImportFrom) else None
    for each in node.names:
        name = each.asname or each.name
        if module == "__future__":
            continue
        if module == "dataclasses":
            found = getattr(dataclasses, each.name, NOWHERE)
        elif module == "typing":
            found = getattr(typing, each.name, NOWHERE)
        elif module is not None and module.partition(".")[0] == "sm_toolkit" and not each.name.startswith("_"):
            found = getattr(importlib.import_module(_LANGUAGE), each.name, NOWHERE)
        elif module is None and each.name == "dataclasses":
            found = dataclasses
        else:
            source.refuse(node, "nothing is imported into a text", "name what it needs in `namespace`")
        if found is NOWHERE:
            source.refuse(node, f"there is no `{each.name}` to be imported", "leave it out")
        own[name] = found


def _record(node: ast.ClassDef, source: Source, names: Names) -> type:
    frozen = [each for each in node.decorator_list if _is_frozen(each)]
    if len(frozen) != len(node.decorator_list) or not frozen or node.bases or node.keywords:
        source.refuse(node, f"the class `{node.name}` is no frozen dataclass", "write @dataclass(frozen=True) above it")
    labels, types, defaults = [], [], {}
    for number, each in enumerate(node.body):
        match each:
            case ast.Pass():
                continue
            case ast.Expr(ast.Constant(said)) if said is ... or number == 0:
                continue
            case ast.AnnAssign(ast.Name(label), annotation, value):
                labels.append(label)
                types.append(names.annotation(annotation, source))
                if value is not None:
                    defaults[label] = _constant(value, source, names)
            case _:
                source.refuse(each, "a record has fields alone", "write helper functions for what it does")
    try:
        type_ = record_type(node.name, tuple(labels), tuple(types))
    except ValueError as error:
        source.refuse(node, str(error), "choose another name")
    class_ = record_class(type_)
    names.defaults[class_] = defaults
    return class_


def _is_frozen(node: ast.expr) -> bool:
    match node:
        case ast.Call(ast.Name("dataclass") | ast.Attribute(_, "dataclass"), [], keywords):
            return any(
                each.arg == "frozen" and isinstance(each.value, ast.Constant) and each.value.value is True
                for each in keywords
            )
    return False


def _constant(value: ast.expr, source: Source, names: Names) -> Any:
    """Return a constant that is written out, records and sides in it, or what an annotation stands for."""
    match value:
        case ast.Call(of, arguments, keywords) if is_record_class(class_ := names.named(of)) or class_ in (Left, Right):
            given = [_constant(each, source, names) for each in arguments]
            named = {each.arg or "": _constant(each.value, source, names) for each in keywords}
            labels = class_.__match_args__
            defaults = {} if class_ in (Left, Right) else names.defaults_of(class_)
            known = {**defaults, **dict(zip(labels, given, strict=False)), **named}
            if set(known) != set(labels) or len(given) > len(labels):
                source.refuse(
                    value, f"`{ast.unparse(value)}` does not fit the fields {', '.join(labels)}", "give each once"
                )
            return class_(*[known[label] for label in labels])
        case ast.Tuple(parts):
            return tuple(_constant(each, source, names) for each in parts)
        case ast.List(parts):
            return [_constant(each, source, names) for each in parts]
        case ast.Dict(keys, values) if None not in keys:
            pairs = zip(keys, values, strict=True)
            return {
                _constant(key, source, names): _constant(each, source, names) for key, each in pairs if key is not None
            }
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return names.annotated(value, source)
