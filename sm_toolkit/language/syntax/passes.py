"""Passes over a term: a recursion that does without the Python stack, and a term made anew from its leaves."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar, cast

from sm_toolkit.language.limits import PER_TURN
from sm_toolkit.language.syntax.terms import Term, children, tally, with_children

Out = TypeVar("Out")

Visit: TypeAlias = Generator[tuple[Any, ...], Any, Out]
"""What a pass is written as: it yields ``(which child, *arguments)`` and is sent what visiting it gave."""


def unbounded(
    visit: Callable[..., Visit[Out]],
    term: Term,
    *arguments: Any,
    enter: Callable[[Term, int, tuple[Any, ...]], None] | None = None,
    leave: Callable[[Term, Any], None] | None = None,
) -> Out:
    """Run a recursive pass over a term without the Python stack.

    ``visit(term, *arguments)`` is a generator. Where a recursive function would call itself on child number
    ``i``, it says ``result = yield i, *arguments``. ``enter`` (term, child number, arguments) and ``leave``
    (term, result) are told of each visit, in order.
    """
    if enter is not None:
        enter(term, 0, arguments)
    stack: list[tuple[Term, Callable[[Any], tuple[Any, ...]]]] = []  # the visits around this one, the innermost last
    current, proceed = term, visit(term, *arguments).send
    send: Any = None
    while True:
        try:
            asked = proceed(send)
        except StopIteration as finished:
            send = finished.value
            if leave is not None:
                leave(current, send)
            if not stack:
                return cast("Out", send)
            current, proceed = stack.pop()
        else:
            stack.append((current, proceed))
            current = children(current)[asked[0]]
            if enter is not None:
                enter(current, asked[0], asked[1:])
            proceed = visit(current, *asked[1:]).send
            send = None


def rebuild(term: Term, change: Callable[[Term], Term], *, once: bool = False) -> Term:
    """Make a term anew from its leaves up, each node passed through ``change`` once its parts are done.

    With ``once``, a part that stands in several places is changed once and stays shared.
    """
    made: dict[int, Term] = {}
    done: list[Term] = []
    work: list[tuple[Term, bool]] = [(term, False)]
    while work:
        current, finished = work.pop()
        if once and id(current) in made:
            done.append(made[id(current)])
            continue
        whole, parts = current, children(current)
        if finished or not parts:
            if parts:
                fresh = tuple(done[-len(parts) :])
                del done[-len(parts) :]
                if any(new is not old for new, old in zip(fresh, parts, strict=True)):
                    current = with_children(current, fresh)
            done.append(change(current))
            if once:
                made[id(whole)] = done[-1]
        else:
            work.append((current, True))
            work.extend((part, False) for part in reversed(parts))
    return done.pop()


class TurnCosts:
    """How much fuel a turn of each loop takes: one, and one more for each whole ``PER_TURN`` nodes of its body.

    The terms it is asked about are to be kept by somebody.
    """

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}

    def of(self, body: Term) -> int:
        """Return how many turns one run of a body takes."""
        if id(body) not in self._sizes:
            self._sizes |= tally(body, lambda node: True)
        return 1 + self._sizes[id(body)] // PER_TURN
