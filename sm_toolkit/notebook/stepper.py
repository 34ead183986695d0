"""The stepper: a machine with a button for each input. The steps themselves are ``stepping``'s business."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.controls import LONGEST_LABEL, ErrorLine, button, column, mimebundle, page, row
from sm_toolkit.notebook.pictures.machine_picture import draw_machine
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.wording import value_text
from sm_toolkit.notebook.stepping import StepperModel
from sm_toolkit.notebook.tables import block, image

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")


class Stepper(Generic[S, A, B]):
    """Step a machine by hand: press an input, and see what ran, what came out and how the state changed.

    ``model`` is the stepper without its looks (see ``StepperModel``), ``view`` the widget. The last value of a
    cell shows itself, and where no kernel runs it is a picture and a table.

    Raises:
        NoInputsError: the input type is not finite (``Str``, ``Int``) and no ``inputs`` are given.
        ValueMismatchError: the state or an input is not of the machine's type.
        MachineTypeError, AmbiguousTypeError: the machine does not type.
    """

    def __init__(self, machine: Machine[S, A, B], state: S, inputs: Iterable[A] | None = None) -> None:
        self.model = StepperModel(machine, state, inputs)
        self.errors = ErrorLine("sm-stepper-error")
        self._drawn: dict[tuple[Any, Any] | None, Picture] = {}
        self._picture = page("sm-stepper-picture")
        self._table = page("sm-stepper-table")
        choices = [self._choice(x) for x in self.model.inputs]
        ways = [
            self._button("Back", "sm-stepper-back", self.model.back, "Go back one step"),
            self._button("Forward", "sm-stepper-forward", self.model.forward, "Go to the step gone back over"),
            self._button("Reset", "sm-stepper-reset", self.model.reset, "Forget all steps"),
        ]
        self.view = column(
            row(*choices, name="sm-stepper-inputs"),
            row(*ways, name="sm-stepper-ways"),
            self.errors.view,
            self._picture,
            self._table,
            name="sm-stepper",
        )
        self._show()

    def step(self, x: A) -> None:
        """Take a step, as its button does.

        Raises:
            ValueMismatchError: the input is not of the machine's type.
        """
        self.errors.say("")
        self._step(x)
        self._show()

    @property
    def picture(self) -> Picture:
        """The machine, with what ran in the current step."""
        current = self.model.current
        key = None if current is None else (current.input, current.before)
        if key not in self._drawn:
            self._drawn[key] = draw_machine(self.model.machine, None if current is None else current.trace)
        return self._drawn[key]

    def __repr__(self) -> str:
        """Print the steps."""
        return repr(self.model)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> Mapping[str, Any]:
        html = block("sm-stepper-static", [image(self.picture), self.model.table().html])
        return mimebundle(self.view, html, repr(self))

    # -- what the controls do -----------------------------------------------------------------------------

    def _choice(self, x: A) -> Any:
        hint = f"Step with {value_text(x, 200)}"
        return self._button(value_text(x, LONGEST_LABEL), "sm-stepper-input", partial(self._step, x), hint)

    def _button(self, words: str, name: str, act: Callable[[], None], hint: str) -> Any:
        def press() -> None:
            act()
            self._show()

        return button(words, name, press, self.errors, hint)

    def _step(self, x: A) -> None:
        taken = self.model.step(x)
        if taken.error is not None:
            self.errors.say(f"The step failed, and the state is what it was: {taken.error}")

    def _show(self) -> None:
        self._picture.value = self.picture.svg
        self._table.value = self.model.table().html
