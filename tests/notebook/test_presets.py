"""What goes wrong by one click: each mistake made from a change, what becomes of it, and what is said of it."""

# mypy: disable-error-code="operator, arg-type, misc"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2, typed_v2, typed_v2_to_v3, upgrade_v1_to_v2, v1
from sm_toolkit.examples.word_count import counting, parse, to_any_case, to_count_since
from sm_toolkit.language import Left, Right, const, get, ident, incr, put
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.pictures.rules import check_scene
from sm_toolkit.notebook.presets import AS_GIVEN, MISTAKES
from sm_toolkit.notebook.simulation import SimulationModel
from sm_toolkit.pipeline.messages import Downgrade, Refused, Upgraded
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.rewiring import rewire
from sm_toolkit.pipeline.upgrades import upgrade

READ: Any = Left(None)
INCREMENT: Any = Right(None)
INPUTS: list[Any] = [INCREMENT, READ, INCREMENT, INCREMENT, READ]
ANY_UPGRADE = ["wrong migration type", "unknown stage", "migration fails", "type-checks, yet wrong"]


def counters(at: int | None = None) -> SimulationModel:
    return SimulationModel(typed_v1, INPUTS, typed_v1_to_v2, at)


@pytest.mark.parametrize(
    ("preset", "reason", "said"),
    [
        (
            "wrong migration type",
            "the migration does not fit: the machine's output should be Int, and is Str",
            'The migration of counter makes a Str ("a text"), and the new machine\'s state is Int.',
        ),
        (
            "forgotten adapter",
            "clients of interface version 1 are connected and would be cut off",
            "it is refused while that client is connected, unless it says force.",
        ),
        ("unknown stage", "there is no stage 'countr'", "The change is for 'countr', and no stage has that name"),
        (
            "migration fails",
            "the migration failed on the state: division by zero",
            "The migration of counter has the right type, and divides by zero on the state 1.",
        ),
    ],
)
def test_a_mistake_that_is_refused_changes_nothing(preset: str, reason: str, said: str) -> None:
    simulation = counters()
    simulation.choose(preset)
    answer = simulation.answer()
    assert isinstance(answer, Refused)
    assert any(reason in found for found in answer.reasons)
    assert said in simulation.explanation
    assert simulation.explanation.startswith(f"{preset}: ")
    assert repr(simulation).endswith(simulation.explanation)
    trace = simulation.trace()
    assert not any(trace.differs(number) or trace.output_differs(number) for number in range(len(trace.columns)))
    simulation.choose(AS_GIVEN)
    assert isinstance(simulation.answer(), Upgraded)
    assert simulation.explanation == ""
    assert repr(simulation) == repr(counters())


def test_a_migration_that_fails_does_so_only_on_the_state_it_met() -> None:
    simulation = counters()
    simulation.choose("migration fails")
    answers = []
    for at in range(len(INPUTS) + 1):
        simulation.at = at
        answers.append(type(simulation.answer()))
    assert answers == [Upgraded, Refused, Refused, Upgraded, Upgraded, Upgraded]  # the states are 0 1 1 2 3 3
    assert simulation.explanation.endswith("Here it meets another state, and succeeds. A dry run tells beforehand.")


def test_a_wrong_migration_of_the_right_type_is_accepted_and_noticed() -> None:
    simulation = counters()
    simulation.choose("type-checks, yet wrong")
    assert isinstance(simulation.answer(), Upgraded)
    assert "The migration of counter has the right type, and makes 0 of every state" in simulation.explanation
    assert "then the answers differ" in simulation.explanation
    assert simulation.trace().caption.startswith("The old client notices: 1 output differs (≠), at item 5.")
    simulation.at = 5
    assert "so far nobody hears a difference" in simulation.explanation


def test_a_forgotten_adapter_is_not_missed_where_the_types_stay() -> None:
    simulation = SimulationModel(v1, ["Right ()", "Left ()", "Right ()"], upgrade_v1_to_v2, at=1)
    simulation.choose("forgotten adapter")
    assert isinstance(simulation.answer(), Upgraded)
    assert simulation.explanation.endswith("what the old client says means something else from here on.")
    assert "forced" not in simulation.presets.made  # nobody can be cut off


