"""The text form of values, as Haskell's derived ``Show`` writes it and its ``Read`` takes it back.

``Left (-3)``, ``"a\\"b"``, ``(1,True)``, ``Right (Right (Left 2))``. Only values are written so; types and
terms print themselves. Literals are in ``text_literals``, what has parts in ``text_showing`` and ``text_reading``.
"""

from sm_toolkit.language.text_literals import BLANK, read_integer, read_string, show_integer, show_string
from sm_toolkit.language.text_reading import read_text
from sm_toolkit.language.text_showing import is_shown_by_type, show_text

__all__ = [
    "BLANK",
    "is_shown_by_type",
    "read_integer",
    "read_string",
    "read_text",
    "show_integer",
    "show_string",
    "show_text",
]
