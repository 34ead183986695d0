"""Deploying: what is sent is held against the types of its place in the stream; and a source run into a sink."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.deploying import Deployment, DeploymentError, deploy, run
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.lines import lines_codec
from sm_toolkit.edges.show_codec import text_codec
from sm_toolkit.edges.sinks import to_file, to_list
from sm_toolkit.edges.sources import from_file, from_list
from sm_toolkit.engines import event_loop, inline, simulated, threads
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2, typed_v2_to_v3
from sm_toolkit.language import Int, Left, Right, Str, Unit, consume, get, ident, incr, put, read, show
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.pipeline.meaning import model
from sm_toolkit.pipeline.messages import Adapter, Answer, Done, Failed, Inspected, Item, Request, Upgrade, Upgraded
from sm_toolkit.pipeline.pipelines import identity, stage, tee
from sm_toolkit.pipeline.plans import DeployedStage
from sm_toolkit.pipeline.ports import Engine
from sm_toolkit.pipeline.wire import encode_request

ENGINES = pytest.mark.parametrize("engine", [inline(), simulated(3), threads()], ids=["inline", "simulated", "threads"])


# -- items at their place ---------------------------------------------------------------------------------


@ENGINES
def test_an_item_behind_a_change_is_held_against_the_new_types(engine: Engine) -> None:
    # Left(Left(None)) is a word of version 3 and not of version 1, Right(Left(None)) of both, 5 of neither.
    requests: list[Request] = [
        Item(Left(Left(None))),
        typed_v1_to_v2,
        Item(Right(Left(None))),
        typed_v2_to_v3,
        Item(Right(Right(Left(None)))),
        Item(5),
        Item(Right(None), version=1),
        Item("junk", version=2),
        Item(None, version=9),
        Item(Left(None), version=1),
    ]
    with deploy(typed_v1, engine) as counter:
        counter.send(*requests)
        answers = counter.answers()
        (running,) = counter.stages()
    assert [type(answer) for answer in answers] == [
        *(Failed, Upgraded, Item, Upgraded, Item, Failed, Item, Failed, Failed, Item),
    ]
    assert running.state == (1, False)
    reasons = [answer.reason for answer in answers if isinstance(answer, Failed)]
    assert "the input at .value should be Unit, and is a Left" in reasons[0]
    assert "and is 5 (Int)" in reasons[1]
    assert "interface version 9 is not served here (served: 1, 2, 3)" in reasons[3]
    meant, _ = model(typed_v1, requests)
    for answer, means in zip(answers, meant, strict=True):
        assert answer == means or isinstance(answer, Upgraded)


@ENGINES
def test_a_wrong_value_does_not_reach_a_state(engine: Engine) -> None:
    keep = stage("keep", 0, ident(Int) >> put())
    with deploy(keep >> stage("say", None, show()), engine) as kept:
        kept.send(Item("x"), Item(True), Item(2), Item(3, version=2), Item(1 << 20_000))
        answers = kept.answers()
        assert [type(answer) for answer in answers] == [Failed, Failed, Item, Failed, Failed]
        assert kept.stages()[0].state == 2


def test_an_answer_may_be_sent_on_and_is_held_against_the_types_there() -> None:
    with deploy(stage("say", None, ident(Int) >> show())) as say, deploy(stage("add", None, incr)) as add:
        say.send(Item(1))
        add.send(*[answer for answer in say.answers() if isinstance(answer, Item)])
        assert isinstance(add.answers()[0], Failed)


# -- what is no request -----------------------------------------------------------------------------------


WRONG: list[tuple[Callable[[Deployment[Any, Any]], Any], str]] = [
    (lambda d: d.send(5), r"not int; to send it as a value: Item\("),  # type: ignore[arg-type]
    (lambda d: d.send(typed_v1), r"upgrade\(old, new, migrate"),  # type: ignore[arg-type]
    (lambda d: d.send(Failed("n", "no")), "Failed, which is an answer"),  # type: ignore[arg-type]
    (lambda d: d.send(Item(5, "1")), "a number or None, not '1'"),  # type: ignore[arg-type]
    (lambda d: d.change(typed_v1), "a change is an Upgrade, a Downgrade or a Rewire, not Stage"),  # type: ignore[arg-type]
    (lambda d: deploy(get()), r"got Machine; put it in a stage: stage\("),  # type: ignore[arg-type]
    (lambda d: deploy(typed_v1, threads), r"an engine is made by inline\(\)"),  # type: ignore[arg-type]
    (lambda d: Adapter(5, incr), "an adapter's `up` is a machine, not int"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("wrong", "told"), WRONG)
def test_what_is_no_request_is_told_at_the_call(wrong: Callable[[Deployment[Any, Any]], Any], told: str) -> None:
    with deploy(typed_v1) as counter:
        with pytest.raises(TypeError, match=told):
            wrong(counter)
        counter.send(Item(Right(None)))
        assert counter.answers() == [Item(Right(None))]


class Breaks:
    """A program that raises what no program should."""

    def step(self, x: Any, s: Any) -> Any:
        raise RuntimeError("broken on purpose")


def broken_deployment() -> Deployment[Any, Any]:
    deployment = deploy(typed_v1, threads())
    running: Any = deployment.running
    (step,) = running._crew.network.nodes[0].whole._line.steps[1:]
    plan, state = step.stage
    step.stage = DeployedStage(replace(plan, program=Breaks()), state)
    return deployment


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_broken_engine_is_a_deployment_error_at_every_call_and_leaves_no_thread() -> None:
    before = threading.active_count()
    with broken_deployment() as broken:
        broken.send(Item(Right(None)))
        with pytest.raises(DeploymentError, match="broken on purpose"):
            broken.answers()
        with pytest.raises(DeploymentError, match="broken on purpose"):
            broken.send(Item(Right(None)))
    with broken_deployment() as broken:
        broken.send(Item(Right(None)))
        with pytest.raises(DeploymentError, match="broken on purpose"):
            broken.drain()
        assert threading.active_count() == before
    assert threading.active_count() == before


def test_many_threads_may_send_to_one_inline_deployment() -> None:
    with deploy(stage("n", 0, get() >> incr >> put())) as counter:
        senders = [threading.Thread(target=lambda: counter.send(*[Item(None)] * 2000)) for _ in range(4)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert counter.stages()[0].state == 8000
        assert len(counter.answers()) == 8000


# -- a source run into a sink -----------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [inline(), threads()], ids=["inline", "threads"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_each_answer_is_written_in_the_types_of_its_place(engine: Engine, dry_run: bool, tmp_path: Path) -> None:
    # The new output is a text in quotes: as a Str it is written as it is, as an Int it could not be.
    again = consume(Int) >> get() >> show() >> show()
    change = Upgrade("x", again, Int, Int, Str, ident(), dry_run=dry_run)
    path = tmp_path / "out"
    assert run(from_list([1, change, 2]), lines_codec, stage("x", 0, consume(Int) >> get()), to_file(path), engine) == 3
    assert path.read_text().splitlines() == ["0", "! upgraded: x", "0" if dry_run else '"0"']


@pytest.mark.parametrize("engine", [inline(), threads()], ids=["inline", "threads"])
def test_what_stands_behind_a_change_in_a_file_is_read_in_its_types(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "log"
    old, new = codec_of(Int), codec_of(Str)
    change = Upgrade("n", read() >> incr >> show(), Unit, Str, Str, ident(), dry_run=False)
    refused = Upgrade("n", read() >> incr >> show(), Int, Str, Str, ident())
    requests = [encode_request(Item(x), old) for x in (1, 2)]
    requests += [encode_request(refused, old), encode_request(Item(3), old)]
    requests += [encode_request(change, old), encode_request(Item("4"), new)]
    path.write_bytes(b"".join(requests))
    answers = run(from_file(path), msgpack_codec, stage("n", None, incr), to_list(), engine)
    kinds = [type(answer).__name__ if isinstance(answer, Answer) else answer for answer in answers]
    assert kinds == [2, 3, "Refused", 4, "Upgraded", "5"]


def test_a_text_file_tells_the_whole_story(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    change = (
        'Upgrade "n" (UpgradeData_ {oldState = UTUnit, newState = UTUnit, newInput = UTString, newOutput = UTString, '
        "newStateMachine = ComposeU (ShowU UTInt) (ComposeU IncrU (ReadU UTInt)), stateMigration = IdU})"
    )
    path.write_text(f'Item (4)\n{change}\nItem "4"\n{change}\nItem "5"')
    told = run(from_file(path), text_codec, stage("n", None, incr), to_file(tmp_path / "out"))
    assert told == 5
    lines = (tmp_path / "out").read_text().splitlines()
    assert lines == ["Item 5", 'UpgradeSucceeded "n"', 'Item "5"', 'UpgradeSucceeded "n"', 'Item "6"']


def test_values_in_a_list_are_held_against_the_types() -> None:
    answers = run(from_list([1, "x", 2]), lines_codec, stage("n", None, incr), to_list())
    assert answers[0] == 2
    assert isinstance(answers[1], Failed)
    assert answers[2] == 3


@pytest.mark.parametrize("engine", [inline(), threads()], ids=["inline", "threads"])
def test_nothing_is_run_after_done(engine: Engine) -> None:
    taken = []

    def values() -> Iterator[Any]:
        for value in (1, Done(), *range(2, 2000)):
            taken.append(value)
            yield value

    assert run(from_list(values()), lines_codec, stage("n", None, incr), to_list(), engine) == [2]
    assert len(taken) < 1000


class ClosesBadly:
    """A sink whose file cannot be closed, on a full disk say."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    def write(self, session: Any, answers: list[Answer]) -> None:
        self.answers += answers

    def close(self) -> None:
        raise OSError("disk full")


