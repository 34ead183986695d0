"""Pictures of pipelines that branch: golden ones, and the drawing rules on any pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sm_toolkit.deploying import deploy
from sm_toolkit.engines import event_loop
from sm_toolkit.engines.simulator import Simulation, simulated
from sm_toolkit.engines.threaded import threads
from sm_toolkit.language import (
    Int,
    List,
    Str,
    ToolkitError,
    Unit,
    add,
    consume,
    copy,
    fst,
    get,
    ident,
    incr,
    put,
    read,
    show,
)
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.pipeline_picture import DEEPEST
from sm_toolkit.notebook.pictures.pipeline_view import (
    BranchView,
    EffectView,
    FrameView,
    LaneView,
    PartView,
    PipelineView,
    QueueView,
    StageView,
    TeeView,
    WaitingChange,
    WaitingItem,
    all_parts,
    inside,
)
from sm_toolkit.notebook.pictures.rules import check_scene
from sm_toolkit.notebook.pictures.scene import Box
from sm_toolkit.notebook.rewiring_view import rewiring_view
from sm_toolkit.notebook.stage_views import deployment_view, pipeline_view
from sm_toolkit.pipeline.ends import enter
from sm_toolkit.pipeline.meaning import transition
from sm_toolkit.pipeline.messages import Item, Refused, Rewire, Rewired
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.network import JoinNode
from sm_toolkit.pipeline.pipelines import (
    choice,
    each,
    effect,
    fan_out,
    identity,
    interface,
    parallel,
    shard,
    stage,
    tee,
)
from sm_toolkit.pipeline.plans import deployed
from sm_toolkit.pipeline.rewiring import rewire
from sm_toolkit.pipeline.shapes import Effect, named
from tests.conftest import fewer
from tests.pipeline.streams import TEES, AnyPipeline, pipelines, rewirings
from tests.strategies import values

count = (consume() >> get() >> incr >> put() >> get()).named("count")


def counter(name: str) -> AnyPipeline:
    return stage(name, 0, count, input=Str)


def write(name: str) -> AnyPipeline:
    return stage(name, None, show())


word = ident(Str).named("word")
sharded = shard("words", counter("count"), 4, key=word)
GOLDEN: dict[str, AnyPipeline] = {
    "fan_out": stage("parse", None, ident(Str)) >> fan_out(counter("a"), counter("b") >> write("c")) >> write("pair"),
    "choice": choice(counter("a"), identity(Int), stage("b", None, incr)),
    "sharded": stage("parse", None, ident(Str)) >> sharded >> write("format"),
    "each_tee_effect": each(counter("up") >> write("show"))
    >> tee("audit")
    >> effect("measure", len, List(Str), Int, workers=4),
    "parallel": parallel(shard("turns", counter("inc"), 2), each(identity(Str))) >> tee("one") >> tee("two"),
    "apart": stage("parse", None, ident(Str))
    >> shard("words", counter("a") >> write("b") >> counter("c") >> write("d") >> fan_out(counter("e"), identity()), 3)
    >> write("format"),
}


def is_good(picture: Picture) -> None:
    assert check_scene(picture.scene) == ()
    root = ElementTree.fromstring(picture.svg)
    assert root.get("role") == "img"
    assert root.get("aria-label")


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str, golden: Callable[[str, str], None]) -> None:
    picture = draw(GOLDEN[name])
    is_good(picture)
    golden(f"pictures/{name}.svg", picture.svg)
    golden(f"pictures/{name}.txt", f"{picture!r}\n\n{picture.to_mermaid()}\n{picture.to_dot()}")


def words_of(picture: Picture) -> str:
    lines = [line for box in picture.scene.shapes if isinstance(box, Box) for line in box.lines]
    return "\n".join("".join(span.text for span in line) for line in lines)


@settings(max_examples=fewer(100), suppress_health_check=[HealthCheck.too_slow])
@given(pipelines())
def test_every_pipeline_keeps_the_rules_and_says_its_names(pipeline: AnyPipeline) -> None:
    picture = draw(pipeline)
    is_good(picture)
    assert draw(pipeline).svg == picture.svg
    said = words_of(picture).replace(",", " ").split()
    for part in named(pipeline):
        assert part.name in said
        assert part.name in repr(picture)


@settings(max_examples=fewer(50), suppress_health_check=[HealthCheck.too_slow])
@given(pipelines())
def test_its_graph_leads_from_source_to_sink_through_all_parts(pipeline: AnyPipeline) -> None:
    graph: Any = draw(pipeline).to_networkx()
    assert networkx.is_directed_acyclic_graph(graph)
    ends = {name for name in graph if name.endswith("_sink")} | {"sink"}
    assert {name for name in graph if not graph.in_degree(name)} == {"source"}
    assert {name for name in graph if not graph.out_degree(name)} == ends
    parts = [name for name in graph if name.startswith("s") and name[1:].isdigit()]
    assert len(parts) == len(list(all_parts(pipeline_view(pipeline))))


some_words = st.text(st.characters(codec="utf-8"), max_size=12) | st.text("abc ()", max_size=40)
types = st.sampled_from([("Int",), ("Either[Unit,", "       Unit]"), ("(Int, Bool)",), ("Line(level: Str,", "…") * 3])
waiting = st.sampled_from([WaitingItem("v1"), WaitingItem("v2", True), WaitingChange("upgrade v1 → v2", "a → b")])
queues = st.none() | st.builds(QueueView, st.lists(waiting, max_size=12).map(tuple), st.none() | st.integers(1, 64))
changed = {"changing": st.booleans(), "mark": st.just("") | some_words}


@st.composite
def views(draw_: st.DrawFn, depth: int = 2, most: int = 5) -> PipelineView:
    """A pipeline of any shape, as it may look at any moment, or in a rewiring."""
    parts = tuple(draw_(st.lists(_parts(depth), max_size=most)))
    return PipelineView(
        parts,
        tuple(draw_(st.lists(types, min_size=len(parts) + 1, max_size=len(parts) + 1))),
        tuple(draw_(st.lists(queues, min_size=len(parts) + 1, max_size=len(parts) + 1))),
    )


def _parts(depth: int) -> st.SearchStrategy[PartView]:
    kinds: list[st.SearchStrategy[PartView]] = [
        st.builds(StageView, some_words, some_words, some_words, held=some_words, **changed),
        st.builds(EffectView, some_words, some_words, st.integers(1, 9), **changed),
        st.builds(TeeView, some_words, **changed),
    ]
    if depth:
        lane = st.builds(LaneView, st.sampled_from(["", "Left", "Right Right"]), views(depth - 1, 2))
        lanes = st.lists(lane, min_size=2, max_size=3).map(tuple)
        kinds.append(st.builds(BranchView, some_words, lanes, st.booleans(), st.booleans(), **changed))
        body = views(depth - 1, 2)
        kinds.append(st.builds(FrameView, some_words, body, st.integers(1, 5), some_words, st.booleans(), **changed))
    return st.one_of(kinds)


@settings(max_examples=fewer(100), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(views())
def test_every_view_keeps_the_rules(view: PipelineView) -> None:
    is_good(draw(view))


def test_what_is_too_wide_is_drawn_below() -> None:
    picture = draw(GOLDEN["apart"])
    assert "below as A" in words_of(picture)
    assert "A: fan out, lane 1" in words_of(picture)


def test_pipelines_nested_very_deep_are_drawn_a_few_at_a_time() -> None:
    deep: AnyPipeline = counter("inner")
    for number in range(90):
        deep = shard(f"h{number}", deep, 2)
    picture = draw(deep)
    is_good(picture)
    assert words_of(picture).count(": each copy of ") == 90 / (DEEPEST + 1)  # a box for one more


def test_copies_lie_behind_a_shard() -> None:
    def lines(copies: int) -> int:
        return draw(shard("words", counter("count"), copies)).svg.count("<path")

    assert [lines(copies) - lines(1) for copies in (2, 3, 7)] == [2, 4, 4]  # each is cut where the wire leaves


def test_a_stage_in_a_shard_says_what_each_state_begins_with() -> None:
    assert "count: Str -> Int, v1 a414fd0, each from 0" in repr(draw(GOLDEN["sharded"]))


# -- what runs ----------------------------------------------------------------------------------------------


def queues_of(view: PipelineView) -> list[QueueView]:
    inner = [queue for part in all_parts(view) for lane in inside(part) for queue in lane.body.queues]
    return [queue for queue in (*view.queues, *inner) if queue is not None]


@settings(max_examples=fewer(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), pipelines(), st.integers(0, 9), st.integers(1, 4), st.integers(0, 80))
def test_a_simulation_is_drawn_with_all_that_waits(
    data: st.DataObject, pipeline: AnyPipeline, seed: int, capacity: int, moves: int
) -> None:
    items = data.draw(st.lists(values(interface(pipeline).input), max_size=12))
    sinks: dict[str, Any] = dict.fromkeys(TEES, list[Any]().append)
    with deploy(pipeline, simulated(seed, capacity), tees=sinks) as running:
        running.send(*map(Item, items))
        engine = running.running
        assert isinstance(engine, Simulation)
        for _ in range(moves):
            engine.step()
        picture = draw(running)
        # Not shown are the routes that a splitter tells its joiner, which are no items, and what workers have done.
        effects = {part.name for part in named(pipeline) if isinstance(part, Effect)}
        hidden = {
            queue
            for node in engine.network.nodes
            if isinstance(node, JoinNode)
            for queue in (node.inputs if node.name.partition(" ")[0].partition("[")[0] in effects else node.inputs[:1])
        }
        waits = [len(queue) for number, queue in enumerate(engine.queues) if number not in hidden]
        shown = queues_of(deployment_view(running))
        assert sum(len(queue.waiting) for queue in shown) == sum(waits)
        assert sum(queue.capacity or 0 for queue in shown) == capacity * len(waits)
    is_good(picture)


def test_an_engine_without_queues_is_drawn_without_them() -> None:
    with deploy(GOLDEN["sharded"]) as running:
        for word in ("the", "a", "the"):
            running.call(word)
        view = deployment_view(running)
        assert 'states "a": 1, "the": 2' in repr(draw(running))
    assert not queues_of(view)


@pytest.mark.machine
def test_a_deployment_is_drawn_with_what_its_stages_have_done() -> None:
    with deploy(stage("read", None, read(Int)) >> stage("add", None, incr), threads()) as running:
        assert "items" not in repr(draw(running))
        running.map(["1", "two", "3"])
        picture = draw(running)
    is_good(picture)
    assert [(each.counted, each.failed) for each in deployment_view(running).stages if isinstance(each, StageView)] == [
        ("3 items", "1 failed"),
        ("2 items", ""),
    ]
    assert "state (), 3 items, 1 failed" in repr(picture)
    assert [len(queue.waiting) for queue in queues_of(deployment_view(running))] == [0, 0]


@pytest.mark.machine
def test_an_awaited_deployment_is_drawn_as_what_it_is_of() -> None:
    async def drawn() -> tuple[Picture, Picture]:
        async with deploy(stage("read", None, read(Int)), event_loop()) as awaited:
            assert await awaited.call("5") == 5
            return draw(awaited), draw(awaited.deployment)

    one, other = asyncio.run(drawn())
    is_good(one)
    assert repr(one) == repr(other)
    assert repr(one).endswith("state (), 1 item")


@pytest.mark.machine
def test_a_deployment_is_drawn_with_how_many_messages_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    with deploy(stage("read", None, read(Int)) >> stage("add", None, incr), threads()) as running:
        counted = running.metrics()
        waits = tuple(replace(each, queue=number) for each, number in zip(counted.stages, (3, 700), strict=True))
        monkeypatch.setattr(running, "metrics", lambda: Metrics(waits, 705, 2))
        picture = draw(running)
    is_good(picture)
    assert repr(picture).splitlines() == [
        "pipeline: read >> add; Str -> Int",
        "  queue 3 waiting, next first: 3 × item",
        "  read: Str -> Int, v1 474d8e9, state ()",
        "  queue 700 waiting, next first: 700 × item",
        "  add: Int -> Int, v1 6806fe8, state ()",
        "  Its interface is in version 2. 2 more wait where parts meet.",
    ]


# -- rewirings ----------------------------------------------------------------------------------------------

total = ((ident(Int) & consume() >> get()) >> add >> put() >> get()).named("total")
twice = (consume() >> get() >> incr * incr >> put() >> get() >> fst()).named("twice")
both = stage("count", (0, 0), twice, input=Str)
parsed = stage("parse", None, ident(Str))
running_pipeline = (
    parsed >> shard("words", counter("count"), 2, key=word) >> stage("total", 0, total) >> write("format")
)
new_pipeline = (
    parsed
    >> tee("audit")
    >> shard("words", both, 4, key=word)
    >> stage("format", None, incr >> show())
    >> effect("measure", len, Str, Int, workers=2)
)
change = rewire(running_pipeline, new_pipeline, migrations={"count": ident() & ident()}, drop={"total"}, force=True)
refused = rewire(running_pipeline, new_pipeline)


@pytest.mark.parametrize(("name", "request_"), [("rewiring", change), ("rewiring_refused", refused)])
def test_golden_rewiring(name: str, request_: Rewire, golden: Callable[[str, str], None]) -> None:
    picture = draw(request_, running=running_pipeline)
    is_good(picture)
    golden(f"pictures/{name}.svg", picture.svg)
    golden(f"pictures/{name}.txt", f"{picture!r}\n")


def test_what_is_said_under_a_stage_stands_beside_a_type_that_reaches_down_so_far() -> None:
    sixteen = ident(Unit).then(*[copy()] * 4)
    old = stage("one", None, sixteen) >> stage("two", False, ident())
    picture = draw(rewire(old, shard("all", old, 1), drop={"one"}), running=old)
    assert "moved, changed, no migration" in words_of(picture)
    is_good(picture)


@settings(max_examples=fewer(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_rewiring_keeps_the_rules_and_says_what_the_model_says(data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    request_ = data.draw(rewirings(pipeline))
    try:
        view = rewiring_view(pipeline, request_)
    except ToolkitError:  # the new pipeline does not fit together, so there is no picture of it
        deployed_before = deployed(pipeline)
        _, answer = transition(deployed_before, enter(request_))
        assert isinstance(answer, Refused)
        return
    is_good(draw(view))
    _, answer = transition(deployed(pipeline), enter(request_))
    assert view.reasons == (answer.reasons if isinstance(answer, Refused) else ())
    assert all(part.changing for part in all_parts(view.before) if getattr(part, "mark", "") == "removed")


def test_a_rewiring_of_a_deployment_shows_the_states_of_now() -> None:
    def keeps(deployment: Any) -> str:
        return repr(draw(change, running=deployment))

    with deploy(running_pipeline, tees={"audit": list[Any]().append}) as deployment:
        for letter in ("a", "b", "a"):
            deployment.call(letter)
        told = keeps(deployment)
        assert 'states "a": (2,2), "b": (1,1) [migrated]' in told
        assert "stage total is removed, its state dropped" in told
        assert "shard words is resharded, 2 → 4 copies" in told
        assert isinstance(deployment.change(change), Rewired)
        line = repr(draw(deployment)).splitlines()[4].replace(", 3 items", "")
        assert line in told.replace(" [migrated]", "")


def test_a_state_that_would_be_lost_is_told_so() -> None:
    lost = rewiring_view(running_pipeline, rewire(running_pipeline, identity(Str)))
    assert "stage total is removed, and its state would be lost" in lost.words
    dropped = rewiring_view(running_pipeline, rewire(running_pipeline, identity(Str), drop={"total", "count"}))
    assert "stage total is removed, its state dropped" in dropped.words


def test_a_rewiring_is_drawn_beside_what_it_changes_or_else_what_it_puts_in_place() -> None:
    alone, put_in_place = draw(change), draw(change.pipeline)
    is_good(alone)
    assert words_of(alone) == words_of(put_in_place)
    assert repr(alone).startswith("what a rewiring puts in place: ")
    with pytest.raises(TypeError, match="not of int"):
        draw(change, running=3)
