"""Terms as bytes, in the one form in which each is written.

A term is the wire version and then its nodes in postorder, so that parts come before what is made of them
and every node's arity follows from its first byte:

========  ==========================================  ===========================================
byte      what                                        what follows it
========  ==========================================  ===========================================
01        ``Id``                                      nothing
02        ``Const``                                   its type, the length of its value, its value
03, 04    ``Get``, ``Put``                            nothing
05, 06    ``Read``, ``Show``                          its type
07        ``Compose``                                 how many parts it takes
08 … 0e   ``First Second Fanout Both Case FanIn If``  nothing
0f, 10    ``Unleft``, ``Let``                         nothing
11        ``Variable``                                its number
12, 13    ``Zoom`` on the first half, on the second   nothing
14        ``Loop``                                    the length of its name, its name in ASCII, then as ``Const``
15        ``Fold``                                    nothing
40 …      primitives, by their opcodes                nothing; the types of one that is typed
========  ==========================================  ===========================================

Lengths and counts are seven bits a byte, low ones first, the top bit set on all but the last (LEB128). Types
are as in ``type_encoding``, constants as in ``value_encoding``.

Decoding builds terms, types and values out of tables, and nothing else: what came as bytes is never run. Nothing
recurses on the Python stack.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, assert_never

from sm_toolkit.language.data.records import wrong_label
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.encoding.type_encoding import (
    KnownTypes,
    byte_at,
    counted,
    encode_type,
    label_bytes,
    read_label,
    read_type,
    read_varint,
    varint,
)
from sm_toolkit.language.encoding.value_encoding import decode_value, encode_value
from sm_toolkit.language.errors import DecodeError, EncodeError, LimitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.primitives import BY_OPCODE, FAMILIES, PRIMITIVES, primitive_record
from sm_toolkit.language.syntax.terms import (
    Both,
    Case,
    Compose,
    Const,
    FanIn,
    Fanout,
    First,
    Fold,
    Get,
    Id,
    If,
    Let,
    Loop,
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Term,
    Unleft,
    Variable,
    Zoom,
    children,
)

WIRE_VERSION = 1
"""The first byte of a term. What a released version wrote stays readable: a new version reads the old ones too."""

_ID, _CONST, _GET, _PUT, _READ, _SHOW, _COMPOSE = range(0x01, 0x08)
_FIRST, _SECOND, _FANOUT, _BOTH, _CASE, _FAN_IN, _IF = range(0x08, 0x0F)
_UNLEFT, _LET, _VARIABLE, _ZOOM_FIRST, _ZOOM_SECOND, _LOOP, _FOLD = range(0x0F, 0x16)

# Leaves that say nothing but their first byte; one object serves wherever they stand.
_LEAVES: dict[int, Term] = {_ID: Id(), _GET: Get(), _PUT: Put()}
_LEAVES |= {opcode: Primitive(record.name) for opcode, record in BY_OPCODE.items() if not record.typed}
_UNARY: dict[int, tuple[str, Callable[[Term], Term]]] = {
    _FIRST: ("First", First),
    _SECOND: ("Second", Second),
    _UNLEFT: ("Unleft", Unleft),
    _FOLD: ("Fold", Fold),
    _ZOOM_FIRST: ("Zoom", partial(Zoom, "first")),
    _ZOOM_SECOND: ("Zoom", partial(Zoom, "second")),
}
_BINARY: dict[int, type[Fanout | Both | Case | FanIn | If | Let]] = {
    _FANOUT: Fanout,
    _BOTH: Both,
    _CASE: Case,
    _FAN_IN: FanIn,
    _IF: If,
    _LET: Let,
}

# -- terms: out -------------------------------------------------------------------------------------------


def encode_term(term: Term, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the bytes of an elaborated term; equal terms give equal bytes.

    >>> from sm_toolkit.language.vocabulary.combinators import incr, read
    >>> from sm_toolkit.language.checking.inference import erase
    >>> encode_term(erase(read() >> incr)).hex(" ")
    '01 05 22 40 07 02'
    >>> encode_term((read() >> incr).term)
    Traceback (most recent call last):
        ...
    sm_toolkit.language.errors.EncodeError: cannot encode `read()`: its type is not written into it; \
encode what `erase` makes of the machine

    Raises:
        EncodeError: the term is not elaborated.
        ValueMismatchError: a constant is not of the type that it carries.
        LimitError: the term, a type or a constant in it, or the whole in bytes, is over its limit.
    """
    return bytes((WIRE_VERSION,)) + term_body(term, limits)


