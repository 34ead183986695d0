"""Bytes <-> types, values and terms: the kept vectors, laws, mutated bytes, limits, and hashes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import make_dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sm_toolkit import language
from sm_toolkit.language import (
    DEFAULT_LIMITS,
    AmbiguousTypeError,
    Bool,
    Bytes,
    DecodeError,
    Either,
    Float,
    Int,
    Left,
    LimitError,
    Limits,
    List,
    Machine,
    Map,
    Maybe,
    Pair,
    Record,
    Right,
    Str,
    Tuple,
    Type,
    Unit,
    ValueMismatchError,
    Var,
    Variant,
    const,
    consume,
    copy,
    decode_machine,
    decr,
    elaborate,
    encode_machine,
    erase,
    first,
    fst,
    get,
    ident,
    incr,
    inl,
    not_,
    put,
    read,
    show,
)
from sm_toolkit.language.data.types import ARITY, nodes, same_value
from sm_toolkit.language.encoding import term_encoding
from sm_toolkit.language.encoding.canonical import (
    WIRE_VERSION,
    EncodeError,
    codec_of,
    content_hash,
    decode_term,
    decode_type,
    decode_value,
    encode_term,
    encode_type,
    encode_value,
    flatten,
    hash_machine,
    normalise,
    pack,
    short_hash,
    unflatten,
    unpack,
)
from sm_toolkit.language.interpreter import run_term
from sm_toolkit.language.primitives import FAMILIES, PRIMITIVES
from sm_toolkit.language.syntax.terms import Compose, Const, First, Id, Primitive, Read, Show, Term, walk
from tests.conftest import fewer
from tests.reading_back import read_back
from tests.strategies import machines, types, values

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent.parent / "vectors" / "wire_1.json").read_text("utf-8"))


def meaning(text: str) -> Any:
    """What a line of the vectors' file stands for; it is a file of ours, and no input."""
    return read_back(text)


def deep_type(depth: int) -> tuple[Type[Any], Any]:
    """A deep type and a value of it."""
    type_: Type[Any] = Int
    value: Any = 3
    for level in range(depth):
        if level % 3 == 0:
            type_, value = Either(Unit, type_), Right(value)
        elif level % 3 == 1:
            type_, value = Pair(type_, Bool), (value, True)
        else:
            type_, value = Either(type_, Str), Left(value)
    return type_, value


def assert_inside(error: DecodeError | LimitError, data: bytes) -> None:
    """A refusal points into the bytes, or at their end."""
    assert isinstance(error, LimitError) or 0 <= error.position <= len(data)


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[Type[Any], Any]:
    type_ = draw(types(8))
    return type_, draw(values(type_))


@st.composite
def elaborated_terms(draw: st.DrawFn) -> Term:
    state, input_ = draw(types(3)), draw(types(4))
    machine, _ = draw(machines(state, input_))
    return elaborate(machine, state=state, input=input_).term


# -- vectors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS["types"], ids=lambda vector: vector["meaning"])
def test_types_of_the_vectors(vector: dict[str, str]) -> None:
    data, type_ = bytes.fromhex(vector["bytes"]), meaning(vector["meaning"])
    assert decode_type(data) is type_
    assert encode_type(type_) == data


@pytest.mark.parametrize("vector", VECTORS["values"], ids=lambda vector: ascii(vector["meaning"])[:40])
def test_values_of_the_vectors(vector: dict[str, str]) -> None:
    data, type_, value = bytes.fromhex(vector["bytes"]), meaning(vector["type"]), meaning(vector["meaning"])
    assert same_value(decode_value(data, type_), value, classes=True)
    assert same_value(codec_of(type_).decode(data), value, classes=True)
    assert encode_value(value, type_) == codec_of(type_).encode(value) == data


