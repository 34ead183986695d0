"""A deployment and a client that are awaited: the loop goes on, calls take turns, and a cancelled one does no harm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from sm_toolkit.deploying import deploy
from sm_toolkit.edges.awaiting import connecting
from sm_toolkit.edges.client import RequestFailed
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.server import Server
from sm_toolkit.engines import event_loop, inline, threads
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2
from sm_toolkit.language import Left, Right
from sm_toolkit.pipeline.messages import Item, Upgraded
from sm_toolkit.pipeline.pipelines import interface
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
            assert not first.done()
            assert not second.done()
            gate.open.set()
            assert await second == Left(1)
            assert first.cancelled() or first.done()
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
