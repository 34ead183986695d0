"""How terms print: as the combinators that make them, with the fewest brackets, and with one part marked.

Python's precedence: ``*`` over ``>>`` over ``&`` over ``|``, all grouping to the left.
"""

from __future__ import annotations

from typing import Any, assert_never

from sm_toolkit.language.data.records import has_classes
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.data.value_printing import LONGEST as LONGEST
from sm_toolkit.language.data.value_printing import print_value as print_value
from sm_toolkit.language.data.values import type_of
from sm_toolkit.language.errors import ValueMismatchError
from sm_toolkit.language.primitives import FAMILIES, PRIMITIVES
from sm_toolkit.language.syntax.terms import (
    Both,
    Case,
    Compose,
    Const,
    FanIn,
    Fanout,
    First,
    Fold,
    Get,
    Id,
    If,
    Let,
    Loop,
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Term,
    Unleft,
    Variable,
    Zoom,
)

_CHOICE, _FANOUT, _COMPOSE, _BOTH, _ATOM = range(5)


def print_term(term: Term, longest: int = LONGEST) -> str:
    """Return the Python expression that makes a term; if it is over ``longest``, its beginning and an ellipsis.

    >>> from sm_toolkit.language.vocabulary.combinators import fst, incr, not_, second
    >>> print_term(((incr & incr) >> fst() | second(not_)).term)
    '(incr & incr) >> fst() | second(not_)'
    """
    return print_marked(term, None, longest)[0]


def print_marked(term: Term, mark: tuple[int, ...] | None, longest: int | None = None) -> tuple[str, int, int]:
    """Return the expression, and where in it the part at the path ``mark`` begins and ends.

    Without a mark the two numbers are 0. With ``longest`` the expression is cut there.
    """
    pieces: list[str] = []
    length = begin = end = 0
    # Work items: text to write; (term, loosest level allowed, is it on the marked path, steps of it taken).
    work: list[str | tuple[Term, int, bool, int] | tuple[str]] = [(term, 0, mark is not None, 0)]
    while work:
        item = work.pop()
        if isinstance(item, str):
            pieces.append(item)
            length += len(item)
            if longest is not None and length > longest:
                return "".join(pieces)[:longest] + "…", begin, end
            continue
        if len(item) == 1:
            end = length
            continue
        current, loosest, on_path, taken = item
        here = on_path and mark is not None and taken == len(mark)
        level, layout = _layout(current)
        if level < loosest:
            layout = ["(", *layout, ")"]
        if here:
            begin = length
            work.append(("end",))
        for part in reversed(layout):
            if isinstance(part, str):
                work.append(part)
            else:
                index, child, least = part
                on = on_path and not here and mark is not None and mark[taken] == index
                work.append((child, least, on, taken + 1))
    return "".join(pieces), begin, end


def cut_around(text: str, begin: int, end: int, width: int = 100) -> str:
    """Return the text and, under it, a line that marks ``begin`` to ``end``, cut to about ``width``."""
    if len(text) > width:
        end = min(end, begin + width // 2)
        start = max(0, min(begin - width // 3, len(text) - width))
        shown = text[start : start + width]
        shown = ("…" if start else "") + shown + ("…" if start + width < len(text) else "")
        shift = start - bool(start)
        text, begin, end = shown, begin - shift, end - shift
    return text + "\n" + " " * begin + "^" * max(1, end - begin)


def _layout(term: Term) -> tuple[int, list[str | tuple[int, Term, int]]]:
    """Return how tightly a term binds, and its pieces: text, or (child number, child, loosest level)."""
    match term:
        case Id(type_):
            return _ATOM, [f"ident({_argument(type_)})"]
        case Const(value, type_):
            given = "" if _tells(value, type_) else f", {type_!r}"
            return _ATOM, [f"const({print_value(value)}{given})"]
        case Primitive(name, types):
            if name in FAMILIES:
                return _ATOM, [f"{name}({', '.join(FAMILIES[name].arguments(types))})"]
            if not PRIMITIVES[name].variables:
                return _ATOM, [name]
            return _ATOM, [f"{name}({', '.join(map(repr, types))})"]
        case Get(type_):
            return _ATOM, [f"get({_argument(type_)})"]
        case Put(type_):
            return _ATOM, [f"put({_argument(type_)})"]
        case Read(type_):
            return _ATOM, [f"read({_argument(type_)})"]
        case Show(type_):
            return _ATOM, [f"show({_argument(type_)})"]
        case Compose(parts):
            layout: list[str | tuple[int, Term, int]] = []
            for index, part in enumerate(parts):
                layout += [" >> "] if index else []
                layout.append((index, part, _COMPOSE + 1))
            return _COMPOSE, layout
        case First(inner):
            return _ATOM, ["first(", (0, inner, 0), ")"]
        case Second(inner):
            return _ATOM, ["second(", (0, inner, 0), ")"]
        case Fanout(left, right):
            return _infix(_FANOUT, " & ", left, right)
        case Both(left, right):
            return _infix(_BOTH, " * ", left, right)
        case Case(left, right):
            return _infix(_CHOICE, " | ", left, right)
        case FanIn(left, right):
            return _ATOM, ["fan_in(", (0, left, 0), ", ", (1, right, 0), ")"]
        case If(then, otherwise):
            return _ATOM, ["if_(", (0, then, 0), ", ", (1, otherwise, 0), ")"]
        case Unleft(inner):
            return _ATOM, ["unleft(", (0, inner, 0), ")"]
        case Fold(inner):
            return _ATOM, ["fold(", (0, inner, 0), ")"]
        case Let(bound, body):
            return _ATOM, ["let(", (0, bound, 0), ", ", (1, body, 0), ")"]
        case Variable(number):
            return _ATOM, [f"var({number})"]
        case Zoom(side, inner):
            return _ATOM, [f"zoom_{side}(", (0, inner, 0), ")"]
        case Loop(inner, init, type_, label):
            named = "" if label is None else f", name={label!r}"
            given = "" if _tells(init, type_) else f", type={type_!r}"
            if isinstance(inner, Primitive) and inner.name == "swap" and not inner.types:
                return _ATOM, [f"delay({print_value(init)}{named}{given})"]
            return _ATOM, [f"loop({print_value(init)}, ", (0, inner, 0), f"{named}{given})"]
        case _:
            assert_never(term)


def _tells(value: Any, type_: Type[Any]) -> bool:
    """Tell whether the type of a value is seen by it; that of a record without a class is not."""
    try:
        return has_classes(type_) and type_of(value) is type_
    except ValueMismatchError:
        return False


def _infix(level: int, sign: str, left: Term, right: Term) -> tuple[int, list[str | tuple[int, Term, int]]]:
    return level, [(0, left, level), sign, (1, right, level + 1)]


def _argument(type_: Any) -> str:
    return "" if type_ is None else repr(type_)
