"""The fast form of a machine: one generated Python function for a step and one for a batch.

Here a typed term becomes a ``Program``. How it gets there is in ``compilation``; what a term means is the
business of ``interpreter`` alone.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from sm_toolkit.language.checking.inference import Typing, elaborate, elaborated, infer
from sm_toolkit.language.compilation.emission import batch_source, step_source
from sm_toolkit.language.compilation.facts import are_within
from sm_toolkit.language.compilation.flow import Flow
from sm_toolkit.language.compilation.fuel import takers
from sm_toolkit.language.compilation.placement import plan, takes_state_apart
from sm_toolkit.language.compilation.support import Environment
from sm_toolkit.language.data.types import Type, is_record_head
from sm_toolkit.language.data.values import taken_in
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.interpreter import step
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine, expect_machine
from sm_toolkit.language.syntax.terms import walk

MOST_PARTS = 16
"""A state of up to so many parts is kept in parts while a batch runs."""

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, eq=False, repr=False)
class Program(Generic[S, A, B]):
    """A compiled machine.

    ``step(x, s)`` returns the output and the new state, or raises ``StepError``. ``batch(xs, s)`` returns a
    list with, for each input in order, its output or the ``StepError`` of its step, and the last state; a
    failed step leaves the state to the next as it found it.

    Neither looks at the types of what it is passed: that the state and each input are of the types in
    ``typing.scheme`` is the caller's business. If they are not, what comes is undefined: a wrong output, a wrong
    state, or any Python exception, which also ends a batch and loses the outputs before it. Where values come in
    from outside, use ``interpreter.step``, which checks them, or ask ``values.check_value`` first.

    ``typing`` is the elaborated term that both do, and ``limits`` hold for what they do. ``batch`` and ``source``, the
    Python that both are made of, are made when they are first asked for.
    """

    step: Callable[[A, S], tuple[B, S]]
    typing: Typing
    limits: Limits

    @cached_property
    def batch(self) -> Callable[[Iterable[A], S], tuple[list[B | StepError], S]]:
        """The function that runs a batch."""
        with _collector_paused():
            batch: Callable[[Iterable[A], S], tuple[list[B | StepError], S]] = _loaded(*self._generated)["batch"]
        return batch

    @property
    def source(self) -> str:
        """The Python that ``step`` and ``batch`` are made of."""
        return self._generated[0]

    @cached_property
    def _generated(self) -> tuple[str, Environment]:
        return _generate(self.typing, self.limits, with_batch=True)

    def __repr__(self) -> str:
        """Say what is compiled."""
        return f"<Program {self.typing.scheme}>"


def compile_machine(
    machine: Machine[S, A, B],
    state: Type[Any] | None = None,
    input: Type[Any] | None = None,
    output: Type[Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Program[S, A, B]:
    """Compile a machine, at the types given or at its own; without types it is compiled once and kept.

    The program does not check the values that it is passed: see ``Program``.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> from sm_toolkit.language.data.types import Left, Right
    >>> program = compile_machine(get() | get() >> incr >> put())
    >>> program.step(Right(None), 4), program.batch([Right(None), Left(None)], 4)
    ((Right(None), 5), ([Right(None), Left(5)], 5))

    Raises:
        MachineTypeError, AmbiguousTypeError, LimitError, TypeError: see ``inference.elaborate``.
    """
    expect_machine(machine, "compile_machine(machine, state, input, output)")
    if state is input is output is None and limits is DEFAULT_LIMITS:
        return machine.remember("compiled", lambda: compile_typed(elaborated(machine)))
    return compile_typed(elaborate(machine, state, input, output, limits), limits)


def step_compiled(machine: Machine[S, A, B], x: A, s: S) -> tuple[B, S]:
    """Run one input through a machine as ``interpreter.step`` does, compiled when it is first asked for.

    Raises:
        StepError, ValueMismatchError, MachineTypeError, AmbiguousTypeError, LimitError: see ``interpreter.step``.
    """
    scheme = machine.remember("scheme", lambda: infer(machine))
    if any(type_.has_variables for type_ in (scheme.state, scheme.input, scheme.output)):
        return step(machine, x, s)  # it is another machine for other types
    s = taken_in(s, scheme.state, subject="the state")
    x = taken_in(x, scheme.input, subject="the input")
    return compile_machine(machine).step(x, s)


def compile_typed(
    typing: Typing,
    limits: Limits = DEFAULT_LIMITS,
    *,
    with_batch: bool = False,
    half_way: Callable[[], None] = lambda: None,
) -> Program[Any, Any, Any]:
    """Compile an elaborated term. ``limits`` hold for what its steps read and show.

    ``with_batch`` makes the batch at once too: the same one as when it is first asked for, in about two thirds of the
    time that both take one after the other. ``half_way`` is called when there is the source, and Python has it to
    compile yet.
    """
    with _collector_paused():
        generated = _generate(typing, limits, with_batch=with_batch)
        half_way()
        loaded = _loaded(*generated)
        program = Program[Any, Any, Any](loaded["step"], typing, limits)
        if with_batch:
            vars(program).update(_generated=generated, batch=loaded["batch"])  # where ``cached_property`` looks
        return program


def _generate(typing: Typing, limits: Limits, *, with_batch: bool) -> tuple[str, Environment]:
    """Return the source of a step, and of a batch if it is wanted, and what stands beside it."""
    types = {typing.scheme.state, *typing.inputs, *typing.outputs}
    has_maybes = any("Maybe" in type_.kinds for type_ in types)
    nodes = list(walk(typing.term))
    loops, counted = takers(nodes, limits)
    is_within, counts = are_within(nodes, limits), bool(counted)
    environment = Environment(limits, has_maybes=has_maybes, is_within=is_within, counts=counts, classes=typing.classes)
    flow = Flow(environment, typing.term, [*loops, *counted])
    step = flow.function("step")
    for function in step:
        plan(function)
    pieces = [step_source(function, environment) for function in step]
    if not with_batch:
        return "\n\n\n".join(pieces) + "\n", environment
    state = typing.scheme.state
    has_parts = state.head in ("Pair", "Tuple") or is_record_head(state.head)
    if step[0].cells is not None or (has_parts and len(state.args) <= MOST_PARTS and takes_state_apart(step[0])):
        # A batch whose steps use the parts of the state, or cells, keeps them apart from step to step.
        batch = flow.function("batch", state)
        for function in batch:
            plan(function)
        pieces.insert(1, batch_source(batch[0], environment))
        pieces += [step_source(function, environment) for function in batch[1:]]
    else:
        step[0].name = "batch"
        pieces.insert(1, batch_source(step[0], environment))
    return "\n\n\n".join(pieces) + "\n", environment


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from looking, again and again, at many parts that are all still wanted.

    With large terms that would be a quarter of the time. Other threads' cycles wait meanwhile.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _loaded(source: str, environment: Environment) -> dict[str, Any]:
    exec(compile(source, "<compiled machine>", "exec", dont_inherit=True), environment.contents)
    return environment.contents
