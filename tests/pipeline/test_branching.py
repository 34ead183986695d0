"""Pipelines that branch: what they give, what fails, what is refused when they are made, and how they travel."""

# mypy: disable-error-code="operator, arg-type, misc"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given

from sm_toolkit.language import (
    Float,
    Int,
    Left,
    Limits,
    List,
    Map,
    Pair,
    Right,
    Str,
    consume,
    fst,
    get,
    ident,
    incr,
    not_,
    put,
    read,
    second,
    show,
    snd,
)
from sm_toolkit.language.errors import DecodeError, EncodeError, MachineTypeError
from sm_toolkit.pipeline.ends import enter
from sm_toolkit.pipeline.meaning import model, transition
from sm_toolkit.pipeline.messages import Failed, Inspect, Inspected, Item
from sm_toolkit.pipeline.pipeline_encoding import decode_pipeline, encode_pipeline
from sm_toolkit.pipeline.pipelines import (
    Pipeline,
    PipelineError,
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
from sm_toolkit.pipeline.plans import deployed, hash_pipeline
from tests.pipeline.streams import pipelines

counter = get() >> incr >> put() >> get()
parse = stage("parse", None, read(Int))


def values(pipeline: Pipeline[Any, Any], *inputs: Any) -> list[Any]:
    answers, _ = model(pipeline, map(Item, inputs))
    return [answer.value if isinstance(answer, Item) else answer for answer in answers]


def test_each_combinator_gives_what_it_says() -> None:
    add, text = stage("add", None, incr), stage("text", None, show(Int))
    assert values(fan_out(add, text, identity(Int)), 1) == [(2, ("1", 1))]
    assert values(parallel(add, text), (1, 2)) == [(2, "2")]
    assert values(choice(add, text), Left(1), Right(2), Left(3)) == [Left(2), Right("2"), Left(4)]
    assert values(each(add), [1, 2], []) == [[2, 3], []]
    assert values(effect("length", len, Str, Int, workers=3), "abc") == [3]


def test_a_shard_without_a_key_gives_items_to_its_copies_in_turn() -> None:
    turns = shard("turns", stage("count", 0, counter), 2)
    assert values(turns, *[None] * 5) == [1, 1, 2, 2, 3]


def test_a_shard_with_a_key_has_a_state_a_key_whatever_the_number_of_copies() -> None:
    words = ["a", "b", "a", "c", "a", "b"]
    for copies in (1, 2, 7):
        count = shard("words", stage("count", 0, consume() >> counter, input=Str), copies, ident(Str))
        assert values(count, *words) == [1, 1, 2, 1, 3, 2]


def test_the_left_most_failure_answers_and_each_branch_keeps_what_it_did() -> None:
    left = parse >> stage("l", 0, consume() >> counter)
    right = stage("r", 0, consume() >> counter) >> stage("again", None, consume() >> show() >> read(Int))
    answers, running = model(fan_out(left, right), [Item("1"), Item("x")])
    failures = [answer.stage for answer in answers if isinstance(answer, Failed)]
    assert failures == ["again", "parse"]
    assert (running.states["l"], running.states["r"]) == (1, 2)


def test_in_a_list_all_elements_go_through_and_the_first_failure_answers() -> None:
    (failed,), running = model(each(stage("seen", 0, first_counts()) >> parse), [Item(["1", "x", "2", "y"])])
    assert isinstance(failed, Failed)
    assert "found `x`" in failed.reason
    assert running.states["seen"] == 4


def first_counts() -> Any:
    """Pass a text on, and count."""
    return (ident(Str) & (consume() >> counter)) >> fst()


def test_what_an_effect_raises_is_the_failure_of_its_item() -> None:
    def fetch(path: str) -> int:
        if not path:
            raise FileNotFoundError("no path")
        return 3 if path == "a" else 1.5  # type: ignore[return-value]

    first, second_, third = values(effect("fetch", fetch, Str, Int), "", "a", "b")
    assert first == Failed("fetch", "FileNotFoundError: no path")
    assert second_ == 3
    assert isinstance(third, Failed)
    assert "Int" in third.reason


def test_a_tee_copies_what_passes() -> None:
    copied: dict[str, list[Any]] = {}
    answers, _ = model(parse >> tee("log") >> stage("add", None, incr), map(Item, ["1", "x", "3"]), copied)
    assert copied == {"log": [1, 3]}
    assert len(answers) == 3


def test_a_shard_takes_no_more_keys_than_the_limit() -> None:
    count = shard("words", stage("count", 0, consume() >> counter, input=Str), 2, ident(Str))
    running = deployed(count, Limits(shard_keys=2))
    answers = []
    for word in ("a", "b", "c", "a"):
        running, answer = transition(running, enter(Item(word)))
        answers.append(answer)
    assert [answer.value for answer in answers if isinstance(answer, Item)] == [1, 1, 2]
    assert answers[2] == Failed("words", "the shard has 2 keys already, and this is a new one (limit `shard_keys`)")


def test_an_inspection_shows_the_states_of_a_shard_as_a_map() -> None:
    inner = shard("turns", stage("count", 0, consume() >> counter, input=Pair(Str, Int)), 2)
    nested = shard("words", inner, 3, fst(Str, Int))
    answers, _ = model(nested, [Item(("a", 1)), Item(("a", 2)), Item(("b", 3)), Inspect()])
    seen = answers[-1]
    assert isinstance(seen, Inspected)
    (view,) = seen.stages
    assert view.state == {("a", 0): 1, ("a", 1): 1, ("b", 0): 1}
    assert view.state_type == Map(Pair(Str, Int), Int)


WRONG: dict[str, tuple[Any, str]] = {
    "a branch takes another type": (
        lambda: stage("a", None, incr) >> fan_out(stage("b", None, not_), identity()),
        "stage 'b' takes Bool, and stage 'a' gives Int",
    ),
    "a side of a pair": (
        lambda: parse >> fan_out(identity(), identity()) >> parallel(identity(), stage("n", None, not_)),
        "stage 'n' takes Bool, and the right side of parallel",
    ),
    "no list": (lambda: parse >> each(identity()), "each(…) takes List"),
    "names are taken": (lambda: parse >> shard("parse", stage("s", None, show()), 2), "not unique: 'parse'"),
    "a tee in a shard": (lambda: shard("s", tee("t"), 2), "tee 't' is inside shard 's'"),
    "a key that no map has": (
        lambda: shard("s", identity(Float), 2, ident()),
        "the key of shard 's' should be Int, Bool, Str, Bytes or a tuple of these, and is Float",
    ),
    "a key with a state": (
        lambda: shard("s", identity(Int), 2, consume() >> get() >> incr >> put() >> get()),
        "the key of shard 's' is a machine without a state",
    ),
    "too deep": (lambda: deep(150), "nested 100 deep at most"),
}


def deep(count: int) -> Pipeline[Any, Any]:
    made: Pipeline[Any, Any] = identity(Int)
    for _ in range(count):
        made = fan_out(made, identity())
    return made


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_is_told_when_it_is_put_together(case: str) -> None:
    make, told = WRONG[case]
    with pytest.raises(PipelineError) as caught:
        interface(make())
    assert told in str(caught.value)


def test_what_is_no_pipeline_is_told_at_the_call() -> None:
    with pytest.raises(TypeError, match="put it in a stage"):
        fan_out(incr, identity())
    with pytest.raises(TypeError, match="a machine goes in a stage"):
        effect("e", incr, Int, Int)
    with pytest.raises(TypeError, match="from an item to its key, not str"):
        shard("s", identity(), 2, cast("Any", "key"))
    with pytest.raises(ValueError, match="number of copies is 1 to 1,000, not 0"):
        shard("s", identity(), 0)
    with pytest.raises(TypeError, match=r"a machine, not int; the state comes first: stage\(name, state, machine\)"):
        stage("s", incr, cast("Any", 0))


def test_an_initial_state_that_the_machine_has_no_use_for_is_named() -> None:
    with pytest.raises(MachineTypeError) as caught:
        stage("s", "x", consume(Int) >> get() >> incr >> put())
    assert caught.value.__notes__ == ["(the initial state of stage 's' has the type Str)"]


def test_each_of_a_machine_is_a_machine() -> None:
    assert values(stage("all", None, each(incr)), [1, 2]) == [[2, 3]]


@given(pipelines(local=False))
def test_a_pipeline_arrives_as_it_was_sent(pipeline: Pipeline[Any, Any]) -> None:
    arrived = decode_pipeline(encode_pipeline(pipeline))
    assert hash_pipeline(arrived) == hash_pipeline(pipeline)
    assert encode_pipeline(arrived) == encode_pipeline(pipeline)
    assert dict(deployed(arrived).states) == dict(deployed(pipeline).states)


def test_an_effect_is_not_sent_and_a_spoiled_pipeline_is_none() -> None:
    with pytest.raises(EncodeError, match="deploy the pipeline where it is written"):
        encode_pipeline(effect("fetch", len, Str, Int))
    data = encode_pipeline(parse >> fan_out(identity(), stage("s", None, show())))
    for cut in range(1, len(data)):
        with pytest.raises(DecodeError):
            decode_pipeline(data[:cut])


def test_the_hash_of_a_pipeline_is_of_what_runs_and_not_of_its_states() -> None:
    one, other = stage("count", 0, counter), stage("count", 7, counter)
    assert hash_pipeline(one) == hash_pipeline(other) == hash_pipeline(identity() >> one)
    shapes = [one, stage("c", 0, counter), shard("s", one, 2), shard("s", one, 3), each(one), fan_out(one, identity())]
    assert len({hash_pipeline(each_) for each_ in shapes}) == len(shapes)


def test_a_pipeline_prints_as_what_makes_it() -> None:
    made = each(shard("w", stage("k", 0, second(counter) >> snd()), 3, fst()) >> tee("log"))
    text = (
        "each(shard('w', stage('k', 0, second(get() >> incr >> put() >> get()) >> snd()), 3, key=fst()) >> tee('log'))"
    )
    assert repr(made) == text
    assert interface(made).output == List(Int)
