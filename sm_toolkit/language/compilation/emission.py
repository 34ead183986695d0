"""How blocks are written as Python source. What they mean was settled before; only text is made here.

Every name in the source is from the code here, from a primitive's template, or a fixed prefix with a number.
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.compilation.blocks import (
    Again,
    Block,
    Branch,
    Function,
    Growing,
    Leave,
    Repeat,
    Return,
    Spelled,
    Statement,
    Value,
)
from sm_toolkit.language.compilation.expressions import (
    Number,
    compared,
    filled,
    grown,
    may_wait,
    passes,
)
from sm_toolkit.language.compilation.making import Shape
from sm_toolkit.language.compilation.placement import has_code, is_live, is_used
from sm_toolkit.language.compilation.support import Environment
from sm_toolkit.language.compilation.wording import Wording
from sm_toolkit.language.data.types import Left, Right

MOST_WHILES = 4
"""How deep what tells variants is nested as a loop (Python allows 20 loops and the like inside one another)."""


def step_source(function: Function, environment: Environment) -> str:
    """Return the source of a planned function ``name(x, s)`` that returns the output and the new state."""
    writer = _Writer(function, environment, None)
    writer.body(1)
    parameters = ", ".join(parameter.data for parameter in function.parameters)
    return "\n".join([f"def {function.name}({parameters}):", *writer.lines])


def batch_source(function: Function, environment: Environment) -> str:
    """Return the source of a planned function that runs a list of inputs, and lists outputs and failures."""
    state = [parameter.data for parameter in function.parameters[1:]]
    writer = _Writer(function, environment, state)
    before = ["outputs = []", "append = outputs.append"]
    names = ", ".join(state)
    whole = f"({names})" if len(state) > 1 else names
    if function.cells is not None:
        held = f"{environment.maker(function.cells.shape)}({', '.join(state[1:])})"
        whole = f"({state[0]}, {held})"
        before += [f"{state[0]}, cells = s", *_taken(state[1:], function.cells.shape, "cells")]
    elif function.shape is not None:
        whole = f"{environment.maker(function.shape)}({names})"
        before += _taken(state, function.shape, "s")
    elif len(state) > 1:
        before.append(f"{names} = s")
    lines = [f"def {function.name}(xs, s):", *("    " + line for line in before), "    for x in xs:"]
    if function.can_fail:
        writer.body(3)
        lines += ["        try:", *_without_last_continue(writer.lines, 3)]
        lines += ["        except StepError as error:", "            append(error.with_traceback(None))"]
    else:
        writer.body(2)
        lines += _without_last_continue(writer.lines, 2)
    return "\n".join([*lines, f"    return outputs, {whole}"])


def _taken(names: list[str], shape: Shape, record: str) -> list[str]:
    """Return lines that take the fields of a record."""
    taken = [filled(take, [record], [record])[0] for take in shape.take]
    return [f"{name} = {text}" for name, text in zip(names, taken, strict=True)]


def _without_last_continue(lines: list[str], level: int) -> list[str]:
    return lines[:-1] if lines[-1] == "    " * level + "continue" else lines


class _Writer(Wording):
    """Writes one function. With ``state`` (its variables) it is the body of a loop over a batch."""

    def __init__(self, function: Function, environment: Environment, state: list[str] | None) -> None:
        super().__init__(environment)
        self._function = function
        self._state = state
        self._whiles = 0  # how many are round what is written
        self._unasked: dict[Value, Number] = {}
        self._results: dict[Value, dict[int, Value]] = {}
        for item in function.order:
            if isinstance(item, Value) and item.kind == "result":
                self._results.setdefault(item.operands[0], {})[item.data] = item

    def body(self, level: int) -> None:
        """Write all blocks. What remains to be written is a stack: blocks nest without bound."""
        self._work: list[tuple[Any, ...]] = [(self._block, self._function.entry, 0, level)]
        while self._work:
            write, *arguments = self._work.pop()
            write(*arguments)

    # -- statements ---------------------------------------------------------------------------------------

    def _block(self, block: Block, index: int, level: int) -> None:
        """Write a block from a statement on."""
        self._bind([*block.binds.get(index, ())], level)
        if index == len(block.statements):
            self._end(block, level)
            return
        statement = block.statements[index]
        self._work.append((self._block, block, index + 1, level))
        if isinstance(statement, Return):
            self._return(statement, level)
        elif isinstance(statement, Repeat):
            self._loop(statement, level)
        elif isinstance(statement, Again):
            self._again(statement, level)
        elif isinstance(statement, Leave):
            self._leave(statement, level)
        elif isinstance(statement, Value):
            following = block.statements[index + 1] if index + 1 < len(block.statements) else None
            alone = following if statement.uses == [(block, index + 1)] else None
            if isinstance(statement.data, Growing):
                self._number(statement, alone, level)
            elif self._may_inline(statement, alone):
                self._inlined.add(statement)
            else:
                self._call(statement, level)
        elif statement.tail:
            nested, other = statement.left, statement.right
            if statement.turned:
                nested, other = other, nested
            self._line(level, f"if {self._test(statement, statement.turned, level)}:")
            self._work.append((self._block, other, 0, level))
            self._work.append((self._block, nested, 0, level + 1))
        elif statement.live:
            self._choice(statement, level)

    def _end(self, block: Block, level: int) -> None:
        """Give what is joined after the block its name, and forget the names that hold only inside."""
        branch = block.owner
        if isinstance(branch, Branch) and not branch.tail:
            for join in branch.joins:
                if join.uses:
                    self._give(self._name(join), join.operands[0 if block is branch.left else 1], level)
        for values in block.binds.values():
            for value in values:
                self._names.pop(value, None)

    def _bind(self, values: list[Value], level: int) -> None:
        halves = {(value.operands, value.data): value for value in values if value.kind == "half"}
        for value in reversed(values):  # the last one is the first to be bound: the others may use it
            if value in self._names:
                continue
            if value.kind == "half" and (other := halves.get((value.operands, 1 - value.data))) is not None:
                both = (other, value) if value.data else (value, other)
                text, _ = self._text(value.operands[0], level)
                self._line(level, f"{', '.join(map(self._name, both))} = {text}")
            else:
                name = self._fresh()
                self._give(name, value, level)
                self._names[value] = name

    def _may_inline(self, call: Value, following: Statement | None) -> bool:
        """Tell whether a call may run as part of the statement after it, which alone uses it.

        In a batch not for the state: its output would be listed before the call fails. And never inside a larger
        expression, which may be a format string that has no room for quotes.
        """
        if isinstance(following, Branch):
            return following.test is call
        if isinstance(following, Return):
            return call is following.output or (call in following.state and self._state is None)
        return False

    def _call(self, call: Value, level: int) -> None:
        text = self._written(call, [self._text(operand, level) for operand in call.operands])[0]
        results = self._results.get(call, {})
        if any(map(is_used, results.values())):
            named = [self._name(results[index]) if is_used(results[index]) else "_" for index in (0, 1)]
            text = f"{', '.join(named)} = {text}"
        elif call.uses:
            text = f"{self._name(call)} = {text}"
        self._line(level, text)

    def _number(self, call: Value, following: Statement | None, level: int) -> None:
        """Write an integer that may pass the limit, and ask whether it does, or leave that to what follows."""
        operands = []
        for operand in call.operands:
            if operand in self._unasked:
                operands.append(self._unasked.pop(operand))
            else:
                text = self._text(operand, level)
                operands.append(Number(text, text))
        number = grown(call.data, operands, self._environment.limits.int_bits)
        if isinstance(following, Value) and call in following.operands and may_wait(number, following.data):
            self._unasked[call] = number
            return
        name = self._name(call)
        self._line(level, f"{name} = {number.made[0]}")
        self._line(level, f"if {passes(name, number)}:")
        self._line(level + 1, f"{name} = {number.run[0]}")

    def _return(self, end: Return, level: int) -> None:
        if self._state is None:
            output, state = self._made(end.output, level), self._made(end.state[0], level)
            self._line(level, f"return {output}, {state}")
            return
        self._line(level, f"append({self._made(end.output, level)})")
        fresh = [self._made(part, level) for part in end.state]
        kept = self._state if len(fresh) == len(self._state) else [", ".join(self._state)]
        changed = [(old, new) for old, new in zip(kept, fresh, strict=True) if old != new]
        if changed:
            self._line(level, f"{', '.join(old for old, _ in changed)} = {', '.join(new for _, new in changed)}")
        self._line(level, "continue")

    # -- loops --------------------------------------------------------------------------------------------

    def _loop(self, loop: Repeat, level: int) -> None:
        changed = {carried for end in loop.agains for carried, _ in end.changes}
        for carried in loop.carried:
            if carried in changed:
                first = "None" if carried.first is None else self._text(carried.first, level)[0]
                self._line(level, f"{self._name(carried)} = {first}")
        self._line(level, f"for {loop.item or '_'} in {self._text(loop.turns, level)[0]}:")
        self._work.append((self._after_loop, loop, level))
        self._work.append((self._block, loop.body, 0, level + 1))

    def _after_loop(self, loop: Repeat, level: int) -> None:
        if self.lines[-1] == "    " * (level + 1) + "continue":
            self.lines.pop()
            if self.lines[-1].startswith("    " * level + "for "):
                self._line(level + 1, "pass")
        if loop.item is not None:
            self._left(loop.leaves[0], level)
            return
        self._line(level, "else:")
        self._line(level + 1, "raise out_of_fuel()")

    def _again(self, end: Again, level: int) -> None:
        changes = [(self._name(carried), self._text(value, level)[0]) for carried, value in end.changes]
        changes = [(name, text) for name, text in changes if name != text]
        if changes:
            names, texts = zip(*changes, strict=True)
            self._line(level, f"{', '.join(names)} = {', '.join(texts)}")
        self._line(level, "continue")

    def _leave(self, end: Leave, level: int) -> None:
        self._left(end, level)
        self._line(level, "break")

    def _left(self, end: Leave, level: int) -> None:
        """Give what comes out of a loop its name."""
        for join in end.loop.joins:
            if join.uses:
                value = join.operands[end.number]
                text = self._text(value, level)[0]
                if value in self._names and all(operand is value for operand in join.operands):
                    self._names.setdefault(join, self._names[value])
                if text != self._name(join):
                    self._line(level, f"{self._name(join)} = {text}")

    # -- branches that join -------------------------------------------------------------------------------

    def _choice(self, branch: Branch, level: int, word: str = "if", test: str | None = None) -> None:
        if word == "if" and (chain := self._telling(branch)):
            self._told_apart(chain, level)
            return
        self._share_names(branch)
        joined = any(map(is_used, branch.joins))
        turned = not joined and not has_code(branch.left)
        if test is None or turned:
            test = self._test(branch, turned, level)
        self._line(level, f"{word} {test}:")
        first, second = (branch.right, branch.left) if turned else (branch.left, branch.right)
        if joined or has_code(second):
            self._work.append((self._otherwise, branch, level))
        self._work.append((self._block, first, 0, level + 1))

    def _share_names(self, branch: Branch) -> None:
        for join in branch.joins:
            if join.uses:
                name = self._name(join)
                for operand in join.operands:
                    # What is made inside only to be joined gets the joined name at once.
                    if operand.kind in ("call", "result", "join"):
                        self._names.setdefault(operand, name)

    def _otherwise(self, branch: Branch, level: int) -> None:
        block = branch.right
        inner = _only(block)
        if inner is not None and all(
            join.operands[1].data is inner and self._names.get(join.operands[1]) == self._names[join]
            for join in branch.joins
            if join.uses
        ):
            written = len(self.lines)
            test = self._test(inner, False, level)
            if len(self.lines) == written:
                self._choice(inner, level, "elif", test)
                return
            del self.lines[written:]
        self._line(level, "else:")
        self._work.append((self._block, block, 0, level + 1))

    def _test(self, branch: Branch, turned: bool, level: int) -> str:
        how = branch.test.data
        if branch.is_sum and branch.test in self._inlined and isinstance(how, Spelled):
            texts = [self._text(operand, level)[0] for operand in branch.test.operands]
            return compared(how, texts, Right if turned else Left)
        text, atomic = self._text(branch.test, level)
        if branch.is_sum:
            return f"{text if atomic else f'({text})'}.__class__ is {'Right' if turned else 'Left'}"
        if turned:
            return f"not {text}" if atomic else f"not ({text})"
        return text

    # -- what tells a variant -----------------------------------------------------------------------------

    def _telling(self, branch: Branch) -> list[Branch]:
        """Return the branches, each to the right of the one before, that tell all alternatives of a variant; or none.

        What they give is joined under the same names, and nothing else is done on the way to the last of them.
        """
        split = self._environment.variants.get(branch.test.data) if branch.test.kind == "operation" else None
        if split is None or split.rest is None or self._whiles >= MOST_WHILES:
            return []
        [looked_at, *_] = branch.test.operands
        if looked_at not in self._names:
            return []
        names: dict[Value, str] = {}
        chain = [branch]
        while True:
            outer = chain[-1]
            joins = [join for join in outer.joins if join.uses]
            if not joins or outer.test in self._names:
                return []
            if (split := split.rest) is None:
                return chain
            inner = _only(outer.right)
            if inner is None or inner.tail or inner.test.data != split.test or inner.test.operands[0] is not looked_at:
                return []
            for join in joins:
                name = names.get(join) or self._name(join)
                given = join.operands[1]
                if given.data is not inner or names.setdefault(given, self._names.get(given, name)) != name:
                    return []
            chain.append(inner)

    def _told_apart(self, chain: list[Branch], level: int) -> None:
        """Tell alternatives by their classes; only if none is met it is asked whether it is a class of the same shape.

        So those that are usual are compared once each. What is not goes through the tests again, as a usual one.
        """
        test = chain[0].test
        split = self._environment.variants[test.data]
        name = self._names[test.operands[0]]
        for branch in chain:
            self._share_names(branch)
        self._whiles += 1
        self._line(level, "while True:")
        todo: list[tuple[Any, ...]] = []
        blocks = [*(branch.left for branch in chain), chain[-1].right]
        for number, (class_, block) in enumerate(zip(split.classes, blocks, strict=True)):
            todo.append((self._line, level + 1, f"{'elif' if number else 'if'} {name} is {class_}:"))
            todo.append((self._block, block, 0, level + 2))
        todo.append((self._told_again, name, split.usual, level + 1))
        self._work.extend(reversed(todo))

    def _told_again(self, name: str, usual: str, level: int) -> None:
        self._whiles -= 1
        self._line(level, "else:")
        self._line(level + 1, f"{name} = {usual}[{name}]")
        self._line(level + 1, "continue")
        self._line(level, "break")


def _only(block: Block) -> Branch | None:
    """Return the branch that is all that is done in a block."""
    live = list(filter(is_live, block.statements))
    return live[0] if len(live) == 1 and isinstance(live[0], Branch) and not block.binds else None
