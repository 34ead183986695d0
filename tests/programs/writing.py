"""What all writers of random expressions share: names in a scope, and a choice among ways."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from sm_toolkit.language import Int
from tests.programs.scopes import Narrowing, Path, Scope, paths
from tests.programs.shapes import AnyType, Shapes, tells_itself

Ways = list[tuple[float, Callable[[], str]]]


@dataclass(frozen=True)
class Helper:
    """A function that may be called: its parameters' types and its result's."""

    name: str
    parameters: tuple[AnyType, ...]
    result: AnyType


class NoExpressionError(Exception):
    """Nothing of the type can be written where nothing says the type; the program is made anew."""


class Writer(ABC):
    """Writes expressions in a scope, which those that bind names change while they are written.

    A type is ``hinted`` if the place of the expression says it; elsewhere the expression itself must show its type.
    """

    def __init__(self, random: Random, shapes: Shapes) -> None:
        self.random = random
        self.shapes = shapes
        self.scope: Scope = {}
        self.found: list[Path] | None = None
        self.helpers: list[Helper] = []
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def name(self, stem: str = "v") -> str:
        self.count += 1
        return f"{stem}{self.count}"

    @contextmanager
    def within(self, scope: Scope) -> Iterator[None]:
        kept = self.scope, self.found
        self.scope, self.found = scope, None
        yield
        self.scope, self.found = kept

    def pick(self, ways: Ways) -> str:
        [way] = self.random.choices([way for _, way in ways], [weight for weight, _ in ways])
        return way()

    def paths(self) -> list[Path]:
        """Return the names, their fields and parts, and the fields and parts of these, with their types."""
        if self.found is None:
            self.found = list(paths(self.scope))
        return self.found

    def of_type(self, type_: AnyType) -> list[str]:
        return [text for text, of in self.paths() if of is type_]

    def can_tell(self, type_: AnyType) -> bool:
        """Tell whether something of the type can be written where nothing says the type."""
        return tells_itself(type_) or bool(self.of_type(type_))

    def known(self, fits: Callable[[AnyType], bool]) -> Path | None:
        """Choose among the names and their parts one of a type that fits."""
        found = [path for path in self.paths() if fits(path[1])]
        return self.random.choice(found) if found else None

    def some(self, fits: Callable[[AnyType], bool], otherwise: Callable[[], AnyType], size: int) -> Path:
        """Choose something known, or make an expression that shows its type."""
        path = self.known(fits)
        if path is not None and self.chance(0.8):
            return path
        type_ = otherwise()
        return self.expression(type_, size, hinted=False), type_

    def simple(self, size: int = 2) -> AnyType:
        """Choose a type whose values show it."""
        while not tells_itself(type_ := self.shapes.type(size)):
            pass
        return type_

    def part(self, n: int) -> str:
        """Write the bounds of a slice."""
        ends = [
            self.expression(Int, n if self.chance(0.3) else 0, hinted=False) if self.chance(0.7) else "" for _ in "ab"
        ]
        return ":".join(str(self.random.randint(-3, 3)) if end and self.chance(0.5) else end for end in ends)

    @abstractmethod
    def expression(self, type_: AnyType, size: int, *, hinted: bool = True) -> str:
        """Write an expression of a type; the larger ``size``, the more may be in it."""

    @abstractmethod
    def condition(self, n: int) -> tuple[str, Narrowing, Narrowing]:
        """Write a test, and return what is known of names if it holds, and if it does not."""

    @abstractmethod
    def clauses(self, n: int) -> tuple[str, Scope]:
        """Write the ``for`` and ``if`` of a comprehension, and return what is known where its item stands."""
