"""The names in a printed program: of its types, its constants and what it binds."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Sequence
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.sides import Left
from sm_toolkit.language.data.types import BY_CLASS, Type, Unit, is_record_head, nodes, record_words
from sm_toolkit.language.errors import FunctionError

_PLAIN: dict[str, str] = {type_.head: class_.__name__ for class_, type_ in BY_CLASS.items()} | {"Unit": "None"}
_TAKEN = {*vars(builtins), "dataclass", "replace", "machine", "function", "Left", "Right"}
"""Names that the text uses as Python and this package mean them."""


class UnprintableError(FunctionError):
    """A machine has no text in the subset of Python."""


def name(text: str) -> ast.expr:
    """Return a name, or a name with attributes, as an expression."""
    first, *labels = text.split(".")
    made: ast.expr = ast.Name(first, ast.Load())
    for label in labels:
        made = ast.Attribute(made, label, ast.Load())
    return made


def call(function: str | ast.expr, *arguments: ast.expr) -> ast.expr:
    """Return a call."""
    return ast.Call(name(function) if isinstance(function, str) else function, list(arguments), [])


def assign(target: str, value: ast.expr, type_: ast.expr | None = None) -> ast.stmt:
    """Return an assignment to a name, annotated if a type is given."""
    stored = ast.Name(target, ast.Store())
    if type_ is not None:
        return ast.AnnAssign(stored, type_, value, 1)
    return ast.Assign([stored], value, lineno=1)


class Program:
    """What stands before the functions of a printed program: imports, dataclasses, constants, helper functions."""

    def __init__(self, *, tells_what_is_there: bool = False) -> None:
        self.tells_what_is_there = tells_what_is_there  # by its class in a pattern, though a name would take it too
        self.records: dict[str, Type[Any]] = {}
        self.defaults: dict[tuple[str, str], ast.expr] = {}  # of the fields of records
        self.constants: list[ast.stmt] = []
        self.helpers: list[ast.stmt] = []
        self.imports: set[str] = set()
        self._known: dict[tuple[str, Type[Any]], str] = {}
        self.statements = 0
        self.taken: set[str] = set()
        self._widening: dict[Type[Any], str] = {}
        self._count = 0

    # -- names --------------------------------------------------------------------------------------------

    def fresh(self) -> str:
        """Return a name that nothing has; ``renamed`` gives it a better one."""
        self._count += 1
        return f"_{self._count}"

    def definition(
        self, known: str, parameters: Sequence[tuple[str, Type[Any]]], result: Type[Any], body: list[ast.stmt]
    ) -> ast.FunctionDef:
        """Return the definition of a function."""
        given = [ast.arg(each, self.type(type_)) for each, type_ in parameters]
        arguments = ast.arguments([], given, None, [], [], None, [])
        made = ast.FunctionDef(known, arguments, body, [], self.type(result), lineno=1)
        made.__dict__["type_params"] = []  # which Python 3.12 asks for
        return made

    # -- types --------------------------------------------------------------------------------------------

    def type(self, type_: Type[Any]) -> ast.expr:
        """Return the annotation of a type; its dataclasses are defined.

        Raises:
            UnprintableError: two records in the program have one name, or one has a name that is in use.
        """
        made: dict[Type[Any], ast.expr] = {}
        for part in nodes(type_):
            made[part] = self._annotation(part, [made[each] for each in part.args])
        return made[type_]

    def _annotation(self, type_: Type[Any], parts: list[ast.expr]) -> ast.expr:
        if type_ is Unit:
            return ast.Constant(None)
        if type_.head in _PLAIN:
            return name(_PLAIN[type_.head])
        if is_record_head(type_.head):
            self._define(type_)
            return name(record_words(type_.head)[0])
        if type_.head == "Maybe":
            return ast.BinOp(parts[0], ast.BitOr(), ast.Constant(None))
        if type_.head == "Variant":
            made = parts[0]
            for part in parts[1:]:
                made = ast.BinOp(made, ast.BitOr(), part)
            return made
        if type_.head == "Either":
            self.imports |= {"Left", "Right"}
            sides = (ast.Subscript(name(side), part) for side, part in zip(("Left", "Right"), parts, strict=True))
            return ast.BinOp(next(sides), ast.BitOr(), next(sides))
        of = {"Pair": "tuple", "Tuple": "tuple", "List": "list", "Map": "dict"}[type_.head]
        return ast.Subscript(name(of), parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load()))

    def _define(self, type_: Type[Any]) -> None:
        label = record_words(type_.head)[0]
        known = self.records.setdefault(label, type_)
        if known is not type_:
            raise UnprintableError(f"two records of this machine are named {label}", "give one another name")
        if label in _TAKEN or keyword.issoftkeyword(label):
            raise UnprintableError(f"a record is named {label}, which means something else in Python", "rename it")

    def widening(self, type_: Type[Any]) -> str:
        """Return the name of a function that gives back what it takes as a value of a type."""
        if type_ not in self._widening:
            self._widening[type_] = self.fresh() + "H"
            parameter = self.fresh()
            body: list[ast.stmt] = [ast.Return(name(parameter))]
            self.helpers.append(self.definition(self._widening[type_], [(parameter, type_)], type_, body))
        return self._widening[type_]

    # -- constants ----------------------------------------------------------------------------------------

    def constant(self, value: Any, type_: Type[Any]) -> str:
        """Return the name of a constant of the program."""
        written = self.value(value, type_)
        key = ast.dump(written), type_
        if key not in self._known:
            self._known[key] = self.fresh().upper() + "C"
            self.constants.append(assign(self._known[key], written, self.type(type_)))
        return self._known[key]

    def value(self, value: Any, type_: Type[Any]) -> ast.expr:
        """Return how a value of a type is written."""
        if type_.head == "Variant":
            return self.value(value, _alternative(type_, value))
        if type_.head == "Maybe":
            return ast.Constant(None) if value is None else self.value(value, type_.args[0])
        if type_.head in ("Pair", "Tuple"):
            return ast.Tuple([self.value(*both) for both in zip(value, type_.args, strict=True)], ast.Load())
        if type_.head == "List":
            return ast.List([self.value(item, type_.args[0]) for item in PersistentList(value)], ast.Load())
        if type_.head == "Map":
            pairs = [*PersistentMap(value).entries()]
            keys: list[ast.expr | None] = [self.value(key, type_.args[0]) for key, _ in pairs]
            return ast.Dict(keys, [self.value(each, type_.args[1]) for _, each in pairs])
        if type_.head == "Either":
            is_left = isinstance(value, Left)
            self.imports.add("Left" if is_left else "Right")
            return call("Left" if is_left else "Right", self.value(value.value, type_.args[not is_left]))
        if is_record_head(type_.head):
            self.type(type_)
            label, labels = record_words(type_.head)
            parts = zip(labels, type_.args, strict=True)
            return call(label, *(self.value(getattr(value, each), of) for each, of in parts))
        return literal(value)


def _alternative(variant: Type[Any], value: Any) -> Type[Any]:
    return next(record for record in variant.args if record_words(record.head)[0] == value.__class__.__name__)


def literal(value: Any) -> ast.expr:
    """Return a value without parts as it is written."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and (value < 0 or (value == 0 and str(value).startswith("-"))):
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)
