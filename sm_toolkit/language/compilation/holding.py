"""What the loops of a machine hold while a step runs: a tree of pairs beside the state, and not a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sm_toolkit.language.compilation.making import Shape
from sm_toolkit.language.compilation.support import Environment
from sm_toolkit.language.syntax.cells import cells_of
from sm_toolkit.language.syntax.terms import Term

V = TypeVar("V")


@dataclass(frozen=True)
class Cells:
    """The cells of a machine: where each stands in the tree, by its name, in order; and the shape of their record."""

    paths: dict[str, tuple[int, ...]]
    shape: Shape


def cells_in(term: Term, environment: Environment) -> Cells | None:
    """Return the cells of an elaborated term, if it has some."""
    type_ = cells_of(term)
    if type_ is None:
        return None
    shape = environment.shape(type_)
    return Cells(_paths(shape.labels), shape)


def tree(values: Sequence[V], pair: Callable[[V, V], V]) -> V:
    """Return values in pairs of pairs, as flat as can be.

    >>> tree([1, 2, 3, 4, 5], lambda left, right: (left, right))
    (((1, 2), (3, 4)), 5)
    """
    level = list(values)
    while len(level) > 1:
        last = level[-1:] if len(level) % 2 else []
        level = [pair(left, right) for left, right in zip(level[0::2], level[1::2], strict=False)] + last
    return level[0]


def _paths(labels: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    def joined(left: dict[str, tuple[int, ...]], right: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        return {label: (half, *path) for half, side in enumerate((left, right)) for label, path in side.items()}

    return tree([{label: ()} for label in labels], joined)


def leaves(whole: Any, count: int) -> list[Any]:
    """Return the values of a tree of so many.

    >>> leaves((((1, 2), (3, 4)), 5), 5)
    [1, 2, 3, 4, 5]
    """
    found = []
    for path in _paths(tuple(map(str, range(count)))).values():
        value = whole
        for half in path:
            value = value[half]
        found.append(value)
    return found
