"""How types and Python's annotations turn into one another."""

from __future__ import annotations

import types as python_types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any
from weakref import WeakKeyDictionary

from sm_toolkit.language.data.equality import labels_of
from sm_toolkit.language.data.records import Variant, known_type, record_class, record_type, register
from sm_toolkit.language.data.types import (
    BY_CLASS,
    Either,
    Left,
    List,
    Map,
    Maybe,
    Pair,
    Right,
    Tuple,
    Type,
    Unit,
    expect_types,
    is_record_head,
    nodes,
)
from sm_toolkit.language.data.value_words import describe, is_named_tuple, is_undecorated, of_numpy
from sm_toolkit.language.errors import AnnotationError

_ANNOTATIONS: dict[Any, Type[Any]] = {None: Unit, **BY_CLASS}
DEEPEST_UNION, LARGEST_UNION = 100, 10_000
"""How deep what is in a union of Python may be nested here, and how many parts it may have."""

_TOO_LARGE = (
    f"Python looks through all that is in a union, so here one is at most {DEEPEST_UNION} deep "
    f"and of {LARGEST_UNION:,} parts; use the type itself"
)

_MAKERS: dict[str, Any] = {"Pair": Pair, "Tuple": Tuple, "Either": Either, "List": List, "Map": Map, "Maybe": Maybe}


def from_annotation(annotation: Any, names: Mapping[str, Any] | None = None) -> Type[Any]:
    """Return the type that a Python annotation stands for.

    A frozen dataclass stands for a record, and is the class of that record's values from then on. Texts in its fields
    may speak of some ``names`` besides those of its module.

    >>> print(from_annotation(tuple[int, bool]), from_annotation(Left[None] | Right[int]))
    (Int, Bool) Either[Unit, Int]
    >>> print(from_annotation(dict[str, list[float | None]]))
    Map[Str, List[Maybe[Float]]]

    Raises:
        AnnotationError: the annotation stands for no type of the language; the error says why.
    """
    work: list[tuple[Any, Any]] = [(annotation, None)]
    made: list[Type[Any]] = []
    kept: dict[int, tuple[Any, Type[Any]]] = {}  # what was looked at, and its type: parts may be shared many times over
    inside: list[type] = []  # the dataclasses whose fields are looked at
    while work:
        current, build = work.pop()
        if build is not None:
            count, head = build
            parts = tuple(made[len(made) - count :])
            del made[len(made) - count :]
            try:
                made.append(_built(head, parts))
            except (TypeError, ValueError) as error:
                raise AnnotationError(_name(current), _name(annotation), str(error)) from None
            if isinstance(head, type):
                inside.pop()
            kept[id(current)] = current, made[-1]
        elif isinstance(current, Type):
            made.append(current)
        elif id(current) in kept:
            made.append(kept[id(current)][1])
        elif (current is None or isinstance(current, type)) and current in _ANNOTATIONS:
            made.append(_ANNOTATIONS[current])
        elif isinstance(current, type) and known_type(current) is not None:
            made.append(_again(current))
        else:
            head, parts_ = _split(current, annotation, inside, names)
            if isinstance(head, type):
                inside.append(head)
                _fields[head] = parts_
            work.append((current, (len(parts_), head)))
            work.extend((part, None) for part in reversed(parts_))
    return made.pop()


_fields: WeakKeyDictionary[type, list[Any]] = WeakKeyDictionary()
"""The annotations of the fields of each class of which a type was made."""


def classes_in(annotation: Any) -> dict[Type[Any], type]:
    """Return the classes of the records in an annotation of which a type was made: of two of one shape the first one.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Point:
    ...     x: int
    >>> type_ = from_annotation(list[Point])
    >>> classes_in(list[Point]) == {type_.args[0]: Point}
    True
    """
    found: dict[Type[Any], type] = {}
    seen: set[int] = set()
    work = [annotation]
    while work:
        current = work.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        parts: Sequence[Any] = typing.get_args(current)
        if isinstance(current, type) and current in _fields:
            parts = _fields[current]
            if (type_ := known_type(current)) is not None:
                found.setdefault(type_, current)
        work.extend(reversed(parts))
    return found


