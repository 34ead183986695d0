"""Ctrl-C, or a notebook's interrupt, amid messages: nothing is left behind, and what is lost is not passed over."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import pytest

from sm_toolkit.deploying import DeploymentError, deploy
from sm_toolkit.engines import event_loop, inline, processes, threads
from sm_toolkit.engines.multiprocess.forking import nursery
from sm_toolkit.language import Int, consume, get, ident, incr, machine, put
from sm_toolkit.pipeline.messages import Item
from sm_toolkit.pipeline.pipelines import effect, stage
from sm_toolkit.pipeline.rewiring import rewire


def _wait(value: int) -> int:
    time.sleep(0.02)
    return value


slow = effect("slow", _wait, Int, Int) >> stage("count", 0, consume() >> get() >> incr >> put() >> get(), input=Int)


@machine
def _slow(n: int, s: int) -> tuple[int, int]:
    total = s
    for i in range(90_000):
        total = (total + i * n) % 1_000_003
    return total, total


busy = stage("same", None, ident(Int)) >> stage(
    "slow", 0, _slow
)  # who feeds threads does this work while they are full


@pytest.mark.parametrize("pipeline", [slow, busy], ids=["slow", "busy"])
@pytest.mark.parametrize("make", [inline, threads, processes, event_loop])
def test_an_interrupt_while_messages_are_put_in_leaves_nothing_behind(make: Any, pipeline: Any) -> None:
    before = threading.active_count()
    engine = inline() if make is inline else make(capacity=4)
    interrupt = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    with deploy(pipeline, engine) as running:
        interrupt.start()
        with pytest.raises(KeyboardInterrupt):
            running.send(*[Item(1)] * 1000)
        interrupt.join()
        if make is not event_loop:  # there it is known what has entered, and so that goes on
            with pytest.raises(DeploymentError, match=r"stopped|broke amid messages"):
                running.send(Item(1))
    assert threading.active_count() == before


@pytest.mark.parametrize("make", [threads, processes, event_loop])
def test_interrupts_amid_rewirings_leave_nothing_behind(make: Any) -> None:
    one: Any = stage("count", 0, consume() >> get() >> incr >> put() >> get(), input=Int)
    other = one >> stage("same", None, ident(Int)) >> stage("again", None, ident(Int))
    with nursery():
        for number in range(6):
            before = threading.active_count()
            interrupt = threading.Timer(0.02 + 0.013 * number, os.kill, (os.getpid(), signal.SIGINT))
            with deploy(one, make()) as running, pytest.raises(KeyboardInterrupt):
                _rewires(running, one, other, interrupt)
            interrupt.join()
            until = time.monotonic() + 10
            while threading.active_count() > before:
                assert time.monotonic() < until, threading.enumerate()
                time.sleep(0.01)


def _rewires(running: Any, one: Any, other: Any, interrupt: threading.Timer) -> None:
    interrupt.start()
    while True:
        running.change(rewire(one, other))
        one, other = other, one


def test_what_is_seen_from_outside_may_be_asked_again_after_an_interrupt() -> None:
    with deploy(stage("slow", 0, _slow), processes()) as deployment:
        deployment.send(*[Item(1)] * 100)
        interrupt = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
        interrupt.start()
        with pytest.raises(KeyboardInterrupt):
            _asks_on(deployment)
        interrupt.join()
        answer = deployment.answers()[-1]
        assert isinstance(answer, Item), answer
        [plan_and_state] = deployment.stages()
        assert plan_and_state.state == answer.value != 0
        assert [each.items_in for each in deployment.metrics().stages] == [100]


def _asks_on(deployment: Any) -> None:
    while True:
        deployment.stages()
