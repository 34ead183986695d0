"""What the names in a function stand for that it does not define itself: annotations, constants, other functions."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import FunctionType, ModuleType
from typing import Any

from sm_toolkit.language.data.annotations import from_annotation
from sm_toolkit.language.data.equality import labels_of
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import AnnotationError
from sm_toolkit.language.functions.sources import Source

NOWHERE: Any = object()
"""What a name stands for that nobody defines."""


@dataclass(frozen=True)
class Definition:
    """A function of a text, which is no function of Python."""

    node: ast.FunctionDef
    source: Source
    names: Names


class Names:
    """The names round a function: in its closure, its module, among Python's own."""

    def __init__(self, *places: Mapping[str, Any]) -> None:
        self._places = (*places, vars(builtins))
        self.defaults: dict[Any, dict[str, Any]] = {}  # of the dataclasses of a text
        self.own: dict[str, Type[Any]] = {}  # of the parameters whose annotations Python has looked up

    def look_up(self, name: str) -> Any:
        """Return what a name stands for, or ``NOWHERE``."""
        for place in self._places:
            if name in place:
                return place[name]
        return NOWHERE

    def named(self, node: ast.expr) -> Any:
        """Return what a name, or a dotted name that begins with a module, stands for, or ``NOWHERE``."""
        if isinstance(node, ast.Name):
            return self.look_up(node.id)
        if isinstance(node, ast.Attribute):
            inside = self.named(node.value)
            if isinstance(inside, ModuleType):
                return getattr(inside, node.attr, NOWHERE)
        return NOWHERE

    def annotation(self, node: ast.expr, source: Source) -> Type[Any]:
        """Return the type that an annotation stands for.

        Raises:
            FunctionError: it stands for none.
        """
        try:
            return from_annotation(self.annotated(node, source))
        except (AnnotationError, TypeError) as error:
            source.refuse(node, f"this annotation stands for no type of the language: {error}", "use a type it knows")

    def annotated(self, node: ast.expr, source: Source) -> Any:
        """Return what an annotation stands for in Python."""
        match node:
            case ast.Constant(str(text)):
                try:
                    inner = ast.parse(text, mode="eval").body
                except SyntaxError:
                    source.refuse(node, f"this annotation is a string that is no Python: {text!r}", "mend it")
                for part in ast.walk(inner):
                    ast.copy_location(part, node)
                return self.annotated(inner, source)
            case ast.Constant(None):
                return None
            case ast.Name() | ast.Attribute():
                found = self.named(node)
                if found is NOWHERE:
                    written = ast.unparse(node)
                    source.refuse(
                        node, f"the name `{written}` in this annotation is not defined", "define it before the function"
                    )
                return found
            case ast.BinOp(left, ast.BitOr(), right):
                return operator.or_(self.annotated(left, source), self.annotated(right, source))
            case ast.Subscript(of, ast.Tuple(parts)):
                inside = tuple(self.annotated(part, source) for part in parts)
                return self.annotated(of, source)[inside]
            case ast.Subscript(of, part):
                return self.annotated(of, source)[self.annotated(part, source)]
            case ast.Constant(value) if value is ...:
                return ...
            case _:
                source.refuse(
                    node, f"`{ast.unparse(node)}` is no annotation of a type", "write a type: int, for example"
                )

    def defaults_of(self, class_: type) -> dict[str, Any]:
        """Return the values that the fields of a frozen dataclass have if nothing is given for them."""
        if class_ in self.defaults:
            return self.defaults[class_]
        found: dict[str, Any] = {}
        for each in fields(class_):
            if each.default is not MISSING:
                found[each.name] = each.default
            elif each.default_factory is not MISSING and each.default_factory in (list, dict, tuple):
                found[each.name] = each.default_factory()
        return found


def names_of(function: FunctionType, beside: Mapping[str, Any]) -> Names:
    """Return the names round a function: ``beside`` are those of the call that defines it."""
    closure = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            closure[name] = cell.cell_contents
        except ValueError:  # it is not filled yet: the function itself, say
            continue
    return Names(closure, beside, function.__globals__)


def is_record_class(thing: Any) -> bool:
    """Tell whether something is a frozen dataclass."""
    return isinstance(thing, type) and is_dataclass(thing) and labels_of(thing) is not None
