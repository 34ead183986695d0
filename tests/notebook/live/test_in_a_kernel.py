"""What people do in a notebook, in a real kernel: interrupt, await, watch a bar, watch what runs, leave."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from sm_toolkit.edges.awaiting import LEFT
from tests.notebook.live.kernel import Kernel, kernel

SETUP = """
%load_ext sm_toolkit
import threading, time
from sm_toolkit import *
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2

@machine
def slow(times: int, state: int) -> tuple[int, int]:
    for each in range(20_000):
        state = state + each
    return times, times

slowly = stage("slowly", 0, slow)
before = {thread.ident for thread in threading.enumerate()}

def left():
    deadline = time.monotonic() + 10
    while (names := _left()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return names

def _left():
    now = [thread for thread in threading.enumerate() if thread.ident not in before]
    return [thread.name for thread in now if not thread.name.startswith("asyncio_")]  # those are the kernel's own
"""

ENGINES = ["inline()", "threads(8)", "processes()", "simulated(1)"]


@pytest.fixture(scope="module")
def running() -> Iterator[Kernel]:
    with kernel() as started:
        assert started.run(SETUP).error == ""
        yield started


@pytest.mark.parametrize("engine", ENGINES)
def test_a_long_map_is_interrupted_and_leaves_no_thread(running: Kernel, engine: str) -> None:
    cell = f"busy = deploy(slowly, {engine})\nprint('begun', flush=True)\nbusy.map([1] * 1_000_000)"
    shown = running.run(cell, interrupt_at="begun")
    assert "KeyboardInterrupt" in shown.error or "KeyboardInterrupt" in shown.traceback
    assert running.run("busy.stop(); left()").text == "[]"
    assert running.run(f"with deploy(slowly, {engine}) as again: print(again.call(3))").printed.strip() == "3"


def test_a_long_step_batch_and_run_are_interrupted_and_leave_no_thread(running: Kernel) -> None:
    for work in (
        "stream(slow, [1] * 1_000_000, 0)",
        "step(machine(source='def long(n: int, s: int) -> tuple[int, int]:\\n"
        "    for a in range(1_000):\\n        for b in range(900):\\n            s = s + b\\n"
        "    return n, s\\n', limits=Limits(fuel=10**9)), 1, 0)",
        "run(from_list([1] * 1_000_000), lines_codec, slowly, to_list())",
        "run(from_list([1] * 1_000_000), lines_codec, slowly, to_list(), threads(8))",
    ):
        shown = running.run(f"print('begun', flush=True)\nwhile True:\n    {work}", interrupt_at="begun")
        assert "KeyboardInterrupt" in shown.error or "KeyboardInterrupt" in shown.traceback, work
        assert running.run("left()").text == "[]", work
    assert running.run("step(slow, 3, 4)").text == "(3, 3)"


def test_a_live_cell_is_interrupted_and_what_runs_is_upgraded_by_the_next(running: Kernel) -> None:
    running.run("many = deploy(slowly, threads(8))\nsent = [Item(1)] * 2_000\nmany.send(*sent[:8])")
    running.run("feeding = threading.Thread(target=lambda: many.send(*sent), daemon=True); feeding.start()")
    text = "def slow(times: int, state: int) -> tuple[int, int]:\\n    return -1, state\\n"
    cell = f"print('begun', flush=True)\nget_ipython().run_cell_magic('machine', '--live many', '{text}')"
    shown = running.run(cell, "begun")
    assert "KeyboardInterrupt" in shown.error
    running.run("many.stop(); feeding.join()")
    assert running.run("left()").text == "[]"


def test_a_bar_shows_in_what_takes_long_and_goes(running: Kernel) -> None:
    running.run("from sm_toolkit.edges import progress; progress.DELAY = progress.INTERVAL = 0.05")
    quick = running.run("with deploy(typed_v1) as d: d.map([Right(None)] * 5_000)")
    assert quick.displayed == []
    for cell in (
        "with deploy(slowly) as d: d.map([1] * 1_200)",
        "with deploy(slowly, threads(8)) as d: d.map([1] * 1_200)",
        "len(run(from_list([1] * 1_200), lines_codec, slowly, to_list()))",
    ):
        shown = running.run(f"{cell}\nleft()")
        assert [sorted(each) for each in shown.displayed] == [["text/html", "text/plain"]]
        assert "<progress" in shown.displayed[0]["text/html"]
        assert shown.updated[-1] == {}
        assert shown.text == "[]"
    shown = running.run("print('begun', flush=True)\nwith deploy(slowly) as d: d.map([1] * 1_000_000)", "begun")
    assert "KeyboardInterrupt" in shown.error
    assert running.run("left()").text == "[]"


def test_what_waits_is_awaited(running: Kernel) -> None:
    here = running.run("here = deploy(typed_v1, event_loop())\nhere.call(Right(None))")
    assert "await deployment.awaited.call(value)" in here.error
    running.run("await here.arrived()")
    cell = "await here.awaited.call(Left(None)), await here.awaited.change(typed_v1_to_v2), here.stop()"
    assert running.run(cell).text.startswith("(Left(1),\n Upgraded(stage='counter'")
    cell = "async with deploy(slowly, threads(8)) as several:\n    print(await several.map([1, 2, 3]))"
    assert running.run(cell).printed.strip() == "[1, 2, 3]"
    cell = (
        "with serve(typed_v1) as server:\n    async with await connecting(server.host, server.port) as client:\n"
        "        print(await client.call(Right(None)), await client.call(Left(None)))\nleft()"
    )
    shown = running.run(cell)
    assert (shown.printed.strip(), shown.text) == ("Right(None) Left(1)", "[]")


def test_a_cell_that_awaits_is_interrupted_at_once_and_what_it_asked_is_used_on(running: Kernel) -> None:
    for engine in (*ENGINES, "event_loop(8)"):
        running.run(f"asked = deploy(slowly, {engine})")
        shown = running.run("print('begun', flush=True)\nawait asked.awaited.map([1] * 2_000_000)", "begun")
        assert "CancelledError" in shown.error, engine
        assert LEFT in shown.traceback, engine
        assert running.run("await asked.awaited.map([2, 3]), await asked.awaited.call(4)").text == "([2, 3], 4)"
        shown = running.run("print('begun', flush=True)\nawait asked.awaited.map([1] * 2_000_000)", "begun")
        assert "CancelledError" in shown.error, engine
        if engine != "event_loop(8)":  # which runs on the kernel's own loop, where nothing may wait
            assert running.run("asked.map([5, 6]), asked.call(7)").text == "([5, 6], 7)"
        assert running.run("asked.stop(); left()").text == "[]", engine


def test_a_cell_that_awaits_a_server_or_an_effect_that_hangs_is_interrupted_at_once(running: Kernel) -> None:
    running.run(
        "go = threading.Event()\nhangs = effect('hangs', lambda value: (go.wait(), value)[1], Int, Int)\n"
        "server = serve(hangs, threads())\nclient = await connecting(server.host, server.port, timeout=60)\n"
        "here = deploy(hangs)"
    )
    for cell in ("await client.call(1)", "await here.awaited.call(1)", "await here.arrived()"):
        shown = running.run(f"print('begun', flush=True)\n{cell}", "begun")
        assert "CancelledError" in shown.error, cell
    running.run("go.set()")
    assert running.run("await client.call(2), await here.awaited.call(3), here.call(4)").text == "(2, 3, 4)"
    assert running.run("await client.close(); here.stop(); server.stop(); left()").text == "[]"


def test_a_monitor_goes_on_while_a_cell_runs(running: Kernel) -> None:
    running.run("watched = deploy(typed_v1, threads(8))")
    running.run("shown = Monitor(watched, interval=0.05)\nshown")
    cell = """
seen = set()
for _ in range(8):
    watched.map([Right(None)] * 50)
    time.sleep(0.2)
    seen.add(shown._table.value)
len(seen) > 2, ">400<" in shown._table.value
"""
    assert running.run(cell).text == "(True, True)"
    assert running.run("shown.stop(); watched.stop(); left()").text == "[]"


FIRST = """
from dataclasses import dataclass
from sm_toolkit.language.functions.decorating import machine

@dataclass(frozen=True)
class Point:
    x: int
    y: int

@machine
def moved(point: Point, state: int) -> tuple[Point, int]:
    return Point(point.y, point.x), state

Point(1, 2)
"""


def test_the_very_first_cell_shows_a_record_as_a_table_whatever_it_imports() -> None:
    with kernel() as started:
        shown = started.run(FIRST)
        assert shown.value is not None
        assert "<table" in shown.value["text/html"]


def test_the_kernel_ends_though_all_of_it_runs() -> None:
    with kernel() as started:
        started.run(SETUP)
        started.run("server = serve(typed_v1); client = server.connect(); client.call(Right(None))")
        started.run("watching = Monitor(server, change='typed_v1_to_v2', interval=0.05)\nwatching")
        started.run("%%machine --live n --state 0 --engine threads\nget() >> incr >> put()")
        assert started.run("watching.is_watching").text == "True"
        began = time.monotonic()
        started.manager.shutdown_kernel(now=False)
        assert not started.manager.is_alive()
        assert time.monotonic() - began < 15
