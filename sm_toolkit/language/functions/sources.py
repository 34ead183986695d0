"""Where the source of a function is found, and how a place in it is told."""

from __future__ import annotations

import ast
import inspect
import linecache
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from types import CodeType, FrameType, FunctionType
from typing import Any, NoReturn, TypeAlias

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

    def refuse_function(self, node: ast.Lambda | ast.AsyncFunctionDef) -> NoReturn:
        """Raise the error of a function of a kind that is no machine.

        Raises:
            FunctionError: always.
        """
        if isinstance(node, ast.Lambda):
            self.refuse(node, *_NO_LAMBDA)
        head = ast.copy_location(ast.Pass(), node)
        head.end_lineno, head.end_col_offset = node.lineno, node.col_offset + len(f"async def {node.name}".encode())
        self.refuse(head, "an `async` function is no machine: a step waits for nothing", "write a plain `def`")

    def no_python(self, error: SyntaxError) -> FunctionError:
        """Return the error of what Python does not take."""
        number = error.lineno or 1
        line = lines_of(self.text)[number - 1 : number] or [""]
        before = line[0][: max(0, (error.offset or 1) - 1)]
        node = ast.Pass(lineno=number, col_offset=len(before.encode(errors="surrogatepass")))
        return self.error(node, f"this is no Python: {error.msg}", "mend the text")

    def error(self, node: Any, problem: str, advice: str) -> FunctionError:
        """Return the error of something at a place in the text: a node of its tree."""
        problem, advice = (told if len(told) <= 500 else f"{told[:300]} … {told[-100:]}" for told in (problem, advice))
        number = getattr(node, "lineno", 1)
        lines = lines_of(self.text)
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

    def word_before(self, node: ast.stmt, word: str) -> ast.AST:
        """Return the place of a word of Python that has no node, on a line of its own before a statement."""
        lines = lines_of(self.text)
        for number in range(node.lineno, 0, -1):
            line = lines[number - 1]
            if line.lstrip().startswith(word):
                begin = len(line) - len(line.lstrip())
                return ast.Pass(lineno=number, col_offset=begin, end_lineno=number, end_col_offset=begin + len(word))
        return node


def calling(frame: FrameType, problem: str, advice: str) -> FunctionError:
    """Return the error of what is given in a call: the place is that of the call, if its line is there."""
    file, number = frame.f_code.co_filename, frame.f_lineno
    line = linecache.getline(file, number, frame.f_globals).rstrip("\r\n")
    if not line:
        return FunctionError(problem, advice, _file(file))
    blanks = len(line) - len(line.lstrip())
    return Source(line, _file(file), number).error(ast.Pass(lineno=1, col_offset=blanks), problem, advice)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, as Python counts them."""
    return re.split("\r\n|\r|\n", text)


def _characters(line: str, offset: int) -> int:
    """Return how many characters an offset in bytes is."""
    return len(line.encode(errors="surrogatepass")[:offset].decode(errors="replace"))


def parsed(source: Source) -> ast.Module:
    """Return the tree of a text.

    Raises:
        FunctionError: it is no Python.
    """
    try:
        return ast.parse(source.text)
    except SyntaxError as error:
        raise source.no_python(error) from None
    except ValueError as error:  # what no file could hold
        raise source.error(None, f"this is no Python: {error}", "mend the text") from None
    except (RecursionError, MemoryError):
        raise source.error(None, "this is nested too deep for Python", "give the parts names") from None


def definition_of(function: FunctionType) -> tuple[ast.FunctionDef, Source]:
    """Return the definition of a function, and the text that it stands in.

    Raises:
        FunctionError: its source cannot be had, or it is no plain function.
    """
    name, code = function.__name__, function.__code__
    file = _file(code.co_filename)
    if hasattr(function, "__wrapped__"):
        raise FunctionError(f"`{name}` has a decorator", "take plain functions with annotations", file)
    found = next(_in_file(code, file), None) or next(_in_cells(code), None)
    if found is None:
        if code.co_name == "<lambda>":
            raise FunctionError(*_NO_LAMBDA, file)
        raise FunctionError(
            f"the source of `{name}` cannot be had: it was not read from a file or a cell, or is another by now",
            "put it into a file or a notebook's cell and run that again, or give its text: machine(source=...)",
            file,
        )
    node, source = found
    if isinstance(node, ast.Lambda | ast.AsyncFunctionDef):
        source.refuse_function(node)
    assert isinstance(node, ast.FunctionDef)
    return node, source


_NO_LAMBDA = "a lambda is no machine: it has no annotations", "write a `def` with annotations"

_Found: TypeAlias = "tuple[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, Source]"


def _in_file(code: CodeType, file: str) -> Iterator[_Found]:
    """Yield the definition that code was compiled from, if it stands where the code says."""
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError, SyntaxError, IndentationError):  # there is no such file, or it has changed
        return
    text = "".join(lines)
    dedented = textwrap.dedent(text)
    indent = len(text.partition("\n")[0]) - len(dedented.partition("\n")[0])
    yield from _found(code, Source(dedented, file, max(first, 1), indent), 1)


def _found(code: CodeType, source: Source, first: int) -> Iterator[_Found]:
    """Yield the definition in a text that code was compiled from, and that begins in a line."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        decorators = getattr(node, "decorator_list", [])
        begins = min([node.lineno, *(each.lineno for each in decorators)]) == first or isinstance(node, ast.Lambda)
        if begins and code.co_name == getattr(node, "name", "<lambda>") and _is_compiled_from(code, node, source.first):
            yield node, source


