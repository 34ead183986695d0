"""What a machine did with inputs one after another: each input, what came of it, and the state after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from sm_toolkit.language.arguments import expect_values
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.interpreter import step
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.cells import start
from sm_toolkit.language.syntax.machines import Machine, expect_machine

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")


class StreamStep(NamedTuple):
    """One input, its output and the state after it; ``failure`` says why a step failed, and the state stayed."""

    input: Any
    output: Any
    state: Any
    failure: str | None = None


@dataclass(frozen=True)
class StreamTrace:
    """Where a machine started, and its steps in order."""

    machine: Machine[Any, Any, Any] = field(repr=False)
    start: Any
    steps: tuple[StreamStep, ...]

    @property
    def outputs(self) -> list[Any]:
        """The outputs of the steps that did not fail."""
        return [one.output for one in self.steps if one.failure is None]

    @property
    def state(self) -> Any:
        """The last state."""
        return self.steps[-1].state if self.steps else self.start


def trace_stream(machine: Machine[S, A, B], xs: Iterable[A], s: S, limits: Limits = DEFAULT_LIMITS) -> StreamTrace:
    """Run inputs through a machine as ``stream`` does, and tell every step; a failed one too, after which it goes on.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> told = trace_stream(get() >> incr >> put() >> get(), [None, None], 0)
    >>> told.outputs, told.state, told.steps[0]
    ([1, 2], 2, StreamStep(input=None, output=1, state=1, failure=None))

    Raises:
        ValueMismatchError, MachineTypeError, AmbiguousTypeError, LimitError, TypeError: see ``step``.
    """
    expect_machine(machine, "trace_stream(machine, xs, s)")
    expect_values(xs, "trace_stream(machine, xs, s)", "xs")
    first = s = start(machine, s)
    steps = []
    for x in xs:
        try:
            y, s = step(machine, x, s, limits)
        except StepError as error:
            steps.append(StreamStep(x, None, s, str(error)))
        else:
            steps.append(StreamStep(x, y, s))
    return StreamTrace(machine, first, tuple(steps))
