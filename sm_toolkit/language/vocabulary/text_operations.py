"""The names of the primitives on texts, which count and cut by code points, and on bytes. As in ``operations``."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from sm_toolkit.language.data.types import Left, Right, Type
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import Primitive
from sm_toolkit.language.vocabulary.naming import named

A = TypeVar("A")

concat: Machine[Any, tuple[str, str], str] = Machine(Primitive("concat"))
"""Join two texts. ``(Str, Str) -> Str``. One of more than ``Limits.string_length`` fails the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(concat, ("a", "b"), None)
('ab', None)
"""

length: Machine[Any, str, int] = Machine(Primitive("length"))
"""Count the characters of a text. ``Str -> Int``.

>>> from sm_toolkit.language.interpreter import step
>>> step(length, "abc", None)
(3, None)
"""

slice_text: Machine[Any, tuple[str, tuple[int, int]], str] = Machine(Primitive("slice_text"))
"""Give the characters from a start up to before a stop. ``(Str, (Int, Int)) -> Str``.

Negative numbers count from the end, and what lies outside is cut, as in Python's ``text[start:stop]``.

>>> from sm_toolkit.language.interpreter import step
>>> step(slice_text, ("abcd", (1, -1)), None)
('bc', None)
"""

contains: Machine[Any, tuple[str, str], bool] = Machine(Primitive("contains"))
"""Tell whether the second text is part of the first. ``(Str, Str) -> Bool``.

>>> from sm_toolkit.language.interpreter import step
>>> step(contains, ("abc", "bc"), None)
(True, None)
"""

starts_with: Machine[Any, tuple[str, str], bool] = Machine(Primitive("starts_with"))
"""Tell whether the first text starts with the second. ``(Str, Str) -> Bool``.

>>> from sm_toolkit.language.interpreter import step
>>> step(starts_with, ("abc", "ab"), None)
(True, None)
"""

ends_with: Machine[Any, tuple[str, str], bool] = Machine(Primitive("ends_with"))
"""Tell whether the first text ends with the second. ``(Str, Str) -> Bool``.

>>> from sm_toolkit.language.interpreter import step
>>> step(ends_with, ("abc", "ab"), None)
(False, None)
"""

find: Machine[Any, tuple[str, str], Left[None] | Right[int]] = Machine(Primitive("find"))
"""Give where in the first text the second begins, if it does: counted from 0. ``(Str, Str) -> Either[Unit, Int]``.

>>> from sm_toolkit.language.interpreter import step
>>> step(find, ("abcbc", "bc"), None), step(find, ("abc", "x"), None)
((Right(1), None), (Left(None), None))
"""

replace: Machine[Any, tuple[str, tuple[str, str]], str] = Machine(Primitive("replace"))
"""Put, in a text, a new one for each place of an old one. ``(Str, (Str, Str)) -> Str``. The limit of ``concat`` holds.

>>> from sm_toolkit.language.interpreter import step
>>> step(replace, ("a-b-c", ("-", " ")), None)
('a b c', None)
"""

upper: Machine[Any, str, str] = Machine(Primitive("upper"))
"""Write a text in upper case. ``Str -> Str``. The limit of ``concat`` holds: a letter may become two.

>>> from sm_toolkit.language.interpreter import step
>>> step(upper, "straße", None)
('STRASSE', None)
"""

lower: Machine[Any, str, str] = Machine(Primitive("lower"))
"""Write a text in lower case. ``Str -> Str``. The limit of ``concat`` holds.

>>> from sm_toolkit.language.interpreter import step
>>> step(lower, "Abc", None)
('abc', None)
"""

strip: Machine[Any, str, str] = Machine(Primitive("strip"))
"""Drop the blanks at both ends of a text. ``Str -> Str``.

>>> from sm_toolkit.language.interpreter import step
>>> step(strip, " a b ", None)
('a b', None)
"""

repeat: Machine[Any, tuple[str, int], str] = Machine(Primitive("repeat"))
"""Join so many of a text; none if the number is negative. ``(Str, Int) -> Str``. The limit of ``concat`` holds.

>>> from sm_toolkit.language.interpreter import step
>>> step(repeat, ("ab", 3), None)
('ababab', None)
"""


@overload
def fail() -> Machine[Any, str, Any]: ...
@overload
def fail(a: Type[A]) -> Machine[Any, str, A]: ...
def fail(a: Type[Any] | None = None) -> Machine[Any, str, Any]:
    """Fail the step, with the text as the reason. ``Str -> a``: there is no output, so it may be of any type.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(fail(), "no such account", None)
    Traceback (most recent call last):
        ...
    sm_toolkit.language.errors.StepError: no such account
    """
    return named("fail", a)


concat_bytes: Machine[Any, tuple[bytes, bytes], bytes] = Machine(Primitive("concat_bytes"))
"""Join two strings of bytes. ``(Bytes, Bytes) -> Bytes``. The limit of ``concat`` holds.

>>> from sm_toolkit.language.interpreter import step
>>> step(concat_bytes, (b"a", b"b"), None)
(b'ab', None)
"""

length_bytes: Machine[Any, bytes, int] = Machine(Primitive("length_bytes"))
"""Count bytes. ``Bytes -> Int``.

>>> from sm_toolkit.language.interpreter import step
>>> step(length_bytes, b"abc", None)
(3, None)
"""

slice_bytes: Machine[Any, tuple[bytes, tuple[int, int]], bytes] = Machine(Primitive("slice_bytes"))
"""Give the bytes from a start up to before a stop, as ``slice_text``. ``(Bytes, (Int, Int)) -> Bytes``.

>>> from sm_toolkit.language.interpreter import step
>>> step(slice_bytes, (b"abcd", (1, -1)), None)
(b'bc', None)
"""

to_utf8: Machine[Any, str, bytes] = Machine(Primitive("to_utf8"))
"""Write a text as UTF-8. ``Str -> Bytes``. Half of a surrogate pair, which has none, fails the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(to_utf8, "å", None)
(b'\\xc3\\xa5', None)
"""

from_utf8: Machine[Any, bytes, str] = Machine(Primitive("from_utf8"))
"""Read a text from UTF-8. ``Bytes -> Str``. Other bytes fail the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(from_utf8, b"abc", None)
('abc', None)
"""
