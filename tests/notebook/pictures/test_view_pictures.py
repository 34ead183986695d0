"""Pictures of pipelines and of upgrades, from plain data."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sm_toolkit.deploying import deploy
from sm_toolkit.language import Int, get, incr, put, show
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.pipeline_view import PipelineView, QueueView, StageView, WaitingChange, WaitingItem
from sm_toolkit.notebook.pictures.rules import check_scene
from sm_toolkit.notebook.pictures.upgrade_trace import Cell, ItemColumn, TraceLane, UpdateColumn, UpgradeTrace
from sm_toolkit.pipeline.pipelines import identity, stage
from tests.conftest import fewer

OLD, NEW = WaitingItem("v1"), WaitingItem("v2", changed=True)
CHANGE = WaitingChange("upgrade v1 → v2", "9b1e04c → 4d7a21f")

pipeline = PipelineView(
    (
        StageView("parse", "v1 3e71a90", "()"),
        StageView("count", "v1 9b1e04c", "41", changing=True),
        StageView("report", "v1 c2f05d8", "17"),
    ),
    (("Bytes",), ("Int",), ("Int",), ("Str",)),
    (None, QueueView((OLD, OLD, CHANGE, NEW, NEW, NEW), 64), QueueView((OLD, OLD, OLD), 64)),
)
ERAS = ("v1, state Int", "v2, state (Int, Int)")
upgrade = UpgradeTrace(
    (
        ItemColumn("item 1", "+1"),
        ItemColumn("item 2", "+2"),
        ItemColumn("item 3", "+5"),
        UpdateColumn("upgrade v1 → v2"),
        ItemColumn("item 4", "+1"),
        ItemColumn("item 5", "+2"),
    ),
    TraceLane(
        "without upgrade",
        "v1 only, state Int",
        "0",
        (Cell("1", "1"), Cell("3", "3"), Cell("8", "8"), None, Cell("9", "9"), Cell("11", "11")),
    ),
    TraceLane(
        "with upgrade",
        "v1 → v2 after item 3",
        "0",
        (
            Cell("1", "1", ERAS[0]),
            Cell("3", "3", ERAS[0]),
            Cell("8", "8", ERAS[0]),
            Cell("(8, 0)", migrated=True),
            Cell("(9, 1)", "9", ERAS[1]),
            Cell("(11, 2)", "11", ERAS[1]),
        ),
        ERAS[0],
    ),
)


def is_good(picture: Picture) -> None:
    assert check_scene(picture.scene) == ()
    ElementTree.fromstring(picture.svg)


@pytest.mark.parametrize(("name", "thing"), [("pipeline", pipeline), ("upgrade", upgrade)])
def test_golden(name: str, thing: PipelineView | UpgradeTrace, golden: Callable[[str, str], None]) -> None:
    picture = draw(thing)
    is_good(picture)
    golden(f"pictures/{name}.svg", picture.svg)
    golden(f"pictures/{name}.txt", repr(picture) + "\n")


words = st.text(st.characters(codec="utf-8"), max_size=12) | st.text("abc ()", max_size=40)


@st.composite
def pipelines(draw_: st.DrawFn) -> PipelineView:
    waiting = st.sampled_from([OLD, NEW, OLD, NEW, CHANGE, WaitingChange("upgrade")])
    waiting |= st.builds(WaitingItem, words, st.booleans())
    stages = draw_(st.lists(st.builds(StageView, words, words, words, st.booleans()), max_size=5))
    queue = st.none() | st.builds(QueueView, st.lists(waiting, max_size=30).map(tuple), st.none() | st.integers(1, 64))
    types = st.sampled_from([("Int",), ("Either[Unit,", "       Unit]"), ("(Int, Bool)",)])
    count = len(stages)
    return PipelineView(
        tuple(stages),
        tuple(draw_(st.lists(types, min_size=count + 1, max_size=count + 1))),
        tuple(draw_(st.lists(queue, min_size=count, max_size=count))),
    )


_blank = StageView("", "", "", changing=False)
_either = ("Either[Unit,", "       Unit]")
A_NOTE_AT_THE_END_OF_A_ROW = PipelineView(
    (_blank,) * 5,
    (_either, _either, _either, ("Int",), ("Int",), ("Int",)),
    (None, QueueView((), 1), QueueView((OLD, OLD, OLD, CHANGE), None), None, None),
)


@settings(max_examples=fewer(80))
@given(pipelines())
@example(A_NOTE_AT_THE_END_OF_A_ROW)
def test_every_pipeline_keeps_the_rules(view: PipelineView) -> None:
    is_good(draw(view))
    assert draw(view).svg == draw(view).svg


@st.composite
def traces(draw_: st.DrawFn) -> UpgradeTrace:
    columns: list[ItemColumn | UpdateColumn] = []
    lanes: tuple[list[Cell | None], list[Cell | None]] = ([], [])
    for number in range(draw_(st.integers(0, 12))):
        if draw_(st.integers(0, 3)):
            columns.append(ItemColumn(f"item {number}", draw_(words)))
            for lane in lanes:
                lane.append(Cell(draw_(words), draw_(words), draw_(words | st.sampled_from(ERAS))))
        else:
            columns.append(UpdateColumn(draw_(words), draw_(st.booleans())))
            lanes[0].append(None)
            lanes[1].append(draw_(st.none() | st.builds(Cell, words, migrated=st.booleans())))
    one, other = (
        TraceLane(name, draw_(words), draw_(words), tuple(lane)) for name, lane in zip("ab", lanes, strict=True)
    )
    return UpgradeTrace(tuple(columns), one, other)


@settings(max_examples=fewer(80))
@given(traces())
def test_every_trace_keeps_the_rules(trace: UpgradeTrace) -> None:
    is_good(draw(trace))


two_stages = stage("count", 0, get() >> incr >> put() >> get()) >> stage("write", None, show())


def test_a_pipeline_is_drawn_as_it_would_start() -> None:
    picture = draw(two_stages)
    is_good(picture)
    assert repr(picture).startswith("pipeline: count >> write; Unit -> Str\n  count: Unit -> Int, v1 ")
    assert [node.text for node in picture.graph.nodes][1:-1] == ["count, state 0", "write, state ()"]


def test_a_deployment_is_drawn_as_it_is_now() -> None:
    with deploy(two_stages) as running:
        running.call(None)
        picture = draw(running)
    is_good(picture)
    assert ", state 1, 1 item\n" in repr(picture)


def test_a_pipeline_without_stages_is_a_wire() -> None:
    is_good(draw(identity(Int)))
    assert repr(draw(identity(Int))) == "pipeline: no stage; Int -> Int"


def test_what_differs_is_said() -> None:
    assert "Every output agrees. From the update point on the state differs (≠)." in repr(draw(upgrade))
    assert "≠ (9, 1)" in repr(draw(upgrade))


def test_a_value_that_is_too_wide_takes_two_lines() -> None:
    long = "Card {pages = 2, day = Nothing}"
    lane = TraceLane("a", "", "", (Cell(long),))
    picture = draw(UpgradeTrace((ItemColumn("item 1", long),), lane, lane))
    is_good(picture)
    assert [picture.svg.count(f">{part}</tspan>") for part in ("Card {pages = 2,", "day = Nothing}")] == [3, 3]


def test_a_trace_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="b: 0 cells for 1 columns"):
        UpgradeTrace((ItemColumn("item 1", ""),), TraceLane("a", "", "", (None,)), TraceLane("b", "", "", ()))


def test_a_pipeline_has_a_type_at_each_end() -> None:
    with pytest.raises(ValueError, match="1 stages have 2 types, not 1"):
        PipelineView((StageView("a", "", ""),), (("Int",),))


def test_a_long_queue_says_how_much_is_not_drawn() -> None:
    view = PipelineView((StageView("a", "", ""),), (("Int",), ("Int",)), (QueueView((OLD,) * 40, 64),))
    assert ">+35</tspan>" in draw(view).svg
    assert "queue 40/64, next first: 40 × v1" in repr(draw(view))
