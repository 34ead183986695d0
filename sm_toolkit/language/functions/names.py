"""What the names in a function stand for that it does not define itself: annotations, constants, other functions."""

from __future__ import annotations

import ast
import builtins
import collections.abc
import operator
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import BuiltinFunctionType, FrameType, FunctionType, MappingProxyType, ModuleType
from typing import Any, TypeGuard

from sm_toolkit.language.data.annotations import classes_in, from_annotation
from sm_toolkit.language.data.equality import labels_of
from sm_toolkit.language.data.records import Record, Variant
from sm_toolkit.language.data.types import Either, List, Map, Maybe, Pair, Tuple, Type
from sm_toolkit.language.errors import AnnotationError, FunctionError
from sm_toolkit.language.functions.sources import Source
from sm_toolkit.language.functions.words import KEYS, meant, written

NOWHERE: Any = object()
"""What a name stands for that nobody defines."""


@dataclass(frozen=True)
class Definition:
    """A function that is taken in: where it is defined, and what it is to Python, unless it is of a text."""

    node: ast.FunctionDef
    source: Source
    names: Names
    function: FunctionType | None = None


@dataclass(frozen=True)
class TypedConstant:
    """A constant of a text that is annotated."""

    value: Any
    type: Type[Any]


class Names:
    """The names round a function: in its closure, its module, among Python's own."""

    def __init__(self, *places: Mapping[str, Any], beside: Mapping[str, Any] = MappingProxyType({})) -> None:
        self._places = (*places, vars(builtins))
        self._beside = beside  # what only annotations see: the names of a call that is under way
        self.frame: FrameType | None = None  # where the function is given, if it is none of a text
        self.defaults: dict[Any, dict[str, Any]] = {}  # of the dataclasses of a text
        self.classes: dict[Type[Any], type] = {}  # of the records that are named
        self._used: dict[str, Any] = {}

    def look_up(self, name: str) -> Any:
        """Return what a name stands for, or ``NOWHERE``."""
        for place in self._places:
            if name in place:
                found = self._used[name] = place[name]
                return found
        return NOWHERE

    def used(self) -> Names:
        """Return the names that were looked up so far, as they were then: a module, or a call, may go on without us."""
        beside = {name: found for name, found in self._beside.items() if isinstance(found, type)}
        kept = Names({**self._used}, beside=beside)
        kept.defaults = {**self.defaults}
        return kept

    def all(self) -> set[str]:
        """Return all the names there are, but for Python's own that nobody writes."""
        return {name for place in self._places for name in place if not name.startswith("_")}

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
        found = self.annotated(node, source)
        if isinstance(found, FunctionType | Definition):
            source.refuse(node, f"`{written(node)}` is a function, and no type", "write a type: int, for example")
        try:
            return self.type_of(found)
        except (AnnotationError, TypeError) as error:
            for part in _parts(node):
                self.annotation(part, source)
            reason = error.reason if isinstance(error, AnnotationError) else str(error)
            own = isinstance(found, type) and found.__module__ not in ("builtins", "typing")
            if not reason and own and not is_dataclass(found):
                reason = "make it a frozen dataclass: write @dataclass(frozen=True) above the class"
            if typing.get_origin(found) is dict:
                reason = KEYS
            name = str(node.value) if isinstance(node, ast.Constant) else written(node)
            problem = f"`{name}` is no type of the language"
            if isinstance(error, AnnotationError) and isinstance(node, ast.Name) and error.found != name:
                within = error.found != error.whole
                of = f"`{name}` holds" if within else f"`{name}` stands here for"
                problem = f"{of} {error.found}, which is no type of the language"
            source.refuse(node, problem, reason or _KNOWN)

    def type_of(self, found: Any) -> Type[Any]:
        """Return the type that an annotation, or a class, stands for, and keep in mind which classes it names.

        Raises:
            AnnotationError: it stands for none.
        """
        type_ = from_annotation(found, self._beside)
        self.classes = {**classes_in(found), **self.classes}
        return type_

    def annotated(self, node: ast.expr, source: Source) -> Any:
        """Return what an annotation stands for in Python.

        Raises:
            FunctionError: it is not written as one, or Python takes it for none.
        """
        try:
            return self._annotated(node, source)
        except (FunctionError, RecursionError):
            raise
        except Exception as error:  # whatever a class does when it is asked for its parts
            told = str(error).partition("\n")[0]
            name = str(node.value) if isinstance(node, ast.Constant) else written(node)
            source.refuse(node, f"`{name}` is no annotation: {told}", "write a type: int, for example")

    def _annotated(self, node: ast.expr, source: Source) -> Any:
        match node:
            case ast.Constant(str(text)):
                try:
                    inner = ast.parse(text, mode="eval").body
                except SyntaxError:
                    problem = f"this annotation is a text that is no Python: {text!r}"
                    source.refuse(node, problem, "write a type: int, for example")
                for part in ast.walk(inner):
                    ast.copy_location(part, node)
                return self._annotated(inner, source)
            case ast.Constant(None):
                return None
            case ast.Name() | ast.Attribute():
                found = self._beside[node.id] if self._is_beside(node) else self.named(node)
                if isinstance(node, ast.Name):
                    self._used[node.id] = found
                if found is NOWHERE:
                    name = ast.unparse(node)
                    known = {*filter(self._may_be_type, self.all()), *self._beside}
                    source.refuse(node, f"the name `{name}` in this annotation is not defined", meant(name, known))
                return found
            case ast.BinOp(left, ast.BitOr(), right):
                return operator.or_(self._annotated(left, source), self._annotated(right, source))
            case ast.Subscript(of, _) if self.named(of) in _CALLABLE:
                source.refuse(node, "functions are no values in a machine", "call a helper function by its name")
            case ast.Subscript(of, _) if self.named(of) is typing.Literal:
                problem = f"`{written(node)}` is no type of the language: some values of a type are none"
                source.refuse(node, problem, "write str, say, or a union of frozen dataclasses, one for each value")
            case ast.Subscript(of, _) | ast.Call(of) if otherwise := _written_otherwise(self.named(of)):
                source.refuse(node, f"`{written(node)}` is no annotation", f"in annotations it is written {otherwise}")
            case ast.Subscript(of, ast.Tuple(parts)):
                return _of(self._annotated(of, source), tuple(self._annotated(part, source) for part in parts))
            case ast.Subscript(of, part):
                return _of(self._annotated(of, source), self._annotated(part, source))
            case ast.Constant(value) if value is ...:
                return ...
            case _:
                source.refuse(node, f"`{written(node)}` is no annotation of a type", "write a type: int, for example")

    def _may_be_type(self, name: str) -> bool:
        """Tell whether a name may have been meant in an annotation."""
        return not isinstance(self.look_up(name), FunctionType | BuiltinFunctionType | ModuleType | Definition)

    def _is_beside(self, node: ast.expr) -> TypeGuard[ast.Name]:
        """Tell whether an annotation is a name that the call round the definition has given a value."""
        return isinstance(node, ast.Name) and node.id in self._beside and node.id not in self._places[0]

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