def _built(head: Any, parts: tuple[Type[Any], ...]) -> Type[Any]:
    if head == "Variant":
        return Variant(*parts)
    if isinstance(head, str):
        made: Type[Any] = _MAKERS[head](*parts)
        return made
    type_ = record_type(head.__name__, labels_of(head) or (), parts)
    register(head, type_)
    return type_


def _again(class_: type) -> Type[Any]:
    type_ = known_type(class_)
    assert type_ is not None
    if class_.__module__ != record_class.__module__:
        register(class_, type_)  # the newest one again
    return type_


def _name(annotation: Any, most: int = 40) -> str:
    """Return an annotation as it is written, without what comes after so many parts."""
    pieces: list[str] = []
    work: list[tuple[Any, bool]] = [(annotation, False)]  # with whether it is to be printed as it is
    while work:
        current, is_text = work.pop()
        if is_text:
            pieces.append(current)
            continue
        most -= 1
        parts = () if isinstance(current, Type) else typing.get_args(current)
        if isinstance(current, list):  # what a Callable takes
            parts = tuple(current)
        if most < 0:
            pieces.append("…")
        elif parts:
            origin = typing.get_origin(current)
            union = origin in (typing.Union, python_types.UnionType)
            pieces.append("" if union else f"{getattr(origin, '__name__', origin or '')}[")
            work.append(("" if union else "]", True))
            for index in reversed(range(len(parts))):
                work += ((parts[index], False), ((" | " if union else ", ") * (index > 0), True))
        else:
            pieces.append(_word(current))
    return "".join(pieces)


def _word(annotation: Any) -> str:
    """Return how something without parts is written in an annotation."""
    if annotation is None or annotation is type(None):
        return "None"
    if isinstance(annotation, type):
        return annotation.__name__
    if isinstance(annotation, Type):
        return str(annotation)
    if annotation is ...:
        return "..."
    written = isinstance(annotation, str) or annotation.__class__.__module__ == "typing"
    return repr(annotation) if written else describe(annotation)


_TO_WRITE: list[tuple[Callable[[type], bool], str]] = [
    (is_undecorated, "it is no dataclass itself; put @dataclass(frozen=True) on this class too"),
    (is_named_tuple, "a NamedTuple is a class of its own; write tuple[int, str], say, or make it a frozen dataclass"),
    (
        lambda class_: issubclass(class_, Enum),
        "it is an Enum; write a union of frozen dataclasses, one for each",
    ),
    (of_numpy, "it is numpy's; write bool, int or float, or a list of them"),
    (lambda class_: issubclass(class_, dict), "it is a dict of its own kind; write dict[str, int], say"),
]
"""What to write in the place of some classes."""


def _split(annotation: Any, whole: Any, inside: list[type], names: Mapping[str, Any] | None) -> tuple[Any, list[Any]]:
    """Return the constructor that an annotation stands for (of a record its class), and its parts."""

    def refused(reason: str = "") -> AnnotationError:
        return AnnotationError(_name(annotation), _name(whole), reason)

    origin = typing.get_origin(annotation)
    parts = list(typing.get_args(annotation))
    if origin is tuple:
        if Ellipsis in parts:
            raise refused(f"for as many as there are, write list[{_name(parts[0])}]")
        if len(parts) < 2:
            raise refused("a tuple has two parts or more")
        return ("Pair" if len(parts) == 2 else "Tuple"), parts
    if origin in (list, dict):
        return ("List" if origin is list else "Map"), parts
    if origin in (typing.Union, python_types.UnionType):
        return _split_union(parts, refused)
    if annotation in (list, dict, tuple):
        written = {list: "list[int]", dict: "dict[str, int]", tuple: "tuple[int, str]"}[annotation]
        raise refused(f"say what is in it: {written} for example")
    if annotation in (Left, Right) or origin in (Left, Right):
        raise refused("Left and Right come in twos: Left[a] | Right[b]")
    of = origin or annotation
    instead = next((words for fits, words in _TO_WRITE if isinstance(of, type) and fits(of)), "")
    if instead:
        raise refused(instead)
    if isinstance(annotation, type) and is_dataclass(annotation):
        if labels_of(annotation) is None:
            raise refused("its values can change; make it frozen: @dataclass(frozen=True)")
        if annotation in inside:
            raise refused(
                "it contains itself, and the language has no recursive types; use a list, or a map from names"
            )
        return annotation, _field_annotations(annotation, names, refused)
    if isinstance(annotation, str):
        raise refused("it is a string, and names are looked up only in the fields of a dataclass")
    raise refused()


