"""Patterns: what a `case` asks of a value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from sm_toolkit.language.data.records import alternative
from sm_toolkit.language.data.types import (
    Bool,
    Bytes,
    Float,
    Int,
    Left,
    Right,
    Str,
    Type,
    Unit,
    is_record_head,
    record_words,
)
from sm_toolkit.language.functions.names import NOWHERE, TypedConstant, is_record_class
from sm_toolkit.language.functions.translating import Translator
from sm_toolkit.language.functions.words import counted, fields_of, meant, said, written


@dataclass(frozen=True)
class Anything:
    """A pattern that every value meets, which is then called by a name if there is one."""

    name: str | None = None


@dataclass(frozen=True)
class Literal:
    """A pattern that one value of a type without parts meets."""

    value: Any


@dataclass(frozen=True)
class Made:
    """A pattern of values that are made in one of the ways that a type has: ``way`` is its number.

    ``is_only`` says that there is no other.
    """

    way: int
    parts: tuple[Pattern, ...]
    is_only: bool = False


@dataclass(frozen=True)
class Either:
    """A pattern that is met by what meets one of some."""

    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Named:
    """A pattern, the value that meets it, and the name it is called by."""

    name: str
    pattern: Pattern


Pattern: TypeAlias = Anything | Literal | Made | Either | Named

ANYTHING = Anything()


@dataclass(frozen=True)
class Way:
    """One way in which values of a type are made, of parts of these types, and how that is written."""

    parts: tuple[Type[Any], ...]
    written: str


def ways(type_: Type[Any]) -> tuple[Way, ...]:
    """Return the ways in which the values of a type are made; none if there is no end of them."""
    if type_.head == "Variant":
        return tuple(Way((record,), "{0}") for record in type_.args)
    if type_.head == "Either":
        return tuple(Way((part,), f"{side}({{0}})") for side, part in zip(("Left", "Right"), type_.args, strict=True))
    if type_.head == "Maybe":
        return Way((), "None"), Way((type_.args[0],), "{0}")
    if type_ is Bool:
        return Way((), "True"), Way((), "False")
    if type_ is Unit:
        return (Way((), "None"),)
    if type_.head in ("Pair", "Tuple"):
        return (Way(type_.args, f"({', '.join(f'{{{place}}}' for place in range(len(type_.args)))})"),)
    if is_record_head(type_.head):
        holes = ", ".join(f"{{{place}}}" for place in range(len(type_.args)))
        return (Way(type_.args, f"{record_words(type_.head)[0]}({holes})"),)
    return ()


# -- from Python's trees --------------------------------------------------------------------------------------


def pattern_of(t: Translator, node: ast.pattern, type_: Type[Any]) -> Pattern:
    """Return a pattern for values of a type.

    Raises:
        FunctionError: it is none of the language, or no value of that type could meet it.
    """
    match node:
        case ast.MatchAs(None, name):
            return Anything(name)
        case ast.MatchAs(inner, str(name)) if inner is not None:
            return _named(name, pattern_of(t, inner, type_), type_)
        case ast.MatchOr(inner):
            made = tuple(pattern_of(t, each, type_) for each in inner)
            for each, pattern in zip(inner, made, strict=True):
                if any(
                    isinstance(part, Named) or (isinstance(part, Anything) and part.name) for part in parts_of(pattern)
                ):
                    t.refuse(each, "a name within `|` is not taken in a machine", "write a `case` of its own for each")
            return Either(made)
        case ast.MatchSingleton(value):
            return _singleton(t, node, value, type_)
        case ast.MatchValue(value):
            return _literal(t, node, value, type_)
        case ast.MatchSequence(inner):
            return _tuple(t, node, inner, type_)
        case ast.MatchClass():
            return _class(t, node, type_)
        case ast.MatchMapping():
            t.refuse(node, "a pattern of a map is not taken in a machine", "test its keys: if key in m")
        case _:
            t.refuse(node, "a star in a pattern is not taken in a machine", "write the parts out")


def _named(name: str, pattern: Pattern, type_: Type[Any]) -> Pattern:
    """Return a pattern with a name; where all of several are of what is there, or of one record, so is the name."""
    some = pattern.patterns if isinstance(pattern, Either) and type_.head in ("Maybe", "Variant") else ()
    known = [each for each in some if isinstance(each, Made) and each.parts]
    if not known or len(known) < len(some) or any(each.way != known[0].way for each in known):
        return Named(name, pattern)
    way = known[0].way
    inside = ways(type_)[way].parts[0]
    return Made(way, (_named(name, Either(tuple(each.parts[0] for each in known)), inside),))


def parts_of(pattern: Pattern) -> Iterator[Pattern]:
    """Yield a pattern and all that is in it."""
    yield pattern
    inside = {Made: "parts", Either: "patterns"}.get(type(pattern))
    if isinstance(pattern, Named):
        yield from parts_of(pattern.pattern)
    elif inside is not None:
        for part in getattr(pattern, inside):
            yield from parts_of(part)


def _there(type_: Type[Any], make: Any) -> Pattern:
    """Return a pattern of what may be missing, for values that are there."""
    return Made(1, (make(type_.args[0]),)) if type_.head == "Maybe" else make(type_)


def _singleton(t: Translator, node: ast.pattern, value: Any, type_: Type[Any]) -> Pattern:
    if value is None:
        if type_.head == "Maybe" or type_ is Unit:
            return Made(0, (), is_only=type_ is Unit)
        t.refuse(node, f"this is never None: it is {said(type_)}", "leave the `case` out")
    inner = type_.args[0] if type_.head == "Maybe" else type_
    if inner is not Bool:
        t.refuse(node, f"this is never {value}: it is {said(type_)}", "leave the `case` out")
    return _there(type_, lambda _: Made(0 if value else 1, ()))


_LITERALS = {Int: int, Str: str, Bytes: bytes, Float: float}


def _literal(t: Translator, node: ast.pattern, value: ast.expr, type_: Type[Any]) -> Pattern:
    try:
        known = ast.literal_eval(value)
    except ValueError:
        known = t.names.named(value)
        known = known.value if isinstance(known, TypedConstant) else known
        if known is NOWHERE:
            t.refuse(
                value,
                f"`{ast.unparse(value)}` is no constant here",
                f"write a constant, or use a guard: `case x if x == {written(value)}`",
            )
    inner = type_.args[0] if type_.head == "Maybe" else type_
    if known.__class__ is not _LITERALS.get(inner):
        t.refuse(node, f"no value of {said(type_)} is {written(value)}", f"write a pattern of {said(type_)}")
    return _there(type_, lambda _: Literal(known))


def _tuple(t: Translator, node: ast.pattern, inner: list[ast.pattern], type_: Type[Any]) -> Pattern:
    def make(of: Type[Any]) -> Pattern:
        if of.head == "List":
            t.refuse(node, "a pattern of a list is not taken in a machine", "test its length: if len(xs) == 2")
        if of.head not in ("Pair", "Tuple") or len(of.args) != len(inner):
            for each in inner:
                if isinstance(each, ast.MatchStar):
                    pattern_of(t, each, of)
            count = f", which has {len(of.args)}" if of.head in ("Pair", "Tuple") else ""
            problem = f"no value of {said(type_)} is a tuple of {len(inner)} parts"
            t.refuse(node, problem, f"write a pattern of {said(of)}{count}")
        parts = tuple(pattern_of(t, each, part) for each, part in zip(inner, of.args, strict=True))
        return Made(0, parts, is_only=True)

    return _there(type_, make)


_BASES: dict[Any, Type[Any]] = {int: Int, str: Str, bytes: Bytes, float: Float, bool: Bool}


def _class(t: Translator, node: ast.MatchClass, type_: Type[Any]) -> Pattern:
    class_ = t.names.named(node.cls)
    name = ast.unparse(node.cls)

    def make(of: Type[Any]) -> Pattern:
        if class_ is NOWHERE:
            t.refuse(node.cls, f"the class `{name}` is not defined", meant(name, t.names.all()))
        if class_ in (Left, Right) and of.head == "Either":
            place = 0 if class_ is Left else 1
            return Made(place, (_only(t, node, of.args[place]),))
        if class_ in _BASES and of is _BASES[class_]:
            return _only(t, node, of) if node.patterns else ANYTHING
        if of.head == "Variant" and is_record_class(class_):
            record = alternative(of, class_.__name__)
            if record is not None:
                return Made(of.args.index(record), (_fields(t, node, record, class_),))
        if is_record_head(of.head) and is_record_class(class_) and record_words(of.head)[0] == class_.__name__:
            return _fields(t, node, of, class_)
        t.refuse(node.cls, f"no value of {said(type_)} is a `{name}`", f"write a pattern of {said(of)}")

    return _there(type_, make)


def _only(t: Translator, node: ast.MatchClass, of: Type[Any]) -> Pattern:
    if len(node.patterns) != 1 or node.kwd_patterns:
        t.refuse(node, f"`{ast.unparse(node.cls)}` holds one value", f"write {ast.unparse(node.cls)}(x)")
    return pattern_of(t, node.patterns[0], of)


def _fields(t: Translator, node: ast.MatchClass, record: Type[Any], class_: type) -> Pattern:
    name, labels = record_words(record.head)
    in_order = getattr(class_, "__match_args__", labels)
    given = dict(zip(in_order, node.patterns, strict=False))
    if len(node.patterns) > len(in_order) or not given.keys() <= {*labels}:
        what = "field" if in_order == labels else "field that is given without its name"
        count = counted(len(in_order), what)
        t.refuse(node.patterns[min(len(in_order), len(node.patterns) - 1)], f"`{name}` has {count}", fields_of(labels))
    for label, pattern in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
        if label not in labels or label in given:
            is_twice = label in given
            problem = f"`{label}` is there twice" if is_twice else f"`{name}` has no field `{label}`"
            t.refuse(pattern, problem, fields_of(labels))
        given[label] = pattern
    parts = zip(labels, record.args, strict=True)
    return Made(
        0, tuple(pattern_of(t, given[label], of) if label in given else ANYTHING for label, of in parts), is_only=True
    )


# -- usefulness ---------------------------------------------------------------------------------------------
