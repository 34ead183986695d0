"""Types as bytes: their nodes in preorder, a byte each; and what all encodings share.

========  ================================================  =====================================================
byte      what                                              what follows it (hexadecimal bytes; parts come after)
========  ================================================  =====================================================
20 … 23   ``Unit Bool Int Str``                             nothing
25, 26    ``Float``, ``Bytes``                              nothing
30, 31    ``Pair``, ``Either``                              nothing
32        ``Tuple``                                         how many parts it has
33 … 35   ``Maybe List Map``                                nothing
36        a record                                          its name, how many fields it has, their names
37        ``Variant``                                       how many records it has
========  ================================================  =====================================================

So a type says itself where it ends. A name is its length and then its characters; lengths and counts are ``varint``. A
type that shares its parts is written out in full, so ``type_nodes`` is looked at first. Nothing recurses on the
Python stack.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from sm_toolkit.language.data.records import LONGEST_LABEL, Variant, record_type
from sm_toolkit.language.data.types import ARITY, MOST_PARTS, Type, is_record_head, misfit_of, record_words
from sm_toolkit.language.errors import DecodeError, EncodeError, LimitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits

_TYPE_CODES = {"Unit": 0x20, "Bool": 0x21, "Int": 0x22, "Str": 0x23, "Float": 0x25, "Bytes": 0x26}
_TYPE_CODES |= {"Pair": 0x30, "Either": 0x31, "Maybe": 0x33, "List": 0x34, "Map": 0x35}
_TUPLE, _RECORD, _VARIANT = 0x32, 0x36, 0x37
_HEADS = {code: head for head, code in _TYPE_CODES.items()}
_LEAF_TYPES: dict[int, Type[Any]] = {code: Type(head) for code, head in _HEADS.items() if ARITY[head] == 0}

KnownTypes: TypeAlias = dict[tuple[Any, ...], Type[Any]]
"""The types with parts that were met so far, by constructor and parts."""


def refuse_variables(type_: Type[Any]) -> None:
    """Do nothing if a type has no variables in it.

    Raises:
        EncodeError: it has some, and so its values and itself have no encoding.
    """
    if type_.has_variables:
        raise EncodeError(f"the type {type_}", "it has variables", "put a type in the place of each")


def encode_type(type_: Type[Any], limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the bytes of a type; they say themselves where they end.

    >>> from sm_toolkit.language.data.types import Either, Int, Pair, Unit
    >>> encode_type(Either(Unit, Pair(Int, Int))).hex(" ")
    '31 20 30 22 22'

    Raises:
        EncodeError: the type has variables.
        LimitError: it has more than ``type_nodes``, counted as if none were shared.
    """
    refuse_variables(type_)
    limits.allow("type_nodes", type_.size, "a type")
    written = bytearray()
    work = [type_]
    while work:
        current = work.pop()
        code = _TYPE_CODES.get(current.head)
        if code is not None:
            written.append(code)
        elif is_record_head(current.head):
            name, labels = record_words(current.head)
            written.append(_RECORD)
            written += label_bytes(name) + varint(len(labels)) + b"".join(map(label_bytes, labels))
        else:
            written.append(_TUPLE if current.head == "Tuple" else _VARIANT)
            written += varint(len(current.args))
        work.extend(reversed(current.args))
    return bytes(written)


def label_bytes(text: str) -> bytes:
    """Return the bytes of a name: how many they are, and they."""
    return varint(len(text)) + text.encode("ascii")


