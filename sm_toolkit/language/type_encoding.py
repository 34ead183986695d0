"""Types as bytes: their nodes in preorder, a byte each; and what all encodings share.

A type says itself where it ends, since each constructor has a fixed number of parts: ``Unit Bool Int Str`` are
20 to 23, ``Pair`` is 30 and ``Either`` 31 (hexadecimal). A type that shares its parts is written out in full,
so ``type_nodes`` is looked at first. Nothing recurses on the Python stack.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from sm_toolkit.language.errors import DecodeError, EncodeError, LimitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.types import ARITY, Type

_TYPE_CODES = {"Unit": 0x20, "Bool": 0x21, "Int": 0x22, "Str": 0x23, "Pair": 0x30, "Either": 0x31}
_HEADS = {code: head for head, code in _TYPE_CODES.items()}
_LEAF_TYPES: dict[int, Type[Any]] = {code: Type(head) for code, head in _HEADS.items() if ARITY[head] == 0}

KnownTypes: TypeAlias = dict[tuple[str, Type[Any], Type[Any]], Type[Any]]
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

    >>> from sm_toolkit.language.types import Either, Int, Pair, Unit
    >>> encode_type(Either(Unit, Pair(Int, Int))).hex(" ")
    '31 20 30 22 22'

    Raises:
        EncodeError: the type has variables.
        LimitError: it has more than ``type_nodes``, counted as if none were shared.
    """
    refuse_variables(type_)
    limits.allow("type_nodes", type_.size, "a type")
    codes = bytearray()
    work = [type_]
    while work:
        current = work.pop()
        codes.append(_TYPE_CODES[current.head])
        work.extend(reversed(current.args))
    return bytes(codes)


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


def read_type(data: bytes, at: int, limits: Limits, known: KnownTypes) -> tuple[Type[Any], int]:
    """Return the type that begins at a byte, and where it ends; ``known`` keeps what types were made."""
    most = at + limits.type_nodes
    waiting: list[str] = []  # the constructors that lack a part
    lefts: list[Type[Any] | None] = []  # and the part that each has
    while True:
        if at == most:
            raise LimitError("a type", "type_nodes", limits.type_nodes)
        code = data[at] if at < len(data) else -1
        type_ = _LEAF_TYPES.get(code)
        at += 1
        if type_ is None:
            if code not in _HEADS:
                raise DecodeError("a type", "a type's byte (0x20 to 0x31)", byte_at(data, at - 1), at - 1)
            waiting.append(_HEADS[code])
            lefts.append(None)
            continue
        while waiting:
            left = lefts[-1]
            if left is None:
                lefts[-1] = type_
                break
            lefts.pop()
            key = (waiting.pop(), left, type_)
            type_ = known.get(key)
            if type_ is None:
                type_ = known[key] = Type(key[0], key[1:])
        else:
            return type_, at


def byte_at(data: bytes, at: int) -> str:
    """Say in an error what stands at a position."""
    return f"byte 0x{data[at]:02x}" if at < len(data) else "the end"


def counted(number: int, word: str) -> str:
    """Say in an error how many there are: ``1 byte``, ``2 bytes``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
