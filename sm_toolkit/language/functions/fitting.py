"""What of one type is taken where another one is wanted: a value where it may be missing, a record where a variant."""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.records import Record, Variant
from sm_toolkit.language.data.types import Maybe, Type, Unit, is_record_head, misfit, record_words
from sm_toolkit.language.functions.scopes import UNIT, Typed, inside, part_of, then
from sm_toolkit.language.syntax.terms import FanIn, Fanout, Primitive, Term, Variable


def fitted(given: Typed, wanted: Type[Any]) -> Typed | None:
    """Return a value as one of a wanted type, or nothing if it is not taken there."""
    if given.type is wanted:
        return given
    steps = steps_between(given.type, wanted)
    if steps is None:
        return None
    return Typed(then(*steps) if given is UNIT else then(given.term, *steps), wanted)


def steps_between(given: Type[Any], wanted: Type[Any]) -> list[Term] | None:
    """Return what makes a value of a wanted type out of one of another type."""
    if given is wanted:
        return []
    if wanted.head == "Maybe":
        (some,) = wanted.args
        if given is Unit:
            return [Primitive("nothing", (some,))]
        if given.head == "Maybe":
            inner = steps_between(given.args[0], some)
            if inner is None:
                return None
            missing, there = Primitive("nothing", (some,)), then(*inner, Primitive("just", (some,)))
            return [Primitive("to_either", given.args), FanIn(missing, there)]
        inner = steps_between(given, some)
        return None if inner is None else [*inner, Primitive("just", (some,))]
    if wanted.head == "Variant":
        if is_record_head(given.head):
            return [injection(wanted, given)] if given in wanted.args else None
        if given.head == "Variant" and set(given.args) <= set(wanted.args):
            sides = injection(wanted, given.args[-1])
            made: Term = sides
            for record in reversed(given.args[:-1]):
                made = FanIn(injection(wanted, record), made)
            return [Primitive("split", (given,)), made]
        return None
    if wanted.head in ("Pair", "Tuple") and given.head == wanted.head and len(given.args) == len(wanted.args):
        count = len(given.args)
        parts: list[Term] = []
        for index, (one, other) in enumerate(zip(given.args, wanted.args, strict=True)):
            steps = steps_between(one, other)
            if steps is None:
                return None
            parts.append(then(element(Variable(0), given, index), *steps))
        return [inside(gathered(parts, wanted))] if count else []
    return None


def injection(variant: Type[Any], record: Type[Any]) -> Primitive:
    """Return what takes a record as one of a variant."""
    return Primitive("inject", (variant, Record(record_words(record.head)[0])))


def sorted_out(variant: Type[Any], wanted: tuple[Type[Any], ...]) -> list[Term]:
    """Return what gives a variant as Left of some of its records or Right of the others, a variant if they are many."""
    rest = tuple(record for record in variant.args if record not in wanted)
    made: Term | None = None
    for record in reversed(variant.args):
        group, side = (wanted, "inl") if record in wanted else (rest, "inr")
        steps: list[Term] = (
            [Primitive(side)] if len(group) == 1 else [injection(Variant(*group), record), Primitive(side)]
        )
        made = then(*steps) if made is None else FanIn(then(*steps), made)
    assert made is not None
    return [Primitive("split", (variant,)), made]


def element(whole: Term, type_: Type[Any], index: int) -> Term:
    """Return the term that gives a part of a tuple."""
    if type_.head == "Pair":
        return part_of(whole, index, 2)
    return part_of(then(whole, Primitive("from_tuple", (type_,))), index, len(type_.args))


def gathered(parts: list[Term], type_: Type[Any]) -> Term:
    """Return the term of a tuple of what some terms give."""
    made = parts[0]
    for part in parts[1:]:
        made = Fanout(made, part)
    return made if type_.head == "Pair" else then(made, Primitive("to_tuple", (type_,)))


def joined(one: Type[Any], other: Type[Any]) -> Type[Any] | None:
    """Return the smallest type in which values of both are taken, if there is one."""
    if one is other:
        return one
    if Unit in (one, other):
        some = other if one is Unit else one
        return some if some.head == "Maybe" else _maybe(some)
    if "Maybe" in (one.head, other.head):
        inner = joined(*(each.args[0] if each.head == "Maybe" else each for each in (one, other)))
        return None if inner is None else _maybe(inner)
    if one.head == other.head and one.head in ("Pair", "Tuple") and len(one.args) == len(other.args):
        parts = [joined(*both) for both in zip(one.args, other.args, strict=True)]
        if any(part is None for part in parts):
            return None
        return Type(one.head, tuple(part for part in parts if part is not None))
    records = [*_alternatives(one), *_alternatives(other)]
    if records and _alternatives(one) and _alternatives(other):
        return _variant(one, other, records)
    return None


def _maybe(some: Type[Any]) -> Type[Any] | None:
    made: Type[Any] = Type("Maybe", (some,))
    return Maybe(some) if misfit(made) is None else None


def _alternatives(type_: Type[Any]) -> tuple[Type[Any], ...]:
    return type_.args if type_.head == "Variant" else (type_,) if is_record_head(type_.head) else ()


def _variant(one: Type[Any], other: Type[Any], records: list[Type[Any]]) -> Type[Any] | None:
    for larger, smaller in ((one, other), (other, one)):
        if set(_alternatives(smaller)) <= set(_alternatives(larger)):
            return larger
    distinct = list(dict.fromkeys(records))
    try:
        return Variant(*distinct)
    except ValueError:
        return None
