"""Types and terms written in the text form: what the Haskell original derives ``Show`` for.

The rules that the form goes by are told in ``show_terms``. Nothing recurses on the Python stack.
"""

from __future__ import annotations

from typing import Any, assert_never

from sm_toolkit.edges.show_terms import FANOUT
from sm_toolkit.edges.show_tokens import shortened
from sm_toolkit.language.data.types import Bool, Int, Type
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
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
from sm_toolkit.language.text import show_text


class NoShowFormError(ToolkitError, ValueError):
    """A type or a term cannot be said in the text form; ``form`` is the part that cannot, as it prints."""

    def __init__(self, form: str, advice: str) -> None:
        self.form = form
        self.advice = advice
        super().__init__(f"`{form}` has no form in the text protocol; {advice}")


_TYPE_NAMES = {
    "Unit": "UTUnit",
    "Int": "UTInt",
    "Bool": "UTBool",
    "Str": "UTString",
    "Pair": "UTPair",
    "Either": "UTEither",
}
_PRIMITIVE_NAMES = {
    "fst": "FstU",
    "snd": "SndU",
    "copy": "CopyU",
    "incr": "IncrU",
    "decr": "DecrU",
    "consume": "ConsumeU",
    "not_": "NotU",
}


def show_type(type_: Type[Any], limits: Limits = DEFAULT_LIMITS) -> str:
    """Write a type.

    >>> from sm_toolkit.language.data.types import Either, Pair, Str, Unit
    >>> show_type(Pair(Int, Either(Unit, Str)))
    'UTPair UTInt (UTEither UTUnit UTString)'

    Raises:
        NoShowFormError: there is a type variable in it, or a type that the original does not have.
        LimitError: it has more than ``type_nodes``.
    """
    limits.allow("type_nodes", type_.size, "a type")
    pieces: list[str] = []
    work: list[str | Type[Any]] = [type_]
    while work:
        current = work.pop()
        if isinstance(current, str):
            pieces.append(current)
            continue
        if current.head not in _TYPE_NAMES:
            advice = "name the type that it stands for" if current.has_variables else f"it has {', '.join(_TYPE_NAMES)}"
            raise NoShowFormError(str(current), advice)
        pieces.append(_TYPE_NAMES[current.head])
        for part in reversed(current.args):
            work += [")", part, " ("] if part.args else [part, " "]
    return "".join(pieces)


def show_term(term: Term, limits: Limits = DEFAULT_LIMITS) -> str:
    """Write a term.

    >>> from sm_toolkit.language.vocabulary.combinators import const, get, ident, incr, put
    >>> show_term((get() | get() >> incr >> put()).term)
    'CaseU GetU (ComposeU (ComposeU PutU IncrU) GetU)'
    >>> show_term((ident() & const(False)).term)
    '(:.&&) IdU (BoolU False)'

    Raises:
        NoShowFormError: a part of it has no form; the error names the part.
        LimitError: it has more than ``term_nodes`` (a part that stands in several places counts in each), or
            its text would be longer than ``message_bytes``.
    """
    pieces: list[str] = []
    length = nodes = 0
    work: list[str | tuple[Term, bool]] = [(term, False)]  # text, or a term and whether it is an argument
    while work:
        item = work.pop()
        if not isinstance(item, str):
            nodes += 1
            limits.allow("term_nodes", nodes, "a term")
            current, argument = item
            layout = _layout(current, limits)
            is_atom = len(layout) == 1 and isinstance(layout[0], str) and " " not in layout[0]
            work += reversed(["(", *layout, ")"] if argument and not is_atom else layout)
            continue
        length += len(item)
        limits.allow("message_bytes", length, "the text of a term")
        pieces.append(item)
    return "".join(pieces)


def _layout(term: Term, limits: Limits) -> list[str | tuple[Term, bool]]:
    """Return the pieces of a term: text, or a part and whether it is an argument."""
    match term:
        case Id():
            return ["IdU"]
        case Get():
            return ["GetU"]
        case Put():
            return ["PutU"]
        case Const(value, type_):
            if type_ is Int:
                text = show_text(value, Int, limits)
                return [f"IntU ({text})" if value < 0 else f"IntU {text}"]
            if type_ is Bool:
                return [f"BoolU {value}"]
            raise NoShowFormError(shortened(repr(term)), "it has constants of Int and Bool only")
        case Primitive(name):
            if name not in _PRIMITIVE_NAMES:
                raise NoShowFormError(repr(term), f"it has {', '.join(_PRIMITIVE_NAMES)}")
            return [_PRIMITIVE_NAMES[name]]
        case Read(type_) | Show(type_):
            if type_ is None:
                raise NoShowFormError(repr(term), "its type is not known yet: `erase` the machine first")
            name = "ReadU" if isinstance(term, Read) else "ShowU"
            return [f"{name} ({show_type(type_, limits)})" if type_.args else f"{name} {show_type(type_, limits)}"]
        case Compose(parts):
            links = _links(parts)
            if len(links) == 1:
                return _layout(links[0], limits)
            # f .>> g .>> h is f .>> (g .>> h), so the last part stands first and innermost
            layout: list[str | tuple[Term, bool]] = ["ComposeU (" * (len(links) - 2), "ComposeU ", (links[-1], True)]
            for index in reversed(range(len(links) - 1)):
                layout += [" ", (links[index], True), ")" if index else ""]
            return layout
        case First(inner):
            return ["FirstU ", (inner, True)]
        case Second(inner):
            return ["SecondU ", (inner, True)]
        case Both(left, right):
            return _layout(Compose((First(left), Second(right))), limits)
        case Fanout(left, right):
            return [FANOUT + " ", (left, True), " ", (right, True)]
        case Case(left, right):
            return ["CaseU ", (left, True), " ", (right, True)]
        case If(then, otherwise):
            return ["IfU ", (then, True), " ", (otherwise, True)]
        case FanIn():
            raise NoShowFormError("fan_in", "it has only `CaseU`, whose output keeps the side")
        case Unleft() | Fold() | Let() | Variable() | Zoom() | Loop():
            raise NoShowFormError(shortened(repr(term)), "it has no loops, no bindings and one state only")
        case _:
            assert_never(term)


def _links(parts: tuple[Term, ...]) -> list[Term]:
    """Return a chain as it prints: halves one after another, and no ``consume()`` before a constant Bool."""
    links: list[Term] = []
    for part in parts:
        if isinstance(part, Both):
            links += [First(part.left), Second(part.right)]
            continue
        if isinstance(part, Const) and part.type is Bool and links:
            before = links[-1]
            if isinstance(before, Primitive) and before.name == "consume":
                links.pop()
        links.append(part)
    return links


__all__ = ["NoShowFormError", "show_term", "show_type"]
