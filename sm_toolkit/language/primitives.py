"""The open table of leaf operations: one record each, whole in one place.

A primitive is a pure function of its input that neither reads nor writes the state. To add one, add a record to the
module of ``leaves`` for what it works on, and a name for it to ``operations`` or one of the modules beside it; every
pass takes it from this table.
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.leaves.byte_strings import BYTE_STRINGS
from sm_toolkit.language.leaves.comparing import COMPARING
from sm_toolkit.language.leaves.floats import FLOATS
from sm_toolkit.language.leaves.lists import LISTS
from sm_toolkit.language.leaves.maps import MAPS
from sm_toolkit.language.leaves.maybes import MAYBES
from sm_toolkit.language.leaves.moving import MOVING
from sm_toolkit.language.leaves.numbers import NUMBERS
from sm_toolkit.language.leaves.record import PrimitiveRecord
from sm_toolkit.language.leaves.shapes import SHAPES, Family
from sm_toolkit.language.leaves.texts import TEXTS

__all__ = ["BY_OPCODE", "FAMILIES", "PRIMITIVES", "Family", "PrimitiveRecord", "primitive_record"]

PRIMITIVES: dict[str, PrimitiveRecord] = {
    record.name: record
    for record in (*MOVING, *NUMBERS, *COMPARING, *FLOATS, *TEXTS, *BYTE_STRINGS, *MAYBES, *LISTS, *MAPS)
}
"""Every primitive, by name."""

FAMILIES: dict[str, Family] = {family.name: family for family in SHAPES}
"""Every family of primitives, by name: of these there is one for each choice of types."""

BY_OPCODE: dict[int, PrimitiveRecord | Family] = {
    **{record.opcode: record for record in PRIMITIVES.values()},
    **{family.opcode: family for family in FAMILIES.values()},
}


def primitive_record(name: str, types: tuple[Type[Any], ...] = ()) -> PrimitiveRecord:
    """Return the record of a primitive; of a family's, with the types that choose it.

    Raises:
        KeyError: there is none of that name.
        TypeError: the family has none for these types.
    """
    record = PRIMITIVES.get(name)
    if record is not None:
        return record
    family = FAMILIES[name]
    if len(types) != len(family.kinds) or any(type_.has_variables for type_ in types):
        raise TypeError(f"`{name}` takes {' and '.join(family.kinds)}, without variables")
    return family.make(*types)
