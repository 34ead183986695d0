"""Where the source of a function is found, and how a place in it is told."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any, NoReturn

from sm_toolkit.language.errors import Excerpt, FunctionError

LONGEST_LINE = 110
"""Of a longer line, what is told is the part round the place."""


@dataclass(frozen=True)
class Source:
    """A text with functions in it: the lines of a file, a cell or a given text, ``first`` the number of the first one.

    ``indent`` characters were taken off the left of each line.
    """

    text: str
    file: str
    first: int = 1
    indent: int = 0

    def refuse(self, node: Any, problem: str, advice: str) -> NoReturn:
        """Raise the error of something at a place in the text.

        Raises:
            FunctionError: always.
        """
        raise self.error(node, problem, advice)

    def error(self, node: Any, problem: str, advice: str) -> FunctionError:
        """Return the error of something at a place in the text: a node of its tree."""
        number = getattr(node, "lineno", 1)
        lines = self.text.splitlines() or [""]
        line = lines[min(number, len(lines)) - 1]
        begin = _characters(line, getattr(node, "col_offset", 0))
        on_one = getattr(node, "end_lineno", number) == number
        end = _characters(line, node.end_col_offset) if on_one and hasattr(node, "end_col_offset") else len(line)
        column = begin + self.indent + 1
        blanks = len(line) - len(line.lstrip())
        text, begin, end = line[blanks:].rstrip(), max(0, begin - blanks), max(0, end - blanks)
        if len(text) > LONGEST_LINE:
            cut = max(0, min(begin - LONGEST_LINE // 2, len(text) - LONGEST_LINE))
            text, begin, end = text[cut : cut + LONGEST_LINE], begin - cut, end - cut
        excerpt = Excerpt(text, begin, max(begin + 1, min(end, len(text))))
        return FunctionError(problem, advice, self.file, number + self.first - 1, column, excerpt)


def _characters(line: str, offset: int) -> int:
    """Return how many characters an offset in bytes is."""
    return len(line.encode()[:offset].decode(errors="ignore"))


def parsed(source: Source) -> ast.Module:
    """Return the tree of a text.

    Raises:
        FunctionError: it is no Python.
    """
    try:
        return ast.parse(source.text)
    except SyntaxError as error:
        node = ast.Pass(lineno=error.lineno or 1, col_offset=max(0, (error.offset or 1) - 1))
        raise source.error(node, f"this is no Python: {error.msg}", "mend the text") from None
    except (RecursionError, MemoryError):
        raise source.error(None, "this is nested too deep for Python", "give the parts names") from None


def definition_of(function: FunctionType) -> tuple[ast.FunctionDef, Source]:
    """Return the definition of a function, and the text that it stands in.

    Raises:
        FunctionError: its source cannot be had, or it is no plain function.
    """
    name = function.__name__
    if name == "<lambda>":
        raise FunctionError("a lambda is no machine: it has no annotations", "write a `def` with annotations")
    found: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
    source = Source("", _file(function.__code__.co_filename))
    try:
        lines, first = inspect.getsourcelines(function)
        text = "".join(lines)
        dedented = textwrap.dedent(text)
        indent = len(text.partition("\n")[0]) - len(dedented.partition("\n")[0])
        source = Source(dedented, source.file, max(first, 1), indent)
        found = [node for node in parsed(source).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    except (OSError, TypeError):
        pass
    if not found:
        for in_cell in _in_cells(function.__code__):
            return in_cell
        raise FunctionError(
            f"the source of `{name}` cannot be had: it was not read from a file or a cell",
            "put it into a file or a notebook's cell, or give its text: machine(source=...)",
            source.file,
        )
    node = found[0]
    if isinstance(node, ast.AsyncFunctionDef):
        source.refuse(node, "an `async` function is no machine: a step waits for nothing", "write a plain `def`")
    return node, source


def _file(name: str) -> str:
    """Return how a file is told: a cell of a notebook has a long name that says nothing."""
    if "ipykernel_" in name or name.startswith(("<ipython-input", "<timed")):
        return "the cell"
    return name


def _in_cells(code: CodeType) -> Iterator[tuple[ast.FunctionDef, Source]]:
    """Yield the definition that code was compiled from, if it stands in a cell of the running notebook.

    Under a magic of cells (`%%time`) the rest of the cell is compiled under a name that nobody knows the text of.
    """
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return
    for cell in reversed(shell.user_ns.get("In", [])[-20:]):
        for text in _bodies(cell, shell):
            try:
                tree = ast.parse(text)
            except (SyntaxError, ValueError):
                continue
            for node in ast.walk(tree):
                if not isinstance(node, ast.FunctionDef) or node.name != code.co_name:
                    continue
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                if first == code.co_firstlineno and _is_compiled_from(code, text):
                    yield node, Source(text, "the cell")
                    return


def _bodies(cell: str, shell: Any) -> Iterator[str]:
    """Yield what of a cell may have been compiled by itself: what comes after each magic at its beginning.

    In the history a magic of cells stands as the call that it becomes.
    """
    yield cell
    tree = ast.parse(cell)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "run_cell_magic" and len(node.args) == 3:
            body = node.args[2]
            if isinstance(body, ast.Constant) and isinstance(body.value, str):
                inner = shell.transform_cell(body.value)
                yield inner
                if inner != cell:
                    yield from _bodies(inner, shell)


def _is_compiled_from(code: CodeType, text: str) -> bool:
    work: list[Any] = [compile(text, code.co_filename, "exec", dont_inherit=True)]
    while work:
        current = work.pop()
        if isinstance(current, CodeType):
            if current.co_name == code.co_name and current.co_code == code.co_code:
                return True
            work.extend(current.co_consts)
    return False
