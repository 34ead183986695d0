"""How types, values and operations are worded in a picture, in one form everywhere. No shape belongs here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sm_toolkit.language.data.type_printing import as_read
from sm_toolkit.language.data.types import Type, is_record_head, record_words
from sm_toolkit.language.errors import LimitError, ValueMismatchError
from sm_toolkit.language.primitives import FAMILIES
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.language.syntax.terms import Const, Get, Id, Primitive, Put, Read, Show, Term, Variable
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.language.text.showing import show_beginning
from sm_toolkit.notebook.pictures.metrics import MONO_ADVANCE
from sm_toolkit.notebook.pictures.scene import WIDEST_PAGE, Face, Span, clean, cut

ONE_LINE_TYPE = 13
WIDEST_TYPE = 22
MOST_TYPE_LINES = 6
MOST_WRAPPED_LINES = 10
NARROWEST_TYPE = 8
DEEPEST_TYPE = 5  # each level is laid out in two ways
LONGEST_TYPE = 200
LONGEST_VALUE = 44
ONE_LINE_VALUE = 15
NEVER_CUT = 16
"""A name, a number or a word of a value that is no longer is left out rather than cut."""


def value_text(value: Any, most: int = LONGEST_VALUE, type_: Type[Any] | None = None) -> str:
    """Word a value as the language shows it, cut to at most ``most`` characters; ``type_`` is its type, if it is known.

    >>> from sm_toolkit.language.data.types import Right
    >>> value_text(Right(None)), value_text("a" * 100, 8)
    ('Right ()', '"aaaaaa…')
    """
    return shorten_value(_beginning(value, most + NEVER_CUT, type_), most)


def is_longer(value: Any, most: int) -> bool:
    """Tell whether the language shows a value in more characters than these.

    >>> is_longer("a" * 100, 101), is_longer("a" * 100, 102)
    (True, False)
    """
    return len(_beginning(value, most + 1)) > most


def _beginning(value: Any, most: int, type_: Type[Any] | None = None) -> str:
    """Return the words of a value, or at least so many characters of them."""
    try:
        text = show_beginning(value, most, type_)
    except (LimitError, ValueMismatchError):  # what is too large, and a record that does not say what it is made of
        text = print_value(value, most)
    return clean(text)


def shorten_value(text: str, most: int) -> str:
    """Cut the words of a value to at most so many characters, and not within a short part of it.

    >>> shorten_value("Point {x = 1, y = False}", 22), shorten_value("a" * 40, 8)
    ('Point {x = 1, y = …', 'aaaaaaa…')
    """
    if len(text) <= most:
        return text
    kept = text[: max(0, most - 1)]
    start = max(map(kept.rfind, " ,([{")) + 1
    end = next((place for place in range(start, len(text)) if text[place] in " ,)]}"), len(text))
    return (kept[:start] if start < len(kept) < end <= start + NEVER_CUT else kept) + "…"


def value_span(text: str, width: float, face: Face = "mono", size: float = 8.5) -> Span:
    """Return a span of the words of a value, no wider than asked, and not cut within a short part of it."""
    return cut(shorten_value(clean(text), int(width / (MONO_ADVANCE * size / 1000))), width, face, size)


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
    most = LONGEST_VALUE // 2 + 2

    def worse(place: int) -> tuple[object, ...]:
        too_long = len(text[:place].strip()) > most
        return "=" in text[place - 2 : place + 1], too_long, abs(place - len(text) / 2), place

    middle = min(breaks, key=worse)
    return tuple(shorten_value(half.strip(), most) for half in (text[:middle], text[middle:]))


def type_text(type_: Type[Any], most: int = 4 * WIDEST_TYPE) -> str:
    """Word a type in one line."""
    return shorten(clean(str(type_)), most)


class TypeLines(tuple[str, ...]):
    """The lines of a type, of which something may be cut, and the type that they are of."""

    type: Type[Any]

    @property
    def whole(self) -> str:
        """All of the type in one line."""
        return clean(str(self.type))


def whole_type(lines: Sequence[str], most: int = LONGEST_TYPE) -> str:
    """Return the lines of a type as one, and what was cut of them, if that is known, up to so many characters."""
    shown = " ".join(line.strip() for line in lines)
    return shorten(lines.whole, most) if isinstance(lines, TypeLines) else shown


def state_label(type_: Type[Any], most: int) -> TypeLines:
    """Return the label of the rail of a state: one line."""
    made = TypeLines((f"state: {type_text(type_, most)}",))
    made.type = type_
    return made


def narrower(lines: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Return the lines of a type with none longer than so many characters, as more lines if need be."""
    if max(map(len, lines), default=0) <= width:
        return lines
    if isinstance(lines, TypeLines):
        return _as_lines(_laid(lines.type, width, width), lines.type, MOST_WRAPPED_LINES)
    return tuple(shorten(line, width) for line in lines)


@lru_cache(maxsize=512)
def type_lines(type_: Type[Any]) -> TypeLines:
    """Word a type as aligned lines of one length; a sum has one alternative a line, in the order of its
    lanes. What does not fit so has more lines, and of a very long type the last ones are left out.

    >>> from sm_toolkit.language.data.types import Either, Int, Unit
    >>> print("\\n".join(type_lines(Either(Unit, Either(Unit, Int)))))
    Either[Unit,
    Either[Unit,
           Int]]
    """
    lines = _aligned(type_)
    if max(map(len, lines)) > WIDEST_TYPE:
        lines = list(_laid(type_, WIDEST_TYPE, WIDEST_TYPE))
    return _as_lines(lines, type_, MOST_WRAPPED_LINES)


