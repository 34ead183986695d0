"""What each primitive means, in one table, and that every way to run, type and send it agrees with that."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit import language
from sm_toolkit.language import (
    AmbiguousTypeError,
    Bool,
    Either,
    Int,
    Left,
    Limits,
    Machine,
    Pair,
    Right,
    StepError,
    Str,
    Type,
    Unit,
    compile_machine,
    const,
    consume,
    copy,
    elaborate,
    eq,
    get,
    gt,
    ident,
    incr,
    infer,
    lt,
    mul,
    ne,
    put,
    show,
    step,
)
from sm_toolkit.language.compiler import compile_typed
from sm_toolkit.language.data import records
from sm_toolkit.language.data import types as types_module
from sm_toolkit.language.data.records import Record, Variant, record_class
from sm_toolkit.language.data.types import Bytes, Float, List, Map, Maybe, Tuple, same_value
from sm_toolkit.language.data.values import check_value
from sm_toolkit.language.encoding.canonical import content_hash, decode_term, encode_term
from sm_toolkit.language.errors import DecodeError, EncodeError
from sm_toolkit.language.interpreter import run_term
from sm_toolkit.language.leaves.comparing import order
from sm_toolkit.language.leaves.record import PrimitiveRecord
from sm_toolkit.language.limits import DEFAULT_LIMITS
from sm_toolkit.language.primitives import BY_OPCODE, FAMILIES, PRIMITIVES, primitive_record
from sm_toolkit.language.syntax.terms import Primitive
from sm_toolkit.language.vocabulary.record_operations import (
    construct,
    field,
    from_tuple,
    inject,
    match_variant,
    split,
    to_tuple,
    update,
)
from tests.conftest import IN_PYODIDE
from tests.strategies import instances, values

AnyMachine = Machine[Any, Any, Any]

SMALL = Limits(int_bits=8, string_length=6, collection_length=3)
"""Limits that small values reach."""


class Fails(str):
    """The reason for which a step fails."""


def too_large(what: str, size: int | str, limit: str) -> Fails:
    allowed = getattr(SMALL, limit)
    return Fails(f"{what} is too large: {size}, where the limit `{limit}` allows {allowed}")


ZERO = Fails("division by zero")
long_text = partial(too_large, "a text", limit="string_length")
long_bytes = partial(too_large, "a string of bytes", limit="string_length")
large_int = partial(too_large, "an integer", limit="int_bits")
large_list = partial(too_large, "a list", limit="collection_length")
NO_NUMBER = Fails("the result is not a number")
INF = float("inf")

MEANING: dict[str, list[tuple[Any, Any]]] = {
    "consume": [(3, None)],
    "copy": [(3, (3, 3))],
    "fst": [((3, True), 3)],
    "snd": [((3, True), True)],
    "inl": [(3, Left(3))],
    "inr": [(3, Right(3))],
    "swap": [((3, True), (True, 3))],
    "assoc": [(((1, 2), 3), (1, (2, 3)))],
    "unassoc": [((1, (2, 3)), ((1, 2), 3))],
    "distr": [((Left(1), 2), Left((1, 2))), ((Right(1), 2), Right((1, 2)))],
    "incr": [(-1, 0), (254, 255), (255, large_int(9)), (-255, -254)],
    "decr": [(0, -1), (-254, -255), (-255, large_int(9)), (255, 254)],
    "not_": [(True, False), (False, True)],
    "add": [((3, -4), -1), ((200, 55), 255), ((200, 56), large_int(9)), ((-200, -56), large_int(9))],
    "sub": [((3, 4), -1), ((-200, 55), -255), ((-200, 56), large_int(9))],
    "mul": [((-3, 4), -12), ((0, 255), 0), ((51, 5), 255), ((16, 16), large_int(9)), ((255, -255), large_int(16 - 1))],
    "div": [((7, 2), 3), ((-7, 2), -4), ((7, -2), -4), ((-7, -2), 3), ((7, 0), ZERO), ((0, 0), ZERO)],
    "mod": [((7, 2), 1), ((-7, 2), 1), ((7, -2), -1), ((-7, -2), -1), ((7, 0), ZERO)],
    "neg": [(3, -3), (-3, 3), (0, 0)],
    "abs_": [(3, 3), (-3, 3), (0, 0)],
    "minimum": [((3, 4), 3), ((4, 3), 3), ((3, 3), 3), ((-5, 5), -5)],
    "maximum": [((3, 4), 4), ((4, 3), 4), ((3, 3), 3), ((-5, 5), 5)],
    "and_": [((x, y), x and y) for x in (False, True) for y in (False, True)],
    "or_": [((x, y), x or y) for x in (False, True) for y in (False, True)],
    "xor": [((x, y), x != y) for x in (False, True) for y in (False, True)],
    "eq": [((3, 3), True), ((3, 4), False)],
    "ne": [((3, 3), False), ((3, 4), True)],
    "lt": [((3, 4), True), ((3, 3), False), ((4, 3), False)],
    "le": [((3, 4), True), ((3, 3), True), ((4, 3), False)],
    "gt": [((3, 4), False), ((3, 3), False), ((4, 3), True)],
    "ge": [((3, 4), False), ((3, 3), True), ((4, 3), True)],
    "sort_list": [
        ([3, 1, 2], [1, 2, 3]),
        ([0.0, -INF, -0.0], [-INF, 0.0, -0.0]),
        ([b"b", b"", b"a"], [b"", b"a", b"b"]),
        ([Right(1), Left(2), Right(0), Left(1)], [Left(1), Left(2), Right(0), Right(1)]),
        ([("b", 1), ("a", 2), ("a", 1)], [("a", 1), ("a", 2), ("b", 1)]),
        ([[2], [1, 2], [1]], [[1], [1, 2], [2]]),
    ],
    "add_float": [((0.5, 0.25), 0.75), ((INF, 1.0), INF), ((1e308, 1e308), INF), ((INF, -INF), NO_NUMBER)],
    "sub_float": [((0.5, 0.25), 0.25), ((0.0, 0.0), 0.0), ((-0.0, 0.0), -0.0), ((INF, INF), NO_NUMBER)],
    "mul_float": [((0.5, 3.0), 1.5), ((-1.0, 0.0), -0.0), ((INF, 2.0), INF), ((INF, 0.0), NO_NUMBER)],
    "div_float": [
        ((1.0, 4.0), 0.25),
        ((1.0, INF), 0.0),
        ((1.0, 0.0), ZERO),
        ((INF, -0.0), ZERO),
        ((INF, INF), NO_NUMBER),
    ],
    "neg_float": [(0.5, -0.5), (0.0, -0.0), (INF, -INF)],
    "abs_float": [(0.5, 0.5), (-0.5, 0.5), (0.0, 0.0), (-0.0, 0.0), (-INF, INF), (INF, INF)],
    "to_float": [
        (3, 3.0),
        (2**53 + 1, 2.0**53),
        (-(10**308), -1e308),
        (2**2000, Fails("an integer is too large for a Float")),
    ],
    "floor": [(1.5, 1), (-1.5, -2), (INF, Fails("Infinity is no Int")), (300.0, large_int(9))],
    "ceiling": [(1.5, 2), (-1.5, -1), (-INF, Fails("-Infinity is no Int")), (1e300, large_int(997))],
    "truncate": [(1.5, 1), (-1.5, -1), (-0.0, 0), (INF, Fails("Infinity is no Int"))],
    "round_": [(2.5, 2), (3.5, 4), (-0.5, 0), (INF, Fails("Infinity is no Int"))],
    "concat": [(("ab", "c"), "abc"), (("", ""), ""), (("abc", "def"), "abcdef"), (("abcd", "efg"), long_text(7))],
    "length": [("", 0), ("aå€😀", 4)],
    "slice_text": [
        (("abcd", (1, 3)), "bc"),
        (("abcd", (-3, -1)), "bc"),
        (("abcd", (3, 1)), ""),
        (("abcd", (-9, 9)), "abcd"),
        (("abcd", (0, 2**70)), "abcd"),
    ],
    "contains": [(("abc", "bc"), True), (("abc", "cb"), False), (("abc", ""), True)],
    "starts_with": [(("abc", "ab"), True), (("abc", "bc"), False), (("", ""), True)],
    "ends_with": [(("abc", "bc"), True), (("abc", "ab"), False)],
    "find": [
        (("abcbc", "bc"), Right(1)),
        (("abc", ""), Right(0)),
        (("abc", "abc"), Right(0)),
        (("abc", "x"), Left(None)),
    ],
    "replace": [
        (("a-b-", ("-", "+")), "a+b+"),
        (("aaa", ("aa", "b")), "ba"),
        (("ab", ("", "-")), "-a-b-"),
        (("abc", ("", "-")), long_text(7)),
        (("aaa", ("a", "bcd")), long_text(9)),
        (("aaa", ("x", "abcdef")), "aaa"),
    ],
    "upper": [("aß", "ASS"), ("ßßßß", long_text(8))],
    "lower": [("ABÅ", "abå"), ("İİİİ", long_text(8))],
    "strip": [("  a b\n\u2003", "a b"), (" ", "")],
    "repeat": [
        (("ab", 3), "ababab"),
        (("ab", 0), ""),
        (("ab", -1), ""),
        (("ab", 2**30), long_text("2,147,483,648")),
        (("", 9), ""),
    ],
    "fail": [("no such account", Fails("no such account")), ("", Fails(""))],
    "concat_bytes": [((b"ab", b"c"), b"abc"), ((b"abcd", b"efg"), long_bytes(7))],
    "length_bytes": [(b"", 0), (b"abc", 3)],
    "slice_bytes": [((b"abcd", (1, -1)), b"bc"), ((b"abcd", (-9, 2**70)), b"abcd")],
    "to_utf8": [
        ("a\u00e5", b"a\xc3\xa5"),
        ("\u20ac\u20ac\u20ac", long_bytes(9)),
        ("a\ud800", Fails("a text with half of a surrogate pair, at 1, has no UTF-8")),
    ],
    "from_utf8": [(b"a\xc3\xa5", "a\u00e5"), (b"a\xff", Fails("the bytes are no UTF-8: invalid start byte at 1"))],
    "nothing": [(None, None)],
    "just": [(3, 3)],
    "to_either": [(3, Right(3)), (None, Left(None))],
    "from_either": [(Right(3), 3), (Left(None), None)],
    "with_default": [((3, 4), 3), ((None, 4), 4)],
    "empty_list": [(None, [])],
    "prepend": [((1, [2, 3]), [1, 2, 3]), ((1, [2, 3, 4]), large_list(4))],
    "append": [(([1, 2], 3), [1, 2, 3]), (([1, 2, 3], 4), large_list(4))],
    "get_at": [
        (([5, 6], 0), Right(5)),
        (([5, 6], 2), Left(None)),
        (([5, 6], -1), Left(None)),
        (([5], 2**70), Left(None)),
    ],
    "set_at": [
        (([5, 6], (1, 7)), [5, 7]),
        (([5, 6], (2, 7)), Fails("a list of 2 has nothing at the place to be set")),
        (([5, 6], (-1, 7)), Fails("a list of 2 has nothing at the place to be set")),
    ],
    "item_at": [
        (([5, 6], 0), 5),
        (([5, 6], -1), 6),
        (([5, 6], -2), 5),
        (([5, 6], 2), Fails("a list of 2 has nothing at the place asked for")),
        (([5, 6], -3), Fails("a list of 2 has nothing at the place asked for")),
    ],
    "slice_list": [
        (([5, 6, 7, 8], (1, 3)), [6, 7]),
        (([5, 6, 7, 8], (-3, -1)), [6, 7]),
        (([5, 6, 7, 8], (3, 1)), []),
        (([5, 6], (-9, 2**70)), [5, 6]),
    ],
    "length_list": [([], 0), ([5, 6], 2)],
    "concat_lists": [(([1], [2, 3]), [1, 2, 3]), (([1, 2], [3, 4]), large_list(4))],
    "reverse": [([1, 2, 3], [3, 2, 1]), ([], [])],
    "range_": [((2, 5), [2, 3, 4]), ((5, 2), []), ((0, 4), large_list(4)), ((0, 2**70), large_list("more"))],
    "empty_map": [(None, {})],
    "lookup": [(({"a": 1}, "a"), Right(1)), (({"a": 1}, "b"), Left(None))],
    "insert": [
        (({"b": 1}, ("a", 2)), {"a": 2, "b": 1}),
        (({"b": 1}, ("b", 2)), {"b": 2}),
        (({"a": 1, "b": 2, "c": 3}, ("c", 4)), {"a": 1, "b": 2, "c": 4}),
        (({"a": 1, "b": 2, "c": 3}, ("d", 4)), too_large("a map", 4, "collection_length")),
    ],
    "delete": [(({"a": 1, "b": 2}, "a"), {"b": 2}), (({"a": 1}, "b"), {"a": 1})],
    "contains_key": [(({"a": 1}, "a"), True), (({"a": 1}, "b"), False)],
    "size_map": [({}, 0), ({"a": 1, "b": 2}, 2)],
    "keys": [({"b": 1, "a": 2}, ["a", "b"])],
    "items": [({"b": 1, "a": 2}, [("a", 2), ("b", 1)])],
    "get_key": [(({"a": 1}, "a"), 1), (({"a": 1}, "b"), None)],
    "value_at": [
        (({"a": 1}, "a"), 1),
        (({"a": 1}, "b"), Fails("the map has no such key: 'b'")),
        (({(1, "a"): 1}, (2, "a")), Fails("the map has no such key: (2, 'a')")),
        (({"a": 1}, "b" * 59), Fails("the map has no such key")),
    ],
    "values_map": [({"b": 1, "a": 2}, [2, 1])],
    "merge_maps": [
        (({"b": 1, "c": 2}, {"a": 3, "b": 4}), {"a": 3, "b": 4, "c": 2}),
        (({"a": 1, "b": 2}, {"c": 3, "d": 4}), too_large("a map", 4, "collection_length")),
    ],
    "map_of": [([("b", 1), ("a", 2), ("b", 3)], {"a": 2, "b": 3})],
}


def primitive(name: str, *given: Type[Any]) -> AnyMachine:
    return Machine(Primitive(name, given))


def ways(machine: AnyMachine, x: Any, limits: Limits) -> Iterator[Any]:
    """What a machine gives for an input in every way to run it, its StepError if it fails."""
    input_ = language.type_of(x, infer(machine).input)
    typing = elaborate(machine, input=input_, limits=limits)
    program = compile_typed(typing, limits)
    for run in (partial(run_term, typing.term, limits=limits), program.step):
        try:
            yield run(x, None)[0]
        except StepError as error:
            yield error
    yield program.batch([x], None)[0][0]
    # known to the compiler as a constant
    yield compile_typed(elaborate(const(x, input_) >> machine), limits).batch([None], None)[0][0]


def test_every_primitive_has_its_meaning_told() -> None:
    assert set(MEANING) == set(PRIMITIVES)
    for name, cases in MEANING.items():
        fails = any(isinstance(wanted, Fails) for _, wanted in cases)
        assert fails == PRIMITIVES[name].can_fail, f"say in its cases how `{name}` fails"


@pytest.mark.parametrize(
    ("name", "x", "wanted"), [(name, *case) for name, cases in MEANING.items() for case in cases], ids=ascii
)
def test_meaning(name: str, x: Any, wanted: Any) -> None:
    given_ = (language.type_of(x[0]),) if PRIMITIVES[name].typed else ()
    for found in ways(primitive(name, *given_), x, SMALL):
        if isinstance(wanted, Fails):
            assert found == StepError(wanted)
        else:
            assert same_value(found, wanted, classes=True)


@given(st.sampled_from(list(PRIMITIVES.values())), st.data())
def test_a_primitive_gives_what_its_type_says_within_the_limits(record: PrimitiveRecord, data: st.DataObject) -> None:
    given_, fixed = data.draw(instances(record))
    x = data.draw(values(fixed(record.input)))
    limits = data.draw(st.sampled_from((DEFAULT_LIMITS, Limits(int_bits=72, string_length=20))))
    first, *others = ways(primitive(record.name, *given_), x, limits)
    if not isinstance(first, StepError):
        check_value(first, fixed(record.output))
        if record.can_fail:
            check_value(first, fixed(record.output), limits)
    for other in others:
        assert first.__class__ is other.__class__
        assert same_value(first, other, classes=True)


# -- the record says it all -------------------------------------------------------------------------------


@pytest.mark.parametrize("record", PRIMITIVES.values(), ids=lambda record: record.name)
def test_a_record_is_in_order(record: PrimitiveRecord) -> None:
    assert (record.run is None) == (record.moves is not None)
    assert not (record.typed and not record.variables)
    source = record.quick(tuple(Int for _ in record.variables))
    if source is not None:
        assert not set(source) & set("'\"\\"), "it may stand in a format string"
        ast.parse(source.format(*"xyz", run="run()", int_bits=1, string_length=1), mode="eval")
        assert ("{run}" in source) == (record.can_fail and not record.grows)


@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_primitive_has_a_python_name(name: str) -> None:
    named = getattr(language, name)
    is_machine = isinstance(named, Machine)
    machine = named if is_machine else named()
    assert machine == primitive(name)
    assert is_machine == (not PRIMITIVES[name].variables)


NAMES: list[ModuleType] = [
    importlib.import_module(f"sm_toolkit.language.vocabulary.{name}")
    for name in ("combinators", "operations", "text_operations", "collection_operations", "map_operations")
]


def described(module: ModuleType) -> Iterator[tuple[str, str]]:
    """The values of a module and the text that stands under each, which Python does not keep."""
    body = ast.parse(inspect.getsource(module)).body
    for node, after in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            yield ast.unparse(node.target), str(after.value.value)


@pytest.mark.parametrize("module", NAMES, ids=lambda module: module.__name__)
def test_examples_under_values(module: ModuleType) -> None:
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for name, text in described(module):
        example = parser.get_doctest(text, dict(vars(module)), name, module.__file__, None)
        assert runner.run(example).failed == 0, name
        assert example.examples, f"show what `{name}` does"


TYPES = {
    "add": "Machine[s, (Int, Int), Int]",
    "neg": "Machine[s, Int, Int]",
    "xor": "Machine[s, (Bool, Bool), Bool]",
    "concat": "Machine[s, (Str, Str), Str]",
    "slice_text": "Machine[s, (Str, (Int, Int)), Str]",
    "replace": "Machine[s, (Str, (Str, Str)), Str]",
    "find": "Machine[s, (Str, Str), Either[Unit, Int]]",
    "to_float": "Machine[s, Int, Float]",
    "to_utf8": "Machine[s, Str, Bytes]",
    "just": "Machine[s, a, Maybe[a]]",
    "to_either": "Machine[s, Maybe[a], Either[Unit, a]]",
    "empty_list": "Machine[s, Unit, List[a]]",
    "prepend": "Machine[s, (a, List[a]), List[a]]",
    "set_at": "Machine[s, (List[a], (Int, a)), List[a]]",
    "lookup": "Machine[s, (Map[a, b], a), Either[Unit, b]]",
    "insert": "Machine[s, (Map[a, b], (a, b)), Map[a, b]]",
    "items": "Machine[s, Map[a, b], List[(a, b)]]",
    "get_key": "Machine[s, (Map[a, b], a), Maybe[b]]",
    "map_of": "Machine[s, List[(a, b)], Map[a, b]]",
    "item_at": "Machine[s, (List[a], Int), a]",
    "sort_list": "Machine[s, List[a], List[a]]",
    "fail": "Machine[s, Str, a]",
    "eq": "Machine[s, (a, a), Bool]",
    "lt": "Machine[s, (a, a), Bool]",
}


@pytest.mark.parametrize("name", TYPES)
def test_principal_types(name: str) -> None:
    assert str(infer(primitive(name))) == TYPES[name]


def test_what_is_made_of_shown_values_is_shown_in_turn() -> None:
    shown: AnyMachine = (show(Int) & (incr >> show(Int))) >> language.contains >> show()
    assert list(ways(shown, 3, DEFAULT_LIMITS)) == ["False"] * 4


# -- families, one primitive for each type --------------------------------------------------------------

POINT_TYPE, CIRCLE_TYPE = Record("Point", x=Int, y=Int), Record("Circle", r=Int)
SHAPES = Variant(Record("Dot"), POINT_TYPE, CIRCLE_TYPE)
DOT, POINT, CIRCLE = map(record_class, SHAPES.args)
TRIPLE = Tuple(Int, Bool, Pair(Int, Str))
BOX = Record("Box", inside=Pair(Int, Bool))
box = record_class(BOX)
SEGMENT = Record("Segment", start=POINT_TYPE, stop=POINT_TYPE, name=Str)
segment = record_class(SEGMENT)

OF_FAMILIES: list[tuple[AnyMachine, Any, Any, str]] = [
    (construct(Record("Dot")), None, DOT(), "Machine[s, Unit, Dot()]"),
    (construct(BOX), (3, True), box((3, True)), "Machine[s, (Int, Bool), Box(inside: (Int, Bool))]"),
    (construct(POINT_TYPE), (1, 2), POINT(1, 2), "Machine[s, (Int, Int), Point(x: Int, y: Int)]"),
    (
        construct(SEGMENT),
        ((POINT(1, 2), POINT(3, 4)), "a"),
        segment(POINT(1, 2), POINT(3, 4), "a"),
        "Machine[s, ((Point(x: Int, y: Int), Point(x: Int, y: Int)), Str), "
        "Segment(start: Point(x: Int, y: Int), stop: Point(x: Int, y: Int), name: Str)]",
    ),
    (field(POINT_TYPE, "y"), POINT(1, 2), 2, "Machine[s, Point(x: Int, y: Int), Int]"),
    (field(BOX, "inside"), box((3, True)), (3, True), "Machine[s, Box(inside: (Int, Bool)), (Int, Bool)]"),
    (
        update(BOX, "inside"),
        (box((3, True)), (4, False)),
        box((4, False)),
        "Machine[s, (Box(inside: (Int, Bool)), (Int, Bool)), Box(inside: (Int, Bool))]",
    ),
    (
        inject(SHAPES, "Circle"),
        CIRCLE(3),
        CIRCLE(3),
        "Machine[s, Circle(r: Int), Dot() | Point(x: Int, y: Int) | Circle(r: Int)]",
    ),
    *(
        (
            split(SHAPES),
            value,
            wanted,
            "Machine[s, Dot() | Point(x: Int, y: Int) | Circle(r: Int), "
            "Either[Dot(), Either[Point(x: Int, y: Int), Circle(r: Int)]]]",
        )
        for value, wanted in (
            (DOT(), Left(DOT())),
            (POINT(1, 2), Right(Left(POINT(1, 2)))),
            (CIRCLE(3), Right(Right(CIRCLE(3)))),
        )
    ),
    (
        to_tuple(TRIPLE),
        ((1, True), (2, "a")),
        (1, True, (2, "a")),
        "Machine[s, ((Int, Bool), (Int, Str)), (Int, Bool, (Int, Str))]",
    ),
    (
        from_tuple(TRIPLE),
        (1, True, (2, "a")),
        ((1, True), (2, "a")),
        "Machine[s, (Int, Bool, (Int, Str)), ((Int, Bool), (Int, Str))]",
    ),
]


@pytest.mark.parametrize(("machine", "x", "wanted", "scheme"), OF_FAMILIES, ids=ascii)
def test_families(machine: AnyMachine, x: Any, wanted: Any, scheme: str) -> None:
    assert str(infer(machine)) == scheme
    for found in ways(machine, x, DEFAULT_LIMITS):
        assert same_value(found, wanted, classes=True)
    typed = elaborate(machine)
    assert typed.term == machine.term
    assert decode_term(encode_term(typed.term)) == typed.term
    assert eval(repr(machine), {**vars(types_module), **vars(records), **vars(language)}) == machine


def test_every_family_is_told() -> None:
    told = {machine.term.name for machine, *_ in OF_FAMILIES if isinstance(machine.term, Primitive)}
    assert told == set(FAMILIES)
    assert not set(FAMILIES) & set(PRIMITIVES)
    for name, family in FAMILIES.items():
        assert BY_OPCODE[family.opcode] is family
        assert all(
            primitive_record(name, machine.term.types).opcode == family.opcode
            for machine, *_ in OF_FAMILIES
            if isinstance(machine.term, Primitive) and machine.term.name == name
        )


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: construct(Int), "`construct` is for the type of a record, and Int is none"),
        (lambda: field(POINT_TYPE, "z"), "has no field `z`"),
        (lambda: update(SHAPES, "x"), "`update` is for the type of a record"),
        (lambda: inject(SHAPES, "Square"), "has no alternative `Square`"),
        (lambda: split(POINT_TYPE), "`split` is for the type of a variant"),
        (lambda: to_tuple(Pair(Int, Int)), "a tuple of three parts or more"),
        (lambda: construct(Record("Box", inside=language.Var("a"))), "without variables"),
        (lambda: match_variant(SHAPES, Dot=consume()), "a machine for each of Dot, Point, Circle, and got Dot"),
    ],
)
def test_a_family_refuses_other_types(make: Callable[[], AnyMachine], reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        make()


def test_bytes_of_a_primitive_that_its_family_lacks_are_refused() -> None:
    data = encode_term(field(POINT_TYPE, "y").term)
    assert data.count(b"\x01y") == 2  # among the fields, and as the one wanted
    at = data.rindex(b"y")
    with pytest.raises(DecodeError, match="has no field `z`"):
        decode_term(data[:at] + b"z" + data[at + 1 :])


def test_the_names_of_records_and_fields_do_not_reach_the_source() -> None:
    kind = Variant(Record("Off"), Record("Up", x=Bool))
    read_and_told = language.read(kind) >> match_variant(kind, Off=consume() >> const(0), Up=consume() >> const(1))
    program = compile_machine(read_and_told >> show())
    assert [program.step(text, None) for text in ("Off", "Up {x = True}")] == [("0", None), ("1", None)]
    told = compile_machine(construct(POINT_TYPE) >> field(POINT_TYPE, "y")).source + program.source
    assert not {"Off", "Up", "Point", "y"} & set(re.findall(r"\w+", told))


def test_a_variant_is_matched() -> None:
    area: AnyMachine = match_variant(
        SHAPES,
        Point=consume() >> const(1),
        Circle=field(CIRCLE_TYPE, "r") >> copy() >> mul,
        Dot=consume() >> const(0),
    )
    for value, wanted in ((DOT(), 0), (POINT(1, 2), 1), (CIRCLE(3), 9)):
        assert list(ways(area, value, DEFAULT_LIMITS)) == [wanted] * 4


# -- comparing --------------------------------------------------------------------------------------------

SUMS = Either(Int, Pair(Bool, Str))


@pytest.mark.parametrize(
    ("type_", "rising"),
    [
        (Unit, [None]),
        (Bool, [False, True]),
        (Int, [-(2**70), -1, 0, 2**70]),
        (Str, ["", "B", "a", "aa", "b", "\uffff", "\U0001f600"]),
        (Pair(Int, Str), [(0, "b"), (1, "a"), (1, "b")]),
        (Either(Int, Int), [Left(0), Left(5), Right(-5), Right(0)]),
        (Either(Unit, Either(Unit, Bool)), [Left(None), Right(Left(None)), Right(Right(False)), Right(Right(True))]),
        (Float, [-INF, -1.5, 0.0, 1e-300, INF]),
        (Bytes, [b"", b"a", b"aa", b"b", b"\xff"]),
        (Maybe(Int), [None, -1, 0]),
        (Maybe(Bool), [None, False, True]),
        (Tuple(Int, Bool, Str), [(0, True, "b"), (1, False, "a"), (1, True, "a")]),
        (List(Int), [[], [0], [0, 0], [0, 1], [1]]),
        (List(List(Bool)), [[], [[]], [[], [False]], [[False]], [[True], []]]),
        (Map(Str, Int), [{}, {"a": 1}, {"a": 1, "b": 0}, {"a": 2}, {"b": 0}]),
        (POINT_TYPE, [POINT(0, 5), POINT(1, 0), POINT(1, 1)]),
        (SHAPES, [DOT(), POINT(0, 0), POINT(0, 1), CIRCLE(-1)]),
        (SUMS, [Left(-1), Left(7), Right((False, "b")), Right((True, "a")), Right((True, "b"))]),
    ],
    ids=str,
)
def test_values_are_in_haskells_order(type_: Type[Any], rising: list[Any]) -> None:
    signs = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
    for i, one in enumerate(rising):
        for j, two in enumerate(rising):
            assert order(type_, one, two) == (i > j) - (i < j)
            for name, sign in signs.items():
                wanted = eval(f"{i} {sign} {j}")
                assert list(ways(primitive(name, type_), (one, two), DEFAULT_LIMITS)) == [wanted] * 4


def deep(last: int, depth: int = 10_000) -> tuple[Type[Any], Any]:
    type_: Type[Any] = Int
    value: Any = last
    for _ in range(depth // 2):
        type_, value = Either(Pair(type_, Unit), Int), Left((value, None))
    return type_, value


def test_deep_values_are_compared_without_the_python_stack() -> None:
    type_, one = deep(1)
    _, two = deep(2)
    assert [order(type_, one, other) for other in (deep(1)[1], two)] == [0, -1]
    limits = Limits(type_nodes=50_000)
    program = compile_typed(elaborate(lt(type_), limits=limits), limits)
    assert program.step((one, two), None) == (True, None)


def test_values_that_share_their_parts_are_compared_at_once() -> None:
    def shared() -> tuple[Type[Any], Any]:
        type_: Type[Any] = Str
        value: Any = "".join(["a", "b"])
        for _ in range(60):
            type_, value = Pair(type_, type_), (value, value)
        return type_, value

    type_, one = shared()
    start = time.process_time()
    assert order(type_, one, shared()[1]) == 0
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("type_", "make"),
    [
        (Maybe(List(Int)), lambda number: [1, number]),
        (Variant(Record("Left_", x=Int), Record("Right_", x=Int)), record_class(Record("Left_", x=Int))),
    ],
    ids=["Maybe", "Variant"],
)
def test_what_is_seen_through_is_compared_far_into_a_large_value(type_: Type[Any], make: Callable[[int], Any]) -> None:
    less, more = ([make(last if number == 1_999 else number) for number in range(2_000)] for last in (0, 1))
    for kind, holds in ((eq, False), (ne, True), (lt, True), (gt, False)):
        machine = kind(List(type_))
        assert step(machine, (less, more), None) == compile_machine(machine).step((less, more), None) == (holds, None)


def test_what_is_compared_has_to_be_of_a_known_type() -> None:
    assert str(infer(copy() >> eq())) == "Machine[s, a, Bool]"  # a context may fix it
    with pytest.raises(AmbiguousTypeError, match=r"the type that `eq\(\)` works on") as caught:
        infer(const(Left(1)) >> copy() >> eq())
    assert "eq(Int)" in str(caught.value)
    with pytest.raises(AmbiguousTypeError):
        elaborate(copy() >> eq())
    assert elaborate(copy() >> eq(), input=Str).term == (copy() >> eq(Str)).term
    assert compile_machine(const(Left(1), Either(Int, Bool)) >> copy() >> eq()).step(None, 5) == (True, 5)


def test_the_type_of_what_is_compared_travels() -> None:
    term = elaborate(eq(Pair(Int, Str))).term
    assert encode_term(term).hex(" ") == "01 68 30 22 23"
    assert decode_term(encode_term(term)) == term
    assert content_hash(term) != content_hash(elaborate(eq(Pair(Int, Int))).term)
    with pytest.raises(EncodeError, match="its type is not written into it"):
        encode_term(eq().term)
    with pytest.raises(DecodeError):
        decode_term(bytes.fromhex("01 68"))


@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_primitive_travels(name: str) -> None:
    given_ = (Int, Str, Bool)[: len(PRIMITIVES[name].variables)]
    typed = elaborate(primitive(name, *given_))
    data = encode_term(typed.term)
    assert data[1] == PRIMITIVES[name].opcode
    assert decode_term(data) == typed.term


# -- nothing grows without bound --------------------------------------------------------------------------


def fails_soon(machine: AnyMachine, x: Any, reason: str) -> None:
    start = time.process_time()
    program = compile_machine(machine)
    for run in (partial(language.step, machine), program.step):
        with pytest.raises(StepError, match=reason):
            run(x, None)
    outputs, _ = program.batch([x, x], None)
    assert [error.__class__ for error in outputs] == [StepError, StepError]
    # In Pyodide there is no clock for the processor's time, and this one tells the time of day.
    assert IN_PYODIDE or time.process_time() - start < 20


def test_squaring_again_and_again_ends() -> None:
    fails_soon(ident(Int).then(*[copy() >> mul] * 22), 3, "`int_bits` allows 14,000")


@pytest.mark.long
def test_doubling_again_and_again_ends() -> None:
    fails_soon(ident(Int).then(*[copy() >> language.add] * 15_000), 3, "`int_bits` allows 14,000")
    fails_soon(ident(Str).then(*[copy() >> language.concat] * 60), "ab", "`string_length` allows 1,000,000")


@pytest.mark.long
def test_what_is_copied_again_and_again_is_not_shown() -> None:
    fails_soon(ident(Int).then(*[copy()] * 40) >> show(), 3, "`string_length` allows 1,000,000")


def test_a_state_does_not_grow_over_the_limit_from_step_to_step() -> None:
    doubling: AnyMachine = get(Int) >> copy() >> language.add >> put()
    program = compile_machine(doubling)
    outputs, state = program.batch([None] * 20_000, 1)
    assert state == 2**13_999
    assert outputs[13_998:14_000] == [
        None,
        StepError("an integer is too large: 14,001, where the limit `int_bits` allows 14,000"),
    ]


def test_a_failure_leaves_the_state_and_comes_in_its_order() -> None:
    bad = const((1, 0)) >> language.div >> consume()
    worse = const(("x" * 9, 10**6)) >> language.repeat >> consume()
    for machine, reason in ((bad >> worse, "division by zero"), (worse >> bad, "a text is too large")):
        whole = const(7) >> put() >> machine
        program = compile_machine(whole)
        for run in (partial(language.step, whole), program.step):
            with pytest.raises(StepError, match=reason):
                run(None, 1)
        outputs, state = program.batch([None], 1)
        assert str(outputs[0]).startswith(reason)
        assert state == 1
