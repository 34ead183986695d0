"""How ways through statements that are recognised end, and what they give where they meet."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.functions.fitting import joined


@dataclass(frozen=True)
class Join:
    """Where ways meet: the names that each gives there."""

    names: tuple[tuple[str, Type[Any]], ...]
    arrived: list[tuple[Type[Any], ...]] = field(default_factory=list, compare=False)

    def is_met(self) -> bool:
        """Tell whether the names have the types that what the ways give have together."""
        for place, (_, type_) in enumerate(self.names):
            found: Type[Any] | None = None
            for number, types in enumerate(self.arrived):
                found = types[place] if number == 0 else None if found is None else joined(found, types[place])
            if found is not type_ and self.arrived:
                return False
        return True


@dataclass(frozen=True)
class Ends:
    """How a way may end: by the steps that come last, and what that is in Python.

    ``fall`` comes to the end of a block. ``broken`` and ``continued`` are those of the loop round it.
    """

    result: Type[Any]
    returned: tuple[str, ...] | None = ()
    fall: tuple[Join, tuple[str, ...]] | None = None
    broken: tuple[Join, tuple[str, ...]] | None = None
    continued: tuple[Join, tuple[str, ...]] | None = None

    def within(self, step: str) -> Ends:
        """Return the same from inside of something more, out of which that step leads."""

        def longer(end: tuple[Join, tuple[str, ...]] | None) -> tuple[Join, tuple[str, ...]] | None:
            return None if end is None else (end[0], (*end[1], step))

        returned = None if self.returned is None else (*self.returned, step)
        return replace(self, returned=returned, fall=None, broken=longer(self.broken), continued=longer(self.continued))


Block = list[ast.stmt]


def without_fall(ends: Ends) -> Ends:
    """Return how ways end if those that end a turn of a loop say so."""
    return replace(ends, fall=None) if ends.fall is not None and ends.fall == ends.continued else ends