_KNOWN = (
    "there are None, bool, int, float, str, bytes, tuple[a, b], list[a], dict[a, b], a | None, Left[a] | Right[b], "
    "frozen dataclasses and unions of them"
)


_WRITTEN: dict[Any, str] = {
    Either: "Left[a] | Right[b]",
    Maybe: "a | None",
    Pair: "tuple[a, b]",
    Tuple: "tuple[a, b, c]",
    List: "list[a]",
    Map: "dict[a, b]",
    Record: "by the name of a frozen dataclass",
    Variant: "A | B, of frozen dataclasses",
}
"""How what is made by these is written in an annotation."""


def _written_otherwise(found: Any) -> str | None:
    return _WRITTEN.get(found) if isinstance(found, FunctionType) else None


_CALLABLE = (collections.abc.Callable, typing.Callable)


def _of(whole: Any, inside: Any) -> Any:
    return whole[inside]


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return the parts of an annotation that are annotations themselves."""
    match node:
        case ast.BinOp(left, ast.BitOr(), right):
            sides = [left, right]
            return [side for side in sides if not _is_side(side)]
        case ast.Subscript(_, ast.Tuple(parts)):
            return [part for part in parts if not (isinstance(part, ast.Constant) and part.value is ...)]
        case ast.Subscript(_, part):
            return [part]
    return []


def _is_side(node: ast.expr) -> bool:
    """Tell whether an annotation is one of Left or Right, which is a type beside the other alone."""
    return isinstance(node, ast.Subscript) and ast.unparse(node.value).rpartition(".")[2] in ("Left", "Right")


def names_of(function: FunctionType, frame: FrameType | None) -> Names:
    """Return the names round a function, with those of the call that defines it if it is still under way."""
    beside: Mapping[str, Any] = {}
    around, file = function.__qualname__.rpartition(".")[0], function.__code__.co_filename
    current = frame if around.endswith("<locals>") else None
    while current is not None:
        if f"{current.f_code.co_qualname}.<locals>" == around and current.f_code.co_filename == file:
            beside = dict(current.f_locals)
            break
        current = current.f_back
    closure = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            closure[name] = cell.cell_contents
        except ValueError:  # it is not filled yet: the function itself, say
            continue
    names = Names(closure, function.__globals__, beside=beside)
    names.frame = frame
    return names


def is_record_class(thing: Any) -> bool:
    """Tell whether something is a frozen dataclass."""
    return isinstance(thing, type) and is_dataclass(thing) and labels_of(thing) is not None
