"""Pictures of states, upgrades, types, errors and streams, of terms as trees and as functions: golden ones, and the
drawing rules on two hundred machines and pipelines that are made at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import HealthCheck, given, settings

from sm_toolkit.deploying import deploy
from sm_toolkit.engines.sequential import inline
from sm_toolkit.examples.crossing import CrossingV2, Green, crossing_v2
from sm_toolkit.examples.crossing import v1 as crossing
from sm_toolkit.examples.crossing import v1_to_v2 as crossing_v1_to_v2
from sm_toolkit.language import (
    Bool,
    Either,
    Int,
    Left,
    List,
    Map,
    Maybe,
    Pair,
    Record,
    Right,
    Str,
    Unit,
    Variant,
    case,
    const,
    consume,
    decr,
    explore,
    fan_in,
    first,
    get,
    ident,
    incr,
    infer,
    inl,
    machine,
    not_,
    put,
    read,
    show,
    step,
    trace_stream,
)
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.syntax.comparing_terms import changed_parts
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import size
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.rules import check_scene
from sm_toolkit.notebook.pictures.scene import Box
from sm_toolkit.pipeline.messages import Adapter, Downgrade, Upgrade
from sm_toolkit.pipeline.pipelines import interface, stage
from sm_toolkit.pipeline.rewiring import rewire
from sm_toolkit.pipeline.upgrades import upgrade
from tests.conftest import fewer
from tests.pipeline.streams import AnyPipeline, pipelines
from tests.random_machines import Sample, sample

AnyMachine = Machine[Any, Any, Any]

counter = (read() >> (get() | get() >> incr >> put()) >> show()).named("counter")
lamp = (get(Bool) >> not_ >> put() >> get()).named("lamp")
old = (get() | get() >> incr >> put()).named("count_v1")
new = case(get(), get() >> incr >> put(), const(0) >> put()).named("count_v2")
adapter = Adapter(up=ident(Unit) | inl(Unit, Unit), down=ident(Int) | fan_in(ident(Unit), ident(Unit)))
running = stage("count", 41, old)
to_new = upgrade(running, stage("count", 0, new), migrate=ident(Int), adapter=adapter, back=ident(Int))
to_pair = Upgrade(
    "count",
    (get() >> first(incr) >> put()).named("tick_v2"),
    Pair(Int, Int),
    Unit,
    Unit,
    migrate=ident(Int) & (consume() >> const(0)),
)
ticking = stage("count", 8, (get() >> incr >> put()).named("tick_v1"))


@dataclass(frozen=True)
class Out:
    pass


@dataclass(frozen=True)
class In:
    user: str
    tries: int


@machine
def light(go: bool, state: int) -> tuple[str, int]:
    if go:
        if state == 2:
            return "green", 0
        return "next", state + 1
    return "stay", state


@machine
def session(user: str | None, state: Out | In) -> tuple[str, Out | In]:
    match state:
        case Out():
            if user is None:
                return "log in", state
            return "hello", In(user, 0)
        case In(name, tries):
            if user is None:
                return "bye", Out()
            return name, In(name, tries + 1)


def anything(machine: Any) -> AnyMachine:
    """The machine, of which the type checkers know nothing: what is wrong with it is for the toolkit to tell."""
    made: AnyMachine = machine
    return made


def raised(wrong: Callable[[], object]) -> ToolkitError:
    with pytest.raises(ToolkitError) as caught:
        wrong()
    return caught.value


misfit = stage("a", 0, incr) >> stage("b", None, anything(not_))


@dataclass(frozen=True)
class Basket:
    owner: str
    sessions: list[Out | In]
    stock: dict[str, int]
    coupon: str | None
    paid: Left[str] | Right[tuple[int, list[int]]]


basket = Basket(
    "ann",
    [In("ann", 1), Out(), In("somebody with a rather long name", 2)],
    {f"thing {number}": number for number in range(40)},
    None,
    Right((3, list(range(300)))),
)
shape = Variant(Record("Off"), Record("On", level=Int, by=Maybe(Str)))
GOLDEN: dict[str, Callable[[], Picture]] = {
    "states_lamp": lambda: draw(explore(lamp, False)),
    "states_light": lambda: draw(explore(light, 0)),
    "states_counter": lambda: draw(explore(counter, 0, limit=5)),
    "states_first_and_others": lambda: draw(explore(counter, 0, limit=40), most=5),
    "states_alike": lambda: draw(explore(session, Out(), [None, "ann", "bob"], limit=50)),
    "states_by": lambda: draw(explore(counter, 0, limit=9), by=lambda state: f"{state % 3} of 3"),
    "states_below": lambda: draw(explore((read() >> new >> show()).named("resettable"), 0, limit=4)),
    "states_of_records": lambda: draw(explore(crossing_v2, CrossingV2(Green(), False, False))),
    "upgrade_of_functions": lambda: draw(crossing_v1_to_v2, running=crossing),
    "upgrade_adapter": lambda: draw(to_new, running=running),
    "upgrade_state": lambda: draw(to_pair, running=ticking),
    "upgrade_of_a_machine": lambda: draw(to_pair, running=get() >> incr >> put()),
    "upgrade_alone": lambda: draw(to_pair),
    "upgrade_refused": lambda: draw(to_pair, running=stage("other", 8, get() >> incr >> put())),
    "type": lambda: draw(Map(Str, Pair(shape, List(Either(Unit, Int))))),
    "value": lambda: draw(basket),
    "value_folded": lambda: draw(basket, most=9),
    "downgrade": lambda: draw(Downgrade("count"), running=running, after=to_new),
    "downgrade_refused": lambda: draw(Downgrade("count"), running=running),
    "downgrade_alone": lambda: draw(Downgrade("count", expects="90eac27" + "0" * 57)),
    "error_of_types": lambda: draw(raised(lambda: infer(incr >> decr >> anything(not_) >> incr))),
    "error_of_a_value": lambda: draw(raised(lambda: step(anything(incr), "a", None))),
    "error_of_a_pipeline": lambda: draw(
        raised(lambda: interface(stage("a", 0, incr) >> stage("b", None, anything(not_))))
    ),
    "stream": lambda: draw(trace_stream(counter, ["Right ()", "oops", "Left ()", *["Right ()"] * 6], 0)),
    "stream_long": lambda: draw(trace_stream(get() >> incr >> put() >> get(), [None] * 100, 0), most=12),
    "tree": lambda: draw(counter, as_="tree"),
    "tree_folded": lambda: draw(incr.then(*[incr] * 99).named("hundred"), as_="tree", most=6),
    "function": lambda: draw(light, as_="function"),
    "function_of_a_term": lambda: draw(counter, as_="function"),
}


def is_good(picture: Picture) -> None:
    assert check_scene(picture.scene) == ()
    root = ElementTree.fromstring(picture.svg)
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert " at 0x" not in repr(picture)


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str, golden: Callable[[str, str], None]) -> None:
    picture = GOLDEN[name]()
    is_good(picture)
    golden(f"pictures/{name}.svg", picture.svg)
    golden(f"pictures/{name}.txt", f"{picture!r}\n\n{picture.to_mermaid()}\n{picture.to_dot()}")


@pytest.mark.machine
@pytest.mark.parametrize("name", GOLDEN)
def test_each_kind_is_a_graph_and_a_figure_and_is_saved(name: str, tmp_path: Path) -> None:
    picture = GOLDEN[name]()
    graph: Any = picture.to_networkx()
    assert isinstance(graph, networkx.MultiDiGraph)
    assert len(graph) == len(picture.graph.nodes) > 0
    assert all("text" in data for _, data in graph.nodes(data=True))
    for kind, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        path = tmp_path / f"x.{kind}"
        picture.save(path)
        assert path.read_bytes().startswith(begins)
    assert tuple(picture.figure().get_size_inches() * 72) == pytest.approx((picture.scene.width, picture.scene.height))


# -- two hundred machines and pipelines -------------------------------------------------------------------------


@pytest.mark.parametrize("hundred", [0, 100])
def test_two_hundred_machines_keep_the_rules(hundred: int) -> None:
    refused = 0
    ways: list[Callable[[Sample], Picture]] = [
        lambda made: draw(made.machine),
        lambda made: draw(made.machine, as_="tree"),
        lambda made: draw(explore(made.machine, made.s, made.xs, limit=20, limits=made.limits)),
        lambda made: draw(trace_stream(made.machine, made.xs, made.s, made.limits)),
        lambda made: draw(made.input),
        lambda made: draw([made.xs, made.s]),
    ]
    for seed in range(hundred, hundred + fewer(100)):
        made = sample(Random(seed))
        for way in ways:
            try:
                picture = way(made)
            except ToolkitError:  # a machine that leaves a type open, or a value with a class of its own making
                refused += 1
                continue
            assert check_scene(picture.scene) == (), seed
    assert refused < fewer(100)


@settings(max_examples=fewer(200), suppress_health_check=[HealthCheck.too_slow])
@given(pipelines())
def test_two_hundred_pipelines_keep_the_rules(pipeline: AnyPipeline) -> None:
    assert check_scene(draw(pipeline).scene) == ()


@pytest.mark.parametrize("seed", range(0, fewer(60, 20), 2))
def test_any_upgrade_keeps_the_rules_and_marks_what_differs(seed: int) -> None:
    one, other = sample(Random(seed)), sample(Random(seed + 1))
    change = Upgrade("x", other.machine, other.state, other.input, other.input, migrate=ident(one.state))
    try:
        picture = draw(change, running=one.machine)
    except ToolkitError:  # what runs leaves its types open
        return
    is_good(picture)
    assert "upgrade of x" in repr(picture)


# -- what they say ----------------------------------------------------------------------------------------------


def words_of(picture: Picture) -> list[str]:
    lines = [line for box in picture.scene.shapes if isinstance(box, Box) for line in box.lines]
    return ["".join(span.text for span in line) for line in lines]


def test_merged_states_say_how_many_they_are() -> None:
    picture = draw(explore(counter, 0, limit=1000), most=5)
    assert "996 states" in words_of(picture)
    assert "996 of the states are merged into 1: a box with a number stands for so many." in words_of(picture)
    assert len([node for node in picture.graph.nodes if node.kind == "state"]) == 5


def test_states_may_be_merged_by_what_is_asked() -> None:
    picture = draw(explore(counter, 0, limit=100), by=lambda state: "even" if state % 2 == 0 else "odd")
    assert {"even", "odd", "50 states"} <= set(words_of(picture))
    with pytest.raises(ValueError, match="tells 100 states apart"):
        draw(explore(counter, 0, limit=100), by=lambda state: state)


def test_an_upgrade_marks_what_the_old_machine_has_not() -> None:
    boxes = [shape for shape in draw(to_new, running=running).scene.shapes if isinstance(shape, Box)]
    assert [box.lines[0][0].text for box in boxes if box.look == "box" and box.accent] == ["const 0", "put"]


def test_an_upgrade_of_what_runs_shows_the_state_of_now() -> None:
    deployment = deploy(running, inline())
    words = repr(draw(to_new, running=deployment))
    assert "m(41) = 41" in words
    with pytest.raises(TypeError, match="not of int"):
        draw(to_new, running=3)


def test_a_refused_upgrade_says_why_and_names_what_runs() -> None:
    words = repr(draw(to_pair, running=stage("other", 8, get() >> incr >> put())))
    assert "refused, and nothing changes" in words
    assert "no stage" in words


def test_a_rewiring_alone_shows_what_is_put_in_place() -> None:
    picture = draw(rewire(running, running >> stage("more", None, ident())))
    is_good(picture)
    assert "what a rewiring puts in place: count >> more" in repr(picture)


def test_a_downgrade_of_what_runs_shows_the_state_of_now() -> None:
    with deploy(running, inline()) as deployment:
        deployment.change(to_new)
        after: Any = Right(Left(None))  # of the new interface
        deployment.map([after])
        picture = draw(Downgrade("count"), running=deployment)
    assert repr(picture).startswith("downgrade of count: v2 ")
    assert "As it is now, back(42) = 42." in repr(picture)
    assert [node.text for node in picture.graph.nodes if node.name == "migrate"] == ["back"]


def test_a_downgrade_that_is_refused_says_why() -> None:
    lost = replace(to_new, back=None)
    assert "gave no `back` migration" in repr(draw(Downgrade("count"), running=running, after=lost))
    assert "there is no stage 'other'" in repr(draw(Downgrade("other"), running=running))
    with pytest.raises(ValueError, match="to be made first would be refused: there is no stage 'other'"):
        draw(Downgrade("count"), running=running, after=replace(to_new, stage="other"))
    with pytest.raises(TypeError, match="not int"):
        draw(Downgrade("count"), running=running, after=3)


def test_a_long_value_is_folded_and_says_how_much_is_left_out() -> None:
    assert repr(draw(list(range(100_000)))).splitlines()[-2:] == ["  … 99,989 more", "  99999: 99999"]
    for most in range(1, 30):
        assert len(repr(draw(basket, most=most)).splitlines()) <= most + 2
    with pytest.raises(ValueError, match="at least one part"):
        draw(basket, most=0)


def test_a_value_that_contains_itself_ends() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert len(repr(draw(endless)).splitlines()) < 20


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (None, "this is None, which a call gives that returns nothing"),
        ({1, 2}, "a value or an error, not of set"),
        ([1, {"a": {2}}], r"a picture of values, not of set \(in 1.\"a\"\)"),
        ([[object()]], r"not of object \(in 0.0\)"),
    ],
)
def test_what_is_no_value_is_refused(thing: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        draw(thing)


def test_a_machine_is_drawn_in_ways_that_there_are() -> None:
    with pytest.raises(ValueError, match="'diagram', 'tree', 'function', not 'spring'"):
        draw(counter, as_="spring")


# -- terms that are compared ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(fewer(40)))
def test_a_machine_differs_from_itself_in_nothing(seed: int) -> None:
    term = sample(Random(seed)).machine.term
    assert changed_parts(term, term) == (frozenset(), frozenset())


@pytest.mark.parametrize("seed", range(fewer(40)))
def test_what_is_compared_the_other_way_round_is_the_same(seed: int) -> None:
    one, other = sample(Random(seed)).machine.term, sample(Random(seed + 1)).machine.term
    gone, come = changed_parts(one, other)
    assert (one == other) == (not gone and not come)
    assert all(number < size(one) for number in gone)
    assert all(number < size(other) for number in come)


def test_long_and_deep_terms_are_compared() -> None:
    long = incr.then(*[incr] * 20_000)
    gone, come = changed_parts(long.term, (long >> decr).term)
    assert (len(gone), len(come)) == (0, 1)
    deep, deeper = anything(incr), anything(decr)
    for _ in range(5_000):
        deep, deeper = first(deep), first(deeper)
    assert changed_parts(deep.term, deeper.term) == (frozenset({5_000}), frozenset({5_000}))
