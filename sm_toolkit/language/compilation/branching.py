"""Branches: what happens where a value chooses of which nothing is known.

First the left side is run to its end, then the right one, which waits meanwhile. What comes after a branch is moved
into both sides if it is small; else the sides join, and it comes once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from sm_toolkit.language.compilation.blocks import Block, Branch, Function, Repeat, Scope, Value
from sm_toolkit.language.compilation.frames import Frame, is_short, queued, simplified
from sm_toolkit.language.compilation.holding import Cells
from sm_toolkit.language.compilation.joining import MOST_SPLIT
from sm_toolkit.language.compilation.parts import Parts, Task
from sm_toolkit.language.compilation.support import Environment
from sm_toolkit.language.data.types import Left, Right
from sm_toolkit.language.leaves.record import SideClass
from sm_toolkit.language.syntax.terms import Case, Compose, FanIn, If, Primitive, Show, Variable

MOST_NESTED = 75
"""Branches inside branches of one function; deeper ones go to a function of their own (Python allows 100)."""

MOST_MOVED = 8
"""What may be moved past a join into both sides of a branch, in parts."""


@dataclass(frozen=True)
class Side:
    """The right side of a branch, which waits for the left one."""

    branch: Branch
    frame: Frame
    x: Value
    s: Value
    goes_in: Value | None
    scope: Scope | None


@dataclass(frozen=True)
class After:
    """What comes after a loop."""

    loop: Repeat
    frame: Frame
    scope: Scope | None


Pending: TypeAlias = Side | After


class Branching(Parts):
    """A run that makes one function, as far as its branches go."""

    def __init__(
        self,
        function: Function,
        environment: Environment,
        waiting: list[Task],
        scope: Scope | None,
        cells: Cells | None,
    ) -> None:
        super().__init__(function, environment, waiting, scope, cells)
        self.pending: list[Pending] = []

    def choose(self, term: Case | FanIn | If, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
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
        tail = is_moved(rest)
        if not tail and self.is_nested():
            form = If if isinstance(term, If) else Case if kept else FanIn
            sides = (parts[0] if len(parts) == 1 else Compose(tuple(parts)) for parts in (lefts, rights))
            return self.split_off(form(*sides), x, s, rest)
        test, is_sum = (self.half(x, 1), False) if isinstance(term, If) else self.tested(x)
        branch = self.branch(test, is_sum, tail)
        left = right = rest
        if not tail:
            branch.is_tested_next = is_tested(rest)
            if isinstance(following, Primitive) and following.name in OPENING and is_tested(simplified(rest.next)):
                branch.opens = following
            moves = isinstance(following, Show) and is_short(following.type)
            left = Frame("left end", None, branch)
            right = Frame("right end", rest.next if moves else rest, branch)
            if moves:
                left, right = Frame("run", left, following), Frame("run", right, following)
        if kept:
            left, right = Frame("side", left, Left), Frame("side", right, Right)
        goes_in = self.half(x, 0) if isinstance(term, If) else None
        return self.both_sides(branch, queued(lefts, left), queued(rights, right), x, s, goes_in)

    def branch(self, test: Value, is_sum: bool, tail: bool) -> Branch:
        """Make a branch; after a ``tail`` nothing follows."""
        branch = Branch(test, is_sum, self.block, tail)
        self.block.statements.append(branch)
        self.function.order.append(branch)
        self.function.blocks += (branch.left, branch.right)
        return branch

    def both_sides(
        self, branch: Branch, left: Frame, right: Frame, x: Value, s: Value, goes_in: Value | None = None
    ) -> tuple[Value, Value, Frame]:
        """Begin with the left side of a branch; what goes into both is what is inside ``x``, or else ``goes_in``."""
        self.pending.append(Side(branch, right, x, s, goes_in, self.scope))
        self.block = branch.left
        return self._inside(branch, Left, x, goes_in), s, left

    def ended(self, branch: Branch, x: Value) -> tuple[Value, Value | None]:
        """Return what one side of a branch gives, and the sum that is made of it next if its side is known."""
        if branch.opens is None:
            return (self.told(x) if branch.is_tested_next else x), None
        opened = self.primitive(branch.opens.name, branch.opens.types, x)
        return x, None if self.side_of(opened) is None else self.told(opened)

    def joined(self, branch: Branch, x: Value, s: Value) -> tuple[Value, Value, bool]:
        """Return what comes after a branch, given what its right side ends with, and whether that is opened already."""
        assert branch.left_end is not None
        (left, left_opened, left_s), (right, right_opened) = branch.left_end, self.ended(branch, x)
        self.close(branch.block)
        self.block = branch.block
        state = self.join(branch, (left_s, s), MOST_SPLIT)
        if left_opened and right_opened and self.side_of(left_opened) is not self.side_of(right_opened):
            return self.join_sides(branch, (left_opened, right_opened), MOST_SPLIT), state, True
        join = self.join_sides if branch.is_tested_next else self.join
        return join(branch, (left, right), MOST_SPLIT), state, False

    def _inside(self, branch: Branch, side: SideClass, x: Value, goes_in: Value | None) -> Value:
        self.learn(branch.test, side if branch.is_sum else side is Left)
        return self.inside(x, side) if goes_in is None else goes_in

    def close(self, to: Block) -> None:
        """Forget what is known of values only in the blocks from here out to one."""
        block = self.block
        while block is not to:
            block.open = False
            block = block.parent

    def is_nested(self) -> bool:
        """Tell whether a further branch that joins would be nested too deep."""
        return self.block.joins >= MOST_NESTED


OPENING = ("split", "to_either")
"""The primitives that make sums that are not built if they are only tested."""


def is_tested(rest: Frame) -> bool:
    """Tell whether the first thing done with an output, a sum, is to test its side."""
    while rest.kind == "unbind":
        rest = rest.next
    if rest.kind in ("left end", "right end"):
        return bool(rest.data.is_tested_next)
    if rest.kind == "bind":
        match rest.data:
            case Compose((Variable(0), Case() | FanIn(), *_)):
                return True
    return rest.kind == "enter" or (rest.kind == "run" and isinstance(rest.data, Case | FanIn))


def is_moved(rest: Frame) -> bool:
    """Tell whether what comes after a branch is small enough to be moved into both sides."""
    return rest.moved is not None and rest.moved <= MOST_MOVED


def is_wrapped_at_once(frame: Frame) -> bool:
    """Tell whether so many constructors are put round a value that one call does it."""
    return frame.sides > MOST_MOVED and frame.moved is not None
