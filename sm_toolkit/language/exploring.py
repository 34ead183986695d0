"""Which states a machine can reach, and by which inputs: found breadth first, within a bound. No picture here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sm_toolkit.language.arguments import expect_number, expect_values
from sm_toolkit.language.checking.inference import Scheme, Typing, check, elaborate, infer
from sm_toolkit.language.compiler import compile_typed
from sm_toolkit.language.data.records import Classes
from sm_toolkit.language.data.types import Pair, Type
from sm_toolkit.language.data.value_samples import finite_values, sample_values
from sm_toolkit.language.data.values import own_type, taken_in
from sm_toolkit.language.encoding.value_encoding import encode_value
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.cells import start
from sm_toolkit.language.syntax.machines import Machine, expect_machine
from sm_toolkit.language.syntax.terms import Compose, Id, Read, Term
from sm_toolkit.language.text import show_text

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")

MOST_STATES = 1_000
"""How many states are found if nobody says otherwise."""

MOST_INPUTS = 64
"""How many inputs are made of a type at most."""

MOST_GIVEN = 10_000
"""How many inputs may be given."""

Progress = Callable[[int, int], object]
"""Is told, after each state, how many were stepped from and how many were found; False ends the exploration."""


class Transition(NamedTuple):
    """One step: from which state to which (by their places among the states), on which input, with which output.

    A step that fails leads back to where it came from; ``failure`` says why it failed, and there is no output.
    """

    source: int
    target: int
    input: Any
    output: Any
    failure: str | None = None


@dataclass(frozen=True)
class StateGraph:
    """The states that a machine reaches from the first of them, in the order in which they were found.

    ``distances`` are the fewest steps to each. ``every_input`` says that the ``inputs`` are all of their type. From the
    states at the places in ``unfinished`` there are steps that are not among the ``transitions``: they lead beyond the
    ``bound``, which is how many states were to be found at most, or the search was ended before.
    (``to_networkx`` makes a graph of networkx of it.)
    """

    machine: Machine[Any, Any, Any] = field(repr=False)
    states: tuple[Any, ...]
    transitions: tuple[Transition, ...]
    inputs: tuple[Any, ...]
    distances: tuple[int, ...] = field(repr=False)
    unfinished: tuple[int, ...]
    every_input: bool
    bound: int
    scheme: Scheme

    @property
    def complete(self) -> bool:
        """Whether every step of every state is here: with these inputs there are no other states."""
        return not self.unfinished

    def __str__(self) -> str:
        """Say how much was found, and whether that is all."""
        failing = sum(transition.failure is not None for transition in self.transitions)
        parts = [_count(len(self.states), "state"), _count(len(self.transitions), "transition")]
        if failing:
            parts.append(f"{failing:,} of them failing")
        inputs = _count(len(self.inputs), "input")
        if self.every_input:
            inputs = "the only input" if len(self.inputs) == 1 else f"all {inputs}"
        told = f"{', '.join(parts)}, by {inputs}"
        if self.complete:
            return f"{told}; there are no other states" + ("" if self.every_input else " with these inputs")
        why = f"the bound of {self.bound:,}" if len(self.states) == self.bound else "the end of the search"
        return f"{told}; from {_count(len(self.unfinished), 'state')} there is more, beyond {why}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def explore(
    machine: Machine[S, A, B],
    state: S,
    inputs: Iterable[A] | None = None,
    *,
    limit: int = MOST_STATES,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> StateGraph:
    """Find the states that a machine reaches from a state, breadth first, and the steps between them.

    Without ``inputs`` they are made of the input's type: all its values where there are at most ``MOST_INPUTS``, else
    some small ones (of a machine that first reads a text, the texts of such values). No more than ``limit`` states are
    found; what leads beyond them is said to be unfinished. ``progress`` is called after each state, with how many were
    stepped from and how many were found, and ends the search by returning False; an interrupt ends it with a
    ``KeyboardInterrupt``.

    >>> from sm_toolkit.language.vocabulary.combinators import get, not_, put
    >>> graph = explore((get() >> not_ >> put()).named("lamp"), False)
    >>> graph.states, [(one.source, one.target) for one in graph.transitions]
    ((False, True), [(0, 1), (1, 0)])
    >>> print(graph)
    2 states, 2 transitions, by the only input; there are no other states

    Raises:
        ValueMismatchError: the state or an input is not of the machine's type.
        MachineTypeError, AmbiguousTypeError, LimitError: the machine does not type, or something is too large.
        TypeError: ``machine`` is none, ``inputs`` are not one after another, or ``limit`` is no whole number.
        ValueError: ``limit`` is less than 1, or there are more than ``MOST_GIVEN`` inputs, or no end to them.
    """
    expect_machine(machine, "explore(machine, state, inputs)")
    expect_number(limit, "explore(machine, state, inputs, limit=…)", "limit")
    if inputs is not None:
        expect_values(inputs, "explore(machine, state, inputs)", "inputs")
    if limit < 1:
        raise ValueError(f"a limit is at least 1 state, and is {limit}")
    scheme = infer(machine)
    state = taken_in(start(machine, state), scheme.state, limits, subject="the state")
    xs: tuple[Any, ...] | None = None
    if inputs is not None:
        xs = tuple(
            taken_in(x, scheme.input, limits, subject=f"input {n}")
            for n, x in enumerate(islice(inputs, MOST_GIVEN + 1), 1)
        )
        if len(xs) > MOST_GIVEN:
            raise ValueError(f"each state is stepped from by each input, so they are at most {MOST_GIVEN:,}: take some")
    typed = _closed(machine, scheme, state, xs)
    types = typed.scheme
    if xs is None:
        xs, every = _made(typed.term, types.input, machine.classes)
    else:
        every = _are_all(xs, types.input)
    run = compile_typed(typed, limits).step
    places = {encode_value(state, types.state, limits): 0}
    states, distances = [state], [0]
    transitions: list[Transition] = []
    unfinished: list[int] = []
    here = 0
    while here < len(states):
        known = len(transitions)
        for x in xs:
            try:
                y, after = run(x, states[here])
            except StepError as error:
                transitions.append(Transition(here, here, x, None, str(error)))
                continue
            key = encode_value(after, types.state, limits)
            place = places.get(key)
            if place is None:
                if len(states) == limit:
                    continue
                place = places[key] = len(states)
                states.append(after)
                distances.append(distances[here] + 1)
            transitions.append(Transition(here, place, x, y))
        if len(transitions) - known < len(xs):
            unfinished.append(here)
        here += 1
        if progress is not None and progress(here, len(states)) is False:
            unfinished += range(here, len(states))
            break
    return StateGraph(
        machine, tuple(states), tuple(transitions), xs, tuple(distances), tuple(unfinished), every, limit, types
    )


def _closed(machine: Machine[Any, Any, Any], scheme: Scheme, state: Any, xs: tuple[Any, ...] | None) -> Typing:
    """Return the machine at the types of a state and of the first input; what they leave open is Unit."""
    if not any(type_.has_variables for type_ in (scheme.state, scheme.input, scheme.output)):
        return elaborate(machine)
    if xs:  # of a pair, so that their variables have different names
        state_type, input_type = own_type((state, xs[0]), Pair(scheme.state, scheme.input)).args
        closed = check(machine, state_type, input_type).grounded()
    else:
        closed = check(machine, own_type(state, scheme.state)).grounded()
    return elaborate(machine, closed.state, closed.input)


def _are_all(given: tuple[Any, ...], type_: Type[Any]) -> bool:
    every = finite_values(type_, MOST_INPUTS)
    if every is None:
        return False
    keys = {encode_value(x, type_) for x in given}
    return all(encode_value(x, type_) in keys for x in every)


def _made(term: Term, type_: Type[Any], classes: Classes) -> tuple[tuple[Any, ...], bool]:
    """Return inputs made of their type, and whether they are all of it."""
    first = term
    while isinstance(first, Compose):
        first = first.parts[0]
    if isinstance(first, Read) and first.type is not None:  # other texts only fail
        inner, _ = _made(Id(), first.type, classes)
        return tuple(show_text(x, first.type) for x in inner), False
    every = finite_values(type_, MOST_INPUTS, classes)
    if every is not None:
        return tuple(every), True
    return tuple(islice(sample_values(type_, classes=classes), MOST_INPUTS)), False
