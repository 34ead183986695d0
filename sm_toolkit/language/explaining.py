"""Explaining: what is told of a machine that does not type. It only runs once something is known to be wrong."""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.errors import AmbiguousTypeError, MachineTypeError, Place
from sm_toolkit.language.printing import cut_around, print_marked
from sm_toolkit.language.solving import Solving, Wanted
from sm_toolkit.language.terms import Case, Compose, Const, Get, Put, Read, Show, Term, at_path, path_to
from sm_toolkit.language.types import Str, Type, Unit
from sm_toolkit.language.unification import Resolver


def explain(term: Term, wanted: Wanted, failed: Solving) -> MachineTypeError:
    """Return the error of a run that stopped, or that made a type contain itself.

    A type that contains itself cannot be printed, so the first unification that makes one is told instead of
    whatever came after it.
    """
    if failed.stop is not None:
        # The nodes are half unified now: run again up to there, for the types of before.
        number = failed.unifications - 1
        before = Solving(term, wanted, number)
        if before.is_finite():
            return _mismatch(term, before, "")
    else:
        number = failed.unifications
    good, bad = 0, number  # after `good` unifications all is well, after `bad` some type contains itself
    while bad - good > 1:
        middle = (good + bad) // 2
        if Solving(term, wanted, middle).is_finite():
            good = middle
        else:
            bad = middle
    return _mismatch(term, Solving(term, wanted, good), "no finite type is both: one of them contains the other")


def explain_ambiguous(term: Term, position: int) -> AmbiguousTypeError:
    """Return the error of a `read` or `show`, at that position in a walk, whose type nothing fixes."""
    place, source = _place(term, position)
    return AmbiguousTypeError("read" if isinstance(at_path(term, place.path), Read) else "show", place, source)


def _place(term: Term, position: int) -> tuple[Place, str]:
    path = path_to(term, position)
    text, begin, end = print_marked(term, path)
    part = text[begin:end]
    return Place(path, part if len(part) <= 200 else part[:200] + "..."), cut_around(text, begin, end)


def _mismatch(term: Term, before: Solving, advice: str) -> MachineTypeError:
    stop = before.stop
    assert stop is not None
    resolve = Resolver()
    wants, gets = resolve(stop.expected), resolve(stop.found)
    place, source = _place(term, stop.position)
    advice = advice or _advice(term, at_path(term, place.path), wants, gets)
    return MachineTypeError(stop.subject, str(wants), str(gets), place, source, advice)


def _advice(term: Term, node: Term, wants: Type[Any], gets: Type[Any]) -> str:
    parts = term.left.parts if isinstance(term, Case) and isinstance(term.left, Compose) else ()
    if parts and node is term and (gets is Str or wants is Str):
        return "`>>` binds tighter than `|` in Python: put the choice in brackets, `f >> (g | h) >> k`"
    if isinstance(node, Get | Const | Read) and wants is Unit:
        return f"it takes no input: put `consume() >>` before it to drop the {gets}"
    if gets is Str and isinstance(node, Put):
        return "leave out the `show()` before it, or make the state Str"
    if gets is Str and not isinstance(node, Show):
        return "put `read()` before it, to read the text"
    if wants is Str:
        return f"put `show()` before it, to write the {gets} as text"
    return ""