@pytest.mark.parametrize("vector", VECTORS["terms"], ids=lambda vector: vector["meaning"])
def test_terms_of_the_vectors(vector: dict[str, str]) -> None:
    data, term = bytes.fromhex(vector["bytes"]), meaning(vector["meaning"]).term
    assert decode_term(data) == term
    assert encode_term(term) == data


@pytest.mark.parametrize("vector", VECTORS["hashes"], ids=lambda vector: vector["meaning"])
def test_hashes_of_the_vectors(vector: dict[str, Any]) -> None:
    assert hash_machine(meaning(vector["meaning"]), *map(meaning, vector["types"])) == vector["hash"]


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: f"{vector['kind']}, {vector['because']}")
def test_what_the_vectors_refuse(vector: dict[str, str]) -> None:
    data, (kind, _, type_) = bytes.fromhex(vector["bytes"]), vector["kind"].partition(" ")
    decoders: dict[str, list[Callable[[bytes], Any]]] = {
        "type": [decode_type],
        "term": [decode_term],
        "value": [lambda data: decode_value(data, meaning(type_)), lambda data: codec_of(meaning(type_)).decode(data)],
    }
    for decode in decoders[kind]:
        with pytest.raises(DecodeError) as caught:
            decode(data)
        assert 0 <= caught.value.position <= len(data)


def test_the_vectors_hold_every_form_primitive_and_type() -> None:
    terms = [meaning(vector["meaning"]).term for vector in VECTORS["terms"]]
    assert {type(node) for term in terms for node in walk(term)} == set(get_args(Term))
    assert {node.name for term in terms for node in walk(term) if isinstance(node, Primitive)} == {
        *PRIMITIVES,
        *FAMILIES,
    }
    heads = {part.head.partition(" ")[0] for vector in VECTORS["types"] for part in nodes(meaning(vector["meaning"]))}
    assert heads == {*ARITY, "Tuple", "Record", "Variant"}
    assert heads == {kind for vector in VECTORS["values"] for kind in meaning(vector["type"]).kinds}
    assert VECTORS["wire_version"] == WIRE_VERSION == 1


def test_opcodes_are_apart() -> None:
    """Types, forms and primitives have ranges of their own, so that misread bytes are soon refused."""
    opcodes = [record.opcode for record in PRIMITIVES.values()]
    assert len(set(opcodes)) == len(opcodes)
    assert all(0x40 <= opcode <= 0xFF for opcode in opcodes)
    assert {encode_type(Type(head))[0] for head, arity in ARITY.items() if arity == 0} <= set(range(0x20, 0x30))


# -- types ------------------------------------------------------------------------------------------------


@given(types(30))
def test_a_type_comes_back(type_: Type[Any]) -> None:
    assert decode_type(encode_type(type_)) is type_


def test_a_type_as_large_as_the_limit_comes_back() -> None:
    limits = Limits(type_nodes=20_001)
    type_: Type[Any] = Int
    for _ in range(10_000):
        type_ = Either(Unit, type_)
    data = encode_type(type_, limits)
    assert decode_type(data, limits) is type_
    for refused in (lambda: encode_type(type_), lambda: decode_type(data)):
        with pytest.raises(LimitError, match="type_nodes"):
            refused()


def test_a_type_that_is_large_only_on_paper_is_refused_at_once() -> None:
    type_: Type[Any] = Unit
    for _ in range(40):
        type_ = Pair(type_, type_)
    with pytest.raises(LimitError, match="type_nodes"):
        encode_type(type_)
    with pytest.raises(LimitError, match="type_nodes"):
        encode_term(Read(type_))


def test_a_type_with_variables_has_no_encoding() -> None:
    type_ = Pair(Int, Var("a"))
    for refused in (
        lambda: encode_type(type_),
        lambda: encode_term(Read(type_)),
        lambda: encode_term(Const((1, 2), type_)),
        lambda: encode_value((1, 2), type_),
        lambda: decode_value(b"\x92\x01\x02", type_),
        lambda: codec_of(type_),
        lambda: content_hash(Id(), [type_]),
    ):
        with pytest.raises(EncodeError, match="has variables"):
            refused()


