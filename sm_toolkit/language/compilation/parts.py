"""Functions inside functions: what is nested too deep for one of Python's, and what they are given.

A value that is bound far out is passed in only where a function turns out to want it: each call on the way gets one
more argument. (Lambda lifting, Johnsson, "Lambda lifting: transforming programs to recursive equations", FPCA 1985.)
"""

from __future__ import annotations

from dataclasses import dataclass

from sm_toolkit.language.compilation.blocks import Function, Scope, Value, ancestor
from sm_toolkit.language.compilation.building import parsed
from sm_toolkit.language.compilation.frames import Frame
from sm_toolkit.language.compilation.holding import Cells
from sm_toolkit.language.compilation.interpreted import free_variables, interpreted
from sm_toolkit.language.compilation.joining import MOST_SPLIT
from sm_toolkit.language.compilation.making import Expression
from sm_toolkit.language.compilation.states import StateKeeper
from sm_toolkit.language.compilation.support import Environment, applied
from sm_toolkit.language.syntax.terms import Term


@dataclass(frozen=True)
class Task:
    """A function that is to be made of a term."""

    function: Function
    term: Term
    x: Value
    s: Value
    scope: Scope | None


class Parts(StateKeeper):
    """Knows what is bound, and makes calls of other functions."""

    def __init__(
        self,
        function: Function,
        environment: Environment,
        waiting: list[Task],
        scope: Scope | None,
        cells: Cells | None,
    ) -> None:
        super().__init__(function, environment, cells)
        self.scope = scope
        self._waiting = waiting

    def turns(self) -> Value:
        """Return what counts the turns of the step."""
        assert self.function.turns is not None, "a function in which something takes turns counts them"
        return self.function.turns

    def variable(self, index: int) -> Value:
        """Return what is bound, passed in as an argument if that is in a function further out."""
        assert self.scope is not None, "a term is checked before it is compiled"
        scope = ancestor(self.scope, self.scope.depth - index)
        between: list[Function] = []
        function = self.function
        while function is not scope.function and scope.value not in function.captured:
            between.append(function)
            assert function.caller is not None
            function = function.caller
        value = scope.value if function is scope.function else function.captured[scope.value]
        for part in reversed(between):
            assert part.call is not None
            part.call.operands += (value,)
            part.call.data = _call_of(part)
            value = part.captured[scope.value] = part.parameter(f"x{len(part.call.operands)}")
        return value

    def split_off(self, term: Term, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        """Put what is nested too deep into a function of its own, and call it."""
        part = Function(self.environment.fresh("part"), self.function)
        part.is_first_paid = self.function.is_first_paid
        arguments: list[Value] = []
        inner_x, inner_s = (self._passed(value, part, arguments, MOST_SPLIT) for value in (x, s))
        if self.function.turns is not None:
            part.turns = self._passed(self.function.turns, part, arguments, 0)
        part.call = self._stated((), tuple(arguments))
        part.call.data = _call_of(part)
        self._waiting.append(Task(part, term, inner_x, inner_s, self.scope))
        output, state = (self.value("result", number, (part.call,)) for number in (0, 1))
        return output, state, rest

    def left_to_the_interpreter(self, term: Term, x: Value, s: Value, rest: Frame) -> tuple[Value, Value, Frame]:
        """Call the interpreter for what is nested deeper than functions of Python may be."""
        free = free_variables(term)
        names = () if self.cells is None else tuple(self.cells.paths)
        run = interpreted(term, free, names, self.environment.limits, self.environment.classes)
        name = self.environment.add("interpreted", run)
        # If a turn was taken off beforehand, this is the only loop there is, and it counts its own.
        turns = self.turns()
        if self.function.is_first_paid:
            turns = self.once("operation", (self.environment.turns(),), ())
        given = (x, s, turns, *map(self.variable, free))
        call = self.call(applied(name, range(len(given))), *given)
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


def _call_of(part: Function) -> Expression:
    """Return the expression that calls a part with all operands of its call."""
    assert part.call is not None
    holes = ", ".join(f"{{{number}}}" for number in range(len(part.call.operands)))
    return parsed(f"{part.name}({holes})")[0]
