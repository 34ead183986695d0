"""How types and Python's annotations turn into one another."""

from __future__ import annotations

import types as python_types
import typing
from typing import Any

from sm_toolkit.language.errors import AnnotationError
from sm_toolkit.language.types import BY_CLASS, Either, Left, Pair, Right, Type, Unit, expect_types, nodes

_ANNOTATIONS: dict[Any, Type[Any]] = {None: Unit, **BY_CLASS}


def from_annotation(annotation: Any) -> Type[Any]:
    """Return the type that a Python annotation stands for.

    >>> print(from_annotation(tuple[int, bool]), from_annotation(Left[None] | Right[int]))
    (Int, Bool) Either[Unit, Int]

    Raises:
        AnnotationError: the annotation stands for no type of the language.
    """
    work: list[tuple[Any, bool]] = [(annotation, False)]
    made: list[Type[Any]] = []
    while work:
        current, done = work.pop()
        if isinstance(current, Type):
            made.append(current)
        elif done:
            right, left = made.pop(), made.pop()
            made.append(Either(left, right) if current == "Either" else Pair(left, right))
        elif current.__class__ is not str and _hashable(current) and current in _ANNOTATIONS:
            made.append(_ANNOTATIONS[current])
        else:
            head, parts = _split_annotation(current, annotation)
            work.append((head, True))
            work.extend((part, False) for part in reversed(parts))
    return made.pop()


def _hashable(annotation: Any) -> bool:
    try:
        hash(annotation)
    except TypeError:
        return False
    return True


def _split_annotation(annotation: Any, whole: Any) -> tuple[str, list[Any]]:
    origin = typing.get_origin(annotation)
    parts = list(typing.get_args(annotation))
    if origin is tuple and len(parts) == 2 and parts[1] is not Ellipsis:
        return "Pair", parts
    if origin in (typing.Union, python_types.UnionType) and len(parts) == 2:
        by_side = {typing.get_origin(part): typing.get_args(part) for part in parts}
        if set(by_side) == {Left, Right}:
            return "Either", [by_side[Left][0], by_side[Right][0]]
    raise AnnotationError(found=repr(annotation), whole=repr(whole))


def to_annotation(type_: Type[Any]) -> Any:
    """Return the Python annotation of a type, with ``Any`` for its variables.

    >>> from sm_toolkit.language.types import Bool, Int
    >>> to_annotation(Pair(Int, Bool))
    tuple[int, bool]

    Raises:
        TypeError: ``type_`` is no type of the language.
    """
    expect_types("to_annotation(type)", type_)
    made: dict[Type[Any], Any] = {}
    plain = {base: annotation for annotation, base in _ANNOTATIONS.items() if annotation is not type(None)}
    for part in nodes(type_):
        if part in plain:
            made[part] = plain[part]
        elif part.head == "Pair":
            made[part] = python_types.GenericAlias(tuple, tuple(made[inner] for inner in part.args))
        elif part.head == "Either":
            left, right = (made[inner] for inner in part.args)
            made[part] = typing.Union[Left[left], Right[right]]  # type: ignore[valid-type]  # noqa: UP007
        else:
            made[part] = Any
    return made[type_]
