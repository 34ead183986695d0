"""The text form of values, written: as Haskell's derived ``Show`` writes them.

``Left (-3)``, ``(1,True)``, ``Just "a"``, ``[1,2]``, ``fromList [(1,Nothing)]``, ``Point {x = 1, y = 2}``.
(Haskell 2010 Language Report, section 11.4, "Derived Instances".)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sm_toolkit.language.data.equality import opened
from sm_toolkit.language.data.records import alternative
from sm_toolkit.language.data.types import Left, Right, Type, expect_types, is_record_head
from sm_toolkit.language.data.value_printing import show_integer
from sm_toolkit.language.data.values import ANY, class_type, no_value
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.text.literals import show_bytes, show_float, show_string

_BY_TYPE = frozenset(("Maybe", "Record", "Variant"))
"""The constructors whose values do not tell by themselves how they are written."""

_SMALL = 2**64
_SLACK_BITS = 64  # sums may carry an integer a little over the limit


def is_shown_by_type(type_: Type[Any]) -> bool:
    """Tell whether the text of a value depends on its type: None is written ``()`` or ``Nothing``.

    >>> from sm_toolkit.language.data.types import Int, List, Maybe
    >>> is_shown_by_type(List(Maybe(Int))), is_shown_by_type(List(Int))
    (True, False)
    """
    return not _BY_TYPE.isdisjoint(type_.kinds)


def show_text(
    value: Any, type_: Type[Any] | None = None, limits: Limits = DEFAULT_LIMITS, *, argument: bool = False
) -> str:
    """Write a value; without its type as if there were no Maybe, except in the fields of dataclasses, which say it.

    With ``argument`` it stands in brackets where it would after a ``Left``.

    >>> from sm_toolkit.language.data.types import Either, Int, Maybe, Pair, Unit
    >>> show_text(Right((Left(-3), None)))
    'Right (Left (-3),())'
    >>> show_text((None, -3), Pair(Maybe(Int), Maybe(Int)))
    '(Nothing,Just (-3))'

    Raises:
        LimitError: the text would be longer than ``string_length``, or an integer has too many digits.
        ValueMismatchError: it is no value of the language.
        TypeError: ``type_`` is no type of the language.
    """
    class_ = value.__class__
    if type_ is not None:
        expect_types("show_text(value, type)", type_)
    elif (class_ is Left or class_ is Right) and value.value is None and not argument and limits.string_length >= 8:
        return "Left ()" if class_ is Left else "Right ()"
    return _text(value, type_, limits, argument, None)


def show_beginning(value: Any, most: int, type_: Type[Any] | None = None) -> str:
    """Write a value as ``show_text`` does, if that has at most so many characters; else more than those, and not all.

    However large the value is, it takes no longer than to look at each of its parts once.

    >>> show_beginning([1, None], 10), show_beginning([1000] * 10**5, 10)
    ('[1,()]', '[1000,1000,')

    Raises:
        LimitError, ValueMismatchError: see ``show_text``; not all of a value is looked at.
    """
    return _text(value, type_, DEFAULT_LIMITS, False, most)


def _text(value: Any, type_: Type[Any] | None, limits: Limits, argument: bool, most: int | None) -> str:
    parts: list[str] = []
    length, longest = 0, limits.string_length if most is None else most
    # Literal text; or a value, its type if that matters, and whether it is an argument.
    work: list[Any] = [(value, type_ if type_ is not None and is_shown_by_type(type_) else ANY, argument)]
    while work:
        item = work.pop()
        if item.__class__ is str:
            text = item
        else:
            current, wanted, argument = item
            class_ = current.__class__
            if wanted.head == "Maybe":
                if current is None:
                    text = "Nothing"
                else:
                    work += (")" if argument else "", (current, wanted.args[0], True))
                    text = "(Just " if argument else "Just "
            elif current is None:
                text = "()"
            elif class_ is int:
                if not -_SMALL < current < _SMALL:
                    limits.allow("int_bits", current.bit_length() - _SLACK_BITS, "an integer to be shown")
                text = show_integer(current)
                text = f"({text})" if argument and current < 0 else text
            elif most is not None and (class_ is str or class_ is bytes) and len(current) > most:
                text = show_string(current[:most]) if class_ is str else show_bytes(current[:most])
            elif class_ is str:
                limits.allow("string_length", length + len(current), "a text")
                text = show_string(current)
            elif class_ is bool:
                text = str(current)
            elif class_ is float and current == current:
                text = show_float(current)
                text = f"({text})" if argument and text[0] == "-" else text
            elif class_ is bytes:
                limits.allow("string_length", length + len(current), "a text")
                text = show_bytes(current)
            else:
                layout = _layout(current, wanted, argument, most)
                text = layout[0]
                work += layout[:0:-1]
        length += len(text)
        if length > longest:
            if most is not None:
                parts.append(text)
                break
            limits.allow("string_length", length, "a text")
        parts.append(text)
    return "".join(parts)


def _layout(value: Any, wanted: Type[Any], argument: bool, most: int | None) -> list[Any]:
    """Return the pieces of a value that has parts: literal text, first of all, and the parts."""
    inside = opened(value)
    if inside is None or (inside[0] == "tuple" and len(inside[1]) < 2):
        raise no_value(value)
    kind, values = inside
    if most is not None and (kind == "list" or kind == "map"):
        values = values[: 2 * most + 2]  # each is a character at least
    if not isinstance(kind, str):
        return _record_layout(value, kind, values, wanted, argument)
    types = wanted.args
    if kind in ("Left", "Right"):
        type_ = types[kind == "Right"] if len(types) == 2 else ANY
        return [f"({kind} " if argument else f"{kind} ", (values[0], type_, True), ")" if argument else ""]
    if kind == "tuple":
        given = types if len(types) == len(values) else [ANY] * len(values)
        return _listed("(", [(part, type_, False) for part, type_ in zip(values, given, strict=True)], ")")
    if kind == "list":
        type_ = types[0] if types else ANY
        return _listed("[", [(part, type_, False) for part in values], "]")
    pair: Type[Any] = Type("Pair", types) if len(types) == 2 else ANY
    entries = [(entry, pair, False) for entry in zip(values[::2], values[1::2], strict=True)]
    return _listed("(fromList [" if argument else "fromList [", entries, "])" if argument else "]")


def _listed(first: str, parts: Sequence[Any], last: str, between: str = ",") -> list[Any]:
    pieces: list[Any] = [first]
    for index, part in enumerate(parts):
        pieces += [between, part] if index else [part]
    return [*pieces, last]


def _record_layout(
    value: Any, kind: tuple[str, tuple[str, ...]], values: Sequence[Any], wanted: Type[Any], argument: bool
) -> list[Any]:
    name, labels = kind
    if not labels:
        return [name]
    if wanted.head == "Variant":
        wanted = alternative(wanted, name) or wanted
    if not is_record_head(wanted.head) or len(wanted.args) != len(labels):
        wanted = class_type(value)
    pieces: list[Any] = [f"({name} {{" if argument else f"{name} {{"]
    for index, (label, part, type_) in enumerate(zip(labels, values, wanted.args, strict=True)):
        pieces += [f"{', ' if index else ''}{label} = ", (part, type_, False)]
    return [*pieces, "})" if argument else "}"]
