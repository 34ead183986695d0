"""The simulator's model on pipelines of all shapes, on rewirings, and on more than can be shown."""

# mypy: disable-error-code="operator, arg-type, misc"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

import os
import subprocess
import sys
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2, typed_v2
from sm_toolkit.examples.word_count import counted, counting, counting_any_case, parse, to_any_case, write
from sm_toolkit.language import (
    Int,
    Left,
    Pair,
    Right,
    Str,
    ValueMismatchError,
    concat,
    const,
    consume,
    get,
    ident,
    incr,
    put,
    read,
    show,
    snd,
)
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.pictures.pipeline_view import FrameView, StageView, WaitingChange, all_parts
from sm_toolkit.notebook.pictures.rules import check_scene
from sm_toolkit.notebook.pictures.upgrade_trace import UpdateColumn
from sm_toolkit.notebook.queue_frames import MOST_FRAMES, name_of
from sm_toolkit.notebook.simulation import CHANGE, MOST_INPUTS, MOST_SHOWN, SimulationModel
from sm_toolkit.pipeline.meaning import model
from sm_toolkit.pipeline.messages import Adapter, Item, Refused, Rewire, Rewired, Upgraded
from sm_toolkit.pipeline.pipelines import (
    Pipeline,
    choice,
    each,
    effect,
    fan_out,
    identity,
    parallel,
    shard,
    stage,
    tee,
)
from sm_toolkit.pipeline.rewiring import rewire
from sm_toolkit.pipeline.upgrades import upgrade

counter = get() >> incr >> put() >> get()
by_two = get() >> incr >> incr >> put() >> get()


def after_a_number(machine: Any) -> Any:
    """The same machine, for numbers that it does not look at."""
    return consume(Int) >> machine


one = stage("count", 0, counter)
two = stage("count", 0, by_two)
add = stage("add", None, incr)


def both(around: Any) -> tuple[Pipeline[Any, Any], Any]:
    """A pipeline round a counter, and the upgrade of that counter to one that counts by two."""
    return around(one), upgrade(around(one), around(two), migrate=ident())


SHAPES: dict[str, tuple[Any, list[Any]]] = {
    "fan out": (lambda inner: fan_out(inner, identity()), [None] * 4),
    "parallel": (lambda inner: parallel(inner, add), [(None, n) for n in range(4)]),
    "choice": (lambda inner: choice(inner, add), [Left(None), Right(1), Left(None), Left(None)]),
    "each": (lambda inner: each(inner), [[None, None], [], [None], [None] * 3]),
    "turns": (lambda inner: shard("turns", inner, 2), [None] * 5),
    "keyed": (lambda inner: shard("keys", inner, 2, const(7)), [None] * 4),
    "tee": (lambda inner: inner >> tee("seen"), [None] * 4),
    "effect": (lambda inner: inner >> effect("same", abs, Int, Int, workers=2), [None] * 4),
    "nested": (lambda inner: fan_out(shard("turns", inner, 2), identity()) >> tee("seen"), [None] * 4),
}


def answers_of(simulation: SimulationModel) -> dict[str, Any]:
    """What left while the moves were made."""
    given = [move.given for move in simulation.moves() if move.role == "exit" or move.changed]
    return {name_of(answer): answer for answer in given}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_upgrade_in_a_pipeline_of_any_shape(shape: str) -> None:
    around, inputs = SHAPES[shape]
    pipeline, change = both(around)
    simulation = SimulationModel(pipeline, inputs, change, seed=1)
    answer = simulation.answer()
    assert isinstance(answer, Upgraded)
    requests: list[Any] = [Item(x, 1, f"item {n}") for n, x in enumerate(inputs, 1)]
    requests.insert(2, simulation.upgrade)
    meant, end = model(pipeline, requests)
    assert list(simulation.run().answers.values()) == meant
    assert simulation.run().end.states == end.states
    # Whatever the order of the moves, what leaves is the same.
    assert answers_of(simulation) == simulation.run().answers
    for frame in simulation.frames:
        assert check_scene(draw(frame.view).scene) == ()
    assert check_scene(draw(simulation.trace()).scene) == ()
    before, after = simulation.frames[simulation.update_frame : simulation.update_frame + 2]
    shown = [
        next(p for p in all_parts(f.view) if isinstance(p, StageView) and p.name == "count") for f in (before, after)
    ]
    assert [each.edition.split()[0] for each in shown] == ["v1", "v2"]
    assert shown[1].changing
    assert "upgrade" in after.words


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(SHAPES)), st.integers(0, 50), st.integers(1, 3), st.integers(0, 4))
def test_no_schedule_changes_what_comes_out(shape: str, seed: int, capacity: int, at: int) -> None:
    around, inputs = SHAPES[shape]
    pipeline, change = both(around)
    simulation = SimulationModel(pipeline, inputs, change, at, seed, capacity=capacity)
    assert answers_of(simulation) == simulation.run().answers