def decode_type(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Type[Any]:
    """Return the type whose bytes these are.

    >>> print(decode_type(bytes.fromhex("31 20 30 22 22")))
    Either[Unit, (Int, Int)]

    Raises:
        DecodeError: they are no type's.
        LimitError: it has more than ``type_nodes``.
    """
    type_, end = read_type(data, 0, limits, {})
    if end < len(data):
        raise DecodeError("a type", "the end", counted(len(data) - end, "more byte"), end)
    return type_


class _Begun:
    """A type that lacks parts: its constructor (of a record its name and labels), and where it began."""

    __slots__ = ("at", "count", "head", "parts", "words")

    def __init__(self, head: str, count: int, at: int, words: tuple[str, ...] = ()) -> None:
        self.head = head
        self.count = count
        self.at = at
        self.words = words
        self.parts: list[Type[Any]] = []


def read_type(data: bytes, at: int, limits: Limits, known: KnownTypes) -> tuple[Type[Any], int]:
    """Return the type that begins at a byte, and where it ends; ``known`` keeps what types were made."""
    nodes = 0
    waiting: list[_Begun] = []
    while True:
        nodes += 1
        if nodes > limits.type_nodes:
            raise LimitError("a type", "type_nodes", limits.type_nodes)
        type_ = _LEAF_TYPES.get(data[at] if at < len(data) else -1)
        if type_ is not None:
            at += 1
        else:
            begun, at = _begin(data, at)
            waiting.append(begun)
            if begun.count:
                continue
        while waiting:
            begun = waiting[-1]
            if type_ is not None:
                begun.parts.append(type_)
            if len(begun.parts) < begun.count:
                break
            type_ = _finished(waiting.pop(), known)
        else:
            assert type_ is not None
            return type_, at


def _begin(data: bytes, at: int) -> tuple[_Begun, int]:
    start = at
    code = data[at] if at < len(data) else -1
    at += 1
    if code in _HEADS:
        head = _HEADS[code]
        return _Begun(head, ARITY[head], start), at
    if code in (_TUPLE, _VARIANT):
        count, at = read_varint(data, at, "a type")
        least = 3 if code == _TUPLE else 2
        if not least <= count <= MOST_PARTS:
            raise DecodeError("a type", f"a number of parts from {least} to {MOST_PARTS}", str(count), start + 1)
        return _Begun("Tuple" if code == _TUPLE else "Variant", count, start), at
    if code != _RECORD:
        raise DecodeError("a type", "a type's byte (0x20 to 0x37)", byte_at(data, start), start)
    name, at = read_label(data, at)
    count, at = read_varint(data, at, "a type")
    if count > MOST_PARTS:
        raise DecodeError("a type", f"at most {MOST_PARTS} fields", str(count), start)
    words = [name]
    for _ in range(count):
        label, at = read_label(data, at)
        words.append(label)
    return _Begun("Record", count, start, tuple(words)), at


def read_label(data: bytes, at: int) -> tuple[str, int]:
    """Return the name that begins at a byte, and where it ends."""
    length, start = read_varint(data, at, "a type")
    text = data[start : start + length]
    if not length <= LONGEST_LABEL or len(text) < length or not text.isascii():
        raise DecodeError("a type", f"a name of at most {LONGEST_LABEL} ASCII characters", byte_at(data, start), at)
    return text.decode("ascii"), start + length


def _finished(begun: _Begun, known: KnownTypes) -> Type[Any]:
    parts = tuple(begun.parts)
    key = (begun.head, begun.words, parts)
    type_ = known.get(key)
    if type_ is None:
        try:
            type_ = _made(begun, parts)
        except (TypeError, ValueError) as error:
            raise DecodeError("a type", "a type that there is", f"one that is none: {error}", begun.at) from None
        if parts:
            known[key] = type_
    return type_


def _made(begun: _Begun, parts: tuple[Type[Any], ...]) -> Type[Any]:
    if begun.head == "Record":
        return record_type(begun.words[0], begun.words[1:], parts)
    if begun.head == "Variant":
        return Variant(*parts)
    type_: Type[Any] = Type(begun.head, parts)
    wrong = misfit_of(type_)
    if wrong is not None:
        raise TypeError(f"{wrong.subject} is {wrong.wants}, and not {wrong.gets}")
    return type_


def byte_at(data: bytes, at: int) -> str:
    """Say in an error what stands at a position."""
    return f"byte 0x{data[at]:02x}" if at < len(data) else "the end"


def counted(number: int, word: str) -> str:
    """Say in an error how many there are: ``1 byte``, ``2 bytes``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


# -- lengths and counts -----------------------------------------------------------------------------------


def varint(number: int) -> bytes:
    """Return a length or count as bytes: seven bits each, low ones first, the top bit set on all but the last."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def read_varint(data: bytes, at: int, what: str) -> tuple[int, int]:
    """Return the number that begins at a byte, and where it ends; ``what`` is being decoded, for an error."""
    number = shift = 0
    for position in range(at, min(at + 5, len(data))):
        byte = data[position]
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            if byte == 0 and position > at:
                raise DecodeError(what, "a number in its shortest form", "a zero at its end", position)
            return number, position + 1
    if at + 5 > len(data):
        raise DecodeError(what, "a number", "the end", len(data))
    raise DecodeError(what, "a number of at most 5 bytes", "a longer one", at)
