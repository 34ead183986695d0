"""A deployment and a client that are awaited: the loop goes on, calls take turns, and a cancelled one does no harm."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from sm_toolkit.deploying import Deployment, DeploymentError, deploy
from sm_toolkit.edges.awaiting import LEFT, AwaitedClient, connecting
from sm_toolkit.edges.client import RequestFailed
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.server import Server
from sm_toolkit.engines import event_loop, inline, processes, simulated, threads
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2
from sm_toolkit.language import Int, Left, Right, machine
from sm_toolkit.notebook.live.serving import serve
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.messages import Item, Upgraded
from sm_toolkit.pipeline.pipelines import effect, interface, stage
from sm_toolkit.pipeline.plans import deployed
from tests.edges.serving import Gated

DONE = Right(None)


def runs(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 20))


@pytest.mark.parametrize("engine", [inline(), threads(8), event_loop(8)], ids=repr)
def test_a_deployment_is_awaited_on_every_engine(engine: Any) -> None:
    async def test() -> None:
        async with deploy(typed_v1, engine) as counter:
            assert await counter.call(DONE) == DONE
            assert await asyncio.gather(*(counter.call(DONE) for _ in range(5))) == [DONE] * 5
            assert await counter.map([DONE, Left(None)]) == [DONE, Left(7)]
            assert isinstance(await counter.change(typed_v1_to_v2), Upgraded)
            assert (await counter.inspect()).version == 2
            assert await counter.drain() == []

    runs(test)


def test_the_loop_goes_on_while_a_call_waits_and_a_cancelled_one_keeps_its_turn() -> None:
    async def test() -> None:
        gate = Gated()
        async with deploy(typed_v1, gate) as counter:
            gate.open.clear()
            first = asyncio.ensure_future(counter.call(DONE))
            second = asyncio.ensure_future(counter.call(Left(None)))
            await asyncio.sleep(0.05)
            first.cancel()
            await asyncio.sleep(0.05)
            assert first.cancelled()
            assert not second.done()
            gate.open.set()
            assert await second == Left(1)
        assert not counter.deployment.is_open  # type: ignore[attr-defined]

    runs(test)


def test_a_client_is_awaited_where_the_server_is_on_the_same_loop() -> None:
    async def test() -> None:
        stages, types = deployed(typed_v1), interface(typed_v1)
        server = Server(
            "127.0.0.1", 0, msgpack_codec, lambda outlet: inline().start(stages, outlet), types.input, types.output
        )
        await server.start()
        async with await connecting(server.host, server.port) as client:
            assert await asyncio.gather(*(client.call(DONE) for _ in range(8))) == [DONE] * 8
            assert await client.call(Left(None)) == Left(8)
            assert [type(each) for each in await client.ask([Item(DONE), Item(DONE)])] == [Item, Item]
            assert isinstance(await client.change(typed_v1_to_v2), Upgraded)
            assert (client.version, await client.call(Left(None))) == (1, Left(10))
            assert (await client.speak(), client.input == types.input) == (2, False)
            assert await client.call(Right(Left(None))) == Right(Left(10))
            assert (await client.inspect()).stages[0].state == 10
            with pytest.raises(RequestFailed, match="version 9 is not served"):
                await client.speak(9)
        await server.stop()

    runs(test)


class Slow:
    """Takes a millisecond for what it is given, and keeps that; ``begun`` once it was given something."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.taken: list[int] = []

    def __call__(self, value: int) -> int:
        self.taken.append(value)
        self.begun.set()
        time.sleep(0.001)
        return value * 10


async def _cancels(work: asyncio.Task[Any]) -> str:
    work.cancel()
    with pytest.raises(asyncio.CancelledError) as told:
        await work
    return "; ".join(getattr(told.value, "__notes__", []))


async def _waits_too_long(work: asyncio.Task[Any]) -> str:
    with pytest.raises(TimeoutError) as told:
        await asyncio.wait_for(work, 0.01)
    assert told.value.__cause__ is not None
    return "; ".join(told.value.__cause__.__notes__)


@machine
def total(n: int, s: int) -> tuple[int, int]:
    s = s + n
    return s, s


