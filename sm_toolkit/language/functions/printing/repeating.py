"""Loops of a machine that is run are written down: `fold` as a `for`, `unleft` as a call of a helper function.

What they hold from turn to turn, the state and cells as well, has a name or goes round with what a turn takes.
"""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Generator
from typing import Any, TypeAlias

from sm_toolkit.language.data.types import Pair, Tuple, Type, Unit
from sm_toolkit.language.functions.printing.naming import assign, call, name
from sm_toolkit.language.functions.printing.nodes import Node
from sm_toolkit.language.functions.printing.unknowns import NOTHING, Atom, Both, Side, Unknown, item, part
from sm_toolkit.language.functions.printing.writing import Block, Writing
from sm_toolkit.language.syntax.terms import Get, Let, Loop, Put

Running: TypeAlias = Generator[tuple[Node, Unknown], Unknown, Unknown]
"""A run of a part: it asks for runs of its own parts, so that none is on the stack of Python."""


class Repeating(Writing):
    """A run, as far as its loops go."""

    @abstractmethod
    def whole(self, node: Node, value: Unknown) -> Unknown:
        """Run a whole term."""

    def _begun(self, value: Unknown, type_: Type[Any], names: list[tuple[str, Type[Any]]]) -> Unknown:
        """Have names begin with a value; what the halves of pairs begin with has names of its own."""
        if type_ is Unit:
            return NOTHING
        if type_.head == "Pair":
            left, right = (self._begun(part(value, index), type_.args[index], names) for index in (0, 1))
            return Both(left, right)
        fresh = self.program.fresh()
        self.write(assign(fresh, self.written(value, type_), self.program.type(type_)))
        names.append((fresh, type_))
        return Atom(name(fresh), type_)

    def _flat(self, value: Unknown, type_: Type[Any]) -> list[ast.expr]:
        if type_ is Unit:
            return []
        if type_.head == "Pair":
            return [each for index in (0, 1) for each in self._flat(part(value, index), type_.args[index])]
        return [self.written(value, type_)]

    def fold(self, node: Node, value: Unknown) -> Running:
        """Write a `for` over a list, out of which no way leads."""
        inner = node.parts[0]
        puts, labels = _touched(inner)
        carried: list[tuple[str, Type[Any]]] = []
        so_far = self._begun(part(value, 0), node.output, carried)
        if puts:
            self.state = self._begun(self.state, self.of, carried)
        for label in labels:
            self.cells[label] = self._begun(self.cells[label], self.cell_types[label], carried)
        state, cells = self.state, dict(self.cells)
        items = part(value, 1)
        fresh = self.program.fresh()
        of = inner.input.args[1]
        outer, self.block = self.block, []
        self.depth += 1
        made = yield inner, Both(so_far, NOTHING if of is Unit else Atom(name(fresh), of))
        self.depth -= 1
        ends = self._flat(made, node.output)
        if puts:
            ends += self._flat(self.state, self.of)
        for label in labels:
            ends += self._flat(self.cells[label], self.cell_types[label])
        targets = [each for each, _ in carried]
        pairs = [
            (target, end)
            for target, end in zip(targets, ends, strict=True)
            if not (isinstance(end, ast.Name) and end.id == target)
        ]
        if len(pairs) == 1:
            self.write(assign(*pairs[0]))
        elif pairs:
            target = ast.Tuple([ast.Name(each, ast.Store()) for each, _ in pairs], ast.Store())
            self.write(ast.Assign([target], ast.Tuple([end for _, end in pairs], ast.Load()), lineno=1))
        block, self.block = self.block, outer
        stored = ast.Name(fresh, ast.Store())
        iterated = self.exact(items, node.input.args[1])
        self.write(ast.For(stored, iterated, block or [ast.Pass()], [], lineno=1))
        self.state, self.cells = state, cells
        return so_far

    def unleft(self, node: Node, value: Unknown) -> Unknown:
        """Call a loop of a function that takes a turn; what the turn uses goes round with what it takes."""
        inner = node.parts[0]
        puts, labels = _touched(inner, reads=True)
        taken = sorted(inner.free)
        extras: list[tuple[Unknown, Type[Any]]] = [
            (self.bound[-1 - index], self._type(index, inner)) for index in taken
        ]
        if puts:
            extras.append((self.state, self.of))
        extras += [(self.cells[label], self.cell_types[label]) for label in labels]
        types = tuple(of for _, of in extras)
        beside = (
            None if not types else types[0] if len(types) == 1 else Pair(*types) if len(types) == 2 else Tuple(*types)
        )

        def round_(of: Type[Any]) -> Type[Any]:
            return of if beside is None else Pair(of, beside)

        begin, ended, again = inner.input.args[0], inner.output.args[0], inner.input.args[1]
        helper = self.program.fresh() + "H"
        parameter = self.program.fresh()
        takes: Type[Any] = Type("Either", (round_(begin), round_(again)))
        gives: Type[Any] = Type("Either", (round_(ended), round_(again)))
        cases = []
        for is_left, of in ((True, begin), (False, again)):
            fresh = self.program.fresh()
            whole = Atom(name(fresh), round_(of))
            run = type(self)(self.program, (self.state, self.of), self.cell_types)
            run.cells = dict(self.cells)
            run.pure, run.depth = self.pure, 2
            inside: Unknown = whole if beside is None else item(whole, 0)
            if of is Unit and beside is None:
                inside = NOTHING
            others: list[Unknown] = []
            if beside is not None:
                rest = item(whole, 1)
                for place in range(len(types)):
                    one = rest if len(types) == 1 else item(rest, place) if isinstance(rest, Atom) else NOTHING
                    others.append(one)
            bound: list[Unknown] = [NOTHING] * (max(taken) + 1 if taken else 0)
            for index, one in zip(taken, others, strict=False):
                bound[-1 - index] = one
            run.bound = tuple(bound)
            after = others[len(taken) :]
            if puts:
                run.state, *after = after
            for label, one in zip(labels, after, strict=True):
                run.cells[label] = one
            made = run.whole(inner, Side(is_left, inside))
            kept = [*others[: len(taken)], *([run.state] if puts else []), *(run.cells[label] for label in labels)]
            run.block += run._returned(made, inner.output, kept, types, beside)
            pattern = ast.MatchClass(name("Left" if is_left else "Right"), [ast.MatchAs(None, fresh)], [], [])
            cases.append(ast.match_case(pattern, None, run.block))
        self.program.imports |= {"Left", "Right", "unleft"}
        body: Block = [ast.Match(name(parameter), cases)]
        self.program.helpers.append(self.program.definition(helper, [(parameter, takes)], gives, body))
        argument = self.exact(value, node.input)
        if beside is not None:
            written = [self.exact(each, of) for each, of in extras]
            more = written[0] if len(written) == 1 else ast.Tuple(written, ast.Load())
            argument = ast.Tuple([argument, more], ast.Load())
        made_ = self.let(call(call("unleft", name(helper)), argument), round_(ended))
        if beside is None:
            return made_
        assert isinstance(made_, Atom)
        rest_ = item(made_, 1)
        found = [rest_] if len(types) == 1 else [item(rest_, place) for place in range(len(types))]  # type: ignore[arg-type]
        after_ = found[len(taken) :]
        if puts:
            self.state, *after_ = after_
        self.cells |= zip(labels, after_, strict=True)
        return item(made_, 0)

    def _type(self, index: int, inner: Node) -> Type[Any]:
        work = [(inner, index)]
        while work:
            node, at = work.pop()
            if node.is_variable(at):
                return node.output
            if at in node.free:
                if isinstance(node.term, Let):
                    work += [(node.parts[0], at), (node.parts[1], at + 1)]
                else:
                    work += [(each, at) for each in node.parts]
        raise AssertionError("a variable that is free is somewhere")

    def _returned(
        self, made: Unknown, type_: Type[Any], kept: list[Unknown], types: tuple[Type[Any], ...], beside: Any
    ) -> Block:
        """Return what a turn ends with: what it made, with what goes round inside of it."""

        def side(is_left: bool, value: Unknown) -> ast.stmt:
            written = self.written(value, type_.args[not is_left])
            if beside is not None:
                values = [self.written(each, of) for each, of in zip(kept, types, strict=True)]
                more = values[0] if len(values) == 1 else ast.Tuple(values, ast.Load())
                written = ast.Tuple([written, more], ast.Load())
            return ast.Return(call("Left" if is_left else "Right", written))

        outer, self.block = self.block, []
        try:
            if isinstance(made, Side):
                last = side(made.is_left, made.value)
                return [*self.block, last]
            written = self.exact(made, type_)
            if beside is None:
                return [*self.block, ast.Return(written)]
            cases = []
            for is_left in (True, False):
                fresh = self.program.fresh()
                of = type_.args[not is_left]
                value: Unknown = NOTHING if of is Unit else Atom(name(fresh), of)
                before, self.block = self.block, []
                end = side(is_left, value)
                inside, self.block = [*self.block, end], before
                pattern = ast.MatchClass(name("Left" if is_left else "Right"), [ast.MatchAs(None, fresh)], [], [])
                cases.append(ast.match_case(pattern, None, inside))
            return [*self.block, ast.Match(written, cases)]
        finally:
            self.block = outer


def _touched(node: Node, *, reads: bool = False) -> tuple[bool, list[str]]:
    """Tell whether a part changes the state, or reads it, and return the names of its cells."""
    puts, labels = False, []
    work = [node]
    while work:
        current = work.pop()
        puts = puts or isinstance(current.term, Put) or (reads and isinstance(current.term, Get))
        if isinstance(current.term, Loop):
            labels.append(str(current.term.name))
        work.extend(current.parts)
    return puts, labels