def test_the_words_say_what_each_part_did() -> None:
    pipeline = (
        parse
        >> fan_out(shard("words", counted, 2, ident(Str)), tee("seen"))
        >> effect("len", len, Pair(Pair(Int, Str), Str), Int)
    )
    words = " ".join(frame.words for frame in SimulationModel(pipeline, ["a", "b"], Rewire(pipeline)).frames)
    for said in (
        'parse takes item 1: "a" → "a".',
        "Fan out gives item 1 to both lanes.",
        "Shard words sends item 1 to copy 0.",
        'count (copy 0) takes item 1: "a" → (1,"a"), state of "a" 0 → 1.',
        'Tee seen lets item 1 pass, and copies "a" to its sink.',
        "Fan out waits for what comes of item 1.",
        'Fan out joins item 1 again: ((1,"a"),"a").',
        'Effect len takes item 1: ((1,"a"),"a") → 2.',
        "Item 1 leaves as 2.",
    ):
        assert said in words


def test_a_change_passes_the_stages_before_its_own() -> None:
    pipeline = stage("first", None, ident(), input=Int) >> stage("second", 0, after_a_number(counter))
    change = upgrade(
        pipeline,
        stage("first", None, ident(), input=Int) >> stage("second", 0, after_a_number(by_two)),
        migrate=ident(),
    )
    simulation = SimulationModel(pipeline, [1, 2, 3], change, seed=2)
    seen = {
        (number, waiting.here)
        for frame in simulation.frames
        for number, queue in enumerate(frame.view.queues)
        if queue is not None
        for waiting in queue.waiting
        if isinstance(waiting, WaitingChange)
    }
    assert seen == {(0, False), (1, True)}
    assert any("first passes the upgrade v1 → v2 on." in frame.words for frame in simulation.frames)


def test_a_rewiring() -> None:
    simulation = SimulationModel(counting, ["to", " be", "or", "To", "to", "Be"], to_any_case)
    assert isinstance(simulation.answer(), Rewired)
    trace = simulation.trace()
    assert trace.columns[3] == UpdateColumn("rewiring")
    assert (trace.without.name, trace.upgraded.name, trace.upgraded.note) == (
        "without rewiring",
        "with rewiring",
        "rewired after item 3",
    )
    assert trace.caption == (
        "The old client notices: 3 outputs differ (≠), the first at item 4. "
        "From item 4 on the state of count differs (≠)."
    )
    before, after = simulation.frames[simulation.update_frame : simulation.update_frame + 2]
    assert before.words.endswith("The door is held: the rewiring waits until all that entered has left.)")
    assert after.words.startswith(
        "Nothing is on its way, and the rewiring is made at the door: stage lower is added; shard words is resharded, "
        "2 → 4 copies; stage count keeps its state."
    )
    marks = {part.name: part.mark for part in after.view.stages if isinstance(part, StageView)}
    assert marks["lower"] == "added"
    assert [part.copies for part in after.view.stages if isinstance(part, FrameView)] == [4]
    assert answers_of(simulation) == simulation.run().answers
    assert check_scene(draw(trace).scene) == ()


