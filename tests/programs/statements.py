"""Random bodies of functions: every path returns, and a name is used only where it has a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from sm_toolkit.language import Float, Int, Str, Unit
from tests.programs.expressions import Expressions
from tests.programs.patterns import Patterns
from tests.programs.scopes import Path, Scope, Variable, bound, joined, narrowed
from tests.programs.shapes import AnyType, Shapes, annotation, is_tuple, tells_itself, tuple_of

Lines = list[str]
Block = tuple[Lines, Scope | None]
"""The lines of a block, and what is known after it, or None if nothing gets there."""


@dataclass(frozen=True)
class Machine:
    """A machine function that may be called."""

    name: str
    event: AnyType
    state: AnyType
    output: AnyType


def indented(lines: Lines) -> Lines:
    return ["    " + line for line in lines]


class Statements(Expressions, Patterns):
    """Writes statements, with ``self.result`` the type that is returned."""

    def __init__(self, random: Random, shapes: Shapes) -> None:
        super().__init__(random, shapes)
        self.machines: list[Machine] = []
        self.result: AnyType = Unit
        self.looping = False

    def body(self, scope: Scope, result: AnyType, size: int) -> Lines:
        """Write a whole body."""
        self.result, self.looping = result, False
        lines, after = self.block(scope, size)
        if after is not None:
            lines += self.ending_lines(after, size)
        return lines

    def block(self, scope: Scope, size: int) -> Block:
        """Write some statements, one after the other."""
        lines: Lines = []
        after: Scope | None = scope
        for _ in range(self.random.randint(1, max(1, 1 + size))):
            if after is None:
                break
            written, after = self.statement(after, size)
            lines += written
        return lines, after

    def statement(self, scope: Scope, size: int) -> Block:
        ways: list[tuple[float, Callable[[Scope, int], Block]]] = [
            (3, self.assignment),
            (2, self.reassignment),
            (1.5, self.augmented),
            (1.5, self.unpacking),
            (0.1, lambda scope, size: (["pass"], scope)),
        ]
        if size > 0:
            ways += [(2.5, self.if_), (2.5, self.match), (0.5, self.set_in_both)]
            ways += [(3, self.for_)]
        if self.machines:
            ways.append((2, self.machine_call))
        if self.looping:
            ways.append((1.5, self.jump))
        [way] = self.random.choices([way for _, way in ways], [weight for weight, _ in ways])
        with self.within(scope):
            return way(scope, size - 1)

    # -- the end of a path

    def returned(self, scope: Scope, size: int) -> Lines:
        with self.within(scope):
            if is_tuple(self.result) and self.chance(0.9):
                parts = [self.expression(part, size) for part in self.result.args]
                return [f"return {', '.join(parts)}"]
            return [f"return {self.expression(self.result, size)}"]

    def ending_lines(self, scope: Scope, size: int) -> Lines:
        """Return, now and then by a match or an ``if`` whose every path does."""
        if size <= 0 or self.chance(0.5):
            return self.returned(scope, 2)
        if self.chance(0.5):
            with self.within(scope):
                test, if_true, if_false = self.condition(2)
            lines = [f"if {test}:", *indented(self.whole(narrowed(scope, if_true), size - 1))]
            rest = self.whole(narrowed(scope, if_false), size - 1)
            return [*lines, *rest] if self.chance(0.5) else [*lines, "else:", *indented(rest)]
        with self.within(scope):
            return self.cases(scope, lambda inner: (self.whole(inner, size - 1), None))[0]

    def whole(self, scope: Scope, size: int) -> Lines:
        lines, after = self.block(scope, size) if self.chance(0.4) else ([], scope)
        return lines if after is None else [*lines, *self.ending_lines(after, size)]

    def jump(self, scope: Scope, size: int) -> Block:
        test, _, if_false = self.condition(1)
        word = self.random.choice(("continue", "break"))
        return [f"if {test}:", f"    {word}"], narrowed(scope, if_false)

    # -- names

    def assignment(self, scope: Scope, size: int) -> Block:
        """Give a value to a new name."""
        if self.helpers and self.chance(0.25):
            helper, name = self.random.choice(self.helpers), self.name()
            return [f"{name} = {self.call(helper, 2)}"], {**scope, **bound({name: helper.result})}
        type_ = self.shapes.type(3)
        path = self.known(lambda t: True)
        if path is not None and self.chance(0.5):
            type_ = path[1]
        name = self.name()
        if tells_itself(type_) and self.chance(0.7):
            return [f"{name} = {self.expression(type_, 3, hinted=False)}"], {**scope, **bound({name: type_})}
        value = self.expression(type_, 3)
        return [f"{name}: {annotation(type_)} = {value}"], {**scope, name: self.given(type_, value)}

    def given(self, type_: AnyType, value: str) -> Variable:
        """Return what is known of a name that is set to a value."""
        is_known = value in self.of_type(type_) or type_.head not in ("Maybe", "Either", "Variant")
        return Variable(type_, vague=not is_known)

    def reassignment(self, scope: Scope, size: int) -> Block:
        names = [name for name, variable in scope.items() if variable.assignable]
        if not names:
            return self.assignment(scope, size)
        name = self.random.choice(names)
        type_ = scope[name].declared
        if type_.head == "Maybe" and not self.looping and self.chance(0.3):
            some = type_.args[0]
            if tells_itself(some):
                known = Variable(type_, left=(some,))
                return [f"{name} = {self.expression(some, 2, hinted=False)}"], {**scope, name: known}
        value = self.expression(type_, 3)
        if value == name:
            return self.assignment(scope, size)
        return [f"{name} = {value}"], {**scope, name: self.given(type_, value)}

    def augmented(self, scope: Scope, size: int) -> Block:
        names = [
            name for name, variable in scope.items() if variable.assignable and variable.declared in (Int, Float, Str)
        ]
        if not names:
            return self.assignment(scope, size)
        name = self.random.choice(names)
        type_ = scope[name].declared
        if self.chance(0.07):  # which grows fast in a loop
            return [f"{name} {'+' if type_ is Str else '*'}= {name}"], scope
        if type_ is Str and self.chance(0.2):
            return [f"{name} *= {self.random.choice((0, 1, 2, 3))}"], scope
        signs = {Int: ("+", "+", "-", "*", "//", "%"), Float: ("+", "-", "*", "/"), Str: ("+",)}[type_]
        return [f"{name} {self.random.choice(signs)}= {self.expression(type_, 2, hinted=False)}"], scope

    def unpacking(self, scope: Scope, size: int) -> Block:
        """Take a tuple apart."""
        path = self.known(is_tuple)
        if path is not None and self.chance(0.6):
            text, type_ = path
        else:
            type_ = tuple_of([self.simple(2) for _ in range(self.random.choice((2, 2, 3)))])
            text = self.expression(type_, 2, hinted=False)
        taken: dict[str, AnyType] = {}
        target = self.target(type_, taken, self.same_type, 1)
        return [f"{target} = {text}"], {**scope, **bound(taken)}

    def same_type(self, variable: Variable, type_: AnyType) -> bool:
        return variable.assignable and variable.declared is type_ and variable.left is None

    def machine_call(self, scope: Scope, size: int) -> Block:
        machine = self.random.choice(self.machines)
        output, state = self.name("out"), self.name("new")
        call = f"{machine.name}({self.expression(machine.event, 1)}, {self.expression(machine.state, 1)})"
        if self.chance(0.2):
            pair = self.name()
            return [f"{pair} = {call}"], {**scope, **bound({pair: tuple_of([machine.output, machine.state])})}
        return [f"{output}, {state} = {call}"], {**scope, **bound({output: machine.output, state: machine.state})}

    # -- branches

    def if_(self, scope: Scope, size: int) -> Block:
        lines: Lines = []
        after: list[Scope | None] = []
        word = "if"
        rest = scope
        while True:
            with self.within(rest):
                test, if_true, if_false = self.condition(2)
            block, end = self.branch(narrowed(rest, if_true), size)
            lines += [f"{word} {test}:", *indented(block)]
            after.append(end)
            rest = narrowed(rest, if_false)
            word = "elif"
            if self.chance(0.75):
                break
        if self.chance(0.5):
            block, end = self.branch(rest, size)
            lines += ["else:", *indented(block)]
            after.append(end)
        else:
            after.append(rest)
        return lines, joined(after)

    def branch(self, scope: Scope, size: int) -> Block:
        """Write a block, and now and then return at its end."""
        if self.chance(0.25):
            return self.returned(scope, 2), None
        lines, after = self.block(scope, size - 1 if self.chance(0.5) else 0)
        if after is not None and self.chance(0.15):
            return [*lines, *self.returned(after, 2)], None
        return lines, after

    def match(self, scope: Scope, size: int) -> Block:
        return self.cases(scope, lambda inner: self.branch(inner, size))

    def cases(self, scope: Scope, block: Callable[[Scope], Block]) -> Block:
        """Write a match with a block for each case."""
        text, type_, asked = self.subject()
        lines = [f"match {text}:"]
        after: list[Scope | None] = []
        before = {name: scope.get(name, Variable(of, assignable=False)) for name, of in asked.items()}
        settled = {**scope, **{name: replace(variable, vague=True) for name, variable in before.items()}}
        for pattern in self.cover(type_, 3, inside=text not in scope):
            inner = {**settled, **pattern.captures}
            if pattern.text != "None" and self.chance(0.15):
                with self.within(inner):
                    guard, if_true, _ = self.condition(1)
                written, end = block(narrowed(inner, if_true))
                lines += indented([f"case {pattern.text} if {guard}:", *indented(written)])
                after.append(end)
            written, end = block(inner)
            lines += indented([f"case {pattern.text}:", *indented(written)])
            after.append(end)
        met = joined(after)
        if met is not None and None not in after:  # every case comes here: it is as before, if it was not set anew
            same = [
                name for name in asked if all(inner is not None and inner[name] is settled[name] for inner in after)
            ]
            met.update({name: scope[name] for name in same if name in scope})
        return lines, met

    def subject(self) -> tuple[str, AnyType, dict[str, AnyType]]:
        """Choose what is looked at, and tell what is known better by that, and its type."""
        ready = [
            path
            for path in self.paths()
            if path[1].head in ("Maybe", "Either", "Variant", "Bool", "Int", "Str", "Bytes", "Pair", "Tuple")
            and not (path[0] in self.scope and self.scope[path[0]].left is not None)
        ]
        rich = [path for path in ready if path[1].head in ("Maybe", "Either", "Variant", "Pair")]
        chosen: list[Path] = []
        if rich and self.chance(0.7):
            chosen = [self.random.choice(rich)]
        elif len(ready) > 1 and self.chance(0.5):
            chosen = self.random.sample(ready, 2)
        asked = {text: type_ for text, type_ in chosen if type_.head in ("Maybe", "Either", "Variant")}
        if len(chosen) == 1:
            return *chosen[0], asked
        if chosen:
            return f"({', '.join(text for text, _ in chosen)})", tuple_of([type_ for _, type_ in chosen]), asked
        type_ = self.simple(2)
        return self.expression(type_, 2, hinted=False), type_, {}

    def set_in_both(self, scope: Scope, size: int) -> Block:
        """Give a name its first value in each branch."""
        type_, name = self.simple(2), self.name()

        def given(inner: Scope) -> Block:
            lines, after = self.block(inner, 0) if self.chance(0.3) else ([], inner)
            if after is None:
                return lines, None
            with self.within(after):
                value = self.expression(type_, 2, hinted=False)
            return [*lines, f"{name} = {value}"], {**after, **bound({name: type_})}

        if self.chance(0.4):
            return self.cases(scope, given)
        test, if_true, if_false = self.condition(2)
        (one, first), (other, second) = given(narrowed(scope, if_true)), given(narrowed(scope, if_false))
        return [f"if {test}:", *indented(one), "else:", *indented(other)], joined([first, second])

    # -- loops

    def for_(self, scope: Scope, size: int) -> Block:
        """Write a loop; what is known less of before it than after a turn may not change in it."""
        text, item = self.iterable(2)
        taken: dict[str, AnyType] = {}
        target = self.target(item, taken, self.same_type)
        kept = {
            name: replace(variable, assignable=variable.assignable and variable.left is None)
            for name, variable in scope.items()
        }
        outside, self.looping = self.looping, True
        lines, after = self.block({**kept, **bound(taken)}, size)
        self.looping = outside
        if after is not None and self.chance(0.1):
            lines += ["continue"]
        return [f"for {target} in {text}:", *indented(lines)], scope
