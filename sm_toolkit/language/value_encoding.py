"""Values as bytes: flattened by their type into a list of scalars, which is one msgpack array.

Here is the plain form, the definition of what a value's bytes are; ``value_codec`` does the same faster for
one type. Types and terms as bytes are in ``type_encoding`` and ``term_encoding``. Nothing recurses on the Python stack.

A value is written in preorder and says nothing that its type says already: a side of an Either is the
number 0 or 1 and then what it holds, a pair is its halves, Unit is nothing, and Bool, Int and Str are
themselves. So a message can carry its head and its value in one flat array. (msgpack:
https://github.com/msgpack/msgpack/blob/master/spec.md.)
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar, cast

import msgpack

from sm_toolkit.language.errors import DecodeError, EncodeError, LimitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.type_encoding import counted, refuse_variables
from sm_toolkit.language.types import Left, Right, Type
from sm_toolkit.language.values import check_value, describe

T = TypeVar("T")


# -- values <-> scalars -----------------------------------------------------------------------------------

LEFT, RIGHT = 0, 1
"""What stands for the sides of an Either; not False and True, which are values."""

_SMALL = 2**64  # integers below this, with either sign, are never over a limit; as in ``check_value``

_CLASSES: dict[str, type] = {"Unit": type(None), "Bool": bool, "Int": int, "Str": str}


def flatten(value: T, type_: Type[T], limits: Limits = DEFAULT_LIMITS) -> list[Any]:
    """Return the scalars of a value, each a bool, an int or a str exactly.

    >>> from sm_toolkit.language.types import Bool, Either, Int, Pair, Unit
    >>> flatten((Right(Left(None)), 7), Pair(Either(Unit, Either(Unit, Bool)), Int))
    [1, 0, 7]

    Raises:
        ValueMismatchError: the value is not of that type.
        EncodeError: the type has variables.
        LimitError: an integer or a string is over its limit, or the whole over ``message_bytes`` (a value
            that holds one string many times is small in memory and large on the wire).
    """
    refuse_variables(type_)
    items: list[Any] = []
    room = limits.message_bytes
    work: list[Any] = [type_, value]
    while work:
        current, wanted = work.pop(), work.pop()
        class_, head = current.__class__, wanted.head
        room -= 1
        if head == "Pair":
            if class_ is not tuple or len(current) != 2:
                break
            left, right = wanted.args
            work += (right, current[1], left, current[0])
        elif head == "Either":
            if class_ is Right:
                items.append(RIGHT)
                work += (wanted.args[1], current.value)
            elif class_ is Left:
                items.append(LEFT)
                work += (wanted.args[0], current.value)
            else:
                break
        elif class_ is not _CLASSES[head]:
            break
        elif class_ is int:
            if not -_SMALL < current < _SMALL:
                limits.allow("int_bits", current.bit_length(), "an integer")
                room -= current.bit_length() // 8
            items.append(current)
        elif class_ is str:
            limits.allow("string_length", len(current), "a string")
            room -= len(current)
            items.append(current)
        elif class_ is bool:
            items.append(current)
        if room < 0:
            raise LimitError("the encoding of a value", "message_bytes", limits.message_bytes)
    else:
        return items
    check_value(value, type_, limits)
    raise AssertionError("the loop above and check_value disagree")


def unflatten(items: list[Any], type_: Type[T], limits: Limits = DEFAULT_LIMITS) -> T:
    """Return the value of a type whose scalars these are, all of them.

    >>> from sm_toolkit.language.types import Bool, Either, Int, Pair, Unit
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
    work: list[Any] = [type_]  # a type to read, or what to make of the values made last: Left, Right, tuple
    while work:
        wanted = work.pop()
        if wanted.__class__ is not Type:
            if wanted is tuple:
                right = made.pop()
                made[-1] = (made[-1], right)
            else:
                made[-1] = wanted(made[-1])
            continue
        room -= 1
        if room < 0:
            raise LimitError("a value", "message_bytes", limits.message_bytes)
        head = wanted.head
        if head == "Pair":
            work += (tuple, wanted.args[1], wanted.args[0])
            continue
        if head == "Unit":
            made.append(None)
            continue
        if at == count:
            raise _wrong_item(items, at, type_, wanted)
        item = items[at]
        class_ = item.__class__
        if head == "Either":
            if class_ is not int or not LEFT <= item <= RIGHT:
                raise _wrong_item(items, at, type_, wanted)
            work += (Right, wanted.args[1]) if item else (Left, wanted.args[0])
        elif class_ is not _CLASSES[head]:
            raise _wrong_item(items, at, type_, wanted)
        else:
            if class_ is str:
                limits.allow("string_length", len(item), "a string")
            elif class_ is int and not -_SMALL < item < _SMALL:
                limits.allow("int_bits", item.bit_length(), "an integer")
            made.append(item)
        at += 1
    if at != count:
        raise _wrong_item(items, at, type_, None)
    return cast("T", made.pop())


