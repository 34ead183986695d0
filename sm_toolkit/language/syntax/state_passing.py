"""A term without a state: what it worked on comes beside the input, and leaves beside the output.

So a machine is called from a function, in which a state is a value like any other.
"""

from __future__ import annotations

from typing import Any, assert_never

from sm_toolkit.language.data.records import Record
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.syntax.bindings import BACK, EXCHANGE, FST, SND, Chain, joined
from sm_toolkit.language.syntax.cells import cells_of
from sm_toolkit.language.syntax.passes import Visit, unbounded
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
    tally,
)


def works_on_a_state(term: Term) -> bool:
    """Tell whether there is something in a term that reads, writes or holds a state."""
    return tally(term, _is_stateful)[id(term)] > 0


def state_passing(term: Term) -> Term:
    """Return of an elaborated ``T s a b`` a ``T t (a, s) (b, s)`` that means the same and leaves its own state alone.

    Where there are loops, s is what the machine's state is: that of its parts, and the cells. The term grows by a few
    forms for each one that a state goes through; what works on none stands as it was.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> state_passing((get() >> incr >> put()).term)
    (snd() & snd()) >> first(incr) >> (fst() >> consume() & fst())
    """
    return joined(unbounded(_StatePassing(term).visit, term))


def _is_stateful(node: Term) -> bool:
    return isinstance(node, Get | Put | Zoom | Loop)


_ASSOC, _UNASSOC = Primitive("assoc"), Primitive("unassoc")
_OVER = Fanout(Compose((SND, FST)), Second(SND))
"""From ``(a, (b, c))`` to ``(b, (a, c))``."""


class _StatePassing:
    """Makes of ``a -> b``, in which a state s is worked on, ``(a, s) -> (b, s)``."""

    def __init__(self, term: Term) -> None:
        self._stateful = tally(term, _is_stateful)
        self._cells = cells_of(term)

    def visit(self, term: Term) -> Visit[Chain]:
        """Make a part anew."""
        if not self._stateful[id(term)]:
            return () if isinstance(term, Id) else First(term)
        match term:
            case Get():
                return Fanout(SND if self._cells is None else Compose((SND, FST)), SND)
            case Put():
                new = FST if self._cells is None else Fanout(FST, Compose((SND, SND)))
                return Fanout(Compose((FST, Primitive("consume"))), new)
            case Compose(parts):
                return (yield from self._one_after_another(parts))
            case Let(bound):
                return (yield from self._binding(bound))
            case Fanout():
                left, right = joined((yield (0,))), joined((yield (1,)))
                return Fanout(FST, left), _OVER, Second(right), _UNASSOC
            case Both():
                left, right = joined((yield (0,))), joined((yield (1,)))
                return EXCHANGE, First(left), EXCHANGE, _ASSOC, Second(right), _UNASSOC
            case Case():
                return Primitive("distr"), Case(joined((yield (0,))), joined((yield (1,)))), BACK
            case FanIn():
                return Primitive("distr"), FanIn(joined((yield (0,))), joined((yield (1,))))
            case If():
                return EXCHANGE, If(joined((yield (0,))), joined((yield (1,))))
            case First() | Second() | Unleft() | Fold() | Zoom() | Loop():
                return self._around(term, (yield (0,)))
            case Id() | Const() | Primitive() | Read() | Show() | Variable():
                raise AssertionError("there is no state in these")
            case _:
                assert_never(term)

    def _one_after_another(self, parts: tuple[Term, ...]) -> Visit[Chain]:
        """Pass the state by what works on none, in one go."""
        made: list[Chain] = []
        without: list[Term] = []
        for index, part in enumerate(parts):
            if not self._stateful[id(part)]:
                without.append(part)
                continue
            if without:
                made.append(First(joined(tuple(without))))
                without = []
            made.append((yield (index,)))
        return *made, First(joined(tuple(without))) if without else ()

    def _binding(self, bound: Term) -> Visit[Chain]:
        """Bind the output alone, so that variables mean what they meant; the new state is then in the body's input."""
        if not self._stateful[id(bound)]:
            return Let(Compose((FST, bound)), joined((yield (1,))))
        first, body = joined((yield (0,))), (yield (1,))
        return Fanout(FST, first), Let(Compose((SND, FST)), joined((Second(SND), body)))

    def _around(self, term: First | Second | Unleft | Fold | Zoom | Loop, inner: Chain) -> Chain:
        """Return the form round a part that a state is passed through."""
        match term:
            case First():
                return EXCHANGE, First(joined(inner)), EXCHANGE
            case Second():
                return _ASSOC, Second(joined(inner)), _UNASSOC
            case Unleft():
                return Unleft(joined((BACK, inner, Primitive("distr"))))
            case Fold():
                return EXCHANGE, Fold(joined((EXCHANGE, inner)))
            case Zoom("first"):
                passed: Chain = (_UNASSOC, First(joined(inner)), _ASSOC)
                return passed if self._cells is None else (Second(EXCHANGE), passed, Second(EXCHANGE))
            case Zoom():
                passed = (_OVER, Second(joined(inner)), _OVER)
                return passed if self._cells is None else (Second(_ASSOC), passed, Second(_UNASSOC))
            case Loop():
                return self._looped(term, inner)
            case _:
                assert_never(term)

    def _looped(self, term: Loop, inner: Chain) -> Chain:
        """Take what the cell holds out of the cells, and put in what is fed back."""
        assert self._cells is not None, "this is one of its loops"
        assert term.name is not None, "a term is elaborated before"
        cell: tuple[Type[Any], ...] = (self._cells, Record(term.name))
        held = Fanout(FST, Compose((SND, SND, Primitive("field", cell))))
        put_in = Second(Compose((Primitive("swap"), Primitive("update", cell))))
        return Fanout(held, SND), inner, _ASSOC, Second(Compose((_OVER, put_in)))