def compact(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of a type as few lines, of which more is cut: for where there are many types."""
    if not isinstance(lines, TypeLines):
        return lines
    few = [shorten(line, WIDEST_TYPE) for line in _aligned(lines.type)]
    return _as_lines(few, lines.type, MOST_TYPE_LINES) if len(few) < len(lines) else lines


def _aligned(type_: Type[Any]) -> list[str]:
    """Return a line for each part of a type, the parts aligned, however long they are."""
    text = clean(str(type_))
    if len(text) <= ONE_LINE_TYPE or not type_.args:
        return [text]
    if type_.head == "Either":
        return _alternatives(type_)
    opening, before, between, closing = as_read(type_.head, len(type_.args))
    ends = [between.rstrip()] * (len(type_.args) - 1) + [closing]
    parts = [label + type_text(part) + end for label, part, end in zip(before, type_.args, ends, strict=True)]
    return [(opening if not index else " " * len(opening)) + part for index, part in enumerate(parts)]


def _as_lines(lines: Sequence[str], type_: Type[Any], most: int) -> TypeLines:
    if len(lines) > most:
        lines = [*lines[: most - 1], "…"]
    widest = max(map(len, lines))
    made = TypeLines(line.ljust(widest) for line in lines)
    made.type = type_
    return made


@lru_cache(maxsize=4096)
def _laid(type_: Type[Any], first: int, rest: int, depth: int = 0) -> tuple[str, ...]:
    """Lay a type out in lines, the first and the other ones no longer than so many characters.

    Parts stand below the bracket that opens, or, if they do not fit there, a little in from the line with it.
    """
    text = clean(str(type_))
    if len(text) <= first:
        return (text,)
    if not type_.args or depth > DEEPEST_TYPE or rest < NARROWEST_TYPE:
        return (shorten(text, max(1, first)),)
    opening, before, between, closing = as_read(type_.head, len(type_.args))
    if type_.head == "Variant":
        return _filled(type_, first, rest, depth)
    last = len(type_.args) - 1
    ends = [closing if number == last else between.rstrip() for number in range(last + 1)]
    ways: list[list[str]] = []
    for inner in (len(opening), 2):
        lines: list[str] = []
        for label, part, end in zip(before, type_.args, ends, strict=True):
            lines += _labelled(label, part, min(first, rest) - inner - len(end), depth + 1)
            lines[-1] += end
        lines = [" " * inner + line for line in lines]
        ways.append([opening + lines[0][inner:], *lines[1:]] if inner == len(opening) else [opening, *lines])
    best = min(ways, key=_badness)
    return tuple(best) if max(map(len, best)) <= max(first, rest) else (shorten(text, max(1, first)),)


def _labelled(label: str, part: Type[Any], room: int, depth: int) -> list[str]:
    """Lay out a part of a type after its label, or below it."""
    if not label:
        return list(_laid(part, room, room, depth))
    first, *others = _laid(part, room - len(label), room - 2, depth)
    beside = [label + first, *(f"  {line}" for line in others)]
    below = [label.rstrip(), *(f"  {line}" for line in _laid(part, room - 2, room - 2, depth))]
    return min(beside, below, key=_badness)


def _badness(lines: Sequence[str]) -> tuple[int, int]:
    """Return how many of the lines are cut, and how many there are."""
    return sum("…" in line for line in lines), len(lines)


def _filled(type_: Type[Any], first: int, rest: int, depth: int) -> tuple[str, ...]:
    """Lay the alternatives of a variant out, as many in a line as fit."""
    lines: list[str] = []
    for number, part in enumerate(type_.args):
        end = " |" if number + 1 < len(type_.args) else ""
        text = clean(str(part)) + end
        room = first if len(lines) < 2 else rest
        if lines and len(lines[-1]) + 1 + len(text) <= room:
            lines[-1] += f" {text}"
            continue
        shown = _laid(part, (rest if lines else first) - len(end), rest - len(end), depth + 1)
        lines += [*shown[:-1], shown[-1] + end]
    return tuple(lines)


def _alternatives(type_: Type[Any]) -> list[str]:
    lines = []
    depth = 0
    while type_.head == "Either" and depth < MOST_WRAPPED_LINES:
        left, type_ = type_.args
        lines.append(f"Either[{type_text(left)},")
        depth += 1
    return [*lines, " " * len("Either[") + type_text(type_) + "]" * depth]


def operation_text(term: Term) -> str:
    """Word a leaf operation, as it stands in its box."""
    match term:
        case Const(value):
            return f"const {shorten(clean(print_value(value, 12)), 12)}"
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


MOST_WRAPPED = 1_500
"""Of longer words from outside, as many characters are drawn."""


def wrapped(text: str, width: float = WIDEST_PAGE - 12, face: Face = "sans", size: float = 9.0) -> list[Span]:
    """Break words from outside into lines no wider than asked; a word that is wider alone is cut, and so is the end."""
    lines: list[str] = [""]
    for word in clean(shorten(text, MOST_WRAPPED)).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and Span(longer, face, size).width > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [cut(one, width, face, size) for one in lines]
