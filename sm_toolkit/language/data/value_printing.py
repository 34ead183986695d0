"""How values print: as the Python expressions that make them, however deep they are. No types and no terms here."""

from __future__ import annotations

from math import isinf, isnan
from typing import Any

from sm_toolkit.language.data.equality import opened

DIGITS_AT_ONCE = 600
"""Python turns so many digits into an integer and back whatever it is told by ``sys.set_int_max_str_digits``."""

_SMALLEST_LONG = 10**DIGITS_AT_ONCE

LONGEST = 2_000_000
"""How many characters of a term or a value are printed before the rest is left out; what is shared many times over
would have no end."""


def print_value(value: Any, longest: int = LONGEST) -> str:
    """Return the Python expression that makes a value; if it is over ``longest``, its beginning and an ellipsis.

    >>> print_value((1, ["a"])), print_value((1, ["a"]), 8), print_value(-1e400)
    ("(1, ['a'])", "(1, ['a'…", "float('-inf')")
    """
    pieces: list[str] = []
    length = 0
    work: list[Any] = [value]
    while work:
        current = work.pop()
        inside = None if isinstance(current, _Text) else opened(current)
        if inside is None:
            pieces.append(current.text if isinstance(current, _Text) else _scalar(current, longest))
        else:
            kind, parts = inside
            if len(parts) > 2 * longest:  # each is a character at least
                parts = parts[: 2 * longest + 2]
            before, between, after = _MARKS[kind] if isinstance(kind, str) else (f"{kind[0]}(", _COMMAS, _Text(")"))
            pieces.append(before)
            work.append(_LONE if kind == "tuple" and len(parts) == 1 else after)
            for index in reversed(range(len(parts))):
                work.append(parts[index])
                if not isinstance(kind, str):
                    work.append(_Text(f"{', ' if index else ''}{kind[1][index]}="))
                elif index:
                    work.append(between[index % 2])
        length += len(pieces[-1])
        if length > longest:
            return "".join(pieces)[:longest] + "…"
    return "".join(pieces)


class _Text:
    def __init__(self, text: str) -> None:
        self.text = text


_COMMAS = (_Text(", "), _Text(", "))
_LONE = _Text(",)")
_MARKS = {
    "Left": ("Left(", _COMMAS, _Text(")")),
    "Right": ("Right(", _COMMAS, _Text(")")),
    "tuple": ("(", _COMMAS, _Text(")")),
    "list": ("[", _COMMAS, _Text("]")),
    "map": ("{", (_Text(", "), _Text(": ")), _Text("}")),
}


def _scalar(value: Any, longest: int) -> str:
    if value.__class__ is int:
        return show_integer(value)
    if value.__class__ is float and (isinf(value) or isnan(value)):
        return f"float('{value}')"
    if value.__class__ in (str, bytes) and len(value) > longest:
        return repr(value[:longest])  # which is as long as what is printed, or longer
    return repr(value)


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
        digits.append(f"{low:0{DIGITS_AT_ONCE}}" if rest else str(low))
    return "-" * (number < 0) + "".join(reversed(digits))
