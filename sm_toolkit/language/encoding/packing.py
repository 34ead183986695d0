"""Scalars as bytes: a flat list of them is one msgpack array, in the one form in which it is written.

What the scalars of a value are, ``value_encoding`` says. (msgpack:
https://github.com/msgpack/msgpack/blob/master/spec.md.)
"""

from __future__ import annotations

import threading
from typing import Any, cast

import msgpack

from sm_toolkit.language.data.values import describe
from sm_toolkit.language.encoding.hashes import Hash
from sm_toolkit.language.encoding.type_encoding import counted
from sm_toolkit.language.errors import DecodeError, EncodeError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits

INTEGER_CODE = 1
"""The msgpack extension that holds an integer beyond 64 bits: two's complement, big-endian, no byte too many."""

_SHORT = 1024  # bytes up to which msgpack may be let loose: what it could allocate for them is bounded


def _pack_large(item: Any) -> msgpack.ExtType | str:
    if item.__class__ is Hash:
        return str(item)
    if item.__class__ is not int:
        raise EncodeError("scalars", f"{describe(item)} is none", "give None, bool, int, float, str and bytes")
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


def array_header_length(count: int) -> int:
    """Return how many bytes of an array come before its first item."""
    return 1 if count < 16 else 3 if count < 2**16 else 5
