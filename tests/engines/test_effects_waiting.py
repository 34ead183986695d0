"""How much is at an effect is told while it is there: what waits for a worker, and what the workers have in hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic, sleep

import pytest

from sm_toolkit import Item, deploy, draw, effect, event_loop, incr, processes, stage, threads
from sm_toolkit.language import Int
from sm_toolkit.notebook.value_block import metrics_table
from sm_toolkit.pipeline.ports import Engine

SENT = 10


def settled(count: Callable[[], int], wanted: int) -> int:
    """What is counted in the end: messages are on their way for a moment."""
    until = monotonic() + 20
    while (found := count()) != wanted and monotonic() < until:
        sleep(0.01)
    return found


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("engine", [threads(), event_loop(), processes()], ids=["threads", "event loop", "processes"])
def test_what_is_at_an_effect_is_told_everywhere(engine: Engine, workers: int) -> None:
    gate = threading.Event()

    def ask(number: int) -> int:
        gate.wait(60)
        return number

    line = stage("before", None, incr) >> effect("ask", ask, Int, Int, workers) >> stage("after", None, incr)
    with deploy(line, engine) as running:

        def at_effect() -> int:
            (queue,) = (each.queue for each in running.metrics().stages if each.name == "ask")
            assert queue is not None
            return queue

        try:
            for _ in range(2):  # what a worker took may be one message, or many
                gate.clear()
                sending = threading.Thread(target=lambda: running.send(*map(Item, range(SENT))))
                sending.start()
                assert settled(at_effect, SENT) == SENT
                metrics = running.metrics()
                assert metrics.waiting == SENT
                row = next(line for line in metrics_table(metrics).text.splitlines() if line.startswith("ask"))
                assert row.split()[4] == str(SENT)
                picture = draw(running)
                assert f"{SENT} waiting" in picture.svg
                assert f"queue {SENT} waiting, next first: {SENT} × item\n  effect ask" in picture.text
                gate.set()
                sending.join()
                running.answers()
                assert settled(at_effect, 0) == 0
        finally:
            gate.set()
