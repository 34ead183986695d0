"""Counts over the wire: what a server tells of its stages, to whom, and in nobody's way."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sm_toolkit.deploying import deploy, run
from sm_toolkit.edges.awaiting import connecting
from sm_toolkit.edges.client import ChangeRefused, ClientError, NoCounts
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.observing import Observer
from sm_toolkit.edges.server import ServerOptions
from sm_toolkit.edges.sinks import to_list
from sm_toolkit.edges.sources import from_file
from sm_toolkit.engines import inline, processes, simulated
from sm_toolkit.examples.counter import input_v1, output_v1, typed_v1, typed_v1_to_v2, typed_v2_to_v3
from sm_toolkit.language import Int, Left, Right, Unit, consume, get, incr, put, read
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.language.errors import DecodeError
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.messages import Failed, Item, Upgraded
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.plans import Deployed
from sm_toolkit.pipeline.ports import Event, Malformed, Measure, Outlet, Running
from sm_toolkit.pipeline.wire import encode_request
from tests.edges.serving import ENGINES, PATIENCE, Gated, Serving, serving

READ, INCR = Left(None), Right(None)
RUN_SERVED: dict[str, Any] = {**ENGINES, "processes": processes, "simulated": lambda: simulated(3)}
counting = stage("read", None, read(Int)) >> stage("count", 0, consume() >> get() >> incr >> put() >> get())


def observer(server: Serving) -> Observer:
    return Observer(server.host, server.port, PATIENCE)


def without_times(metrics: Metrics) -> Metrics:
    return replace(metrics, stages=tuple(replace(each, service_time=0.0) for each in metrics.stages))


@pytest.mark.parametrize("engine", RUN_SERVED)
def test_a_client_is_told_what_a_deployment_tells(engine: str) -> None:
    values = ["1", "2", "x", "4"]
    with serving(counting, RUN_SERVED[engine]()) as server, server.connect() as client:
        client.ask(map(Item, values))
        served = client.metrics()
    with deploy(counting, RUN_SERVED[engine]()) as here:
        here.map(values)
        local = here.metrics()
    assert without_times(served) == without_times(local)
    assert [(each.items_in, each.items_out, each.failures) for each in served.stages] == [(4, 3, 1), (3, 3, 0)]
    assert all(each.service_time > 0 for each in served.stages)


def test_counts_come_behind_the_answers_to_what_was_asked_before_them() -> None:
    with serving() as server, server.dial() as client:
        item, asked = (encode_request(each, codec_of(input_v1)) for each in (Item(INCR), Measure()))
        client.send(item * 3 + asked * 2 + item + asked)
        answers = [client.answer(output_v1) for _ in range(7)]
    assert [type(each) for each in answers] == [Item, Item, Item, Metrics, Metrics, Item, Metrics]
    assert [[stage.items_in for stage in each.stages] for each in answers if isinstance(each, Metrics)] == [
        [3],
        [3],
        [4],
    ]


def test_a_stream_that_stands_still_holds_up_no_look_at_it() -> None:
    engine = Gated()
    with serving(engine=engine) as server, server.connect() as client, server.connect() as other:
        client.call(INCR)
        engine.open.clear()
        with ThreadPoolExecutor() as pool, observer(server) as looking:
            calling = pool.submit(client.call, INCR)
            changing = pool.submit(other.change, typed_v1_to_v2)
            assert engine.change_came.wait(PATIENCE)
            assert [looking.metrics().stages[0].items_in for _ in range(3)] == [1, 1, 1]
            engine.open.set()
            assert (calling.result(PATIENCE), changing.result(PATIENCE).version) == (INCR, 2)
            assert (looking.metrics().stages[0].edition, looking.metrics().version) == (1, 2)


def test_an_observer_is_in_no_changes_way() -> None:
    with serving() as server, server.connect() as operator, observer(server) as looking:
        assert looking.metrics().version == 1
        assert looking.inspect().version == 1
        bare = replace(typed_v1_to_v2, adapter=None)
        assert isinstance(operator.change(bare), Upgraded)
        assert (looking.metrics().version, looking.inspect().version) == (2, 2)
        with server.connect() as greeted:
            assert greeted.metrics().version == 2  # and is served in its version, as whoever has greeted
            with pytest.raises(ChangeRefused, match="interface version 2 are connected"):
                operator.change(replace(typed_v2_to_v3, adapter=None, dry_run=True))


@dataclass(frozen=True)
class Counting:
    """The inline engine, asked for its counts by way of a test."""

    count: Any

    def start(self, running: Deployed, outlet: Outlet, tees: Any = None) -> Running:
        made: Any = inline().start(running, outlet)
        metrics = made.metrics
        made.metrics = lambda: self.count(metrics)
        return made  # type: ignore[no-any-return]


def test_one_question_at_a_time_is_put_to_the_engine() -> None:
    going, go, most = threading.Semaphore(0), threading.Event(), []
    asked = threading.Lock()

    def slow(metrics: Any) -> Metrics:
        assert asked.acquire(blocking=False)
        most.append(1)
        going.release()
        assert go.wait(PATIENCE)
        asked.release()
        found: Metrics = metrics()
        return found

    with serving(engine=Counting(slow)) as server, ThreadPoolExecutor(8) as pool:
        observers = [observer(server) for _ in range(8)]
        try:
            looks = [pool.submit(each.metrics) for each in observers]
            assert going.acquire(timeout=PATIENCE)
            with server.connect() as client:
                assert client.call(INCR) == INCR  # and it holds up nobody
            go.set()
            assert {look.result(PATIENCE).version for look in looks} == {1}
        finally:
            for each in observers:
                each.close()
    assert len(most) <= 9


def test_counts_that_cannot_be_had_are_told_of_without_the_servers_insides(caplog: pytest.LogCaptureFixture) -> None:
    left = [RuntimeError("grew"), RuntimeError("grew"), ValueError("what is inside"), *[RuntimeError("grew")] * 5]

    def failing(metrics: Any) -> Any:
        if left:
            raise left.pop(0)
        return metrics()

    with serving(engine=Counting(failing)) as server, server.connect() as client:
        for _ in range(2):
            with pytest.raises(NoCounts, match=r"^what was counted cannot be had just now$"):
                client.metrics()
        assert client.metrics().version == 1
        assert client.call(INCR) == INCR
    assert "what is inside" in caplog.text


@dataclass(frozen=True)
class Older:
    """The msgpack codec as it was before counts were sent: it does not know the question."""

    name: str = "msgpack"

    def session(self, input: Any, output: Any) -> Any:
        made = msgpack_codec.session(input, output)
        receive = made.receive
        unknown = str(DecodeError("a request", "a kind from 0 to 5", "6", 0))

        def receiving(data: bytes) -> list[Event]:
            return [Malformed(unknown) if isinstance(each, Measure) else each for each in receive(data)]

        made.receive = receiving  # type: ignore[method-assign]
        return made


def test_an_older_server_refuses_and_the_client_goes_on() -> None:
    with serving(codec=Older()) as server, server.connect() as client, observer(server) as looking:
        for each in (client, looking):
            with pytest.raises(NoCounts, match="its sm_toolkit is older than this one"):
                each.metrics()
        assert client.call(INCR) == INCR
        assert looking.inspect().stages[0].state == 1


def test_what_is_no_question_is_answered_as_such() -> None:
    with serving() as server, server.dial() as client:
        client.send(wire.frame([wire.MEASURE, 1]))
        client.send(wire.frame([wire.MEASURE + 1]))
        client.send(wire.frame([wire.MEASURED, 1, 0]))
        answers = [client.answer(Unit) for _ in range(3)]
    reasons = [each.reason for each in answers if isinstance(each, Failed)]
    assert [
        said for said in reasons if "from 0 to 6" in said or "1 fields" in said or "only a server" in said
    ] == reasons
    assert len(reasons) == 3


def test_a_server_that_stops_says_so_to_who_looks() -> None:
    with serving() as server, observer(server) as looking:
        looking.metrics()
        server.stop()
        with pytest.raises(ClientError, match="the server stops"):
            looking.metrics()
        with pytest.raises(ClientError, match="cannot reach"):
            observer(server)


def test_who_closes_it_ends_a_look_that_is_under_way() -> None:
    came, go = threading.Event(), threading.Event()

    def slow(metrics: Any) -> Any:
        came.set()
        go.wait(PATIENCE)
        return metrics()

    with serving(engine=Counting(slow), options=ServerOptions(stop_timeout=5)) as server, ThreadPoolExecutor() as pool:
        looking = observer(server)
        look = pool.submit(looking.metrics)
        assert came.wait(PATIENCE)
        looking.close()
        with pytest.raises(ClientError, match=r"closed the connection|was lost"):
            look.result(PATIENCE)
        go.set()


def test_counts_are_awaited_too() -> None:
    async def asking(server: Serving) -> tuple[Metrics, Metrics]:
        async with await connecting(server.host, server.port) as client, deploy(typed_v1) as here:
            await client.call(INCR)
            await here.call(INCR)
            return await client.metrics(), await here.metrics()

    with serving() as server:
        served, local = asyncio.run(asking(server))
    assert without_times(served) == without_times(local)
    assert served.stages[0].items_in == 1


def test_a_file_that_asks_for_counts_is_told_where_they_are(tmp_path: Any) -> None:
    path = tmp_path / "requests"
    path.write_bytes(encode_request(Measure(), codec_of(input_v1)) + encode_request(Item(INCR), codec_of(input_v1)))
    refusal, answer = run(from_file(path), msgpack_codec, typed_v1, to_list())
    assert isinstance(refusal, Failed)
    assert "report=RunReport()" in refusal.reason
    assert answer == INCR
