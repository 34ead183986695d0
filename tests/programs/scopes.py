"""What is known of the names at a place of a random program: their types, and what was found out about them there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sm_toolkit.language import Unit
from tests.programs.shapes import AnyType, is_record, is_tuple, labels


def alternatives(type_: AnyType) -> tuple[AnyType, ...]:
    """Return what a test may tell apart in values of a type."""
    return (Unit, *type_.args) if type_.head == "Maybe" else type_.args if type_.head == "Variant" else ()


@dataclass(frozen=True)
class Variable:
    """A name's type, which alternatives of it are left here, and what may be done with the name.

    Of a ``vague`` one something was found out, by what it was set to or matched with, that is not followed here. So it
    is not asked what it is, and used only where its place says its type.
    """

    declared: AnyType
    assignable: bool = True
    vague: bool = False
    left: tuple[AnyType, ...] | None = None

    @property
    def rest(self) -> tuple[AnyType, ...]:
        return alternatives(self.declared) if self.left is None else self.left

    @property
    def current(self) -> AnyType:
        """The type of the values that the name may have here, or its own if Python has no other name for that."""
        return self.rest[0] if len(self.rest) == 1 else self.declared

    @property
    def blurred(self) -> bool:
        return self.vague or (self.left is not None and len(self.left) > 1)

    @property
    def askable(self) -> bool:
        return not self.vague and len(self.rest) > 1


Scope = dict[str, Variable]
"""Names, and also what was matched of their fields and parts, as texts: so that these are vague."""

Path = tuple[str, AnyType]
"""What stands for a value, and its type."""

Narrowing = Mapping[str, tuple[AnyType, ...]]
"""Which alternatives of names are left by a condition."""


def bound(types: Mapping[str, AnyType], *, assignable: bool = True) -> Scope:
    return {name: Variable(type_, assignable) for name, type_ in types.items()}


def narrowed(scope: Scope, narrowing: Narrowing) -> Scope:
    """Return the scope in which some names are known better."""
    return {**scope, **{name: replace(scope[name], left=rest) for name, rest in narrowing.items()}}


def joined(scopes: list[Scope | None]) -> Scope | None:
    """Return what is known where paths meet; None stands for a path that does not get there."""
    reaching = [scope for scope in scopes if scope is not None]
    if not reaching:
        return None
    met: Scope = {}
    for name, variable in reaching[0].items():
        found = [scope[name] for scope in reaching if name in scope]
        if len(found) == len(reaching) and all(other.declared is variable.declared for other in found):
            vague = any(other.vague for other in found)
            of = alternatives(variable.declared)
            left = tuple(part for part in of if any(part in other.rest for other in found))
            now = replace(variable, vague=vague, left=None if left == of else left)
            met[name] = variable if now == variable else now
    for scope in reaching:
        met.update((text, variable) for text, variable in scope.items() if not text.isidentifier())
    return met


def paths(scope: Scope, depth: int = 2) -> Iterator[Path]:
    """Go through the names, their fields and parts, and the fields and parts of these, with their types."""
    for name, variable in scope.items():
        if not variable.blurred and (variable.current is not Unit or variable.declared is Unit):
            yield from (
                (text, type_)
                for text, type_ in _parts(name, variable.current, depth)
                if text == name or text not in scope
            )


def _parts(text: str, type_: AnyType, depth: int) -> Iterator[Path]:
    yield text, type_
    if depth and is_record(type_):
        for label, part in labels(type_).items():
            yield from _parts(f"{text}.{label}", part, depth - 1)
    elif depth and is_tuple(type_):
        for index, part in enumerate(type_.args):
            yield from _parts(f"{text}[{index}]", part, depth - 1)
