"""Which way a loop goes into its first turn, in which a Left comes in, while a Right comes into all others."""

from __future__ import annotations

from itertools import islice

from sm_toolkit.language.primitives import primitive_record
from sm_toolkit.language.syntax.terms import (
    Both,
    Compose,
    Const,
    FanIn,
    Fanout,
    First,
    Fold,
    Get,
    Id,
    Primitive,
    Put,
    Second,
    Term,
    Unleft,
    Variable,
    walk,
)

MOST_PEELED = 60
"""A loop of up to so many parts, with no loop in it, has its first turn written out before it."""

MOST_PREPARED = 16
"""What a loop begins with is done before it if it has up to so many parts."""


def preparation(loop: Unleft) -> Term | None:
    """Return what a loop begins with: it only prepares for turns that then all begin as the second one would.

    It moves values about and cannot fail, so it may as well be done before the loop, which then knows no first turn.
    """
    match loop.inner:
        case Compose((FanIn(prepare, Id()), *_)):
            parts = list(islice(walk(prepare), MOST_PREPARED + 1))
            return prepare if len(parts) <= MOST_PREPARED and all(map(_moves, parts)) else None
        case _:
            return None


def _moves(term: Term) -> bool:
    if isinstance(term, Primitive):
        return primitive_record(term.name, term.types).moves is not None
    return isinstance(term, Id | Const | Get | Put | Variable | Compose | Fanout | First | Second | Both)


def is_peeled(loop: Unleft) -> bool:
    """Tell whether the first turn of a loop is written out before it."""
    if preparation(loop) is not None:
        return False
    parts = list(islice(walk(loop.inner), MOST_PEELED + 1))
    return len(parts) <= MOST_PEELED and not any(isinstance(part, Unleft | Fold) for part in parts)
