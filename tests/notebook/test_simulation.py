"""The simulator's model against the pipeline's own meaning, and what it says of upgrades good and bad."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_toolkit.examples.counter import (
    count_v1,
    typed_v1,
    typed_v1_to_v2,
    typed_v2,
    typed_v2_to_v3,
    upgrade_v1_to_v2,
    v1,
)
from sm_toolkit.language import Left, Right, ValueMismatchError, const, get, ident, incr, put, read, show
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.pictures.pipeline_view import StageView, WaitingChange, WaitingItem
from sm_toolkit.notebook.pictures.rules import check_scene
from sm_toolkit.notebook.pictures.upgrade_trace import ItemColumn, UpdateColumn
from sm_toolkit.notebook.simulation import SimulationModel
from sm_toolkit.pipeline.meaning import model
from sm_toolkit.pipeline.messages import Downgrade, Failed, Item, Refused, Upgraded
from sm_toolkit.pipeline.pipelines import identity, stage
from sm_toolkit.pipeline.plans import Admitted
from sm_toolkit.pipeline.upgrades import upgrade

READ: Any = Left(None)
INCREMENT: Any = Right(None)
INPUTS: list[Any] = [INCREMENT, READ, INCREMENT, INCREMENT, READ]

# A change of the middle stage of three, whose interface stays: from then on the counter counts by two.
by_two = (get() | get() >> incr >> incr >> put()).named("count_by_two")
three = stage("parse", None, read()) >> stage("counter", 0, count_v1) >> stage("write", None, show())
count_by_two = upgrade(stage("counter", 0, count_v1), stage("counter", 0, by_two), migrate=ident())


def test_the_update_point_is_in_the_middle_unless_it_is_given() -> None:
    assert SimulationModel(typed_v1, INPUTS, typed_v1_to_v2).at == 2
    simulation = SimulationModel(typed_v1, INPUTS, typed_v1_to_v2, at=5)
    assert simulation.at == 5
    simulation.at = 0
    assert isinstance(simulation.trace().columns[0], UpdateColumn)
    for wrong in (-1, 6):
        with pytest.raises(ValueError, match=f"the update point is after 0 to 5 items, not after {wrong}"):
            simulation.at = wrong
        with pytest.raises(ValueError, match="the update point"):
            simulation.trace(wrong)
    assert simulation.at == 0


@settings(max_examples=50)
@given(st.data())
def test_it_agrees_with_the_meaning_of_the_pipeline(data: st.DataObject) -> None:
    inputs = data.draw(st.lists(st.sampled_from([READ, INCREMENT]), max_size=8))
    at = data.draw(st.integers(0, len(inputs)))
    seed = data.draw(st.integers(0, 20))
    simulation = SimulationModel(typed_v1, inputs, typed_v1_to_v2, at, seed, capacity=data.draw(st.integers(1, 4)))
    requests: list[Any] = [Item(x, 1) for x in inputs]
    requests.insert(at, typed_v1_to_v2)
    answers, (counter,) = model(typed_v1, requests)
    trace = simulation.trace()
    values = [answer.value for answer in answers if isinstance(answer, Item)]
    ours = simulation.run().answers
    assert [ours[c.heading].value for c in trace.columns if isinstance(c, ItemColumn)] == values  # type: ignore[union-attr]
    assert simulation.run().end.states == {"counter": counter.state}
    assert len(simulation.moves()) == 3 * len(requests)


def test_an_old_client_notices_nothing() -> None:
    simulation = SimulationModel(typed_v2, [Right(x) for x in INPUTS], typed_v2_to_v3)
    for at in range(6):
        trace = simulation.trace(at)
        assert not any(trace.output_differs(number) for number in range(6))
        assert trace.differs(at)
    trace = simulation.trace(2)
    assert trace.columns[2] == UpdateColumn("upgrade v2 → v3")
    cell = trace.upgraded.cells[2]
    assert cell is not None
    assert (cell.state, cell.migrated) == ("(1,False)", True)
    assert trace.without.cells[2] is None
    assert trace.caption == (
        "The old client notices nothing: every output agrees. From the update point on the state differs (≠), "
        "with m(1) = (1,False)."
    )
    assert (trace.without.note, trace.upgraded.note) == ("v2 only, state Int", "v2 → v3 after item 2")
    eras = [cell.era for cell in trace.upgraded.cells if cell is not None]
    assert eras == ["v2, state Int"] * 2 + [""] + ["v3, state (Int, Bool)"] * 3
    assert simulation.trace(0).upgraded.note == "v2 → v3 before item 1"


def test_a_new_client_comes_after_the_upgrade_and_speaks_the_new_version() -> None:
    reset, increment = Left(None), Right(Right(None))
    simulation = SimulationModel(typed_v1, INPUTS, typed_v1_to_v2, new_inputs=[increment, reset])
    trace = simulation.trace()
    assert [column.heading for column in trace.columns if isinstance(column, ItemColumn)][-2:] == [
        "new item 1",
        "new item 2",
    ]
    assert [cell.state for cell in trace.upgraded.cells[-2:] if cell] == ["4", "0"]
    assert [cell.output for cell in trace.without.cells[-2:] if cell] == ["fails", "fails"]
    assert trace.caption.startswith("The old client notices nothing: every output agrees. From new item 1 on")
    assert trace.caption.endswith("The new client is served only with the upgrade.")
    assert "without upgrade, new item 1, new item 2: interface version 2 is not served here" in repr(simulation)
    with pytest.raises(ValueMismatchError):
        SimulationModel(typed_v1, INPUTS, typed_v1_to_v2, new_inputs=[Right(3)])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (replace(typed_v1_to_v2, stage="nothing"), "there is no stage 'nothing'"),
        (replace(typed_v1_to_v2, migrate=const("zero")), "the migration does not fit"),
        (replace(typed_v1_to_v2, adapter=None), "clients of interface version 1 are connected and would be cut off"),
        (replace(typed_v1_to_v2, expects="0" * 64), "the stage runs 043cb4e and not 0000000"),
        (Downgrade("counter"), "there is nothing to go back to"),
    ],
)
def test_a_refused_upgrade_changes_nothing(change: Any, reason: str) -> None:
    simulation = SimulationModel(typed_v1, INPUTS, change, new_inputs=[READ])
    answer, trace = simulation.answer(), simulation.trace()
    assert isinstance(answer, Refused)
    assert any(reason in found for found in answer.reasons)
    column = trace.columns[2]
    assert isinstance(column, UpdateColumn)
    assert column.refused
    noun = "downgrade" if isinstance(change, Downgrade) else "upgrade"
    assert trace.caption.startswith(f"The {noun} is refused, and nothing changes: ")
    assert reason in trace.caption
    assert not any(trace.differs(n) or trace.output_differs(n) for n in range(len(trace.columns)))
    assert trace.upgraded.cells[2] is None
    assert trace.upgraded.note == "v1 goes on"
    assert "update point" in repr(simulation)
    assert all(check_scene(draw(frame.view).scene) == () for frame in simulation.frames)
    assert check_scene(draw(trace).scene) == ()
    assert isinstance(simulation.moves()[simulation.update_frame].taken, Refused | Admitted)


def test_a_forced_upgrade_is_noticed_by_the_old_client() -> None:
    simulation = SimulationModel(typed_v1, INPUTS, replace(typed_v1_to_v2, adapter=None, force=True))
    assert simulation.trace().caption.startswith(
        "The old client notices: 3 outputs differ (≠), the first at item 3. From item 3 on the state differs (≠)"
    )
    assert "with upgrade, item 3, item 4, item 5: interface version 1 is not served here" in repr(simulation)


def test_a_dry_run_says_what_would_be() -> None:
    simulation = SimulationModel(typed_v2, [Right(x) for x in INPUTS], replace(typed_v2_to_v3, dry_run=True))
    trace = simulation.trace()
    assert isinstance(simulation.answer(), Upgraded)
    assert trace.caption == (
        "A dry run changes nothing: the upgrade would be accepted, and the state 1 would become (1,False)."
    )
    assert not any(trace.differs(n) or trace.output_differs(n) for n in range(len(trace.columns)))
    assert trace.upgraded.note == "v2, dry run after item 2"


def test_a_stage_among_others() -> None:
    inputs = ["Right ()", "oops", "Right ()", "Left ()"]
    simulation = SimulationModel(three, inputs, count_by_two, at=2, seed=1)
    trace = simulation.trace()
    assert [cell and cell.state for cell in trace.upgraded.cells] == ["1", "1", "1", "3", "3"]
    assert [cell and cell.output for cell in trace.upgraded.cells] == [
        '"Right ()"',
        "fails",
        "",
        '"Right ()"',
        '"Left 3"',
    ]
    assert trace.caption == (
        "The old client notices: 1 output differs (≠), at item 4. From item 3 on the state of counter differs (≠), "
        "with m(1) = 1."
    )
    assert trace.columns[2] == UpdateColumn("upgrade v1 → v2")  # names without a version: the upgrades are counted


def test_frames_follow_the_moves() -> None:
    simulation = SimulationModel(typed_v1, INPUTS, typed_v1_to_v2)
    frames, moves = simulation.frames, simulation.moves()
    assert len(frames) == len(moves) + 1
    assert frames[0].words == "Nothing has moved yet. (Outside: 6.)"
    assert frames[1].words == "Item 1 enters. (Outside: 5.)"
    assert frames[-1].words.endswith("(Outside: 0.)")
    at = simulation.update_frame
    assert "counter is upgraded, v1 → v2: m(1) = 1." in frames[at + 1].words
    before, after = frames[at].view, frames[at + 1].view
    queue = before.queue(0)
    assert queue is not None
    assert queue.waiting[0] == WaitingChange("upgrade v1 → v2", "043cb4e → af82577")
    assert set(queue.waiting[1:]) <= {WaitingItem("v2", changed=True)}
    assert isinstance(before.stages[0], StageView)
    assert isinstance(after.stages[0], StageView)
    assert (before.stages[0].edition, after.stages[0].edition) == ("v1 043cb4e", "v2 af82577")
    assert before.stages[0].changing
    assert after.stages[0].changing
    assert not frames[0].view.stages[0].changing
    assert before.types[0] != after.types[0]


@pytest.mark.parametrize("seed", range(5))
def test_all_pictures_keep_the_rules(seed: int) -> None:
    simulation = SimulationModel(three, ["Right ()", "x", "Left ()", "Right ()"] * 2, count_by_two, seed=seed)
    for frame in simulation.frames:
        assert check_scene(draw(frame.view).scene) == ()
    for at in range(9):
        assert check_scene(draw(simulation.trace(at)).scene) == ()


def test_a_seed_tells_the_same_story_every_time() -> None:
    one, same, other = (SimulationModel(v1, ["Right ()"] * 6, upgrade_v1_to_v2, seed=seed) for seed in (1, 1, 2))
    assert one.frames == same.frames
    assert one.frames != other.frames
    assert one.trace() == other.trace() == same.trace()
    assert repr(one) == repr(same)


def test_the_table_has_each_reason_whole() -> None:
    simulation = SimulationModel(v1, ["Right ()", "oops"], upgrade_v1_to_v2)
    failed = simulation.run().answers["item 2"]
    assert isinstance(failed, Failed)
    table = simulation.table()
    assert table.rows[-1].cells[3] == f"fails: {failed.reason}"
    assert [row.cells[0] for row in table.rows if row.marked] == ["update point"]


def test_what_does_not_fit_is_refused_at_once() -> None:
    with pytest.raises(ValueMismatchError):
        SimulationModel(typed_v1, [READ, 3], typed_v1_to_v2)
    with pytest.raises(ValueError, match="a pipeline without stages has no state and nothing to upgrade"):
        SimulationModel(identity(), [], typed_v1_to_v2)
    with pytest.raises(ValueMismatchError):  # a pipeline of several stages keeps its interface
        SimulationModel(three, ["Left ()"], count_by_two, new_inputs=[READ])


def test_no_items_at_all() -> None:
    trace = SimulationModel(typed_v1, [], typed_v1_to_v2).trace()
    assert trace.columns == (UpdateColumn("upgrade v1 → v2"),)
    assert check_scene(draw(trace).scene) == ()
