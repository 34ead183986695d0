"""What a program means as plain Python: its functions run as they stand, on lists and dicts of either kind.

Three things are done to the text first. A dict has its keys in their order, since maps of the language go through them
so, which is where it differs from Python. What the language refuses (not a number, an integer or a text over the
limits) is an error. And what would take very long is left off, as too large to be compared.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import isnan
from operator import add, floordiv, mod, or_, sub, truediv
from typing import Any, TypeVar

from sm_toolkit.language import Left, Right
from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.limits import DEFAULT_LIMITS

MOST = 400
"""How many turns a step takes, and how many items a list has, that is compared."""

FAILURES = (ArithmeticError, LookupError, ValueError)
"""What Python raises where a step of the machine fails."""


class TooLargeError(Exception):
    """The step takes more than is compared here."""


class RefusedError(ArithmeticError):
    """A step of a machine fails here: a limit, or what is not a number."""


def allowed(value: Any) -> Any:
    """Return what was made, if a machine could hold it."""
    match value:
        case bool():
            pass
        case int():
            if value.bit_length() > DEFAULT_LIMITS.int_bits:
                raise RefusedError("an integer is too large")
        case float():
            if isnan(value):
                raise RefusedError("not a number")
        case str():
            if len(value) > DEFAULT_LIMITS.string_length:
                raise RefusedError("a text is too long")
        case list() | dict() | PersistentList() | PersistentMap():
            if len(value) > MOST:
                raise TooLargeError
            return {key: value[key] for key in sorted(value)} if isinstance(value, dict) else value
        case _:
            pass
    return value


def operated(run: Callable[[Any, Any], Any], one: Any, other: Any) -> Any:
    return allowed(run(one, other))


def product(one: Any, other: Any) -> Any:
    """Multiply, unless the result would be refused anyway."""
    if isinstance(one, str) and len(one) * other > DEFAULT_LIMITS.string_length:
        raise RefusedError("a text is too long")
    return allowed(one * other)


def replaced(text: Any, *parts: Any) -> Any:
    old, new = parts
    if (len(text) + 1) * (len(new) + 1) > DEFAULT_LIMITS.string_length:
        raise TooLargeError
    return text.replace(old, new)


def range_(*parts: int) -> range:
    made = range(*parts)
    if made[MOST : MOST + 1]:
        raise TooLargeError
    return made


OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: product,
    ast.Div: truediv,
    ast.FloorDiv: floordiv,
    ast.Mod: mod,
    ast.BitOr: or_,
}

NAMES: dict[str, Any] = {
    **{f"_{operator.__name__}": partial(operated, run) for operator, run in OPERATIONS.items()},
    **{"_allowed": allowed, "_replaced": replaced, "range": range_},
    **{"dataclass": dataclass, "replace": replace, "Left": Left, "Right": Right, "machine": lambda function: function},
    "__name__": "random_program",
}


class Guarded(ast.NodeTransformer):
    """Puts calls round what makes values, and round what is gone through; annotations stay as they are."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.value = self.visit(node.value) if node.value is not None else None
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Leave it out: the names are there."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.Call:
        return called(f"_{type(node.op).__name__}", self.visit(node.left), self.visit(node.right))

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.Assign:
        assert isinstance(node.target, ast.Name)
        old = ast.Name(node.target.id, ast.Load(), **PLACE)
        made = called(f"_{type(node.op).__name__}", old, self.visit(node.value))
        return ast.Assign([node.target], made, None, **PLACE)

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "replace":
            return called("_replaced", node.func.value, *node.args)
        return node

    def made(self, node: Any) -> ast.Call:
        self.generic_visit(node)
        return called("_allowed", node)

    def turning(self, node: Any) -> Any:
        self.generic_visit(node)
        node.iter = called("_turns", node.iter)
        return node

    visit_Dict = visit_DictComp = visit_List = visit_ListComp = visit_JoinedStr = made
    visit_For = visit_comprehension = turning


V = TypeVar("V", ast.Module, ast.Expression)


def guarded(tree: V) -> V:
    made: V = Guarded().visit(tree)
    return made


PLACE = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
"""Where what is put into a program stands: nobody asks."""


def called(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load(), **PLACE), list(arguments), [], **PLACE)


class PlainProgram:
    """A program that has been executed; ``values`` makes values of its classes, ``step`` runs its function ``f``."""

    def __init__(self, source: str) -> None:
        self.turns = 0
        self.names: dict[str, Any] = {**NAMES, "_turns": self.gone_through}
        exec(compile(guarded(ast.parse(source)), "<program>", "exec", dont_inherit=True), self.names)

    def gone_through(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self.turns += 1
            if self.turns > MOST:
                raise TooLargeError
            yield item

    def values(self, texts: Iterable[str]) -> list[Any]:
        tree = guarded(ast.parse(f"({', '.join(texts)},)", mode="eval"))
        return [*eval(compile(tree, "<values>", "eval"), self.names)]

    def step(self, x: Any, s: Any) -> tuple[Any, Any]:
        """Return the output and the state after it; or the error and the old state.

        Raises:
            TooLargeError: the step takes more than is compared here.
        """
        self.turns = 0
        try:
            output, state = self.names["f"](x, s)
        except FAILURES as error:
            if "index-sized" in str(error):  # a text so many times is no matter of the language but of the machine
                raise TooLargeError from None
            return error, s
        return output, state