SOME_TYPES = st.lists(st.sampled_from(b"\x00\x01\x02\x03xy\x20\x22\x23\x25\x30\x31\x32\x33\x34\x35\x36\x37")).map(bytes)


@given(st.binary(max_size=40) | SOME_TYPES)
def test_bytes_are_a_type_or_refused(data: bytes) -> None:
    assert_a_type_or_refused(data)


def assert_a_type_or_refused(data: bytes) -> None:
    try:
        type_ = decode_type(data)
    except DecodeError as error:
        assert_inside(error, data)
    else:
        assert encode_type(type_) == data


def test_a_tower_of_types_that_take_not_every_type_is_read_soon() -> None:
    limits = Limits(type_nodes=100_000)
    type_: Type[Any] = Int
    for _ in range(20_000):
        type_ = Map(Int, Maybe(List(type_)))
    data = encode_type(type_, limits)
    assert decode_type(data, limits) is type_


# -- values -----------------------------------------------------------------------------------------------


@given(typed_values())
@example((Str, "\ud800"))
@example((Pair(Str, Str), ("\ud83d\ude00", "\U0001f600")))
@example((Int, -(2**63) - 1))
@example((Int, 2**13_999))
@example((Float, -0.0))
@example((Float, float("inf")))
@example((List(Bytes), [b"", b"\xff"]))
@example((Map(Str, Int), {"b": 1, "": 2, "\ud800": 3}))
def test_a_value_comes_back(typed: tuple[Type[Any], Any]) -> None:
    type_, value = typed
    items = flatten(value, type_)
    assert same_value(unflatten(items, type_), value, classes=True)
    assert unpack(pack(items)) == items
    data = encode_value(value, type_)
    assert data == pack(items)
    assert same_value(decode_value(data, type_), value, classes=True)


@given(typed_values())
def test_a_codec_agrees_with_the_plain_functions(typed: tuple[Type[Any], Any]) -> None:
    type_, value = typed
    codec = codec_of(type_)
    items = flatten(value, type_)
    assert codec.flatten(value) == items
    assert [item.__class__ for item in codec.flatten(value)] == [item.__class__ for item in items]
    assert same_value(codec.unflatten(items), value, classes=True)
    assert codec.encode(value) == encode_value(value, type_)
    assert same_value(codec.decode(codec.encode(value)), value, classes=True)


Point = make_dataclass("Point", ["x", "y"], frozen=True)
Off = make_dataclass("Off", [], frozen=True)

ANY_VALUE: st.SearchStrategy[Any] = st.deferred(
    lambda: (
        st.none()
        | st.booleans()
        | st.integers(-2, 2)
        | st.integers()
        | st.text(max_size=3)
        | st.binary(max_size=2)
        | st.floats()
        | st.tuples(ANY_VALUE, ANY_VALUE)
        | st.builds(Left, ANY_VALUE)
        | st.builds(Right, ANY_VALUE)
        | st.tuples(ANY_VALUE, ANY_VALUE, ANY_VALUE)
        | st.lists(st.integers() | ANY_VALUE, max_size=2)
        | st.dictionaries(st.integers(0, 2) | st.text(max_size=1), ANY_VALUE, max_size=2)
        | st.builds(Point, ANY_VALUE, ANY_VALUE)
        | st.just(Off())
    )
)
ANY_ITEM: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-1, 2) | st.text(max_size=2) | st.floats() | st.just([]) | st.binary()
)
SMALL_LIMITS = Limits(int_bits=70, string_length=3, message_bytes=40, collection_length=2)


def outcome(action: Callable[[], Any]) -> Any:
    """What an action gives, or the class and the text of the error of ours that it raises."""
    try:
        return action()
    except (ValueMismatchError, DecodeError, LimitError) as error:
        return type(error), str(error)


