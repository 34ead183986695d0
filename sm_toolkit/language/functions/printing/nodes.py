"""A term as a tree in which each part knows its types, and what it uses of the `Let`s round it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sm_toolkit.language.checking.inference import Typing
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.syntax.terms import Compose, Id, Let, Primitive, Term, Variable, children, walk


@dataclass(eq=False, slots=True)
class Node:
    """A part of a term at one place, with the types that it has there.

    ``free`` are the `Let`s round it that it uses, by the numbers that variables have at its place.
    """

    term: Term
    input: Type[Any]
    output: Type[Any]
    parts: tuple[Node, ...]
    free: frozenset[int]

    def is_primitive(self, *names: str) -> bool:
        """Tell whether it is a primitive of one of some names."""
        return isinstance(self.term, Primitive) and self.term.name in names

    def is_variable(self, index: int) -> bool:
        """Tell whether it gives what that `Let` has bound."""
        return isinstance(self.term, Variable) and self.term.index == index

    @property
    def is_identity(self) -> bool:
        """Whether it gives its input back."""
        return isinstance(self.term, Id)


Chain = Sequence[Node]
"""Parts that run one after another."""


def chain_of(node: Node) -> Chain:
    """Return the parts of a composition, or the one that it is."""
    return node.parts if isinstance(node.term, Compose) else (node,)


def tree_of(typing: Typing) -> Node:
    """Return an elaborated term as a tree."""
    waiting: list[Node] = []
    places = zip(walk(typing.term), typing.inputs, typing.outputs, strict=True)
    for term, input_, output in reversed(list(places)):
        count = len(children(term))
        parts = tuple(waiting.pop() for _ in range(count))
        waiting.append(Node(term, input_, output, parts, _free(term, parts)))
    return waiting.pop()


def _free(term: Term, parts: tuple[Node, ...]) -> frozenset[int]:
    if isinstance(term, Variable):
        return frozenset((term.index,))
    if isinstance(term, Let):
        bound, body = parts
        return bound.free | frozenset(index - 1 for index in body.free if index)
    if len(parts) == 1:
        return parts[0].free
    return frozenset[int]().union(*(part.free for part in parts))


def free_in(chain: Chain) -> frozenset[int]:
    """Return what some parts use of the `Let`s round them."""
    return frozenset[int]().union(*(part.free for part in chain))


def inside_of(node: Node) -> Chain | None:
    """Return the body of what binds its input and goes on with Unit, if that is what it does."""
    if isinstance(node.term, Let) and node.parts[0].is_identity:
        first, *rest = chain_of(node.parts[1])
        if first.is_primitive("consume") and rest:
            return rest
    return None


def same_terms(chain: Chain, terms: Sequence[Term]) -> bool:
    """Tell whether some parts are these terms, whatever types are written in them."""
    return len(chain) == len(terms) and all(_same(node.term, term) for node, term in zip(chain, terms, strict=True))


def _same(left: Term, right: Term) -> bool:
    """Compare terms by their forms, names and families' types; those of constants are Unit alone."""
    work = [(left, right)]
    while work:
        one, other = work.pop()
        if one.__class__ is not other.__class__:
            return False
        if isinstance(one, Primitive) and isinstance(other, Primitive):
            if one.name != other.name or (one.types and other.types and one.types != other.types):
                return False
        elif isinstance(one, Variable) and isinstance(other, Variable) and one.index != other.index:
            return False
        pairs = children(one), children(other)
        if len(pairs[0]) != len(pairs[1]):
            return False
        work.extend(zip(*pairs, strict=True))
    return True