def _split_union(parts: list[Any], refused: Any) -> tuple[str, list[Any]]:
    some = [part for part in parts if part is not type(None)]
    if len(some) < len(parts):
        return "Maybe", [reduce(or_, some) if len(some) > 1 else some[0]]
    by_side = {typing.get_origin(part): typing.get_args(part) for part in parts}
    if set(by_side) == {Left, Right} and len(parts) == 2:
        return "Either", [by_side[Left][0], by_side[Right][0]]
    if all(isinstance(part, type) and is_dataclass(part) for part in parts):
        return "Variant", parts
    raise refused("a union is of frozen dataclasses, of a type and None, or of Left[a] and Right[b]")


def _field_annotations(class_: Any, names: Mapping[str, Any] | None, refused: Any) -> list[Any]:
    try:
        hints = typing.get_type_hints(class_, localns={**names, **vars(class_)} if names else None)
    except Exception as error:  # whatever the text of an annotation raises when Python looks it up
        raise refused(f"its annotations cannot be looked up: {error}") from None
    return [hints[label] for label in labels_of(class_) or ()]


def to_annotation(type_: Type[Any]) -> Any:
    """Return the Python annotation of a type, with ``Any`` for its variables.

    Python hashes what is in a union (that of an Either or a Maybe) by recursion, so that may not be without end.

    >>> from sm_toolkit.language.data.types import Bool, Int
    >>> to_annotation(Pair(Int, List(Bool)))
    tuple[int, list[bool]]

    Raises:
        AnnotationError: an Either or a Maybe in it is over ``DEEPEST_UNION``, or has more than ``LARGEST_UNION`` parts
            as if none were shared.
        TypeError: ``type_`` is no type of the language.
    """
    expect_types("to_annotation(type)", type_)
    sizes: dict[Type[Any], tuple[int, int]] = {}  # how deep the annotation of a type is, and how many parts it has
    made: dict[Type[Any], Any] = {}
    plain = {base: annotation for annotation, base in _ANNOTATIONS.items() if annotation is not type(None)}
    classes = {"Pair": tuple, "Tuple": tuple, "List": list, "Map": dict}
    for part in nodes(type_):
        inner = tuple(made[each] for each in part.args)
        within = [] if is_record_head(part.head) else [sizes[each] for each in part.args]
        deep, count = sizes[part] = 1 + max((one for one, _ in within), default=0), 1 + sum(many for _, many in within)
        if part.head in ("Either", "Maybe") and (deep > DEEPEST_UNION or count > LARGEST_UNION):
            raise AnnotationError(f"a type with a union {deep:,} deep, of {min(count, 10**18):,} parts", "", _TOO_LARGE)
        if part in plain:
            made[part] = plain[part]
        elif part.head in classes:
            made[part] = python_types.GenericAlias(classes[part.head], inner)
        elif part.head == "Either":
            left, right = inner
            made[part] = typing.Union[Left[left], Right[right]]  # type: ignore[valid-type]  # noqa: UP007
        elif part.head == "Maybe":
            made[part] = typing.Optional[inner[0]]  # noqa: UP045
        elif part.head == "Variant":
            made[part] = typing.Union[inner]  # noqa: UP007
        elif is_record_head(part.head):
            made[part] = record_class(part)
        else:
            made[part] = Any
    return made[type_]
