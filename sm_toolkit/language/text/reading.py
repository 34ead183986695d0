"""The text form of values, read: what Haskell's derived ``Read`` takes, white space and redundant brackets included.

A text is taken apart without a look at its type; what the parts are then depends on the type. So what is wrong with
the text is told by its place there, and what is wrong with the value by its place in the value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from math import inf
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.records import alternative
from sm_toolkit.language.data.types import Left, Right, Type, expect_types, is_record_head, nodes, record_words
from sm_toolkit.language.data.value_samples import of_parts
from sm_toolkit.language.data.value_words import Path, describe, path_text
from sm_toolkit.language.data.values import SCALARS, check_value
from sm_toolkit.language.errors import LimitError, TextError, ValueMismatchError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
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

_SIMPLE = {"()": None, "Left ()": Left(None), "Right ()": Right(None), "True": True, "False": False}
_SEED = frozenset(("Unit", "Bool", "Int", "Str", "Pair", "Either"))
"""The constructors whose values are told by their text alone."""

_WORDS = {"Maybe": ("Just", "Nothing"), "Map": ("fromList",), "Float": ("Infinity",)}
_TAKE_ONE = ("Left", "Right", "Just", "fromList")
"""The words before which an argument stands."""

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_DIGITS_A_BIT = {16: 1 / 4, 8: 1 / 3, 10: 0.30103}
_NOTHING: Any = object()


def read_text(text: str, type_: Type[Any], limits: Limits = DEFAULT_LIMITS) -> Any:
    """Take a text back to the value of a type that it stands for.

    >>> from sm_toolkit.language.data.types import Either, Int, List, Maybe, Unit
    >>> read_text(" ( Left (-3) ) ", Either(Int, Unit)), read_text("[Just 1,Nothing]", List(Maybe(Int)))
    (Left(-3), [1, None])
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
    is_seed = type_.kinds <= _SEED
    value = _SIMPLE.get(text, _SIMPLE) if is_seed else _SIMPLE
    try:
        if value is _SIMPLE:
            value = _Parsing(text, type_, limits).run()
            if not is_seed:
                value = _typed(value, type_)
        check_value(value, type_, limits)
    except ValueMismatchError as error:
        where = f" at {error.path}" if error.path else ""
        raise TextError(str(type_), f"a value of {error.expected}{where}", error.found, None) from None
    return value


