"""A downgrade in the simulator: an upgrade comes first, and is then undone in the middle of the stream."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sm_toolkit.language import Either, Int, Left, Right, Unit, case, const, fan_in, get, ident, incr, inl, inr, put
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.pictures.rules import check_scene
from sm_toolkit.notebook.simulation import NO_HISTORY, SimulationModel
from sm_toolkit.notebook.simulator import UpgradeSimulator
from sm_toolkit.pipeline.messages import Adapter, Downgrade, Refused, Upgraded
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade

old: Any = stage("count", 41, (get() | get() >> incr >> put()).named("count_v1"))
new: Any = stage("count", 0, case(get(), get() >> incr >> put(), const(0) >> put()).named("count_v2"))
to_new = upgrade(
    old,
    new,
    migrate=ident(Int),
    adapter=Adapter(up=ident(Unit) | inl(Unit, Unit), down=ident(Int) | fan_in(ident(Unit), ident(Unit))),
    back=ident(Int),
)
READ, INCREMENT, RESET = Left(None), Right(Left(None)), Right(Right(None))
INPUTS: list[Any] = [INCREMENT, INCREMENT, RESET, READ]
to_old = Adapter(
    up=fan_in(inl(Unit, Unit), fan_in(inr(Unit, Unit), inr(Unit, Unit))),
    down=fan_in(inl(Int, Either(Unit, Unit)), inl(Unit, Unit) >> inr(Int, Either(Unit, Unit))),
)
BACK = Downgrade("count", adapter=to_old)


def test_what_was_upgraded_goes_back_in_the_middle_of_the_stream() -> None:
    simulation = SimulationModel(old, INPUTS, BACK, after=to_new, new_inputs=[READ, Right(None)])
    answer, trace = simulation.answer(), simulation.trace()
    assert isinstance(answer, Upgraded)
    assert [cell.state for cell in trace.upgraded.cells if cell] == ["42", "43", "43", "44", "44", "44", "45"]
    assert trace.upgraded.note == "v2 → v1 after item 2"
    assert trace.caption == (
        "The old client notices: 2 outputs differ (≠), the first at item 3. From item 3 on the state differs (≠), with "
        "m(43) = 43. The new client is served only with the downgrade."
    )
    assert any("count is downgraded, v2 → v1: m(43) = 43." in frame.words for frame in simulation.frames)
    rows = simulation.clients().rows
    assert [row.cells[1] for row in rows] == ["old, interface 2"] * 2 + ["new, interface 3"] * 2
    assert all(check_scene(draw(frame.view).scene) == () for frame in simulation.frames)
    assert check_scene(draw(trace).scene) == ()


def test_who_speaks_the_version_that_is_undone_needs_an_adapter_or_is_cut_off() -> None:
    refused = SimulationModel(old, INPUTS, Downgrade("count"), after=to_new)
    assert isinstance(refused.answer(), Refused)
    assert "clients of interface version 2 are connected and would be cut off" in repr(refused)
    forced = SimulationModel(old, INPUTS, Downgrade("count", force=True), after=to_new)
    assert "with downgrade, item 3, item 4: interface version 2 is not served here" in repr(forced)


def test_what_can_go_wrong_with_a_downgrade_is_made_of_it() -> None:
    simulation = SimulationModel(old, INPUTS, BACK, after=to_new)
    assert list(simulation.presets.made) == ["forgotten adapter", "forced", "unknown stage"]
    simulation.choose("forced")
    assert "The old client is told so with its next item" in simulation.explanation


def test_without_history_it_says_how_there_would_be_one() -> None:
    simulation = SimulationModel(new, INPUTS, Downgrade("count"))
    assert isinstance(simulation.answer(), Refused)
    assert simulation.explanation == NO_HISTORY
    assert repr(simulation).endswith(NO_HISTORY)
    assert SimulationModel(old, INPUTS, BACK, after=to_new).explanation == ""


def test_the_upgrade_that_comes_first_has_to_be_one_that_is_accepted() -> None:
    anything: Any = 3
    with pytest.raises(TypeError, match="`after` is the Upgrade that is made first, so that it can be undone, not int"):
        SimulationModel(old, INPUTS, BACK, after=anything)
    with pytest.raises(ValueError, match="would be refused: there is no stage 'other'"):
        SimulationModel(old, INPUTS, BACK, after=replace(to_new, stage="other"))
    lost = SimulationModel(old, INPUTS, BACK, after=replace(to_new, back=None))
    assert "gave no `back` migration" in repr(lost)


def test_the_widget_takes_it_too() -> None:
    simulator = UpgradeSimulator(old, INPUTS, BACK, after=to_new)
    assert "downgrade v2 → v1" in repr(simulator)
    assert "with downgrade" in simulator.trace_picture.svg
