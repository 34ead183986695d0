"""The sinks of tees: each gets what passes its tee, in order, and one that breaks is told of."""

# mypy: disable-error-code="arg-type, misc, operator"
# pyright: reportArgumentType=false, reportOperatorIssue=false

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.deploying import DeploymentError, run
from sm_toolkit.edges.client import Client, ConnectionEnded, connect
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.lines import lines_codec
from sm_toolkit.edges.reports import BrokenEdgeWarning, RunReport, SinkError
from sm_toolkit.edges.server import from_tcp
from sm_toolkit.edges.sinks import to_file, to_list
from sm_toolkit.edges.sources import from_list
from sm_toolkit.edges.tees import tee_types, to_tee
from sm_toolkit.engines import inline, simulated, threads
from sm_toolkit.language import Either, Int, Pair, Str, ident, incr, read, show
from sm_toolkit.pipeline.messages import Answer, Item, Rewired
from sm_toolkit.pipeline.pipelines import choice, fan_out, identity, stage, tee
from sm_toolkit.pipeline.plans import deployed
from sm_toolkit.pipeline.ports import Engine
from sm_toolkit.pipeline.rewiring import rewire
from sm_toolkit.pipeline.shapes import Pipeline

ENGINES = pytest.mark.parametrize(
    "engine", [inline(), simulated(3), threads(4)], ids=["inline", "simulated", "threads"]
)
BUSY_ENGINES = pytest.mark.parametrize("engine", [inline(), threads(4)], ids=["inline", "threads"])
PATIENCE = 20.0

add: Any = stage("add", None, incr)
write: Any = stage("write", None, show())
tapped = add >> tee("log") >> write


