"""Compiled records, tuples, variants and Maybes: taken apart as by hand, and of whatever class they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, make_dataclass
from typing import Any

import pytest

from sm_toolkit.language import (
    Bool,
    Int,
    Machine,
    Maybe,
    Record,
    Tuple,
    Variant,
    add,
    compile_machine,
    const,
    construct,
    consume,
    decr,
    eq,
    fan_in,
    field,
    first,
    from_annotation,
    from_either,
    from_tuple,
    fst,
    get,
    gt,
    ident,
    if_,
    incr,
    inject,
    inl,
    inr,
    let,
    put,
    record_class,
    show,
    snd,
    split,
    sub,
    to_either,
    to_tuple,
    update,
    var,
)
from sm_toolkit.language.checking.inference import elaborated
from sm_toolkit.language.compilation import emission
from sm_toolkit.language.compilation.making import maker
from sm_toolkit.language.data.persistent import make_record
from sm_toolkit.language.interpreter import run_term

AnyMachine = Machine[Any, Any, Any]


@dataclass(frozen=True)
class Read:
    pass


@dataclass(frozen=True, slots=True)
class Incr:
    by: int


@dataclass(frozen=True)
class Reset:
    to: int
    hard: bool


@dataclass(frozen=True)
class Undo:
    steps: int


@dataclass(frozen=True)
class Total:
    count: int
    last: int

    def __post_init__(self) -> None:
        assert self.count >= 0, "the language makes records without asking their class"


def others() -> tuple[Any, Any, Any, Any]:
    """Return other classes of the same names and fields, such as a notebook's cell makes when it is run again."""
    read, undo = make_dataclass("Read", (), frozen=True), make_dataclass("Undo", ["steps"], frozen=True)
    return read, make_dataclass("Incr", ["by"], frozen=True), make_dataclass("Reset", ["to", "hard"], frozen=True), undo


TWO, FOUR, TOTAL = from_annotation(Read | Incr), from_annotation(Read | Incr | Reset | Undo), from_annotation(Total)
SIX = Variant(*(Record(name, x=Int) for name in "ABCDEF"))
OK, NO = Record("Ok"), Record("No", why=Int)
ANSWER = Variant(OK, NO)
STATE: AnyMachine = consume() >> get(TOTAL)
MOVED: AnyMachine = (STATE & ident(Int)) >> update(TOTAL, "last") >> (ident() & (field(TOTAL, "count") >> incr))
COUNTED: AnyMachine = MOVED >> update(TOTAL, "count") >> put()


def each_of(variant: Any) -> AnyMachine:
    """Tell the alternatives of a variant by numbers."""
    return split(variant) >> fan_in(*(consume() >> const(number) for number in range(len(variant.args))))


JOINED: AnyMachine = let(
    split(FOUR)
    >> fan_in(
        consume() >> const((0, -1)),
        field(Incr, "by") >> (ident() & incr),
        field(Reset, "to") >> (ident() & ident()),
        field(Undo, "steps") >> (decr & ident()),
    ),
    (var(0) >> add >> show()) & (var(0) >> sub),
) >> ((fst() >> show()) & snd())
"""What comes after the alternatives of a variant stands once."""

