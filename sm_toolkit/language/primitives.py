"""The open table of leaf operations: one record each, whole in one place.

A primitive is a pure function of its input that neither reads nor writes the state. To add one, add a record
here and a name for it in ``combinators``; every pass takes it from the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sm_toolkit.language.types import (
    Bool,
    Either,
    Int,
    Left,
    Pair,
    Right,
    Type,
    Unit,
    Var,
    is_variable_head,
    nodes,
)


@dataclass(frozen=True)
class PrimitiveRecord:
    """One leaf operation.

    ``input`` and ``output`` may hold type variables, which are instantiated anew at each use in the order of
    ``variables``. ``run`` gives its meaning. ``source`` is a Python expression for compiled code, in which
    ``{0}`` stands for the input and ``{0.left}``, ``{0.right}`` for the halves of a pair; a structural
    primitive (one that only moves values about) has none, since the compiler moves values without code.
    ``opcode`` is its number in the wire form and never changes.
    """

    name: str
    opcode: int
    input: Type[Any]
    output: Type[Any]
    run: Callable[[Any], Any]
    source: str | None = None

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The names of its type variables, in the order in which types are given to it."""
        parts = [*nodes(self.input), *nodes(self.output)]
        return tuple(sorted({part.head for part in parts if is_variable_head(part.head)}))


_a, _b = Var("a"), Var("b")

PRIMITIVES: dict[str, PrimitiveRecord] = {
    record.name: record
    for record in (
        PrimitiveRecord("incr", 0x40, Int, Int, run=lambda n: n + 1, source="{0} + 1"),
        PrimitiveRecord("decr", 0x41, Int, Int, run=lambda n: n - 1, source="{0} - 1"),
        PrimitiveRecord("not_", 0x42, Bool, Bool, run=lambda b: not b, source="not {0}"),
        PrimitiveRecord("consume", 0x43, _a, Unit, run=lambda x: None),
        PrimitiveRecord("copy", 0x44, _a, Pair(_a, _a), run=lambda x: (x, x)),
        PrimitiveRecord("fst", 0x45, Pair(_a, _b), _a, run=lambda pair: pair[0]),
        PrimitiveRecord("snd", 0x46, Pair(_a, _b), _b, run=lambda pair: pair[1]),
        PrimitiveRecord("inl", 0x47, _a, Either(_a, _b), run=Left),
        PrimitiveRecord("inr", 0x48, _b, Either(_a, _b), run=Right),
    )
}
"""Every primitive, by name."""

BY_OPCODE: dict[int, PrimitiveRecord] = {record.opcode: record for record in PRIMITIVES.values()}