@given(types(8), ANY_VALUE, st.sampled_from([DEFAULT_LIMITS, SMALL_LIMITS]))
def test_a_codec_refuses_the_same_values_in_the_same_words(type_: Type[Any], value: Any, limits: Limits) -> None:
    plain = outcome(lambda: flatten(value, type_, limits))
    assert outcome(lambda: codec_of(type_, limits).flatten(value)) == plain


@given(types(8), st.data(), st.sampled_from([DEFAULT_LIMITS, SMALL_LIMITS]))
def test_a_codec_refuses_the_same_items_in_the_same_words(
    type_: Type[Any], data: st.DataObject, limits: Limits
) -> None:
    items = flatten(data.draw(values(type_)), type_)
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(items)))
        items[at : at + data.draw(st.integers(0, 1))] = data.draw(st.lists(ANY_ITEM, max_size=1))
    plain = outcome(lambda: unflatten(items, type_, limits))
    fast = outcome(lambda: codec_of(type_, limits).unflatten(items))
    assert same_value(fast, plain, classes=True)
    if not (plain.__class__ is tuple and plain[0] in (DecodeError, LimitError)):
        assert flatten(plain, type_, limits) == items


@given(types(8), st.data())
def test_mutated_bytes_are_a_value_or_refused(type_: Type[Any], data: st.DataObject) -> None:
    mutated = data.draw(mutations(encode_value(data.draw(values(type_)), type_)))
    try:
        value = decode_value(mutated, type_)
    except (DecodeError, LimitError) as error:
        refusal = (type(error), str(error))
        assert outcome(lambda: codec_of(type_).decode(mutated)) == refusal
        assert_inside(error, mutated)
    else:
        assert encode_value(value, type_) == codec_of(type_).encode(value) == mutated


@given(st.binary(max_size=30), st.booleans())
def test_bytes_are_scalars_or_refused(data: bytes, long: bool) -> None:
    if long:  # there is another way to unpack what is long
        data = b"\xdc\x05\x00" + b"\x01" * 1270 + data
    try:
        items = unpack(data)
    except DecodeError as error:
        assert_inside(error, data)
    else:
        assert pack(items) == data


def test_a_long_array_is_checked_like_a_short_one() -> None:
    items = [*range(3000), "x" * 2000, -(2**100), None, True]
    data = pack(items)
    assert unpack(data) == items
    for wrong, position in (
        (data[:-1], len(data) - 1),  # cut
        (data + b"\x00", len(data)),  # an item more
        (data + b"\xa2a", len(data)),  # half an item more
        (data[:-1] + b"\x90", len(data) - 1),  # a list among the items
        (data[:-1] + b"\x80", len(data) - 1),  # a map
        (data[:-1] + b"\xc1", len(data) - 1),  # nothing in msgpack
        (b"\xdd\x00\x00" + data[1:], 0),  # a length that is not the shortest
        (data[:20] + b"\xd0" + data[20:], 20),  # nor a number
        (data[:20] + b"\xa1\xff" + data[22:], 20),  # no UTF-8
    ):
        with pytest.raises(DecodeError) as caught:
            unpack(wrong)
        assert caught.value.position == position


@pytest.mark.parametrize(
    "bomb",
    [
        b"\xdd\x00\x7f\xff\xff" * 1_000_000,  # lists in lists, each of which claims 8 million items
        b"\xdd\x00\x7a\x00\x00" + b"\x90" * 7_995_392,  # empty lists, 64 bytes of memory for a byte
        b"\xdd\x00\x7a\x00\x00" + b"\x80" * 7_995_392,
        b"\xdf\x00\x7a\x00\x00" + b"\x80" * 7_995_392,
        b"\xdd\xff\xff\xff\xff" + b"\x01" * 10,
        b"\x91" * 100_000,
        b"\x91" * 1_000,
    ],
    ids=["claims", "lists", "maps", "map", "count", "depth", "short depth"],
)
def test_a_bomb_is_refused(bomb: bytes) -> None:
    with pytest.raises(DecodeError):
        unpack(bomb)


