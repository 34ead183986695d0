"""What names stand for is written in a program: dataclasses, types and values, each thing under a name of its own."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import typing
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.sides import Left, Right
from sm_toolkit.language.data.types import record_words
from sm_toolkit.language.data.values import taken_in
from sm_toolkit.language.errors import AnnotationError
from sm_toolkit.language.functions.names import Names, is_record_class
from sm_toolkit.language.functions.printing.naming import Program, call, literal, name
from sm_toolkit.language.functions.printing.recognising import UnrecognisedError

MODULES: dict[str, Any] = {
    "sm_toolkit": importlib.import_module("sm_toolkit.language"),
    "dataclasses": dataclasses,
    "typing": typing,
}
"""What a program imports from, and where that is found."""

_RESERVED = ("machine", "function", "dataclass", "Left", "Right")


class Standing:
    """Writes what names stand for, and knows which names of the program are taken."""

    def __init__(self) -> None:
        self._program = Program()
        self._imports: dict[str, set[str]] = {module: set() for module in MODULES}
        self._names: dict[str, Any] = {each: ("import", each) for each in _RESERVED}  # by them: what has them

    def _free(self, wished: str, key: Any) -> tuple[str, bool]:
        """Return the name of something in the program, and whether it is a new one."""
        count, made = 1, wished
        while self._names.get(made, key) != key:
            count += 1
            made = f"{wished}_{count}"
        is_new = made not in self._names
        self._names[made] = key
        return made, is_new

    def _own(self, label: str, kind: str) -> str:
        """Return the name of what has no other one."""
        if self._free(label, (kind, label))[0] != label:
            raise UnrecognisedError(f"there is something else that is named {label}")
        return label

    def _record(self, class_: type, names: Names) -> str:
        type_ = names.type_of(class_)
        self._program.type(type_)
        label, labels = record_words(type_.head)
        types = dict(zip(labels, type_.args, strict=True))
        for each, default in names.defaults_of(class_).items():
            given = taken_in(default, types[each])
            is_empty = types[each].head in ("List", "Map") and len(given) == 0
            factory = name("list" if types[each].head == "List" else "dict")
            made = ast.Call(name("field"), [], [ast.keyword("default_factory", factory)])
            self._program.defaults[label, each] = made if is_empty else self._program.value(given, types[each])
        return self._own(label, "record")

    def _type(self, value: Any, names: Names) -> ast.expr:
        """Return an annotation: of a type, or of one side of two."""
        try:
            return self._program.type(names.type_of(value))
        except AnnotationError:
            side, parts = typing.get_origin(value), typing.get_args(value)
            if side not in (Left, Right) or len(parts) != 1:
                raise
            self._imports["sm_toolkit"].add(self._own(side.__name__, "import"))
            return ast.Subscript(name(side.__name__), self._type(parts[0], names), ast.Load())

    def _value(self, value: Any, names: Names) -> ast.expr:
        """Return how a value is written."""
        match value:
            case tuple():
                return ast.Tuple([self._value(each, names) for each in value], ast.Load())
            case list() | PersistentList():
                return ast.List([self._value(each, names) for each in value], ast.Load())
            case dict() | PersistentMap():
                keys: list[ast.expr | None] = [self._value(key, names) for key in value]
                return ast.Dict(keys, [self._value(value[key], names) for key in value])
            case Left() | Right():
                side = type(value).__name__
                self._imports["sm_toolkit"].add(self._own(side, "import"))
                return call(side, self._value(value.value, names))
            case _ if is_record_class(type(value)):
                label = self._record(type(value), names)
                labels = record_words(names.type_of(type(value)).head)[1]
                return call(label, *(self._value(getattr(value, each), names) for each in labels))
        return literal(value)
