"""Any machine is run on values that are not there yet, and what it does with them is written down.

The state is what `put` gave last. A pair is its halves, and a sum of which the side is known is what is inside: so most
of what only moves values about is not seen in the text.
"""

from __future__ import annotations

import ast
from collections.abc import Generator
from typing import Any

from sm_toolkit.language.data.types import Type, Unit
from sm_toolkit.language.functions.printing.naming import UnprintableError, name
from sm_toolkit.language.functions.printing.nodes import Node
from sm_toolkit.language.functions.printing.operating import operated
from sm_toolkit.language.functions.printing.repeating import Repeating, Running
from sm_toolkit.language.functions.printing.unknowns import (
    NOTHING,
    Atom,
    Both,
    Opened,
    Side,
    Unknown,
    known,
    part,
    same,
)
from sm_toolkit.language.functions.printing.writing import Block
from sm_toolkit.language.syntax.terms import Both as BothForm
from sm_toolkit.language.syntax.terms import (
    Case,
    Compose,
    Const,
    FanIn,
    Fanout,
    First,
    Fold,
    Get,
    Id,
    If,
    Let,
    Loop,
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Unleft,
    Variable,
    Zoom,
)

DEEPEST = 60
"""Python reads no more than a hundred blocks inside each other."""


class Run(Repeating):
    """Runs one function: its statements, its state, what its loops hold and what is bound."""

    def whole(self, node: Node, value: Unknown) -> Unknown:
        """Run a whole term."""
        stack = [self._run(node, value)]
        sent: Any = None
        while True:
            try:
                following, given = stack[-1].send(sent)
            except StopIteration as finished:
                sent = finished.value
                stack.pop()
                if not stack:
                    return sent  # type: ignore[no-any-return]
            else:
                stack.append(self._run(following, given))
                sent = None

    def _run(self, node: Node, value: Unknown) -> Running:
        match node.term:
            case Id():
                return value
            case Const(constant, type_):
                return known(self.program, constant, type_)
            case Get():
                return self.state
            case Put():
                self.state = value
                return NOTHING
            case Read(type_) | Show(type_):
                assert type_ is not None
                return self.text(node, value, type_)
            case Primitive():
                return operated(self, node, value)
            case Variable(index):
                return self.bound[-1 - index]
            case Compose():
                for each in node.parts:
                    value = yield each, value
                return value
            case First():
                made = yield node.parts[0], part(value, 0)
                return Both(made, part(value, 1))
            case Second():
                made = yield node.parts[0], part(value, 1)
                return Both(part(value, 0), made)
            case Fanout():
                left = yield node.parts[0], value
                right = yield node.parts[1], value
                return Both(left, right)
            case BothForm():
                left = yield node.parts[0], part(value, 0)
                right = yield node.parts[1], part(value, 1)
                return Both(left, right)
            case Let():
                bound = yield node.parts[0], value
                outer, self.bound = self.bound, (*self.bound, bound)
                made = yield node.parts[1], value
                self.bound = outer
                return made
            case Zoom(side):
                whole, place, of = self.state, int(side == "second"), self.of
                self.state, self.of = part(whole, place), of.args[place]
                made = yield node.parts[0], value
                self.of = of
                if same(self.state, part(whole, place)):
                    self.state = whole
                    return made
                halves = [part(whole, 0), part(whole, 1)]
                halves[place] = self.state
                self.state = Both(*halves)
                return made
            case Loop(name=cell):
                assert cell is not None, "elaborated loops have names"
                made = yield node.parts[0], Both(value, self.cells[cell])
                self.cells[cell] = part(made, 1)
                return part(made, 0)
            case If():
                made = yield from self._if(node, value)
                return made
            case Case() | FanIn():
                made = yield from self._sides(node, value)
                return made
            case Fold():
                made = yield from self.fold(node, value)
                return made
            case Unleft():
                return self.unleft(node, value)
        raise AssertionError("every form is run")

    # -- branches -----------------------------------------------------------------------------------------

    def _if(self, node: Node, value: Unknown) -> Running:
        test, given = part(value, 1), part(value, 0)
        assert isinstance(test, Atom)
        if isinstance(test.written, ast.Constant):
            made = yield node.parts[not test.written.value], given
            return made
        ways = [(each, given) for each in node.parts]
        blocks, made = yield from self._branches(ways, node.output)
        self.write(ast.If(test.written, blocks[0] or [ast.Pass()], blocks[1]))
        return made

    def _sides(self, node: Node, value: Unknown) -> Running:
        keeps = isinstance(node.term, Case)
        if isinstance(value, Side):
            made = yield node.parts[not value.is_left], value.value
            return Side(value.is_left, made) if keeps else made
        if isinstance(value, Opened) and not keeps:
            sides = _sides(node, value)
            if sides is not None:
                subject, known_ways = self.ways(value)
                ways = [(side, given) for side, (_, given) in zip(sides, known_ways, strict=True)]
                blocks, made = yield from self._branches(ways, node.output)
                self.choose(subject, known_ways, blocks)
                return made
        if isinstance(value, Opened):
            value = Atom(self.closed(value, node.input), node.input)
        assert isinstance(value, Atom)
        names = [self.program.fresh() for _ in node.parts]
        parts = node.input.args
        both: list[tuple[Node, Unknown]] = [
            (each, NOTHING if of is Unit else Atom(name(fresh), of))
            for each, fresh, of in zip(node.parts, names, parts, strict=True)
        ]
        blocks, made = yield from self._branches(both, node.output, keeps=keeps)
        self.program.imports |= {"Left", "Right"}
        cases = []
        for side, fresh, of, block in zip(("Left", "Right"), names, parts, blocks, strict=True):
            inner = ast.MatchAs(None, None if of is Unit else fresh)
            cases.append(ast.match_case(ast.MatchClass(name(side), [inner], [], []), None, block or [ast.Pass()]))
        self.write(ast.Match(value.written, cases))
        return made

    def _branches(
        self, ways: list[tuple[Node, Unknown]], type_: Type[Any], *, keeps: bool = False
    ) -> Generator[tuple[Node, Unknown], Unknown, tuple[list[Block], Unknown]]:
        """Run each way in a block of its own, and have all of them give what they made under the same names."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise UnprintableError("this machine is nested too deep to be printed", "print its parts")
        outer, state, cells = self.block, self.state, self.cells
        ends: list[tuple[Block, list[Unknown]]] = []
        for place, (node, given) in enumerate(ways):
            self.block, self.state, self.cells = [], state, dict(cells)
            made = yield node, given
            value = Side(place == 0, made) if keeps else made
            ends.append((self.block, [value, self.state, *(self.cells[label] for label in cells)]))
        self.block = outer
        types = [type_, self.of, *(self.cell_types[label] for label in cells)]
        merged = []
        for place, of in enumerate(types):
            old = (None, state, *cells.values())[place]
            found = [values[place] for _, values in ends]
            if old is not None and all(same(each, old) for each in found):
                merged.append(old)
            else:
                merged.append(self.merged([(block, each) for (block, _), each in zip(ends, found, strict=True)], of))
        self.state = merged[1]
        self.cells = dict(zip(cells, merged[2:], strict=True))
        self.depth -= 1
        return [block for block, _ in ends], merged[0]


def _sides(node: Node, value: Opened) -> list[Node] | None:
    """Return what is done for each of the ways in which something may be made, if that is said for each."""
    found: list[Node] = []
    for _ in range(1 if value.atom.type.head == "Maybe" else len(value.atom.type.args) - 1):
        if not isinstance(node.term, FanIn):
            return None
        found.append(node.parts[0])
        node = node.parts[1]
    return [*found, node]
