"""The text form of values, as Haskell's derived ``Show`` writes it and its ``Read`` takes it back.

``Left (-3)``, ``"a\\"b"``, ``(1,True)``, ``Right (Right (Left 2))``. Only values are written so; types and
terms print themselves. Literals are in ``literals``, what has parts in ``showing`` and ``reading``.
"""

from sm_toolkit.language.data.value_printing import show_integer
from sm_toolkit.language.text.literals import BLANK, read_integer, read_string, show_string
from sm_toolkit.language.text.reading import read_text
from sm_toolkit.language.text.showing import is_shown_by_type, show_text

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