class _Raw:
    """What is read of a value that only its type tells: a word with its argument, a list, or a record."""

    def __init__(self, kind: str, parts: Sequence[Any] = (), labels: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self.parts = parts
        self.labels = labels

    def words(self) -> str:
        """Say what it is in an error."""
        return f"a list of {len(self.parts)}" if self.kind == "[" else f"`{self.kind}`"


class _Open:
    """A bracket that is not closed yet, and what is inside so far; of a record also its name and labels."""

    def __init__(self, bracket: str, name: str = "") -> None:
        self.bracket = bracket
        self.name = name
        self.items: list[Any] = []
        self.labels: list[str] = []


class _Parsing:
    """One text being read.

    The stack holds what is open: brackets, and words that wait for their argument. ``value`` is what was just
    completed, or ``_NOTHING``.
    """

    def __init__(self, text: str, type_: Type[Any], limits: Limits) -> None:
        self._text = text
        self._wanted = type_
        self._limits = limits
        self._has_lists = not type_.kinds.isdisjoint(("List", "Map"))
        self._stack: list[_Open | str] = []
        self._position = 0
        self._start = 0
        self._token: re.Match[str] | None = None

    def run(self) -> Any:
        """Read the whole text."""
        value, negative = _NOTHING, False
        stack = self._stack
        while True:
            kind, text = self._next()
            if negative and kind not in ("digits", "float") and text != "Infinity":
                raise self._fail("a number after `-`")
            top = stack[-1] if stack else None
            if value is _NOTHING:
                if kind == "minus":
                    if top.__class__ is str:
                        raise self._fail("brackets round a negative number")
                    negative = True
                    continue
                value = self._begin(kind, text, top)
                if value is not _NOTHING and negative:
                    value, negative = -value, False
            elif kind == "comma" and isinstance(top, _Open) and self._may_go_on(top):
                top.items.append(value)
                value = _NOTHING
                if top.bracket == "{":
                    self._label(top)
            elif kind == "close" and isinstance(top, _Open) and text == _CLOSERS[top.bracket]:
                stack.pop()
                value = _closed(top, value)
            elif kind == "end" and not stack:
                return value
            else:
                raise self._fail(self._expected(top))
            while value is not _NOTHING and stack and stack[-1].__class__ is str:
                word = str(stack.pop())
                value = Left(value) if word == "Left" else Right(value) if word == "Right" else _Raw(word, (value,))

    def _next(self) -> tuple[str, str]:
        token = _TOKEN.match(self._text, self._position)
        assert token is not None  # the pattern takes any character, and the end
        kind = token.lastgroup or ""
        self._token, self._start, self._position = token, token.start(kind), token.end()
        return kind, token.group(kind)

    def _fail(self, expected: str) -> TextError:
        assert self._token is not None
        found = cut(self._token.group(self._token.lastgroup or 0))
        return TextError(str(self._wanted), expected, f"`{found}`" if found else "the end", self._start)

    def _begin(self, kind: str, text: str, top: _Open | str | None) -> Any:
        """Return a value that is one token, or begin one that has more."""
        if kind == "open" and (text == "(" or self._has_lists):
            self._stack.append(_Open(text))
            return _NOTHING
        if kind == "close" and isinstance(top, _Open) and not top.items and text == _CLOSERS[top.bracket] != "}":
            self._stack.pop()
            return None if text == ")" else _Raw("[")
        if kind == "digits":
            return _read_number(text, self._limits)
        if kind == "float":
            return float(text)
        if kind == "string":
            return read_string(text, str(self._wanted), self._start) if "\\" in text else text[1:-1]
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

    def _word(self, word: str, top: _Open | str | None) -> Any:
        if word in ("True", "False"):
            return word == "True"
        if word == "Infinity":
            return inf
        if word == "Nothing":
            return _Raw("Nothing")
        if word in _TAKE_ONE:
            if top.__class__ is str:
                raise self._fail(f"brackets round the argument of `{top}`")
            self._stack.append(word)
            return _NOTHING
        brace = _BRACE.match(self._text, self._position)
        if brace is None:
            return _Raw(word)
        if top.__class__ is str:
            raise self._fail(f"brackets round the argument of `{top}`")
        self._position = brace.end()
        self._stack.append(_Open("{", word))
        self._label(self._stack[-1])
        return _NOTHING

    def _label(self, record: Any) -> None:
        found = _FIELD.match(self._text, self._position)
        if found is None:
            self._next()
            raise self._fail(f"the name of a field of `{record.name}` and `=`")
        record.labels.append(found.group(1))
        self._position = found.end()

    def _may_go_on(self, open_: _Open) -> bool:
        return open_.bracket != "(" or not open_.items or "Tuple" in self._wanted.kinds

    def _expected(self, top: _Open | str | None) -> str:
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
    if open_.bracket == "(":
        return (*open_.items, last) if open_.items else last
    open_.items.append(last)
    return _Raw(open_.name or "[", open_.items, tuple(open_.labels))


def _read_number(text: str, limits: Limits) -> int:
    base = {"0x": 16, "0o": 8}.get(text[:2].lower(), 10)
    digits = (text if base == 10 else text[2:]).lstrip("0") or "0"
    if len(digits) > limits.int_bits * _DIGITS_A_BIT[base] + 1:  # told before it costs anything
        raise LimitError("an integer to be read", "int_bits", limits.int_bits)
    return read_integer(digits) if base == 10 else int(digits, base)


# -- what the parts are -----------------------------------------------------------------------------------


def _typed(raw: Any, type_: Type[Any]) -> Any:
    """Return the value of a type that was read.

    Raises:
        ValueMismatchError: it is not of the type; what is not seen here ``check_value`` sees.
    """
    done: list[Any] = []
    work: list[Any] = [(raw, type_, None)]  # what was read, its type, its place; or a type and how many parts it has
    while work:
        item = work.pop()
        if len(item) == 2:
            wanted, count = item
            parts = tuple(done[len(done) - count :])
            del done[len(done) - count :]
            done.append(_made(wanted, parts))
            continue
        current, wanted, path = item
        head, args = wanted.head, wanted.args
        class_ = current.__class__
        inner: list[Any] | None = None
        if head == "Maybe":
            if class_ is _Raw and current.kind == "Nothing":
                done.append(None)
            elif class_ is _Raw and current.kind == "Just":
                work.append((current.parts[0], args[0], path))
            else:
                raise _mismatch(current, wanted, path)
            continue
        if head == "Either" and (class_ is Left or class_ is Right):
            work += ((class_, 1), (current.value, args[class_ is Right], (path, ".value")))
            continue
        if head in ("Pair", "Tuple") and class_ is tuple and len(current) == len(args):
            inner = [(part, type_, (path, at)) for at, (part, type_) in enumerate(zip(current, args, strict=True))]
        elif head == "List" and class_ is _Raw and current.kind == "[":
            inner = [(part, args[0], (path, at)) for at, part in enumerate(current.parts)]
        elif head == "Map" and class_ is _Raw and current.kind == "fromList":
            inner = _entries(current.parts[0], wanted, path)
        elif head == "Variant" and class_ is _Raw and alternative(wanted, current.kind) is not None:
            work.append((current, alternative(wanted, current.kind), path))
            continue
        elif is_record_head(head) and class_ is _Raw and record_words(head) == (current.kind, current.labels):
            fields = zip(current.parts, args, current.labels, strict=True)
            inner = [(part, type_, (path, f".{label}")) for part, type_, label in fields]
        elif head == "Float" and class_ is int:
            done.append(_float(current))
            continue
        elif args or class_ is _Raw or is_record_head(head) or class_ is not SCALARS.get(head, class_):
            raise _mismatch(current, wanted, path)
        if inner is None:
            done.append(current)
        else:
            work.append((wanted, len(inner)))
            work += inner[::-1]
    return done.pop()


def _entries(listed: Any, wanted: Type[Any], path: Path) -> list[Any]:
    if listed.__class__ is not _Raw or listed.kind != "[":
        raise _mismatch(listed, wanted, path, "a list of pairs after `fromList`")
    inner: list[Any] = []
    for at, entry in enumerate(listed.parts):
        if entry.__class__ is not tuple or len(entry) != 2:
            raise _mismatch(entry, wanted, (path, at), "a pair of a key and a value")
        inner += ((entry[0], wanted.args[0], (path, ".keys()")), (entry[1], wanted.args[1], (path, ".values()")))
    return inner


def _made(wanted: Any, parts: tuple[Any, ...]) -> Any:
    if wanted is Left or wanted is Right:
        return wanted(parts[0])
    if wanted.head == "List":
        return PersistentList(parts)
    if wanted.head == "Map":
        return PersistentMap(zip(parts[::2], parts[1::2], strict=True))
    return of_parts(wanted, parts)


def _float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def _mismatch(found: Any, wanted: Type[Any], path: Path, expected: str = "") -> ValueMismatchError:
    if found.__class__ is _Raw and is_record_head(wanted.head) and found.labels:
        expected = f"{wanted}, with these fields in this order"
    words = found.words() if isinstance(found, _Raw) else describe(found)
    return ValueMismatchError(expected or str(wanted), words, path_text(path))
