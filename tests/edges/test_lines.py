"""The lines codec: a value a line, wherever the network cuts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.edges.lines import Lines, lines_codec
from sm_toolkit.language import Int, Str, Unit
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.language.limits import Limits
from sm_toolkit.pipeline.messages import Failed, Inspect, Item
from sm_toolkit.pipeline.ports import Malformed
from sm_toolkit.pipeline.wire import encode_request


@given(st.lists(st.integers()), st.lists(st.integers(0, 40)), st.booleans())
def test_lines_come_out_whole_wherever_they_are_cut(numbers: list[int], cuts: list[int], ended: bool) -> None:
    data = "\n".join(map(str, numbers)).encode() + (b"\n" if ended and numbers else b"")
    session = lines_codec.session(Int, Int)
    events = []
    for cut in sorted(cuts, reverse=True):
        events += session.receive(data[: len(data) - cut] if len(data) > cut else b"")
        data = data[len(data) - cut :] if len(data) > cut else data
    events += session.receive(data) + session.finish()
    assert events == [Item(number) for number in numbers]


def test_what_is_no_line_is_told() -> None:
    session = lines_codec.session(Int, Str)
    one, two, three = session.receive(b"x\n\xff\n7\r\n")
    assert isinstance(one, Malformed)
    assert two == Malformed("a line is not UTF-8: byte 0 is 0xff")
    assert three == Item(7)
    assert session.send(Item("two\nlines")) == b"two\\nlines\n"
    assert session.send(Failed("n", "no")) == b"! failed: no\n"


def test_of_a_line_that_is_too_long_nothing_is_taken() -> None:
    session = Lines(Limits(message_bytes=10)).session(Int, Int)
    (told,) = session.receive(b"1\n" + b"1" * 11)[1:]
    assert isinstance(told, Malformed)
    assert session.receive(b"23") == []
    assert session.receive(b"4\n5\n6") == [Item(5)]
    assert session.receive(b"7\n") == [Item(67)]
    assert session.finish() == []


def test_frames_are_told_from_lines_at_once() -> None:
    (event,) = lines_codec.session(Int, Int).receive(encode_request(Inspect(), codec_of(Unit)))
    assert isinstance(event, Malformed)
    assert event.fatal
    assert "this server speaks lines, not msgpack frames" in event.reason