SOURCES: dict[str, AnyMachine] = {
    "of_two_alternatives": split(TWO) >> fan_in(STATE >> field(TOTAL, "count"), field(Incr, "by")),
    "of_four_alternatives": each_of(FOUR),
    "of_six_alternatives": each_of(SIX),
    "four_alternatives_that_go_on": JOINED,
    "split_whole": split(FOUR) >> (ident() & ident()),
    "record_of_the_state": field(Incr, "by") >> (COUNTED & ident()) >> snd(),
    "record_given_back": construct(TOTAL),
    "record_changed_twice": (update(Reset, "to") & (consume() >> const(False))) >> update(Reset, "hard"),
    "record_changed_and_read": update(Reset, "to") >> (field(Reset, "to") & field(Reset, "hard")),
    "record_made_on_both_sides": first(fan_in(incr & incr, decr & decr) >> construct(TOTAL)) >> (fst() & snd()),
    "variant_made_and_split": (ident() & (ident() & (consume() >> const(0))) >> gt(Int))
    >> if_(construct(Incr) >> inject(TWO, "Incr"), consume() >> construct(Read) >> inject(TWO, "Read"))
    >> split(TWO)
    >> fan_in(consume() >> const(-1), field(Incr, "by"))
    >> (ident() & show()),
    "sides_made_and_tested": first(
        fan_in(incr >> inl(Int, Int), fan_in(inr(Int, Int), decr >> inl(Int, Int))) >> ident()
    )
    >> fst()
    >> fan_in(incr, decr)
    >> (ident() & show()),
    "sides_bound_and_tested": let(
        fan_in(incr >> inl(Int, Int), decr >> inr(Int, Int)), var(0) >> fan_in(incr, decr) >> (ident() & show())
    ),
    "maybe_compared": eq(Maybe(Int)) >> (ident() & ident()),
    "maybe": to_either(Int) >> fan_in(const(0), incr),
    "maybe_and_back": to_either(Int) >> from_either() >> to_either() >> (ident() & (from_either() >> to_either())),
    "answers": (ident() & (ident() & (consume() >> const(0))) >> gt(Int))
    >> if_(
        consume() >> construct(ANSWER.args[0]) >> inject(ANSWER, "Ok"),
        construct(ANSWER.args[1]) >> inject(ANSWER, "No"),
    ),
    "tuple_of_three": from_tuple(Tuple(Int, Int, Int)) >> first(add) >> sub,
    "tuple_of_the_state": let(
        consume() >> get(Tuple(Int, Int, Bool)) >> from_tuple(Tuple(Int, Int, Bool)),
        ((var(0) >> fst() >> fst()) & ident() & (var(0) >> snd())) >> to_tuple(Tuple(Int, Int, Bool)) >> put(),
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_golden_source(name: str, golden: Callable[[str, str], None]) -> None:
    for class_ in (Read, Incr, Reset, Undo, Total):
        from_annotation(class_)  # these are the newest of their names, whatever other tests have declared
    program = compile_machine(SOURCES[name])
    beside = program.step.__globals__.items()
    kept = sorted((name, value) for name, value in beside if name.startswith(("constant_", "class_")))
    golden(f"compiled/{name}.py", f"{program.source}\n\n" + "".join(f"# {name} = {value!r}\n" for name, value in kept))


def runs(machine: AnyMachine, xs: list[Any], s: Any) -> list[Any]:
    """Return the outputs and the last state, which must be those of the interpreter step by step and in a batch."""
    term, program, state, outputs = elaborated(machine).term, compile_machine(machine), s, []
    for x in xs:
        output, after = run_term(term, x, state)
        assert program.step(x, state) == (output, after)
        outputs.append(output)
        state = after
    assert program.batch(xs, s) == (outputs, state)
    return [*outputs, state]


PARTS: tuple[tuple[Any, ...], ...] = ((), (3,), (4, True), (5,))


@pytest.mark.parametrize(("variant", "usual"), [(TWO, (Read, Incr)), (FOUR, (Read, Incr, Reset, Undo))])
def test_an_alternative_is_told_whatever_class_its_value_is_of(variant: Any, usual: tuple[Any, ...]) -> None:
    count = len(usual)
    xs = [
        class_(*parts)
        for classes in (usual, others()[:count], others()[:count])
        for class_, parts in zip(classes, PARTS[:count], strict=True)
    ]
    assert runs(each_of(variant), xs, None) == [*range(count), *range(count), *range(count), None]


def test_each_of_many_alternatives_is_told_whatever_class_its_value_is_of() -> None:
    usual = [record_class(record)(7) for record in SIX.args]
    other = [make_dataclass(name, ["x"], frozen=True)(7) for name in "ABCDEF"]
    assert runs(each_of(SIX), usual + other, None) == [*range(6), *range(6), None]


def test_a_variant_is_split_again_after_it_was_of_another_class() -> None:
    """The first test replaces a class that it does not know; all later ones look at what took its place."""
    xs = [others()[3](1), Undo(1), others()[0]()]
    assert runs(each_of(FOUR) & each_of(FOUR), xs, None) == [(3, 3), (3, 3), (0, 0), None]


def again(machine: AnyMachine) -> AnyMachine:
    """Return a machine that was not compiled yet."""
    return Machine(machine.term)


@pytest.mark.parametrize("nested", [0, 1, 4])
def test_what_goes_on_after_alternatives_is_told_whatever_class_its_value_is_of(
    nested: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emission, "MOST_WHILES", nested)
    xs = [Undo(1), others()[0](), others()[1](4), others()[2](5, True), others()[3](6), Read(), Incr(7), Reset(8, True)]
    assert ("while True:" in compile_machine(again(JOINED)).source) is (nested > 0)
    within = let(snd(), fst() >> split(FOUR) >> fan_in(*[consume() >> var(0) >> JOINED] * 4) >> (ident() & fst()))
    source = compile_machine(again(within)).source
    assert ("                    while True:" in source) is (nested > 1)
    for machine in (within, (fst() >> JOINED) & (snd() >> JOINED)):
        runs(again(machine), [(one, two) for one in xs for two in xs], None)


def test_a_record_changed_is_of_the_class_it_was_of() -> None:
    machine = update(Reset, "to")
    program = compile_machine(machine)
    for class_ in (Reset, others()[2]):
        changed, _ = program.step((class_(1, True), 2), None)
        assert changed.__class__ is class_
        assert changed == class_(2, True)


def test_a_record_is_made_without_asking_its_class() -> None:
    machine = construct(TOTAL) >> (ident() & ident())
    made = compile_machine(machine).step((-1, 2), None)[0][0]
    assert (made.__class__, made.count, made.last) == (Total, -1, 2)


class Watched:
    """An attribute that is kept in another place."""

    def __get__(self, one: Any, owner: Any) -> Any:
        return self if one is None else one.__dict__["kept"]

    def __set__(self, one: Any, value: Any) -> None:
        one.__dict__["kept"] = value


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("slots", [False, True])
def test_records_are_made_as_make_record_does(slots: bool, again: bool) -> None:
    plain = make_dataclass("P", [("x", int), ("y", int, 5)], frozen=True, slots=slots)
    mixed = make_dataclass(
        "P", [("x", int), ("y", int)], bases=(make_dataclass("Q", ["x"], frozen=True, slots=True),), frozen=True
    )
    watched = make_dataclass("P", ["x", "y"], frozen=True)
    watched.x = Watched()  # type: ignore[attr-defined]
    classes: tuple[Any, ...] = (plain, mixed, watched)
    for class_ in classes:
        wanted: Any = make_record(class_, ("x", "y"), (1, 2))
        made = maker(class_, ("x", "y"), again)(*[wanted] * again, 1, 2)
        assert made.__class__ is class_
        assert (made.x, made.y) == (wanted.x, wanted.y) == (1, 2)
        assert getattr(made, "__dict__", None) == getattr(wanted, "__dict__", None)


def test_only_labels_of_classes_that_are_here_are_in_the_source() -> None:
    assert ".by" in compile_machine(field(Incr, "by")).source
    sent = Record("Incr", by=Int, sent=Bool)
    program = compile_machine(field(sent, "by") & field(sent, "sent"))
    assert "by" not in program.source
    assert program.step(record_class(sent)(3, True), None) == ((3, True), None)


def test_a_large_record_is_changed_by_a_function() -> None:
    large = Record("Large", **{f"x{number}": Int for number in range(40)})
    value = record_class(large)(*range(40))
    program = compile_machine(update(large, "x7"))
    assert len(program.source) < 500
    assert program.step((value, -1), None)[0] == record_class(large)(*range(7), -1, *range(8, 40))


def test_a_batch_keeps_the_fields_of_the_state_apart() -> None:
    program = compile_machine(SOURCES["record_of_the_state"])
    inside = program.source.split("for x in xs:")[1].split("return outputs")[0]
    assert "make" not in inside
    other = make_dataclass("Total", ["count", "last"], frozen=True)
    for start in (Total(1, 2), other(1, 2)):
        outputs, state = program.batch([Incr(4), others()[1](5)], start)
        assert outputs == [4, 5]
        assert (state.count, state.last) == (3, 5)
