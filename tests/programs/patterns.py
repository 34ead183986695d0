"""Random patterns that cover a type: each value is taken by one of them, and none of them is in vain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from sm_toolkit.language import Bool, Bytes, Int, Str, Unit
from tests.programs.scopes import Scope, Variable, bound
from tests.programs.shapes import AnyType, class_name, is_record, is_tuple, labels
from tests.programs.writing import Writer

V = TypeVar("V")

MOST = 6
"""How many patterns a match has; where there would be more, parts are captured and not looked into."""


@dataclass(frozen=True)
class Pattern:
    """A pattern's text and what it captures; one that is ``whole`` takes everything that is left."""

    text: str
    captures: Scope = field(default_factory=dict)
    whole: bool = False


class Patterns(Writer):
    """Writes patterns; ``inside`` others, or after more than ``None``, a name does not tell that it holds no None."""

    def capture(self, type_: AnyType, *, vague: bool = False) -> Pattern:
        if type_ is Unit or self.chance(0.3):
            return Pattern("_", whole=True)
        name = self.name("p")
        return Pattern(name, {name: Variable(type_, vague=vague)}, whole=True)

    def cover(self, type_: AnyType, depth: int, *, inside: bool = True, named: bool = True) -> list[Pattern]:
        """Return patterns in an order in which each takes something that those before it leave."""
        if depth <= 0:
            return [self.capture(type_)]
        parts = self.merged(self.parts(type_, depth, inside))
        if named:
            parts = self.named(parts, type_)
        if len(parts) > 2 and self.chance(0.3):  # all the rest at once
            kept = self.random.randint(1, len(parts) - 2)
            return [*parts[:kept], self.capture(type_, vague=True)]
        return parts

    def parts(self, type_: AnyType, depth: int, inside: bool) -> list[Pattern]:
        inner = depth - 1
        if type_ is Bool and self.chance(0.7):
            return self.shuffled([Pattern("True"), Pattern("False")])
        if type_ in (Int, Str, Bytes) and self.chance(0.6):
            texts = {self.shapes.value(type_) for _ in range(self.random.randint(1, 3))}
            return [*map(Pattern, sorted(texts)), self.capture(type_)]
        if type_.head == "Maybe":
            some = self.cover(type_.args[0], inner, named=False)
            if not some[-1].whole or (len(some) == 1 and not inside):
                return [Pattern("None"), *some]
            at = self.random.randint(0, len(some) - 1)  # before what takes everything
            return [*some[:-1][:at], Pattern("None"), *some[:-1][at:], self.capture(type_, vague=True)]
        if type_.head == "Either":
            sides = [
                [self.around(f"{side}(", [one], ")") for one in self.cover(part, inner)]
                for side, part in zip(("Left", "Right"), type_.args, strict=True)
            ]
            return [one for side in self.shuffled(sides) for one in side]
        if type_.head == "Variant":
            alternatives = self.shuffled(list(type_.args))
            return [one for record in alternatives for one in self.named(self.records(record, inner), record)]
        if is_record(type_):
            return self.records(type_, inner)
        if is_tuple(type_):
            return [self.around("(", chosen, ")") for chosen in self.rows(list(type_.args), inner)]
        return [self.capture(type_)]

    def records(self, type_: AnyType, depth: int) -> list[Pattern]:
        fields = labels(type_)
        name = class_name(type_)
        if not fields or self.chance(0.15):
            return [Pattern(f"{name}()")]
        shown = list(fields)
        if self.chance(0.3):  # by name, and perhaps not all
            shown = self.random.sample(shown, self.random.randint(1, len(shown)))
            return [
                self.around(
                    f"{name}(",
                    [replace(one, text=f"{label}={one.text}") for label, one in zip(shown, row, strict=True)],
                    ")",
                )
                for row in self.rows([fields[label] for label in shown], depth)
            ]
        first = self.random.randint(0, len(shown))  # so many by place
        return [
            self.around(
                f"{name}(",
                [
                    one if at < first else replace(one, text=f"{label}={one.text}")
                    for at, (label, one) in enumerate(zip(shown, row, strict=True))
                ],
                ")",
            )
            for row in self.rows(list(fields.values()), depth)
        ]

    def rows(self, types: list[AnyType], depth: int) -> list[tuple[Pattern, ...]]:
        """Return patterns for several values at once; the names in a row are its own."""
        rows: list[tuple[Pattern, ...]] = [()]
        for type_ in types:
            longer: list[tuple[Pattern, ...]] = []
            for row in rows:
                deep = depth if len(rows) < MOST else 0
                longer += [(*row, one) for one in self.cover(type_, deep)]
            rows = longer
        return rows

    def around(self, begin: str, chosen: tuple[Pattern, ...] | list[Pattern], end: str) -> Pattern:
        captures = {name: variable for one in chosen for name, variable in one.captures.items()}
        return Pattern(begin + ", ".join(one.text for one in chosen) + end, captures)

    def merged(self, patterns: list[Pattern]) -> list[Pattern]:
        """Put some neighbours that capture nothing into one pattern."""
        made: list[Pattern] = []
        for one in patterns:
            last = made[-1] if made else None
            free = last is not None and not (last.captures or one.captures or last.whole or one.whole)
            if free and last is not None and self.chance(0.3):
                made[-1] = Pattern(f"{last.text} | {one.text}")
            else:
                made.append(one)
        return made

    def named(self, patterns: list[Pattern], type_: AnyType) -> list[Pattern]:
        """Give names to some."""
        return [self.with_name(one, type_) if self.chance(0.1) else one for one in patterns]

    def with_name(self, one: Pattern, type_: AnyType) -> Pattern:
        if type_.head == "Maybe" and "None" not in one.text.split(" | "):
            type_ = type_.args[0]  # it is there
        if one.whole or type_.head in ("Maybe", "Variant", "Either"):
            return one
        name = self.name("p")
        return Pattern(f"({one.text}) as {name}", {**one.captures, **bound({name: type_})})

    def shuffled(self, items: list[V]) -> list[V]:
        return self.random.sample(items, len(items))