def test_deep_values() -> None:
    type_, value = deep_type(10_000)
    data = encode_value(value, type_)
    assert same_value(decode_value(data, type_), value)
    assert codec_of(type_).encode(value) == data
    with pytest.raises(DecodeError):
        decode_value(data[:-1], type_)
    with pytest.raises(ValueMismatchError):
        encode_value(value, Pair(type_, Int))


def test_deep_values_of_every_kind() -> None:
    value: Any = Off()
    type_: Type[Any] = Variant(Record("Off"), Record("Point", x=Int, y=Int))
    for level in range(8_000):
        match level % 4:
            case 0:
                value, type_ = [value], List(type_)
            case 1:
                value, type_ = {level: value}, Map(Int, type_)
            case 2:
                value, type_ = Point(value, None), Record("Point", x=type_, y=Maybe(Int))
            case _:
                type_ = Maybe(type_)
    data = encode_value(value, type_)
    assert same_value(decode_value(data, type_), value)
    assert codec_of(type_).encode(value) == data


@pytest.mark.long
def test_many_items_that_take_no_room_are_a_bomb() -> None:
    million = 1_000_000
    bombs: list[tuple[Type[Any], list[Any]]] = [
        (List(List(Unit)), [million] * 1_000),
        (List(List(Unit)), [9, *[million] * 9]),
        (Map(Int, List(Unit)), [9, *(part for key in range(9) for part in (key, million))]),
        (List(Record("Off")), [million + 1]),
    ]
    for type_, items in bombs:
        with pytest.raises((LimitError, DecodeError)):
            unflatten(items, type_)


def test_a_value_of_another_class_is_encoded_by_the_fast_codec_too() -> None:
    point = Record("Point", x=Int, y=Maybe(Tuple(Int, Float, Bytes)))
    value = make_dataclass("Point", ["x", "y"], frozen=True)(1, (2, 0.5, b""))
    assert codec_of(point).encode(value) == encode_value(value, point)
    assert same_value(codec_of(point).decode(codec_of(point).encode(value)), Point(1, (2, 0.5, b"")), classes=True)


def test_a_value_that_shares_a_string_is_measured_as_it_would_be_written() -> None:
    type_: Type[Any] = Str
    value: Any = "x" * 100_000
    for _ in range(40):
        type_, value = Pair(type_, type_), (value, value)
    for refused in (
        lambda: encode_value(value, type_),
        lambda: flatten(value, type_),
        lambda: codec_of(type_).encode(value),
    ):
        with pytest.raises(LimitError, match="message_bytes"):
            refused()


def test_a_term_that_shares_a_large_constant_is_measured_as_it_would_be_written() -> None:
    term: Term = Const("x" * 1_000_000, Str)
    with pytest.raises(LimitError, match="message_bytes"):
        encode_term(Compose((term,) * 10))


def test_limits_of_values() -> None:
    limits = Limits(int_bits=100, string_length=5, message_bytes=20, collection_length=3)
    assert decode_value(encode_value(2**99, Int, limits), Int, limits) == 2**99
    assert decode_value(encode_value("åäöåä", Str, limits), Str, limits) == "åäöåä"
    cases: list[tuple[Any, Type[Any], str | None]] = [
        (2**100, Int, "int_bits"),
        (-(2**100), Int, "int_bits"),
        ("x" * 6, Str, "string_length"),
        (("xxxxx", "xxxxx"), Pair(Str, Str), None),
        (b"x" * 5, Bytes, None),
        (b"x" * 6, Bytes, "string_length"),
        ([1, 2, 3], List(Int), None),
        ([1, 2, 3, 4], List(Int), "collection_length"),
        ({1: 1, 2: 2, 3: 3, 4: 4}, Map(Int, Int), "collection_length"),
        ([[None] * 3] * 3, List(List(Unit)), None),
        ([[[None] * 3] * 3] * 3, List(List(List(Unit))), "message_bytes"),
        ((("xxxxx", "xxxxx"), ("xxxxx", "xxxxx")), Pair(Pair(Str, Str), Pair(Str, Str)), "message_bytes"),
    ]
    for value, type_, limit in cases:
        data = encode_value(value, type_)
        actions: list[Callable[[], Any]] = [
            partial(encode_value, value, type_, limits),
            partial(decode_value, data, type_, limits),
            partial(codec_of(type_, limits).encode, value),
            partial(codec_of(type_, limits).decode, data),
        ]
        for action in actions:
            if limit is None:
                action()
            else:
                with pytest.raises(LimitError, match=limit):
                    action()


