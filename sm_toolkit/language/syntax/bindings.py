"""A term without ``Let`` and ``Variable``: what is bound travels beside the input, in nested pairs.

That is how the categorical abstract machine does without variables (Cousineau, Curien and Mauny, "The categorical
abstract machine", Science of Computer Programming 8, 1987). So what knows all the other forms knows all machines.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar, assert_never

from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine, expect_machine, made_of
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
    children,
    tally,
    with_children,
)

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")


def point_free(machine: Machine[S, A, B], limits: Limits = DEFAULT_LIMITS) -> Machine[S, A, B]:
    """Return a machine that means the same and has neither `let` nor `var` in it.

    Outputs, states, cells and failures are the same. What grows is the term, by a few forms for each one with a
    variable in it and by one for each `let` between a variable and its own; and the types inside, by those of what is
    bound. So the limits on terms and types may be reached where they were not, and so may fuel: a turn of a loop
    whose body is large costs more the larger it is. A step that ran out of fuel still does.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.vocabulary.combinators import decr, incr
    >>> from sm_toolkit.language.vocabulary.control import let, var
    >>> bound = let(incr, let(decr, var(0) & var(1)))
    >>> point_free(bound)
    (ident() & incr) >> (fst() & (fst() >> decr & snd())) >> (snd() >> fst() & snd() >> snd())
    >>> step(bound, 7, None) == step(point_free(bound), 7, None)
    True

    Raises:
        TypeError: it is no machine.
        ValueError: a variable in it is not bound in it.
        LimitError: what it would become has more than ``term_nodes``.
    """
    expect_machine(machine, "point_free(machine)")
    term = machine.term
    least = tally(term, lambda node: 1 + node.index if isinstance(node, Variable) else 1)
    limits.allow("term_nodes", least[id(term)], "a term without variables")
    reaches: dict[int, int] = {}
    if outside := unbounded(_Reach(reaches).visit, term):
        raise ValueError(
            f"`point_free(machine)` takes one that binds its variables, and some of these reach {outside} further out"
        )
    made = made_of(joined(unbounded(_PointFree(term, reaches).visit, term, 0)), machine)
    made.name = machine.name
    return made


class _Reach:
    """Finds of each part how many of the `let` around it its variables reach out to; 0 if it stands for itself."""

    def __init__(self, reaches: dict[int, int]) -> None:
        self._reaches = reaches

    def visit(self, term: Term) -> Visit[int]:
        found = self._reaches.get(id(term))
        if found is None:
            found = term.index + 1 if isinstance(term, Variable) else 0
            for index in range(len(children(term))):
                inner = yield (index,)
                found = max(found, inner - 1 if isinstance(term, Let) and index == 1 else inner)
            self._reaches[id(term)] = found
        return found


Chain: TypeAlias = "Term | tuple[Chain, ...]"
"""What runs one after another, in chains of chains: joined once it is whole, so that a long one is copied once."""

FST, SND = Primitive("fst"), Primitive("snd")
EXCHANGE = Fanout(First(FST), Compose((FST, SND)))
"""From ``((a, b), c)`` to ``((a, c), b)``."""
BACK = FanIn(First(Primitive("inl")), First(Primitive("inr")))
"""From ``Either (a, c) (b, c)`` to ``(Either a b, c)``: what ``distr`` came from."""


class _PointFree:
    """Makes of ``a -> b``, in which so much is bound, ``(a, bound) -> b``; what is bound is ``(last, (…, first))``.

    What stands for itself, with no variable that is bound outside, stays ``a -> b``.
    """

    def __init__(self, term: Term, reaches: dict[int, int]) -> None:
        self._reaches = reaches
        self._lets = tally(term, lambda node: isinstance(node, Let))

    def visit(self, term: Term, bound: int) -> Visit[Chain]:
        """Make a part anew; ``bound`` is how much is bound, and 0 if the part stands for itself."""
        match term:
            case Let():
                given = yield from self._part(term, 0, bound)
                body = yield from self._part(term, 1, bound + 1)
                return Fanout(FST, Fanout(joined(given), SND)) if bound else Fanout(Id(), joined(given)), body
            case _ if not bound:
                return (yield from self._alone(term)) if self._lets[id(term)] else term
            case Variable(index):
                return (*[SND] * (index + 1), *[FST] * (index + 1 < bound))
            case Compose(parts):
                return (yield from self._one_after_another(parts, bound))
            case First() | Second() | Unleft() | Fold() | Zoom() | Loop():
                return _around(term, joined((yield 0, bound)))
            case Fanout() | Both() | Case() | FanIn() | If():
                left = yield from self._part(term, 0, bound)
                right = yield from self._part(term, 1, bound)
                return _choice(term, left, right)
            case Id() | Const() | Primitive() | Get() | Put() | Read() | Show():
                raise AssertionError("there is no variable in these")
            case _:
                assert_never(term)

    def _alone(self, term: Term) -> Visit[Chain]:
        parts: list[Chain] = []
        for index in range(len(children(term))):
            parts.append((yield index, 0))
        return tuple(parts) if isinstance(term, Compose) else with_children(term, tuple(map(joined, parts)))

    def _part(self, term: Term, index: int, bound: int) -> Visit[Chain]:
        """Make a part anew that is given what is bound, whether there is a variable in it or not."""
        is_given = self._reaches[id(children(term)[index])] > 0
        made: Chain = yield index, bound if is_given else 0
        return made if is_given or not bound else (FST, made)

    def _one_after_another(self, parts: tuple[Term, ...], bound: int) -> Visit[Chain]:
        """Keep what is bound up to the last part with a variable in it."""
        last = max(index for index, part in enumerate(parts) if self._reaches[id(part)])
        made: list[Chain] = []
        alone: list[Chain] = []
        for index, part in enumerate(parts):
            if not self._reaches[id(part)]:
                (alone if index < last else made).append((yield index, 0))
                continue
            if alone:
                made.append(First(joined(tuple(alone))))
                alone = []
            inner = yield index, bound
            made.append(inner if index == last else Fanout(joined(inner), SND))
        return tuple(made)


def _around(term: First | Second | Unleft | Fold | Zoom | Loop, inner: Term) -> Chain:
    """Return the form round a part that is given what is bound."""
    match term:
        case First():
            return Fanout(_on(FST, inner), Compose((FST, SND)))
        case Second():
            return Fanout(Compose((FST, FST)), _on(SND, inner))
        case Unleft():
            return Unleft(Compose((BACK, Fanout(inner, SND), Primitive("distr"), Case(FST, Id()))))
        case Fold():
            return EXCHANGE, Fold(Compose((EXCHANGE, Fanout(inner, SND)))), FST
        case Zoom(side):
            return Zoom(side, inner)
        case Loop(_, init, type_, name):
            return Loop(Compose((EXCHANGE, inner)), init, type_, name)
        case _:
            assert_never(term)


def _choice(term: Fanout | Both | Case | FanIn | If, left: Chain, right: Chain) -> Chain:
    """Return the form round two parts that are given what is bound."""
    match term:
        case Fanout():
            return Fanout(joined(left), joined(right))
        case Both():
            return Fanout(_on(FST, left), _on(SND, right))
        case Case() | FanIn():
            return Primitive("distr"), type(term)(joined(left), joined(right))
        case If():
            return EXCHANGE, If(joined(left), joined(right))
        case _:
            assert_never(term)


def _on(half: Term, inner: Chain) -> Term:
    """Return what goes from ``((a, b), bound)`` to a half of the pair, beside what is bound, and on."""
    return joined((First(half), inner))


def joined(chain: Chain) -> Term:
    """Return the term that a chain stands for; that of none gives its input back."""
    parts: list[Term] = []
    work: list[Chain] = [chain]
    while work:
        current = work.pop()
        if isinstance(current, tuple):
            work.extend(reversed(current))
        else:
            parts.append(current)
    return Compose(tuple(parts)) if len(parts) > 1 else parts[0] if parts else Id()
