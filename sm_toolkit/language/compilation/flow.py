"""From a term to blocks: an abstract machine that runs a term on abstract values.

So a composition leaves no trace, and a pair that is taken apart again is never built. Nothing here is source
text, and nothing recurses on the Python stack. The machine is the CEK machine of Felleisen and Friedman
("Control operators, the SECD-machine, and the lambda-calculus", 1986) with two ways to go on after a branch.
"""

from __future__ import annotations

from typing import assert_never

from sm_toolkit.language.compilation.blocks import Block, Branch, Function, Return, Value
from sm_toolkit.language.compilation.building import Builder
from sm_toolkit.language.compilation.frames import Frame, is_short, queued, simplified, wrappers
from sm_toolkit.language.compilation.support import Environment, SideClass
from sm_toolkit.language.terms import (
    Both,
    Case,
    Compose,
    Const,
    FanIn,
    Fanout,
    First,
    Get,
    Id,
    If,
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Term,
)
from sm_toolkit.language.types import Left, Right

MOST_NESTED = 75
"""Branches inside branches of one function; deeper ones go to a function of their own (Python allows 100)."""

MOST_MOVED = 8
"""What may be moved past a join into both sides of a branch, in parts."""

MOST_SPLIT = 4
"""How deep into pairs and sides a join, or the arguments of a function, follow what is known."""


