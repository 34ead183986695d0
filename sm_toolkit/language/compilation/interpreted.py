"""What is nested deeper than generated code may be: a part of a term that is left to its definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sm_toolkit.language.compilation.holding import leaves, tree
from sm_toolkit.language.data.records import NEWEST, Classes
from sm_toolkit.language.interpreter import Evaluation
from sm_toolkit.language.limits import Limits
from sm_toolkit.language.syntax.passes import TurnCosts, unbounded
from sm_toolkit.language.syntax.terms import Let, Term, Variable, children


def interpreted(
    term: Term, free: tuple[int, ...], cells: tuple[str, ...], limits: Limits, classes: Classes = NEWEST
) -> Callable[..., tuple[Any, Any]]:
    """Return a function of an input, a state, what counts the turns of loops, and the values of the free variables.

    If the machine has cells, the state has them beside it, in the tree of ``holding``.
    """

    costs = TurnCosts()

    def run(x: Any, s: Any, turns: Iterator[None], *bound: Any) -> tuple[Any, Any]:
        evaluation = Evaluation(limits, costs, turns, dict(zip(free, bound, strict=True)), classes)
        if not cells:
            return unbounded(evaluation.visit, term, x, s)
        state, held = s
        evaluation.cells = dict(zip(cells, leaves(held, len(cells)), strict=True))
        y, state = unbounded(evaluation.visit, term, x, state)
        return y, (state, tree([*evaluation.cells.values()], lambda left, right: (left, right)))

    return run


def free_variables(term: Term) -> tuple[int, ...]:
    """Return which variables of a term are bound outside it, by their numbers there.

    >>> from sm_toolkit.language.vocabulary.combinators import incr
    >>> from sm_toolkit.language.vocabulary.control import let, var
    >>> free_variables((let(incr >> var(3), var(0) & var(1))).term)
    (0, 3)
    """
    found: set[int] = set()
    work = [(term, 0)]
    while work:
        current, inside = work.pop()
        if isinstance(current, Variable) and current.index >= inside:
            found.add(current.index - inside)
        for number, part in enumerate(children(current)):
            work.append((part, inside + (isinstance(current, Let) and number == 1)))
    return tuple(sorted(found))
