"""Loops within a step: how they begin, turn and end."""

from __future__ import annotations

from sm_toolkit.language.compilation.blocks import Carried, Leave, Repeat, Value
from sm_toolkit.language.compilation.branching import After, Branching, is_moved
from sm_toolkit.language.compilation.frames import Frame, simplified
from sm_toolkit.language.compilation.joining import MOST_SPLIT
from sm_toolkit.language.compilation.loops import is_peeled, preparation
from sm_toolkit.language.data.types import Left, Right
from sm_toolkit.language.syntax.terms import Fold, Term, Unleft

MOST_LOOPS = 8
"""Loops inside loops of one function; deeper ones go to a function of their own (Python allows 20)."""

MOST_CALLS = 50
"""Functions inside functions; loops nested still deeper are interpreted (Python allows 1,000 calls)."""


class Looping(Branching):
    """A run that makes one function, as far as its branches and loops go."""

    def loop(self, term: Unleft, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        """Begin a loop; in its first turn what goes in is a Left of ``x``, later a Right of what came out."""
        if self._is_deep():
            return self._elsewhere(term, x, s, rest)
        prepared = preparation(term)
        if prepared is not None:
            return x, s, Frame("run", Frame("begin", rest, term), prepared)
        if not is_peeled(term):
            return self.begin(term, x, None, s, rest)
        if not self.function.is_first_paid:
            self.call("spend({0})", self.turns())
        return self.side(Left, x), s, Frame("run", Frame("enter", rest, term), term.inner)

    def _is_deep(self) -> bool:
        return self.block.depth > 0 and (self.block.loops >= MOST_LOOPS or self.is_nested())

    def _elsewhere(self, term: Term, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        deepest = self.function.level >= MOST_CALLS
        return (self.left_to_the_interpreter if deepest else self.split_off)(term, x, s, rest)

    def enter(self, x: Value, s: Value, frame: Frame) -> tuple[Value, Value, Frame]:
        """Begin a loop after its first turn, if it wants another one."""
        rest = simplified(frame.next)
        side = self.side_of(x)
        if side is Left:
            return self.inside(x, side), s, rest
        if side is Right:
            return self.begin(frame.data, None, self.inside(x, side), s, rest)
        tail = is_moved(rest)
        branch = self.branch(*self.tested(x), tail)
        left, right = (rest, rest) if tail else (Frame("left end", None, branch), Frame("right end", rest, branch))
        return self.both_sides(branch, left, Frame("side", Frame("enter", right, frame.data), Right), x, s)

    def begin(
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

    def fold(self, term: Fold, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
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
        self.pending.append(After(loop, rest, self.scope))
        self.block = loop.body
        return loop

    def _after(self, loop: Repeat, rest: Frame) -> tuple[Value, Value, Frame]:
        self.close(loop.block)
        self.block = loop.block
        self.settle(loop)
        if not loop.leaves:
            never = Value("variable", "_", (), self.block)  # nothing after the loop is ever reached
            return never, never, rest
        output = self.join(loop, [end.output for end in loop.leaves], MOST_SPLIT)
        return output, self.join(loop, [end.state for end in loop.leaves], MOST_SPLIT), rest

    def next(self) -> tuple[Value, Value, Frame]:
        """Begin what waits: the right side of a branch, or what comes after a loop."""
        waits = self.pending.pop()
        self.scope = waits.scope
        if isinstance(waits, After):
            return self._after(waits.loop, waits.frame)
        # What was known only on the side before is known no more.
        self.close(waits.branch.block)
        self.block = waits.branch.right
        return self._inside(waits.branch, Right, waits.x, waits.goes_in), waits.s, waits.frame
