"""Random expressions that are numbers or texts."""

from __future__ import annotations

from collections.abc import Callable

from sm_toolkit.language import Bool, Float, Int, List, Str
from tests.programs.shapes import AnyType
from tests.programs.writing import Ways, Writer


class Scalars(Writer):
    def integers(self, n: int) -> Ways:
        def two(sign: str, weight: float) -> tuple[float, Callable[[], str]]:
            return (
                weight,
                lambda: f"({self.expression(Int, n, hinted=False)} {sign} {self.expression(Int, n, hinted=False)})",
            )

        def small() -> str:
            return str(self.random.choice((2, 3, 5, 7, -2, -7, 10)))

        return [
            two("+", 2),
            two("-", 2),
            two("*", 1),
            two("//", 0.5),
            two("%", 0.5),
            (1, lambda: f"({self.expression(Int, n, hinted=False)} // {small()})"),
            (1, lambda: f"({self.expression(Int, n, hinted=False)} % {small()})"),
            (0.5, lambda: f"({self.random.choice('-+')}{self.expression(Int, n, hinted=False)})"),
            (0.5, lambda: f"abs({self.expression(Int, n, hinted=False)})"),
            (1, lambda: self.extreme(Int, n)),
            (0.5, lambda: f"{self.random.choice(('int', 'round'))}({self.expression(Float, n, hinted=False)})"),
            (1.5, lambda: f"len({self.some(lambda t: t is Str or t.head in ('List', 'Map'), lambda: Str, n)[0]})"),
            (0.5, lambda: f"{self.expression(Str, n, hinted=False)}.find({self.expression(Str, 0, hinted=False)})"),
            (1.5, lambda: self.total(n)),
            (1, lambda: self.least(Int, n)),
        ]

    def floats(self, n: int) -> Ways:
        def two(sign: str) -> tuple[float, Callable[[], str]]:
            return (
                1,
                lambda: f"({self.expression(Float, n, hinted=False)} {sign} {self.expression(Float, n, hinted=False)})",
            )

        return [
            *(two("+"), two("-"), two("*"), two("/")),
            (1, lambda: f"float({self.expression(Int, n, hinted=False)})"),
            (0.5, lambda: f"(-{self.expression(Float, n, hinted=False)})"),
            (0.5, lambda: f"abs({self.expression(Float, n, hinted=False)})"),
            (1, lambda: self.extreme(Float, n)),
            (0.5, lambda: self.least(Float, n)),
        ]

    def texts(self, n: int) -> Ways:
        def text(size: int = n) -> str:
            return self.expression(Str, size, hinted=False)

        def number(size: int = n) -> str:
            return self.expression(Int, size, hinted=False)

        return [
            (2, lambda: f"({text()} + {text()})"),
            (0.7, lambda: f"({text()} * {self.random.choice((0, 1, 2, 3, -1)) if self.chance(0.8) else number()})"),
            (3, self.formatted),
            (2, lambda: f"{text()}[{self.part(n)}]"),
            (1, lambda: f"{text()}.{self.random.choice(('upper', 'lower', 'strip'))}()"),
            (1, lambda: f"{text()}.replace({text(0)}, {text(0)})"),
            (2, lambda: f"str({self.expression(self.random.choice((Int, Bool, Str)), n, hinted=False)})"),
            (0.5, lambda: self.extreme(Str, n)),
            (0.5, lambda: self.least(Str, n)),
        ]

    def formatted(self) -> str:
        pieces: list[str] = []
        for _ in range(self.random.randint(1, 3)):
            pieces.append(self.random.choice(("", "a", " ", "n=", "{{}}", "é", "'", "\\n")))
            inner = self.expression(self.random.choice((Int, Int, Bool, Str)), 1, hinted=False)
            if not any(sign in inner for sign in "'\"\\{}"):
                pieces.append(f"{{({inner})}}")
        return f'f"{"".join(pieces)}"'

    def extreme(self, type_: AnyType, n: int) -> str:
        count = self.random.choice((2, 2, 3))
        parts = ", ".join(self.expression(type_, n, hinted=False) for _ in range(count))
        return f"{self.random.choice(('min', 'max'))}({parts})"

    def total(self, n: int) -> str:
        """Write a sum of integers: that of floats is another in other versions of Python."""
        items = self.some(lambda t: t is List(Int), lambda: List(Int), n)[0]
        if self.chance(0.3):
            path = self.known(lambda t: t.head == "Map" and t.args[1] is Int)
            if path is not None:
                return f"sum({path[0]}.values())"
        if self.chance(0.3):
            clauses, scope = self.clauses(n)
            with self.within(scope):
                return f"sum([{self.expression(Int, n, hinted=False)} {clauses}])"
        return f"sum({items})"

    def least(self, type_: AnyType, n: int) -> str:
        items, of = self.some(
            lambda t: t is List(type_) or (t.head == "Map" and t.args[0] is type_), lambda: List(type_), n
        )
        if of.head == "List" and self.chance(0.5):  # so that it fails less often
            items = f"[*{items}, {self.expression(type_, 0, hinted=False)}]"
        return f"{self.random.choice(('min', 'max'))}({items})"
