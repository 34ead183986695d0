"""Values in words, told by their type: so that what may be missing is told as that. No picture and no widget."""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import LimitError
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.language.text.showing import show_beginning
from sm_toolkit.notebook.pictures.scene import clean
from sm_toolkit.pipeline.fields import TooLargeToShow

LONGEST_STATE = 160
"""Of a longer state, as many characters are shown."""


def told(value: Any, type_: Type[Any], most: int) -> str:
    """Tell a value in at most so many characters.

    >>> from sm_toolkit.language.data.types import Int, List, Maybe, Str
    >>> told(None, Maybe(Int), 20), told([1, None], List(Maybe(Int)), 20), told("a" * 100, Str, 8)
    ('Nothing', '[Just 1,Nothing]', '"aaaaaa…')
    """
    try:
        text = show_beginning(value, most, type_)
    except LimitError:
        text = print_value(value, most)
    return shorten(clean(text), most)


def state_text(state: Any) -> str:
    """Print a state in a line that is not too long, as far as it was sent."""
    text = repr(state) if isinstance(state, TooLargeToShow) else print_value(state, LONGEST_STATE)
    return shorten(text, LONGEST_STATE)
