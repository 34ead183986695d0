"""What is sent and what is compared: the encodings in one place, and the hash of what a machine is.

How things are written is in ``type_encoding``, ``value_encoding`` (and ``value_codec``, its fast form) and
``term_encoding``. Here is the normal form, in which terms that mean the same by the simplest laws look the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from sm_toolkit.language.checking.inference import elaborate, elaborated
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.encoding.hashes import Hash
from sm_toolkit.language.encoding.packing import pack, unpack
from sm_toolkit.language.encoding.term_encoding import WIRE_VERSION, decode_term, encode_term, term_body
from sm_toolkit.language.encoding.type_encoding import decode_type, encode_type, varint
from sm_toolkit.language.encoding.value_codec import ValueCodec, codec_of
from sm_toolkit.language.encoding.value_encoding import decode_value, encode_value, flatten, unflatten
from sm_toolkit.language.errors import EncodeError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine, expect_machine
from sm_toolkit.language.syntax.passes import rebuild
from sm_toolkit.language.syntax.terms import Compose, Id, Term

__all__ = [
    "LANGUAGE_VERSION",
    "WIRE_VERSION",
    "EncodeError",
    "ValueCodec",
    "codec_of",
    "content_hash",
    "decode_machine",
    "decode_term",
    "decode_type",
    "decode_value",
    "encode_machine",
    "encode_term",
    "encode_type",
    "encode_value",
    "flatten",
    "hash_machine",
    "normalise",
    "pack",
    "short_hash",
    "unflatten",
    "unpack",
]

LANGUAGE_VERSION = 1
"""Part of every hash: it changes when the same bytes come to mean something else."""


def normalise(term: Term) -> Term:
    """Return the term without the ``Id`` in its compositions, which change nothing that it does.

    A composition of which one part is left is that part, and one of which none is left is ``Id``. (That
    composition is associative needs no rule: nested ones are never made.) An ``Id`` that was given a type
    stays; elaborated terms have none.

    >>> from sm_toolkit.language.vocabulary.combinators import first, ident, incr
    >>> normalise((first(ident() >> incr) >> ident() >> ident()).term)
    first(incr)
    >>> normalise(normalise(term := (ident() >> first(ident() >> ident())).term)) == normalise(term)
    True
    """
    return rebuild(term, _without_identities, once=True)


def _without_identities(term: Term) -> Term:
    if not isinstance(term, Compose):
        return term
    parts = tuple(part for part in term.parts if not (isinstance(part, Id) and part.type is None))
    if len(parts) == len(term.parts):
        return term
    return Compose(parts) if len(parts) > 1 else parts[0] if parts else Id()


def content_hash(term: Term, types: Iterable[Type[Any]] = (), limits: Limits = DEFAULT_LIMITS) -> Hash:
    """Return the SHA-256, in hexadecimal, of an elaborated term, and of types that go with it.

    Terms that differ only by ``Id`` in compositions, or by brackets round them, hash alike.

    >>> from sm_toolkit.language.vocabulary.combinators import ident, incr
    >>> content_hash((ident() >> incr).term) == content_hash(incr.term)
    True

    Raises:
        EncodeError, ValueMismatchError, LimitError: see ``encode_term``.
    """
    given = [encode_type(type_, limits) for type_ in types]
    hashed = sha256(f"sm_toolkit machine, language {LANGUAGE_VERSION}\0".encode())
    hashed.update(varint(len(given)) + b"".join(given))
    hashed.update(term_body(normalise(term), limits))
    return Hash(hashed.hexdigest())


def hash_machine(
    machine: Machine[Any, Any, Any],
    state: Type[Any] | None = None,
    input: Type[Any] | None = None,
    output: Type[Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Hash:
    """Return the hash of what a machine is: its elaborated term, and its state, input and output type.

    >>> from sm_toolkit.language.vocabulary.combinators import ident, incr
    >>> from sm_toolkit.language.data.types import Int, Str
    >>> short_hash(hash_machine(incr, state=Int))
    '41ea189'
    >>> hash_machine(ident(), input=Int) == hash_machine(ident(), input=Str)
    False

    Raises:
        MachineTypeError, AmbiguousTypeError: the machine does not type, or not with the types given.
        LimitError: it is over a limit.
        TypeError: it is no machine, or what is given is no type.
    """
    expect_machine(machine, "hash_machine(machine, state, input, output)")
    whole = state is None and input is None and output is None and limits is DEFAULT_LIMITS
    typed = elaborated(machine) if whole else elaborate(machine, state, input, output, limits)
    return content_hash(typed.term, (typed.scheme.state, typed.scheme.input, typed.scheme.output), limits)


def encode_machine(
    machine: Machine[Any, Any, Any],
    state: Type[Any] | None = None,
    input: Type[Any] | None = None,
    output: Type[Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """Return a machine as the bytes that travel and are kept: its elaborated term, at the types given or at its own.

    >>> from sm_toolkit.language.vocabulary.combinators import incr, read
    >>> decode_machine(encode_machine(read() >> incr))
    read(Int) >> incr

    Raises:
        MachineTypeError, AmbiguousTypeError, LimitError, TypeError: see ``hash_machine``.
    """
    expect_machine(machine, "encode_machine(machine, state, input, output)")
    whole = state is None and input is None and output is None and limits is DEFAULT_LIMITS
    typed = elaborated(machine) if whole else elaborate(machine, state, input, output, limits)
    return encode_term(typed.term, limits)


def decode_machine(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Machine[Any, Any, Any]:
    """Return the machine that some bytes stand for; it is without a name, and nothing is run.

    Raises:
        DecodeError: they are no machine's.
        LimitError: it is over a limit.
    """
    return Machine(decode_term(data, limits))


def short_hash(hash_: str) -> str:
    """Return as much of a hash as people read: its first seven digits."""
    return hash_[:7]
