"""Values as bytes: flattened by their type into a list of scalars, which is one msgpack array.

Here is the plain form, the definition of what a value's bytes are; ``value_codec`` does the same faster for
one type, ``packing`` turns scalars into bytes. Nothing recurses on the Python stack.

A value is written in preorder and says nothing that its type says already. So a message can carry its head and its
value in one flat array.

======================  ===========================================================================
type                    scalars
======================  ===========================================================================
Unit                    none
Bool Int Str            the value
Float Bytes             the value (a float of 64 bits; msgpack's ``bin``)
Pair, Tuple, a record   those of its parts
Either                  0 (Left) or 1 (Right), then what is inside
Maybe                   0 for None, or 1 and then the value
Variant                 which of its records, counted from 0, and then that one's fields
List                    how many items there are, and then each
Map                     how many keys there are, and then each with its value, in the order of the keys
======================  ===========================================================================
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar, cast

from sm_toolkit.language.data.equality import opened
from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.records import NEWEST, Classes, fits_record
from sm_toolkit.language.data.types import Left, Right, Type, is_record_head, record_words
from sm_toolkit.language.data.value_samples import of_parts
from sm_toolkit.language.data.values import LISTS, MAPS, SCALARS, check_value, describe
from sm_toolkit.language.encoding.packing import array_header_length, pack, unpack
from sm_toolkit.language.encoding.type_encoding import counted, refuse_variables
from sm_toolkit.language.errors import DecodeError, LimitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits

T = TypeVar("T")


# -- values <-> scalars -----------------------------------------------------------------------------------

LEFT, RIGHT = 0, 1
"""What stands for the sides of an Either; not False and True, which are values."""

NOTHING, JUST = 0, 1
"""What stands before a Maybe: whether there is a value."""

_SMALL = 2**64  # integers below this, with either sign, are never over a limit; as in ``check_value``


def which_record(value: Any, type_: Type[Any]) -> int:
    """Return which record of a variant a value is, or -1 if it is none.

    >>> from dataclasses import make_dataclass
    >>> from sm_toolkit.language.data.records import Record, Variant
    >>> which_record(make_dataclass("B", [], frozen=True)(), Variant(Record("A"), Record("B")))
    1
    """
    name = value.__class__.__name__
    for number, record in enumerate(type_.args):
        if record_words(record.head)[0] == name:
            return number if fits_record(value, record) else -1
    return -1


def flatten(value: T, type_: Type[T], limits: Limits = DEFAULT_LIMITS) -> list[Any]:
    """Return the scalars of a value, each a bool, an int, a float, a str or bytes exactly.

    >>> from sm_toolkit.language.data.types import Bool, Either, Int, Pair, Unit
    >>> flatten((Right(Left(None)), 7), Pair(Either(Unit, Either(Unit, Bool)), Int))
    [1, 0, 7]

    Raises:
        ValueMismatchError: the value is not of that type.
        EncodeError: the type has variables.
        LimitError: a part of it is over its limit, or the whole over ``message_bytes`` (a value
            that holds one string many times is small in memory and large on the wire).
    """
    refuse_variables(type_)
    items: list[Any] = []
    room = limits.message_bytes
    work: list[Any] = [type_, value]
    while work:
        current, wanted = work.pop(), work.pop()
        class_, head, args = current.__class__, wanted.head, wanted.args
        room -= 1
        if room < 0:
            raise LimitError("the encoding of a value", "message_bytes", limits.message_bytes)
        scalar = SCALARS.get(head)
        if scalar is not None:
            if class_ is not scalar or (class_ is float and current != current):
                break
            if class_ is int:
                if not -_SMALL < current < _SMALL:
                    limits.allow("int_bits", current.bit_length(), "an integer")
                    room -= current.bit_length() // 8
            elif class_ is str or class_ is bytes:
                limits.allow("string_length", len(current), "a string")
                room -= len(current)
            if current is not None:
                items.append(current)
        elif head == "Pair":
            if class_ is not tuple or len(current) != 2:
                break
            work += (args[1], current[1], args[0], current[0])
        elif head == "Either":
            if class_ is not Left and class_ is not Right:
                break
            items.append(RIGHT if class_ is Right else LEFT)
            work += (args[class_ is Right], current.value)
        elif head == "Maybe":
            items.append(NOTHING if current is None else JUST)
            if current is not None:
                work += (args[0], current)
        elif head == "Variant":
            number = which_record(current, wanted)
            if number < 0:
                break
            items.append(number)
            work += (args[number], current)
        elif head == "List" or head == "Map":
            if class_ not in (LISTS if head == "List" else MAPS):
                break
            limits.allow("collection_length", len(current), "a list" if head == "List" else "a map")
            items.append(len(current))
            parts = _parts(current)
            for number in reversed(range(len(parts))):
                work += (args[number % len(args)], parts[number])
        else:
            if not fits_record(current, wanted) if is_record_head(head) else class_ is not tuple:
                break
            parts = _parts(current)
            if len(parts) != len(args):
                break
            for number in reversed(range(len(parts))):
                work += (args[number], parts[number])
    else:
        return items
    check_value(value, type_, limits)
    raise AssertionError("the loop above and check_value disagree")


def _parts(value: Any) -> Any:
    inside = opened(value)
    assert inside is not None
    return inside[1]


def unflatten(items: list[Any], type_: Type[T], limits: Limits = DEFAULT_LIMITS, *, classes: Classes = NEWEST) -> T:
    """Return the value of a type whose scalars these are, all of them; records are as in ``decode_value``.

    >>> from sm_toolkit.language.data.types import Bool, Either, Int, Pair, Unit
    >>> unflatten([1, 0, 7], Pair(Either(Unit, Either(Unit, Bool)), Int))
    (Right(Left(None)), 7)
    >>> unflatten([1, True], Either(Unit, Int))
    Traceback (most recent call last):
        ...
    sm_toolkit.language.errors.DecodeError: cannot decode Either[Unit, Int] (item 2): expected an Int at byte 2, \
