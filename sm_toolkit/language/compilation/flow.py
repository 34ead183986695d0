"""From a term to blocks: an abstract machine that runs a term on abstract values.

So a composition leaves no trace, and a pair that is taken apart again is never built. Nothing here is source
text, and nothing recurses on the Python stack. The machine is the CEK machine of Felleisen and Friedman
("Control operators, the SECD-machine, and the lambda-calculus", 1986) with two ways to go on after a branch.
"""

from __future__ import annotations

from functools import reduce
from typing import Any, assert_never

from sm_toolkit.language.compilation.blocks import (
    Again,
    Function,
    Kind,
    Leave,
    Return,
    Scope,
    Value,
)
from sm_toolkit.language.compilation.branching import is_wrapped_at_once
from sm_toolkit.language.compilation.frames import Frame, queued, simplified, wrappers
from sm_toolkit.language.compilation.holding import Cells, cells_in, tree
from sm_toolkit.language.compilation.looping import Looping
from sm_toolkit.language.compilation.loops import is_peeled
from sm_toolkit.language.compilation.parts import Task
from sm_toolkit.language.compilation.support import Environment
from sm_toolkit.language.data.types import Left, Type, is_record_head
from sm_toolkit.language.syntax.terms import (
    Both,
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
    Term,
    Unleft,
    Variable,
    Zoom,
)


class Flow:
    """Runs a term on abstract values, and so makes functions."""

    def __init__(self, environment: Environment, term: Term, takers: list[Term]) -> None:
        self.environment = environment
        self._term = term
        self._takers = takers  # the parts that take turns
        self._waiting: list[Task] = []
        self._cells: Cells | None = None

    def function(self, name: str, state: Type[Any] | None = None) -> list[Function]:
        """Make a function ``name(x, s)`` of the term, and return it with the parts split off from it.

        If the type of its ``state`` is given, that comes in parts: the parts of a pair, a tuple or a record in a
        variable each, or the state and each of its cells.
        """
        function = Function(name)
        function.cells = self._cells = self._cells or cells_in(self._term, self.environment)
        x = function.parameter("x")
        s = function.parameter("s") if state is None else self._in_parts(function, state)
        takers = self._takers
        if takers:
            # If it is but one loop, and its first turn comes before it, that turn is taken off here.
            function.is_first_paid = (
                len(takers) == 1
                and isinstance(takers[0], Unleft)
                and is_peeled(takers[0])
                and self.environment.limits.fuel > 0
            )
            turns = self.environment.turns(function.is_first_paid)
            function.turns = Value("operation", (turns,), (), function.entry)
            function.order.append(function.turns)
        made = []
        self._waiting.append(Task(function, self._term, x, s, None))
        while self._waiting:
            task = self._waiting.pop()
            run = _Run(task.function, self.environment, self._waiting, task.scope, self._cells)
            run.run(task.term, task.x, task.s)
            made.append(task.function)
        return made

    def _in_parts(self, function: Function, state: Type[Any]) -> Value:
        """Give a function its state in parts, and return the whole."""

        def made(kind: Kind, data: Any, *parts: Value) -> Value:
            value = Value(kind, data, parts, function.entry)
            function.order.append(value)
            return value

        function.in_parts = True
        count = len(state.args) if self._cells is None else 1 + len(self._cells.paths)
        parts = [function.parameter(f"s{number + 1}") for number in range(count)]
        if self._cells is not None:
            return made("pair", None, parts[0], tree(parts[1:], lambda one, two: made("pair", None, one, two)))
        if is_record_head(state.head):
            function.shape = self.environment.shape(state)
            return made("record", function.shape, *parts)
        return made("pair" if state.head == "Pair" else "tuple", None, *parts)


