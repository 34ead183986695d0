"""A machine stepped by hand, as a plain model: the inputs on offer, the steps taken so far, and a place among
them. No widget and no picture here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

from sm_toolkit.language.arguments import expect_values
from sm_toolkit.language.checking.inference import elaborated
from sm_toolkit.language.data.equality import same_value
from sm_toolkit.language.data.values import default_value, taken_in
from sm_toolkit.language.errors import StepError, ToolkitError
from sm_toolkit.language.interpreter import Trace, trace
from sm_toolkit.language.syntax.cells import start
from sm_toolkit.language.syntax.machines import Machine, expect_machine
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.notebook.forms import Form, offered
from sm_toolkit.notebook.pictures.machine_words import machine_name, types_text
from sm_toolkit.notebook.tables import Row, Table
from sm_toolkit.notebook.telling import told

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")

CALL = "Stepper(machine, state, inputs)"
MOST_INPUTS = 1_000
"""Of how many inputs there is a button each."""

LONGEST_CELL = 200
LONGEST_TOLD = 24
"""How many characters of an input are told where other futures are listed."""


class NoInputsError(ToolkitError, ValueError):
    """There is nothing to step a machine with; ``type`` is its input type, ``example`` a list to give."""

    def __init__(self, type_: str, example: str) -> None:
        self.type = type_
        self.example = example
        advice = f"give those that you want to try, as in inputs={example}, or none for a form to fill in"
        super().__init__(f"the list of inputs is empty: {advice}")


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


@dataclass(eq=False, slots=True)
class Place(Generic[S, A, B]):
    """Where one can stand: after a step, or at the start, which has none.

    ``name`` is how many steps lead here, and in any future but the first one also its letter. ``futures`` are the
    places that were reached from here, the oldest first; ``chosen`` is the one that was last gone to.
    """

    name: str
    number: int
    step: Step[S, A, B] | None = None
    parent: Place[S, A, B] | None = None
    futures: list[Place[S, A, B]] = field(default_factory=list)
    chosen: Place[S, A, B] | None = None


@dataclass(frozen=True, slots=True)
class Future(Generic[S, A, B]):
    """Steps one after another, as they were taken: the first ones of all, or others taken from a place among them.

    ``letter`` is in the names of its places, and empty for the first one.
    """

    letter: str
    after: Place[S, A, B]
    places: tuple[Place[S, A, B], ...]


class StepperModel(Generic[S, A, B]):
    """A machine with a state to step from, and the steps taken.

    ``inputs`` are the values on offer: those that are given, or else all that carry no data; ``forms`` are there for
    the others. ``trace`` are the steps in order, and ``position`` is how many of them count: going back keeps the
    later ones. Another step taken from there begins another future, and the old one stays beside it.

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
    >>> counter.go(1)
    >>> _ = counter.step(counter.inputs[0])
    >>> counter
    count_v1: Either[Unit, Unit] -> Either[Int, Unit], state Int
             input     output    state
      start                      0
      1      Right ()  Right ()  1
    > 2b     Left ()   Left 1    1
    another future, after 1: 2 Right (), 3 Left ()
    """

    def __init__(
        self, machine: Machine[S, A, B], state: S, inputs: Iterable[A] | None = None, form: bool | None = None
    ) -> None:
        """Begin at ``state``, with or without what the cells of the machine hold at first.

        ``form`` says whether there are forms for inputs that carry data: as it is, where no inputs are given.

        Raises:
            NoInputsError: the list of inputs is empty, and forms are not asked for.
            ValueError: there are more than ``MOST_INPUTS`` of them, or no end to them.
            ValueMismatchError: the state or an input is not of the machine's type.
            MachineTypeError, AmbiguousTypeError: the machine does not type.
            TypeError: it is no machine, or the inputs are not one after another.
        """
        expect_machine(machine, CALL)
        if inputs is not None:
            expect_values(inputs, CALL, "inputs")
        self.machine = machine
        self.types = elaborated(machine).scheme
        state = start(machine, state)
        self.initial: S = taken_in(state, self.types.state, subject="the state")
        values, forms = offered(self.types.input, machine.classes)
        given = None if inputs is None else list(islice(inputs, MOST_INPUTS + 1))
        if given is not None and len(given) > MOST_INPUTS:
            raise ValueError(f"a stepper has a button for each input, so at most {MOST_INPUTS:,}: take some of these")
        if given is not None and not given and not form:
            raise NoInputsError(str(self.types.input), f"[{print_value(default_value(self.types.input))}, …]")
        several = enumerate(values if given is None else given, 1)
        self.inputs: list[A] = [taken_in(x, self.types.input, subject=f"input {n}") for n, x in several]
        wanted = given is None if form is None else form
        self.forms: list[Form] = forms if wanted else []
        self.reset()

    def reset(self) -> None:
        """Forget all steps."""
        self.start: Place[S, A, B] = Place("start", 0)
        self.here = self.start
        self._futures: list[list[Place[S, A, B]]] = []
        self._places: dict[str, Place[S, A, B]] = {"0": self.start, "start": self.start}
        self._texts: dict[str, tuple[str, ...]] = {}  # the rows of the table, by place

    # -- where one is -------------------------------------------------------------------------------------

    @property
    def line(self) -> list[Place[S, A, B]]:
        """The places from the start on to here, and on from here as one last went."""
        places = [self.here]
        while (parent := places[-1].parent) is not None:
            places.append(parent)
        places.reverse()
        while (following := places[-1].chosen) is not None:
            places.append(following)
        return places

    @property
    def trace(self) -> list[Step[S, A, B]]:
        """The steps of the line on which one is."""
        return [place.step for place in self.line if place.step is not None]

    @property
    def position(self) -> int:
        """How many steps lead here."""
        return self.here.number

    @property
    def current(self) -> Step[S, A, B] | None:
        """The last of the steps that count; None at the start."""
        return self.here.step

    @property
    def state(self) -> S:
        """The state that the next step begins in."""
        return self.initial if self.current is None else self.current.after

    @property
    def futures(self) -> list[Future[S, A, B]]:
        """All steps, each once: the first future, and those that were begun later from a place in another."""
        return [
            Future(_letter(number), places[0].parent or self.start, tuple(places))
            for number, places in enumerate(self._futures)
        ]

    def place(self, name: str) -> Place[S, A, B]:
        """Return the place of that name.

        Raises:
            KeyError: there is none.
        """
        if name not in self._places:
            raise KeyError(f"there is no place {name!r}; there are {', '.join([*self._places][1:12])}")
        return self._places[name]

    # -- going --------------------------------------------------------------------------------------------

    def step(self, x: A) -> Step[S, A, B]:
        """Take a step, or go on to the one that was taken from here with this input. One that fails is kept too.

        Raises:
            ValueMismatchError: the input is not of the machine's type.
        """
        x = taken_in(x, self.types.input)
        for place in self.here.futures:
            if place.step is not None and same_value(place.step.input, x, classes=True):
                self._to(place)
                return place.step
        ran = trace(self.machine, x, self.state)
        taken: Step[S, A, B] = Step(ran.input, ran.state, ran.output, ran.new_state, ran.error, ran)
        own = next((places for places in self._futures if places[-1] is self.here), None)
        if own is None:
            own = []
            self._futures.append(own)
        number = self.here.number + 1
        letter = _letter(next(at for at, places in enumerate(self._futures) if places is own))
        place = Place(f"{number}{letter}", number, taken, self.here)
        own.append(place)
        self.here.futures.append(place)
        self._places[place.name] = place
        self._to(place)
        return taken

    def back(self) -> None:
        """Go back before the last step; at the start nothing happens."""
        self.here = self.here.parent or self.here

    def forward(self) -> None:
        """Go to the next step if there is one that was gone back over."""
        self.here = self.here.chosen or self.here

    def go(self, to: int | str) -> None:
        """Go to where so many steps of this line count, 0 being the start; or to a place of any future by its name.

        Raises:
            IndexError: there are not so many steps.
            KeyError: there is no place of that name.
        """
        if isinstance(to, str):
            self._to(self.place(to))
            return
        line = self.line
        if not 0 <= to < len(line):
            raise IndexError(f"there are {len(line) - 1} steps to go to, and the start is 0: not {to}")
        self.here = line[to]

    def _to(self, place: Place[S, A, B]) -> None:
        self.here = place
        for before, after in _pairs(place):
            before.chosen = after

    # -- what is told -------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The machine's name and types."""
        return f"{machine_name(self.machine)}: {types_text(self.types)}"

    def table(self, most: int | None = None) -> Table:
        """Return the steps as a table, the row of the place marked; no more than ``most``, those round the place."""
        line = self.line
        first, last = 0, len(line)
        if most is not None and len(line) > most:
            first = max(0, min(self.position - most // 2, len(line) - most))
            last = first + most
        rows = [_left_out(first, "earlier")] if first else []
        for place in line[first:last]:
            here, taken = place is self.here, place.step
            if taken is None:
                rows.append(Row((place.name, "", "", told(self.initial, self.types.state, LONGEST_CELL)), marked=here))
                continue
            if place.name not in self._texts:
                self._texts[place.name] = (
                    place.name,
                    told(taken.input, self.types.input, LONGEST_CELL),
                    f"fails: {taken.error}" if taken.error else told(taken.output, self.types.output, LONGEST_CELL),
                    told(taken.after, self.types.state, LONGEST_CELL),
                )
            rows.append(Row(self._texts[place.name], marked=here, bad=taken.error is not None))
        rows += [_left_out(len(line) - last, "later")] if last < len(line) else []
        return Table(f"the steps of {machine_name(self.machine)}", ("", "input", "output", "state"), tuple(rows))

    def other_futures(self) -> list[str]:
        """Tell each way on that is not on this line, in a line of words."""
        line = {id(place) for place in self.line}
        lines = []
        for future in self.futures:
            apart = [place for place in future.places if id(place) not in line]
            if apart:
                before = apart[0].parent or self.start
                steps = ", ".join(f"{place.name} {self.input_text(place)}" for place in apart)
                lines.append(f"another future, after {before.name}: {steps}")
        return lines

    def input_text(self, place: Place[S, A, B]) -> str:
        """Tell the input of a step in few words."""
        return "" if place.step is None else told(place.step.input, self.types.input, LONGEST_TOLD)

    def __repr__(self) -> str:
        """Print the types, the steps, the other futures, and why the current step failed."""
        failure = self.current and self.current.error
        why = [f"step {self.here.name} fails: {failure}"] if failure else []
        return "\n".join([self.title, self.table().text, *self.other_futures(), *why])


def _left_out(count: int, which: str) -> Row:
    return Row((f"… {count:,} {which}", "", "", ""))


def _pairs(place: Place[S, A, B]) -> Iterator[tuple[Place[S, A, B], Place[S, A, B]]]:
    while place.parent is not None:
        yield place.parent, place
        place = place.parent


def _letter(number: int) -> str:
    """Return what is in the names of a future: nothing for the first one, and then b, c, … z, bb, bc, …

    >>> [_letter(number) for number in (0, 1, 25, 26, 51)]
    ['', 'b', 'z', 'bb', 'cb']
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 25)
        letters = chr(ord("b") + rest) + letters
    return letters
