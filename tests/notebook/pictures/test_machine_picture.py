"""Pictures of machines: golden ones, and the rules on any machine that types."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from sm_toolkit.language import (
    Int,
    add,
    case,
    const,
    consume,
    copy,
    decr,
    fan_in,
    first,
    fst,
    get,
    gt,
    ident,
    if_,
    incr,
    inl,
    inr,
    let,
    loop,
    not_,
    put,
    read,
    second,
    show,
    snd,
    unleft,
    var,
    zoom_first,
)
from sm_toolkit.language.checking.inference import elaborated
from sm_toolkit.language.data.types import Either, Left, Pair, Str, Type, Unit
from sm_toolkit.language.errors import AmbiguousTypeError, StepError
from sm_toolkit.language.interpreter import Trace, step, trace
from sm_toolkit.language.syntax.cells import split_state, start
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import First, Get, Id, Put, children
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.pictures.machine_layout import Row, RowLayout
from sm_toolkit.notebook.pictures.machine_measures import STUBS
from sm_toolkit.notebook.pictures.machine_picture import draw_machine, draw_step
from sm_toolkit.notebook.pictures.machine_plan import (
    MOST_OPERATIONS,
    Body,
    Index,
    Lanes,
    Operation,
    Part,
    each_operation,
    plan,
)
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.rules import check_scene
from sm_toolkit.notebook.pictures.scene import Box, Shape, Wire
from tests.conftest import fewer
from tests.strategies import machines, runs

AnyMachine = Machine[Any, Any, Any]

count = get() >> incr >> put()
counter = (read() >> (get() | get() >> incr >> put()) >> show()).named("counter")
resettable = (read() >> case(get(), get() >> incr >> put(), const(0) >> put()) >> show()).named("counter_v2")
toggling = (
    read()
    >> case(get() >> fst(), get() >> first(incr) >> put(), get() >> second(not_) >> put(), const((0, True)) >> put())
    >> show()
).named("counter_v3")
pairs = (((get() >> fst()) & (get() >> snd())) >> (incr * not_) >> put()).named("pairs")
gated = ((ident() & (get() >> snd())) >> if_(get() >> first(incr) >> put(), get() >> second(not_) >> put())).named(
    "gated"
)

total = loop(0, add >> copy(), "total").named("total")
positive = (ident() & (consume() >> const(0))) >> gt(Int)
countdown = (
    let(incr, unleft(fan_in(ident(), decr) >> (ident() & positive) >> if_(inr(), inl())) & var(0)) >> zoom_first(put())
).named("countdown")

GOLDEN: dict[str, Callable[[], Picture]] = {
    "counter": lambda: draw(counter),
    "counter_step": lambda: draw(trace(counter, "Right ()", 0)),
    "counter_failed": lambda: draw(trace(counter, "Middle ()", 0)),
    "counter_v2_step": lambda: draw(trace(resettable, "Right (Right ())", 5)),
    "counter_v3": lambda: draw(toggling),
    "counter_v3_step": lambda: draw(trace(toggling, "Right (Right (Left ()))", (4, False))),
    "pairs": lambda: draw(pairs),
    "gated_step": lambda: draw(trace(gated, None, (3, True))),
    "total": lambda: draw(total),
    "total_step": lambda: draw(trace(total, 5, start(total, None))),
    "countdown_step": lambda: draw(trace(countdown, 3, ((0, 0), "kept"))),
    "put_and_get_step": lambda: draw(trace((count & get()).named("put_and_get"), None, 5)),
    "hundred": lambda: draw(incr.then(*[incr] * 99).named("hundred")),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str, golden: Callable[[str, str], None]) -> None:
    picture = GOLDEN[name]()
    assert check_scene(picture.scene) == ()
    golden(f"pictures/{name}.svg", picture.svg)
    golden(f"pictures/{name}.txt", repr(picture) + "\n")


def traced(run: tuple[AnyMachine, Type[Any], list[Any], Any]) -> Trace:
    """One step of a generated machine; where it leaves part of the state's type open, from some other state."""
    machine, state_type, inputs, state = run
    try:
        scheme = elaborated(machine).scheme
    except AmbiguousTypeError:
        reject()
    plain, _ = split_state(scheme.state) or (scheme.state, None)
    return trace(machine, inputs[0], state if plain is state_type else start(machine, some_value(plain)))


