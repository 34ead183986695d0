"""The demo is right when all is right, and says so when something is not: faults are put in on purpose."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from sm_toolkit.cli.demonstration import tell
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.server import Server, ServerOptions
from sm_toolkit.engines.sequential import RunningInline
from sm_toolkit.examples import demo_clients, demo_process
from sm_toolkit.examples.counter import typed_v1
from sm_toolkit.examples.demo import AFTER_V2, AFTER_V3, drive
from sm_toolkit.examples.demo_ledger import Ledger
from sm_toolkit.examples.demo_report import DemoReport
from sm_toolkit.language.data.types import Left, Right
from sm_toolkit.pipeline.meaning import transition
from sm_toolkit.pipeline.messages import Failed, Item
from sm_toolkit.pipeline.pipelines import interface
from sm_toolkit.pipeline.plans import Deployed, Message, deployed
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.whole import Whole
from tests.cli.commands import PATIENCE, execute, started

# -- as a user sees it ------------------------------------------------------------------------------------


def test_json() -> None:
    began = time.monotonic()
    result = execute("demo", "--json", "--seconds", "1.5")
    assert time.monotonic() - began < 15
    found = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (0, ""), found
    assert found["ok"] is True
    assert found["error"] is None
    assert found["failed"] == found["lost"] == found["doubled"] == found["unanswered"] == found["wrong_reads"] == 0
    assert found["final_count"] == found["expected_count"]
    assert found["final_state"] == found["expected_state"] == f"({found['final_count']},False)"
    assert found["exact_reads"] == 2 * 4 + 2 * 5 + 1
    assert found["bounded_reads"] > 0
    assert [(seen["from_version"], seen["to_version"]) for seen in found["upgrades"]] == [(1, 2), (2, 3)]
    second, third = found["upgrades"]
    assert second["before"] == second["after"]
    assert third["after"] == f"({third['before']},False)"
    assert second["new_hash"] == third["old_hash"]
    assert [(seen["name"], seen["clients"]) for seen in found["stretches"]] == [
        ("before", 8),
        ("after v2", 12),
        ("after v3", 16),
    ]
    assert sum(stretch["requests"] for stretch in found["stretches"]) == found["requests"] > 100
    assert found["longest_gap_ms"] == max(stretch["longest_gap_ms"] for stretch in found["stretches"])
    assert 0 < found["longest_gap_over_all_ms"] <= found["longest_gap_ms"]


def test_on_a_pipe_it_is_plain_text() -> None:
    result = execute("demo", "--seconds", "0.9")
    assert (result.returncode, result.stderr) == (0, "")
    assert not re.search(r"[^\n -~]", result.stdout)
    for words in (
        "upgraded to version 2 in",
        "upgraded to version 3 in",
        "before ",
        "after v2 ",
        "after v3 ",
        "v2 -> v3 ",
        ": equal.",
        "none failed, and nothing was lost or doubled.",
    ):
        assert words in result.stdout


def nobody_listens(port: int) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_it_leaves_no_server(number: signal.Signals) -> None:
    with started("demo", "--seconds", "20") as process:
        assert process.stdout is not None
        port = 0
        for line in process.stdout:
            if found := re.search(r"version 1 runs on 127\.0\.0\.1:(\d+)", line):
                port = int(found[1])
            if "clients come to stay" in line:
                break
        process.send_signal(number)
        process.communicate(timeout=PATIENCE)
        assert process.returncode not in (0, None)
        assert nobody_listens(port)


def test_a_server_that_dies_is_told() -> None:
    with started("demo", "--seconds", "20") as process:
        assert process.stdout is not None
        number = 0
        for line in process.stdout:
            if found := re.search(r"in process (\d+)", line):
                number = int(found[1])
            if "clients come to stay" in line:
                break
        os.kill(number, signal.SIGKILL)
        _, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        assert f"The demo could not go on: the server process ended by signal {signal.SIGKILL:d}\n" in errors
        assert "Traceback" not in errors


# -- that the check can fail ------------------------------------------------------------------------------


@dataclass
class Faulty:
    """An engine that runs inline and does one thing wrong: at the first increment after so many resets and toggles."""

    fault: str
    changes: int

    def start(self, running: Deployed, outlet: Outlet, tees: Any = None) -> RunningInline:
        return _RunningFaulty(running, outlet, self)


class _RunningFaulty(RunningInline):
    def __init__(self, running: Deployed, outlet: Outlet, fault: Faulty) -> None:
        super().__init__(running, outlet, None, None)
        self.outlet = outlet
        self.fault = fault
        self.changes = 0
        self.is_due = True

    def feed(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.changes += _is(message, "reset", "toggle")
            if self.is_due and self.changes == self.fault.changes and _is(message, "increment"):
                self.is_due = False
                self.go_wrong(message)
            else:
                super().feed([message])

    def go_wrong(self, message: Message) -> None:
        assert isinstance(message, Item)
        match self.fault.fault:
            case "lost":
                before = self.inspect()
                super().feed([message])
                self._whole = Whole(before)
            case "doubled":
                self._whole = Whole(transition(self.inspect(), message)[0])
                super().feed([message])
            case "failed":
                self.outlet.deliver([Failed("counter", "on purpose", message.reply_to)])
            case "wrong answer":
                self.outlet.deliver([Item(Left(0), message.version, message.reply_to)])
            case "silent":
                pass
            case _:
                super().feed([message])


def _is(message: Message, *commands: str) -> bool:
    if not isinstance(message, Item) or message.version is None:
        return False
    known = demo_clients.COMMANDS[message.version]
    return any(message.value == demo_clients.said(message.version, command) for command in commands if command in known)


@contextmanager
def serving(engine: Faulty) -> Iterator[int]:
    """Serve the counter on an engine, in a thread."""
    ready: threading.Event = threading.Event()
    made: list[tuple[Server, asyncio.AbstractEventLoop]] = []

    async def serve() -> None:
        types = interface(typed_v1)
        stages = deployed(typed_v1)
        server = Server(
            "127.0.0.1",
            0,
            msgpack_codec,
            lambda outlet: engine.start(stages, outlet),
            types.input,
            types.output,
            ServerOptions(stop_timeout=0.5),
        )
        await server.start()
        made.append((server, asyncio.get_running_loop()))
        ready.set()
        await server.wait()
        await server.stop()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield made[0][0].port
    finally:
        if made and not made[0][1].is_closed():
            made[0][1].call_soon_threadsafe(made[0][0].request_stop)
        thread.join(10)


def found_with(fault: str, changes: int) -> DemoReport:
    with serving(Faulty(fault, changes)) as port:
        return asyncio.run(drive(port, 1.5))


def test_without_a_fault_all_is_well() -> None:
    report = found_with("none", 0)
    assert report.ok, report


# Before version 2, before its first reset; while increments count down; after the last toggle.
BEFORE, DOWN, LAST = 0, 6, len(AFTER_V2) + len(AFTER_V3)


@pytest.mark.parametrize("changes", [BEFORE, DOWN, LAST])
def test_a_lost_increment_is_found(changes: int) -> None:
    report = found_with("lost", changes)
    assert not report.ok
    assert (report.lost, report.doubled, report.failed) == (1, 0, 0)
    # A reset hides it from the state, and not from the books.
    assert report.final_count == report.expected_count - (changes == LAST)
    assert report.state_is_right == (changes != LAST)


@pytest.mark.parametrize("changes", [BEFORE, DOWN, LAST])
def test_a_doubled_increment_is_found(changes: int) -> None:
    report = found_with("doubled", changes)
    assert not report.ok
    assert (report.lost, report.doubled, report.failed) == (0, 1, 0)
    assert report.final_count == report.expected_count + (changes == LAST)
    assert report.state_is_right == (changes != LAST)


def test_what_is_lost_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    tell(found_with("lost", LAST))
    output, errors = capsys.readouterr()
    assert ": NOT EQUAL." in output
    assert "1 increment was lost\n" in errors
    assert re.search(r"the state is \((-?\d+),False\), and should be ", errors)


def test_a_failed_increment_is_counted_and_not_expected() -> None:
    report = found_with("failed", BEFORE)
    assert not report.ok
    assert (report.failed, report.first_reason) == (1, "on purpose")
    assert report.lost == report.doubled == report.wrong_reads == 0
    assert report.state_is_right


def test_a_wrong_answer_is_a_failure() -> None:
    report = found_with("wrong answer", BEFORE)
    assert (report.ok, report.failed) == (False, 1)
    assert report.first_reason.startswith("increment was answered Item(")


def test_a_silent_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_clients, "PATIENCE", 0.5)
    report = found_with("silent", BEFORE)
    assert (report.ok, report.unanswered > 0) == (False, True)
    assert report.error == "a client waited for an answer for over 0.5 seconds"


def test_a_cancellation_that_comes_with_an_answer_is_not_lost() -> None:
    """Else a course goes on that was stopped, and waits for an answer that never comes."""

    async def scene() -> None:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        waiting = asyncio.ensure_future(demo_process.within(5, lambda: answer))
        await asyncio.sleep(0)
        answer.set_result("ready")
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(scene())


# -- the books --------------------------------------------------------------------------------------------


def increment(ledger: Ledger, times: int = 1) -> None:
    for _ in range(times):
        ledger.sends_increment()
        ledger.acknowledges_increment()


def test_increments_go_down_while_toggled_and_a_reset_ends_that() -> None:
    ledger = Ledger()
    increment(ledger, 5)
    ledger.sends_change()
    ledger.toggles()
    increment(ledger, 2)
    ledger.checkpoint(3)
    ledger.sends_change()
    ledger.resets()
    increment(ledger)
    ledger.checkpoint(1)
    assert (ledger.count, ledger.lost, ledger.doubled) == (1, 0, 0)


@pytest.mark.parametrize("toggled", [False, True])
@pytest.mark.parametrize(("found", "lost", "doubled"), [(3, 0, 0), (2, 1, 0), (5, 0, 2)])
def test_a_checkpoint_tells_lost_from_doubled_in_both_directions(
    toggled: bool, found: int, lost: int, doubled: int
) -> None:
    ledger = Ledger(toggled=toggled)
    increment(ledger, 3)
    for _ in range(2):  # the second has nothing new to tell
        ledger.checkpoint(found * ledger.direction)
        assert (ledger.lost, ledger.doubled) == (lost, doubled)
    assert ledger.count == 3 * ledger.direction


@pytest.mark.parametrize("toggled", [False, True])
@pytest.mark.parametrize(("found", "wrong"), [(1, 1), (2, 0), (3, 0), (5, 0), (6, 1)])
def test_a_read_shows_what_was_acknowledged_and_nothing_unsent(toggled: bool, found: int, wrong: int) -> None:
    ledger = Ledger(toggled=toggled)
    increment(ledger, 2)
    mark = ledger.sends_read()
    increment(ledger, 2)
    ledger.sends_increment()
    ledger.answers_read(mark, found * ledger.direction)
    assert (ledger.reads, ledger.wrong_reads) == (1, wrong)


def test_a_read_that_overlaps_a_change_is_not_judged() -> None:
    ledger = Ledger()
    increment(ledger, 7)
    before = ledger.sends_read()
    ledger.sends_change()
    during = ledger.sends_read()
    ledger.answers_read(before, 0)
    ledger.resets()
    ledger.answers_read(before, 0)
    ledger.answers_read(during, 7)
    assert (ledger.reads, ledger.wrong_reads) == (0, 0)
    ledger.answers_read(ledger.sends_read(), 7)
    assert (ledger.reads, ledger.wrong_reads) == (1, 1)


def test_commands_are_the_alternatives_of_the_counters_inputs() -> None:
    assert demo_clients.said(2, "reset") == demo_clients.said(1, "read") == Left(None)
    assert demo_clients.said(2, "increment") == Right(Right(None))
