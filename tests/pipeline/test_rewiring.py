"""Rewiring: what stays, what is refused with which reasons, and that a refusal leaves all as it was."""

# mypy: disable-error-code="operator, arg-type, misc"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sm_toolkit.language import (
    Int,
    Map,
    Str,
    add,
    consume,
    from_utf8,
    function,
    get,
    ident,
    incr,
    length,
    put,
    read,
    show,
)
from sm_toolkit.pipeline.meaning import model
from sm_toolkit.pipeline.messages import Adapter, Downgrade, Failed, Inspect, Item, Refused, Rewire, Rewired, Upgraded
from sm_toolkit.pipeline.pipelines import fan_out, identity, shard, stage, tee
from sm_toolkit.pipeline.rewiring import rewire
from sm_toolkit.pipeline.upgrades import upgrade

count: Any = consume() >> get() >> incr >> put() >> get()
seen = stage("seen", 0, count, input=Str)
parse = stage("parse", None, read(Int))
words = shard("words", seen, 2, ident(Str))
last = stage("seen", "", ident(Str) >> put() >> get())


def run(pipeline: Any, *requests: Any) -> list[Any]:
    answers, _ = model(pipeline, [each if hasattr(each, "reply_to") else Item(each) for each in requests])
    return [answer.value if isinstance(answer, Item) else answer for answer in answers]


def test_stages_keep_their_states_and_a_new_one_is_put_in() -> None:
    new = seen >> stage("text", None, show())
    first, rewired, second = run(seen, "a", rewire(seen, new), "b")
    assert (first, second) == (1, "2")
    assert isinstance(rewired, Rewired)
    assert [view.name for view in rewired.after] == ["seen", "text"]
    assert rewired.version == 2  # the output has another type


def test_several_stages_change_their_types_together() -> None:
    old = stage("size", None, length) >> stage("total", 0, (ident(Int) & (consume() >> get())) >> add >> put() >> get())
    new = stage("size", None, ident(Str)) >> stage("total", "", ident(Str) >> put() >> get())
    first, rewired, after, back = run(
        old,
        "abc",
        rewire(old, new, migrations={"total": show()}),
        "abcd",
        rewire(new, old, migrations={"total": length}),
    )
    assert (first, after) == (3, "abcd")
    assert isinstance(rewired, Rewired)
    assert [view.state for view in rewired.after] == [None, "3"]
    assert isinstance(back, Rewired)
    assert [view.state for view in back.after] == [None, 4]


def test_resharding_keeps_the_state_of_every_key() -> None:
    more = shard("words", seen, 5, ident(Str))
    answers = run(words, "a", "b", "a", rewire(words, more), "a", "b", "c")
    assert answers[4:] == [3, 2, 1]


def test_an_unkeyed_shard_may_grow_and_goes_on_counting_turns() -> None:
    two, three = shard("turns", seen, 2), shard("turns", seen, 3)
    answers = run(two, "a", "b", "c", rewire(two, three), "d", "e", "f", rewire(three, two))
    # Of the seven items the fourth is the first for three copies: it has turn 3, so it goes to copy 0.
    assert answers[4:7] == [3, 2, 1]
    assert isinstance(answers[7], Refused)
    assert "shard 'turns' has 3 copies, and is to have 2" in answers[7].reasons[0]


@function
def under_one_key(count: int) -> dict[str, int]:
    return {"all": count}


def test_a_stage_goes_into_a_shard_by_a_migration_of_the_whole() -> None:
    answers = run(seen, "x", "y", rewire(seen, words, migrations={"seen": under_one_key}), "all", "b")
    assert isinstance(answers[2], Rewired)
    assert answers[3:] == [3, 1]


