"""What a rewiring would change is told before it is done, as data and as a text."""

# mypy: disable-error-code="operator, arg-type, misc"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from sm_toolkit.deploying import deploy
from sm_toolkit.language import Either, Int, Left, List, Str, consume, function, get, ident, incr, length, put, show
from sm_toolkit.pipeline.differences import difference
from sm_toolkit.pipeline.meaning import model
from sm_toolkit.pipeline.messages import Refused, Rewire
from sm_toolkit.pipeline.pipelines import choice, each, effect, fan_out, identity, shard, stage, tee
from sm_toolkit.pipeline.plans import hash_pipeline
from sm_toolkit.pipeline.rewiring import rewire
from tests.conftest import fewer
from tests.pipeline.streams import AnyPipeline, pipelines

count: Any = stage("count", 0, consume(Str) >> get() >> incr >> put() >> get())
last = stage("count", "", ident(Str) >> put() >> get())
words = shard("words", count, 2, ident(Str))
write = stage("write", None, show())
same = stage("same", None, ident(Str))
sides = effect("sides", Left, Int, Either(Int, Int))
a, b, c, d = (stage(name, None, incr) for name in "abcd")


def text_of(number: int) -> str:
    return str(number)


@function
def under_one_key(number: int) -> dict[str, int]:
    return {"all": number}


TOLD: dict[str, tuple[Any, Any, list[str]]] = {
    "a stage is added": (
        count,
        count >> write,
        ["interface Pipeline[Str, Int] becomes Pipeline[Str, Str]", "+ stage 'write': is added; Int to Str"],
    ),
    "one with a state": (
        identity(Str),
        count,
        ["+ stage 'count': is added; Str to Int; starts in a state of its own (Int)"],
    ),
    "one goes": (count >> write, count, ["- stage 'write': is removed; Int to Str", "= 'count': as before"]),
    "its state would be lost": (
        count,
        identity(Str),
        ["its state (Int) would be lost, and has to be dropped by name", "because\n  - stage 'count' goes"],
    ),
    "its state is dropped": (
        count,
        rewire(count, identity(Str), drop=["count"]),
        ["- stage 'count': is removed; Str to Int; its state (Int) is dropped"],
    ),
    "a machine changes and needs a migration": (
        count,
        last,
        ["another machine, ", "; Str to Int becomes Str to Str; its state (Int) needs a migration to Str, or to be"],
    ),
    "a migration is given": (
        count,
        rewire(count, last, migrations={"count": show()}),
        ["its state is migrated, Int to Str"],
    ),
    "it starts anew": (count, rewire(count, last, drop=["count"]), ["its state (Int) is dropped and it starts anew"]),
    "more copies": (words, shard("words", count, 5, ident(Str)), ["~ shard 'words': 2 copies become 5", "= 'count'"]),
    "another key": (
        words,
        shard("words", count, 2, length),
        ["~ shard 'words': another key, ", "Map[Str, Int]) needs"],
    ),
    "no key any more": (words, shard("words", count, 2), ["becomes none", "needs a migration to Map[Int, Int]"]),
    "into a shard": (
        count,
        rewire(count, words, migrations={"count": under_one_key}),
        ["+ shard 'words': is added", "moves into shard 'words'; its state is migrated, Int to Map[Str, Int]"],
    ),
    "into branches": (
        identity(List(Int)) >> each(a >> b),
        identity(List(Int))
        >> each(a)
        >> each(fan_out(b, c >> effect("either", Left, Int, Either(Int, Int)) >> choice(d, write))),
        [
            "~ stage 'b': moves from each to the left of fan_out, in each",
            "+ stage 'c': is added; in the right of fan_out, in each; Int to Int",
            "+ stage 'd': is added; in the left of choice, in the right of fan_out, in each",
            "= 'a': as before",
        ],
    ),
    "out of one": (fan_out(a, b), a >> b, ["~ stage 'a': moves out of the left of fan_out"]),
    "from one to another": (
        fan_out(a, b),
        fan_out(b, a),
        ["'a': moves from the left of fan_out to the right of fan_out"],
    ),
    "another order": (a >> b >> c, c >> tee("t") >> a >> b, ["~ stage 'c': comes elsewhere in the order\n  + tee 't'"]),
    "workers and the function": (
        effect("e", str, Int, Str, 2),
        effect("e", text_of, Int, Str, 4),
        ["~ effect 'e': another function; 2 workers become 4"],
    ),
    "a stage becomes an effect": (write, effect("write", str, Int, Str), ["~ effect 'write': was of kind stage"]),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_would_change_is_told(case: str) -> None:
    old, new, told = TOLD[case]
    found = difference(old, new)
    assert found
    text = str(found)
    for each_told in told:
        assert each_told in text


def test_as_data() -> None:
    found = difference(count >> write, rewire(count >> write, last >> same, drop=["count"]))
    changed, added, removed = found.parts
    assert [(part.name, part.state, part.moved) for part in found.parts] == [
        ("count", "dropped", False),
        ("same", "", False),
        ("write", "", False),
    ]
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before.state, changed.after.state) == (Int, Str)
    assert (added.before, removed.after) == (None, None)
    assert found.reasons == ()
    assert found.hashes == (hash_pipeline(count >> write), hash_pipeline(last >> same))


def test_nothing_changes() -> None:
    found = difference(words >> write, words >> write)
    assert not found
    assert (str(found), found.same, found.parts) == ("nothing changes", ("words", "count", "write"), ())


def test_what_runs_may_be_given_as_an_inspection_shows_it() -> None:
    new = rewire(words, shard("words", last, 3, ident(Str)) >> effect("e", str.upper, Str, Str), drop=["count"])
    with deploy(words) as running:
        found = difference(running.inspect().stages, new)
    assert str(found).splitlines()[1:] == [f"  {part}" for part in found.parts]
    assert [str(part).partition(":")[0] for part in found.parts] == ["~ stage 'count'", "+ effect 'e'"]
    assert "its state (Map[Str, Int]) is dropped and it starts anew" in str(found)


@pytest.mark.parametrize("old", ["words", 5, ident()])
def test_what_is_no_pipeline_has_no_difference(old: Any) -> None:
    with pytest.raises(TypeError, match="a difference is from a pipeline, or the stages that an inspection shows, not"):
        difference(old, words)


@settings(max_examples=fewer(40))
@given(pipelines(), pipelines())
def test_it_tells_the_reasons_of_the_model(old: AnyPipeline, new: AnyPipeline) -> None:
    found = difference(old, new)
    (answer,), _ = model(old, [Rewire(new)])
    assert found.reasons == (answer.reasons if isinstance(answer, Refused) else ())
    names = [part.name for part in found.parts]
    assert len({*names, *found.same}) == len(names) + len(found.same)
    wanting = {part.name for part in found.parts if part.state.startswith("in want")}
    assert {name for name in wanting if not any(repr(name) in reason for reason in found.reasons)} == set()
    assert bool(wanting) <= bool(found.reasons)
    assert bool(difference(old, old)) is False
