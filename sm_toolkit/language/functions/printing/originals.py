"""A machine whose function is at hand is printed as that function: its own text, after what its names stand for."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import importlib
import re
import typing
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.records import wrong_label
from sm_toolkit.language.data.sides import Left, Right
from sm_toolkit.language.data.types import record_words
from sm_toolkit.language.data.values import taken_in
from sm_toolkit.language.errors import AnnotationError, ToolkitError
from sm_toolkit.language.functions.names import NOWHERE, Definition, Names, TypedConstant, is_record_class
from sm_toolkit.language.functions.printing.naming import Program, call, literal, name
from sm_toolkit.language.functions.printing.recognising import UnrecognisedError
from sm_toolkit.language.functions.printing.references import References, cut_out, stands_alone
from sm_toolkit.language.functions.printing.texts import imported, records_of
from sm_toolkit.language.syntax.machines import Machine

_PLAIN = bool | int | float | str | bytes | None
_MODULES: dict[str, Any] = {
    "sm_toolkit": importlib.import_module("sm_toolkit.language"),
    "dataclasses": dataclasses,
    "typing": typing,
}
"""What a program imports from, and where that is found."""

_RESERVED = ("machine", "function", "dataclass", "field", "replace", "Left", "Right")


def originals(machine: Machine[Any, Any, Any]) -> Iterator[str]:
    """Yield texts of the function that a machine was made of, if it is at hand; they may not become it again."""
    origin = machine.origin
    if origin is None:
        return
    if origin.function is None and machine.name == origin.name and stands_alone(origin.text, origin.name):
        yield origin.text.strip("\n") + "\n"
    try:
        yield _Original(origin.definitions).whole(origin.definition, machine.name)
    except (UnrecognisedError, ToolkitError, SyntaxError, ValueError):
        return


class _Original:
    """Writes a program round a function, from the names that it used when it was read."""

    def __init__(self, definitions: dict[Any, Definition]) -> None:
        self._program = Program()
        self._definitions = definitions
        self._lines: list[str] = []
        self._functions: list[str] = []
        self._imports: dict[str, set[str]] = {module: set() for module in _MODULES}
        self._names: dict[str, Any] = {each: ("import", each) for each in _RESERVED}  # by them: what has them

    def whole(self, definition: Definition, wished: str | None) -> str:
        """Return the program of which a function is the last one."""
        is_name = wished is not None and not wrong_label(wished)
        self._function(definition, wished if is_name and wished is not None else definition.node.name, is_main=True)
        records = records_of(self._program)
        for label in self._program.records:
            self._own(label, "record")
        self._imports["sm_toolkit"] |= self._program.imports
        if records:
            self._imports["dataclasses"].add("dataclass")
        if any("field(" in record for record in records):
            self._imports["dataclasses"].add("field")
        lines = ["\n".join(self._lines)] if self._lines else []
        return "\n\n\n".join([imported(self._imports), *records, *lines, *self._functions]) + "\n"

    # -- names --------------------------------------------------------------------------------------------

    def _free(self, wished: str, key: Any) -> tuple[str, bool]:
        """Return the name of something in the program, and whether it is a new one."""
        count, made = 1, wished
        while made in vars(builtins) or self._names.get(made, key) != key:
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

    def _name(self, written: str, value: Any, names: Names) -> str:
        """Return how the program says what a name, or one of a module, stands for."""
        label = written.rpartition(".")[2]
        if value is NOWHERE or getattr(builtins, written, NOWHERE) is value:
            return written
        if isinstance(value, _PLAIN | tuple | list | dict | PersistentList | PersistentMap | Left | Right):
            return self._constant(label, self._value(value, names))
        if isinstance(value, TypedConstant):
            kind = ast.unparse(self._program.type(value.type))
            return self._constant(label, self._program.value(value.value, value.type), f": {kind}")
        if is_record_class(type(value)):
            return self._constant(label, self._value(value, names))
        real = self._named(label, value, names)
        if real is None:
            return self._constant(label, self._type(value, names))
        if "." in written or real == written:
            return real
        final, is_new = self._free(written, ("other name", real))
        if is_new:  # of a function after it
            (self._functions if isinstance(value, Machine | FunctionType | Definition) else self._lines).append(
                f"{final} = {real}"
            )
        return final

    def _constant(self, label: str, value: ast.expr, annotation: str = "") -> str:
        final, is_new = self._free(label, ("constant", text := ast.unparse(value)))
        if is_new:
            self._lines.append(f"{final}{annotation} = {text}")
        return final

    def _named(self, label: str, value: Any, names: Names) -> str | None:
        """Return the name that something has in the program, or None if it is no more than a type."""
        for module, found in _MODULES.items():
            public = next((each for each in (label, *found.__all__) if getattr(found, each, NOWHERE) is value), None)
            if public is not None:
                self._imports[module].add(public)
                return self._own(public, "import")
        if getattr(builtins, getattr(value, "__name__", ""), NOWHERE) is value:
            return str(value.__name__)
        if is_record_class(value):
            return self._record(value, names)
        if isinstance(value, Machine) and value.origin is not None:
            self._definitions = {**self._definitions, **value.origin.definitions}
            return self._function(value.origin.definition, value.origin.name)
        if isinstance(value, Definition):
            return self._function(self._definitions[id(value.node)], value.node.name)
        if isinstance(value, FunctionType) and value.__code__ in self._definitions:
            return self._function(self._definitions[value.__code__], value.__name__)
        if isinstance(value, Machine | FunctionType | ModuleType):
            raise UnrecognisedError(f"{label} cannot be written")
        return None

    # -- what they stand for ------------------------------------------------------------------------------

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

    def _function(self, definition: Definition, wished: str, *, is_main: bool = False) -> str:
        """Write the text of a function, after what it needs, and return its name."""
        node, function = definition.node, definition.function
        final, is_new = self._free(wished, ("function", id(node) if function is None else function.__code__))
        if not is_new:
            return final
        text = cut_out(node, definition.source)
        names = definition.names
        written = References(names, lambda *found: self._name(*found, names), lambda v: self._value(v, names)).text(
            text
        )
        if final != node.name:
            written = re.sub(rf"\bdef(\s+){node.name}\b", rf"def\g<1>{final}", written, count=1)
        if is_main or node.decorator_list:
            kind = "machine" if len(node.args.posonlyargs + node.args.args) == 2 else "function"
            self._imports["sm_toolkit"].add(kind)
            written = f"@{kind}\n{written}"
        self._functions.append(written)
        return final
