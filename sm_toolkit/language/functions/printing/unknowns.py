"""Values that are not there yet: what is known of them, and how they are written."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sm_toolkit.language.data.sides import Left
from sm_toolkit.language.data.types import Type, Unit
from sm_toolkit.language.functions.printing.naming import Program, literal, name
from sm_toolkit.language.functions.printing.recognising import SCALARS


@dataclass(frozen=True)
class Atom:
    """What an expression gives that costs nothing: a name, a part of one, a constant.

    ``type`` is what the translation takes it for: of a record in a variant the record, of what is there its type.
    """

    written: ast.expr
    type: Type[Any]


@dataclass(frozen=True)
class Both:
    """A pair of which both halves are known."""

    left: Unknown
    right: Unknown


@dataclass(frozen=True)
class Side:
    """A Left or a Right, of which it is known which."""

    is_left: bool
    value: Unknown


@dataclass(frozen=True)
class Opened:
    """A sum by what something is: None is Left of Unit; a record of a variant is in sums nested to the right."""

    atom: Atom


Unknown: TypeAlias = Atom | Both | Side | Opened

NOTHING = Atom(ast.Constant(None), Unit)
"""The one value of Unit."""


def known(program: Program, value: Any, type_: Type[Any]) -> Unknown:
    """Return a constant; the halves of pairs and the insides of sums are known."""
    if type_ is Unit:
        return NOTHING
    if type_.head == "Pair":
        left, right = (known(program, *both) for both in zip(value, type_.args, strict=True))
        return Both(left, right)
    if type_.head == "Either":
        is_left = isinstance(value, Left)
        return Side(is_left, known(program, value.value, type_.args[not is_left]))
    if type_ in SCALARS:
        return Atom(literal(value), type_)
    return Atom(name(program.constant(value, type_)), type_)


def part(value: Unknown, index: int) -> Unknown:
    """Return a half of a pair."""
    if isinstance(value, Both):
        return value.right if index else value.left
    assert isinstance(value, Atom)
    return item(value, index)


def item(value: Atom, index: int) -> Unknown:
    """Return a part of a tuple."""
    type_ = value.type.args[index]
    return NOTHING if type_ is Unit else Atom(ast.Subscript(value.written, ast.Constant(index), ast.Load()), type_)


def pairs(values: Sequence[Unknown]) -> Unknown:
    """Return values in pairs nested to the left; Unit of none."""
    if not values:
        return NOTHING
    made = values[0]
    for each in values[1:]:
        made = Both(made, each)
    return made


def unpaired(value: Unknown, count: int) -> list[Unknown]:
    """Return so many values in pairs nested to the left."""
    found: list[Unknown] = []
    for _ in range(count - 1):
        found.append(part(value, 1))
        value = part(value, 0)
    return [*reversed([*found, value])] if count else []


def same(one: Unknown, other: Unknown) -> bool:
    """Tell whether two values are written alike."""
    work = [(one, other)]
    while work:
        left, right = work.pop()
        if left is right:
            continue
        match left, right:
            case Atom(), Atom():
                if left.type is not right.type or ast.dump(left.written) != ast.dump(right.written):
                    return False
            case Both(), Both():
                work += [(left.left, right.left), (left.right, right.right)]
            case Side(), Side():
                if left.is_left is not right.is_left:
                    return False
                work.append((left.value, right.value))
            case Opened(), Opened():
                work.append((left.atom, right.atom))
            case _:
                return False
    return True