def test_a_limit_counts_bytes_and_not_characters() -> None:
    limits = Limits(message_bytes=1000)
    text = "\U0001f600" * 300
    encoders: list[Callable[[str], bytes]] = [
        lambda value: encode_value(value, Str, limits),
        codec_of(Str, limits).encode,
    ]
    for encode in encoders:
        with pytest.raises(LimitError, match="message_bytes"):
            encode(text)


def test_what_is_no_scalar_is_not_packed() -> None:
    with pytest.raises(EncodeError, match="class object"):
        pack([object()])
    assert pack([1]) == b"\x91\x01"  # and the packer is as good as new


def test_a_wrong_value_is_refused_with_the_path_to_what_is_wrong() -> None:
    wrong: Any = (1, Left(2))
    type_: Type[Any] = Pair(Int, Either(Unit, Bool))
    encoders: list[Callable[[Any], bytes]] = [lambda value: encode_value(value, type_), codec_of(type_).encode]
    for encode in encoders:
        with pytest.raises(ValueMismatchError) as caught:
            encode(wrong)
        assert caught.value.path == "[1].value"


# -- terms ------------------------------------------------------------------------------------------------


@given(elaborated_terms())
def test_a_term_comes_back(term: Term) -> None:
    data = encode_term(term)
    assert decode_term(data) == term
    assert encode_term(decode_term(data)) == data


@given(elaborated_terms(), elaborated_terms())
@settings(max_examples=fewer(30))
def test_terms_are_equal_as_their_bytes_are(one: Term, two: Term) -> None:
    assert (encode_term(one) == encode_term(two)) == (one == two)


