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
from sm_toolkit.language import Int, consume, get, incr, put
from sm_toolkit.pipeline.messages import Item
from sm_toolkit.pipeline.pipelines import effect, stage


def _wait(value: int) -> int:
    time.sleep(0.02)
    return value


slow = effect("slow", _wait, Int, Int) >> stage("count", 0, consume() >> get() >> incr >> put() >> get(), input=Int)


@pytest.mark.parametrize("make", [inline, threads, processes, event_loop])
def test_an_interrupt_while_messages_are_put_in_leaves_nothing_behind(make: Any) -> None:
    before = threading.active_count()
    engine = inline() if make is inline else make(capacity=4)
    interrupt = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    with deploy(slow, engine) as running:
        interrupt.start()
        with pytest.raises(KeyboardInterrupt):
            running.send(*[Item(1)] * 1000)
        interrupt.join()
        if make is not event_loop:  # there it is known what has entered, and so that goes on
            with pytest.raises(DeploymentError, match=r"stopped|broke amid messages"):
                running.send(Item(1))
    assert threading.active_count() == before
