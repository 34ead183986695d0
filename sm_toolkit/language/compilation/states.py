"""The state while a step runs: with what the loops of the machine hold beside it, if it has cells."""

from __future__ import annotations

from functools import reduce

from sm_toolkit.language.compilation.blocks import Function, Value
from sm_toolkit.language.compilation.holding import Cells, tree
from sm_toolkit.language.compilation.joining import Joiner
from sm_toolkit.language.compilation.support import Environment


class StateKeeper(Joiner):
    """Reads and writes the state, which is a pair of it and a tree of cells if the machine has some."""

    def __init__(self, function: Function, environment: Environment, cells: Cells | None) -> None:
        super().__init__(function, environment)
        self.cells = cells

    def state(self, s: Value) -> Value:
        """Return the state that the parts of a machine work on."""
        return s if self.cells is None else self.half(s, 0)

    def with_state(self, s: Value, state: Value) -> Value:
        """Return what there is of a state and of cells, with another state."""
        return state if self.cells is None else self.pair(state, self.half(s, 1))

    def with_cell(self, s: Value, name: str, value: Value) -> Value:
        """Return it with another value in a cell."""
        assert self.cells is not None
        path = self.cells.paths[name]
        around = [self.half(s, 1)]
        for index in path:
            around.append(self.half(around[-1], index))
        for index, whole in zip(reversed(path), reversed(around[:-1]), strict=True):
            value = self.pair(self.half(whole, 0), value) if index else self.pair(value, self.half(whole, 1))
        return self.pair(self.half(s, 0), value)

    def out_of_record(self, cells: Cells, s: Value) -> Value:
        """Return a state with its cells in a tree, given one with a record of them."""
        record = self.half(s, 1)
        held = [self.once("field", take, (record,)) for take in cells.shape.take]
        return self.pair(self.half(s, 0), tree(held, self.pair))

    def given_back(self, s: Value) -> tuple[Value, ...]:
        """Return the state as the function gives it: its cells in a record again, or a part at a time."""
        cells, shape = self.function.cells, self.function.shape
        if shape is not None:
            return tuple(self.field_of(s, shape, place) for place in range(len(shape.labels)))
        if cells is None:
            return s.operands if self.function.in_parts and s.kind in ("pair", "tuple") else (s,)
        state, tree_ = self.half(s, 0), self.half(s, 1)
        held = [reduce(self.half, path, tree_) for path in cells.paths.values()]
        if self.function.in_parts:
            return state, *held
        kept = [
            value.operands[0]
            for value, take in zip(held, cells.shape.take, strict=True)
            if value.kind == "field" and value.data == take
        ]
        if len(kept) == len(held):
            return (self.pair(state, kept[0]),)
        return (self.pair(state, self.once("record", cells.shape, tuple(held))),)
