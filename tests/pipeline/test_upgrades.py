"""Changes of one stage: what is refused, with which reasons, and what is different afterwards (nothing)."""

# The static checkers would stop some of these machines before inference does.
# mypy: disable-error-code="operator"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sm_toolkit.examples.counter import (
    count_v1,
    count_v2,
    counter_v2,
    input_v1,
    typed_v1,
    typed_v1_to_v2,
    typed_v2,
    typed_v2_to_v3,
    upgrade_v1_to_v2,
    upgrade_v2_to_v3,
    v1,
)
from sm_toolkit.language import (
    Bool,
    Int,
    Left,
    Right,
    Str,
    Unit,
    const,
    consume,
    copy,
    fst,
    ident,
    incr,
    not_,
    read,
    second,
    show,
)
from sm_toolkit.pipeline.meaning import model
from sm_toolkit.pipeline.messages import Adapter, Downgrade, Failed, Inspect, Inspected, Item, Refused, Upgraded
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade

READ, INCR = Left(None), Right(None)

REFUSALS: dict[str, tuple[Any, str]] = {
    "an unknown stage": (replace(typed_v1_to_v2, stage="conter"), "there is no stage 'conter'"),
    "another machine runs": (typed_v2_to_v3, "the change was made for another program, or comes too early"),
    "the machine does not fit its state": (
        replace(typed_v1_to_v2, machine=count_v2, state_type=Bool),
        "the new machine does not fit",
    ),
    "the machine does not fit its input": (replace(typed_v1_to_v2, input_type=Str), "the new machine does not fit"),
    "the machine does not fit its output": (replace(typed_v1_to_v2, output_type=Str), "the new machine does not fit"),
    "the migration takes another state": (
        replace(typed_v1_to_v2, migrate=not_ >> consume() >> const(0)),
        "the running state is Int, and the migration takes Bool",
    ),
    "the migration gives another state": (
        replace(typed_v1_to_v2, migrate=consume() >> const("zero")),
        "the migration does not fit",
    ),
    "the old state is said wrongly": (
        replace(typed_v1_to_v2, expects=None, old_state_type=Str, migrate=consume() >> const(0)),
        "the running state is Int, and the upgrade says it is Str",
    ),
    "the migration fails on the state": (
        replace(typed_v1_to_v2, migrate=consume() >> const("x") >> read(Int)),
        "the migration failed on the state: cannot read Int",
    ),
    "the migration uses the state": (
        replace(typed_v1_to_v2, migrate=count_v1),
        "the migration does not fit",
    ),
    "the way back gives another state": (
        replace(typed_v1_to_v2, back=consume() >> const(True)),
        "the running state is Int, and the migration back gives Bool",
    ),
    "the adapter does not fit": (
        replace(typed_v1_to_v2, adapter=Adapter(ident(), ident())),
        "the adapter's `up` should take Either[Unit, Unit] to Either[Unit, Either[Unit, Unit]]",
    ),
    "the adapter does not type": (
        replace(typed_v1_to_v2, adapter=Adapter(incr >> not_, ident())),
        "the adapter's `up` does not fit",
    ),
    "old clients are connected and have no adapter": (
        replace(typed_v1_to_v2, adapter=None, spoken=frozenset({1})),
        "clients of interface version 1 are connected and would be cut off",
    ),
    "there is nothing to go back to": (Downgrade("counter"), "there is nothing to go back to"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refused_change_says_why_and_changes_nothing(case: str) -> None:
    change, reason = REFUSALS[case]
    answers, _ = model(typed_v1, [Item(INCR), Inspect(), change, Inspect(), Item(INCR), Item(READ)])
    _, before, refused, after, _, last = answers
    assert isinstance(refused, Refused)
    assert reason in "; ".join(refused.reasons)
    assert before == after
    assert last == Item(Left(2))


def test_a_change_that_came_too_late_is_told_so() -> None:
    other = replace(typed_v1_to_v2, machine=count_v2 >> ident() >> (ident() | ident()), adapter=None)
    for late, reason in ((typed_v1_to_v2, "so it was made already"), (other, "it was changed in the meantime")):
        answers, _ = model(typed_v1, [typed_v1_to_v2, late])
        assert isinstance(answers[1], Refused)
        assert reason in answers[1].reasons[0]


def test_every_reason_is_given() -> None:
    change = replace(
        typed_v1_to_v2, expects="0" * 64, migrate=not_ >> consume() >> const(0), adapter=Adapter(ident(), ident())
    )
    (refused,), _ = model(typed_v1, [change])
    assert isinstance(refused, Refused)
    assert len(refused.reasons) == 4


def test_the_story_of_the_counter() -> None:
    answers, (counter,) = model(
        typed_v1,
        [
            Item(INCR),
            typed_v1_to_v2,
            Item(Right(INCR)),
            Item(READ, version=1),
            typed_v2_to_v3,
            Item(READ),  # version 3: toggle
            Item(INCR, version=1),  # counts down now
            Item(READ, version=1),
            Item(Left(None), version=2),  # reset
            Inspect(),
        ],
    )
    values = [answer.value for answer in answers if isinstance(answer, Item)]
    assert values == [INCR, Right(Right(None)), Left(2), Left(None), INCR, Left(1), Left(None)]
    assert counter.state == (0, False)
    assert [(answer.version, answer.before, answer.after) for answer in answers if isinstance(answer, Upgraded)] == [
        (2, 1, 1),
        (3, 2, (2, False)),
    ]


def test_string_counters_serve_old_clients_too() -> None:
    answers, _ = model(
        v1,
        [
            Item("Right ()"),
            upgrade_v1_to_v2,
            upgrade_v2_to_v3,
            Item("Left ()", version=1),
            Item("Right (Right (Left ()))"),
            Item("garbage", version=1),
        ],
    )
    assert answers[3:5] == [Item("Left 1", version=1), Item("Right (Right (Left 1))")]
    assert isinstance(answers[5], Failed)


def test_a_downgrade_undoes_the_upgrade_and_its_link() -> None:
    answers, running = model(
        typed_v1,
        [
            Item(INCR),
            typed_v1_to_v2,
            typed_v2_to_v3,
            Downgrade("counter"),
            Downgrade("counter"),
            Item(READ, version=1),
            Item(READ),
            Downgrade("counter"),
        ],
    )
    assert [answer.version for answer in answers if isinstance(answer, Upgraded)] == [2, 3, 4, 5]
    assert answers[5:7] == [Item(Left(1), version=1), Item(Left(1))]
    assert isinstance(answers[7], Refused)
    (counter,) = running
    assert counter.state == 1
    assert running.log.served() >= {1, 5}


def test_a_downgrade_with_an_adapter_serves_the_version_undone() -> None:
    down_to_v1 = Adapter(
        up=consume() >> const(READ, input_v1),
        down=consume() >> const(Right(Left(9)), typed_v1_to_v2.output_type),
    )
    answers, _ = model(
        typed_v1, [typed_v1_to_v2, Downgrade("counter", adapter=down_to_v1), Item(Left(None), version=2)]
    )
    assert answers[2] == Item(Right(Left(9)), version=2)


def test_a_downgrade_without_a_way_back_is_refused() -> None:
    answers, _ = model(typed_v1, [replace(typed_v1_to_v2, back=None), Downgrade("counter")])
    assert isinstance(answers[1], Refused)
    assert "no way back" in answers[1].reasons[0]


def test_a_dry_run_tells_what_would_happen_and_changes_nothing() -> None:
    answers, _ = model(typed_v1, [Item(INCR), replace(typed_v1_to_v2, dry_run=True), Inspect(), Item(READ)])
    assert isinstance(answers[1], Upgraded)
    assert (answers[1].before, answers[1].after, answers[1].dry_run) == (1, 1, True)
    assert isinstance(answers[2], Inspected)
    assert answers[2].version == 1
    assert answers[3] == Item(Left(1))


def test_force_ends_the_service_of_older_clients() -> None:
    forced = replace(typed_v1_to_v2, adapter=None, force=True, spoken=frozenset({1}))
    answers, _ = model(typed_v1, [forced, Item(READ, version=1), Item(Right(READ))])
    assert isinstance(answers[0], Upgraded)
    assert isinstance(answers[1], Failed)
    assert "interface version 1 is not served" in answers[1].reason
    assert answers[2] == Item(Right(Left(0)))


def test_links_that_nobody_needs_go_with_the_next_version() -> None:
    first = replace(typed_v1_to_v2, spoken=frozenset({1}))
    second = replace(typed_v2_to_v3, spoken=frozenset({2}))
    _, running = model(typed_v1, [first, second])
    assert running.log.served() == {2, 3}


def test_in_a_longer_pipeline_an_interface_cannot_change_alone() -> None:
    pipeline = typed_v1 >> stage("show", None, show())
    answers, _ = model(pipeline, [typed_v1_to_v2, Item(READ)])
    assert isinstance(answers[0], Refused)
    assert "stands between others" in answers[0].reasons[0]
    assert answers[1] == Item("Left 0")


@pytest.mark.parametrize("other", [ident(), show(Str) >> read(Str), copy() >> fst()], ids=["any", "typed", "copied"])
def test_an_adapter_at_one_end_of_a_longer_pipeline_leaves_the_other_as_it_is(other: Any) -> None:
    running = stage("read", None, read(Int)) >> stage("write", None, show(Int))
    pairs = stage("read", None, fst(Str, Int) >> read(Int)) >> stage("write", None, show(Int))
    numbers = stage("read", None, read(Int)) >> stage("write", None, incr)
    first = upgrade(running, pairs, migrate=ident(), adapter=Adapter(copy(Str) >> second(consume() >> const(0)), other))
    last = upgrade(running, numbers, migrate=ident(), adapter=Adapter(other, show(Int)))
    for change, new in ((first, ("2", 0)), (last, "2")):
        answers, _ = model(running, [Item("1", 1), change, Item("1", 1), Item(new)])
        assert isinstance(answers[1], Upgraded), answers[1]
        assert answers[1].version == 2
        assert [answer.value for answer in answers if isinstance(answer, Item)] == (
            ["1", "1", "2"] if change is first else ["1", "2", 3]
        )
    for half in (consume() >> const(0), read(Int)):
        answers, _ = model(running, [replace(first, adapter=Adapter(copy() >> second(consume() >> const(0)), half))])
        assert isinstance(answers[0], Refused)
        assert "the adapter's `down` should take Str to Str, and takes" in answers[0].reasons[0]


def test_in_a_longer_pipeline_a_machine_changes_in_the_stream() -> None:
    twice = stage("add", None, incr >> incr)
    change = upgrade(stage("add", None, incr), twice, migrate=ident())
    pipeline = stage("add", None, incr) >> stage("show", None, show())
    answers, _ = model(pipeline, [Item(0), change, Item(0)])
    assert [answer.value for answer in answers if isinstance(answer, Item)] == ["1", "2"]


def test_a_failing_up_changes_nothing_and_a_failing_down_leaves_what_was_done() -> None:
    bad: Any = consume() >> const("no number") >> read(Int)
    new = stage("counter", 0, counter_v2)
    up_fails = upgrade(v1, new, migrate=ident(), adapter=Adapter(bad >> show(), ident()))
    down_fails = upgrade(
        v1, new, migrate=ident(), adapter=Adapter(consume() >> const("Right (Right ())"), bad >> show())
    )
    answers, (counter,) = model(v1, [up_fails, Item("Right ()", version=1)])
    assert isinstance(answers[1], Failed)
    assert counter.state == 0
    answers, (counter,) = model(v1, [down_fails, Item("Right ()", version=1)])
    assert isinstance(answers[1], Failed)
    assert counter.state == 1


def test_upgrade_wants_two_pipelines_that_differ_in_one_machine() -> None:
    with pytest.raises(ValueError, match="with the same stages, and these have 'counter' and 'other'"):
        upgrade(typed_v1, stage("other", 0, count_v2), migrate=ident())
    with pytest.raises(ValueError, match="to change more than the machine of one stage: rewire"):
        upgrade(typed_v1, typed_v2 >> stage("show", None, show()), migrate=ident())
    two = stage("add", None, incr) >> stage("more", None, incr)
    with pytest.raises(ValueError, match="no stage has another machine"):
        upgrade(two, two, migrate=ident())
    both = stage("add", None, incr >> incr) >> stage("more", None, incr >> incr)
    with pytest.raises(ValueError, match="stages 'add', 'more' differ"):
        upgrade(two, both, migrate=ident())
    one = stage("add", None, incr) >> stage("more", None, incr >> incr)
    assert upgrade(two, one, migrate=ident()).stage == "more"


@pytest.mark.long
def test_a_long_life_of_upgrades_does_not_pile_up() -> None:
    from sm_toolkit.pipeline.upgrades import LONGEST_HISTORY

    again = upgrade(typed_v1, typed_v1, migrate=ident(), back=ident())
    answers, (counter,) = model(typed_v1, [again] * (LONGEST_HISTORY + 5) + [Downgrade("counter")] * 3)
    assert all(isinstance(answer, Upgraded) for answer in answers)
    assert len(counter.plan.history) == LONGEST_HISTORY - 3
    assert all(undo.plan.history == () for undo in counter.plan.history)


def test_a_downgrade_serves_again_the_version_that_was_forced_out() -> None:
    forced = replace(typed_v1_to_v2, adapter=None, force=True)
    answers, running = model(typed_v1, [forced, Downgrade("counter"), Item(INCR, version=1)])
    assert answers[2] == Item(Right(None), version=1)
    assert all(running.log.types(version) for version in running.log.served())


@pytest.mark.long
def test_a_machine_that_cannot_be_hashed_is_refused_and_breaks_nothing() -> None:
    huge: Any = const(0).then(*[copy()] * 20, show(), consume())
    deep: Any = ident()
    for _ in range(50_100):
        deep = deep & ident()
    for machine, limit in ((huge, "type_nodes"), (consume() >> deep >> consume(), "term_depth")):
        change = replace(typed_v1_to_v2, machine=consume() >> machine, output_type=Unit, adapter=None)
        answers, _ = model(typed_v1, [change, Item(READ)])
        assert isinstance(answers[0], Refused)
        assert limit in "; ".join(answers[0].reasons)
        assert answers[1] == Item(Left(0))


def test_a_dry_run_tells_the_door_and_the_codecs_of_no_change() -> None:
    (told,), _ = model(typed_v1, [replace(typed_v1_to_v2, dry_run=True)])
    assert isinstance(told, Upgraded)
    assert told.log is None
    assert told.version == 2
