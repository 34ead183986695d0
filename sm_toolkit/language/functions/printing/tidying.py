"""What was written down step by step is put together: what has a name for one use stands where it is used."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

LONGEST = 88
"""Lines are not made longer than this by what is put into them."""

Block = list[ast.stmt]


def tidied(body: Block, pure: set[str]) -> Block:
    """Return statements in which what is used once, and at once, has no name."""
    while True:
        stored, loaded = Counter[str](), Counter[str]()
        for node in _names(body):
            (stored if isinstance(node.ctx, ast.Store) else loaded)[node.id] += 1
        made = _block(body, stored, loaded, pure)
        if not any(stored[known] and not loaded[known] and known in pure for known in pure):
            return made
        before = len([*_names(body)])
        body = made
        if len([*_names(body)]) == before:
            return body


def _names(body: Block) -> Iterator[ast.Name]:
    return (node for each in body for node in ast.walk(each) if isinstance(node, ast.Name))


def _block(body: Block, stored: Counter[str], loaded: Counter[str], pure: set[str]) -> Block:
    made: Block = []
    for statement in reversed(body):
        for inner in _blocks(statement):
            inner[:] = _block(inner, stored, loaded, pure) or [ast.Pass()]
        target = _target(statement)
        if target is not None and isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            if not loaded[target] and target in pure:
                for each in ast.walk(statement.value):
                    if isinstance(each, ast.Name):
                        loaded[each.id] -= 1
                continue
            plain = isinstance(statement, ast.Assign)
            if plain and stored[target] == 1 and loaded[target] == 1 and made and _put(made, target, statement.value):
                continue
            if plain and stored[target] == 1 and made and _aliased(made, target, statement.value, loaded):
                continue
        made.append(statement)
    return made[::-1]


def _target(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Assign) and isinstance(target := statement.targets[0], ast.Name):
        return target.id
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    return None


def _blocks(statement: ast.stmt) -> list[Block]:
    match statement:
        case ast.If(_, body, orelse):
            return [body, orelse] if orelse else [body]
        case ast.For(_, _, body):
            return [body]
        case ast.Match(_, cases):
            return [case.body for case in cases]
    return []


_HEADS = {"Assign": "value", "AnnAssign": "value", "Return": "value", "If": "test", "Match": "subject", "For": "iter"}


def _put(made: Block, target: str, value: ast.expr) -> bool:
    """Put a value into the next statement, if it is used there first of all."""
    following = _following(made)
    label = _HEADS.get(type(following).__name__)
    head = getattr(following, label, None) if label is not None else None
    if label is None or head is None:
        return False
    if isinstance(following, ast.If) and _is_told(following.test, target):
        return False
    if isinstance(following, ast.Match) and isinstance(value, ast.Name):
        return False  # in its cases the name would stand for what is told of it
    found = _first(head)
    place = next((node for node in found if isinstance(node, ast.Name) and node.id == target), None)
    if place is None:
        return False
    new = _replaced(head, target, value)
    if len(ast.unparse(new)) > LONGEST:
        return False
    setattr(following, label, new)
    return True


def _following(made: Block) -> ast.stmt:
    """Return the next statement that does something: the last but for declarations."""
    place = len(made) - 1
    while place and isinstance(each := made[place], ast.AnnAssign) and each.value is None:
        place -= 1
    return made[place]


def _is_told(test: ast.expr, target: str) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and isinstance(test.ops[0], ast.Is)


def _first(expression: ast.expr) -> list[ast.expr]:
    """Return what is evaluated in an expression before anything is done, up to the first that does something."""
    found: list[ast.expr] = []

    def visit(node: ast.AST) -> bool:
        """Look at what is evaluated, in order; tell whether nothing was done yet."""
        match node:
            case ast.Name() | ast.Constant():
                assert isinstance(node, ast.expr)
                found.append(node)
                return True
            case ast.Attribute(value):
                return visit(value)
            case ast.Subscript(value, index):
                return visit(value) and visit(index) and isinstance(index, ast.Constant)
            case ast.Tuple(parts) | ast.List(parts):
                return all(map(visit, parts))
            case ast.Starred(value):
                return visit(value)
            case ast.Dict(keys, values):
                return all(
                    (key is None or visit(key)) and visit(value) for key, value in zip(keys, values, strict=True)
                )
            case ast.Call(ast.Name(label), arguments, keywords):
                inner = [*arguments, *(each.value for each in keywords)]
                return all(map(visit, inner)) and (label[:1].isupper())
            case ast.Call(ast.Attribute(value), arguments):
                return all(map(visit, [value, *arguments])) and False
            case ast.Call(_, arguments):
                return all(map(visit, arguments)) and False
            case ast.BinOp(left, _, right):
                return visit(left) and visit(right) and False
            case ast.Compare(left, _, others):
                return visit(left) and visit(others[0]) and False
            case ast.UnaryOp(_, operand):
                return visit(operand) and False
            case ast.BoolOp(_, values):
                return visit(values[0]) and False
            case ast.IfExp(test):
                return visit(test) and False
        return False

    visit(expression)
    return found


class _Replacing(ast.NodeTransformer):
    def __init__(self, target: str, value: ast.expr) -> None:
        self._target, self._value = target, value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._value if node.id == self._target else node


def _replaced(expression: ast.expr, target: str, value: ast.expr) -> ast.expr:
    from copy import deepcopy

    return _Replacing(target, value).visit(deepcopy(expression))  # type: ignore[no-any-return]


def _aliased(made: Block, target: str, value: ast.expr, loaded: Counter[str]) -> bool:
    """Leave out a second name of something about which the next statement asks, if the first does as well."""
    following = _following(made)
    if not isinstance(value, ast.Name) or value.id.endswith("C") or not isinstance(following, ast.If | ast.Match):
        return False
    if any(node.id == value.id for node in _names([following])):
        return False
    if loaded[target] != sum(node.id == target for node in _names([following])):
        return False
    for node in _names([following]):
        if node.id == target:
            node.id = value.id
    loaded[value.id] += loaded[target] - 1
    return True
