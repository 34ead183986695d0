"""The text form of values, as Haskell's derived ``Show`` writes it and its ``Read`` takes it back.

``Left (-3)``, ``"a\\"b"``, ``(1,True)``, ``Right (Right (Left 2))``. Only values are written here; types and
terms print themselves. (Haskell 2010 Language Report, section 11.4, "Derived Instances".)
"""

from __future__ import annotations

import re
from typing import Any

from sm_toolkit.language.errors import LimitError, TextError, ValueMismatchError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.types import Left, Right, Type, expect_types
from sm_toolkit.language.values import check_value, no_value

BLANK = r"\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""What GHC skips as blank, to stand in a set of a pattern that is ``re.ASCII``: the blanks of ASCII and of Unicode."""

# -- strings ----------------------------------------------------------------------------------------------

_CONTROL_NAMES = [
    "NUL",
    "SOH",
    "STX",
    "ETX",
    "EOT",
    "ENQ",
    "ACK",
    "a",
    "b",
    "t",
    "n",
    "v",
    "f",
    "r",
    "SO",
    "SI",
    "DLE",
    "DC1",
    "DC2",
    "DC3",
    "DC4",
    "NAK",
    "SYN",
    "ETB",
    "CAN",
    "EM",
    "SUB",
    "ESC",
    "FS",
    "GS",
    "RS",
    "US",
]
_ESCAPES = {chr(code): "\\" + name for code, name in enumerate(_CONTROL_NAMES)}
_ESCAPES |= {'"': '\\"', "\\": "\\\\", "\x7f": "\\DEL"}
_LETTERS = {
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    '"': '"',
    "\\": "\\",
    "'": "'",
}
_NAMES = {
    **{name: chr(code) for code, name in enumerate(_CONTROL_NAMES) if name.isupper() or name[-1].isdigit()},
    **{
        "BEL": "\a",
        "BS": "\b",
        "HT": "\t",
        "LF": "\n",
        "VT": "\v",
        "FF": "\f",
        "CR": "\r",
        "SP": " ",
        "DEL": "\x7f",
    },
}
_NEEDS_ESCAPE = re.compile(r"[^ !#-\[\]-~]")
_ESCAPE = re.compile(
    rf"\\(?:(?P<gap>[{BLANK}]+\\)|(?P<empty>&)|\^(?P<control>[@-_])|x(?P<hex>[0-9a-fA-F]+)|o(?P<oct>[0-7]+)"
    r"|(?P<dec>[0-9]+)|(?P<name>"
    + "|".join(sorted(_NAMES, key=len, reverse=True))
    + r")|(?P<letter>[abtnvfr\"\\'])|(?P<bad>.))",
    re.DOTALL | re.ASCII,
)


def show_string(text: str) -> str:
    r"""Write a string as a literal of ASCII characters.

    >>> print(show_string('a"b\n\x0eH\u00e51'))
    "a\"b\n\SO\&H\229\&1"
    """
    return f'"{_NEEDS_ESCAPE.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    following = found.string[found.end() : found.end() + 1]
    if character > "\x7f":
        return f"\\{ord(character)}" + ("\\&" if following and following in "0123456789" else "")
    return _ESCAPES[character] + ("\\&" if character == "\x0e" and following == "H" else "")


def read_string(literal: str, type_: str = "Str", offset: int = 0) -> str:
    """Take a literal, quotes included, back to its string.

    Raises:
        TextError: an escape is not one of Haskell's.
    """
    inside = literal[1:-1]
    if "\\" not in inside:
        return inside
    return _ESCAPE.sub(lambda found: _unescape(found, type_, offset), inside)


def _unescape(found: re.Match[str], type_: str, offset: int) -> str:
    kind = found.lastgroup
    if kind is None or kind in ("gap", "empty"):
        return ""
    text = found.group(kind)
    if kind == "name":
        return _NAMES[text]
    if kind == "letter":
        return _LETTERS[text]
    if kind == "control":
        return chr(ord(text) - 64)
    if kind != "bad":
        digits = text.lstrip("0") or "0"
        code = int(digits, {"hex": 16, "oct": 8, "dec": 10}[kind]) if len(digits) < 10 else 0x110000
        if code <= 0x10FFFF:
            return chr(code)
    raise TextError(type_, "an escape of Haskell's", _cut(found.group()), offset + 1 + found.start())