def some_value(type_: Type[Any]) -> Any:
    if type_.head == "Pair":
        return tuple(some_value(part) for part in type_.args)
    if type_.head == "Either":
        return Left(some_value(type_.args[0]))
    return {"Unit": None, "Bool": False, "Int": 0, "Float": 0.0, "Str": ""}[type_.head]


def is_good(picture: Picture) -> None:
    assert check_scene(picture.scene) == ()
    root = ElementTree.fromstring(picture.svg)
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert root.get("viewBox") == f"0 0 {root.get('width', '')[:-2]} {root.get('height', '')[:-2]}"


@settings(max_examples=fewer(50), suppress_health_check=[HealthCheck.too_slow])
@given(runs(size=8, steps=1))
def test_every_machine_keeps_the_rules(run: tuple[AnyMachine, Type[Any], list[Any], Any]) -> None:
    for picture in (draw(run[0]), draw(traced(run))):
        is_good(picture)


@settings(max_examples=fewer(20), suppress_health_check=[HealthCheck.too_slow])
@given(runs(size=8, steps=1))
def test_the_same_machine_gives_the_same_bytes(run: tuple[AnyMachine, Type[Any], list[Any], Any]) -> None:
    machine, type_, inputs, state = run
    again: AnyMachine = Machine(machine.term, machine.name)
    one, other = draw(traced(run)), draw(traced((again, type_, inputs, state)))
    assert one.svg == other.svg
    assert repr(one) == repr(other)
    assert one.to_dot() == other.to_dot()
    assert one.to_mermaid() == other.to_mermaid()


@settings(max_examples=fewer(40), suppress_health_check=[HealthCheck.too_slow])
@given(runs(size=8, steps=1))
def test_what_is_marked_is_what_ran(run: tuple[AnyMachine, Type[Any], list[Any], Any]) -> None:
    told = traced(run)
    body = plan(elaborated(run[0]), told, most=10_000)
    shown = sum(operation.ran for operation in each_operation(body))
    # What runs in a loop is drawn once.
    assert shown == len({ran.path for ran in told.ran if not children(ran.term) and not isinstance(ran.term, Id)})
    assert (told.error is None) == (body[-1].gives.value is not None)


def numbered(body: Body, numbers: Iterator[int]) -> Body:
    """The same plan, with each operation named by its number in the order of the term."""
    parts: list[Part] = []
    for part in body:
        if isinstance(part, Operation):
            part = replace(part, name=str(next(numbers)))
        elif isinstance(part, Lanes):
            part = replace(part, lanes=tuple(replace(lane, body=numbered(lane.body, numbers)) for lane in part.lanes))
        parts.append(part)
    return tuple(parts)


def links_below(shapes: Iterable[Shape]) -> dict[int, float]:
    """Where the link from each box to the rail stands, by the number in the box."""
    shapes = list(shapes)
    ends = [point for shape in shapes if isinstance(shape, Wire) and shape.under for point in shape.points]
    return {
        int(box.lines[0][0].text): point.x
        for box in shapes
        if isinstance(box, Box) and box.look == "box"
        for point in ends
        if box.x < point.x < box.right and abs(point.y - box.bottom) < 2
    }


@st.composite
def touching(draw: st.DrawFn, state: Type[Any], lanes: int = 3) -> AnyMachine:
    """A machine of several lanes that all run, each with the state somewhere in it."""
    before, _ = draw(machines(state, state, size=5))
    after, _ = draw(machines(state, state, size=5))
    lane = before >> consume() >> get(state) >> after
    if lanes == 1:
        return lane
    count = draw(st.integers(1, lanes - 1))
    one, other = draw(touching(state, count)), draw(touching(state, lanes - count))
    return draw(st.sampled_from([one & other, let(one, other), copy(state) >> one * other]))


