"""Messages over the wire: what is sent arrives, and whatever else arrives is refused with an error of ours."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sm_toolkit.language import AmbiguousTypeError, Int, Limits, Machine, MachineTypeError, Str, ToolkitError, Unit
from sm_toolkit.language.encoding.canonical import encode_term
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.language.errors import DecodeError, LimitError
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.meaning import model
from sm_toolkit.pipeline.messages import (
    Change,
    Drained,
    Failed,
    Inspect,
    Inspected,
    Item,
    Refused,
    Request,
    Rewire,
    Upgrade,
)
from sm_toolkit.pipeline.metrics import Metrics, StageMetrics
from sm_toolkit.pipeline.pipelines import identity
from sm_toolkit.pipeline.plans import hash_pipeline
from sm_toolkit.pipeline.ports import Hello, Measure
from sm_toolkit.pipeline.shapes import PipelineError
from sm_toolkit.pipeline.wire import HEADER, Frames, decode_answer, decode_request, encode_answer, encode_request
from tests.pipeline.streams import pipelines, streams
from tests.strategies import types, values

NOTHING = codec_of(Unit)


@st.composite
def requests(draw: st.DrawFn) -> tuple[Request | Hello | Measure, Any]:
    """A request as a client sends it, and the input type that it is written in."""
    type_ = draw(types())
    kind = draw(st.sampled_from(["item", "item", "change", "change", "other"]))
    if kind == "item":
        return Item(draw(values(type_))), type_
    if kind == "other":
        hellos = st.builds(Hello, st.none() | st.integers(0, 2**64 - 1))
        return draw(st.just(Inspect()) | st.just(Measure()) | hellos), type_
    pipeline = draw(pipelines(local=False))
    changes = [each for each in draw(streams(pipeline, 6)) if isinstance(each, Change)]
    assume(changes)
    change = replace(changes[0], reply_to=None, spoken=None)
    if isinstance(change, Upgrade) and draw(st.booleans()):
        change = replace(change, old_state_type=draw(types(2)))
    return change, type_


def frame_of(request: Request | Hello | Measure, type_: Any) -> bytes:
    """The frame of a request; changes with a machine that does not type by itself are not sent at all."""
    try:
        return encode_request(request, codec_of(type_))
    except (MachineTypeError, AmbiguousTypeError, PipelineError):
        assume(False)
        raise


def plain(request: Any) -> Any:
    """A request without its machines, which are elaborated on the way."""
    if not isinstance(request, Change):
        return request
    if isinstance(request, Rewire):
        return replace(request, adapter=None, pipeline=identity(), migrations={}), hash_pipeline(request.pipeline)
    machines: dict[str, Any] = dict.fromkeys(("machine", "migrate", "back")) if isinstance(request, Upgrade) else {}
    return replace(request, adapter=None, **machines)


@given(requests())
def test_a_request_arrives_as_it_was_sent(request: tuple[Request | Hello | Measure, Any]) -> None:
    sent, type_ = request
    data = frame_of(sent, type_)
    (body,) = Frames().feed(data)
    arrived = decode_request(body, codec_of(type_))
    assert plain(arrived) == plain(sent)
    # Elaborating what is elaborated changes nothing, so the machines are the same if their bytes are.
    assert encode_request(arrived, codec_of(type_)) == data


@given(st.data())
def test_an_answer_arrives_as_it_was_sent(data: st.DataObject) -> None:
    type_ = data.draw(types())
    pipeline = data.draw(pipelines())
    answers, _ = model(pipeline, data.draw(streams(pipeline, 6)))
    for answer in [*answers, Item(data.draw(values(type_)))]:
        if isinstance(answer, Item):
            answer = Item(data.draw(values(type_)))
        sent = replace(answer, reply_to=None, **({"log": None} if hasattr(answer, "log") else {}))  # type: ignore[arg-type]
        (body,) = Frames().feed(encode_answer(sent, codec_of(type_)))
        arrived = decode_answer(body, codec_of(type_))
        if isinstance(sent, Drained):
            assert isinstance(arrived, wire.Ended)
        else:
            assert arrived == sent


@st.composite
def counts(draw: st.DrawFn) -> Metrics:
    """What was counted, of some stages."""
    number = st.integers(0, 2**63)
    word = st.text(max_size=8).filter(str.isprintable)
    stages = st.builds(
        StageMetrics,
        word,
        number,
        number,
        number,
        st.none() | number,
        st.floats(0, allow_infinity=False),
        number,
        word,
    )
    return Metrics(tuple(draw(st.lists(stages, max_size=4))), draw(number), draw(number))


@given(counts())
def test_counts_arrive_as_they_were_sent(metrics: Metrics) -> None:
    (body,) = Frames().feed(wire.measured(metrics))
    assert decode_answer(body, None) == metrics


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (["s", "h", 0, 1, 1, 0, None, math.inf], "inf"),
        (["s", "h", 0, 1, 1, 0, None, -1.0], "-1.0"),
        (["s", "h", 0, 1, 1, 0, None, 1], "a number"),
        (["s", "h", 0, 1, 1, 0, 0.5, 0.0], "a float"),
        (["s", "h", 0, 1, 1, 0], "nothing"),
    ],
)
def test_counts_that_are_none_are_refused(fields: list[Any], found: str) -> None:
    (body,) = Frames().feed(wire.frame([wire.MEASURED, 1, 0, *fields]))
    with pytest.raises(DecodeError, match=f"found {found}"):
        decode_answer(body, None)


@given(requests(), st.data())
def test_a_spoiled_frame_raises_nothing_but_our_errors(
    request: tuple[Request | Hello | Measure, Any], data: st.DataObject
) -> None:
    sent, type_ = request
    body = bytearray(frame_of(sent, type_)[HEADER:])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(0, len(body) - 1)))
        spoil = data.draw(st.sampled_from(["set", "insert", "cut", "drop", "repeat"]))
        match spoil:
            case "set" if body:
                body[place] = data.draw(st.integers(0, 255))
            case "insert":
                body[place:place] = data.draw(st.binary(min_size=1, max_size=6))
            case "cut":
                del body[place:]
            case "drop":
                del body[place : place + data.draw(st.integers(1, 8))]
            case "repeat":
                body[place:place] = body[place : place + 20]
    for decode in (decode_request, decode_answer):
        with suppress(ToolkitError):
            decode(bytes(body), codec_of(type_))


@given(st.binary(max_size=60), types())
def test_garbage_raises_nothing_but_our_errors(body: bytes, type_: Any) -> None:
    for decode in (decode_request, decode_answer):
        with suppress(ToolkitError):
            decode(body, codec_of(type_))


@given(st.lists(st.binary(max_size=40), max_size=8), st.data())
def test_frames_come_out_the_same_wherever_the_stream_is_cut(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(len(body).to_bytes(HEADER, "big") + body for body in bodies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    frames, found = Frames(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += frames.feed(stream[start:end])
    assert found == bodies
    assert not frames.unfinished()


def test_a_frame_that_is_too_long_ends_the_stream_after_those_before_it() -> None:
    frames = Frames(Limits(message_bytes=10))
    assert frames.feed(b"\0\0\0\2ab" + b"\0\0\0\x0b" + b"x" * 11 + b"\0\0\0\1c") == [b"ab"]
    assert isinstance(frames.too_long, LimitError)
    assert frames.feed(b"\0\0\0\1c") == []
    assert not frames.unfinished()


def test_a_long_frame_in_small_pieces_takes_time_in_proportion() -> None:
    frames = Frames()
    assert frames.feed((4_000_000).to_bytes(HEADER, "big")) == []
    piece = b"x" * 10
    for _ in range(400_000 - 1):  # copying what is there for each piece would be 800 gigabytes
        assert frames.feed(piece) == []
    assert frames.unfinished()
    assert frames.feed(piece) == [b"x" * 4_000_000]


def test_what_is_too_large_to_be_read_is_not_sent() -> None:
    limits = Limits(message_bytes=100)
    with pytest.raises(LimitError):
        encode_answer(Item("ä" * 60), codec_of(Str, limits))
    assert encode_answer(Item("ä" * 40), codec_of(Str, limits))


def test_a_machine_that_does_not_fit_its_place_is_sent_as_it_is() -> None:
    from sm_toolkit.examples.counter import count_v2, typed_v1_to_v2

    (body,) = Frames().feed(encode_request(replace(typed_v1_to_v2, state_type=Str), NOTHING))
    arrived = decode_request(body, NOTHING)
    assert isinstance(arrived, Upgrade)
    assert arrived.machine == Machine(count_v2.term)
    assert encode_term(arrived.machine.term) == encode_term(count_v2.term)


def test_a_large_state_is_left_out() -> None:
    from sm_toolkit.pipeline.messages import StageView

    view = StageView("s", "0" * 64, "x" * 100_000, Str, Int, Int, 0)
    (body,) = Frames().feed(encode_answer(Inspected((view,), 1), NOTHING))
    arrived = decode_answer(body, NOTHING)
    assert isinstance(arrived, Inspected)
    assert repr(arrived.stages[0].state) == "<a state too large to show>"
    assert arrived.stages[0].state_type is Str


def test_a_refusal_keeps_all_its_reasons() -> None:
    for answer in (Refused("s", ()), Refused("s", ("a", "b", "")), Failed("", "")):
        (body,) = Frames().feed(encode_answer(answer, NOTHING))
        assert decode_answer(body, NOTHING) == answer