found True (Bool)

    Raises:
        DecodeError: an item is not what the type wants there, or there are too few or too many;
            ``position`` counts bytes in what ``pack`` makes of the items.
        EncodeError: the type has variables.
        LimitError: see ``flatten``.
    """
    refuse_variables(type_)
    made: list[Any] = []
    at, count, room = 0, len(items), limits.message_bytes
    # A type to read; Left or Right, to be made of the value made last; or a type, how many values it is to be made
    # of, and at which item it began.
    work: list[Any] = [type_]
    while work:
        wanted = work.pop()
        if wanted.__class__ is not Type:
            if wanted.__class__ is tuple:
                whole, size, start = wanted
                parts = tuple(made[len(made) - size :])
                del made[len(made) - size :]
                if whole.head == "Map" and not all(
                    one < two for one, two in zip(parts[::2], parts[2::2], strict=False)
                ):
                    _refuse_item(items, start, type_, "keys that increase after this number")
                made.append(_whole(whole, parts, classes))
            else:
                made[-1] = wanted(made[-1])
            continue
        room -= 1
        if room < 0:
            raise LimitError("a value", "message_bytes", limits.message_bytes)
        head, args = wanted.head, wanted.args
        if head == "Unit":
            made.append(None)
            continue
        if head == "Pair" or head == "Tuple" or is_record_head(head):
            work.append((wanted, len(args), at))
            work += args[::-1]
            continue
        if at == count:
            _refuse_item(items, at, type_, _expected(wanted))
        item = items[at]
        class_ = item.__class__
        scalar = SCALARS.get(head)
        if class_ is not (scalar or int) or item != item:
            _refuse_item(items, at, type_, _expected(wanted))
        if scalar is not None:
            if class_ is str or class_ is bytes:
                limits.allow("string_length", len(item), "a string")
            elif class_ is int and not -_SMALL < item < _SMALL:
                limits.allow("int_bits", item.bit_length(), "an integer")
            made.append(item)
        elif head == "List" or head == "Map":
            if item < 0:
                _refuse_item(items, at, type_, _expected(wanted))
            limits.allow("collection_length", item, "a list" if head == "List" else "a map")
            size = item * len(args)
            if size > room:
                raise LimitError("a value", "message_bytes", limits.message_bytes)
            work.append((wanted, size, at))
            work += args[::-1] * item
        elif not 0 <= item < (len(args) if head == "Variant" else 2):
            _refuse_item(items, at, type_, _expected(wanted))
        elif head == "Either":
            work += (Right, args[1]) if item else (Left, args[0])
        elif head == "Variant":
            work.append(args[item])
        elif item == JUST:
            work.append(args[0])
        else:
            made.append(None)
        at += 1
    if at != count:
        _refuse_item(items, at, type_, "")
    return cast("T", made.pop())


def _whole(type_: Type[Any], parts: tuple[Any, ...], classes: Classes) -> Any:
    if type_.head == "List":
        return PersistentList(parts)
    if type_.head == "Map":
        return PersistentMap(zip(parts[::2], parts[1::2], strict=True))
    return of_parts(type_, parts, classes)


def _expected(wanted: Type[Any]) -> str:
    match wanted.head:
        case "Either":
            return f"{LEFT} (Left) or {RIGHT} (Right)"
        case "Maybe":
            return f"{NOTHING} (None) or {JUST} (a value)"
        case "Variant":
            names = (f"{number} ({record_words(record.head)[0]})" for number, record in enumerate(wanted.args[:8]))
            return f"the number of a record, {', '.join(names)}{', …' if len(wanted.args) > 8 else ''}"
        case "List" | "Map":
            return "how many there are"
        case head:
            return f"{'an' if head == 'Int' else 'a'} {wanted}"


def _refuse_item(items: list[Any], at: int, type_: Type[Any], expected: str) -> NoReturn:
    left = len(items) - at
    found = "the end" if left == 0 else describe(items[at]) if expected else counted(left, "more item")
    position = array_header_length(len(items)) + sum(len(pack([item])) - 1 for item in items[:at])
    raise DecodeError(f"{type_} (item {at + 1})", expected or "the end", found, position)


# -- values <-> bytes -------------------------------------------------------------------------------------


def encode_value(value: T, type_: Type[T], limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the bytes of a value of a type; equal values give equal bytes.

    >>> from sm_toolkit.language.data.types import Either, Int, Unit
    >>> encode_value(Right(5), Either(Unit, Int)).hex(" ")
    '92 01 05'

    Raises:
        ValueMismatchError, EncodeError, LimitError: see ``flatten``.
    """
    data = pack(flatten(value, type_, limits))
    limits.allow("message_bytes", len(data), "the encoding of a value")
    return data


def decode_value(data: bytes, type_: Type[T], limits: Limits = DEFAULT_LIMITS, *, classes: Classes = NEWEST) -> T:
    """Return the value of a type whose bytes these are.

    Neither bytes nor a type say of which class a record is: it is of the one in ``classes`` (a machine has the
    ``classes`` that its function names), or else of the class of its name and fields that was made a type of last.

    >>> from sm_toolkit.language.data.types import Either, Int, Unit
    >>> decode_value(bytes.fromhex("92 01 05"), Either(Unit, Int))
    Right(5)

    Raises:
        DecodeError: they are no value's of that type, or not the one form in which it is written.
        EncodeError: the type has variables.
        LimitError: a part of the value, or the whole, is over its limit.
    """
    return unflatten(unpack(data, limits), type_, limits, classes=classes)
