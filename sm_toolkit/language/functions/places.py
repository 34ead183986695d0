"""Which part of a term came of which place in a text: known beside the term, and no part of what it is."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from sm_toolkit.language.functions.sources import Source
from sm_toolkit.language.syntax.terms import Compose, Term


@dataclass(frozen=True)
class Spot:
    """A place: a node of the tree of a text."""

    source: Source
    node: ast.expr | ast.stmt

    def covers(self, other: Spot) -> bool:
        """Tell whether the lines of another place are among the lines of this one."""
        one, two = self.node, other.node
        return self.source == other.source and one.lineno <= two.lineno and _last(two) <= _last(one)


def _last(node: ast.expr | ast.stmt) -> int:
    return node.end_lineno or node.lineno


class Places:
    """Where the parts of a term come from: each of them the one object that stands in the term.

    What is spliced into a longer composition is known by its last part, which gives what all of it gives. A part that
    came of several places (a constant that all functions share) is from none.
    """

    def __init__(self) -> None:
        self._found: dict[int, tuple[Term, Spot | None]] = {}  # the terms are kept, so that no other has their id

    def mark(self, term: Term, source: Source, node: ast.expr | ast.stmt) -> None:
        """Take note that a term is what a node became."""
        spot = Spot(source, node)
        self._mark(term, spot)
        if isinstance(term, Compose):
            self._mark(term.parts[-1], spot)

    def begin(self, term: Term, source: Source, node: ast.stmt) -> None:
        """Take note that where a term begins to run a statement does, or has, unless it is known what it is."""
        for each in (term, term.parts[0]) if isinstance(term, Compose) else (term,):
            self._found.setdefault(id(each), (each, Spot(source, node)))

    def _mark(self, term: Term, spot: Spot) -> None:
        _, known = self._found.setdefault(id(term), (term, spot))
        if known is not None and known is not spot and not (spot.covers(known) or known.covers(spot)):
            self._found[id(term)] = (term, None)

    def join(self, others: Places) -> None:
        """Take over what is known of the parts of others."""
        self._found = {**others._found, **self._found}

    def of(self, term: Term) -> Spot | None:
        """Return where a part comes from, if that is known."""
        return self._found.get(id(term), (term, None))[1]
