"""Two machines that loop within a step. Nothing is measured here.

``gcd`` is Euclid's algorithm. ``collatz`` halves a number, or triples it and adds one if it is odd, until it is 1, and
gives the largest number on the way. It never comes to 1 from 0 or less; whether from all numbers above is not known.
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.types import Int
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.vocabulary.combinators import const, consume, copy, fan_in, fst, ident, if_, inl, inr, snd
from sm_toolkit.language.vocabulary.control import unleft
from sm_toolkit.language.vocabulary.operations import add, div, eq, maximum, mod, mul


def _number(n: int) -> Machine[Any, Any, int]:
    return consume() >> const(n)


_nothing_left = (snd(Int, Int) & _number(0)) >> eq(Int)
_divide = (ident() & _nothing_left) >> if_(fst(Int, Int) >> inl(), (snd(Int, Int) & mod) >> inr())

gcd = unleft(fan_in(ident(), ident()) >> _divide)

_is_one = (fst(Int, Int) & _number(1)) >> eq(Int)
_is_odd = ((ident() & _number(2)) >> mod & _number(1)) >> eq(Int)
_halve = (ident() & _number(2)) >> div
_triple = ((ident() & _number(3)) >> mul & _number(1)) >> add
_next = (ident() & _is_odd) >> if_(_triple, _halve)
_climb = (_next * ident(Int)) >> (fst(Int, Int) & maximum)
_turn = (ident() & _is_one) >> if_(snd(Int, Int) >> inl(), _climb >> inr())

collatz = unleft(fan_in(copy(Int), ident()) >> _turn)