@pytest.mark.parametrize("leaves", [_cancels, _waits_too_long])
@pytest.mark.parametrize(
    "engine", [inline(), threads(8), threads(), processes(), simulated(1), event_loop(8)], ids=repr
)
def test_a_map_is_left_at_once_and_what_it_has_not_sent_is_not_sent_any_more(engine: Any, leaves: Any) -> None:
    async def test() -> None:
        slow = Slow()
        async with deploy(effect("slow", slow, Int, Int) >> stage("total", 0, total), engine) as slowly:
            assert isinstance(slowly.deployment, Deployment)
            for use in (slowly.map, lambda values: asyncio.to_thread(slowly.deployment.map, values)):
                before = list(slow.taken)
                slow.begun.clear()
                mapping = asyncio.ensure_future(slowly.map(iter(range(1_000_000))))
                await asyncio.to_thread(slow.begun.wait)
                assert await leaves(mapping) == LEFT
                # the work may not have ended yet: what is awaited and what is not wait for that alike
                assert await use([-2, -1]) == [10 * sum(slow.taken[:-1]), 10 * sum(slow.taken)]
                sent = slow.taken[len(before) : -2]
                assert slow.taken[-2:] == [-2, -1]
                assert sent == list(range(len(sent)))
                assert 0 < len(sent) < 10_000
            assert await slowly.call(1) == 10 * sum(slow.taken)
            assert (await slowly.inspect()).stages[-1].state == 10 * sum(slow.taken)

    runs(test)


@pytest.mark.parametrize("engine", [inline(), threads(8)], ids=repr)
def test_a_call_that_is_left_keeps_its_turn_and_a_deployment_that_is_stopped_ends_what_is_left(engine: Any) -> None:
    async def test() -> None:
        slow = Slow()
        async with deploy(effect("slow", slow, Int, Int) >> stage("total", 0, total), engine) as slowly:
            calling = asyncio.ensure_future(slowly.call(1))
            await asyncio.to_thread(slow.begun.wait)
            await _cancels(calling)
            assert await slowly.call(2) == 30
            slow.begun.clear()
            mapping = asyncio.ensure_future(slowly.map([5] * 1_000_000))
            await asyncio.to_thread(slow.begun.wait)
            await _cancels(mapping)
        with pytest.raises(DeploymentError, match="drained or stopped"):
            await slowly.map([1])
        assert len(slow.taken) < 10_000

    runs(test)


@pytest.mark.parametrize("engine", [threads(), processes(), event_loop()], ids=repr)
def test_who_is_cancelled_while_answers_arrive_takes_none(engine: Any) -> None:
    async def test() -> None:
        goes_on = threading.Event()

        def held_up(value: int) -> int:
            goes_on.wait(30)
            return value

        with deploy(effect("held up", held_up, Int, Int), engine) as slowly:
            slowly.send(*map(Item, range(20)))
            arriving = asyncio.ensure_future(slowly.arrived())
            await asyncio.sleep(0.05)
            await _cancels(arriving)
            goes_on.set()
            assert [answer.value for answer in await slowly.arrived() if isinstance(answer, Item)] == list(range(20))

    runs(test)


def test_a_client_that_was_left_amid_a_call_is_used_on_or_closed_at_once() -> None:
    async def test() -> None:
        begun, goes_on = threading.Event(), threading.Event()

        def slow(value: int) -> int:
            if value < 0:
                begun.set()
                goes_on.wait(30)
            return value

        async def left(client: AwaitedClient, leaves: Any) -> None:
            begun.clear()
            asking = asyncio.ensure_future(client.ask([Item(-1)] + [Item(1)] * 10_000))
            await asyncio.to_thread(begun.wait)
            assert await leaves(asking) == LEFT

        with serve(effect("slow", slow, Int, Int), threads()) as server:
            async with await connecting(server.host, server.port, timeout=30) as client:
                for leaves in (_cancels, _waits_too_long):
                    goes_on.clear()
                    await left(client, leaves)
                    goes_on.set()
                    assert (await client.call(7), await client.call(8)) == (7, 8)
                assert (await client.metrics()).stages[0].items_in == 2 * (256 + 2)
            goes_on.clear()
            async with await connecting(server.host, server.port, timeout=30) as client:
                await left(client, _cancels)
            assert not goes_on.is_set()
            goes_on.set()

    runs(test)


def test_who_is_left_amid_connecting_is_closed() -> None:
    async def test() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            making = asyncio.ensure_future(connecting(port=listener.getsockname()[1], timeout=30))
            connection, _ = await asyncio.to_thread(listener.accept)
            making.cancel()
            with pytest.raises(asyncio.CancelledError):
                await making
            with connection:
                connection.sendall(wire.welcome(1, Int, Int))
                await asyncio.to_thread(connection.recv, 65_536)
                assert await asyncio.to_thread(connection.recv, 65_536) == b""

    runs(test)