@pytest.mark.parametrize("engine", [inline(), threads()], ids=["inline", "threads"])
def test_the_error_of_a_source_is_the_one_that_is_told(engine: Engine) -> None:
    def values() -> Iterator[int]:
        yield from range(256)
        raise ValueError("the source broke")

    sink = ClosesBadly()
    with pytest.raises(ValueError, match="the source broke") as caught:
        run(from_list(values()), lines_codec, stage("n", None, incr), sink, engine)
    assert caught.value.__notes__ == ["(and the sink could not be closed: disk full)"]
    assert len(sink.answers) == 256  # what was taken in was answered
    with pytest.raises(OSError, match="disk full"):
        run(from_list([1]), lines_codec, stage("n", None, incr), ClosesBadly(), engine)


def test_a_pipeline_without_stages_passes_on() -> None:
    assert run(from_list([1, 2]), lines_codec, identity(Int), to_list()) == [1, 2]


numbers = identity(Int)


def untyped(value: Any) -> Any:
    """Return what a type checker knows nothing of."""
    return value


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: run(untyped([1, 2]), lines_codec, numbers, to_list()),
            r"reads from a source \(from_file\(path\), .*\[1, 2\]",
        ),
        (lambda: run(untyped("a.txt"), lines_codec, numbers, to_list()), "reads from a source .*'a.txt'"),
        (
            lambda: run(from_list([1]), untyped(None), numbers, to_list()),
            "a codec is lines_codec, text_codec or msgpack_codec",
        ),
        (
            lambda: deploy(numbers >> tee("t"), tees={"t": untyped(to_list())}),
            r"to a function, in lists .*tees=\{'t': sink\}",
        ),
        (lambda: deploy(numbers, untyped(threads)), r"an engine is made by inline\(\)"),
    ],
    ids=["a list", "a path", "no codec", "a sink for a function", "no engine"],
)
def test_what_is_not_what_its_place_wants_is_told(call: Callable[[], Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        call()


@pytest.mark.parametrize("engine", [inline(), threads(4), simulated(1), event_loop(4)], ids=repr)
def test_a_change_takes_its_own_answer_alone_while_others_are_on_their_way(engine: Any) -> None:
    with deploy(typed_v1, engine) as counter:
        counter.send(*[Item(Right(None))] * 3)
        seen = counter.inspect()
        changed = counter.change(typed_v1_to_v2)
        counter.send(Item(Right(Left(None))))
        assert (seen.stages[0].state, seen.reply_to) == (3, None)
        assert isinstance(changed, Upgraded)
        assert (changed.after, changed.reply_to) == (3, None)
        done = Right(None)
        assert [item.value for item in counter.answers()] == [done, done, done, Right(Left(3))]  # type: ignore[union-attr]


def test_a_change_from_another_thread_while_items_go_on() -> None:
    with deploy(typed_v1, threads(8)) as counter:
        answers: list[Any] = []

        def change() -> None:
            answers.append(counter.change(replace(typed_v1_to_v2, dry_run=True)))
            answers.append(counter.inspect())

        other = threading.Thread(target=change)
        other.start()
        taken = 0
        while other.is_alive():
            counter.send(*[Item(Right(None))] * 8)
            taken += len(counter.answers())
        other.join()
        assert [type(answer) for answer in answers] == [Upgraded, Inspected]
        assert counter.stages()[0].state == taken
