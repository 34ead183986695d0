"""What of a function's names is used where, and where its ways end: found by reading it, before it is translated.

Nothing here recurses from one `elif` to the next: there may be thousands in a row.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence


def loaded(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Return the names that are used somewhere in some nodes."""
    found: set[str] = set()
    work = list(nodes)
    while work:
        node = work.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                found.add(node.id)
            continue
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        _add_parts(work, node)
    return frozenset(found)


def _add_parts(work: list[ast.AST], node: ast.AST) -> None:
    """Add what a node is made of, as ``ast.iter_child_nodes`` does, but quicker: this is asked often."""
    for name in node._fields:
        part = getattr(node, name, None)
        if isinstance(part, list):
            work += [each for each in part if isinstance(each, ast.AST)]
        elif isinstance(part, ast.AST):
            work.append(part)


def assigned(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Return the names that are assigned somewhere in some nodes, outside of comprehensions."""
    found: set[str] = set()
    work = list(nodes)
    while work:
        node = work.pop()
        if isinstance(node, ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp | ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name is not None:
            found.add(node.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        _add_parts(work, node)
    return frozenset(found)


def falls(body: Sequence[ast.stmt]) -> bool:
    """Tell whether what comes after some statements is reached."""
    return not any(map(ends, body))


def open_end(body: Sequence[ast.stmt]) -> ast.AST:
    """Return where a way through some statements, which reaches their end, ends: the last that there is on it.

    It is the test of an `if` if there is no `else`.
    """
    last = body[-1]
    while isinstance(last, ast.If):
        if not (falls(last.body) or last.orelse):
            return last.test
        last = (last.body if falls(last.body) else last.orelse)[-1]
    if isinstance(last, ast.Match):
        return open_end(next(case.body for case in last.cases if falls(case.body)))
    return last


def ends(node: ast.stmt) -> bool:
    """Tell whether no way leads on after a statement."""
    if isinstance(node, ast.Return | ast.Break | ast.Continue | ast.Raise):
        return True
    if isinstance(node, ast.If):
        chain, otherwise = in_a_row(node)
        return bool(otherwise) and not any(falls(each.body) for each in chain) and not falls(otherwise)
    if isinstance(node, ast.Match):
        return not any(falls(case.body) for case in node.cases)
    return False


def in_a_row(node: ast.If) -> tuple[list[ast.If], list[ast.stmt]]:
    """Return an `if` and the `elif`s after it, and what is in the last `else`."""
    chain = [node]
    while len(otherwise := chain[-1].orelse) == 1 and isinstance(otherwise[0], ast.If):
        chain.append(otherwise[0])
    return chain, otherwise


def leaves(body: Iterable[ast.stmt]) -> frozenset[str]:
    """Return how some statements are left before their end: by "return", by "break" or "continue" of a loop round."""
    found: set[str] = set()
    work: list[tuple[ast.AST, bool]] = [(node, False) for node in body]
    while work:
        node, in_loop = work.pop()
        if isinstance(node, ast.Return):
            found.add("return")
        elif isinstance(node, ast.Break | ast.Continue) and not in_loop:
            found.add("break" if isinstance(node, ast.Break) else "continue")
        elif isinstance(node, ast.If | ast.For | ast.Match | ast.match_case):
            inner = in_loop or isinstance(node, ast.For)
            work.extend((child, inner) for child in ast.iter_child_nodes(node))
    return frozenset(found)


def ways_on(node: ast.If | ast.Match) -> int:
    """Return how many branches of a statement reach its end."""
    if isinstance(node, ast.Match):
        return sum(falls(case.body) for case in node.cases)
    chain, otherwise = in_a_row(node)
    return sum(falls(each.body) for each in chain) + falls(otherwise)
