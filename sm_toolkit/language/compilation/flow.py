"""From a term to blocks: an abstract machine that runs a term on abstract values.

So a composition leaves no trace, and a pair that is taken apart again is never built. Nothing here is source
text, and nothing recurses on the Python stack. The machine is the CEK machine of Felleisen and Friedman
("Control operators, the SECD-machine, and the lambda-calculus", 1986) with two ways to go on after a branch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial, reduce
from typing import TypeAlias, assert_never

from sm_toolkit.language.compilation.blocks import (
    Again,
    Block,
    Branch,
    Carried,
    Function,
    Leave,
    Repeat,
    Return,
    Scope,
    Value,
)
from sm_toolkit.language.compilation.frames import Frame, is_short, queued, simplified, wrappers
from sm_toolkit.language.compilation.fuel import is_loop, works
from sm_toolkit.language.compilation.holding import Cells, cells_in, tree
from sm_toolkit.language.compilation.joining import MOST_SPLIT
from sm_toolkit.language.compilation.loops import is_peeled, preparation
from sm_toolkit.language.compilation.parts import Parts, Task
from sm_toolkit.language.compilation.support import Environment
from sm_toolkit.language.data.types import Left, Right
from sm_toolkit.language.leaves.record import SideClass
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
    walk,
)

MOST_NESTED = 75
"""Branches inside branches of one function; deeper ones go to a function of their own (Python allows 100)."""

MOST_LOOPS = 8
"""Loops inside loops of one function; deeper ones go to a function of their own (Python allows 20)."""

MOST_CALLS = 50
"""Functions inside functions; loops nested still deeper are interpreted (Python allows 1,000 calls)."""

MOST_MOVED = 8
"""What may be moved past a join into both sides of a branch, in parts."""


class Flow:
    """Runs a term on abstract values, and so makes functions."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._waiting: list[Task] = []
        self._cells: Cells | None = None

    def function(self, name: str, term: Term, in_parts: bool = False) -> list[Function]:
        """Make a function ``name(x, s)`` of a term, and return it with the parts split off from it.

        With ``in_parts`` the state is a pair that comes in two variables, or with its cells in a variable each.
        """
        function = Function(name)
        function.cells = self._cells = self._cells or cells_in(term, self.environment)
        function.in_parts = in_parts
        x = function.parameter("x")
        held = 2 if self._cells is None else 1 + len(self._cells.paths)
        parameters = [function.parameter(f"s{number + 1}") for number in range(held)] if in_parts else []
        if in_parts:
            s = _pair_in(function, parameters[0], tree(parameters[1:], partial(_pair_in, function)))
        else:
            s = function.parameter("s")
        counts = self.environment.counts
        takers = [node for node in walk(term) if is_loop(node) or (counts and works(node))]
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
        self._waiting.append(Task(function, term, x, s, None))
        while self._waiting:
            task = self._waiting.pop()
            run = _Run(task.function, self.environment, self._waiting, task.scope, self._cells)
            run.run(task.term, task.x, task.s)
            made.append(task.function)
        return made


@dataclass(frozen=True)
class _Side:
    """The right side of a branch, which waits for the left one."""

    branch: Branch
    frame: Frame
    x: Value
    s: Value
    goes_in: Value | None
    scope: Scope | None


@dataclass(frozen=True)
class _After:
    """What comes after a loop."""

    loop: Repeat
    frame: Frame
    scope: Scope | None


_Pending: TypeAlias = _Side | _After


