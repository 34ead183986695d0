"""Types and terms in the text form: each constructor, both ways, however deep."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.edges.show_printing import NoShowFormError, show_term, show_type
from sm_toolkit.edges.show_terms import read_term, read_type
from sm_toolkit.edges.show_tokens import Cursor, ShowFormError
from sm_toolkit.language import (
    Bool,
    Either,
    Int,
    LimitError,
    Limits,
    Pair,
    Str,
    Type,
    Unit,
    Var,
    case,
    const,
    consume,
    copy,
    decr,
    elaborate,
    fan_in,
    first,
    fst,
    get,
    ident,
    if_,
    incr,
    inl,
    inr,
    not_,
    put,
    read,
    second,
    show,
    snd,
)
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.passes import rebuild
from sm_toolkit.language.syntax.terms import (
    Both,
    Compose,
    Const,
    FanIn,
    Fanout,
    First,
    Fold,
    Let,
    Loop,
    Primitive,
    Read,
    Second,
    Show,
    Term,
    Unleft,
    Variable,
    Zoom,
    same_term,
    walk,
)
from tests.strategies import AnyMachine, machines, seed_types


def term_of(text: str, limits: Limits | None = None) -> Term:
    cursor = Cursor(text, "text", limits or Limits())
    term = read_term(cursor)
    if cursor.kind != "end":
        raise cursor.error("the end")
    return term


def type_of_text(text: str, limits: Limits | None = None) -> Type[Any]:
    cursor = Cursor(text, "text", limits or Limits())
    type_ = read_type(cursor)
    if cursor.kind != "end":
        raise cursor.error("the end")
    return type_


# What Show writes, and the machine.
EXACT: list[tuple[str, AnyMachine]] = [
    ("IdU", ident()),
    ("ComposeU DecrU IncrU", incr >> decr),
    ("ComposeU (ComposeU NotU FstU) CopyU", copy() >> fst() >> not_),
    ("FstU", fst()),
    ("SndU", snd()),
    ("IntU 0", const(0)),
    ("IntU (-3)", const(-3)),
    ("IntU 1180591620717411303424", const(2**70)),
    ("CopyU", copy()),
    ("FirstU IncrU", first(incr)),
    ("SecondU (SecondU NotU)", second(second(not_))),
    ("CaseU GetU (CaseU PutU IdU)", case(get(), put(), ident())),
    ("CaseU (CaseU GetU PutU) IdU", (get() | put()) | ident()),
    ("(:.&&) IdU (BoolU False)", ident() & consume() >> const(False)),
    ("(:.&&) ((:.&&) IdU FstU) ((:.&&) SndU IdU)", (ident() & fst()) & (snd() & ident())),
    ("FirstU ((:.&&) IdU IdU)", first(ident() & ident())),
    ("IncrU", incr),
    ("DecrU", decr),
    ("ConsumeU", consume()),
    ("GetU", get()),
    ("PutU", put()),
    ("IfU DecrU (ComposeU IncrU IncrU)", if_(decr, incr >> incr)),
    ("BoolU True", consume() >> const(True)),
    ("ComposeU (BoolU True) ConsumeU", consume() >> consume() >> const(True)),
    ("ComposeU NotU (BoolU True)", consume() >> const(True) >> not_),
    ("NotU", not_),
    ("ReadU UTInt", read(Int)),
    ("ShowU (UTEither UTUnit (UTPair UTString UTBool))", show(Either(Unit, Pair(Str, Bool)))),
    ("ComposeU (SecondU DecrU) (FirstU IncrU)", first(incr) >> second(decr)),
]


@pytest.mark.parametrize(("text", "machine"), EXACT, ids=[text for text, _ in EXACT])
def test_each_constructor_both_ways(text: str, machine: AnyMachine) -> None:
    assert term_of(text) == machine.term
    assert show_term(machine.term) == text


@pytest.mark.parametrize(
    ("text", "machine"),
    [
        ("  ( ( IdU ) ) ", ident()),
        ("IntU 007", const(7)),
        ("IntU 0x1F", const(31)),
        ("IntU (- 0o17)", const(-15)),
        ("IntU ( - 3 )", const(-3)),
        ("IntU ((3))", const(3)),
        ("BoolU (False)", consume() >> const(False)),
        ("ReadU(UTPair(UTInt)UTInt)", read(Pair(Int, Int))),
        ("( :.&& ) IdU\tIdU", ident() & ident()),
        ("ComposeU (ComposeU IdU NotU) (ComposeU NotU NotU)", not_ >> not_ >> not_ >> ident()),
        # between its operands, as Haskell source has it, grouping to the right
        ("IdU :.&& BoolU False", ident() & consume() >> const(False)),
        ("IdU:.&&IdU", ident() & ident()),
        ("FstU :.&& SndU :.&& IdU", fst() & (snd() & ident())),
        ("(FstU :.&& SndU) :.&& IdU", (fst() & snd()) & ident()),
        (
            "FstU :.&& CaseU GetU PutU :.&& ComposeU FstU (IdU :.&& IdU)",
            fst() & ((get() | put()) & ((ident() & ident()) >> fst())),
        ),
        ("FstU :.&& (:.&&) IdU IdU", fst() & (ident() & ident())),
    ],
)
def test_what_is_also_read(text: str, machine: AnyMachine) -> None:
    assert term_of(text) == machine.term


@pytest.mark.parametrize(
    ("machine", "text"),
    [
        (const(True), "BoolU True"),
        (incr * decr, "ComposeU (SecondU DecrU) (FirstU IncrU)"),
        (copy() >> incr * decr >> fst(), "ComposeU (ComposeU (ComposeU FstU (SecondU DecrU)) (FirstU IncrU)) CopyU"),
        (ident(Unit) >> get(Int) >> put(Int) >> copy(Unit), "ComposeU (ComposeU (ComposeU CopyU PutU) GetU) IdU"),
        (consume(Int) >> const(True), "BoolU True"),
    ],
)
def test_what_is_written_in_other_forms(machine: AnyMachine, text: str) -> None:
    assert show_term(machine.term) == text


@pytest.mark.parametrize(
    ("text", "expected", "position", "found"),
    [
        ("", "a machine", 0, "the end"),
        ("Id", "a machine", 0, "`Id`"),
        ("UTInt", "a machine", 0, "`UTInt`"),
        ("CaseU GetU", "a machine", 10, "the end"),
        ("CaseU GetU PutU IdU", "the end", 16, "`IdU`"),
        ("FirstU FirstU IdU", "brackets round an argument of `FirstU`", 7, "`FirstU`"),
        ("FirstU IdU :.&& IdU IdU", "the end", 20, "`IdU`"),
        ("FirstU :.&& IdU", "a machine", 7, "`:.&&`"),
        ("((:.&&) IdU) IdU", "a machine", 11, "`)`"),
        ("IdU :.&& ", "a machine", 9, "the end"),
        ("(IdU", "`)`", 4, "the end"),
        ("IdU)", "the end", 3, "`)`"),
        ("IntU", "an integer", 4, "the end"),
        ("IntU True", "an integer", 5, "`True`"),
        ("IntU -3", "brackets round a negative number", 5, "`-`"),
        ("IntU (--3)", "an integer", 6, "`--`"),
        ("IntU 3.5", "an integer", 5, "`3`"),
        ("BoolU 1", "`True` or `False`", 6, "`1`"),
        ("ReadU", "a type", 5, "the end"),
        ("ReadU IdU", "a type", 6, "`IdU`"),
        ("ReadU UTPair UTInt UTInt", "brackets round an argument of `ReadU`", 6, "`UTPair`"),
        ("ReadU (UTPair UTInt)", "a type", 19, "`)`"),
        ("\x00IdU", "a machine", 0, "`\\x00`"),
        ("FirstU é", "a machine", 7, "`é`"),
        ('"IdU', "a machine", 0, "a string without its closing quote"),
        ('"\\^a" ', "a machine", 0, "a string with an escape that is not Haskell's"),
    ],
)
def test_what_is_wrong_is_told(text: str, expected: str, position: int, found: str) -> None:
    with pytest.raises(ShowFormError) as caught:
        term_of(text)
    assert (caught.value.expected, caught.value.position, caught.value.found) == (expected, position, found)


@given(seed_types())
def test_types_both_ways(type_: Type[Any]) -> None:
    assert type_of_text(show_type(type_)) is type_


@pytest.mark.parametrize(
    ("machine", "form"),
    [
        (incr >> inl(), "inl()"),
        (first(inr()), "inr()"),
        (fan_in(incr, decr), "fan_in"),
        (const("a"), "const('a')"),
        (const(None), "const(None)"),
        (const((1, True)), "const((1, True))"),
        (read() >> incr, "read()"),
        (incr >> show(), "show()"),
        (show(Pair(Int, Var("a"))), "a"),
    ],
)
def test_a_part_without_a_form_is_named(machine: AnyMachine, form: str) -> None:
    with pytest.raises(NoShowFormError) as caught:
        show_term(machine.term)
    assert caught.value.form == form
    assert str(caught.value).startswith(f"`{form}` has no form in the text protocol; ")


# -- any machine ------------------------------------------------------------------------------------------


def desugared(term: Term) -> Term:
    """The term that comes back: what the module says that it writes in other forms."""

    def change(node: Term) -> Term:
        match node:
            case Both(left, right):
                return Compose((First(left), Second(right)))
            case Const(_, type_) if type_ is Bool:
                return Compose((Primitive("consume"), node))
            case Compose(parts):
                # a constant with a consume() before it has got a second one
                kept: list[Term] = []
                for part in parts:
                    if isinstance(part, Const) and part.type is Bool and kept[-2:] == [Primitive("consume")] * 2:
                        kept.pop()
                    kept.append(part)
                return Compose(tuple(kept))
            case _:
                return node

    return rebuild(term, change)


NAMED = {"fst", "snd", "copy", "incr", "decr", "consume", "not_"}
SEED = {"Unit", "Bool", "Int", "Str", "Pair", "Either"}


def has_form(term: Term) -> bool:
    return not any(
        isinstance(node, FanIn | Unleft | Fold | Let | Variable | Zoom | Loop)
        or (isinstance(node, Const) and node.type not in (Int, Bool))
        or (isinstance(node, Primitive) and node.name not in NAMED)
        or (isinstance(node, Read | Show) and node.type is not None and not node.type.kinds <= SEED)
        for node in walk(term)
    )


@given(st.data(), seed_types(3), seed_types(4))
def test_a_machine_comes_back(data: st.DataObject, state: Type[Any], input_: Type[Any]) -> None:
    machine, output = data.draw(machines(state, input_))
    term = elaborate(machine, state, input_, output).term
    if not has_form(term):
        with pytest.raises(NoShowFormError):
            show_term(term)
        return
    text = show_term(term)
    again = term_of(text)
    assert same_term(again, desugared(term))
    assert show_term(again) == text
    typed = elaborate(Machine(again), state, input_, output)
    assert typed.scheme == elaborate(machine, state, input_, output).scheme


# -- size -------------------------------------------------------------------------------------------------

DEEP = 10_000


def nested(depth: int, wrap: Any, inner: Term) -> Term:
    for _ in range(depth):
        inner = wrap(inner)
    return inner


@pytest.mark.parametrize(
    "wrap",
    [First, Second, lambda inner: Fanout(inner, inner_leaf()), lambda inner: Fanout(inner_leaf(), inner)],
    ids=["first", "second", "fan-out left", "fan-out right"],
)
def test_a_deep_term_both_ways(wrap: Any) -> None:
    term = nested(DEEP, wrap, inner_leaf())
    assert same_term(term_of(show_term(term)), term)


def inner_leaf() -> Term:
    return Primitive("incr")


def test_a_deep_operator_is_read() -> None:
    assert same_term(
        term_of("IncrU" + " :.&& IncrU" * DEEP), nested(DEEP, lambda inner: Fanout(inner_leaf(), inner), inner_leaf())
    )
    assert term_of("(" * DEEP + "IncrU" + ")" * DEEP) == inner_leaf()


def test_a_long_chain_both_ways_however_it_is_bracketed() -> None:
    length = 50_000
    chain = Compose((inner_leaf(),) * (length + 1))
    text = show_term(chain)
    assert text == "ComposeU (" * (length - 1) + "ComposeU IncrU IncrU" + ") IncrU" * (length - 1)
    assert same_term(term_of(text), chain)
    assert same_term(term_of("ComposeU IncrU (" * (length - 1) + "ComposeU IncrU IncrU" + ")" * (length - 1)), chain)


def test_a_deep_type_both_ways() -> None:
    type_: Type[Any] = Int
    for _ in range(4_000):
        type_ = Either(Unit, type_)
    assert type_of_text(show_type(type_)) is type_


def test_what_is_too_large_to_read_is_refused() -> None:
    with pytest.raises(ShowFormError, match="a term within the limit `term_nodes` of 5"):
        term_of("FirstU (" * 5 + "IdU" + ")" * 5, Limits(term_nodes=5))
    assert term_of("FirstU (" * 4 + "IdU" + ")" * 4, Limits(term_nodes=5))
    with pytest.raises(ShowFormError, match="a type within the limit `type_nodes` of 4"):
        type_of_text("UTPair (UTPair UTInt UTInt) UTInt", Limits(type_nodes=4))
    with pytest.raises(ShowFormError, match="`int_bits`"):
        term_of("IntU " + "9" * 100, Limits(int_bits=64))
    with pytest.raises(ShowFormError):
        term_of("IntU " + "9" * 4_400)


def test_what_is_too_large_to_write_is_refused() -> None:
    shared = inner_leaf()
    for _ in range(40):
        shared = Fanout(shared, shared)
    with pytest.raises(LimitError, match="term_nodes"):
        show_term(shared)
    type_: Type[Any] = Int
    for _ in range(40):
        type_ = Pair(type_, type_)
    with pytest.raises(LimitError, match="type_nodes"):
        show_type(type_)
    with pytest.raises(LimitError, match="message_bytes"):
        show_term(inner_leaf(), Limits(message_bytes=4))