class Flow:
    """Runs a term on abstract values, and so makes functions."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.functions: list[Function] = []
        self._waiting: list[tuple[Function, Term, Value, Value]] = []

    def function(self, name: str, term: Term, state_in_halves: bool = False) -> list[Function]:
        """Make a function ``name(x, s)`` of a term, and return it with the parts split off from it.

        With ``state_in_halves`` the state is a pair that comes in two variables.
        """
        function = Function(name)
        x = function.parameter("x")
        if not state_in_halves:
            s = function.parameter("s")
        else:
            s = Value("pair", None, (function.parameter("s1"), function.parameter("s2")), function.entry)
            function.order.append(s)
        made = []
        self._waiting.append((function, term, x, s))
        while self._waiting:
            current, body, *given = self._waiting.pop()
            _Run(current, self.environment, self._waiting).run(body, *given)
            made.append(current)
        return made


class _Run(Builder):
    """The run that makes one function."""

    def __init__(
        self, function: Function, environment: Environment, waiting: list[tuple[Function, Term, Value, Value]]
    ) -> None:
        super().__init__(function, environment)
        self._waiting = waiting
        self._sides: list[tuple[Branch, Frame, Value, Value | None]] = []

    def run(self, term: Term, x: Value, s: Value) -> None:
        """Run a term to its end on every path."""
        frame = Frame("run", Frame("return", None), term)
        while True:
            match frame.kind:
                case "run":
                    x, s, frame = self._form(frame.data, x, s, frame.next)
                case "side":
                    if frame.sides > MOST_MOVED and frame.moved is not None:
                        x, frame = self.value("wrapped", wrappers(frame), (x,)), frame.after
                    else:
                        x = self.side(frame.data, x)
                        frame = frame.next
                case "first":
                    x, frame = self.pair(x, frame.value), frame.next
                case "second":
                    x, frame = self.pair(frame.value, x), frame.next
                case "other":
                    # the left part of a fan-out is done; now the right one, on the input kept
                    frame, x = Frame("run", Frame("second", frame.next, value=x), frame.data), frame.value
                case "left end":
                    frame.data.left_end = (x, s)
                    x, s, frame = self._next_side()
                case "right end":
                    branch: Branch = frame.data
                    assert branch.left_end is not None
                    self._close(branch.block)
                    self.block = branch.block
                    output, state = branch.left_end
                    x, s = self._join(branch, output, x, MOST_SPLIT), self._join(branch, state, s, MOST_SPLIT)
                    frame = frame.next
                case "return":
                    self.block.statements.append(Return(x, s))
                    if not self._sides:
                        return
                    x, s, frame = self._next_side()
                case _:
                    assert_never(frame.kind)

    def _form(self, term: Term, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        match term:
            case Id():
                return x, s, rest
            case Const(value):
                return self.constant(value), s, rest
            case Primitive(name):
                return self.primitive(name, x), s, rest
            case Get():
                return s, s, rest
            case Put():
                return self.constant(None), x, rest
            case Read(type_):
                assert type_ is not None, "a term is elaborated before it is compiled"
                return self.read(x, type_), s, rest
            case Show(type_):
                return self.show(x, type_), s, rest
            case Compose(parts):
                return x, s, queued(parts, rest)
            case First(inner):
                return self.half(x, 0), s, Frame("run", Frame("first", rest, value=self.half(x, 1)), inner)
            case Second(inner):
                return self.half(x, 1), s, Frame("run", Frame("second", rest, value=self.half(x, 0)), inner)
            case Fanout(left, right):
                return x, s, Frame("run", Frame("other", rest, right, x), left)
            case Both(left, right):
                return self.half(x, 0), s, Frame("run", Frame("other", rest, right, self.half(x, 1)), left)
            case Case(left, right) | FanIn(left, right):
                side = self.side_of(x)
                if side is None:
                    return self._choose(term, x, s, rest)
                chosen = left if side is Left else right
                after = Frame("side", rest, side) if isinstance(term, Case) else rest
                return self.inside(x, side), s, Frame("run", after, chosen)
            case If(then, otherwise):
                test = self.truth_of(self.half(x, 1))
                if test is None:
                    return self._choose(term, x, s, rest)
                return self.half(x, 0), s, Frame("run", rest, then if test else otherwise)
            case _:
                assert_never(term)

    # -- branches -----------------------------------------------------------------------------------------

    def _choose(self, term: Case | FanIn | If, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        """Branch on a value of which nothing is known, and begin with the left side."""
        if isinstance(term, If):
            lefts, rights = [term.then], [term.otherwise]
        else:
            lefts, rights = [term.left], [term.right]
        kept = isinstance(term, Case)
        rest = simplified(rest)
        following = rest.data if rest.kind == "run" else None
        # What chooses again by the same side goes into the sides: each takes its own half of it.
        while kept and isinstance(following, Case | FanIn):
            lefts.append(following.left)
            rights.append(following.right)
            kept = isinstance(following, Case)
            rest = simplified(rest.next)
            following = rest.data if rest.kind == "run" else None
        tail = rest.moved is not None and rest.moved <= MOST_MOVED
        if not tail and self.block.joins >= MOST_NESTED:
            return self._split_off(lefts, rights, kept, term, x, s, rest)
        test = self.half(x, 1) if isinstance(term, If) else x
        branch = Branch(test, not isinstance(term, If), self.block, tail)
        self.block.statements.append(branch)
        self.function.order.append(branch)
        self.function.blocks += (branch.left, branch.right)
        left = rest
        right = rest
        if not tail:
            moves = isinstance(following, Show) and is_short(following.type)
            left = Frame("left end", None, branch)
            right = Frame("right end", rest.next if moves else rest, branch)
            if moves:
                left, right = Frame("run", left, following), Frame("run", right, following)
        if kept:
            left, right = Frame("side", left, Left), Frame("side", right, Right)
        left, right = queued(lefts, left), queued(rights, right)
        inner = self.half(x, 0) if isinstance(term, If) else None
        self._sides.append((branch, right, s, inner))
        self._sides.append((branch, left, s, inner))
        return self._next_side(first=True)

    def _next_side(self, first: bool = False) -> tuple[Value, Value, Frame]:
        """Begin the side of a branch that waits, and forget what was known only on the side before."""
        branch, frame, s, inner = self._sides.pop()
        if not first:
            self._close(branch.block)
        self.block = branch.left if first else branch.right
        if branch.is_sum:
            side: SideClass = Left if first else Right
            self._known[branch.test] = (side, self.block)
            return self.inside(branch.test, side), s, frame
        self._known[branch.test] = (first, self.block)
        assert inner is not None
        return inner, s, frame

    def _close(self, to: Block) -> None:
        block = self.block
        while block is not to:
            block.open = False
            block = block.parent

    def _split_off(
        self,
        lefts: list[Term],
        rights: list[Term],
        kept: bool,
        term: Case | FanIn | If,
        x: Value,
        s: Value,
        rest: Frame,
    ) -> tuple[Value, Value, Frame]:
        """Put a choice that is nested too deep into a function of its own, and call it."""
        left = lefts[0] if len(lefts) == 1 else Compose(tuple(lefts))
        right = rights[0] if len(rights) == 1 else Compose(tuple(rights))
        whole = If(left, right) if isinstance(term, If) else (Case if kept else FanIn)(left, right)
        part = Function(self.environment.fresh("part"))
        arguments: list[Value] = []
        inner_x, inner_s = (self._passed(value, part, arguments, MOST_SPLIT) for value in (x, s))
        self._waiting.append((part, whole, inner_x, inner_s))
        holes = ", ".join(f"{{{number}}}" for number in range(len(arguments)))
        call = self.call(f"{part.name}({holes})", *arguments)
        output, state = (self.value("result", number, (call,)) for number in (0, 1))
        return output, state, rest

    def _passed(self, value: Value, part: Function, arguments: list[Value], depth: int) -> Value:
        """Give a value to another function: what is known of it stays known, the rest is a parameter."""
        if value.kind == "constant":
            return value
        if depth and value.kind in ("pair", "side"):
            inner = tuple(self._passed(operand, part, arguments, depth - 1) for operand in value.operands)
            made = Value(value.kind, value.data, inner, part.entry)
            part.order.append(made)
            return made
        if value in arguments:
            return part.parameters[arguments.index(value)]
        arguments.append(value)
        return part.parameter(f"x{len(arguments)}")

    def _join(self, branch: Branch, left: Value, right: Value, depth: int) -> Value:
        """Return what a value is after a branch, when it is one thing or another on its sides."""
        if left is right or _same_constant(left, right):
            return left
        if depth:
            if _is_pair(left) and _is_pair(right):
                halves = (
                    self._join(branch, self.half(left, index), self.half(right, index), depth - 1) for index in (0, 1)
                )
                return self.pair(*halves)
            side = self.side_of(left) if left.kind in ("side", "constant") else None
            if side is not None and right.kind in ("side", "constant") and side is self.side_of(right):
                return self.side(side, self._join(branch, self.inside(left, side), self.inside(right, side), depth - 1))
        value = self.value("join", branch, (left, right))
        branch.joins.append(value)
        return value


def _is_pair(value: Value) -> bool:
    return value.kind == "pair" or (value.kind == "constant" and value.data.__class__ is tuple)


def _same_constant(left: Value, right: Value) -> bool:
    if left.kind != "constant" or right.kind != "constant":
        return False
    one, two = left.data, right.data
    return one is two or (one.__class__ is two.__class__ and one.__class__ in (bool, int, str) and one == two)