def _file(name: str) -> str:
    """Return how a file is told: a cell of a notebook has a long name that says nothing."""
    if "ipykernel_" in name or name.startswith(("<ipython-input", "<timed")):
        return "the cell"
    return name


def _in_cells(code: CodeType) -> Iterator[_Found]:
    """Yield the definition that code was compiled from, if it stands in a cell of the running notebook.

    Under a magic of cells (`%%time`) the rest of the cell is compiled under a name that nobody knows the text of.
    """
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return
    for cell in reversed(shell.user_ns.get("In", [])):
        for text in _bodies(cell, shell) if code.co_name in cell else ():
            yield from _found(code, Source(text, "the cell"), code.co_firstlineno)


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


def _is_compiled_from(code: CodeType, node: ast.stmt | ast.expr, first: int) -> bool:
    """Tell whether code is what a definition is compiled to, or that with more put in by a tool that instruments it."""
    ast.increment_lineno(node, first - 1)  # there and back, which is quicker than to copy it
    try:
        return _is_compiled_at(code, node)
    finally:
        ast.increment_lineno(node, 1 - first)


def _is_compiled_at(code: CodeType, node: ast.stmt | ast.expr) -> bool:
    body = node if isinstance(node, ast.stmt) else ast.copy_location(ast.Expr(node), node)
    if code.co_freevars:
        arguments = ast.arguments([], [ast.arg(name) for name in code.co_freevars], None, [], [], None, [])
        body = ast.copy_location(ast.FunctionDef("round_it", arguments, [body], []), node)
    # Python calls what is in an imported module in another way, and so it has to be known what was imported.
    calls = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    roots = {each.value.id for each in calls if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name)}
    known = sorted(roots & {*code.co_names})[:4]
    choices = (choice for count in range(len(known) + 1) for choice in combinations(known, count))
    return any(_is_compiled(code, body, choice) for choice in choices)


def _is_compiled(code: CodeType, body: ast.stmt, imported: tuple[str, ...]) -> bool:
    imports: list[ast.stmt] = [ast.Import([ast.alias(name)], lineno=1, col_offset=0) for name in imported]
    tree = ast.fix_missing_locations(ast.Module([*imports, body], []))
    work: list[Any] = [compile(tree, code.co_filename, "exec", dont_inherit=True)]
    while work:
        current = work.pop()
        if isinstance(current, CodeType):
            if current.co_name == code.co_name and _is_same(current, code):
                return True
            work.extend(current.co_consts)
    return False


def _is_same(one: CodeType, other: CodeType) -> bool:
    if one.co_varnames[: one.co_argcount] != other.co_varnames[: other.co_argcount]:
        return False
    more = set(other.co_names) - set(one.co_names)
    if more and all(name.startswith(("@", "__")) for name in more):  # something was put in
        return True
    return one.co_code == other.co_code and one.co_names == other.co_names and _constants(one) == _constants(other)


def _constants(code: CodeType) -> list[Any]:
    return [
        (each.co_code, _constants(each)) if isinstance(each, CodeType) else (each.__class__, each)
        for each in code.co_consts
        if not (isinstance(each, str) and "<locals>" in each)  # where a class within it stands
    ]