class _Run(Looping):
    """The run that makes one function."""

    def run(self, term: Term, x: Value, s: Value) -> None:
        """Run a term to its end on every path."""
        frame = Frame("run", Frame("return", None), term)
        if self.function.cells is not None and not self.function.in_parts:
            s = self.out_of_record(self.function.cells, s)
        while True:
            match frame.kind:
                case "run":
                    x, s, frame = self._form(frame.data, x, s, frame.next)
                case "side":
                    if is_wrapped_at_once(frame):
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
                case "bind":
                    after = Frame("unbind", frame.next, self.scope)
                    self.scope = Scope(x, self.function, self.scope)
                    frame, x = Frame("run", after, frame.data), frame.value
                case "unbind":
                    self.scope, frame = frame.data, frame.next
                case "zoomed first":
                    s, frame = self.with_state(s, self.pair(self.state(s), frame.value)), frame.next
                case "zoomed second":
                    s, frame = self.with_state(s, self.pair(frame.value, self.state(s))), frame.next
                case "fed back":
                    x, s, frame = self.half(x, 0), self.with_cell(s, frame.data, self.half(x, 1)), frame.next
                case "left end":
                    frame.data.left_end = *self.ended(frame.data, x), s
                    x, s, frame = self.next()
                case "right end":
                    x, s, is_opened = self.joined(frame.data, x, s)
                    frame = simplified(frame.next).next if is_opened else frame.next
                case "enter":
                    x, s, frame = self.enter(x, s, frame)
                case "begin":
                    x, s, frame = self.begin(frame.data, None, x, s, frame.next)
                case "turn":
                    leave, again = Frame("leave", None, frame.data), Frame("again", None, frame.data)
                    side = self.side_of(x)
                    if side is None:
                        branch = self.branch(*self.tested(x), tail=True)
                        x, s, frame = self.both_sides(branch, leave, again, x, s)
                    else:
                        x, frame = self.inside(x, side), leave if side is Left else again
                case "leave":
                    left = Leave(frame.data, self.block, x, s)
                    frame.data.leaves.append(left)
                    self.block.statements.append(left)
                    x, s, frame = self.next()
                case "again":
                    turned = Again(self.block, x, s)
                    frame.data.agains.append(turned)
                    self.block.statements.append(turned)
                    x, s, frame = self.next()
                case "return":
                    self.block.statements.append(Return(x, *self.given_back(s)))
                    if not self.pending:
                        return
                    x, s, frame = self.next()
                case _:
                    assert_never(frame.kind)

    def _form(self, term: Term, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        match term:
            case Primitive(name, types):
                return self.primitive(name, types, x), s, rest
            case Compose(parts):
                return x, s, queued(parts, rest)
            case Id():
                return x, s, rest
            case Const(value):
                return self.constant(value), s, rest
            case Get():
                return self.state(s), s, rest
            case Put():
                return self.constant(None), self.with_state(s, x), rest
            case Read(type_):
                assert type_ is not None, "a term is elaborated before it is compiled"
                return self.read(x, type_), s, rest
            case Show(type_):
                return self.show(x, type_), s, rest
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
                    return self.choose(term, x, s, rest)
                chosen = left if side is Left else right
                after = Frame("side", rest, side) if isinstance(term, Case) else rest
                return self.inside(x, side), s, Frame("run", after, chosen)
            case If(then, otherwise):
                test = self.truth_of(self.half(x, 1))
                if test is None:
                    return self.choose(term, x, s, rest)
                return self.half(x, 0), s, Frame("run", rest, then if test else otherwise)
            case Unleft():
                return self.loop(term, x, s, rest)
            case Fold():
                return self.fold(term, x, s, rest)
            case Let(bound, body):
                return x, s, Frame("run", Frame("bind", rest, body, x), bound)
            case Variable(index):
                return self.variable(index), s, rest
            case Zoom(side, inner):
                whole = self.state(s)
                halves = self.half(whole, 0), self.half(whole, 1)
                if side == "first":
                    return (
                        x,
                        self.with_state(s, halves[0]),
                        Frame("run", Frame("zoomed first", rest, value=halves[1]), inner),
                    )
                return (
                    x,
                    self.with_state(s, halves[1]),
                    Frame("run", Frame("zoomed second", rest, value=halves[0]), inner),
                )
            case Loop(inner, name=name):
                assert self.cells is not None, "a machine with loops has cells"
                assert name is not None, "a term is elaborated before it is compiled"
                held = reduce(self.half, self.cells.paths[name], self.half(s, 1))
                return self.pair(x, held), s, Frame("run", Frame("fed back", rest, name), inner)
            case _:
                assert_never(term)
