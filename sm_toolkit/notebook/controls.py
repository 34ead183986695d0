"""What the widget views are put together from: buttons, an error line, a place for SVG or HTML.

Each control gets a class name of ours, by which style sheets and tests find it, and a name that is read
out. No view belongs here. An exception in a widget's callback is shown nowhere by itself, so every handler
runs inside ``ErrorLine.watching``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from threading import RLock
from typing import Any

import ipywidgets

from sm_toolkit.language.text.plain import plain

LONGEST_LABEL = 40


def button(words: str, name: str, press: Callable[[], None], errors: ErrorLine, hint: str = "", **looks: Any) -> Any:
    """Return a button that is as wide as its words; what it does runs inside the error line's watch.

    ``looks`` are a layout and a style that many buttons share.
    """
    looks = looks or {"layout": ipywidgets.Layout(width="auto", min_width="3em", flex="0 0 auto")}
    # The class is there from the start, so that a button more is one message; `add_class` sends another.
    made = ipywidgets.Button(description=words, tooltip=hint or words, _dom_classes=(name,), **looks)

    def pressed(_: Any) -> None:
        with errors.watching():
            press()

    made.on_click(pressed)
    return made


def player(moved: Any, interval: int, name: str) -> tuple[Any, Any, list[Any]]:
    """Return a button that plays a slider, a step each ``interval`` milliseconds; the player, and their links.

    ``Play`` itself has only signs for buttons, which have no names: so it is hidden, and a button with a word
    on it (and no icon, whose sign would be read out) is linked to whether it plays. The player only runs where
    it is in the view, and goes on without it: who takes it off the page sets the button's ``value`` to False.
    """
    play = _Player(
        value=moved.value, min=moved.min, max=moved.max, interval=interval, layout=ipywidgets.Layout(display="none")
    )
    layout = ipywidgets.Layout(width="auto", min_width="3em", flex="0 0 auto")
    made = _PlayButton(description="Play", tooltip="Play from here on, or stop", layout=layout)
    made.add_class(name)
    links = [
        ipywidgets.jslink((play, "value"), (moved, "value")),
        ipywidgets.jslink((made, "value"), (play, "playing")),
    ]
    return made, play, links


class _PlayButton(ipywidgets.ToggleButton):  # type: ignore[misc]
    """The button of a player. A page that opens anew plays nothing, whatever the one before did."""

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:
        """Return what a page is told: all of it (no ``key``) where one opens."""
        state = super().get_state(key, drop_defaults)
        return state if key is not None else {**state, "value": False}


class _Player(ipywidgets.Play):  # type: ignore[misc]
    """A player that stands still in a page that opens anew, as its button says."""

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:
        """Return what a page is told: all of it (no ``key``) where one opens."""
        state = super().get_state(key, drop_defaults)
        return state if key is not None else {**state, "playing": False}


def slider(words: str, name: str, value: int, last: int, moved: Callable[[int], None], errors: ErrorLine) -> Any:
    """Return a slider from 0 to ``last`` with its value beside it.

    Its handle takes arrow keys but has no name of its own, so there should be buttons that do the same.
    """
    made = ipywidgets.IntSlider(
        value=value,
        min=0,
        max=last,
        description=words,
        tooltip=words,
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="34em", max_width="100%"),
    )
    made.add_class(name)

    def changed(_: Any) -> None:
        with errors.watching():
            # Not what it was moved to: while this waited for its turn, the slider may have become shorter.
            moved(made.value)

    made.observe(changed, "value")
    return made


def row(*controls: Any, name: str) -> Any:
    """Return controls side by side, in as many lines as they need; many lines scroll."""
    layout = ipywidgets.Layout(flex_flow="row wrap", max_height="9em", overflow="auto", align_items="center")
    made = ipywidgets.Box(controls, layout=layout)
    made.add_class(name)
    return made


def column(*parts: Any, name: str) -> Any:
    """Return parts one below the other."""
    made = ipywidgets.VBox(parts)
    made.add_class(name)
    return made


def page(name: str) -> Any:
    """Return a place for SVG or HTML, which scrolls where it is wider than the cell."""
    made = ipywidgets.HTML(layout=ipywidgets.Layout(overflow="auto", max_width="100%"))
    made.add_class(name)
    return made


def looks(name: str, style: str) -> Any:
    """Return a place for a style sheet, of which nothing is seen itself.

    It also says how a view looks whose kernel was restarted or has ended.
    """
    made = page(name)
    made.value = style + _LEFT_ALONE
    made.layout.display = "none"
    return made


# JupyterLab marks each of the many parts of a view with a sign of its own; one sentence for all of them tells more.
_LEFT_ALONE = (
    "<style>:is(.sm-stepper,.sm-simulator,.sm-monitor) .jupyter-widgets-disconnected::before{display:none}"
    ":is(.sm-stepper,.sm-simulator,.sm-monitor).jupyter-widgets-disconnected::before{"
    'content:"The kernel that this belongs to was restarted or has ended: run the cell again.";'
    "font:13px/1.4 sans-serif;color:#1a1a1a;background:#ffd58a;border-left:4px solid #b45309;padding:2px 8px}"
    ":is(.sm-stepper,.sm-simulator,.sm-monitor).jupyter-widgets-disconnected :is(button,input,.noUi-target)"
    "{pointer-events:none;opacity:.5}</style>"
)


class ErrorLine:
    """A line that says what went wrong with what was last asked for; ``view`` is its widget.

    A kernel may hear some widgets on the thread of the cells and others, made later, on one beside it: so who changes
    what is shown holds the ``lock``, as ``watching`` does.
    """

    def __init__(self, name: str) -> None:
        self.text = ""
        self.lock = RLock()
        self.view = page(name)
        self._depth = 0

    def say(self, text: str) -> None:
        """Show words, or nothing. They are read out as they come."""
        self.text = text = plain(text)
        self.view.value = _ALERT.format(escape(text)) if text else ""

    @contextmanager
    def watching(self, *, clear: bool = True) -> Iterator[None]:
        """Clear the line, and show in it any exception from inside. One watch in another is that other's.

        A page hears of the line once, at the end: after what was asked for, which is more urgent.
        Where one that goes on later watches too, it does not ``clear`` what was said before.
        """
        with self.lock, self.view.hold_sync():
            if clear and not self._depth:
                self.say("")
            self._depth += 1
            try:
                yield
            except Exception as error:
                self.say(f"{type(error).__name__}: {error}")
            finally:
                self._depth -= 1


_ALERT = (
    '<div role="alert" style="color:#1a1a1a;background:#ffd58a;border-left:4px solid #b45309;padding:2px 8px;'
    'line-height:1.4;white-space:pre-wrap">{}</div>'
)


def mimebundle(view: Any, html: str, text: str) -> Mapping[str, Any]:
    """Return a view with what stands for it where no kernel runs: HTML, and text that says the same."""
    shown = view._repr_mimebundle_()
    live = {key: data for key, data in shown.items() if key != "text/plain"}
    return {**live, "text/html": html, "text/plain": text}
