"""The literals of the text form: strings, integers, floats and bytes, written and read. No value with parts here.

Strings and numbers are as in Haskell, whose ``Show`` and ``Read`` they go by. (Haskell 2010 Language Report, section
2.6, "Character and String Literals".)
"""

from __future__ import annotations

import re
from math import isinf

from sm_toolkit.language.data.value_printing import DIGITS_AT_ONCE
from sm_toolkit.language.errors import TextError
from sm_toolkit.language.text.plain import printable

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
    raise TextError(type_, "an escape of Haskell's", cut(found.group()), offset + 1 + found.start())


# -- integers ---------------------------------------------------------------------------------------------


def read_integer(digits: str) -> int:
    """Return the number that decimal digits stand for, however many they are.

    >>> read_integer("1" + "0" * 5000) == 10**5000
    True
    """
    number = 0
    for start in range(0, len(digits), DIGITS_AT_ONCE):
        some = digits[start : start + DIGITS_AT_ONCE]
        number = number * 10 ** len(some) + int(some)
    return number


# -- floats -----------------------------------------------------------------------------------------------


def show_float(number: float) -> str:
    """Write a float so that it reads back as the same one: with a point, or a power of ten, or as ``Infinity``.

    >>> show_float(1.5), show_float(-1e300), show_float(float("inf"))
    ('1.5', '-1.0e300', 'Infinity')
    """
    if isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    digits, power, exponent = repr(number).partition("e")
    return digits + ("" if "." in digits else ".0") + (f"e{int(exponent)}" if power else "")


# -- bytes ------------------------------------------------------------------------------------------------

_PLAIN_BYTES = {code: chr(code) for code in range(0x20, 0x7F)} | {0x22: '\\"', 0x5C: "\\\\"}
_BYTES = [_PLAIN_BYTES.get(code, f"\\x{code:02x}") for code in range(256)]
_BYTE = re.compile(r"\\x([0-9a-fA-F]{2})|\\(.)|(.)", re.DOTALL)

BYTES_PATTERN = r'''b"(?:[\x20!\x23-\[\]-~]|\\x[0-9a-fA-F]{2}|\\["\\])*+"'''
"""A literal of bytes: printable characters of ASCII stand for themselves, any byte may be ``\\x`` and two digits."""


def show_bytes(data: bytes) -> str:
    r"""Write bytes as a literal of ASCII characters.

    >>> print(show_bytes(b'a"\\\x00\xff'))
    b"a\"\\\x00\xff"
    """
    return f'b"{"".join(map(_BYTES.__getitem__, data))}"'


def read_bytes(literal: str) -> bytes:
    """Take a literal that fits ``BYTES_PATTERN`` back to its bytes.

    >>> read_bytes(show_bytes(bytes(range(256)))) == bytes(range(256))
    True
    """
    found = _BYTE.findall(literal[2:-1])
    return bytes(int(digits, 16) if digits else ord(escaped or plain) for digits, escaped, plain in found)


def cut(text: str) -> str:
    """Return what an error says of a text that may be long, or not printable."""
    return printable(text if len(text) <= 30 else text[:30] + "...")