def test_a_rewiring_that_drops_a_state_and_makes_a_new_version() -> None:
    old = stage("count", 0, counter)
    new = old >> stage("text", None, show())
    change = rewire(old, new, adapter=Adapter(up=ident(), down=read(Int)))
    simulation = SimulationModel(old, [None] * 3, change, at=1, new_inputs=[None])
    answer = simulation.answer()
    assert isinstance(answer, Rewired)
    assert answer.version == 2
    heard = [cell.output for cell in simulation.trace().upgraded.cells if cell is not None and cell.output]
    assert heard == ["1", "2", "3", '"4"']
    clients = simulation.clients()
    assert [row.cells[:2] for row in clients.rows] == [
        ("item 2", "old, interface 1"),
        ("item 3", "old, interface 1"),
        ("new item 1", "new, interface 2"),
    ]
    gone = SimulationModel(counting, ["a", "b"], rewire(counting, parse, drop={"count"}), watched="count")
    assert [cell and cell.state for cell in gone.trace().upgraded.cells] == ['"a": 1', "–", "–"]


def test_what_the_old_client_says_goes_up_and_what_it_hears_comes_down() -> None:
    simulation = SimulationModel(typed_v1, [Right(None), Left(None)], typed_v1_to_v2, at=1, new_inputs=[Left(None)])
    assert [row.cells for row in simulation.clients().rows] == [
        ("item 2", "old, interface 1", "Left ()", "Right (Left ())", "Left 1", "Left 1"),
        ("new item 1", "new, interface 2", "Left ()", "as it is", "≠ Left ()", SERVED),
    ]


def test_what_goes_in_longer_at_its_end_does_not_go_in_as_it_is() -> None:
    """Both are shown by the same first characters."""
    long, longer = (stage("echo", 0, (ident() & (consume() >> const(each))) >> concat) for each in ("", "!"))
    upwards = Adapter(up=(ident() & (consume() >> const("!"))) >> concat, down=ident())
    simulation = SimulationModel(long, ["a" * 100], upgrade(long, longer, migrate=ident(), adapter=upwards), at=0)
    assert [row.cells[3] for row in simulation.clients().rows] == ['"' + "a" * 42 + "…"]


SERVED = "fails: interface version 2 is not served here (served: 1); connect anew for the current one"


def test_each_message_is_told_of_with_its_version_and_place() -> None:
    simulation = SimulationModel(typed_v1, [Right(None)] * 3, typed_v1_to_v2, at=1, new_inputs=[Left(None)])
    first, last = simulation.frames[0].stream, simulation.frames[-1].stream
    assert first.caption == "the stream: 0 left, 0 on the way, 5 outside"
    assert last.caption == "the stream: 5 left, 0 on the way, 0 outside"
    every = {row.cells[:5] for frame in simulation.frames for row in frame.stream.rows}
    assert every == {
        ("item 1", "old client", "interface 1", "Right ()", "v1"),
        ("upgrade v1 → v2", "operator", "", "", ""),
        ("item 2", "old client", "interface 1", "Right ()", "v2"),
        ("item 3", "old client", "interface 1", "Right ()", "v2"),
        ("new item 1", "new client", "interface 2", "Left ()", "v2"),
    }
    assert all(sum(row.marked for row in frame.stream.rows) == 1 for frame in simulation.frames[1:])


def test_another_stage_may_be_watched() -> None:
    pipeline = stage("first", 0, counter) >> stage("second", 0, after_a_number(counter))
    change = upgrade(
        pipeline, stage("first", 0, by_two) >> stage("second", 0, after_a_number(counter)), migrate=ident()
    )
    simulation = SimulationModel(pipeline, [None] * 4, change)
    assert (simulation.watchable, simulation.watched) == (("first", "second"), "first")
    assert "From item 3 on the state of first differs (≠), with m(2) = 2." in simulation.trace().caption
    simulation.watched = "second"
    trace = simulation.trace()
    assert "The state of second is the same throughout." in trace.caption
    assert [cell and cell.state for cell in trace.upgraded.cells] == ["1", "2", None, "3", "4"]
    assert {cell.era for cell in trace.upgraded.cells if cell} == {"v1, state Int"}
    with pytest.raises(
        ValueError, match="there is no stage 'third' whose state could be watched, but 'first', 'second'"
    ):
        simulation.watched = "third"


# -- more than can be shown -------------------------------------------------------------------------------