REFUSED: dict[str, tuple[Any, Any, str]] = {
    "a state goes": (seen, rewire(seen, identity(Str)), "stage 'seen' goes, and its state with it (Int): say drop"),
    "what is dropped is not there": (seen, rewire(seen, seen, drop=["sen"]), "there is no stage 'sen' whose state"),
    "a migration for nobody": (
        seen,
        rewire(seen, seen, migrations={"sen": ident()}),
        "a migration for 'sen', and the new pipeline has no stage of that name",
    ),
    "both": (
        seen,
        rewire(seen, seen, migrations={"seen": ident()}, drop=["seen"]),
        "is to be migrated and to be dropped",
    ),
    "another state": (
        seen,
        rewire(seen, last),
        "its state is Int, and becomes Str: give a migration of Int to Str",
    ),
    "a migration that does not fit": (
        seen,
        rewire(seen, last, migrations={"seen": from_utf8}),
        "the migration of 'seen' should take Int to Str, and takes Bytes to",
    ),
    "other shards round it": (
        seen,
        rewire(seen, words),
        "it was in no shard, and is to be in 'words', so its states (Int) need a migration to Map[Str, Int]",
    ),
    "what runs is another": (seen, rewire(words, words), "which the rewiring expects"),
    "the new pipeline does not fit": (
        seen,
        rewire(seen, seen >> parse),
        "stage 'parse' takes Str, and stage 'seen' gives Int",
    ),
    "clients would be cut off": (
        seen,
        replace(rewire(seen, seen >> stage("t", None, show())), spoken=frozenset({1})),
        "clients of interface version 1 are connected and would be cut off",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_rewiring_says_why_and_changes_nothing(case: str) -> None:
    pipeline, change, told = REFUSED[case]
    _, before, refused, after, last = run(pipeline, "a", Inspect(), change, Inspect(), "a")
    assert isinstance(refused, Refused)
    assert told in "; ".join(refused.reasons)
    assert before == after
    assert last == 2


def test_older_clients_go_on_through_the_adapter_of_a_rewiring() -> None:
    new = parse >> stage("seen", 0, count)
    old = stage("seen", 0, count, input=Int)
    adapter = Adapter(show(), ident())
    answers = run(old, 1, rewire(old, new, adapter=adapter), Item(5, 1), Item("6"), Item("x"))
    assert answers[2:4] == [2, 3]
    assert isinstance(answers[4], Failed)


def test_a_dry_run_tells_the_states_and_changes_nothing() -> None:
    change = rewire(seen, last, migrations={"seen": show()}, dry_run=True)
    _, told, after = run(seen, "a", change, "b")
    assert isinstance(told, Rewired)
    assert [view.state for view in told.after] == ["1"]
    assert after == 2


def test_a_stage_that_stays_keeps_its_way_back_and_one_that_changes_has_none() -> None:
    twice = stage("seen", 0, count >> incr, input=Str)
    up = upgrade(seen, twice, migrate=ident(), back=ident())
    longer = twice >> stage("text", None, show())
    answers = run(seen, "a", up, rewire(twice, longer, force=True), Downgrade("seen"), "b")
    assert isinstance(answers[3], Upgraded)
    assert answers[4] == "2"
    other = stage("seen", 0, count >> incr >> incr, input=Str)
    answers = run(seen, up, rewire(twice, other), Downgrade("seen"))
    assert isinstance(answers[2], Refused)
    assert "nothing to go back to" in answers[2].reasons[0]


def test_an_upgrade_inside_a_shard_migrates_every_state_and_the_one_that_new_keys_start_in() -> None:
    text = stage("seen", "0", (consume() >> get() >> read(Int) >> incr >> show() >> put() >> get()), input=Str)
    new = shard("words", text, 2, ident(Str))
    change = upgrade(words, new, migrate=show(), force=True)
    answers = run(words, "a", "a", "b", change, "a", "c")
    assert isinstance(answers[3], Upgraded)
    assert (answers[3].before, answers[3].after) == ({"a": 2, "b": 1}, {"a": "2", "b": "1"})
    assert answers[3].after_type == Map(Str, Str)
    assert answers[4:] == ["3", "1"]


def test_a_branch_is_put_round_what_runs() -> None:
    both = fan_out(seen, identity(Str))
    answers = run(seen, "a", rewire(seen, both), "b")
    assert answers[2] == (2, "b")


def test_a_tee_without_a_sink_is_refused() -> None:
    from sm_toolkit.deploying import deploy

    with deploy(seen) as running:
        refused = running.change(rewire(seen, seen >> tee("log")))
        assert isinstance(refused, Refused)
        assert refused.reasons == (
            "tee 'log' has no sink: give it one where the pipeline was started, with run(…, tees={'log': sink}) or "
            "deploy(…, tees={'log': function})",
        )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"drop": "seen"}, r"`drop` is a set of names: drop=\{'seen'\}"),
        ({"migrations": [show()]}, "`migrations` has for the names of stages their machines: .*, not list"),
        ({"adapter": ident()}, r"an adapter is an Adapter\(up=machine, down=machine\), not Machine"),
    ],
    ids=["a name", "a list", "a machine"],
)
def test_what_a_rewiring_cannot_use_is_refused_where_it_is_made(given: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        rewire(seen, last, **given)
    with pytest.raises(TypeError, match=says):
        Rewire(last, **given)


def test_an_answer_of_a_new_version_is_equal_wherever_it_was_made() -> None:
    change = rewire(seen, last, migrations={"seen": show()}, adapter=Adapter(ident(), read()))
    (first,), _ = model(seen, [change])
    (second,), _ = model(seen, [change])
    assert isinstance(first, Rewired)
    assert first.version == 2
    assert first == second
    assert "Program" not in repr(first)
