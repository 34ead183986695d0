"""The text form of values, taken apart: which values, words, lists and records a text has in it, and where.

What these are depends on a type, and is told in ``reading``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from math import inf
from typing import Any

from sm_toolkit.language.data.types import Left, Right, Type, is_record_head, nodes, record_words
from sm_toolkit.language.errors import LimitError, TextError
from sm_toolkit.language.limits import Limits
from sm_toolkit.language.text.literals import BLANK, BYTES_PATTERN, cut, read_bytes, read_integer, read_string

_TOKEN = re.compile(
    rf"""[{BLANK}]*(?:
      (?P<open>[(\[]) | (?P<close>[)\]}}]) | (?P<comma>,) | (?P<minus>-)
    | (?P<float>[0-9]++(?:\.[0-9]++(?:[eE][-+]?[0-9]++)?|[eE][-+]?[0-9]++)) (?![\w'.])
    | (?P<digits>0[xX][0-9a-fA-F]++ | 0[oO][0-7]++ | [0-9]++) (?![\w'.])
    | (?P<bytes>{BYTES_PATTERN})
    | (?P<word>[A-Za-z_][\w']*)
    | (?P<string>"(?:[^"\\\n]|\\(?:[{BLANK}]+\\|\^[@-_]|[^{BLANK}^]))*")
    | (?P<end>\Z) | (?P<bad>.)
    )""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_BRACE = re.compile(rf"[{BLANK}]*\{{", re.ASCII)
_FIELD = re.compile(rf"[{BLANK}]*([A-Za-z_][\w']*)[{BLANK}]*=", re.ASCII)

_WORDS = {"Maybe": ("Just", "Nothing"), "Map": ("fromList",), "Float": ("Infinity",)}
_TAKE_ONE = ("Left", "Right", "Just", "fromList")
"""The words before which an argument stands."""

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_DIGITS_A_BIT = {16: 1 / 4, 8: 1 / 3, 10: 0.30103}
_FEW_DIGITS = 19
_SIDES = {"Left": Left, "Right": Right}
_NOTHING: Any = object()
_NO_LABELS: list[str] = []


class Placed:
    """What was read, and where it begins."""

    __slots__ = ("place", "value")

    def __init__(self, value: Any, place: int) -> None:
        self.value = value
        self.place = place


class Raw:
    """What is read of a value that only its type tells: a word with its argument, a list, or a record."""

    def __init__(self, kind: str, parts: Sequence[Any] = (), labels: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self.parts = parts
        self.labels = labels

    def words(self) -> str:
        """Say what it is in an error."""
        return f"a list of {len(self.parts)}" if self.kind == "[" else f"`{self.kind}`"


class Long:
    """A number of more digits than an Int may have: a Float it can be all the same."""

    def __init__(self, text: str, refusal: LimitError) -> None:
        self.text = text
        self.refusal = refusal

    def words(self) -> str:
        """Say what it is in an error."""
        return f"a number of {len(self.text):,} digits"

    def __neg__(self) -> Long:
        """Return the number with a sign."""
        return Long(f"-{self.text}", self.refusal)

    def rounded(self) -> float:
        """Return the nearest float."""
        sign, number = (-1, self.text[1:]) if self.text[0] == "-" else (1, self.text)
        return sign * (float(number) if number.isdigit() else as_float(int(number, 0)))


def as_float(number: int) -> float:
    """Return the nearest float, which may be infinite."""
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


class _Open:
    """A bracket that is not closed yet, and what is inside so far; of a record also its name and labels."""

    __slots__ = ("bracket", "items", "labels", "name", "place")

    def __init__(self, bracket: str, place: int, name: str = "") -> None:
        self.bracket = bracket
        self.place = place
        self.name = name
        self.items: list[Any] = []
        self.labels: list[str] = [] if name else _NO_LABELS


class _Word:
    """A word that waits for its argument."""

    __slots__ = ("place", "word")

    def __init__(self, word: str, place: int) -> None:
        self.word = word
        self.place = place


class Parsing:
    """One text being read.

    The stack holds what is open: brackets, and words that wait for their argument. ``value`` is what was just
    completed, or ``_NOTHING``. If ``placed`` each part of it says where it begins.
    """

    def __init__(self, text: str, type_: Type[Any], limits: Limits, placed: bool = False) -> None:
        self._text = text
        self._wanted = type_
        self._limits = limits
        self._placed = placed
        self._has_lists = not type_.kinds.isdisjoint(("List", "Map"))
        self._has_tuples = "Tuple" in type_.kinds
        self._stack: list[_Open | _Word] = []
        self._position = 0
        self._token: Any = None

    def run(self) -> Any:
        """Read the whole text."""
        value: Any = _NOTHING
        minus: int | None = None  # where a `-` stands whose number comes next
        stack, text, match, placed = self._stack, self._text, _TOKEN.match, self._placed
        while True:
            token: Any = match(text, self._position)  # the pattern takes any character, and the end
            self._token = token
            kind = token.lastgroup
            word = token[kind]
            self._position = token.end()
            top: Any = stack[-1] if stack else None
            if value is not _NOTHING:
                if kind == "comma" and top.__class__ is _Open and self._may_go_on(top):
                    top.items.append(value)
                    value = _NOTHING
                    if top.bracket == "{":
                        self._label(top)
                    continue
                if kind == "close" and top.__class__ is _Open and word == _CLOSERS[top.bracket]:
                    stack.pop()
                    if top.items or top.bracket != "(":
                        value = _closed(top, value)
                        if placed:
                            value = Placed(value, top.place)
                elif kind == "end" and not stack:
                    return value
                else:
                    raise self._fail(self._expected(top))
            elif minus is not None:
                if kind not in ("digits", "float") and word != "Infinity":
                    raise self._fail("a number after `-`")
                value = -self._begin(kind, word, top)
                if placed:
                    value = Placed(value, minus)
                minus = None
            elif kind == "minus":
                if top.__class__ is _Word:
                    raise self._fail("brackets round a negative number")
                minus = token.start(kind)
                continue
            else:
                value = self._begin(kind, word, top)
                if value is _NOTHING:
                    continue
                if placed:
                    value = Placed(value, top.place if kind == "close" else token.start(kind))
            while stack and (top := stack[-1]).__class__ is _Word:
                stack.pop()
                side = _SIDES.get(top.word)
                value = Raw(top.word, (value,)) if side is None else side(value)
                if placed:
                    value = Placed(value, top.place)

    def _fail(self, expected: str) -> TextError:
        found = cut(self._token[self._token.lastgroup])
        return TextError(str(self._wanted), expected, f"`{found}`" if found else "the end", self._start())

    def _start(self) -> int:
        start: int = self._token.start(self._token.lastgroup)
        return start

    def _begin(self, kind: str, text: str, top: _Open | _Word | None) -> Any:
        """Return a value that is one token, or begin one that has more."""
        if kind == "digits":
            return self._number(text)
        if kind == "open" and (text == "(" or self._has_lists):
            self._stack.append(_Open(text, self._start()))
            return _NOTHING
        if kind == "close" and isinstance(top, _Open) and not top.items and text == _CLOSERS[top.bracket] != "}":
            self._stack.pop()
            return None if text == ")" else Raw("[")
        if kind == "float":
            return float(text)
        if kind == "string":
            return read_string(text, str(self._wanted), self._start()) if "\\" in text else text[1:-1]
        if kind == "bytes":
            return read_bytes(text)
        if kind != "word":
            raise self._fail("a value")
        if text == "NaN" and "Float" in self._wanted.kinds:
            raise self._fail("a number, and NaN is none here")
        words = _words_of(self._wanted)
        if text not in words:
            raise self._fail(
                f"a value ({', '.join(f'`{word}`' for word in words[:12])}, a number, a string or a bracket)"
            )
        return self._word(text, top)

    def _number(self, text: str) -> Any:
        if len(text) < _FEW_DIGITS and text.isdigit():
            return int(text)
        base = {"0x": 16, "0o": 8}.get(text[:2].lower(), 10)
        digits = (text if base == 10 else text[2:]).lstrip("0") or "0"
        if len(digits) <= self._limits.int_bits * _DIGITS_A_BIT[base] + 1:
            return read_integer(digits) if base == 10 else int(digits, base)
        refusal = LimitError("an integer to be read", "int_bits", self._limits.int_bits)
        if "Float" in self._wanted.kinds:
            return Long(text, refusal)
        raise refusal  # told before it costs anything

    def _word(self, word: str, top: _Open | _Word | None) -> Any:
        if word in ("True", "False"):
            return word == "True"
        if word == "Infinity":
            return inf
        if word == "Nothing":
            return Raw("Nothing")
        if word in _TAKE_ONE:
            if isinstance(top, _Word):
                raise self._fail(f"brackets round the argument of `{top.word}`")
            self._stack.append(_Word(word, self._start()))
            return _NOTHING
        brace = _BRACE.match(self._text, self._position)
        if brace is None:
            return Raw(word)
        if isinstance(top, _Word):
            raise self._fail(f"brackets round the argument of `{top.word}`")
        self._position = brace.end()
        record = _Open("{", self._start(), word)
        self._stack.append(record)
        self._label(record)
        return _NOTHING

    def _label(self, record: _Open) -> None:
        found = _FIELD.match(self._text, self._position)
        if found is None:
            self._token = _TOKEN.match(self._text, self._position)
            raise self._fail(f"the name of a field of `{record.name}` and `=`")
        record.labels.append(found.group(1))
        self._position = found.end()

    def _may_go_on(self, open_: _Open) -> bool:
        return self._has_tuples or not open_.items or open_.bracket != "("

    def _expected(self, top: _Open | _Word | None) -> str:
        if not isinstance(top, _Open):
            return "the end"
        closer = f"`{_CLOSERS[top.bracket]}`"
        return f"`,` or {closer}" if self._may_go_on(top) else closer


@lru_cache(maxsize=256)
def _words_of(type_: Type[Any]) -> tuple[str, ...]:
    """Return the words that the text of a value of a type may have in it."""
    extra = [word for kind, words in _WORDS.items() if kind in type_.kinds for word in words]
    records = {record_words(part.head)[0] for part in nodes(type_) if is_record_head(part.head)}
    return "Left", "Right", "True", "False", *extra, *sorted(records)


def _closed(open_: _Open, last: Any) -> Any:
    open_.items.append(last)
    return tuple(open_.items) if open_.bracket == "(" else Raw(open_.name or "[", open_.items, tuple(open_.labels))
