"""A machine stepped by hand, as a plain model: the inputs on offer, the steps taken so far, and a place among
them. No widget and no picture here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sm_toolkit.language.checking.inference import elaborated
from sm_toolkit.language.data.values import default_value, finite_values, taken_in
from sm_toolkit.language.errors import StepError, ToolkitError
from sm_toolkit.language.interpreter import Trace, trace
from sm_toolkit.language.syntax.cells import start
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.notebook.pictures.machine_words import machine_name, types_text
from sm_toolkit.notebook.pictures.wording import value_text
from sm_toolkit.notebook.tables import Row, Table

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")

LONGEST_CELL = 200


class NoInputsError(ToolkitError, ValueError):
    """There is nothing to step a machine with; ``type`` is its input type, ``example`` a list to give."""

    def __init__(self, type_: str, example: str, given: bool) -> None:
        self.type = type_
        self.example = example
        self.given = given
        why = "the list of inputs is empty" if given else f"{type_} has too many values to offer each of them"
        super().__init__(f"{why}: give those that you want to try, as in inputs={example}")


@dataclass(frozen=True, slots=True)
class Step(Generic[S, A, B]):
    """One step that was taken: its input, and its output or the error, with the state before and after.

    ``trace`` tells every part of the machine that ran. A step that failed leaves the state as it was.
    """

    input: A
    before: S
    output: B | None
    after: S
    error: StepError | None
    trace: Trace


class StepperModel(Generic[S, A, B]):
    """A machine with a state to step from, and the steps taken.

    ``inputs`` are the values on offer: all of them where the input type is finite, else they must be given.
    ``trace`` are the steps in order, and ``position`` is how many of them count: going back keeps the later
    ones, until another step is taken in their place.

    >>> from sm_toolkit.examples.counter import count_v1
    >>> counter = StepperModel(count_v1, 0)
    >>> counter.inputs
    [Left(None), Right(None)]
    >>> for x in (counter.inputs[1], counter.inputs[1], counter.inputs[0]):
    ...     _ = counter.step(x)
    >>> counter.back()
    >>> counter
    count_v1: Either[Unit, Unit] -> Either[Int, Unit], state Int
             input     output    state
      start                      0
      1      Right ()  Right ()  1
    > 2      Right ()  Right ()  2
      3      Left ()   Left 2    2
    """

    def __init__(self, machine: Machine[S, A, B], state: S, inputs: Iterable[A] | None = None) -> None:
        """Begin at ``state``, with or without what the cells of the machine hold at first.

        Raises:
            NoInputsError: the input type is not finite and no inputs are given.
            ValueMismatchError: the state or an input is not of the machine's type.
            MachineTypeError, AmbiguousTypeError: the machine does not type.
        """
        self.machine = machine
        self.types = elaborated(machine).scheme
        state = start(machine, state)
        state = taken_in(state, self.types.state)
        offered = finite_values(self.types.input) if inputs is None else list(inputs)
        if not offered:
            example = f"[{print_value(default_value(self.types.input))}, …]"
            raise NoInputsError(str(self.types.input), example, given=offered is not None)
        self.inputs: list[A] = [taken_in(x, self.types.input) for x in offered]
        self.initial = state
        self.trace: list[Step[S, A, B]] = []
        self.position = 0

    @property
    def current(self) -> Step[S, A, B] | None:
        """The last of the steps that count; None at the start."""
        return self.trace[self.position - 1] if self.position else None

    @property
    def state(self) -> S:
        """The state that the next step begins in."""
        return self.initial if self.current is None else self.current.after

    def step(self, x: A) -> Step[S, A, B]:
        """Take a step; steps that were gone back over are replaced by it. One that fails is kept too.

        Raises:
            ValueMismatchError: the input is not of the machine's type.
        """
        told = trace(self.machine, x, self.state)
        taken: Step[S, A, B] = Step(x, told.state, told.output, told.new_state, told.error, told)
        self.trace[self.position :] = [taken]
        self.position += 1
        return taken

    def back(self) -> None:
        """Go back before the last step; at the start nothing happens."""
        self.position = max(0, self.position - 1)

    def forward(self) -> None:
        """Go to the next step if there is one that was gone back over."""
        self.position = min(len(self.trace), self.position + 1)

    def go(self, position: int) -> None:
        """Go to where so many steps count, 0 being the start.

        Raises:
            IndexError: there are not so many steps.
        """
        if not 0 <= position <= len(self.trace):
            raise IndexError(f"there are {len(self.trace)} steps to go to, and the start is 0: not {position}")
        self.position = position

    def reset(self) -> None:
        """Forget all steps."""
        self.trace.clear()
        self.position = 0

    @property
    def title(self) -> str:
        """The machine's name and types."""
        return f"{machine_name(self.machine)}: {types_text(self.types)}"

    def table(self) -> Table:
        """Return the steps as a table, the row of the place marked."""
        rows = [Row(("start", "", "", value_text(self.initial, LONGEST_CELL)), marked=self.position == 0)]
        for number, taken in enumerate(self.trace, 1):
            texts = (
                str(number),
                value_text(taken.input, LONGEST_CELL),
                value_text(taken.output, LONGEST_CELL) if taken.error is None else f"fails: {taken.error}",
                value_text(taken.after, LONGEST_CELL),
            )
            rows.append(Row(texts, marked=number == self.position, bad=taken.error is not None))
        return Table(f"the steps of {machine_name(self.machine)}", ("", "input", "output", "state"), tuple(rows))

    def __repr__(self) -> str:
        """Print the types, the steps, and why the current one failed."""
        failure = self.current and self.current.error
        why = f"\nstep {self.position} fails: {failure}" if failure else ""
        return f"{self.title}\n{self.table().text}{why}"
