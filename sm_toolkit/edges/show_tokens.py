"""The tokens of the text form, and the error of whatever reads them. No grammar is known here."""

from __future__ import annotations

import re
from typing import Any

from sm_toolkit.language.data.types import Str, Type
from sm_toolkit.language.errors import LimitError, TextError, ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.text import BLANK, read_text


class ShowFormError(ToolkitError, ValueError):
    """A text is no request (or no answer); ``position`` counts characters from 0.

    ``expected`` says what would be allowed there.
    """

    def __init__(self, subject: str, expected: str, found: str, position: int) -> None:
        self.subject = subject
        self.expected = expected
        self.found = found
        self.position = position
        super().__init__(f"cannot read the {subject}: expected {expected} at column {position + 1}, found {found}")


_TOKEN = re.compile(
    rf"""[{BLANK}]*+(?:
      (?P<word>[A-Za-z_][\w']*+ | \([{BLANK}]*+:\.&&[{BLANK}]*+\))
    | (?P<mark>[(){{}},])
    | (?P<digits>(?:0[xX][0-9a-fA-F]++ | 0[oO][0-7]++ | [0-9]++) (?![\w'.]))
    | (?P<string>"(?:[^"\\\n]++|\\(?:[{BLANK}]++\\|\^[@-_]|[^{BLANK}^]))*+")
    | (?P<sign>[:!\#$%&*+./<=>?@\\^|~-]++)
    | (?P<end>\Z) | (?P<bad>.)
    )""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_OPENED_WORD = re.compile(rf"[{BLANK}(]*+(?P<word>[A-Za-z_][\w']*+)", re.ASCII)
_ANY_STRING = re.compile(r'"(?:[^"\\\n]++|\\.)*+"')
_BLANKS = re.compile(rf"[{BLANK}]+", re.ASCII)


class Cursor:
    """A place in a text: the token there, where it begins and ends, and what was expected if it is wrong.

    ``kind`` is ``word`` (an operator in brackets too, as ``(:.&&)``), ``mark``, ``digits`` (as ``16``, ``0x10`` or
    ``0o20``), ``string``, ``sign`` (a run of operator characters), ``end`` or ``bad``.

    >>> cursor = Cursor("IntU (-3)", "request")
    >>> [(cursor.kind, cursor.token), cursor.take(), cursor.take(), cursor.token]
    [('word', 'IntU'), 'IntU', '(', '-']
    """

    __slots__ = ("end", "kind", "limits", "source", "start", "subject", "token")

    def __init__(self, source: str, subject: str, limits: Limits = DEFAULT_LIMITS) -> None:
        self.source = source
        self.subject = subject
        self.limits = limits
        self.end = 0
        self.token = ""
        self.take()

    def take(self) -> str:
        """Go on to the next token and return the one left behind."""
        left = self.token
        found = _TOKEN.match(self.source, self.end)
        assert found is not None  # the pattern takes any character, and the end
        self.kind = str(found.lastgroup)
        self.token = found.group(self.kind)
        self.start, self.end = found.span(self.kind)
        if self.token.startswith("(") and self.kind == "word":
            self.token = _BLANKS.sub("", self.token)
        return left

    def accept(self, token: str) -> bool:
        """Go on if this token is here; tell whether it was."""
        if self.token == token:
            self.take()
            return True
        return False

    def expect(self, token: str) -> None:
        """Go on from this token.

        Raises:
            ShowFormError: another is here.
        """
        if not self.accept(token):
            raise self.error(f"`{token}`")

    def brackets(self) -> int:
        """Go past any opening brackets and return how many there were."""
        count = 0
        while self.accept("("):
            count += 1
        return count

    def close(self, count: int) -> None:
        """Go past so many closing brackets.

        Raises:
            ShowFormError: there are fewer.
        """
        for _ in range(count):
            self.expect(")")

    def starts_with(self, word: str) -> bool:
        """Tell whether this word is here, with any number of brackets before it."""
        found = _OPENED_WORD.match(self.source, self.start)
        return found is not None and found.group("word") == word

    def string(self, what: str) -> str:
        """Go past a string literal, with brackets round it or without, and return the string.

        Raises:
            ShowFormError: something else is here.
        """
        count = self.brackets()
        if self.kind != "string":
            raise self.error(f"{what} (a string)")
        text = str(self.value(Str, self.start, self.token))
        self.take()
        self.close(count)
        return text

    def value(self, type_: Type[Any], start: int, text: str) -> Any:
        """Return the value of a type that a text, which begins at ``start`` in the source, stands for.

        Raises:
            ShowFormError: it stands for none.
        """
        try:
            return read_text(text, type_, self.limits)
        except TextError as error:
            raise ShowFormError(self.subject, error.expected, error.found, start + (error.position or 0)) from None
        except LimitError as error:
            raise self.too_large(error, start) from None

    def too_large(self, error: LimitError, start: int | None = None) -> ShowFormError:
        """Return the error of something over its limit."""
        expected = f"{error.what} within the limit `{error.limit}` of {error.allowed:,}"
        return ShowFormError(self.subject, expected, "a larger one", self.start if start is None else start)

    def error(self, expected: str) -> ShowFormError:
        """Return the error of finding this token where something else was expected."""
        if self.kind == "end":
            found = "the end"
        elif self.token != '"':
            found = f"`{shortened(self.token)}`"
        elif _ANY_STRING.match(self.source, self.start):
            found = "a string with an escape that is not Haskell's"
        else:
            found = "a string without its closing quote"
        return ShowFormError(self.subject, expected, found, self.start)


def shortened(text: str) -> str:
    """Return a text fit for an error: not long, and printable."""
    text = text if len(text) <= 30 else text[:30] + "..."
    return text if text.isprintable() else ascii(text)[1:-1]
