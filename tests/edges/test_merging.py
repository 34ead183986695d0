"""Several sources at once, and several sinks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.deploying import run
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.lines import lines_codec
from sm_toolkit.edges.merging import merge, to_all
from sm_toolkit.edges.reports import BrokenEdgeWarning, RunReport
from sm_toolkit.edges.scheduling import with_changes
from sm_toolkit.edges.server import from_tcp
from sm_toolkit.edges.sinks import to_file, to_list
from sm_toolkit.edges.sources import from_file, from_list
from sm_toolkit.engines import inline, threads
from sm_toolkit.language import Int, Str, ident, incr, length, show
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.pipeline.messages import Adapter, Answer, Item, Upgraded
from sm_toolkit.pipeline.pipelines import identity, stage
from sm_toolkit.pipeline.ports import Engine
from sm_toolkit.pipeline.upgrades import upgrade
from sm_toolkit.pipeline.wire import encode_request

ENGINES = pytest.mark.parametrize("engine", [inline(), threads(8)], ids=["inline", "threads"])
ORDERS = pytest.mark.parametrize("order", ["arrival", "in_turn"])

numbers = identity(Int)
PATIENCE = 20.0


def broken(count: int) -> Iterator[int]:
    yield from range(count)
    raise OSError("the disk is gone")


@ENGINES
def test_in_turn_takes_one_of_each(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("".join(f"{n}\n" for n in range(100, 105)))
    merged = merge([from_list([1, 2]), from_file(path), from_list(range(10, 13))], "in_turn")
    outputs = run(merged, lines_codec, numbers, to_list(), engine)
    assert outputs == [1, 100, 10, 2, 101, 11, 102, 12, 103, 104]
    assert [(each.requests, each.ended, each.error) for each in merged.reports] == [
        (2, True, None),
        (5, True, None),
        (3, True, None),
    ]
    assert run(merged, lines_codec, numbers, to_list(), engine) == outputs[:]


@ENGINES
@ORDERS
def test_nothing_is_lost_and_each_keeps_its_order(engine: Engine, order: Any) -> None:
    counts = [1000, 1, 700, 0, 300]
    merged = merge([from_list([1000 * n + i for i in range(count)]) for n, count in enumerate(counts)], order)
    outputs = run(merged, lines_codec, numbers, to_list(), engine)
    for n, count in enumerate(counts):
        assert [x % 1000 for x in outputs if x // 1000 == n and x < 1000 * n + count] == list(range(count))
    assert len(outputs) == sum(counts)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("source ")]


def test_as_they_arrive_nobody_waits_for_a_slow_source() -> None:
    go = threading.Event()

    def slow() -> Iterator[int]:
        assert go.wait(PATIENCE)
        yield -1

    def quick() -> Iterator[int]:
        yield from range(600)
        go.set()

    merged = merge([from_list(slow()), from_list(quick())])
    assert run(merged, lines_codec, numbers, to_list()) in ([*range(600), -1], [*range(512), -1, *range(512, 600)])


def test_a_source_that_is_not_taken_from_waits() -> None:
    taken = []

    def many() -> Iterator[int]:
        for value in range(100_000):
            taken.append(value)
            yield value

    class Slow:
        most = 0
        written = 0

        def write(self, session: Any, answers: list[Answer]) -> None:
            time.sleep(0.001)
            self.written += len(answers)
            self.most = max(self.most, len(taken) - self.written)
            if self.written > 5_000:
                raise OSError("enough")

        def close(self) -> None:
            pass

    sink = Slow()
    merged = merge([from_list(many()), from_list(many())])
    with pytest.raises(OSError, match="enough"):
        run(merged, lines_codec, numbers, sink)
    assert sink.most <= 4 * 256 + 6 * 256
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("source ")]


@ORDERS
def test_a_source_that_breaks_does_not_end_the_others(order: Any) -> None:
    report = RunReport()
    merged = merge([from_list(broken(3)), from_list(range(10, 600))], order)
    outputs = run(merged, lines_codec, numbers, to_list(), report=report)
    assert [x for x in outputs if x >= 10] == list(range(10, 600))
    first, second = report.sources
    assert isinstance(first.error, OSError)
    assert (first.ended, second.ended, second.error) == (False, True, None)
    assert report.broken() == [f"source 1 of 2 broke after {first.requests} requests: the disk is gone"]
    with pytest.warns(BrokenEdgeWarning, match="source 1 of 2 broke after .* the disk is gone"):
        run(merge([from_list(broken(3)), from_list([1])], order), lines_codec, numbers, to_list())


@ORDERS
def test_a_change_of_one_source_leaves_the_others_in_their_version(order: Any, tmp_path: Path) -> None:
    # One source has numbers, a change to texts, and texts; the other has numbers only, all read at once.
    old = stage("size", None, ident(Int) >> incr)
    new = stage("size", None, length)
    change = upgrade(old, new, migrate=ident(), adapter=Adapter(show(Int), ident()))
    changing, constant = tmp_path / "changing", tmp_path / "constant"
    numbers, texts = codec_of(Int), codec_of(Str)
    requests = [encode_request(Item(1), numbers), encode_request(change, numbers), encode_request(Item("ab"), texts)]
    changing.write_bytes(b"".join(requests))
    constant.write_bytes(b"".join(encode_request(Item(n), numbers) for n in (5, 500, 5000, 50_000)))
    merged = merge([from_file(changing), from_file(constant)], order)
    answers = run(merged, msgpack_codec, old, to_list())
    (place,) = (at for at, each in enumerate(answers) if isinstance(each, Upgraded))
    del answers[place]
    if order == "in_turn":
        assert (place, answers) == (2, [2, 6, 3, 2, 4, 5])
    answers.remove(2)
    answers.remove(2)  # 1 + 1, and the length of "ab"
    before = sum(1 for each in answers if each > 5)
    assert answers == [6, 501, 5001, 50_001][:before] + [1, 3, 4, 5][before:]


def test_changes_may_be_put_into_merged_sources() -> None:
    old = stage("add", None, ident(Int) >> incr)
    change = upgrade(old, stage("add", None, ident(Int) >> incr >> incr), migrate=ident())
    source = with_changes(merge([from_list([1, 2]), from_list([3, 4])], "in_turn"), {3: change})
    report = RunReport()
    answers = run(source, lines_codec, old, to_list(), report=report)
    assert [each for each in answers if not isinstance(each, Upgraded)] == [2, 4, 3, 6]
    assert isinstance(answers[3], Upgraded)
    assert [each.requests for each in report.sources] == [2, 2]


def test_what_is_no_source_is_refused() -> None:
    with pytest.raises(TypeError, match="a listener serves alone"):
        merge([from_tcp()])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="at least one source"):
        merge([])
    with pytest.raises(ValueError, match="the order is 'arrival' or 'in_turn', not 'random'"):
        merge([from_list([])], "random")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


# -- several sinks ----------------------------------------------------------------------------------------


class Breaks:
    closed = False

    def write(self, session: Any, answers: list[Answer]) -> None:
        raise OSError("the disk is full")

    def close(self) -> None:
        self.closed = True
        raise OSError("and cannot be closed")


@ENGINES
def test_all_sinks_get_all(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "out"
    assert run(from_list([1, 2]), lines_codec, numbers, to_all([to_list(), to_file(path)]), engine) == [[1, 2], 2]
    assert path.read_text() == "1\n2\n"


@ENGINES
def test_one_that_breaks_ends_the_run_and_all_are_closed(engine: Engine, tmp_path: Path) -> None:
    path, sink = tmp_path / "out", Breaks()
    with pytest.raises(OSError, match="the disk is full") as caught:
        run(from_list([1, 2]), lines_codec, numbers, to_all([sink, to_file(path)]), engine)
    assert caught.value.__notes__ == ["(and the sink could not be closed: and cannot be closed)"]
    assert sink.closed
    assert path.exists()
    with pytest.raises(ValueError, match="at least one sink"):
        to_all([])
    with pytest.raises(TypeError, match="to_all takes sinks"):
        to_all([5])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
