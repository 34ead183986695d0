"""Random tests, and what they tell of names."""

from __future__ import annotations

import re

from sm_toolkit.language import Bool, Float, Int, List, Str, Unit
from tests.programs.scopes import Narrowing, narrowed
from tests.programs.shapes import class_name, is_ordered, tells_itself
from tests.programs.writing import Writer

WORD = re.compile(r"\w+")


class Conditions(Writer):
    def condition(self, n: int) -> tuple[str, Narrowing, Narrowing]:
        """Write a test, and return what is known of names if it holds, and if it does not."""
        asked = [name for name, variable in self.scope.items() if variable.askable]
        if asked and self.chance(0.5):
            return self.question(self.random.choice(asked))
        if n > 0 and self.chance(0.35):
            one, if_true, if_false = self.condition(n - 1)
            match self.random.randrange(5):
                case 0:
                    return f"(not {one})", if_false, if_true
                case 1 | 2:
                    with self.within(narrowed(self.scope, if_true)):
                        other, then, _ = self.condition(n - 1)
                    return f"({one} and {other})", {**if_true, **then}, {}
                case _:
                    with self.within(narrowed(self.scope, if_false)):
                        other, _, then = self.condition(n - 1)
                    return f"({one} or {other})", {}, {**if_false, **then}
        return self.test(n - 1), {}, {}

    def question(self, name: str) -> tuple[str, Narrowing, Narrowing]:
        variable = self.scope[name]
        if variable.declared.head == "Maybe":
            none, some = (variable.rest[0],), variable.rest[1:]
            if self.chance(0.5):
                return f"({name} is None)", {name: none}, {name: some}
            return f"({name} is not None)", {name: some}, {name: none}
        chosen = self.random.choice(variable.rest)
        others = tuple(record for record in variable.rest if record is not chosen)
        return f"isinstance({name}, {class_name(chosen)})", {name: (chosen,)}, {name: others}

    def test(self, n: int) -> str:
        truths = self.of_type(Bool)
        return self.pick(
            [
                (3, lambda: self.comparison(n)),
                (1, lambda: self.equality()),
                (1.5, lambda: self.membership(n)),
                (0.7, lambda: self.truths(n)),
                (0.7, lambda: self.ending()),
                (1.5 if truths else 0.02, lambda: self.random.choice(truths or ["True", "False"])),
            ]
        )

    def comparison(self, n: int) -> str:
        path = self.known(tells_itself)
        if path is not None and self.chance(0.7):
            type_ = path[1]
        else:
            type_ = self.random.choice((Int, Int, Int, Str, Float)) if self.chance(0.7) else self.simple()
        signs = ("<", "<=", ">", ">=", "==", "!=") if is_ordered(type_) else ("==", "!=")
        count = 3 if self.chance(0.15) else 2
        texts = [self.expression(type_, n, hinted=False) for _ in range(count)]
        for _ in range(3):
            if texts[0] not in texts[1:] and any(map(self.mentions_a_name, texts)):
                break
            texts = [self.expression(type_, n, hinted=False) for _ in range(count)]
        return f"({texts[0]} {' '.join(f'{self.random.choice(signs)} {text}' for text in texts[1:])})"

    def mentions_a_name(self, text: str) -> bool:
        return not self.scope.keys().isdisjoint(WORD.findall(text))

    def equality(self) -> str:
        """Compare two known things, or one with a value whose type it says."""
        path = self.known(lambda t: t is not Unit)
        if path is None:
            return self.comparison(0)
        sign = self.random.choice(("==", "!="))
        others = [text for text in self.of_type(path[1]) if text != path[0]]
        if others and self.chance(0.7):
            return f"({path[0]} {sign} {self.random.choice(others)})"
        value = self.expression(path[1], 1)
        return self.comparison(0) if value == "None" else f"({path[0]} {sign} {value})"

    def membership(self, n: int) -> str:
        text, of = self.some(lambda t: t is Str or t.head in ("List", "Map"), lambda: List(self.simple(1)), n)
        item = of if of is Str else of.args[0]
        if not self.can_tell(item):
            return self.comparison(n)
        return f"({self.expression(item, n, hinted=False)} {self.random.choice(('in', 'not in'))} {text})"

    def truths(self, n: int) -> str:
        name = self.random.choice(("any", "all"))
        path = self.known(lambda t: t is List(Bool))
        if path is not None and self.chance(0.5):
            return f"{name}({path[0]})"
        clauses, scope = self.clauses(n)
        with self.within(scope):
            test, _, _ = self.condition(n)
        return f"{name}([{test} {clauses}])" if self.chance(0.2) else f"{name}({test} {clauses})"

    def ending(self) -> str:
        text, part = (self.expression(Str, 0, hinted=False) for _ in "ab")
        return f"{text}.{self.random.choice(('startswith', 'endswith'))}({part})"