def test_a_large_simulation_is_bounded_and_says_so() -> None:
    simulation = SimulationModel(typed_v1, [Right(None)] * 10_000, typed_v1_to_v2)
    assert (len(simulation.inputs), simulation.at) == (MOST_INPUTS, MOST_INPUTS // 2)
    words = "10,000 inputs were given, and the first 1,000 are simulated. Shown are items 489 to 512 of 1,000."
    assert simulation.bounds() == words
    trace = simulation.trace()
    assert trace.caption.endswith(words)
    assert len(trace.columns) == MOST_SHOWN + 1
    assert trace.upgraded.start == "488"
    assert trace.columns[12] == UpdateColumn("upgrade v1 → v2")
    assert simulation.frames[0].words.startswith("Nothing has moved yet. Items 1 to 488 have come and gone.")
    assert len(simulation.frames) <= MOST_FRAMES
    assert [row.cells[0] for row in simulation.table().rows][:2] == ["before item 489", "item 489"]
    for at in (0, 3, 999, 1000):
        simulation.at = at
        assert sum(isinstance(column, UpdateColumn) for column in simulation.trace().columns) == 1
        assert simulation.moves()[simulation.update_frame].taken is not None


def test_inputs_without_an_end_and_wide_shards_are_bounded_too() -> None:
    endless = SimulationModel(typed_v1, (Right(None) for _ in count()), typed_v1_to_v2)
    assert endless.bounds().startswith("More than 1,000 inputs were given, and the first 1,000 are simulated.")
    wide = parse >> shard("words", counted, 300, ident(Str)) >> write
    simulation = SimulationModel(wide, map(str, count()), rewire(wide, counting))
    assert 60 <= len(simulation.inputs) < 100
    assert isinstance(simulation.answer(), Rewired)
    assert "The moves after this one are not shown: there are too many." in simulation.frames[-1].words
    assert "The door is held" in simulation.frames[simulation.update_frame].words


def test_states_that_begin_alike_are_told_apart() -> None:
    """Words are cut, and what is cut away counts all the same."""
    long = "x" * 100
    keep, other = (stage("keep", long + "a", machine) for machine in (put(Str), (ident() & put(Str)) >> snd()))
    simulation = SimulationModel(keep, [long + "b", long + "c"], upgrade(keep, other, migrate=ident()), at=1)
    assert not any(simulation.trace().differs(number) for number in range(3))
    simulation.choose("type-checks, yet wrong")  # back to the state at the start, which ends in another letter
    trace = simulation.trace()
    one, migrated = trace.without.cells[0], trace.upgraded.cells[1]
    assert one is not None
    assert migrated is not None
    assert one.state == migrated.state
    assert [trace.differs(number) for number in range(3)] == [False, True, False]


# -- what does not fit ------------------------------------------------------------------------------------


def test_what_is_no_change_and_what_is_not_of_the_new_type() -> None:
    with pytest.raises(TypeError, match="a change is an Upgrade, a Downgrade or a Rewire, not Stage"):
        SimulationModel(typed_v1, [], typed_v2)
    with pytest.raises(ValueMismatchError):
        SimulationModel(counting, ["a"], to_any_case, new_inputs=[3])
    with pytest.raises(ValueError, match="a queue holds at least 1 message, not 0"):
        SimulationModel(counting, ["a"], to_any_case, capacity=0)


def test_a_refused_rewiring_changes_nothing() -> None:
    simulation = SimulationModel(counting, ["a", "b"], rewire(counting, parse))
    answer = simulation.answer()
    assert isinstance(answer, Refused)
    assert simulation.trace().caption.startswith("The rewiring is refused, and nothing changes: stage 'count' goes")
    assert simulation.run().end.states == simulation.without().end.states
    assert simulation.run().answers[CHANGE] == answer


def test_a_class_sees_the_same_moves_in_every_process() -> None:
    code = (
        "from sm_toolkit.examples.word_count import counting, counting_any_case\n"
        "from sm_toolkit.pipeline.rewiring import rewire\n"
        "from sm_toolkit.notebook.simulation import SimulationModel\n"
        "s = SimulationModel(counting, ['to', 'be', 'or', 'not'], rewire(counting, counting_any_case), seed=5)\n"
        "print([frame.words for frame in s.frames])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    here = SimulationModel(counting, ["to", "be", "or", "not"], rewire(counting, counting_any_case), seed=5)
    assert told == {f"{[frame.words for frame in here.frames]}\n"}
