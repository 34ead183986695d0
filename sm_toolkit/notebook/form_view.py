"""A form as widgets: a line or a mark a field, what is wrong beside it, and a button that hands the value over.

What is right and what is wrong ``forms`` knows; here it is only shown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import ipywidgets

from sm_toolkit.notebook.controls import ErrorLine, button, column, page, row
from sm_toolkit.notebook.forms import Choice, Flag, Form, FormError, Group, Line, Part
from sm_toolkit.notebook.settling import Settling

CHOSEN, OTHER = "● ", "○ "
"""What stands before a way that is chosen, and before another: so that no colour is needed to tell."""


def form_view(form: Form, taken: Callable[[Any], None], errors: ErrorLine, settling: Settling) -> Any:
    """Return the widget of a form; ``taken`` is called with the input, at the press of its button or of Enter."""

    words = "Step" if form.name == "input" else f"Step with {form.name}"

    def take() -> None:
        with errors.watching():
            try:
                x = form.value()
            except FormError as error:
                errors.say(f"{words} waits for {error}")
            else:
                taken(x)

    def press() -> None:
        settling.then(take)

    fields = _Fields(press, settling.typed, errors)
    shown = fields.view(form.part)
    done = button(words, "sm-form-step", press, errors, f"{words}, as it is filled in")
    made = row(shown, done, name="sm-form")
    made.layout.max_height = None
    made.layout.border_left = "2px solid #888"
    made.layout.padding = "0 0 0 8px"
    made.layout.margin = "2px"
    return made


class _Fields:
    """Makes the widgets of the parts of one form."""

    def __init__(self, enter: Callable[[], None], typed: Callable[[], None], errors: ErrorLine) -> None:
        self._enter = enter
        self._typed = typed
        self._errors = errors

    def view(self, part: Part, spoken: str = "") -> Any:
        """Return the widget of a part; ``spoken`` is what it is called where it is read out by itself."""
        match part:
            case Line():
                return self._line(part, spoken)
            case Flag():
                return self._flag(part, spoken)
            case Group():
                return self._group(part, spoken)
            case Choice():
                return self._choice(part, spoken)

    def _line(self, line: Line, spoken: str) -> Any:
        words = line.label or spoken or "input"
        text = ipywidgets.Text(
            value=line.text,
            description=words,
            placeholder=line.hint(),
            tooltip=f"{words}: {line.hint()}",
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="auto", min_width="10em"),
        )
        if line.is_long:
            text.layout.flex, text.layout.max_width = "1 1 30em", "60em"
        text.add_class("sm-form-line")
        wrong = page("sm-form-error")

        def written(change: Any) -> None:
            self._typed()
            with self._errors.watching():
                line.write(change["new"])
                told = _WRONG.format(escape(line.error)) if line.error else ""
                if wrong.value != told:
                    wrong.value = told

        def asked(_: Any, content: Any, __: Any) -> None:
            if isinstance(content, dict) and content.get("event") == "submit":
                with self._errors.watching():
                    self._enter()

        text.observe(written, "value")
        text.on_msg(asked)
        made = row(text, wrong, name="sm-form-field")
        if line.is_long:  # a line of its own, so that what is written is seen and nothing beside it is moved
            made.layout.flex = "1 1 100%"
        return made

    def _flag(self, flag: Flag, spoken: str) -> Any:
        words = flag.label or spoken or "input"
        made = ipywidgets.Checkbox(
            value=flag.on, description=words, indent=False, layout=ipywidgets.Layout(width="auto")
        )
        made.add_class("sm-form-flag")

        def changed(change: Any) -> None:
            self._typed()
            flag.on = bool(change["new"])

        made.observe(changed, "value")
        return made

    def _group(self, group: Group, spoken: str) -> Any:
        fields = [self.view(part, part.label) for part in group.parts]
        if not group.label:
            made = row(*fields, name="sm-form-group")
            made.layout.max_height = None
            if any(isinstance(part, Line) and part.is_long for part in group.parts):
                made.layout.flex = "1 1 100%"
            return made
        return _framed(group.label or spoken, fields)

    def _choice(self, choice: Choice, spoken: str) -> Any:
        words = choice.label or spoken or "input"
        # All are made at once: what is made later may be heard on another thread, and so out of order.
        views = [self.view(part, name) for part, name in zip(choice.parts, choice.names, strict=True)]
        inner = column(name="sm-form-chosen")
        made: list[Any] = []

        def choose(number: int) -> None:
            choice.chosen = number
            for at, (one, name) in enumerate(zip(made, choice.names, strict=True)):
                one.description = (CHOSEN if at == number else OTHER) + name
            inner.children = [views[number]]

        for number, name in enumerate(choice.names):
            one = button(OTHER + name, "sm-form-way", partial(choose, number), self._errors, f"{words}: choose {name}")
            made.append(one)
        choose(choice.chosen)
        ways = row(*made, name="sm-form-ways")
        return _framed(words, [ways, inner])


def _framed(words: str, parts: list[Any]) -> Any:
    """Return parts in a frame that says what they are together."""
    head = page("sm-form-head")
    head.value = f'<span style="font-size:13px">{escape(words)}</span>'
    made = column(head, *parts, name="sm-form-frame")
    made.layout.border_left = "2px solid #888"
    made.layout.padding = "0 0 0 8px"
    made.layout.margin = "2px 8px 2px 2px"
    return made


_WRONG = (
    '<span role="alert" style="color:#1a1a1a;background:#ffd58a;border-left:4px solid #b45309;padding:2px 8px;'
    'line-height:1.4;white-space:pre-wrap;font-size:13px">{}</span>'
)