# -- integers ---------------------------------------------------------------------------------------------

_AT_ONCE = 600
"""Python turns so many digits into an integer and back whatever it is told by ``sys.set_int_max_str_digits``."""

_SMALLEST_LONG = 10**_AT_ONCE


def show_integer(number: int) -> str:
    """Write an integer in decimal, of any length: Python itself refuses more digits than it is set to.

    >>> show_integer(-(10**5000)) == "-1" + "0" * 5000
    True
    """
    if -_SMALLEST_LONG < number < _SMALLEST_LONG:
        return str(number)
    rest, digits = abs(number), []
    while rest:
        rest, low = divmod(rest, _SMALLEST_LONG)
        digits.append(f"{low:0{_AT_ONCE}}" if rest else str(low))
    return "-" * (number < 0) + "".join(reversed(digits))


def read_integer(digits: str) -> int:
    """Return the number that decimal digits stand for, however many they are.

    >>> read_integer("1" + "0" * 5000) == 10**5000
    True
    """
    number = 0
    for start in range(0, len(digits), _AT_ONCE):
        some = digits[start : start + _AT_ONCE]
        number = number * 10 ** len(some) + int(some)
    return number


# -- show -------------------------------------------------------------------------------------------------


def show_text(value: Any, limits: Limits = DEFAULT_LIMITS) -> str:
    """Write a value.

    >>> show_text(Right((Left(-3), None)))
    'Right (Left (-3),())'

    Raises:
        LimitError: the text would be longer than ``string_length``, or an integer has too many digits.
        ValueMismatchError: it is no value of the language.
    """
    class_ = value.__class__
    if (class_ is Left or class_ is Right) and value.value is None:
        return "Left ()" if class_ is Left else "Right ()"
    parts: list[str] = []
    length = 0
    work: list[tuple[Any, bool]] = [(value, False)]  # a value and whether it is an argument; or literal text
    while work:
        current, argument = work.pop()
        class_ = current.__class__
        if class_ is _Literal:
            text = current.text
        elif current is None:
            text = "()"
        elif class_ is int:
            if not -_SMALL < current < _SMALL:
                limits.allow("int_bits", current.bit_length() - _SLACK_BITS, "an integer to be shown")
            text = show_integer(current)
            text = f"({text})" if argument and current < 0 else text
        elif class_ is str:
            limits.allow("string_length", length + len(current), "a text")
            text = show_string(current)
        elif class_ is Left or class_ is Right:
            if argument:
                work.append((_CLOSE, False))
            work.append((current.value, True))
            text = ("(" if argument else "") + ("Left " if class_ is Left else "Right ")
        elif class_ is tuple and len(current) == 2:
            work += [(_CLOSE, False), (current[1], False), (_COMMA, False), (current[0], False)]
            text = "("
        elif class_ is bool:
            text = str(current)
        else:
            raise no_value(current)
        length += len(text)
        limits.allow("string_length", length, "a text")
        parts.append(text)
    return "".join(parts)


class _Literal:
    def __init__(self, text: str) -> None:
        self.text = text


_CLOSE = _Literal(")")
_COMMA = _Literal(",")
_SMALL = 2**64
_SLACK_BITS = 64  # sums may carry an integer a little over the limit