@settings(max_examples=fewer(30), suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from([Unit, Int]), st.sampled_from(STUBS), st.floats(1, 2))
def test_the_links_to_the_state_stand_in_the_order_of_the_step(
    data: st.DataObject, state: Type[Any], stub: float, stretched: float
) -> None:
    machine = data.draw(touching(state))
    told = traced((machine, state, [some_value(state)], start(machine, some_value(state))))
    index = Index(elaborated(machine).term)
    leaves = [number for number, node in enumerate(index.nodes) if not children(node) and not isinstance(node, Id)]
    layout = RowLayout(Row(numbered(plan(elaborated(machine), told, most=10_000), iter(leaves))), stub)
    links = links_below(layout.draw(layout.width * stretched).shapes)
    paths = [ran.path for ran in told.ran]
    times = Counter(paths)
    # What runs in a loop is drawn once, wherever it stood in each turn.
    once = [path for path in paths if all(times[path[:depth]] == 1 for depth in range(len(path) + 1))]
    order = [links[index.at(path)] for path in once if isinstance(index.nodes[index.at(path)], Get | Put)]
    assert all(one < other for one, other in pairwise(order))


@pytest.mark.parametrize(
    "machine",
    [
        count & count,
        get() & count & get() & count,
        let(count, count),
        let(get(), let(count, (var(1) & count & var(0)) >> consume() >> count)),
        copy() >> count * (get() & count),
        count.then(*[count] * 9) & count,
        copy() >> inl(Pair(Unit, Unit), Unit) >> (count * count | count) & count,
    ],
    ids=repr,
)
def test_each_write_in_a_row_starts_from_the_one_before(machine: AnyMachine) -> None:
    picture = draw(trace(machine, None, 5))
    is_good(picture)
    rows: dict[float, list[tuple[float, list[str]]]] = {}
    for shape in picture.scene.shapes:
        if isinstance(shape, Box) and shape.look == "state":
            rows.setdefault(shape.y, []).append((shape.x, shape.lines[0][0].text.split(" → ")))
    written = [[words for _, words in sorted(row)] for row in rows.values()]
    assert any(len(row) > 1 for row in written)
    assert all(one[1] == other[0] for row in written for one, other in pairwise(row))


def test_text_plain_tells_the_step() -> None:
    text = repr(draw_step(counter, "Right ()", 0))
    assert 'step(counter, "Right ()", 0) == ("Right ()", 1)' in text
    assert "writes the state: 0 → 1" in text
    assert " at 0x" not in text


def test_a_failed_step_is_drawn_with_its_error() -> None:
    picture = draw(trace(counter, "Middle ()", 0))
    with pytest.raises(StepError):
        step(counter, "Middle ()", 0)
    assert "fails: cannot read" in repr(picture)
    assert "fails: cannot read" in picture.svg


def test_the_state_of_the_step_is_at_both_ends() -> None:
    told = trace(counter, "Right ()", 41)
    assert isinstance(told, Trace)
    svg = draw(told).svg
    assert all(f">{text}</tspan>" in svg for text in ("41", "41 → 42", "42"))


def test_a_large_machine_is_folded() -> None:
    long = incr.then(*[incr] * 99_999).named("long")
    picture = draw(long)
    is_good(picture)
    assert "… 99,941 operations" in repr(picture)
    boxes = sum(node.kind == "operation" for node in picture.graph.nodes)
    assert boxes <= MOST_OPERATIONS


