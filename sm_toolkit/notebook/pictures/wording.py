"""How types, values and operations are worded in a picture, in one form everywhere. No shape belongs here."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sm_toolkit.language.data.type_printing import as_read
from sm_toolkit.language.data.types import Type, is_record_head, record_words
from sm_toolkit.language.errors import LimitError, ValueMismatchError
from sm_toolkit.language.primitives import FAMILIES
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.language.syntax.terms import Const, Get, Id, Primitive, Put, Read, Show, Term, Variable
from sm_toolkit.language.text import show_text
from sm_toolkit.notebook.pictures.scene import WIDEST_PAGE, Face, Span, clean, cut, shorten

ONE_LINE_TYPE = 13
WIDEST_TYPE = 22
MOST_TYPE_LINES = 6
LONGEST_VALUE = 36
ONE_LINE_VALUE = 15


def value_text(value: Any, most: int = LONGEST_VALUE, type_: Type[Any] | None = None) -> str:
    """Word a value as the language shows it, cut to at most ``most`` characters; ``type_`` is its type, if it is known.

    >>> from sm_toolkit.language.data.types import Right
    >>> value_text(Right(None)), value_text("a" * 100, 8)
    ('Right ()', '"aaaaaa…')
    """
    try:
        text = show_text(value, type_)
    except (LimitError, ValueMismatchError):  # what is too large, and a record that does not say what it is made of
        text = print_value(value, most)
    return shorten(clean(text), most)


def value_lines(text: str) -> tuple[str, ...]:
    """Break the words of a long value in two, where its parts meet.

    >>> value_lines("Right (Right (Left ()))"), value_lines("Point {x = 1, y = 2}")
    (('Right (Right', '(Left ()))'), ('Point {x = 1,', 'y = 2}'))
    """
    if len(text) <= ONE_LINE_VALUE:
        return (text,)
    breaks = [place + 1 for place, character in enumerate(text[:-1]) if character in " ,"]
    if not breaks:
        return (shorten(text, LONGEST_VALUE // 2),)
    middle = min(breaks, key=lambda place: ("=" in text[place - 2 : place + 1], abs(place - len(text) / 2), place))
    return tuple(shorten(half.strip(), LONGEST_VALUE // 2 + 2) for half in (text[:middle], text[middle:]))


def type_text(type_: Type[Any], most: int = 4 * WIDEST_TYPE) -> str:
    """Word a type in one line."""
    return shorten(clean(str(type_)), most)


@lru_cache(maxsize=512)
def type_lines(type_: Type[Any]) -> tuple[str, ...]:
    """Word a type as aligned lines of one length; a sum has one alternative a line, in the order of its
    lanes.

    >>> from sm_toolkit.language.data.types import Either, Int, Unit
    >>> print("\\n".join(type_lines(Either(Unit, Either(Unit, Int)))))
    Either[Unit,
    Either[Unit,
           Int]]
    """
    text = type_text(type_)
    if len(text) <= ONE_LINE_TYPE or not type_.args:
        lines = [text]
    elif type_.head == "Either":
        lines = _alternatives(type_)
    else:
        opening, before, between, closing = as_read(type_.head, len(type_.args))
        ends = [between.rstrip()] * (len(type_.args) - 1) + [closing]
        parts = [label + type_text(part) + end for label, part, end in zip(before, type_.args, ends, strict=True)]
        lines = [(opening if not index else " " * len(opening)) + part for index, part in enumerate(parts)]
    if len(lines) > MOST_TYPE_LINES:
        lines = [*lines[: MOST_TYPE_LINES - 1], "…"]
    lines = [shorten(line, WIDEST_TYPE) for line in lines]
    widest = max(map(len, lines))
    return tuple(line.ljust(widest) for line in lines)


def _alternatives(type_: Type[Any]) -> list[str]:
    lines = []
    depth = 0
    while type_.head == "Either" and depth < MOST_TYPE_LINES:
        left, type_ = type_.args
        lines.append(f"Either[{type_text(left)},")
        depth += 1
    return [*lines, " " * len("Either[") + type_text(type_) + "]" * depth]


def operation_text(term: Term) -> str:
    """Word a leaf operation, as it stands in its box."""
    match term:
        case Const(value):
            return f"const {shorten(clean(print_value(value)), 12)}"
        case Primitive(name, types) if name in FAMILIES:
            # Which one of its family: by the label, or else by the name of the record.
            which = [record_words(type_.head)[0] for type_ in types[-1:] if is_record_head(type_.head)]
            return " ".join([name, *(shorten(word, 12) for word in which)])
        case Primitive(name):
            return name.rstrip("_")
        case Get() | Put() | Read() | Show() | Id():
            return type(term).__name__.lower()
        case Variable(index):
            return f"var {index}"
        case _:
            raise ValueError(f"{type(term).__name__} is not a leaf operation")


def operations(count: int) -> str:
    """Word a part that is not drawn."""
    return f"… {count:,} operations"


def wrapped(text: str, width: float = WIDEST_PAGE - 12, face: Face = "sans", size: float = 9.0) -> list[Span]:
    """Break words from outside into lines no wider than asked; a word that is wider alone is cut."""
    lines: list[str] = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and Span(longer, face, size).width > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [cut(one, width, face, size) for one in lines]