class Slow:
    """A sink that takes its time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.values: list[Any] = []

    def write(self, session: Any, answers: list[Answer]) -> None:
        time.sleep(self.seconds)
        self.values += [answer.value for answer in answers if isinstance(answer, Item)]

    def close(self) -> int:
        return len(self.values)


class Breaks:
    """A sink that breaks after so many values, and again when it is closed."""

    def __init__(self, after: int) -> None:
        self.left = after

    def write(self, session: Any, answers: list[Answer]) -> None:
        self.left -= len(answers)
        if self.left < 0:
            raise OSError("the disk is full")

    def close(self) -> None:
        if self.left < 0:
            raise OSError("and cannot be closed")


@ENGINES
def test_a_copy_of_all_that_passes_goes_to_the_sink_in_order(engine: Engine, tmp_path: Path) -> None:
    path, report = tmp_path / "log", RunReport()
    both = tee("in") >> tapped
    tees = {"in": to_list(), "log": to_file(path)}
    outputs = run(from_list(range(1000)), lines_codec, both, to_list(), engine, tees=tees, report=report)
    assert outputs == [str(x + 1) for x in range(1000)]
    assert path.read_text().splitlines() == outputs
    assert report.sinks["in"].result == list(range(1000))
    assert (report.sinks["log"].written, report.sinks["log"].result) == (1000, 1000)
    assert report.metrics is not None
    assert report.metrics.stages[0].items_in == 1000
    assert report.broken() == []


@ENGINES
def test_a_failed_item_has_no_copy(engine: Engine) -> None:
    report = RunReport()
    parsed = stage("parse", None, read(Int)) >> tee("log")
    run(from_list(["1", "x", "2"]), lines_codec, parsed, to_list(), engine, tees={"log": to_list()}, report=report)
    assert report.sinks["log"].result == [1, 2]


@ENGINES
def test_the_copies_behind_a_change_are_written_in_its_types(engine: Engine, tmp_path: Path) -> None:
    # As a Str the new ones are written without quotes, as an Int they could not be.
    path = tmp_path / "log"
    change = rewire(tapped, add >> write >> tee("log"))
    outputs = run(from_list([1, 2, change, 3]), lines_codec, tapped, to_list(), engine, tees={"log": to_file(path)})
    assert [each for each in outputs if not isinstance(each, Rewired)] == ["2", "3", "4"]
    assert path.read_text().splitlines() == ["2", "3", "4"]


def test_a_tee_may_be_put_in_later_if_it_has_a_sink() -> None:
    report = RunReport()
    changes = [1, rewire(add, add >> tee("log")), 2, rewire(add >> tee("log"), add >> tee("other")), 3]
    answers = run(from_list(changes), lines_codec, add, to_list(), tees={"log": to_list()}, report=report)
    assert [type(answer).__name__ for answer in answers] == ["int", "Rewired", "int", "Refused", "int"]
    assert report.sinks["log"].result == [3, 4]


def test_a_tee_without_a_sink_is_refused() -> None:
    with pytest.raises(DeploymentError, match=r"tee 'log' has no sink: give it one with tees=\{'log': sink\}"):
        run(from_list([1]), lines_codec, tapped, to_list())
    with pytest.raises(DeploymentError, match="tee 'log' has no sink"):
        run(from_tcp(), msgpack_codec, tapped)
    with pytest.raises(TypeError, match=r"a tee wants a sink \(to_list\(\), to_file\(path\), …\), not 5"):
        run(from_list([1]), lines_codec, tapped, to_list(), tees={"log": 5})  # type: ignore[dict-item]  # pyright: ignore[reportCallIssue]
    with pytest.raises(ValueError, match="at least 1 value"):
        to_tee(to_list(), capacity=0)


@BUSY_ENGINES
def test_a_slow_sink_slows_the_pipeline_and_gets_all(engine: Engine) -> None:
    sink = Slow(0.002)
    most = 0

    def values() -> Iterator[int]:
        nonlocal most
        for value in range(600):
            most = max(most, value - len(sink.values))
            yield value

    tees = {"log": to_tee(sink, capacity=32)}
    run(from_list(values()), lines_codec, tapped, to_list(), engine, tees=tees)
    assert sink.values == list(range(1, 601))
    # A batch being read, one in the pipeline, one in its queues, one before the sink, and what it is writing.
    assert most <= 4 * 256 + 32
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("sink of")]


@ENGINES
def test_a_sink_that_breaks_is_told_of_and_the_run_goes_on(engine: Engine) -> None:
    report = RunReport()
    sink = Breaks(0)
    outputs = run(from_list(range(2000)), lines_codec, tapped, to_list(), engine, tees={"log": sink}, report=report)
    assert len(outputs) == 2000
    found = report.sinks["log"]
    assert isinstance(found.error, OSError)
    assert found.error.__notes__ == ["(and the sink could not be closed: and cannot be closed)"]
    assert (found.written, found.dropped) == (0, 2000)
    assert report.broken() == [
        "the sink of tee 'log' broke after 0 values, and 2,000 were dropped: the disk is full",
    ]


def test_without_a_report_a_warning_tells_of_it() -> None:
    with pytest.warns(BrokenEdgeWarning, match="the sink of tee 'log' broke after 0 values, and 3 were dropped"):
        assert run(from_list([1, 2, 3]), lines_codec, tapped, to_list(), tees={"log": Breaks(0)}) == ["2", "3", "4"]


@BUSY_ENGINES
def test_a_required_sink_that_breaks_ends_the_run(engine: Engine) -> None:
    values = iter(range(100_000))
    report = RunReport()
    tees = {"log": to_tee(Breaks(500), required=True, capacity=64)}
    with pytest.raises(SinkError, match="the sink of tee 'log' broke: the disk is full") as caught:
        run(from_list(values), lines_codec, tapped, to_list(), engine, tees=tees, report=report)
    assert isinstance(caught.value.__cause__, OSError)
    assert report.sinks["log"].error is caught.value.__cause__
    assert next(values) < 50_000


class CannotBeClosed(Slow):
    def close(self) -> int:
        raise OSError("the disk is full")


@ENGINES
def test_a_required_sink_that_cannot_be_closed_is_an_error_too(engine: Engine) -> None:
    tees = {"log": to_tee(CannotBeClosed(0), required=True)}
    with pytest.raises(SinkError, match="the disk is full"):
        run(from_list([1]), lines_codec, tapped, to_list(), engine, tees=tees)


@ENGINES
def test_what_was_copied_before_a_source_broke_is_written(engine: Engine) -> None:
    def values() -> Iterator[int]:
        yield from range(256)
        raise ValueError("the source broke")

    report = RunReport()
    with pytest.raises(ValueError, match="the source broke"):
        run(from_list(values()), lines_codec, tapped, to_list(), engine, tees={"log": Slow(0.01)}, report=report)
    assert (report.sinks["log"].written, report.sinks["log"].result) == (256, 256)


TYPES: list[tuple[Pipeline[Any, Any], dict[str, Any]]] = [
    (tapped, {"log": Int}),
    (tee("a") >> stage("p", None, read(Int)) >> tee("b"), {"a": Str, "b": Int}),
    (fan_out(tee("a") >> add, tee("b")) >> tee("c"), {"a": Int, "b": Int, "c": Pair(Int, Int)}),
    (choice(tee("a"), write) >> tee("b") >> identity(Either(Int, Str)), {"a": Int, "b": Either(Int, Str)}),
    (add, {}),
]


@pytest.mark.parametrize(("pipeline", "types"), TYPES)
def test_the_type_of_what_passes_a_tee(pipeline: Pipeline[Any, Any], types: dict[str, Any]) -> None:
    assert tee_types(deployed(pipeline)) == types


# -- over TCP ---------------------------------------------------------------------------------------------


class Served:
    """A pipeline that ``run`` serves on a thread; ``error`` is what it raised."""

    def __init__(self, pipeline: Any, engine: Engine, tees: dict[str, Any], report: RunReport | None = None) -> None:
        self.error: BaseException | None = None
        self._port = 0
        self._ready = threading.Event()
        listener = from_tcp(ready=self._listening)

        def body() -> None:
            try:
                run(listener, msgpack_codec, pipeline, engine=engine, tees=tees, report=report)
            except BaseException as error:
                self.error = error
                self._ready.set()

        self.thread = threading.Thread(target=body, daemon=True)
        self.thread.start()
        assert self._ready.wait(PATIENCE)

    def _listening(self, host: str, port: int) -> None:
        self._port = port
        self._ready.set()

    def connect(self) -> Client:
        return connect("127.0.0.1", self._port, timeout=PATIENCE)


@BUSY_ENGINES
def test_a_tee_of_a_server_and_a_required_sink_that_ends_it(engine: Engine, tmp_path: Path) -> None:
    path, report = tmp_path / "log", RunReport()
    tees = {"log": to_tee(to_file(path), codec=lines_codec), "end": to_tee(Breaks(300), required=True)}
    served = Served(tapped, engine, tees, report)
    with served.connect() as client:
        assert client.ask([Item(x) for x in range(200)]) == [Item(str(x + 1)) for x in range(200)]
        answers = client.ask([rewire(tapped, add >> write >> tee("log") >> tee("end")), Item(200)])
        assert isinstance(answers[0], Rewired)
        with pytest.raises(ConnectionEnded, match="the server broke down"):
            client.ask([Item(201)] * 100_000)
    served.thread.join(PATIENCE)
    assert not served.thread.is_alive()
    assert isinstance(served.error, SinkError)
    lines = path.read_text().splitlines()
    assert lines[:201] == [str(x + 1) for x in range(201)]
    assert report.sinks["log"].written == len(lines)


def test_a_slow_file_of_text_keeps_what_the_pipeline_gave(tmp_path: Path) -> None:
    path = tmp_path / "texts"
    texts = ["a b", "c\nd", "", "é"]
    run(from_list(texts), msgpack_codec, identity(Str) >> tee("log") >> stage("same", None, ident(Str)), to_list(),
        tees={"log": to_tee(to_file(path), codec=lines_codec)})  # fmt: skip
    assert path.read_text("utf-8") == "a b\nc\\nd\n\né\n"