def _wrong_item(items: list[Any], at: int, type_: Type[Any], wanted: Type[Any] | None) -> DecodeError:
    if wanted is None:
        expected = "the end"
    elif wanted.head == "Either":
        expected = f"{LEFT} (Left) or {RIGHT} (Right)"
    else:
        expected = f"{'an' if wanted.head == 'Int' else 'a'} {wanted}"
    left = len(items) - at
    found = "the end" if left == 0 else describe(items[at]) if wanted is not None else counted(left, "more item")
    position = _array_header_length(len(items)) + sum(len(pack([item])) - 1 for item in items[:at])
    return DecodeError(f"{type_} (item {at + 1})", expected, found, position)


# -- scalars <-> bytes ------------------------------------------------------------------------------------

INTEGER_CODE = 1
"""The msgpack extension that holds an integer beyond 64 bits: two's complement, big-endian, no byte too many."""

_SHORT = 1024  # bytes up to which msgpack may be let loose: what it could allocate for them is bounded


def _pack_large(item: Any) -> msgpack.ExtType:
    if item.__class__ is not int:
        raise EncodeError("scalars", f"{describe(item)} is none", "give None, bool, int, str and bytes")
    bits = (item if item >= 0 else ~item).bit_length()
    return msgpack.ExtType(INTEGER_CODE, item.to_bytes(bits // 8 + 1, "big", signed=True))


def _unpack_large(code: int, data: bytes) -> int:
    if code != INTEGER_CODE:
        raise ValueError(f"an extension of code {code}")
    return int.from_bytes(data, "big", signed=True)


class _Packer(threading.local):
    """A packer for each thread: making one costs more than packing a message."""

    def __init__(self) -> None:
        self.pack = msgpack.Packer(default=_pack_large, unicode_errors="surrogatepass", strict_types=True).pack


_packer = _Packer()


def pack(items: list[Any]) -> bytes:
    """Return one msgpack array of scalars; equal items give equal bytes.

    A Python string may hold half a surrogate pair, which no other language's might; it is written as UTF-8
    would write it if that were allowed.

    >>> pack([1, True, "a", 2**64]).hex(" ")
    '94 01 c3 a1 61 c7 09 01 01 00 00 00 00 00 00 00 00'

    Raises:
        EncodeError: an item is of a class that msgpack does not know.
    """
    return cast("bytes", _packer.pack(items))


def unpack(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Any]:
    """Return the items of which ``pack`` makes these bytes.

    An item that is no scalar may get through here; ``unflatten`` looks at the class of each.

    >>> unpack(pack([1, True, "a", -(2**70)])) == [1, True, "a", -(2**70)]
    True
    >>> unpack(bytes.fromhex("91 cc 05"))
    Traceback (most recent call last):
        ...
    sm_toolkit.language.errors.DecodeError: cannot decode a msgpack array: expected 0x05, the shortest form, at \
byte 1, found 0xcc

    Raises:
        DecodeError: they are no msgpack array, not whole, not the shortest form, or go on after the end.
        LimitError: there are more than ``message_bytes``.
    """
    if len(data) > _SHORT:
        limits.allow("message_bytes", len(data), "a message")
        items = _unpack_flat(data)
        if _packer.pack(items) == data:
            return items
    else:
        if len(data) > limits.message_bytes:
            limits.allow("message_bytes", len(data), "a message")
        try:
            items = msgpack.unpackb(data, ext_hook=_unpack_large, unicode_errors="surrogatepass")
            if items.__class__ is list and _packer.pack(items) == data:
                return items
        except (ValueError, TypeError):
            pass  # told below
        items = _unpack_flat(data)
    packed = pack(items)
    for position, (byte, shortest) in enumerate(zip(data, packed, strict=False)):
        if byte != shortest:
            raise DecodeError(_ARRAY, f"0x{shortest:02x}, the shortest form,", f"0x{byte:02x}", position)
    raise _too_long(data, len(packed))


_ARRAY = "a msgpack array"


def _unpack_flat(data: bytes) -> list[Any]:
    """Unpack an array of scalars, telling what is wrong; a list inside it gets no room, whatever it claims.

    That the bytes are the shortest form, and that no part of an item follows, is for the caller to see.
    """
    header = data[0] if data else 0
    start = {0xDC: 3, 0xDD: 5}.get(header, 1)
    if start == 1 and header & 0xF0 != 0x90:
        raise DecodeError(_ARRAY, _ARRAY, f"byte 0x{header:02x}" if data else "the end", 0)
    if len(data) < start:
        raise DecodeError(_ARRAY, "a length", "the end", len(data))
    count = header & 0x0F if start == 1 else int.from_bytes(data[1:start], "big")
    items: list[Any] = []
    problem: Exception | None = None
    try:
        items.extend(_flat_unpacker(data, start))
    except (ValueError, TypeError) as error:
        problem = error
    if problem is None and len(items) < count:
        raise DecodeError(_ARRAY, counted(count, "item"), f"the end after {len(items):,}", len(data))
    if problem is None and len(items) == count:
        return items
    walk = _flat_unpacker(data, start)
    for _ in range(min(count, len(items))):
        walk.skip()
    position = start + walk.tell()
    if len(items) >= count:
        raise _too_long(data, position)
    if isinstance(problem, UnicodeDecodeError):
        raise DecodeError(_ARRAY, "a string in UTF-8", f"byte 0x{problem.object[problem.start]:02x} in it", position)
    raise DecodeError(_ARRAY, "a scalar", f"byte 0x{data[position]:02x}", position)


def _too_long(data: bytes, end: int) -> DecodeError:
    return DecodeError(_ARRAY, "the end", counted(len(data) - end, "more byte"), end)


def _flat_unpacker(data: bytes, start: int) -> Any:
    unpacker = msgpack.Unpacker(
        ext_hook=_unpack_large,
        list_hook=_refuse,
        object_hook=_refuse,
        unicode_errors="surrogatepass",
        max_array_len=0,
        max_map_len=0,
        max_buffer_size=len(data),
    )
    unpacker.feed(data[start:])
    return unpacker


def _refuse(found: object) -> object:
    raise ValueError("a list or a map among the items")


def _array_header_length(count: int) -> int:
    return 1 if count < 16 else 3 if count < 2**16 else 5


# -- values <-> bytes -------------------------------------------------------------------------------------


def encode_value(value: T, type_: Type[T], limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the bytes of a value of a type; equal values give equal bytes.

    >>> from sm_toolkit.language.types import Either, Int, Unit
    >>> encode_value(Right(5), Either(Unit, Int)).hex(" ")
    '92 01 05'

    Raises:
        ValueMismatchError, EncodeError, LimitError: see ``flatten``.
    """
    data = pack(flatten(value, type_, limits))
    limits.allow("message_bytes", len(data), "the encoding of a value")
    return data


def decode_value(data: bytes, type_: Type[T], limits: Limits = DEFAULT_LIMITS) -> T:
    """Return the value of a type whose bytes these are.

    >>> from sm_toolkit.language.types import Either, Int, Unit
    >>> decode_value(bytes.fromhex("92 01 05"), Either(Unit, Int))
    Right(5)

    Raises:
        DecodeError: they are no value's of that type, or not the one form in which it is written.
        EncodeError: the type has variables.
        LimitError: a part of the value, or the whole, is over its limit.
    """
    return unflatten(unpack(data, limits), type_, limits)