def term_body(term: Term, limits: Limits) -> bytes:
    """Return the bytes of a term without the wire version, which hashes do without."""
    # Whole before parts, right before left; then the other way round. So no node is looked at twice.
    backwards: list[bytes] = []
    nodes, length, deepest = 0, 1, 0
    types = _Types(limits)
    work: list[tuple[Term, int]] = [(term, 1)]
    while work:
        current, depth = work.pop()
        nodes += 1
        deepest = max(deepest, depth)
        code = _node(current, types, limits)
        backwards.append(code)
        length += len(code)
        if length > limits.message_bytes:
            raise LimitError("the encoding of a term", "message_bytes", limits.message_bytes)
        if nodes > limits.term_nodes:
            raise LimitError("a term", "term_nodes", limits.term_nodes)
        work.extend((part, depth + 1) for part in children(current))
    limits.allow("term_depth", deepest, "the depth of a term")
    backwards.reverse()
    return b"".join(backwards)


class _Types:
    """The types in one term: their bytes, and how many different ones there are."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._encoded: dict[Type[Any], bytes] = {}
        self._parts: set[Type[Any]] = set()

    def encode(self, type_: Type[Any]) -> bytes:
        known = self._encoded.get(type_)
        if known is None:
            known = self._encoded[type_] = encode_type(type_, self._limits)
            work = [type_]
            while work:
                current = work.pop()
                if current.args and current not in self._parts:
                    self._parts.add(current)
                    work.extend(current.args)
            _allow_different_types(len(self._parts), self._limits)
        return known


def _allow_different_types(count: int, limits: Limits) -> None:
    limits.allow("term_nodes", count, "the number of different types in a term")


def _node(term: Term, types: _Types, limits: Limits) -> bytes:
    """Return what a node adds to its parts."""
    match term:
        case Primitive(name, given):
            record = PRIMITIVES.get(name) or FAMILIES[name]
            if not record.typed:
                return bytes((record.opcode,)) if not given else _refuse_type(term)
            if not given:
                raise _not_elaborated(term, "its type is not written into it")
            return bytes((record.opcode,)) + b"".join(map(types.encode, given))
        case Compose(parts):
            return bytes((_COMPOSE,)) + varint(len(parts))
        case First():
            return bytes((_FIRST,))
        case Second():
            return bytes((_SECOND,))
        case Fanout():
            return bytes((_FANOUT,))
        case Both():
            return bytes((_BOTH,))
        case Case():
            return bytes((_CASE,))
        case FanIn():
            return bytes((_FAN_IN,))
        case If():
            return bytes((_IF,))
        case Unleft():
            return bytes((_UNLEFT,))
        case Fold():
            return bytes((_FOLD,))
        case Let():
            return bytes((_LET,))
        case Variable(index):
            return bytes((_VARIABLE,)) + varint(index)
        case Loop(_, init, type_, name):
            if name is None:
                raise _not_elaborated(term, "its cell has no name")
            return bytes((_LOOP,)) + label_bytes(name) + _held(init, type_, term, types, limits)
        case Zoom(side):
            return bytes((_ZOOM_FIRST if side == "first" else _ZOOM_SECOND,))
        case Id(type_):
            return bytes((_ID,)) if type_ is None else _refuse_type(term)
        case Get(type_):
            return bytes((_GET,)) if type_ is None else _refuse_type(term)
        case Put(type_):
            return bytes((_PUT,)) if type_ is None else _refuse_type(term)
        case Read(type_) | Show(type_):
            if type_ is None:
                raise _not_elaborated(term, "its type is not written into it")
            return bytes((_READ if isinstance(term, Read) else _SHOW,)) + types.encode(type_)
        case Const(value, type_):
            return bytes((_CONST,)) + _held(value, type_, term, types, limits)
        case _:
            assert_never(term)


def _held(value: Any, type_: Type[Any], term: Term, types: _Types, limits: Limits) -> bytes:
    """Return the bytes of a value that a term holds: its type, how many they are, and they."""
    if type_.has_variables:
        raise _not_elaborated(term, f"its type {type_} has variables")
    head = types.encode(type_)  # which refuses a type that is too large, before its value is looked at
    written = encode_value(value, type_, limits)
    return head + varint(len(written)) + written


def _refuse_type(term: Term) -> bytes:
    raise _not_elaborated(term, "it carries a type that an elaborated term leaves out")


def _not_elaborated(term: Term, reason: str) -> EncodeError:
    what = "a constant" if isinstance(term, Const) else f"`{str(term)[:200]}`"
    return EncodeError(what, reason, "encode what `erase` makes of the machine")


# -- terms: in --------------------------------------------------------------------------------------------


def decode_term(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Term:
    """Return the term whose bytes these are. That it types is not known by this: ask ``check``.

    >>> decode_term(bytes.fromhex("01 05 22 40 07 02"))
    read(Int) >> incr
    >>> decode_term(bytes.fromhex("01 05 22 40 07 03"))
    Traceback (most recent call last):
        ...
    sm_toolkit.language.errors.DecodeError: cannot decode a term: expected 3 parts before `Compose` at byte 4, found 2

    Raises:
        DecodeError: they are no term's, or not the one form in which it is written.
        LimitError: the term, a type or a constant in it, or the whole in bytes, is over its limit.
    """
    limits.allow("message_bytes", len(data), "the encoding of a term")
    if not data or data[0] != WIRE_VERSION:
        found = f"version {data[0]}" if data else "the end"
        raise DecodeError("a term", f"wire version {WIRE_VERSION}", found, 0)
    done: list[Term] = []
    depths: list[int] = []  # of each term in `done`
    types: KnownTypes = {}
    at, end, nodes = 1, len(data), 0
    while at < end:
        start, code = at, data[at]
        at += 1
        nodes += 1
        if nodes > limits.term_nodes:
            raise LimitError("a term", "term_nodes", limits.term_nodes)
        leaf = _LEAVES.get(code)
        if leaf is not None:
            done.append(leaf)
            depths.append(1)
            continue
        if code in _BINARY:
            _want(2, done, _BINARY[code].__name__, start)
            right, depth = done.pop(), depths.pop()
            done[-1] = _BINARY[code](done[-1], right)
            depth = max(depth, depths[-1]) + 1
        elif code in _UNARY:
            name, make = _UNARY[code]
            _want(1, done, name, start)
            done[-1] = make(done[-1])
            depth = depths[-1] + 1
        elif code == _COMPOSE:
            count, at = read_varint(data, at, "a term")
            if count < 2:
                raise DecodeError("a term", "2 parts or more of a composition", str(count), start)
            _want(count, done, "Compose", start)
            parts = tuple(done[-count:])
            if Compose in map(type, parts):
                raise DecodeError("a term", "parts that are no compositions", "a composition in a composition", start)
            depth = max(depths[-count:]) + 1
            del done[-count + 1 :], depths[-count + 1 :]
            done[-1] = Compose(parts)
        elif code == _LOOP:
            _want(1, done, "Loop", start)
            name, at = read_label(data, at)
            if reason := wrong_label(name):
                raise DecodeError("a term", "a name of a cell", f"{name!r}, which {reason}", start)
            value, type_, at = _read_held(data, at, limits, types)
            done[-1] = Loop(done[-1], value, type_, name)
            depth = depths[-1] + 1
        else:
            made, at = _read_leaf(data, at, code, limits, types)
            done.append(made)
            depths.append(1)
            continue
        depths[-1] = depth
        if depth > limits.term_depth:
            limits.allow("term_depth", depth, "the depth of a term")
    if len(done) != 1:
        expected = f"a form that joins the {len(done):,} terms before it" if done else "a form"
        raise DecodeError("a term", expected, "the end", end)
    return done.pop()


def _want(count: int, done: list[Term], form: str, start: int) -> None:
    if count > len(done):
        raise DecodeError("a term", f"{counted(count, 'part')} before `{form}`", str(len(done)), start)


def _read_leaf(data: bytes, at: int, code: int, limits: Limits, types: KnownTypes) -> tuple[Term, int]:
    if code in BY_OPCODE:
        record, given = BY_OPCODE[code], []
        for _ in record.variables:
            type_, at = read_type(data, at, limits, types)
            _allow_different_types(len(types), limits)
            given.append(type_)
        try:
            primitive_record(record.name, tuple(given))
        except TypeError as error:
            raise DecodeError("a term", f"types that `{record.name}` has", str(error), at) from None
        return Primitive(record.name, tuple(given)), at
    if code == _VARIABLE:
        index, at = read_varint(data, at, "a term")
        return Variable(index), at
    if code not in (_CONST, _READ, _SHOW):
        raise DecodeError("a term", "a form's byte (0x01 to 0x15) or a primitive's", byte_at(data, at - 1), at - 1)
    if code == _CONST:
        value, type_, at = _read_held(data, at, limits, types)
        return Const(value, type_), at
    type_, at = read_type(data, at, limits, types)
    _allow_different_types(len(types), limits)
    return (Read(type_) if code == _READ else Show(type_)), at


def _read_held(data: bytes, at: int, limits: Limits, types: KnownTypes) -> tuple[Any, Type[Any], int]:
    """Return a value that a term holds, its type, and where they end."""
    type_, at = read_type(data, at, limits, types)
    _allow_different_types(len(types), limits)
    length, at = read_varint(data, at, "a term")
    if length > len(data) - at:
        raise DecodeError("a term", f"a constant of {counted(length, 'byte')}", counted(len(data) - at, "byte"), at)
    try:
        value = decode_value(data[at : at + length], type_, limits)
    except DecodeError as error:
        what = f"a constant in a term ({error.what})"
        raise DecodeError(what, error.expected, error.found, at + error.position) from None
    return value, type_, at + length