class _Run(Parts):
    """The run that makes one function."""

    def __init__(
        self,
        function: Function,
        environment: Environment,
        waiting: list[Task],
        scope: Scope | None,
        cells: Cells | None,
    ) -> None:
        super().__init__(function, environment, waiting, scope, cells)
        self._pending: list[_Pending] = []

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
                    branch = frame.data
                    branch.left_end = (self.told(x) if branch.is_tested_next else x), s
                    x, s, frame = self._next()
                case "right end":
                    branch = frame.data
                    assert branch.left_end is not None
                    output, state = branch.left_end
                    x = self.told(x) if branch.is_tested_next else x
                    self._close(branch.block)
                    self.block = branch.block
                    join = self.join_sides if branch.is_tested_next else self.join
                    x, s = join(branch, (output, x), MOST_SPLIT), self.join(branch, (state, s), MOST_SPLIT)
                    frame = frame.next
                case "enter":
                    x, s, frame = self._enter(x, s, frame)
                case "begin":
                    x, s, frame = self._begin(frame.data, None, x, s, frame.next)
                case "turn":
                    leave, again = Frame("leave", None, frame.data), Frame("again", None, frame.data)
                    side = self.side_of(x)
                    if side is None:
                        branch = self._branch(*self.tested(x), tail=True)
                        x, s, frame = self._both_sides(branch, leave, again, x, s)
                    else:
                        x, frame = self.inside(x, side), leave if side is Left else again
                case "leave":
                    left = Leave(frame.data, self.block, x, s)
                    frame.data.leaves.append(left)
                    self.block.statements.append(left)
                    x, s, frame = self._next()
                case "again":
                    turned = Again(self.block, x, s)
                    frame.data.agains.append(turned)
                    self.block.statements.append(turned)
                    x, s, frame = self._next()
                case "return":
                    self.block.statements.append(Return(x, *self.given_back(s)))
                    if not self._pending:
                        return
                    x, s, frame = self._next()
                case _:
                    assert_never(frame.kind)

    def _form(self, term: Term, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        match term:
            case Id():
                return x, s, rest
            case Const(value):
                return self.constant(value), s, rest
            case Primitive(name, types):
                return self.primitive(name, types, x), s, rest
            case Get():
                return self.state(s), s, rest
            case Put():
                return self.constant(None), self.with_state(s, x), rest
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
            case Unleft():
                return self._loop(term, x, s, rest)
            case Fold():
                return self._fold(term, x, s, rest)
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
            form = If if isinstance(term, If) else Case if kept else FanIn
            sides = (parts[0] if len(parts) == 1 else Compose(tuple(parts)) for parts in (lefts, rights))
            return self.split_off(form(*sides), x, s, rest)
        test, is_sum = (self.half(x, 1), False) if isinstance(term, If) else self.tested(x)
        branch = self._branch(test, is_sum, tail)
        left = right = rest
        if not tail:
            branch.is_tested_next = rest.kind == "enter"
            moves = isinstance(following, Show) and is_short(following.type)
            left = Frame("left end", None, branch)
            right = Frame("right end", rest.next if moves else rest, branch)
            if moves:
                left, right = Frame("run", left, following), Frame("run", right, following)
        if kept:
            left, right = Frame("side", left, Left), Frame("side", right, Right)
        goes_in = self.half(x, 0) if isinstance(term, If) else None
        return self._both_sides(branch, queued(lefts, left), queued(rights, right), x, s, goes_in)

    def _branch(self, test: Value, is_sum: bool, tail: bool) -> Branch:
        branch = Branch(test, is_sum, self.block, tail)
        self.block.statements.append(branch)
        self.function.order.append(branch)
        self.function.blocks += (branch.left, branch.right)
        return branch

    def _both_sides(
        self, branch: Branch, left: Frame, right: Frame, x: Value, s: Value, goes_in: Value | None = None
    ) -> tuple[Value, Value, Frame]:
        """Begin with the left side of a branch; what goes into both is what is inside ``x``, or else ``goes_in``."""
        self._pending.append(_Side(branch, right, x, s, goes_in, self.scope))
        self.block = branch.left
        return self._inside(branch, Left, x, goes_in), s, left

    def _inside(self, branch: Branch, side: SideClass, x: Value, goes_in: Value | None) -> Value:
        self.learn(branch.test, side if branch.is_sum else side is Left)
        return self.inside(x, side) if goes_in is None else goes_in

    def _next(self) -> tuple[Value, Value, Frame]:
        """Begin what waits: the right side of a branch, or what comes after a loop."""
        waits = self._pending.pop()
        self.scope = waits.scope
        if isinstance(waits, _After):
            return self._after(waits.loop, waits.frame)
        # What was known only on the side before is known no more.
        self._close(waits.branch.block)
        self.block = waits.branch.right
        return self._inside(waits.branch, Right, waits.x, waits.goes_in), waits.s, waits.frame

    def _close(self, to: Block) -> None:
        block = self.block
        while block is not to:
            block.open = False
            block = block.parent

    # -- loops --------------------------------------------------------------------------------------------

    def _loop(self, term: Unleft, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        """Begin a loop; in its first turn what goes in is a Left of ``x``, later a Right of what came out."""
        if self._is_deep():
            return self._elsewhere(term, x, s, rest)
        prepared = preparation(term)
        if prepared is not None:
            return x, s, Frame("run", Frame("begin", rest, term), prepared)
        if not is_peeled(term):
            return self._begin(term, x, None, s, rest)
        if not self.function.is_first_paid:
            self.call("spend({0})", self.turns())
        return self.side(Left, x), s, Frame("run", Frame("enter", rest, term), term.inner)

    def _is_deep(self) -> bool:
        return self.block.depth > 0 and (self.block.loops >= MOST_LOOPS or self.block.joins >= MOST_NESTED)

    def _elsewhere(self, term: Term, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        deepest = self.function.level >= MOST_CALLS
        return (self.left_to_the_interpreter if deepest else self.split_off)(term, x, s, rest)

    def _enter(self, x: Value, s: Value, frame: Frame) -> tuple[Value, Value, Frame]:
        """Begin a loop after its first turn, if it wants another one."""
        rest = simplified(frame.next)
        side = self.side_of(x)
        if side is Left:
            return self.inside(x, side), s, rest
        if side is Right:
            return self._begin(frame.data, None, self.inside(x, side), s, rest)
        tail = rest.moved is not None and rest.moved <= MOST_MOVED
        branch = self._branch(*self.tested(x), tail)
        left, right = (rest, rest) if tail else (Frame("left end", None, branch), Frame("right end", rest, branch))
        return self._both_sides(branch, left, Frame("side", Frame("enter", right, frame.data), Right), x, s)

    def _begin(
        self, term: Unleft, first: Value | None, output: Value | None, s: Value, rest: Frame
    ) -> tuple[Value, Value, Frame]:
        """Begin the turns of a loop: with what goes into the first one, or what came out of it."""
        self.function.can_fail = True
        loop = self._turning(Repeat(self.block, self.turns()), rest)
        is_first, again, state = Carried(loop, self.constant(True)), Carried(loop, output), Carried(loop, s)
        more = self.environment.turn_costs.of(term.inner) - 1
        if more:
            self.call(f"spend({{0}}, {more})", self.turns())
        given = self.side(Right, again) if first is None else self.value("chosen", None, (is_first, first, again))
        return given, state, Frame("run", Frame("turn", None, loop), term.inner)

    def _fold(self, term: Fold, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        """Begin a loop over the items of a list, whose turns are taken all at once."""
        if self._is_deep():
            return self._elsewhere(term, x, s, rest)
        first, items = self.half(x, 0), self.half(x, 1)
        cost = self.environment.turn_costs.of(term.inner)
        self.call("spend({0}, len({1}))" if cost == 1 else f"spend({{0}}, len({{1}}) * {cost})", self.turns(), items)
        loop = self._turning(Repeat(self.block, items, self.environment.fresh("item")), rest)
        Carried(loop, self.constant(True))
        total, state = Carried(loop, first), Carried(loop, s)
        loop.leaves.append(Leave(loop, loop.body, total, state))
        item = Value("variable", loop.item, (), loop.body)
        return self.pair(total, item), state, Frame("run", Frame("again", None, loop), term.inner)

    def _turning(self, loop: Repeat, rest: Frame) -> Repeat:
        """Go into a loop."""
        self.block.statements.append(loop)
        self.function.order.append(loop)
        self.function.blocks.append(loop.body)
        self._pending.append(_After(loop, rest, self.scope))
        self.block = loop.body
        return loop

    def _after(self, loop: Repeat, rest: Frame) -> tuple[Value, Value, Frame]:
        self._close(loop.block)
        self.block = loop.block
        self.settle(loop)
        if not loop.leaves:
            never = Value("variable", "_", (), self.block)  # nothing after the loop is ever reached
            return never, never, rest
        output = self.join(loop, [end.output for end in loop.leaves], MOST_SPLIT)
        return output, self.join(loop, [end.state for end in loop.leaves], MOST_SPLIT), rest


def _pair_in(function: Function, left: Value, right: Value) -> Value:
    made = Value("pair", None, (left, right), function.entry)
    function.order.append(made)
    return made
