"""The stepper: a machine with a button for each input. The steps themselves are ``stepping``'s business."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import size
from sm_toolkit.notebook.afterwards import Afterwards
from sm_toolkit.notebook.controls import LONGEST_LABEL, ErrorLine, button, column, looks, mimebundle, page, row
from sm_toolkit.notebook.form_view import form_view
from sm_toolkit.notebook.function_run import function_run_html
from sm_toolkit.notebook.pictures.machine_picture import draw_machine
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.svg import scene_to_svg, style_element, theme_element
from sm_toolkit.notebook.places_view import PlacesView
from sm_toolkit.notebook.settling import Settling
from sm_toolkit.notebook.step_words import parts_html, step_html
from sm_toolkit.notebook.stepping import StepperModel
from sm_toolkit.notebook.tables import block, image, paragraph
from sm_toolkit.notebook.telling import told

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")

LARGEST_FUNCTION_DRAWN = 20
"""Of a function with more nodes than this the diagram is shown only when it is asked for: its lines tell more."""

MOST_OPERATIONS = 24
MOST_OF_A_FUNCTION = 12
"""How many operations the diagram of a step has at most; the others are folded, those first that did not run."""

MOST_ROWS = 40
"""How many steps the table has at most, round the one where one stands."""


class Stepper(Generic[S, A, B]):
    """Step a machine by hand: press an input, and see what ran, what came out and how the state changed.

    Inputs that carry data have a form, with a field for each part. Where ``inputs`` are given, those alone are on
    offer, unless ``form`` is true. Back, forward and the steps themselves, which are buttons too, go along what was
    done; another step from an earlier place begins another future, and the old one stays beside it.

    ``model`` is the stepper without its looks (see ``StepperModel``), ``view`` the widget. The last value of a
    cell shows itself, and where no kernel runs it is a picture and a table.

    Raises:
        NoInputsError: the list of inputs is empty.
        ValueMismatchError: the state or an input is not of the machine's type.
        MachineTypeError, AmbiguousTypeError: the machine does not type.
        TypeError: it is no machine, or the inputs are not one after another.
    """

    def __init__(
        self, machine: Machine[S, A, B], state: S, inputs: Iterable[A] | None = None, *, form: bool | None = None
    ) -> None:
        self.model = StepperModel(machine, state, inputs, form)
        self.errors = ErrorLine("sm-stepper-error")
        self._drawn: dict[str, Picture] = {}
        self._function = machine.origin is not None
        is_large = self._function and size(machine.term) > LARGEST_FUNCTION_DRAWN
        self._panels = [
            *([_Panel("Function", "sm-stepper-function", self._function_html, True)] if self._function else []),
            _Panel("Diagram", "sm-stepper-picture", self._diagram_html, not is_large),
            _Panel("Parts", "sm-stepper-parts", lambda: parts_html(self.model), False),
        ]
        self._afterwards = Afterwards(self._show_words, self.errors)
        self._step_view = page("sm-stepper-step")
        self._table = page("sm-stepper-table")
        choices = [self._choice(x) for x in self.model.inputs]
        self._settling = settling = Settling() if self.model.forms else None
        forms = [form_view(each, self._taken, self.errors, settling) for each in self.model.forms if settling]
        ways = [
            self._button("Back", "sm-stepper-back", self.model.back, "Go back one step"),
            self._button("Forward", "sm-stepper-forward", self.model.forward, "Go to the step gone back over"),
            self._button("Reset", "sm-stepper-reset", self._reset, "Forget all steps"),
            *(self._switch(panel) for panel in self._panels),
        ]
        self._places = PlacesView(self.model, self.errors, self._show)
        self.view = column(
            *([row(*choices, name="sm-stepper-inputs")] if choices else []),
            *([column(*forms, name="sm-stepper-forms")] if forms else []),
            row(*ways, name="sm-stepper-ways"),
            self._places.view,
            self.errors.view,
            self._step_view,
            *(panel.view for panel in self._panels),
            self._table,
            looks("sm-stepper-looks", style_element() + theme_element()),
            name="sm-stepper",
        )
        self._show(at_once=True)

    def step(self, x: A) -> None:
        """Take a step, as its button does.

        Raises:
            ValueMismatchError: the input is not of the machine's type.
        """
        with self.errors.lock:
            self.errors.say("")
            self._step(x)
            self._show(at_once=True)

    def go(self, to: int | str) -> None:
        """Go to a step, as its button does: by how many steps lead there, or by the name on its button.

        Raises:
            IndexError, KeyError: there is no such step.
        """
        with self.errors.lock:
            self.errors.say("")
            self.model.go(to)
            self._show(at_once=True)

    @property
    def picture(self) -> Picture:
        """The machine, with what ran in the current step."""
        current, name = self.model.current, self.model.here.name
        if name not in self._drawn:
            trace = None if current is None else current.trace
            most = MOST_OF_A_FUNCTION if self._function else MOST_OPERATIONS
            self._drawn[name] = draw_machine(self.model.machine, trace, most=most)
        return self._drawn[name]

    def __repr__(self) -> str:
        """Print the steps."""
        return repr(self.model)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> Mapping[str, Any]:
        shown = [panel.html() for panel in self._panels if panel.is_shown and panel.name != "sm-stepper-picture"]
        drawn = (
            [image(self.picture)] if any(panel.is_shown for panel in self._panels if panel.words == "Diagram") else []
        )
        others = list(map(paragraph, self.model.other_futures()))
        html = block("sm-stepper-static", [*shown, *drawn, self.model.table(MOST_ROWS).html, *others])
        return mimebundle(self.view, html, repr(self))

    # -- what the controls do -----------------------------------------------------------------------------

    def _choice(self, x: A) -> Any:
        type_ = self.model.types.input
        hint = f"Step with {told(x, type_, 200)}"
        return self._button(told(x, type_, LONGEST_LABEL), "sm-stepper-input", partial(self._step, x), hint)

    def _button(self, words: str, name: str, act: Callable[[], None], hint: str) -> Any:
        def press() -> None:
            act()
            self._show()

        return button(words, name, press, self.errors, hint)

    def _switch(self, panel: _Panel) -> Any:
        def press() -> None:
            panel.is_shown = not panel.is_shown
            made.description = panel.switch_words
            panel.update()

        made = button(panel.switch_words, "sm-stepper-switch", press, self.errors, f"Show or hide: {panel.words}")
        return made

    def _taken(self, x: A) -> None:
        self._step(x)
        self._show()

    def _step(self, x: A) -> None:
        self.model.step(x)

    def _reset(self) -> None:
        self.model.reset()
        self._drawn = {name: picture for name, picture in self._drawn.items() if name == "start"}

    def _show(self, *, at_once: bool = False) -> None:
        """Show what is so now; unless ``at_once``, the pictures first, since they are what is waited for."""
        failed = self.model.current and self.model.current.error
        if failed is not None:
            self.errors.say(f"The step failed, and the state is what it was: {failed}")
        for panel in self._panels:
            panel.update()
        if at_once:
            self._afterwards.now()
        else:
            self._afterwards.soon()

    def _show_words(self) -> None:
        self._step_view.value = step_html(self.model)
        self._places.update()
        self._table.value = self.model.table(MOST_ROWS).html

    def _diagram_html(self) -> str:
        return scene_to_svg(self.picture.scene, styled=False)

    def _function_html(self) -> str:
        current = self.model.current
        return function_run_html(self.model.machine, None if current is None else current.trace)


class _Panel:
    """A part of the view that is shown or hidden; what it shows is made only when it is seen."""

    def __init__(self, words: str, name: str, html: Callable[[], str], is_shown: bool) -> None:
        self.words = words
        self.name = name
        self.html = html
        self.is_shown = is_shown
        self.view = page(name)

    @property
    def switch_words(self) -> str:
        """What is on the button that shows it or hides it."""
        return f"{'Hide' if self.is_shown else 'Show'} {self.words.lower()}"

    def update(self) -> None:
        """Show what is so now."""
        self.view.layout.display = None if self.is_shown else "none"
        if self.is_shown:
            self.view.value = self.html()
