"""What is still to be done with an output: a linked list of frames, and what in it cancels out.

The two sides of a branch share the frames up to their join. What may go into both sides is what generates no
code of its own: moving values about, and a choice between the sides of a sum that is known there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from sm_toolkit.language.compilation.blocks import Value
from sm_toolkit.language.compilation.support import Wrappers
from sm_toolkit.language.data.types import Bool, Int, Left, Type, Unit
from sm_toolkit.language.primitives import primitive_record
from sm_toolkit.language.syntax.terms import (
    Case,
    Compose,
    Const,
    FanIn,
    First,
    Get,
    Id,
    Primitive,
    Put,
    Second,
    Show,
    Term,
    Variable,
)

MOST_SHOWN = 16
"""Up to how many parts a type is written out as a format string."""

Do: TypeAlias = Literal[
    "run",  # the term `data` on the output
    "side",  # make the output a Left or Right, which is `data`
    "first",  # pair the output with `value`, which comes second
    "second",  # pair it with `value`, which comes first
    "other",  # keep it for the first half of a pair, and run the term `data` on `value` for the second
    "bind",  # keep it for variables, and run the term `data` on `value`
    "unbind",  # go back to what was bound before, which is `data`
    "fed back",  # the output is a pair; what comes second goes into the cell `data`
    "zoomed first",  # pair the state with `value`, which comes second
    "zoomed second",  # pair it with `value`, which comes first
    "left end",  # of the branch `data`: go on with its right side
    "right end",  # of the branch `data`: join both sides
    "begin",  # the loop `data`, as if the output were what a turn had given back
    "enter",  # the loop `data`, whose first turn has run: on a Left go on, on a Right begin
    "turn",  # of the loop `data`: on a Left leave, on a Right go round again
    "leave",
    "again",
    "return",
]


class Frame:
    """One thing still to be done with the output at hand, and what comes after.

    ``moved`` counts the parts from here to the function's end if all of them only move values about, and is
    None otherwise. ``sides`` counts the ``side`` frames from here on, and ``after`` is what follows them.
    """

    __slots__ = ("after", "data", "kind", "moved", "next", "sides", "value", "wrappers")

    def __init__(
        self,
        kind: Do,
        next: Frame | None,
        data: Any = None,
        value: Any = None,
    ) -> None:
        self.kind: Do = kind
        self.next: Frame = self if next is None else next
        self.data = data
        self.value: Value = value
        self.wrappers: Wrappers = None
        self.sides: int = self.next.sides + 1 if kind == "side" else 0
        self.after: Frame = self.next.after if kind == "side" else self
        self.moved: int | None = None
        if kind in ("return", "turn", "leave", "again"):
            self.moved = 0
        elif self.next.moved is not None:
            if kind in ("side", "unbind"):
                self.moved = self.next.moved
            elif kind in ("first", "second", "zoomed first", "zoomed second", "fed back") or (
                kind == "run" and _only_moves(data)
            ):
                self.moved = self.next.moved + 1
            elif kind in ("other", "bind") and _only_moves(data):
                self.moved = self.next.moved + 2


def _only_moves(term: Term) -> bool:
    if isinstance(term, Primitive):
        return primitive_record(term.name, term.types).moves is not None
    return isinstance(term, Id | Const | Get | Put | Variable) or (isinstance(term, Show) and is_short(term.type))


def is_short(type_: Type[Any] | None) -> bool:
    """Tell whether the text of a type has a fixed form with only integers and Bools to be filled in."""
    return type_ is not None and type_.size <= MOST_SHOWN and _all_short(type_)


def _all_short(type_: Type[Any]) -> bool:
    if type_.head in ("Pair", "Either"):
        return all(map(_all_short, type_.args))  # as deep as MOST_SHOWN at most
    return type_ in (Unit, Bool, Int)


def simplified(frame: Frame) -> Frame:
    """Return the same frames with what cancels out at their head left out."""
    while True:
        after = frame.next
        term = frame.data if frame.kind == "run" else after.data if after.kind == "run" else None
        if frame.kind == "run":
            if isinstance(term, Compose):
                frame = queued(term.parts, after)
            elif isinstance(term, Id):
                frame = after
            else:
                return frame
        elif isinstance(term, Compose):
            frame = Frame(frame.kind, queued(term.parts, after.next), frame.data, frame.value)
        elif isinstance(term, Id):
            frame = Frame(frame.kind, after.next, frame.data, frame.value)
        elif frame.kind == "side" and isinstance(term, Case):
            chosen = term.left if frame.data is Left else term.right
            frame = Frame("run", Frame("side", after.next, frame.data), chosen)
        elif frame.kind == "side" and isinstance(term, FanIn):
            frame = Frame("run", after.next, term.left if frame.data is Left else term.right)
        elif isinstance(term, First | Second) and frame.kind == ("first" if isinstance(term, First) else "second"):
            frame = Frame("run", Frame(frame.kind, after.next, value=frame.value), term.inner)
        elif isinstance(term, Primitive) and (frame.kind, term.name) in (("first", "fst"), ("second", "snd")):
            frame = after.next
        else:
            return frame


def queued(parts: Sequence[Term], rest: Frame) -> Frame:
    """Return the frames that run parts one after another, and then the rest."""
    for part in reversed(parts):
        rest = Frame("run", rest, part)
    return rest


def wrappers(frame: Frame) -> Wrappers:
    """Return the constructors of the ``side`` frames from here on, sharing what was made for an earlier one."""
    chain: list[Frame] = []
    while frame.kind == "side" and frame.wrappers is None:
        chain.append(frame)
        frame = frame.next
    made = frame.wrappers
    for part in reversed(chain):
        made = part.wrappers = (part.data, made)
    return made
