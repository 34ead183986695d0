"""Where a function's own text names what is around it, and the text with other names there."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from sm_toolkit.language.functions.names import NOWHERE, Definition, Names
from sm_toolkit.language.functions.printing.recognising import UnrecognisedError
from sm_toolkit.language.functions.sources import Source, lines_of
from sm_toolkit.language.syntax.machines import Machine


def cut_out(node: ast.FunctionDef, source: Source) -> str:
    """Return the text of a function from its `def` on: with its comments, and without what is above it or beside it."""
    lines = lines_of(source.text)[node.lineno - 1 : node.end_lineno]
    return "\n".join(line[min(node.col_offset, len(line) - len(line.lstrip())) :] for line in lines)


def stands_alone(text: str, last: str) -> bool:
    """Tell whether a text is a program as Python takes it, in which all names are bound, with this machine at its end.

    >>> text = "from sm_toolkit import machine\\n@machine\\ndef f(x: int, s: int) -> tuple[int, int]: return x, s"
    >>> stands_alone(text, "f"), stands_alone(text.partition("\\n")[2], "f")
    (True, False)
    """
    tree = ast.parse(text)
    end = tree.body[-1]
    if not isinstance(end, ast.FunctionDef) or end.name != last or not end.decorator_list:
        return False
    bound = {*vars(builtins), *_bound(tree)}
    used: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.alias() | ast.ClassDef() | ast.FunctionDef():
                bound.add(getattr(node, "asname", None) or node.name)
            case ast.Name(label):
                used.add(label)
    return used <= bound


def _bound(tree: ast.AST) -> Iterator[str]:
    """Yield the names that are parameters, or get a value."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(label, ast.Store()) | ast.arg(label) | ast.MatchAs(name=label) | ast.MatchStar(label):
                yield label or ""


class References:
    """Writes a text with other names for what is around it: those that ``call_it`` gives, and in patterns values."""

    def __init__(self, names: Names, call_it: Callable[[str, Any], str], write_it: Callable[[Any], ast.expr]) -> None:
        self._names = names
        self._call_it = call_it
        self._write_it = write_it
        self._local: set[str] = set()

    def text(self, text: str) -> str:
        """Return the text of a function with the names that the program has for things.

        Raises:
            UnrecognisedError: one of them is a name of the function's own.
        """
        tree = ast.parse(text)
        self._local = {*_bound(tree)}
        return self._written(text, tree, "")

    def _written(self, text: str, tree: ast.AST, context: str) -> str:
        changes: list[tuple[ast.expr, str]] = []
        found: list[tuple[ast.expr, Any]] = []
        work: list[tuple[ast.AST, str]] = [(tree, context)]
        while work:
            node, context = work.pop()
            if isinstance(node, ast.Name | ast.Attribute) and (value := self._outside(node)) is not NOWHERE:
                if context == "pattern":
                    changes.append((node, ast.unparse(self._write_it(value))))
                else:
                    found.append((node, value))
            elif context == "annotation" and isinstance(node, ast.Constant) and isinstance(node.value, str):
                inner = self._written(node.value, ast.parse(node.value, mode="eval"), context)
                if inner != node.value:
                    changes.append((node, repr(inner)))
            else:
                work += reversed([*_parts(node, context)])
        # Of two things with one name that keeps it which has it here: functions bring what they need with them.
        found.sort(key=lambda each: (_is_function(each[1]), isinstance(each[0], ast.Attribute)))
        for node, value in found:
            written = ast.unparse(node)
            new = self._call_it(written, value)
            if new != written and new in self._local:
                raise UnrecognisedError(f"{new} is another thing in this function")
            if new != written:
                changes.append((node, new))
        return _changed(text, changes)

    def _outside(self, node: ast.Name | ast.Attribute) -> Any:
        """Return what a name of what is around the function stands for."""
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        return NOWHERE if isinstance(root, ast.Name) and root.id in self._local else self._names.named(node)


def _is_function(value: Any) -> bool:
    return isinstance(value, Machine | FunctionType | Definition)


def _parts(node: ast.AST, context: str) -> Iterator[tuple[ast.AST, str]]:
    """Yield what a node is made of, and whether it stands in an annotation, or for a value in a pattern."""
    for label, part in ast.iter_fields(node):
        is_annotation = context == "annotation" or label in ("annotation", "returns")
        inner = "annotation" if is_annotation else "pattern" if isinstance(node, ast.MatchValue) else ""
        yield from ((each, inner) for each in (part if isinstance(part, list) else [part]) if isinstance(each, ast.AST))


def _changed(text: str, changes: list[tuple[ast.expr, str]]) -> str:
    """Return a text with other ones for some of its parts."""
    lines = [line.encode() for line in lines_of(text)]
    for node, new in sorted(changes, key=lambda change: (change[0].lineno, change[0].col_offset), reverse=True):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        first, last = node.lineno - 1, node.end_lineno - 1
        made = lines[first][: node.col_offset] + new.encode() + lines[last][node.end_col_offset :]
        lines[first : last + 1] = [made]
    return b"\n".join(lines).decode()
