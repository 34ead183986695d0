"""Ctrl-C, or a notebook's interrupt, amid messages: nothing is left behind, and what is lost is not passed over."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import pytest

from sm_toolkit.deploying import DeploymentError, deploy
from sm_toolkit.engines import event_loop, inline, processes, simulated, threads
from sm_toolkit.engines.multiprocess.forking import nursery
from sm_toolkit.language import Int, consume, get, ident, incr, machine, put
from sm_toolkit.pipeline.messages import Item
from sm_toolkit.pipeline.pipelines import effect, stage, tee
from sm_toolkit.pipeline.rewiring import rewire

INTERRUPTED = r"the engine was interrupted amid messages, .*: deploy the pipeline anew"


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
            assert not running.is_open
            with pytest.raises(DeploymentError, match=INTERRUPTED):
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


def _interrupts(value: int) -> int:
    if value < 0:
        time.sleep(0.1)  # until who calls waits for the answer
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
    return value


interrupting = effect("interrupts", _interrupts, Int, Int) >> stage("same", None, ident(Int))


@pytest.mark.parametrize("make", [threads, processes, event_loop])
def test_a_call_that_was_interrupted_is_in_nobodys_way(make: Any) -> None:
    with deploy(interrupting, make()) as running:
        for use in (lambda: running.call(7), lambda: running.map([7])[0], lambda: running.send(Item(7))):
            with pytest.raises(KeyboardInterrupt):
                running.call(-1)
            assert use() in (7, None)
        assert [answer.value for answer in running.answers() if isinstance(answer, Item)] == [7]
        with pytest.raises(KeyboardInterrupt):
            running.map([-1])
        assert running.answers() == []
        assert [each.name for each in running.inspect().stages] == ["interrupts", "same"]


@pytest.mark.parametrize("make", [inline, simulated])
def test_what_runs_on_the_callers_thread_says_that_it_was_interrupted(make: Any) -> None:
    with deploy(interrupting, make()) as running:
        with pytest.raises(KeyboardInterrupt):
            running.call(-1)
        for use in (lambda: running.call(7), lambda: running.map([7]), running.inspect):
            with pytest.raises(DeploymentError, match=INTERRUPTED):
                use()
        assert not running.is_open


def test_what_breaks_amid_a_move_breaks_the_simulation() -> None:
    def broken(copies: list[Any]) -> None:
        raise OSError("no room left")

    copied: Any = tee("copies") >> stage("same", None, ident(Int))
    with deploy(copied, simulated(), tees={"copies": broken}) as running:
        with pytest.raises(OSError, match="no room left"):
            running.call(1)
        with pytest.raises(DeploymentError, match=r"broke amid messages \(OSError\('no room left'\)\)"):
            running.call(1)
