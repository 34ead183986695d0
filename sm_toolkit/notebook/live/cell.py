"""The text of a cell becomes a machine, and the names that it defines. No kernel is asked and nothing is bound here.

What is written as functions, dataclasses and constants is read and never run, as ``machine(source=…)`` does. What is
written in combinators is Python, and is run among copies of the kernel's names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from sm_toolkit.language.checking.inference import infer
from sm_toolkit.language.errors import FunctionError
from sm_toolkit.language.functions.decorating import ProgramText
from sm_toolkit.language.functions.sources import Source
from sm_toolkit.language.syntax.machines import Machine

CALLED = "the cell"

CHANGE = ("migrate", "migrate_back", "adapt_input", "adapt_output")
"""The functions of a live cell that are no part of the machine, but of how it takes over from the one before."""


@dataclass(frozen=True)
class CellProgram:
    """What a cell defines: its machine, under a name if it has one, and all the names it gives things."""

    machine: Machine[Any, Any, Any]
    name: str
    names: Mapping[str, Any] = field(repr=False)


def read_cell(
    text: str, namespace: Mapping[str, Any], wanted: str | None = None, apart: Iterable[str] = ()
) -> CellProgram:
    """Return what a cell defines; its machine is the one of the name wanted, or else the last one.

    Functions whose names are ``apart`` are left out, as if they were not there.

    Raises:
        FunctionError: the cell is no program, or has no machine.
        ToolkitError: its machine does not fit together.
        Exception: whatever an expression in it raises.
    """
    cell = _Cell(text, namespace, frozenset(apart))
    names = cell.defined()
    machines = [name for name, value in names.items() if isinstance(value, Machine)]
    stateful = [name for name in machines if name in cell.stateful]
    if wanted is not None and wanted in machines:
        name = wanted
    elif cell.last is not None:
        name = wanted or ""
        names |= {name: cell.last.named(name)} if name else {}
    elif machines:
        name = (stateful or machines)[-1]
    else:
        _refuse_no_machine(text)
        raise FunctionError(
            "there is no machine in this cell",
            "write def step(event: ..., state: ...) -> tuple[..., ...], or an expression of combinators",
            CALLED,
        )
    machine = names[name] if name else cell.last
    assert isinstance(machine, Machine)
    infer(machine)
    return CellProgram(machine, name, names)


def _refuse_no_machine(text: str) -> None:
    """Raise the error of what may be meant as the machine of a cell and is none, if there is such a thing in it."""
    for node in reversed(_tree(text).body):
        meant = node.value if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr) else node
        if isinstance(meant, ast.Lambda | ast.AsyncFunctionDef):
            Source(text, CALLED).refuse_function(meant)


def read_part(
    text: str, namespace: Mapping[str, Any], name: str, apart: Iterable[str] = CHANGE
) -> Machine[Any, Any, Any] | None:
    """Return the machine of one function of a cell, a migration say, or None if there is no such function.

    Raises:
        FunctionError: see ``read_cell``.
    """
    if not any(isinstance(node, ast.FunctionDef) and node.name == name for node in _tree(text).body):
        return None
    others = frozenset(apart) - {name}
    return _Cell(text, namespace, others).program.machine(name)


def change_names(stages: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the functions that are about a change, in a cell for these stages.

    >>> change_names(["count"])
    ('migrate', 'migrate_back', 'adapt_input', 'adapt_output', 'migrate_count')
    """
    return (*CHANGE, *(name for stage in stages if (name := f"migrate_{stage}") not in CHANGE))


def change_texts(text: str, apart: Iterable[str] = CHANGE) -> dict[str, str]:
    """Return the texts of the functions of a cell that are about a change, by their names; spaces and comments out."""
    names = frozenset(apart)
    functions = [node for node in _tree(text).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.unparse(node) for node in functions if node.name in names}


class _Cell:
    """A cell taken apart: what is read, and what is run."""

    def __init__(self, text: str, namespace: Mapping[str, Any], apart: frozenset[str]) -> None:
        self._namespace = namespace
        self._source = Source(text, CALLED)
        body = _tree(text).body
        left_out = [node for node in body if isinstance(node, ast.FunctionDef) and node.name in apart]
        body = [node for node in body if node not in left_out]
        functions = any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body)
        self._computed = [node for node in body if not functions or self._is_computed(node)]
        self._imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
        text = blanked(text, [*left_out, *self._computed])
        self.program = ProgramText(text, namespace, CALLED)
        self.stateful: set[str] = set()
        self.last: Machine[Any, Any, Any] | None = None

    def defined(self) -> dict[str, Any]:
        """Return what the cell gives names to; the value of an expression at its end is ``last``."""
        program = self.program
        names = {name: value for name, value in program.others.items() if name not in _UNSAID}
        for name in program.functions:
            if program.is_stateful(name) or program.arity(name) == 1 or name == program.functions[-1]:
                names[name] = program.machine(name)
                if program.arity(name) == 2:
                    self.stateful.add(name)
        if not self._computed:
            return names
        scratch = {**self._namespace, **program.others, **names}
        before = dict(scratch)
        if self._imports:
            self._run(self._imports, scratch)
        *statements, last = self._computed
        if isinstance(last, ast.Expr):
            self._run(statements, scratch)
            value = eval(self._compiled(ast.Expression(last.value), "eval"), scratch)
            if isinstance(value, Machine):
                self.last = value
        else:
            self._run(self._computed, scratch)
        for name, value in scratch.items():
            if name not in before or before[name] is not value:
                names[name] = value
                if isinstance(value, Machine):
                    self.stateful.add(name)
        names.pop("__builtins__", None)
        return names

    def _run(self, statements: list[Any], scratch: dict[str, Any]) -> None:
        exec(self._compiled(ast.Module(statements, []), "exec"), scratch)

    def _compiled(self, tree: ast.Module | ast.Expression, mode: str) -> CodeType:
        try:
            return compile(tree, f"<{CALLED}>", mode)
        except SyntaxError as error:  # an ``await``, say, which only has no place here
            raise self._source.no_python(error) from None

    def _is_computed(self, node: ast.stmt) -> bool:
        """Tell whether a statement is to be run: an expression of combinators, and no constant and no type."""
        match node:
            case ast.Expr(ast.Constant(str())):
                return False
            case ast.Expr():
                return True
            case ast.Assign(_, value):
                return any(self._computes(each) for each in ast.walk(value))
            case ast.Import(names):
                return any(each.name.partition(".")[0] == "sm_toolkit" for each in names)
        return False

    def _computes(self, node: ast.AST) -> bool:
        match node:
            case ast.Call(ast.Name(name)) if name in self._namespace:
                return not isinstance(self._namespace[name], type)
            case ast.Call(ast.Attribute()):
                return True
            case ast.Name(name):
                return isinstance(self._namespace.get(name), Machine)
        return False


_UNSAID = ("Left", "Right", "replace")  # what stands beside every text, whether it says so or not


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        ProgramText(text, {}, CALLED)  # which says what is wrong, and where
        raise


def blanked(text: str, nodes: Iterable[ast.stmt]) -> str:
    """Return a text without some of its statements; all others stay on their lines.

    >>> blanked("a = 1\\nb = 2\\nc = 3", ast.parse("a = 1\\nb = 2\\nc = 3").body[1:2])
    'a = 1\\n\\nc = 3'
    """
    lines = text.split("\n")
    for node in nodes:
        decorators = getattr(node, "decorator_list", [])
        begin = min([node.lineno, *(each.lineno for each in decorators)])
        for number in range(begin, (node.end_lineno or node.lineno) + 1):
            lines[number - 1] = ""
    return "\n".join(lines)
