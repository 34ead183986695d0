"""The text of a program: dataclasses, constants and functions, read and never run."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import typing
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from sm_toolkit.language.data.records import known_type, record_class, record_type
from sm_toolkit.language.data.sides import Left, Right
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.data.values import taken_in
from sm_toolkit.language.errors import FunctionError, ToolkitError
from sm_toolkit.language.functions.making import runs_code
from sm_toolkit.language.functions.names import NOWHERE, Definition, Names, TypedConstant, is_record_class
from sm_toolkit.language.functions.refusals import head_of
from sm_toolkit.language.functions.sources import Source, parsed
from sm_toolkit.language.functions.words import KEYS, said, written
from sm_toolkit.language.vocabulary.combinators import const

_LANGUAGE = "sm_toolkit.language"


def _open(module: ModuleType) -> ModuleType:
    """Return a module with no more in it than what it offers."""
    made = ModuleType(module.__name__)
    made.__dict__.update({name: getattr(module, name) for name in module.__all__})
    return made


_MODULES = {module.__name__: _open(module) for module in (dataclasses, typing)}


def program_of(
    source: Source, namespace: Mapping[str, Any], own: dict[str, Any] | None = None
) -> dict[str, Definition]:
    """Return the functions that a text defines, by name and in order.

    ``own``, if it is given, gets all that the text defines, and what stands beside it without being named.

    Raises:
        FunctionError: there is something else in it than dataclasses, constants and functions.
    """
    own = {} if own is None else own
    own.update({"Left": Left, "Right": Right, "replace": dataclasses.replace})
    names = Names(own, namespace)
    functions: dict[str, Definition] = {}
    tree = parsed(source)
    for number, node in enumerate(tree.body):
        match node:
            case ast.Expr(ast.Constant(str())) if number == 0:
                continue
            case ast.ImportFrom() | ast.Import():
                _import(node, source, own, tree)
            case ast.ClassDef():
                own[node.name] = _record(node, source, names, namespace.get(node.name))
            case ast.FunctionDef():
                for decorator in node.decorator_list:
                    if ast.unparse(decorator) not in ("machine", "function"):
                        source.refuse(decorator, "this decorator is not taken in a text", "leave it out")
                own[node.name] = functions[node.name] = Definition(node, source, names)
            case ast.Assign([ast.Name(name)], value):
                own[name] = _constant(value, source, names)
            case ast.AnnAssign(ast.Name(name), annotation, value) if value is not None:
                known = _constant(value, source, names)
                is_type = names.annotated(annotation, source) is typing.TypeAlias
                own[name] = known if is_type else _typed(known, annotation, source, names)
            case _:
                source.refuse(
                    head_of(node),
                    "only dataclasses, constants and functions are taken here",
                    "leave this out, or put it elsewhere",
                )
    return functions


def _import(node: ast.Import | ast.ImportFrom, source: Source, own: dict[str, Any], tree: ast.AST) -> None:
    module = node.module if isinstance(node, ast.ImportFrom) else None
    for each in node.names:
        name = each.asname or each.name
        if module == "__future__":
            continue
        if each.name == "*":
            source.refuse(node, "`import *` is not taken in a text", _instead_of_all(module or "", own, tree))
        if module in _MODULES:
            found = getattr(_MODULES[module], each.name, NOWHERE)
        elif module is not None and module.partition(".")[0] == "sm_toolkit" and not each.name.startswith("_"):
            found = getattr(importlib.import_module(_LANGUAGE), each.name, NOWHERE)
        elif module is None and each.name in _MODULES:
            found = _MODULES[each.name]
        else:
            source.refuse(node, "nothing is imported into a text", "name what it needs in `namespace`")
        if found is NOWHERE:
            source.refuse(node, f"there is no `{each.name}` to be imported", "leave it out")
        own[name] = found


def _instead_of_all(module: str, own: Mapping[str, Any], tree: ast.AST) -> str:
    """Return what to write in the place of an import of all that a module offers."""
    offered: frozenset[str] = frozenset()
    if module.partition(".")[0] == "sm_toolkit":
        offered = frozenset(importlib.import_module(_LANGUAGE).__all__)
    elif module in _MODULES:
        offered = frozenset(vars(_MODULES[module]))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & (offered - set(own))
    if not used:
        return "leave it out: nothing that is used here comes of it"
    return f"name what is imported: from {module} import {', '.join(sorted(used))}"


def _record(node: ast.ClassDef, source: Source, names: Names, beside: Any) -> type:
    """Return the class of a dataclass in a text: what has its name ``beside``, if that is one of the same type."""
    frozen = [each for each in node.decorator_list if _is_frozen(each)]
    if len(frozen) != len(node.decorator_list) or not frozen or node.bases or node.keywords:
        problem, advice = f"the class `{node.name}` is no frozen dataclass", "write @dataclass(frozen=True) above it"
        if node.bases or node.keywords:
            advice = "leave out what it is derived from"
        source.refuse(head_of(node), problem, advice)
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
                    defaults[label] = _default(value, types[-1], label, source, names)
                elif defaults:
                    source.refuse(each, f"`{label}` has no default, and comes after what has one", "put it before that")
            case _:
                source.refuse(head_of(each), "a dataclass has fields alone here", "write a helper function")
    try:
        type_ = record_type(node.name, tuple(labels), tuple(types))
    except ValueError as error:
        source.refuse(head_of(node), str(error), "choose another name")
    class_ = beside if isinstance(beside, type) and known_type(beside) is type_ else record_class(type_)
    names.defaults[class_] = defaults
    return class_


def _default(value: ast.expr, type_: Type[Any], label: str, source: Source, names: Names) -> Any:
    match value:
        case ast.Call(of, [], [ast.keyword("default_factory", ast.Name() as maker)]) if names.named(
            of
        ) is dataclasses.field and (make := names.named(maker)) in (list, dict, tuple):
            given = make()
        case _:
            given = _constant(value, source, names)
    try:
        const(given, type_)
    except ToolkitError:
        source.refuse(value, f"the default of `{label}` is no {said(type_)}", "give a value of this type")
    return given


def _typed(value: Any, annotation: ast.expr, source: Source, names: Names) -> TypedConstant:
    """Return a constant that is of the type with which it is annotated."""
    type_ = names.annotation(annotation, source)
    try:
        return TypedConstant(taken_in(value, type_), type_)
    except ToolkitError as error:
        source.refuse(annotation, f"this constant is not of its type: {error}", "annotate it with what it is")


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
        case ast.Name() | ast.Attribute() | ast.Subscript() | ast.BinOp(_, ast.BitOr(), _):
            return names.annotated(value, source)  # another name of a constant or a type
        case ast.Call(of, arguments, keywords) if (
            is_record_class(class_ := names.named(of)) or class_ is Left or class_ is Right
        ):
            given = [_constant(each, source, names) for each in arguments]
            named = {each.arg or "": _constant(each.value, source, names) for each in keywords}
            labels = class_.__match_args__
            is_side = class_ is Left or class_ is Right
            defaults = {} if is_side else names.defaults_of(class_)
            known = {**defaults, **dict(zip(labels, given, strict=False)), **named}
            fits = set(known) == set(labels) and len(given) + len(named) == len({*labels[: len(given)], *named})
            if not fits or (not is_side and runs_code(class_)):
                problem = f"`{written(value)}` does not fit the fields {', '.join(labels)}"
                source.refuse(value, problem, "give each once")
            return class_(*[known[label] for label in labels])
        case ast.Tuple(parts):
            return tuple(_constant(each, source, names) for each in parts)
        case ast.List(parts):
            return [_constant(each, source, names) for each in parts]
        case ast.Dict(keys, values):
            found: dict[Any, Any] = {}
            for key, each in zip(keys, values, strict=True):
                if key is None:
                    source.refuse(each, "`**` is not taken in a constant", "write its keys")
                try:
                    found[_constant(key, source, names)] = _constant(each, source, names)
                except TypeError as error:
                    if isinstance(error, FunctionError):
                        raise
                    source.refuse(key, f"`{written(key)}` cannot be the key of a map", KEYS)
            return found
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError):
        source.refuse(value, f"`{written(value)}` is no constant: nothing is computed here", "write the value itself")
