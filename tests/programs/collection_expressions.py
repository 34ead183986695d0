"""Random expressions that are lists or maps, and what loops and comprehensions go through."""

from __future__ import annotations

from collections.abc import Callable

from sm_toolkit.language import Int, List, Pair, Str
from tests.programs.scopes import Scope, Variable, bound, narrowed
from tests.programs.shapes import AnyType, is_tuple, tells_itself
from tests.programs.writing import Ways, Writer

Again = Callable[[Variable, AnyType], bool]
"""Whether a name may be bound again to something of a type."""


class Collections(Writer):
    def lists(self, type_: AnyType, n: int, hinted: bool) -> Ways:
        item = type_.args[0]

        def one() -> str:
            return self.expression(type_, n, hinted=False)

        ways: Ways = []
        if self.can_tell(type_):
            ways += [
                (1, lambda: f"({one()} + {one()})"),
                (1, lambda: f"{one()}[{self.part(n)}]"),
                (1, lambda: f"{one()}[::-1]"),
                (0.5, lambda: f"list(reversed({one()}))"),
            ]
        if hinted or tells_itself(item):
            ways.append((4, lambda: self.comprehension(item, n, hinted)))
        if item is Int:
            ways.append((1.5, lambda: f"list({self.range(n)})"))
        if item in (Int, Str):
            ways += [(1, lambda: f"sorted({one()})"), (0.5, lambda: f"sorted({one()}, reverse=True)")]
        path = self.known(lambda t: t.head == "Map" and t.args[0] is item)
        if path is not None:
            ways.append((2, lambda: f"sorted({path[0]})"))
        return ways

    def comprehension(self, item: AnyType, n: int, hinted: bool) -> str:
        clauses, scope = self.clauses(n)
        with self.within(scope):
            return f"[{self.expression(item, n, hinted=hinted)} {clauses}]"

    def maps(self, type_: AnyType, n: int, hinted: bool) -> Ways:
        key, value = type_.args
        ways: Ways = []
        if self.can_tell(type_):
            ways.append((2, lambda: self.update(type_, n)))
        found = self.of_type(type_)
        if found:
            ways += [(2, lambda: self.update(type_, n)), (2, lambda: self.without(self.random.choice(found), type_, n))]
        if hinted or tells_itself(value):
            ways.append((2, lambda: self.map_comprehension(key, value, n, hinted)))
        return ways

    def update(self, type_: AnyType, n: int) -> str:
        found = self.of_type(type_)
        old = self.random.choice(found) if found else self.expression(type_, n, hinted=False)
        if self.chance(0.3):
            return f"({old} | {self.expression(type_, n, hinted=False)})"
        key, value = (self.expression(part, n) for part in type_.args)
        return f"({old} | {{{key}: {value}}})" if self.chance(0.5) else f"{{**{old}, {key}: {value}}}"

    def without(self, text: str, type_: AnyType, n: int) -> str:
        key, value = self.name("k"), self.name("w")
        with self.within({**self.scope, **bound(dict(zip((key, value), type_.args, strict=True)), assignable=False)}):
            test = (
                f"{key} != {self.expression(type_.args[0], 0, hinted=False)}"
                if self.chance(0.6)
                else self.condition(n)[0]
            )
        return f"{{{key}: {value} for {key}, {value} in {text}.items() if {test}}}"

    def map_comprehension(self, key: AnyType, value: AnyType, n: int, hinted: bool) -> str:
        clauses, scope = self.clauses(n)
        with self.within(scope):
            written = [self.expression(part, n, hinted=hinted) for part in (key, value)]
        return f"{{{written[0]}: {written[1]} {clauses}}}"

    # -- what is gone through

    def range(self, n: int) -> str:
        def end() -> str:
            match self.random.randrange(4):
                case 0:
                    return f"len({self.some(lambda t: t is Str or t.head in ('List', 'Map'), lambda: Str, 0)[0]})"
                case 1 if self.chance(0.9):
                    return f"({self.expression(Int, n, hinted=False)} % 5)"
                case 1:
                    return self.expression(Int, n, hinted=False)
                case _:
                    return str(self.random.randint(-1, 5))

        match self.random.randrange(5):
            case 0 | 1 | 2:
                return f"range({end()})"
            case 3:
                return f"range({end()}, {end()})"
            case _:
                return f"range({end()}, {end()}, {self.random.choice((1, 2, 3, -1, -2))})"

    def iterable(self, n: int) -> tuple[str, AnyType]:
        """Write what may stand after ``in``, and tell the type of an item."""

        def a_list() -> tuple[str, AnyType]:
            text, of = self.some(lambda t: t.head == "List", lambda: List(self.simple(1)), n)
            return text, of.args[0]

        match self.random.randrange(12):
            case 0 | 1 | 2:
                return self.range(n), Int
            case 3 | 4:
                path = self.known(lambda t: t.head == "Map")
                if path is not None:
                    text, of = path
                    key, value = of.args
                    ways = ((text, key), (f"{text}.keys()", key), (f"{text}.values()", value))
                    return self.random.choice((*ways, *3 * [(f"{text}.items()", Pair(key, value))]))
            case 5:
                text, item = a_list()
                return f"enumerate({text})", Pair(Int, item)
            case 6:
                (text, item), (other, second) = a_list(), a_list()
                return f"zip({text}, {other})", Pair(item, second)
            case 7:
                text, item = a_list()
                return f"reversed({text})", item
            case 8:
                path = self.known(lambda t: t.head == "Map")
                if path is not None:
                    return f"sorted({path[0]})", path[1].args[0]
            case _:
                pass
        return a_list()

    def target(self, type_: AnyType, taken: dict[str, AnyType], again: Again, share: float = 0.8) -> str:
        """Write names for a value, taken apart if it is a tuple, and note them in ``taken``.

        Now and then it is a name that is there already, if ``again`` allows it.
        """
        if is_tuple(type_) and self.chance(share):
            return f"({', '.join(self.target(part, taken, again, 0.6) for part in type_.args)})"
        used = [name for name, of in self.scope.items() if name not in taken and again(of, type_)]
        name = self.random.choice(used) if used and self.chance(0.15) else self.name("x")
        taken[name] = type_
        return name

    def clauses(self, n: int) -> tuple[str, Scope]:
        """Write the ``for`` and ``if`` of a comprehension, and return what is known where its item stands."""
        written: list[str] = []
        scope = dict(self.scope)
        for _ in range(self.random.choice((1, 1, 1, 2))):
            with self.within(scope):
                text, item = self.iterable(n if not written else 0)
                taken: dict[str, AnyType] = {}
                target = self.target(item, taken, lambda of, type_: not written and of.assignable)
            written.append(f"for {target} in {text}")
            scope = {**scope, **bound(taken, assignable=False)}
            while self.chance(0.3):
                with self.within(scope):
                    test, if_true, _ = self.condition(n)
                written.append(f"if {test}")
                scope = narrowed(scope, if_true)
        return " ".join(written), scope