@st.composite
def mutations(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes with a few of them flipped, inserted, deleted, doubled or moved."""
    changed = bytearray(data)
    some = st.integers(0, 255) | st.sampled_from(b"\x01\x02\x05\x07\x08\x0a\x20\x22\x30\x40\x91\xc7\xd9\xdd")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(changed)))
        match draw(st.sampled_from(["flip", "insert", "delete", "double", "cut"])):
            case "flip":
                changed[at : at + 1] = bytes((draw(some),))
            case "insert":
                changed[at:at] = bytes((draw(some),))
            case "delete":
                del changed[at : at + draw(st.integers(1, 4))]
            case "double":
                changed[at:at] = changed[at : at + draw(st.integers(1, 8))]
            case _:
                del changed[at:]
    return bytes(changed)


@given(types(8), st.data())
def test_mutated_bytes_are_a_type_or_refused(type_: Type[Any], data: st.DataObject) -> None:
    assert_a_type_or_refused(data.draw(mutations(encode_type(type_))))


@given(st.data())
def test_mutated_bytes_are_a_term_or_refused(data: st.DataObject) -> None:
    mutated = data.draw(mutations(encode_term(data.draw(elaborated_terms()))))
    try:
        term = decode_term(mutated)
    except (DecodeError, LimitError) as error:
        assert_inside(error, mutated)
    else:
        assert encode_term(term) == mutated


@pytest.mark.parametrize(
    "machine",
    [
        read() >> incr,
        incr >> show(),
        ident(Int),
        get(Int) >> incr,
        put(Int),
        copy(Int),
        consume() >> const(Left(1)),
        inl(Int, Str),
    ],
    ids=repr,
)
def test_a_term_is_encoded_only_once_elaborated(machine: Machine[Any, Any, Any]) -> None:
    with pytest.raises(EncodeError, match="encode what `erase` makes of the machine"):
        encode_term(machine.term)
    erased = erase(machine)
    assert decode_term(encode_term(erased)) == erased


def test_a_constant_that_lies_about_its_type_is_not_encoded() -> None:
    with pytest.raises(ValueMismatchError):
        encode_term(Const("a", Int))


def test_terms_deep_and_long() -> None:
    deep = incr.term
    for _ in range(10_000):
        deep = First(deep)
    long = Compose((incr.term, not_.term) * 50_000)
    for term in (deep, long):
        data = encode_term(term)
        assert decode_term(data) == term
        assert normalise(term) == term
        assert len(content_hash(term)) == 64
        with pytest.raises(DecodeError):
            decode_term(data + b"\x40")


def test_limits_of_terms() -> None:
    limits = Limits(term_nodes=10, term_depth=5, type_nodes=5, string_length=3, int_bits=70)
    deep = First(incr.term)
    for _ in range(4):
        deep = First(deep)
    cases: list[tuple[Term, str | None]] = [
        (deep.inner, None),
        (deep, "term_depth"),
        (Compose((incr.term,) * 9), None),
        (Compose((incr.term,) * 10), "term_nodes"),
        (Read(Pair(Int, Pair(Int, Int))), None),
        (Read(Pair(Int, Pair(Int, Pair(Int, Int)))), "type_nodes"),
        (Const("xxx", Str), None),
        (Const("xxxx", Str), "string_length"),
        (Const(2**70 - 1, Int), None),
        (Const(2**70, Int), "int_bits"),
    ]
    for term, limit in cases:
        data = encode_term(term)
        for action in (
            partial(encode_term, term, limits),
            partial(decode_term, data, limits),
        ):
            if limit is None:
                action()
            else:
                with pytest.raises(LimitError, match=limit):
                    action()


def test_different_types_in_a_term_are_counted() -> None:
    """What a type costs in memory is paid once for each different one, so that many small terms are no bomb."""
    limits = Limits(term_nodes=5)
    different: list[Type[Any]] = [
        Pair(Int, Int),
        Pair(Int, Str),
        Pair(Str, Int),
        Either(Int, Int),
        Either(Int, Str),
        Either(Str, Int),
    ]
    same = Compose(tuple(Read(Pair(Int, Pair(Int, Bool))) for _ in range(4)))
    assert decode_term(encode_term(same, limits), limits) == same
    large: Type[Any] = Int
    for type_ in different:
        large = Pair(large, type_)
    data = encode_term(Show(large))
    for refused in (lambda: encode_term(Show(large), limits), lambda: decode_term(data, limits)):
        with pytest.raises(LimitError, match="different types in a term"):
            refused()


def test_a_count_that_is_too_large_costs_nothing() -> None:
    for data in ("01 40 40 07 ff ff ff ff 7f", "01 02 22 ff ff ff ff 0f 91 05"):
        with pytest.raises(DecodeError):
            decode_term(bytes.fromhex(data))


# -- what a machine is ------------------------------------------------------------------------------------


@given(elaborated_terms())
def test_the_normal_form_is_normal(term: Term) -> None:
    normal = normalise(term)
    assert normalise(normal) == normal
    for node in walk(normal):
        if isinstance(node, Compose):
            assert len(node.parts) >= 2
            assert not any(isinstance(part, Id | Compose) for part in node.parts)
    assert content_hash(term) == content_hash(normal)


@given(st.data())
def test_the_normal_form_means_the_same(data: st.DataObject) -> None:
    state, input_ = data.draw(types(3)), data.draw(types(4))
    machine, _ = data.draw(machines(state, input_))
    term = elaborate(ident() >> machine >> ident(), state=state, input=input_).term
    x, s = data.draw(values(input_)), data.draw(values(state))
    results = [step_or_error(one, x, s) for one in (term, normalise(term))]
    assert same_value(*results, classes=True)


def step_or_error(term: Term, x: Any, s: Any) -> Any:
    try:
        return run_term(term, x, s)
    except language.StepError as error:
        return error


@given(elaborated_terms(), elaborated_terms(), elaborated_terms())
@settings(max_examples=fewer(30))
def test_brackets_and_identities_do_not_change_a_hash(one: Term, two: Term, three: Term) -> None:
    f, g, h = Machine[Any, Any, Any](one), Machine[Any, Any, Any](two), Machine[Any, Any, Any](three)
    hashed = content_hash(((f >> g) >> h).term)
    assert content_hash((f >> (g >> h)).term) == hashed
    assert content_hash((ident() >> f >> ident() >> (g >> ident() >> h)).term) == hashed
    assert content_hash(first(ident() >> f).term) == content_hash(first(f).term)
    assert content_hash((ident() >> ident()).term) == content_hash(ident().term)


@given(elaborated_terms(), elaborated_terms())
@settings(max_examples=fewer(30))
def test_terms_hash_alike_only_if_their_normal_forms_are_equal(one: Term, two: Term) -> None:
    assert (content_hash(one) == content_hash(two)) == (normalise(one) == normalise(two))


def test_the_hash_of_a_machine_is_of_its_types_too() -> None:
    hashes = {
        hash_machine(ident(), state=Unit, input=Int),
        hash_machine(ident(), state=Int, input=Int),
        hash_machine(ident(), state=Unit, input=Str),
        hash_machine(ident(), state=Unit, input=Pair(Int, Str)),
        hash_machine(fst(), state=Unit, input=Pair(Int, Int)),
        hash_machine(fst(), state=Unit, input=Pair(Int, Str)),
        hash_machine(decr),
        hash_machine(incr),
    }
    assert len(hashes) == 8
    assert hash_machine(incr) == hash_machine(incr.named("plus one")) == hash_machine(incr >> ident(), Unit, Int, Int)
    assert hash_machine(read() >> incr) == hash_machine(read(Int) >> incr)
    assert hash_machine(ident(Int)) == hash_machine(ident(), input=Int)


def test_a_short_hash_is_seven_digits() -> None:
    whole = hash_machine(incr)
    assert len(whole) == 64
    assert short_hash(whole) == whole[:7]


def test_a_leaf_without_a_type_is_one_object() -> None:
    """Sharing leaves keeps a decoded term small."""
    term = decode_term(encode_term(Compose((incr.term,) * 100)))
    assert len({id(part) for part in walk(term)}) == 2
    assert set(term_encoding._LEAVES) <= set(range(0x100))


def test_a_constant_from_the_wire_has_no_type_with_variables() -> None:
    for term in (Const("s", Var("a")), Const(Left(1), Either(Int, Var("a")))):
        with pytest.raises(EncodeError, match="has variables"):
            encode_term(term)
    data = encode_term(Const("s", Str))
    assert data[2] == 0x23
    for byte in range(256):
        if byte != 0x23:
            with pytest.raises((DecodeError, LimitError)):
                decode_term(data[:2] + bytes((byte,)) + data[3:])


def test_a_machine_goes_through_bytes_at_its_types() -> None:
    machine: Machine[Any, Any, Any] = ident() >> read()
    for wanted in (Int, Bool):
        sent = encode_machine(machine, output=wanted)
        arrived = decode_machine(sent)
        assert hash_machine(arrived) == hash_machine(machine, output=wanted)
        assert encode_machine(arrived) == sent
    with pytest.raises(AmbiguousTypeError):
        encode_machine(machine)
    with pytest.raises(DecodeError):
        decode_machine(b"no machine")