def test_of_a_large_machine_the_room_goes_to_what_ran() -> None:
    machine: AnyMachine = incr.then(*[incr] * 6) | incr.then(*[incr] * 6)
    picture = draw_step(machine, Left(1), None, most=9)
    is_good(picture)
    boxes = [(node.text, node.ran) for node in picture.graph.nodes if node.kind == "operation"]
    assert boxes == [("incr", True)] * 7 + [("… 7 operations", False)]
    whole = draw_step(machine, Left(1), None, most=14)  # where there is room for all, all is shown
    assert [node.text for node in whole.graph.nodes if node.kind == "operation"] == ["incr"] * 14


def test_a_machine_of_too_many_links_is_folded() -> None:
    machine = count
    for _ in range(14):
        machine = fan_in(count, machine)
    is_good(draw(machine))


def test_a_deep_machine_is_folded() -> None:
    assert sys.getrecursionlimit() < 10_000
    term = incr.term
    for _ in range(9_000):
        term = First(term)
    # Types of such a depth cannot be printed in a picture; they are cut.
    is_good(draw(Machine(term)))


def test_nested_choices_are_lanes_of_one_choice() -> None:
    text = repr(draw(case(incr, not_, ident(), incr)))
    assert text.count("one of") == 1
    assert "Right Right Left:" in text


def test_a_title_may_be_left_out() -> None:
    assert "counter =" not in draw_machine(counter, heading=False).svg
    assert draw_machine(counter, heading=False).scene.height < draw(counter).scene.height


def test_only_some_things_have_pictures() -> None:
    with pytest.raises(TypeError, match="not of builtin_function_or_method"):
        draw(print)


def test_it_shows_itself_in_a_notebook() -> None:
    picture = draw(counter)
    assert picture._repr_mimebundle_() == {"image/svg+xml": picture.svg, "text/plain": repr(picture)}


def test_values_cannot_break_out_of_the_svg() -> None:
    nasty = '</text><script>alert(1)</script>&"\x00'
    picture = draw(trace((ident(Str) >> show()).named("<b>&"), nasty, None))
    is_good(picture)
    assert "<script" not in picture.svg
    assert "<b>" not in picture.svg


def test_the_graph_is_at_hand() -> None:
    graph = draw(trace(counter, "Right ()", 0)).to_networkx()
    assert networkx.is_directed_acyclic_graph(graph)
    texts = networkx.get_node_attributes(graph, "text")
    start, end = (name for name, text in texts.items() if text in ("input", "output"))
    assert networkx.has_path(graph, start, end)
    assert sorted(texts.values()) == sorted(
        ["input", "output", "read", "one of", "get", "get", "incr", "put", "join", "show"]
    )
    assert draw(counter).to_dot().startswith('digraph "counter: Str -> Str, state Int" {')
    assert '-- "Left: Unit" -->' in draw(counter).to_mermaid()


def test_a_straight_lane_keeps_its_tag_in_the_graph() -> None:
    edges = [edge.text for edge in draw(case(ident(), incr)).graph.edges]
    assert "Left: a" in edges


@pytest.mark.machine
@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_it_is_saved_the_same_way_twice(tmp_path: Path, kind: str) -> None:
    picture = draw(trace(counter, "Right ()", 0))
    one, other = tmp_path / f"one.{kind}", tmp_path / f"other.{kind}"
    picture.save(one)
    picture.save(str(other))
    assert one.read_bytes() == other.read_bytes()
    assert one.read_bytes()[:4] in (b"<svg", b"\x89PNG", b"%PDF")


@pytest.mark.machine
def test_the_figure_has_the_size_and_words_of_the_svg() -> None:
    picture = draw(trace(counter, "Right ()", 0))
    figure = picture.figure()
    assert tuple(figure.get_size_inches() * 72) == pytest.approx((picture.scene.width, picture.scene.height))
    words = {text.get_text() for text in figure.axes[0].texts}
    assert {"read", "Either[Unit,", "0 → 1", "counter"} <= words


def test_a_sum_of_values_is_short() -> None:
    value: Any = "x" * 500
    type_: Type[Any] = Str
    for _ in range(50):
        value, type_ = Left(value), Either(type_, Unit)
    is_good(draw(trace(ident(type_), value, None)))
