"""How types print, however large: in pieces, given the head of each part and how many parts it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from sm_toolkit.language.data.type_heads import is_record_head, is_variable_head, record_words

Printed: TypeAlias = "tuple[str, Sequence[str], str, str]"
"""How a type prints: what comes first, what before each part, what between them, what comes last."""


def as_read(head: str, count: int) -> Printed:
    """Print as people read it: ``Either[Int, (Str, Bool)]``."""
    nothing = [""] * count
    if is_record_head(head):
        name, labels = record_words(head)
        return f"{name}(", [f"{label}: " for label in labels], ", ", ")"
    if head == "Variant":
        return "", nothing, " | ", ""
    if head in ("Pair", "Tuple"):
        return "(", nothing, ", ", ")"
    return (f"{head}[", nothing, ", ", "]") if count else (head, (), "", "")


def as_written(head: str, count: int) -> Printed:
    """Print as the Python expression that makes it: ``Either(Int, Pair(Str, Bool))``."""
    nothing = [""] * count
    if is_record_head(head):
        name, labels = record_words(head)
        return f"Record({name!r}{', ' if count else ''}", [f"{label}=" for label in labels], ", ", ")"
    if is_variable_head(head):
        return f"Var({head!r})", (), "", ""
    return (f"{head}(", nothing, ", ", ")") if count else (head, (), "", "")


def tokens(type_: Any, layout: Callable[[str, int], Printed], most: int) -> Iterator[str]:
    """Yield the printed parts of a type, leaving out what comes after ``most`` nodes."""
    printed = 0
    work: list[Any] = [type_]
    while work:
        current = work.pop()
        if isinstance(current, str):
            yield current
            continue
        printed += 1
        if printed > most and current.args:
            yield "…"
            continue
        first, before, between, last = layout(current.head, len(current.args))
        yield first
        work.append(last)
        for index in reversed(range(len(current.args))):
            work += [current.args[index], between * (index > 0) + before[index]]
