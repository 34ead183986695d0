"""Where a function's own text names what is around it, and the text with other names there."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from sm_toolkit.language.functions.names import NOWHERE, Names
from sm_toolkit.language.functions.printing.recognising import UnrecognisedError
from sm_toolkit.language.functions.sources import Source, lines_of

_Found: TypeAlias = "tuple[ast.expr, str]"


def cut_out(node: ast.FunctionDef, source: Source) -> str:
    """Return the text of a function from its `def` on: with its comments, and without what is above it or beside it."""
    lines = lines_of(source.text)[node.lineno - 1 : node.end_lineno]
    return "\n".join(line[min(node.col_offset, len(line) - len(line.lstrip())) :] for line in lines)


def stands_alone(text: str, last: str) -> bool:
    """Tell whether a text is a program as Python takes it, in which all names are bound, with this machine at its end.

    >>> stands_alone("from sm_toolkit import machine\\n@machine\\ndef f(x: int, s: int) -> tuple[int, int]: return x, s", "f")
    True
    """
    tree = ast.parse(text)
    end = tree.body[-1]
    if not isinstance(end, ast.FunctionDef) or end.name != last or not end.decorator_list:
        return False
    bound = {*vars(builtins), *_bound(tree)}
    bound |= {each.asname or each.name for each in ast.walk(tree) if isinstance(each, ast.alias)}
    bound |= {each.name for each in ast.walk(tree) if isinstance(each, ast.ClassDef | ast.FunctionDef)}
    return all(each.id in bound for each in ast.walk(tree) if isinstance(each, ast.Name))


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
        work: list[tuple[ast.AST, str]] = [(tree, context)]
        while work:
            node, context = work.pop()
            if isinstance(node, ast.Name | ast.Attribute) and (value := self._outside(node)) is not NOWHERE:
                written = ast.unparse(node)
                if context == "pattern":
                    changes.append((node, ast.unparse(self._write_it(value))))
                elif (new := self._call_it(written, value)) != written:
                    if new in self._local:
                        raise UnrecognisedError(f"{new} is another thing in this function")
                    changes.append((node, new))
            elif context == "annotation" and isinstance(node, ast.Constant) and isinstance(node.value, str):
                inner = self._written(node.value, ast.parse(node.value, mode="eval"), context)
                if inner != node.value:
                    changes.append((node, repr(inner)))
            else:
                work += reversed([*_parts(node, context)])
        return _changed(text, changes)

    def _outside(self, node: ast.Name | ast.Attribute) -> Any:
        """Return what a name of what is around the function stands for."""
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        return NOWHERE if isinstance(root, ast.Name) and root.id in self._local else self._names.named(node)


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
        assert node.end_lineno is not None and node.end_col_offset is not None
        first, last = node.lineno - 1, node.end_lineno - 1
        made = lines[first][: node.col_offset] + new.encode() + lines[last][node.end_col_offset :]
        lines[first : last + 1] = [made]
    return b"\n".join(lines).decode()
