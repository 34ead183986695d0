"""Random expressions of a wanted type.

Each is put in brackets where it has parts; whoever prints the program takes out those that Python does not need.
"""

from __future__ import annotations

from sm_toolkit.language import Bool, Float, Int, Str
from tests.programs.collection_expressions import Collections
from tests.programs.conditions import Conditions
from tests.programs.scalars import Scalars
from tests.programs.scopes import narrowed
from tests.programs.shapes import AnyType, annotation, class_name, is_record, is_tuple, labels, tells_itself
from tests.programs.writing import Helper, NoExpressionError, Ways


class Expressions(Scalars, Collections, Conditions):
    def expression(self, type_: AnyType, size: int, *, hinted: bool = True) -> str:
        ways: Ways = []
        found = self.of_type(type_)
        if hinted:
            found += [
                name for name, of in self.scope.items() if of.blurred and of.declared is type_ and name.isidentifier()
            ]
        if found:
            ways.append((6, lambda: self.random.choice(found)))
        if hinted or tells_itself(type_):
            ways.append((1 if size > 0 else 2, lambda: self.literal(type_, size, hinted)))
        if size > 0:
            ways += self.general_ways(type_, size, hinted)
            ways += self.special_ways(type_, size - 1, hinted)
        if not ways:
            return self.wrapped(type_)
        return self.pick(ways)

    def wrapped(self, type_: AnyType) -> str:
        """Return a value whose type a function's result says, where nothing else does."""
        helper = next((helper for helper in self.helpers if helper.result is type_), None)
        if helper is None:
            raise NoExpressionError(annotation(type_))
        return self.call(helper, 0)

    def literal(self, type_: AnyType, size: int, hinted: bool) -> str:
        """Write a value, with expressions for its parts while ``size`` is left."""
        inner = size - 1
        if type_.head == "Maybe":
            return "None" if self.chance(0.4) else self.expression(type_.args[0], inner)
        if type_.head == "Either":
            side = self.random.randrange(2)
            return f"{('Left', 'Right')[side]}({self.expression(type_.args[side], inner)})"
        if type_.head == "Variant":
            return self.expression(self.random.choice(type_.args), inner)
        if is_tuple(type_):
            return f"({', '.join(self.expression(part, inner, hinted=hinted) for part in type_.args)})"
        if is_record(type_):
            return self.construction(type_, inner)
        if type_.head in ("List", "Map"):
            least = 0 if hinted else 1
            count = max(least, self.random.choice((0, 1, 2, 3)) if size > 0 else 1)
            if type_.head == "Map":
                return self.map_display(type_, count, inner, hinted)
            items = [self.expression(type_.args[0], inner, hinted=hinted) for _ in range(count)]
            if size > 0 and self.can_tell(type_) and self.chance(0.4):
                stars = self.random.randint(1, 2)
                for _ in range(stars):
                    items.insert(self.random.randint(0, len(items)), "*" + self.expression(type_, inner, hinted=False))
            return f"[{', '.join(items)}]"
        return self.shapes.value(type_)

    def construction(self, type_: AnyType, size: int) -> str:
        """Call a dataclass, with some fields by name, and without some that have a default."""
        written: list[str] = []
        by_name = self.chance(0.3)
        for label, part in labels(type_).items():
            if (type_, label) in self.shapes.defaults and self.chance(0.5):
                by_name = True
                continue
            by_name = by_name or self.chance(0.2)
            value = self.expression(part, size)
            written.append(f"{label}={value}" if by_name else value)
        return f"{class_name(type_)}({', '.join(written)})"

    def map_display(self, type_: AnyType, count: int, size: int, hinted: bool) -> str:
        key, value = type_.args
        items = [
            f"{self.expression(key, size, hinted=hinted)}: {self.expression(value, size, hinted=hinted)}"
            for _ in range(count)
        ]
        if size > 0 and self.can_tell(type_) and self.chance(0.4):
            items.insert(self.random.randint(0, len(items)), "**" + self.expression(type_, size, hinted=False))
        return f"{{{', '.join(items)}}}"

    def call(self, helper: Helper, size: int) -> str:
        return f"{helper.name}({', '.join(self.expression(part, size) for part in helper.parameters)})"

    def general_ways(self, type_: AnyType, size: int, hinted: bool) -> Ways:
        ways: Ways = [(1, lambda: self.conditional(type_, size - 1, hinted))] if hinted or tells_itself(type_) else []
        calls = [helper for helper in self.helpers if helper.result is type_]
        if calls:
            ways.append((2, lambda: self.call(self.random.choice(calls), size - 1)))
        lists = [text for text, of in self.paths() if of.head == "List" and of.args[0] is type_]
        if lists:
            ways.append((2, lambda: f"{self.random.choice(lists)}[{self.index()}]"))
        maps = [(text, of) for text, of in self.paths() if of.head == "Map" and of.args[1] is type_]
        if maps:
            ways.append((2, lambda: self.looked_up(maps, size - 1)))
        if type_.head == "Maybe":
            got = [(text, of) for text, of in self.paths() if of.head == "Map" and of.args[1] is type_.args[0]]
            if got:
                ways.append((4, lambda: self.get(got, size - 1)))
            if hinted:
                ways.append((1, lambda: self.expression(type_.args[0], size - 1)))
        return ways

    def conditional(self, type_: AnyType, size: int, hinted: bool) -> str:
        test, if_true, if_false = self.condition(size)
        with self.within(narrowed(self.scope, if_true)):
            one = self.expression(type_, size, hinted=hinted)
        with self.within(narrowed(self.scope, if_false)):
            other = self.expression(type_, size, hinted=hinted)
        return f"({one} if {test} else {other})"

    def index(self) -> str:
        if self.chance(0.7):
            return str(self.random.choice((0, 0, 0, 1, -1, -1, 2, -2)))
        return self.expression(Int, 1, hinted=False)

    def looked_up(self, maps: list[tuple[str, AnyType]], size: int) -> str:
        text, of = self.random.choice(maps)
        key = self.expression(of.args[0], size, hinted=False)
        match self.random.randrange(3):
            case 0:
                return f"{text}[{key}]"
            case 1:
                return f"{text}.get({key}, {self.expression(of.args[1], size)})"
            case _:
                path = self.known(lambda type_: type_ is of.args[0])
                key = path[0] if path is not None else self.shapes.value(of.args[0])
                return f"({text}[{key}] if {key} in {text} else {self.expression(of.args[1], size)})"

    def get(self, maps: list[tuple[str, AnyType]], size: int) -> str:
        text, of = self.random.choice(maps)
        return f"{text}.get({self.expression(of.args[0], size, hinted=False)})"

    def special_ways(self, type_: AnyType, n: int, hinted: bool) -> Ways:
        if type_ is Int:
            return self.integers(n)
        if type_ is Float:
            return self.floats(n)
        if type_ is Bool:
            return [(8, lambda: self.condition(n + 1)[0])]
        if type_ is Str:
            return self.texts(n)
        if type_.head == "List":
            return self.lists(type_, n, hinted)
        if type_.head == "Map":
            return self.maps(type_, n, hinted)
        if is_record(type_) and type_.args:
            return [(2, lambda: self.replaced(type_, n))]
        return []

    def replaced(self, type_: AnyType, n: int) -> str:
        path = self.known(lambda t: t is type_)
        if path is None:
            return self.construction(type_, n)
        fields = labels(type_)
        chosen = self.random.sample(list(fields), self.random.randint(1, min(2, len(fields))))
        return f"replace({path[0]}, {', '.join(f'{label}={self.expression(fields[label], n)}' for label in chosen)})"
