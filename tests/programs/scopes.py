"""What is known of the names at a place of a random program: their types, and what was found out about them there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sm_toolkit.language import Unit
from tests.programs.shapes import AnyType, is_record, is_tuple, labels


@dataclass(frozen=True)
class Variable:
    """A name's type, the part of it that is left here, and what may be done with the name.

    What is ``settled`` has been asked for its kind already, so that to ask again would be in vain.
    """

    declared: AnyType
    current: AnyType
    assignable: bool = True
    settled: bool = False


Scope = dict[str, Variable]
Path = tuple[str, AnyType]
"""What stands for a value, and its type."""

Narrowing = Mapping[str, AnyType]
"""What a condition tells of names; the type that they have anyway tells only that they are settled."""


def bound(types: Mapping[str, AnyType], *, assignable: bool = True) -> Scope:
    return {name: Variable(type_, type_, assignable) for name, type_ in types.items()}


def narrowed(scope: Scope, narrowing: Narrowing) -> Scope:
    """Return the scope in which some names are known better."""
    known = {name: replace(scope[name], current=type_, settled=True) for name, type_ in narrowing.items()}
    return {**scope, **known}


def joined(scopes: list[Scope | None]) -> Scope | None:
    """Return what is known where paths meet; None stands for a path that does not get there."""
    reaching = [scope for scope in scopes if scope is not None]
    if not reaching:
        return None
    first, *others = reaching
    met: Scope = {}
    for name, variable in first.items():
        found = [scope.get(name) for scope in others]
        if all(other is not None and other.declared is variable.declared for other in found):
            same = all(other is not None and other == variable for other in found)
            met[name] = variable if same else replace(variable, current=variable.declared, settled=False)
    return met


def paths(scope: Scope, depth: int = 2) -> Iterator[Path]:
    """Go through the names, their fields and parts, and the fields and parts of these, with their types."""
    for name, variable in scope.items():
        if variable.current is not Unit or variable.declared is Unit:
            yield from _parts(name, variable.current, depth)


def _parts(text: str, type_: AnyType, depth: int) -> Iterator[Path]:
    yield text, type_
    if depth and is_record(type_):
        for label, part in labels(type_).items():
            yield from _parts(f"{text}.{label}", part, depth - 1)
    elif depth and is_tuple(type_):
        for index, part in enumerate(type_.args):
            yield from _parts(f"{text}[{index}]", part, depth - 1)
