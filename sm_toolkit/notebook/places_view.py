"""The steps taken, as buttons to jump by: a line of them for each future, the place where one stands marked.

A step that is there keeps its button, so that a step more costs one button and no line is made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import ipywidgets

from sm_toolkit.notebook.controls import ErrorLine, button, column, page, row
from sm_toolkit.notebook.stepping import Future, Place, StepperModel
from sm_toolkit.notebook.telling import told

HERE = "▸ "
"""What stands before the place where one is."""

ON_A_PAGE = 40
"""How many steps of a future are buttons at once; the others are a press away."""

LONGEST_STATE = 60


class PlacesView:
    """Buttons for every place of a stepper; ``view`` is the widget. ``went`` is called after a jump."""

    def __init__(self, model: StepperModel[Any, Any, Any], errors: ErrorLine, went: Callable[[], None]) -> None:
        self._model = model
        self._errors = errors
        self._went = went
        self._layout = ipywidgets.Layout(width="auto", min_width="2em", flex="0 0 auto")
        self._style = ipywidgets.ButtonStyle()
        self._forget()
        self.view = column(name="sm-stepper-places")
        self.view.layout.max_height = "14em"
        self.view.layout.overflow = "auto"
        self.update()

    def _forget(self) -> None:
        self._buttons: dict[str, Any] = {}
        self._lines: dict[str, _Line] = {}
        self._marked = ""
        self._start = self._model.start

    def update(self) -> None:
        """Show where one is now, and what was taken since."""
        model = self._model
        futures = model.futures or [Future("", model.start, ())]
        if self._start is not model.start:
            self._forget()
        if self._marked != model.here.name:
            names, self._marked = (self._marked, model.here.name), model.here.name
            for name in names:
                if name in self._buttons:
                    self._buttons[name].description = self._words(model.place(name))
        views = []
        for future in futures:
            if future.letter not in self._lines:
                self._lines[future.letter] = _Line(self, future)
            line = self._lines[future.letter]
            line.update(future)
            views.append(line.view)
        if list(self.view.children) != views:
            self.view.children = views

    def button(self, place: Place[Any, Any, Any]) -> Any:
        """Return the button that goes to a place."""
        if place.name not in self._buttons:
            types = self._model.types
            state = self._model.initial if place.step is None else place.step.after
            words = "Go to the start" if place.step is None else f"Go to step {place.name}"
            hint = f"{words}, state {told(state, types.state, LONGEST_STATE)}"
            go = partial(self._go, place.name)
            looks = {"layout": self._layout, "style": self._style}
            made = button(self._words(place), "sm-stepper-place", go, self._errors, hint, **looks)
            self._buttons[place.name] = made
        return self._buttons[place.name]

    def _go(self, name: str) -> None:
        self._model.go(name)
        self._went()

    def _words(self, place: Place[Any, Any, Any]) -> str:
        mark = HERE if place is self._model.here else ""
        failed = " ✗" if place.step is not None and place.step.error is not None else ""
        return f"{mark}{place.name} {self._model.input_text(place)}".rstrip() + failed


class _Line:
    """The line of one future: where it leaves another, its places, and ways to those that are not shown."""

    def __init__(self, whole: PlacesView, future: Future[Any, Any, Any]) -> None:
        self._whole = whole
        self._future = future
        self._page = 0
        self._here = ""
        self._arrows: tuple[Any, Any] | None = None
        head: list[Any] = []
        if future.letter:
            words = page("sm-stepper-after")
            words.value = f'<span style="font-size:13px">after {escape(future.after.name)}, also:</span>'
            words.layout.flex = "0 0 auto"
            words.layout.margin = "0 6px 0 0"
            head = [words]
        else:
            head = [whole.button(future.after)]
        self._head = head
        self.view = row(*head, name="sm-stepper-future")
        self.view.layout.max_height = None

    def update(self, future: Future[Any, Any, Any]) -> None:
        """Show the page on which one is, or, if one is elsewhere, the page that was shown."""
        self._future = future
        here = self._whole._model.here
        if here.name != self._here:
            self._here = here.name
            at = next((at for at, place in enumerate(future.places) if place is here), None)
            if at is not None:
                self._page = at // ON_A_PAGE
            elif here is self._whole._model.start and not future.letter:
                self._page = 0
        self._show()

    def _show(self) -> None:
        places = self._future.places
        first = self._page * ON_A_PAGE
        shown: list[Any] = [self._whole.button(place) for place in places[first : first + ON_A_PAGE]]
        if self._arrows is None and len(places) > ON_A_PAGE:
            self._arrows = (self._arrow("earlier", -1), self._arrow("later", 1))
        if self._arrows is not None:
            shown = [*([self._arrows[0]] if self._page else []), *shown]
            shown += [self._arrows[1]] if first + ON_A_PAGE < len(places) else []
        children = [*self._head, *shown]
        if list(self.view.children) != children:
            self.view.children = children

    def _arrow(self, words: str, by: int) -> Any:
        def turn() -> None:
            self._page += by
            self._show()

        hint = f"Show the {words} steps of this line"
        return button(f"… {words} steps", f"sm-stepper-{words}", turn, self._whole._errors, hint)
