"""A row of buttons of which one is chosen, for the widget views. It knows of no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import ipywidgets

from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.controls import LONGEST_LABEL, ErrorLine, button, row


class Choices:
    """A button for each name, after a word for all of them; ``view`` is the widget.

    The one that is chosen is bold with a thick border, and its hint says so.
    """

    def __init__(
        self, words: str, name: str, names: Sequence[str], chosen: str, choose: Callable[[str], None], errors: ErrorLine
    ) -> None:
        self._words, self._choose = words, choose
        self._buttons = {
            each: button(shorten(each, LONGEST_LABEL), name, partial(self._press, each), errors) for each in names
        }
        label = ipywidgets.Label(words, layout=ipywidgets.Layout(width="auto"))
        self.view: Any = row(label, *self._buttons.values(), name=f"{name}s")
        self.mark(chosen)

    def mark(self, chosen: str) -> None:
        """Show which one is chosen."""
        for name, made in self._buttons.items():
            here = name == chosen
            made.style.font_weight = "bold" if here else "normal"
            made.layout.border = "2px solid currentColor" if here else "1px solid transparent"
            made.tooltip = f"{self._words} {name}{' (shown now)' if here else ''}"

    def _press(self, name: str) -> None:
        self._choose(name)
        self.mark(name)