# -- read -------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    rf"""[{BLANK}]*(?:
      (?P<open>\() | (?P<close>\)) | (?P<comma>,) | (?P<minus>-)
    | (?P<digits>0[xX][0-9a-fA-F]++ | 0[oO][0-7]++ | [0-9]++) (?![\w'.])
    | (?P<word>[A-Za-z_][\w']*)
    | (?P<string>"(?:[^"\\\n]|\\(?:[{BLANK}]+\\|\^[@-_]|[^{BLANK}^]))*")
    | (?P<end>\Z) | (?P<bad>.)
    )""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)

_SIMPLE = {"()": None, "Left ()": Left(None), "Right ()": Right(None), "True": True, "False": False}


def read_text(text: str, type_: Type[Any], limits: Limits = DEFAULT_LIMITS) -> Any:
    """Take a text back to the value of a type that it stands for.

    White space and redundant brackets are taken as Haskell's ``read`` takes them.

    >>> from sm_toolkit.language.types import Either, Int, Unit
    >>> read_text(" ( Left (-3) ) ", Either(Int, Unit))
    Left(-3)
    >>> read_text("Left -3", Either(Int, Unit))
    Traceback (most recent call last):
        ...
    sm_toolkit.language.errors.TextError: cannot read Either[Int, Unit]: expected brackets round a negative \
number at column 6, found `-`

    Raises:
        TextError: the text is not a value's, or not of that type.
        LimitError: the text or a part of the value is over its limit.
        TypeError: it is no text, or the type is no type of the language.
    """
    if not isinstance(text, str):
        raise TypeError(f"`read_text(text, type)` takes a text first, and got {type(text).__name__}")
    expect_types("read_text(text, type)", type_)
    limits.allow("string_length", len(text), "a text to be read")
    value = _SIMPLE.get(text, _SIMPLE)
    if value is _SIMPLE:
        value = _parse(text, str(type_), limits)
    try:
        check_value(value, type_, limits)
    except ValueMismatchError as error:
        where = f" at {error.path}" if error.path else ""
        raise TextError(str(type_), f"a value of {error.expected}{where}", error.found, None) from None
    return value


def _parse(text: str, wanted: str, limits: Limits) -> Any:
    """Parse without a type: the text form tells a pair, a sum and each base type apart by itself.

    The stack holds what is open: ``"Left"``/``"Right"`` waiting for an argument, or a list of the values of
    an open bracket. ``value`` is what was just completed, or ``_NOTHING``.
    """
    stack: list[Any] = []
    value: Any = _NOTHING
    position = 0
    negative = False
    while True:
        token = _TOKEN.match(text, position)
        assert token is not None  # the pattern takes any character, and the end
        kind, start, position = token.lastgroup, token.start(token.lastgroup or 0), token.end()

        def fail(expected: str, start: int = start, token: re.Match[str] = token) -> TextError:
            found = _cut(token.group(token.lastgroup or 0))
            return TextError(wanted, expected, f"`{found}`" if found else "the end", start)

        if negative and kind != "digits":
            raise fail("a number after `-`")
        if value is _NOTHING:
            if kind == "open":
                stack.append([])
                continue
            if kind == "word":
                word = token.group("word")
                if word in ("Left", "Right"):
                    if stack and stack[-1].__class__ is str:
                        raise fail(f"brackets round the argument of `{stack[-1]}`")
                    stack.append(word)
                    continue
                if word not in ("True", "False"):
                    raise fail("a value (`Left`, `Right`, `True`, `False`, a number, a string or a bracket)")
                value = word == "True"
            elif kind == "digits":
                number = _read_number(token.group("digits"), limits)
                value = -number if negative else number
                negative = False
            elif kind == "minus":
                if stack and stack[-1].__class__ is str:
                    raise fail("brackets round a negative number")
                negative = True
                continue
            elif kind == "string":
                value = read_string(token.group("string"), wanted, start)
            elif kind == "close" and stack and stack[-1] == []:
                stack.pop()
                value = None
            else:
                raise fail("a value")
        else:
            if kind == "comma" and stack and len(stack[-1]) == 0:
                stack[-1].append(value)
                value = _NOTHING
                continue
            if kind == "close" and stack:
                items = stack.pop()
                value = (*items, value) if items else value
            elif kind == "end" and not stack:
                return value
            else:
                raise fail(("`)`" if stack[-1] else "`,` or `)`") if stack else "the end")
        while stack and stack[-1].__class__ is str:
            value = Left(value) if stack.pop() == "Left" else Right(value)


def _read_number(text: str, limits: Limits) -> int:
    base = {"0x": 16, "0o": 8}.get(text[:2].lower(), 10)
    digits = (text if base == 10 else text[2:]).lstrip("0") or "0"
    if len(digits) > limits.int_bits * _DIGITS_A_BIT[base] + 1:  # told before it costs anything
        raise LimitError("an integer to be read", "int_bits", limits.int_bits)
    return read_integer(digits) if base == 10 else int(digits, base)


_DIGITS_A_BIT = {16: 1 / 4, 8: 1 / 3, 10: 0.30103}
_NOTHING: Any = object()


def _cut(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "..."