def test_a_forced_change_cuts_the_old_client_off() -> None:
    simulation = counters()
    simulation.choose("forced")
    assert isinstance(simulation.answer(), Upgraded)
    assert "The old client notices: 3 outputs differ" in simulation.trace().caption
    assert "has to connect anew" in simulation.explanation


@pytest.mark.parametrize(
    ("pipeline", "inputs", "change", "names"),
    [
        (typed_v1, INPUTS, typed_v1_to_v2, ["forgotten adapter", "forced", *ANY_UPGRADE]),
        (typed_v2, [Right(x) for x in INPUTS], typed_v2_to_v3, ["forgotten adapter", "forced", *ANY_UPGRADE]),
        (counting, ["to", "be", "to", "to"], to_count_since, ANY_UPGRADE),
        (counting, ["to", "be", "to", "to"], to_any_case, ANY_UPGRADE),
        (counting, ["to"], rewire(counting, parse, drop={"count"}), ["unknown stage", "forgotten drop"]),
        (typed_v1, INPUTS, Downgrade("counter"), ["unknown stage"]),
    ],
)
def test_the_mistakes_of_a_change(pipeline: Any, inputs: list[Any], change: Any, names: list[str]) -> None:
    simulation = SimulationModel(pipeline, inputs, change)
    assert set(simulation.presets.made) == set(names)
    assert list(simulation.presets.made) == [name for name in MISTAKES if name in names]
    assert len(simulation.presets.missing) == len({*ANY_UPGRADE, "forgotten adapter"} - set(names))
    for name in names:
        simulation.choose(name)
        refused = isinstance(simulation.answer(), Refused)
        assert refused or name in ("type-checks, yet wrong", "forced")
        assert len(simulation.explanation) > len(name) + 40
        assert check_scene(draw(simulation.trace()).scene) == ()
        for frame in simulation.frames:
            assert check_scene(draw(frame.view).scene) == ()
    with pytest.raises(ValueError, match="for this change there is no preset 'nonsense', but 'as given', "):
        simulation.choose("nonsense")


def test_what_cannot_go_wrong_is_said() -> None:
    simple = stage("add", None, incr), stage("add", None, incr >> incr)
    simulation = SimulationModel(simple[0], [1, 2], upgrade(*simple, migrate=ident()))
    assert simulation.presets.missing == (
        "“forgotten adapter” cannot be shown here: the change brings no adapter.",
        "“type-checks, yet wrong” cannot be shown here: add has no state to lose.",
    )
    downgraded = SimulationModel(typed_v1, INPUTS, Downgrade("counter"))
    assert downgraded.presets.missing[0] == (
        "“wrong migration type” cannot be shown here: a downgrade brings no migration: it goes the way back that the "
        "upgrade gave."
    )


def test_a_stage_that_gains_a_state_can_start_in_a_wrong_one() -> None:
    old = stage("count", None, const(0))
    new = stage("count", 5, get() >> incr >> put() >> get())
    simulation = SimulationModel(old, [None] * 2, upgrade(old, new, migrate=const(5)))
    simulation.choose("type-checks, yet wrong")
    assert [row.cells[-1] for row in simulation.table().rows] == ["()", "()", "m: ≠ 0", "≠ 1"]


def test_a_dry_run_of_a_mistake_shows_the_state_that_it_would_make() -> None:
    for change in (to_count_since, to_any_case):
        simulation = SimulationModel(counting, ["a", "b"], replace(change, dry_run=True))
        simulation.choose("type-checks, yet wrong")
        would = '"a": (0,0)' if change is to_count_since else '"a": 0'
        assert simulation.trace().caption.endswith(f'and the state "a": 1 would become {would}.')
        assert simulation.explanation.endswith("A dry run does not refuse it, and shows the state that it would make.")
        assert simulation.run().end.states == simulation.without().end.states
