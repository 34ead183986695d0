"""The engine on an event loop: on a loop that is there and on one of its own, and that what waits holds up nobody."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from sm_toolkit.deploying import DeploymentError, deploy
from sm_toolkit.engines import event_loop
from sm_toolkit.language import Int, Str, consume, get, ident, incr, put, read
from sm_toolkit.pipeline.messages import Item, Rewired
from sm_toolkit.pipeline.pipelines import Pipeline, effect, stage, tee
from sm_toolkit.pipeline.rewiring import rewire

count: Any = consume() >> get() >> incr >> put() >> get()
counting = stage("count", 0, count, input=Int)
parsed = stage("parse", None, read(Int)) >> counting


def _slow(value: int) -> int:
    time.sleep(0.05)
    return value


def test_it_runs_on_the_loop_that_is_there() -> None:
    before = threading.active_count()

    async def on_a_loop() -> list[Any]:
        with deploy(parsed, event_loop()) as running:
            assert threading.active_count() == before
            running.send(*[Item("1")] * 5000)
            return await running.arrived()

    answers = asyncio.run(on_a_loop())
    assert [answer.value for answer in answers] == list(range(1, 5001))


def test_waiting_on_the_loops_own_thread_is_refused_with_what_to_do() -> None:
    async def on_a_loop() -> None:
        with deploy(parsed, event_loop()) as running:
            running.send(Item("1"))
            with pytest.raises(DeploymentError, match=r"await deployment.arrived\(\)"):
                running.answers()

    asyncio.run(on_a_loop())


def test_a_question_is_refused_on_the_loops_own_thread_before_it_is_sent() -> None:
    async def on_a_loop() -> None:
        copied: Pipeline[Any, Any] = parsed >> tee("copy")
        for pipeline, tees in ((parsed, None), (copied, {"copy": [].extend})):
            async with deploy(pipeline, event_loop(), tees=tees) as awaited:
                for ask in (awaited.deployment.inspect, lambda d=awaited.deployment: d.change(rewire(parsed, parsed))):
                    with pytest.raises(DeploymentError, match="must not wait for it"):
                        ask()
                assert [view.name for view in (await awaited.inspect()).stages] == ["parse", "count"]
                assert await awaited.call("1") == 1

    asyncio.run(on_a_loop())


def test_what_waits_does_not_hold_up_the_loop() -> None:
    turns = 0

    async def tick() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.005)

    async def on_a_loop() -> list[Any]:
        ticking = asyncio.create_task(tick())
        kept: list[Any] = []

        def keep(values: list[Any]) -> None:
            time.sleep(0.05)
            kept.extend(values)

        copied: Pipeline[Any, Any] = tee("copy") >> effect("slow", _slow, Int, Int, workers=2)
        with deploy(copied, event_loop(), tees={"copy": keep}) as d:
            d.send(*map(Item, range(6)))
            answers = await d.arrived()
        ticking.cancel()
        assert kept == list(range(6))
        return answers

    began = time.monotonic()
    answers = asyncio.run(on_a_loop())
    assert [answer.value for answer in answers] == list(range(6))
    assert turns >= (time.monotonic() - began) / 0.05  # many more, were the machine idle; one an item, were it held up


def test_where_no_loop_runs_it_has_one_of_its_own_and_ends_it() -> None:
    before = threading.active_count()
    with deploy(parsed, event_loop(capacity=2)) as running:
        running.send(*[Item("1")] * 100)
        assert len(running.answers()) == 100
        assert running.metrics().stages[1].items_in == 100
    assert threading.active_count() == before
    with pytest.raises(DeploymentError, match="stopped"):
        running.send(Item("1"))


def test_a_rewiring_waits_at_the_door_and_what_comes_after_it_is_held() -> None:
    slow = effect("slow", _slow, Int, Int) >> counting
    longer = slow >> stage("same", None, ident(Int))
    with deploy(slow, event_loop()) as running:
        running.send(Item(1), Item(1), rewire(slow, longer), Item(1))
        one, two, rewired, three = running.answers()
    assert isinstance(rewired, Rewired)
    assert [view.state for view in rewired.before] == [None, 2]
    assert [getattr(each, "value", None) for each in (one, two, three)] == [1, 2, 3]


def test_a_node_that_breaks_is_told() -> None:
    def breaks(values: list[Any]) -> None:
        raise OSError("no more room")

    copied: Pipeline[Any, Any] = tee("copy") >> stage("text", None, ident(Str))
    with deploy(copied, event_loop(), tees={"copy": breaks}) as running:
        running.send(Item("1"))
        with pytest.raises(DeploymentError, match="no more room"):
            running.answers()


def test_a_function_that_stops_it_leaves_no_thread_behind() -> None:
    before = threading.active_count()

    def stops(value: int) -> int:
        if value == 3:
            running.stop()
        return value

    running = deploy(effect("stops", stops, Int, Int, 2), event_loop())
    running.send(*map(Item, range(20)))
    with pytest.raises(DeploymentError, match="was stopped"):
        running.answers()
    until = time.monotonic() + 10
    while threading.active_count() > before:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_what_it_holds_can_be_asked_for_while_it_is_stopped() -> None:
    for _ in range(50):
        running = deploy(stage("count", 0, count, input=Int), event_loop())
        stopping = threading.Thread(target=running.stop)
        stopping.start()
        for _ in range(20):
            assert [each.state for each in running.stages()] == [0]
        stopping.join(10)
        assert not stopping.is_alive()
