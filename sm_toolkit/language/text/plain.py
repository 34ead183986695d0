"""Words from elsewhere, fit to be shown: what would move a terminal's cursor or turn a line round is written out."""

from __future__ import annotations

MOST_SHOWN = 4_000
"""Of a longer text, as many characters are shown."""

MOST_IN_A_CELL = 10_000
"""Of a longer text that a cell of a notebook ends in, as many are: a notebook is to stay small."""


def printable(text: str) -> str:
    r"""Return one line that every terminal, page and picture can show: what is not printable becomes its escape.

    >>> printable("a\x1b[31m\n")
    'a\\x1b[31m\\n'
    """
    return text if text.isprintable() else "".join(map(_written, text))


def shorten(text: str, most: int) -> str:
    """Cut a text to at most so many characters, the last then an ellipsis.

    >>> shorten("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"


def plain(text: str, most: int = MOST_SHOWN) -> str:
    r"""Return a text that every terminal and page can show, in lines as it is; a longer one is cut, and says so.

    >>> print(plain("one\ntw\x07o"))
    one
    tw\x07o
    >>> plain("a" * 1000, 3)
    'aaa… and 997 characters more'
    """
    rest = len(text) - most
    shown = text[:most] if rest > 0 else text
    if not shown.isprintable():
        shown = "".join(character if character in "\n\t" else _written(character) for character in shown)
    return f"{shown}… and {rest:,} characters more" if rest > 0 else shown


def _written(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
