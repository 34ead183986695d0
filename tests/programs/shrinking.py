"""Smaller programs of the same kind: without a statement, a branch or a part of an expression."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.programs.making import Sample

PATIENCE = 30.0
"""Seconds that are spent on making a program smaller."""


def shrunk(case: Sample, fails: Callable[[Sample], bool], *, whole: bool = False) -> Sample:
    """Return a small sample that still fails: the first smaller one that does, again and again.

    With ``whole`` the inputs and the statements that are left stay as they are.
    """
    end = time.process_time() + PATIENCE
    printed = replace(case, source=ast.unparse(ast.parse(case.source)))
    found: Sample | None = printed if fails(printed) else case
    while found is not None and time.process_time() < end:
        case = found
        found = next((one for one in smaller(case, whole) if time.process_time() < end and fails(one)), None)
    return case


def smaller(case: Sample, whole: bool) -> Iterator[Sample]:
    """Go through samples that are a little smaller."""
    if len(case.xs) > 1 and not whole:
        for index in range(len(case.xs)):
            yield replace(case, xs=(*case.xs[:index], *case.xs[index + 1 :]))
    for source in shorter(case.source, statements):
        yield replace(case, source=source)
    if whole:
        return
    for source in shorter(case.source, expressions):
        yield replace(case, source=source)
    for index, x in enumerate(case.xs):
        for text in shorter(x, expressions):
            yield replace(case, xs=(*case.xs[:index], text, *case.xs[index + 1 :]))
    for text in shorter(case.s, expressions):
        yield replace(case, s=text)


def shorter(source: str, change: Callable[[ast.AST], Iterator[None]]) -> Iterator[str]:
    """Change the tree of a text in one place after another, and go through what gets shorter by it."""
    tree = ast.parse(source)
    for node in list(ast.walk(tree)):
        for _ in change(node):
            text = ast.unparse(tree)
            if len(text) < len(source):
                yield text


def statements(node: ast.AST) -> Iterator[None]:
    """Put nothing, or what is inside, in the place of each part of a block, for as long as the caller looks."""
    for block in blocks(node):
        kept = list(block)
        for index, part in enumerate(kept):
            for other in [[], *inside(part)]:
                block[index : index + 1] = other
                if block or block is getattr(node, "orelse", None):
                    yield
                block[:] = kept


def blocks(node: ast.AST) -> list[list[Any]]:
    found = (getattr(node, name, None) for name in ("body", "orelse", "cases"))
    return [block for block in found if isinstance(block, list) and block]


def inside(part: ast.AST) -> list[list[Any]]:
    """Return the blocks that may stand where a statement does."""
    if isinstance(part, ast.Match):
        return [case.body for case in part.cases]
    return blocks(part) if isinstance(part, ast.If | ast.For) else []


def expressions(node: ast.AST) -> Iterator[None]:
    """Put a part of each expression, or a constant, in its place, for as long as the caller looks."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        if isinstance(value, ast.expr):
            for other in instead(value):
                setattr(node, name, other)
                yield
            setattr(node, name, value)
        elif isinstance(value, list) and not isinstance(node, ast.pattern | ast.JoinedStr):
            kept = list(value)
            for index, part in enumerate(kept):
                if not isinstance(part, ast.expr | ast.comprehension):
                    continue
                for others in [[], *([other] for other in instead(part))]:
                    value[index : index + 1] = others
                    yield
                    value[:] = kept


def instead(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.expr) and not isinstance(node, ast.Constant | ast.Name):
        yield from (ast.Constant(value) for value in (0, "", True))
        yield from (part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))
