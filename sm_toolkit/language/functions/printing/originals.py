"""A machine whose function is at hand is printed as that function: its own text, after what its names stand for."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.records import wrong_label
from sm_toolkit.language.data.sides import Left, Right
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.functions.names import NOWHERE, Definition, Names, TypedConstant, is_record_class
from sm_toolkit.language.functions.printing.recognising import UnrecognisedError
from sm_toolkit.language.functions.printing.references import References, cut_out, stands_alone
from sm_toolkit.language.functions.printing.standing import MODULES, Standing
from sm_toolkit.language.functions.printing.texts import imported, records_of
from sm_toolkit.language.functions.sources import lines_of
from sm_toolkit.language.syntax.machines import Machine

_PLAIN = bool | int | float | str | bytes | None


def originals(machine: Machine[Any, Any, Any]) -> Iterator[str]:
    """Yield texts of the function that a machine was made of, if it is at hand; they may not become it again."""
    origin = machine.origin
    if origin is None:
        return
    if origin.function is None and machine.name == origin.name and stands_alone(origin.text, origin.name):
        yield "\n".join(lines_of(origin.text)).strip("\n") + "\n"
    try:
        yield _Original(origin.definitions).whole(origin.definition, machine.name)
    except (UnrecognisedError, ToolkitError, SyntaxError, ValueError):
        return


class _Original(Standing):
    """Writes a program round a function, from the names that it used when it was read."""

    def __init__(self, definitions: Mapping[Any, Definition]) -> None:
        super().__init__()
        self._definitions = {**definitions}
        self._lines: list[str] = []  # constants, and names of types
        self._functions: list[str] = []

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
            self._imports["dataclasses"].add(self._own("field", "import"))
        lines = ["\n".join(self._lines)] if self._lines else []
        return "\n\n\n".join([imported(self._imports), *records, *lines, *self._functions]) + "\n"

    def _name(self, written: str, value: Any, names: Names) -> str:
        """Return how the program says what a name, or one of a module, stands for."""
        label = written.rpartition(".")[2]
        if getattr(builtins, written, NOWHERE) is value:
            return self._own(written, "builtin")
        if isinstance(value, _PLAIN | tuple | list | dict | PersistentList | PersistentMap | Left | Right):
            return self._constant(label, self._value(value, names))
        if isinstance(value, TypedConstant):
            kind = ast.unparse(self._program.type(value.type))
            return self._constant(label, self._program.value(value.value, value.type), f": {kind}")
        real = self._named(label, value, names)
        if real is None:
            is_data = is_record_class(type(value)) and not isinstance(value, Type)
            return self._constant(label, self._value(value, names) if is_data else self._type(value, names))
        if "." in written or real == written:
            return real
        final, is_new = self._free(written, ("other name", real))
        if is_new:
            is_function = isinstance(value, Machine | FunctionType | Definition)
            (self._functions if is_function else self._lines).append(f"{final} = {real}")
        return final

    def _constant(self, label: str, value: ast.expr, annotation: str = "") -> str:
        final, is_new = self._free(label, ("constant", text := f"{annotation} = {ast.unparse(value)}"))
        if is_new:
            self._lines.append(f"{final}{text}")
        return final

    def _named(self, label: str, value: Any, names: Names) -> str | None:
        """Return the name that something has in the program, or None if it is no more than a type."""
        for module, found in MODULES.items():
            public = next((each for each in (label, *found.__all__) if getattr(found, each, NOWHERE) is value), None)
            if public is not None:
                self._imports[module].add(public)
                return self._own(public, "import")
        if getattr(builtins, getattr(value, "__name__", ""), NOWHERE) is value:
            return self._own(value.__name__, "builtin")
        if is_record_class(value):
            return self._record(value, names)
        if isinstance(value, Machine) and value.origin is not None:
            self._definitions |= value.origin.definitions
            return self._function(value.origin.definition, value.origin.name)
        if isinstance(value, FunctionType | Definition):
            key = value if isinstance(value, FunctionType) else id(value.node)
            if key in self._definitions:
                return self._function(self._definitions[key], self._definitions[key].node.name)
        if isinstance(value, Machine | FunctionType | Definition | ModuleType):
            raise UnrecognisedError(f"{label} cannot be written")
        return None

    def _function(self, definition: Definition, wished: str, *, is_main: bool = False) -> str:
        """Write the text of a function, after what it needs, and return its name."""
        node, function = definition.node, definition.function
        final, is_new = self._free(wished, ("function", id(node) if function is None else function))
        if not is_new:
            return final
        text = cut_out(node, definition.source)
        names = definition.names
        calls = References(names, lambda label, found: self._name(label, found, names), lambda v: self._value(v, names))
        written = calls.text(text)
        if final != node.name:
            written = re.sub(rf"\bdef(\s+){node.name}\b", rf"def\g<1>{final}", written, count=1)
        if is_main or node.decorator_list:
            kind = "machine" if len(node.args.posonlyargs + node.args.args) == 2 else "function"
            self._imports["sm_toolkit"].add(kind)
            written = f"@{kind}\n{written}"
        self._functions.append(written)
        return final
