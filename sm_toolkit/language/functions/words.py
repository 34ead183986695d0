"""How types and pieces of a program are told in errors: as they are written in plain Python."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable
from typing import Any

from sm_toolkit.language.data.types import Type, Unit, is_record_head, record_words

_NAMES = {"Unit": "None", "Bool": "bool", "Int": "int", "Float": "float", "Str": "str", "Bytes": "bytes"}
_OPEN = {"List": "list", "Map": "dict", "Pair": "tuple", "Tuple": "tuple"}
KEYS = "a key is int, bool, str, bytes or a tuple of these"
LONGEST = 40
"""Of what is longer, an advice says `...`."""


def said(type_: Type[Any]) -> str:
    """Return a type as its annotation is written.

    >>> from sm_toolkit.language.data.types import Int, List, Map, Maybe, Str
    >>> said(Map(Str, List(Maybe(Int))))
    'dict[str, list[int | None]]'
    """
    parts = type_.args
    if type_.head in _OPEN:
        return f"{_OPEN[type_.head]}[{', '.join(map(said, parts))}]"
    if type_.head == "Maybe":
        return f"{said(parts[0])} | None"
    if type_.head == "Either":
        return f"Left[{said(parts[0])}] | Right[{said(parts[1])}]"
    if type_.head == "Variant":
        return " | ".join(map(said, parts))
    if is_record_head(type_.head):
        return record_words(type_.head)[0]
    return _NAMES.get(type_.head, str(type_))


def written(node: Any, instead: str = "...") -> str:
    """Return a piece of a program as it is written, if it is short."""
    text = ast.unparse(node) if isinstance(node, ast.expr) else instead
    return text if len(text) <= LONGEST and "\n" not in text else instead


def operand(node: Any) -> str:
    """Return a piece of a program as it is written beside an operator."""
    text = written(node)
    is_one = isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call | ast.Constant)
    return text if is_one or text == "..." else f"({text})"


def as_float(node: Any) -> str:
    """Return how an int is written as a float."""
    if isinstance(node, ast.Constant) and type(node.value) is int and node.value < 10**9:
        return f"{node.value}.0"
    return f"float({written(node)})"


def conversion(given: Type[Any], want: Type[Any], node: Any = None) -> str:
    """Return what to write where a value of one type is there and one of another is wanted."""
    pair = given.head, want.head
    if pair == ("Int", "Float"):
        return f"write {as_float(node)}"
    if pair == ("Float", "Int"):
        return f"write int({written(node)}), which drops the fraction, or round({written(node)})"
    if pair == ("Int", "Bool"):
        return "write True or False" if isinstance(node, ast.Constant) else f"compare it: {written(node)} != 0"
    if pair == ("Bool", "Int"):
        return f"write 1 if {written(node)} else 0"
    if want.head == "Str" and given.head in ("Int", "Bool"):
        return f"write str({written(node)})"
    if given.head == "Maybe" and given.args[0] is want:
        return f"look first whether it is there: if {written(node, 'it')} is not None"
    if given is Unit:
        return f"give a value of {said(want)}, or annotate what may be missing: {said(want)} | None"
    if want is Unit:
        return "give None"
    return f"give a value of {said(want)}"


def meant(name: str, known: Iterable[str]) -> str:
    """Return what to do about a name that nobody has defined."""
    near = difflib.get_close_matches(name, known, 1, 0.75)
    return f"do you mean `{near[0]}`?" if near else "define it before the function"


def fields_of(labels: Any) -> str:
    """Return what an advice says of the fields of a record."""
    return f"its fields: {', '.join(labels)}" if labels else "it has no fields"


def counted(count: int, what: str) -> str:
    """Return so many of something: `no argument`, `1 argument`, `2 arguments`.

    >>> counted(2, "field")
    '2 fields'
    """
    return f"{count or 'no'} {what}{'s' * (count != 1)}"
