"""How a primitive that works on any type is made by its name."""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.types import Type, expect_types
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import Primitive


def named(name: str, *types: Type[Any] | None) -> Machine[Any, Any, Any]:
    """Return the primitive of a name, at these types or, if they are None, at those that its place fixes.

    Raises:
        TypeError: one of them is no type of the language, or some are given and some not.
    """
    given = tuple(type_ for type_ in types if type_ is not None)
    expect_types(f"{name}(…)", *given)
    if given and len(given) != len(types):
        raise TypeError(f"`{name}` takes all {len(types)} types or none")
    return Machine(Primitive(name, given))
