"""Whether all values meet some `case` of a `match`, and which `case` no value reaches.

The question of both is whether a row of patterns is useful after others: Maranget, "Warnings for pattern matching",
Journal of Functional Programming 17 (2007), section 3.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from sm_toolkit.language.data.types import Type, is_record_head
from sm_toolkit.language.functions.patterns import ANYTHING, Anything, Either, Literal, Made, Named, Pattern, ways
from sm_toolkit.language.functions.translating import Translator
from sm_toolkit.language.functions.words import said

Row: TypeAlias = "tuple[Pattern, ...]"


Spend: TypeAlias = Callable[[], None]
"""What is called at each step: it raises an error if there are too many, for there may be."""


def _freely() -> None:
    pass


def missed(rows: Sequence[Row], types: tuple[Type[Any], ...], spend: Spend = _freely) -> list[str] | None:
    """Return how a value is written that meets none of some rows of patterns, part by part; None if each meets one."""
    if not types:
        return None if rows else []
    spend()
    if any(all(isinstance(pattern, Anything) for pattern in row) for row in rows):
        return None
    first, rest = types[0], types[1:]
    opened = [row for row in _opened(rows)]
    known = ways(first)
    used = {row[0].way for row in opened if isinstance(row[0], Made)}
    if known and used:
        for number, way in enumerate(known):
            if number in used:
                found = missed([*_specialized(opened, number, len(way.parts))], (*way.parts, *rest), spend)
                if found is not None:
                    count = len(way.parts)
                    return [way.written.format(*found[:count]), *found[count:]]
            else:
                found = missed([row[1:] for row in opened if isinstance(row[0], Anything)], rest, spend)
                if found is not None:
                    return [way.written.format(*[_example(part) for part in way.parts]), *found]
        return None
    literals = dict.fromkeys(row[0].value for row in opened if isinstance(row[0], Literal))
    for value in literals:
        matching = [row for row in opened if isinstance(row[0], Anything) or row[0] == Literal(value)]
        found = missed([row[1:] for row in matching], rest, spend)
        if found is not None:
            return [repr(value), *found]
    found = missed([row[1:] for row in opened if isinstance(row[0], Anything)], rest, spend)
    if found is None:
        return None
    if not literals:
        return ["_", *found]
    return [f"<{said(first)} other than {', '.join(map(repr, literals))}>", *found]


def _example(type_: Type[Any]) -> str:
    if is_record_head(type_.head):
        return ways(type_)[0].written.format(*["_"] * len(type_.args))
    return "_"


def is_useful(rows: Sequence[Row], row: Row, types: tuple[Type[Any], ...], spend: Spend = _freely) -> bool:
    """Tell whether some value meets a row of patterns and none of those before it."""
    if not types:
        return not rows
    spend()
    if any(all(isinstance(pattern, Anything) for pattern in each) for each in rows):
        return False
    first, rest = types[0], types[1:]
    head = row[0]
    while isinstance(head, Named):
        head = head.pattern
    opened = [each for each in _opened(rows)]
    if isinstance(head, Either):
        before = list(rows)
        return any(is_useful(before, (pattern, *row[1:]), types, spend) for pattern in head.patterns)
    if isinstance(head, Made):
        count = len(head.parts)
        of = ways(first)[head.way].parts
        return is_useful([*_specialized(opened, head.way, count)], (*head.parts, *row[1:]), (*of, *rest), spend)
    if isinstance(head, Literal):
        matching = [each for each in opened if isinstance(each[0], Anything) or each[0] == head]
        return is_useful([each[1:] for each in matching], row[1:], rest, spend)
    known = ways(first)
    used = {each[0].way for each in opened if isinstance(each[0], Made)}
    if known and len(used) == len(known):
        for number, way in enumerate(known):
            inside = (*(ANYTHING,) * len(way.parts), *row[1:])
            if is_useful([*_specialized(opened, number, len(way.parts))], inside, (*way.parts, *rest), spend):
                return True
        return False
    return is_useful([each[1:] for each in opened if isinstance(each[0], Anything)], row[1:], rest, spend)


def _opened(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield rows whose first pattern is neither of several nor named."""
    for row in rows:
        work: list[Pattern] = [row[0]]
        while work:
            head = work.pop()
            if isinstance(head, Named):
                work.append(head.pattern)
            elif isinstance(head, Either):
                work.extend(reversed(head.patterns))
            else:
                yield (head, *row[1:])


def _specialized(rows: Sequence[Row], way: int, count: int) -> Iterator[Row]:
    """Yield the rows that values made in one way may meet, with patterns for their parts."""
    for row in rows:
        head = row[0]
        if isinstance(head, Made) and head.way == way:
            yield (*head.parts, *row[1:])
        elif isinstance(head, Anything):
            yield (*(ANYTHING,) * count, *row[1:])


def check_cases(t: Translator, node: ast.Match, patterns: list[Pattern], type_: Type[Any]) -> None:
    """Refuse a `match` of which a `case` is met by no value, or that leaves values out.

    Raises:
        FunctionError: it is one.
    """
    before: list[tuple[Pattern, ...]] = []
    for case, pattern in zip(node.cases, patterns, strict=True):
        if not is_useful(before, (pattern,), (type_,), lambda: t.spend(node)):
            t.refuse(
                case.pattern, "no value gets here: those before it take all", "leave this `case` out, or move it up"
            )
        if case.guard is None:
            before.append((pattern,))
    found = missed(before, (type_,), lambda: t.spend(node))
    if found is not None:
        head = ast.copy_location(ast.Pass(), node)
        head.end_lineno, head.end_col_offset = node.subject.end_lineno, node.subject.end_col_offset
        if not before:
            problem = f"each `case` has a guard, and {said(type_)} may meet none"
            t.refuse(head, problem, "add `case _:`, without a guard")
        whole = "<" in found[0]
        told = found[0].replace("<", "").replace(">", "") if whole else f"`{found[0]}`"
        if found[0].startswith("<"):
            told = f"{'an' if told.startswith('int') else 'a'} {told}"
        what = "what is not None" if found[0] == "_" and type_.head == "Maybe" else told
        unguarded = ", without a guard" if any(case.guard for case in node.cases) else ""
        t.refuse(head, f"no `case` takes {what}", f"add `case {'_' if whole else found[0]}:`{unguarded}")
