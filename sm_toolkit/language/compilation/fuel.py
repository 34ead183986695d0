"""What takes turns of a machine's steps: loops, and work on what is long where there may not be turns enough for it.

Loops always count their turns. The rest costs so little that a machine without loops seldom wants all its fuel; and if
the limits on sizes say that it never does, nothing is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sm_toolkit.language.data.equality import opened
from sm_toolkit.language.leaves.record import COSTS
from sm_toolkit.language.limits import PER_TURN, Limits
from sm_toolkit.language.primitives import primitive_record
from sm_toolkit.language.syntax.terms import Fold, Primitive, Read, Show, Term, Unleft, constants


def takers(nodes: Sequence[Term], limits: Limits) -> tuple[list[Unleft | Fold], list[Term]]:
    """Return the loops of a typed term, and what else takes turns.

    That is what works on what is long, where there are loops too, or where it may want more turns than there are.
    """
    loops = [node for node in nodes if isinstance(node, Unleft | Fold)]
    working = [node for node in nodes if _works(node)]
    if loops or not working:
        return loops, working
    written = (_longest(value) for value, _ in constants(nodes))
    longest = max(limits.string_length, limits.collection_length, *written)
    return loops, working if sum(_most(node, longest) for node in working) > limits.fuel else []


def _works(term: Term) -> bool:
    if isinstance(term, Primitive):
        return primitive_record(term.name, term.types).takes_turns(term.types)
    return isinstance(term, Read | Show)


def _most(term: Term, longest: int) -> float:
    """Return the most turns that a form takes, where nothing is longer than ``longest``."""
    if not isinstance(term, Primitive):
        return longest // PER_TURN
    record = primitive_record(term.name, term.types)
    if not record.spends:
        return len(record.bulk) * record.costs * longest // PER_TURN
    compared = term.types[0]
    if not (compared.kinds | record.input.kinds).isdisjoint(("List", "Map")):
        return float("inf")
    texts = 0 if compared.kinds.isdisjoint(("Str", "Bytes")) else longest
    return compared.size * (COSTS + texts) // PER_TURN


def _longest(value: Any) -> int:
    """Return the length of the longest text or collection in a value."""
    longest = 0
    work = [value]
    seen = set()
    while work:
        current = work.pop()
        if isinstance(current, str | bytes):
            longest = max(longest, len(current))
        elif id(current) not in seen and (inside := opened(current)) is not None:
            seen.add(id(current))
            longest = max(longest, len(inside[1]))
            work += inside[1]
    return longest
