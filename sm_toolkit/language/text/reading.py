"""The text form of values, read: what Haskell's derived ``Read`` takes, white space and redundant brackets included.

A text is taken apart without a look at its type; what the parts are then depends on the type. Where a part is not of
its type the text is taken apart once more, and now the place of each part is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.records import NEWEST, Classes, alternative
from sm_toolkit.language.data.types import (
    Left,
    Right,
    Type,
    expect_types,
    is_record_head,
    is_variable_head,
    record_words,
)
from sm_toolkit.language.data.value_samples import of_parts
from sm_toolkit.language.data.value_words import describe
from sm_toolkit.language.data.values import SCALARS, check_value
from sm_toolkit.language.errors import TextError, ValueMismatchError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.text.parsing import Long, Parsing, Placed, Raw, as_float

_SIMPLE = {"()": None, "Left ()": Left(None), "Right ()": Right(None), "True": True, "False": False}
_SEED = frozenset(("Unit", "Bool", "Int", "Str", "Pair", "Either"))
"""The constructors whose values are told by their text alone."""


def read_text(text: str, type_: Type[Any], limits: Limits = DEFAULT_LIMITS, *, classes: Classes = NEWEST) -> Any:
    """Take a text back to the value of a type that it stands for.

    Neither a text nor a type says of which class a record is: it is of the one in ``classes`` (a machine has the
    ``classes`` that its function names), or else of the class of its name and fields that was made a type of last.

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
            value = Parsing(text, type_, limits).run()
            if not is_seed:
                value = _typed(value, type_, classes)
        check_value(value, type_, limits)
    except ValueMismatchError as error:
        place = _place_of_mismatch(text, type_, limits)
        where = "" if place is not None or not error.path else f" at {error.path}"
        raise TextError(str(type_), f"a value of {error.expected}{where}", error.found, place) from None
    return value


def _place_of_mismatch(text: str, type_: Type[Any], limits: Limits) -> int | None:
    """Return where the first part that is not of its type begins."""
    try:
        _typed(Parsing(text, type_, limits, placed=True).run(), type_)
    except _MisplacedError as error:
        return error.place
    return None


class _MisplacedError(ValueMismatchError):
    """What was read is not of its type; ``place`` is where it begins, if that was kept."""

    place: int | None = None


def _typed(raw: Any, type_: Type[Any], classes: Classes = NEWEST) -> Any:
    """Return the value of a type that was read.

    Raises:
        _MisplacedError: it is not of the type; what is not seen here ``check_value`` sees.
    """
    place: int | None = None
    done: list[Any] = []
    work: list[Any] = [(raw, type_)]  # what was read and its type; or a type, or a side, and how many parts it has
    while work:
        current, wanted = work.pop()
        if wanted.__class__ is int:
            parts = tuple(done[len(done) - wanted :])
            del done[len(done) - wanted :]
            done.append(_made(current, parts, classes))
            continue
        if current.__class__ is Placed:
            current, place = current.value, current.place
        head, args = wanted.head, wanted.args
        class_ = current.__class__
        scalar = SCALARS.get(head)
        inner: Sequence[Any] = ()
        if scalar is not None:
            if scalar is float and (class_ is int or class_ is Long):
                current = as_float(current) if class_ is int else current.rounded()
            elif scalar is int and class_ is Long:
                raise current.refusal
            elif class_ is not scalar:
                raise _mismatch(current, wanted, place)
            done.append(current)
            continue
        if head == "Maybe":
            if class_ is Raw and current.kind == "Nothing":
                done.append(None)
            elif class_ is Raw and current.kind == "Just":
                work.append((current.parts[0], args[0]))
            else:
                raise _mismatch(current, wanted, place)
            continue
        if head == "Either" and (class_ is Left or class_ is Right):
            work += ((class_, 1), (current.value, args[class_ is Right]))
            continue
        if head == "Variant" and class_ is Raw and alternative(wanted, current.kind) is not None:
            work.append((current, alternative(wanted, current.kind)))
            continue
        if head in ("Pair", "Tuple") and class_ is tuple and len(current) == len(args):
            inner = list(zip(current, args, strict=True))
        elif head == "List" and class_ is Raw and current.kind == "[":
            if {SCALARS.get(args[0].head)}.issuperset(map(type, current.parts)):
                done.append(PersistentList(current.parts))
                continue
            inner = [(part, args[0]) for part in current.parts]
        elif head == "Map" and class_ is Raw and current.kind == "fromList":
            inner = _entries(current.parts[0], wanted, place)
        elif is_record_head(head) and class_ is Raw and record_words(head) == (current.kind, current.labels):
            inner = list(zip(current.parts, args, strict=True))
        elif is_variable_head(head):
            done.append(current)
            continue
        else:
            raise _mismatch(current, wanted, place)
        work.append((wanted, len(inner)))
        work += reversed(inner)
    return done.pop()


def _entries(listed: Any, wanted: Type[Any], place: int | None) -> list[Any]:
    if listed.__class__ is Placed:
        listed, place = listed.value, listed.place
    if listed.__class__ is not Raw or listed.kind != "[":
        raise _mismatch(listed, wanted, place, "a list of pairs after `fromList`")
    inner: list[Any] = []
    for entry in listed.parts:
        if entry.__class__ is Placed:
            entry, place = entry.value, entry.place
        if entry.__class__ is not tuple or len(entry) != 2:
            raise _mismatch(entry, wanted, place, "a pair of a key and a value")
        inner += zip(entry, wanted.args, strict=True)
    return inner


def _made(wanted: Any, parts: tuple[Any, ...], classes: Classes) -> Any:
    if wanted is Left or wanted is Right:
        return wanted(parts[0])
    if wanted.head == "List":
        return PersistentList(parts)
    if wanted.head == "Map":
        return PersistentMap(zip(parts[::2], parts[1::2], strict=True))
    return of_parts(wanted, parts, classes)


def _mismatch(found: Any, wanted: Type[Any], place: int | None, expected: str = "") -> _MisplacedError:
    if found.__class__ is Raw and is_record_head(wanted.head) and found.labels:
        expected = f"{wanted}, with these fields in this order,"
    words = found.words() if isinstance(found, Raw | Long) else describe(found)
    error = _MisplacedError(expected or str(wanted), words, "")
    error.place = place
    return error
