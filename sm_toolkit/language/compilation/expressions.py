"""Expressions as text: values whose operands are written already. Statements are in ``emission``.

An integer that may pass the limit is made as if it could not; only then it is asked, one of Python's digits first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sm_toolkit.language.compilation.blocks import Growing, Spelled, Template
from sm_toolkit.language.compilation.making import Expression
from sm_toolkit.language.leaves.record import SideClass

MOST_UNASKED = 4
"""Of up to so many integers in a row, each made of the one before, only the last is asked whether it is too large."""

DIGIT_BITS = 30
"""Python's digits have so many bits. It compares integers of one digit faster than others."""

Text: TypeAlias = tuple[str, bool]
"""An expression, and whether it holds together without brackets."""


@dataclass(frozen=True)
class Number:
    """How an integer is written: as ``made``, or as ``run``, which asks the limit.

    It was not asked whether it passes a limit, ``below`` or ``above``, and so were not those that it is made of,
    ``unasked`` with itself. If it has no more than ``bits``, all of them are within the limits.
    """

    made: Text
    run: Text
    bits: int = 0
    below: bool = False
    above: bool = False
    unasked: int = 0


def grown(how: Growing, operands: list[Number], limit: int) -> Number:
    """Return how an integer is written that is made of others, at most one of which was not asked."""
    made, run = (
        filled(expression, [text for text, _ in texts], [text if atomic else f"({text})" for text, atomic in texts])
        for expression, texts in (
            (how.made, [operand.made for operand in operands]),
            (how.run, [operand.run for operand in operands]),
        )
    )
    for one in operands:
        if one.unasked:
            # Nearer to 0 than half of the limit, it tells that one which is a little further is within it.
            bits = one.bits - (how.excess != 0)
            return Number(made, run, bits, how.below or one.below, how.above or one.above, one.unasked + 1)
    return Number(made, run, limit, how.below, how.above, 1)


def may_wait(number: Number, following: Any) -> bool:
    """Tell whether an integer need not be asked, since another that is made of it at once tells enough of it."""
    return (
        isinstance(following, Growing)
        and following.excess is not None
        and following.excess.bit_length() < number.bits
        and number.unasked < MOST_UNASKED
    )


def passes(name: str, number: Number) -> str:
    """Return the test whether an integer may pass the limits."""
    most = 2 ** min(number.bits, DIGIT_BITS) - 1
    ends = [f"{name} > {most}"] * number.above + [f"{name} < -{most}"] * number.below
    if number.bits <= DIGIT_BITS:
        return " or ".join(ends)
    return f"{ends[0] if len(ends) == 1 else f'({ends[0]} or {ends[1]})'} and {name}.bit_length() > {number.bits}"


def filled(expression: Expression, texts: list[str], tight: list[str]) -> Text:
    """Put operands into an expression, in brackets but where they are arguments of a call; is it all one call?"""
    parts, one_call = _pattern(expression)
    return "".join(
        [part if isinstance(part, str) else texts[part[0]] if part[1] else tight[part[0]] for part in parts]
    ), one_call


@lru_cache(4096)
def _pattern(expression: Expression) -> tuple[tuple[str | tuple[int, bool], ...], bool]:
    """Return an expression with each of its holes told to be an argument or not, and whether it is all one call."""
    parts: list[str | tuple[int, bool]] = []
    for place, part in enumerate(expression):
        if isinstance(part, str):
            parts.append(part)
            continue
        before, after = (str(expression[place + way]) if place + way < len(expression) else "" for way in (-1, 1))
        parts.append((part, before.endswith(("(", ", ")) and after.startswith((")", ", "))))
    called, *between = [part for part in expression if isinstance(part, str)]
    one_call = called[:-1].isidentifier() and called[-1:] == "(" and "".join(between).strip(", ") == ")"
    return tuple(parts), one_call


def _quoted(text: str) -> str:
    return f'"{text}"'  # the usual texts have nothing in them to escape


def spelled(how: Spelled, texts: list[str], literal: Callable[[Any], str]) -> Text:
    """Return what a text spells."""
    chain = "".join(f"{literal(result)} if {texts[0]} == {_quoted(usual)} else " for usual, result in how.usual)
    return chain + how.reader.format(*texts), False


def compared(how: Spelled, texts: list[str], side: SideClass) -> str:
    """Return the test whether what a text spells is of a side; the value itself is not wanted."""
    text = texts[0]
    these = [f"{text} == {_quoted(usual)}" for usual, value in how.usual if value.__class__ is side]
    others = [f"{text} != {_quoted(usual)}" for usual, value in how.usual if value.__class__ is not side]
    parsed = f"{how.reader.format(*texts)}.__class__ is {side.__name__}"
    rest = " and ".join([*others, parsed])
    return " or ".join([*these, f"({rest})" if these and others else rest])


def shown(template: Template, texts: list[str]) -> Text:
    """Return the text form of a value of which the parts are written."""
    quick = "".join(part if isinstance(part, str) else f"{{{texts[part]}}}" for part in template.parts)
    quick = f'f"{quick}"'
    if template.whole is None:
        return quick, True
    least = {False: "-(2**64) <", True: "0 <="}
    guards = dict.fromkeys(f"{least[argument]} {texts[index]} < 2**64" for index, argument in template.numbers)
    return f"{quick} if {' and '.join(guards)} else show({', '.join(texts[template.whole :])})", False
