"""The monitor's looks: what it shows, what its buttons do, that it stops, and what stands where no kernel runs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sm_toolkit.deploying import Deployment, deploy
from sm_toolkit.engines import threads
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2
from sm_toolkit.language import Right
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.notebook.live.monitor import Monitor
from sm_toolkit.notebook.live.serving import serve
from sm_toolkit.pipeline.messages import Item
from tests.edges.test_counts import Counting

PATIENCE = 10.0


@pytest.fixture
def running() -> Iterator[Deployment[Any, Any]]:
    with deploy(typed_v1, threads(8)) as made:
        yield made


@pytest.fixture
def monitor(running: Deployment[Any, Any]) -> Iterator[Monitor]:
    made = Monitor(running, typed_v1_to_v2, interval=0.02)
    yield made
    made.stop()
    assert not made.is_watching


def until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < deadline, "it does not come about"
        time.sleep(0.005)


def test_it_keeps_itself_up_to_date_from_when_it_is_shown(running: Deployment[Any, Any], monitor: Monitor) -> None:
    assert not monitor.is_watching
    monitor._repr_mimebundle_()
    assert monitor.is_watching
    running.map([Right(None)] * 4321)
    until(lambda: ">4,321<" in monitor._table.value)
    monitor.stop()
    running.map([Right(None)] * 2)
    assert ">4,321<" in monitor._table.value
    assert monitor._stop.disabled
    monitor.start()
    assert not monitor.is_watching


def test_its_buttons_look_and_confirm(running: Deployment[Any, Any], monitor: Monitor) -> None:
    running.map([Right(None)] * 3)
    assert (monitor._confirm.layout.display, monitor._cancel.layout.display) == ("none", "none")
    monitor._upgrade.click()
    until(lambda: "stage counter would be upgraded" in monitor._preview.value)
    until(lambda: monitor._confirm.layout.display is None)
    assert running.inspect().version == 1
    monitor._cancel.click()
    assert (monitor._preview.value, monitor._confirm.layout.display) == ("", "none")
    monitor._upgrade.click()
    until(lambda: monitor._confirm.layout.display is None and not monitor._upgrade.disabled)
    monitor._confirm.click()
    until(lambda: "stage counter was upgraded" in monitor._preview.value)
    until(lambda: monitor._confirm.layout.display == "none" and not monitor._upgrade.disabled)
    assert running.inspect().version == 2
    assert monitor.errors.text == ""
    monitor._upgrade.click()
    until(lambda: "refused: counter runs on as before" in monitor._preview.value)


def test_what_goes_wrong_is_told_in_a_line(running: Deployment[Any, Any]) -> None:
    monitor = Monitor(running, "nothing_of_that_name")
    monitor._upgrade.click()
    until(lambda: "no variable 'nothing_of_that_name'" in monitor.errors.text and not monitor._upgrade.disabled)


def test_it_ends_with_what_it_watches(running: Deployment[Any, Any], monitor: Monitor) -> None:
    monitor.start()
    running.stop()
    until(lambda: not monitor.is_watching)
    assert "ended: it was stopped" in monitor._words.value
    assert monitor._stop.disabled
    assert monitor._upgrade.disabled
    assert repr(monitor) == "ended: it was stopped"


def test_a_server_that_goes_away_is_told_of_and_looked_for() -> None:
    with serve(typed_v1) as server, server.connect() as client:
        monitor = Monitor(f"127.0.0.1:{server.port}", typed_v1_to_v2, interval=0.02)
        monitor.start()
        client.call(Right(None))
        until(lambda: ">1<" in monitor._table.value)
        assert not monitor._upgrade.disabled
    until(lambda: "gone, and looked for again: " in monitor._words.value)
    assert monitor._upgrade.disabled
    assert not monitor._stop.disabled
    assert monitor.is_watching
    with serve(typed_v1, port=server.port) as again, again.connect() as client:
        client.ask([Item(Right(None))] * 7)
        until(lambda: "running, interface version 1" in monitor._words.value and ">7<" in monitor._table.value)
        assert not monitor._upgrade.disabled
        monitor.stop()
        assert not monitor.is_watching
        assert monitor._stop.disabled


def test_stopping_does_not_wait_for_a_server_that_keeps_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sm_toolkit.notebook.live.targets.LOOK_TIMEOUT", 10 * PATIENCE)
    stuck, go = threading.Event(), threading.Event()
    go.set()

    def silent(metrics: Any) -> Any:
        if not go.is_set():
            stuck.set()
        go.wait()
        return metrics()

    with serve(typed_v1, Counting(silent)) as server:
        monitor = Monitor(f"127.0.0.1:{server.port}", interval=0.02)
        monitor.start()
        go.clear()
        assert stuck.wait(PATIENCE)
        monitor.stop()
        assert not monitor.is_watching
        go.set()


def test_a_look_that_takes_long_holds_up_nobody(
    running: Deployment[Any, Any], monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, asked = threading.Event(), threading.Event()
    change = monitor.model.target.change

    def slow(request: Any) -> Any:
        asked.set()
        assert go.wait(PATIENCE)
        return change(request)

    monkeypatch.setattr(monitor.model.target, "change", slow)
    monitor.start()
    monitor._upgrade.click()  # returns while the answer is out
    assert asked.wait(PATIENCE)
    running.map([Right(None)] * 77)
    until(lambda: ">77<" in monitor._table.value)
    assert monitor._upgrade.disabled
    go.set()
    until(lambda: "would be upgraded" in monitor._preview.value)


def test_where_no_kernel_runs_it_says_what_ran(running: Deployment[Any, Any], monitor: Monitor) -> None:
    running.map([Right(None)] * 3)
    monitor.look()
    shown = monitor._repr_mimebundle_()
    assert set(shown) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    for words in ("running, interface version 1", "counter", "stage counter would be upgraded"):
        assert words in shown["text/html"]
        assert words in shown["text/plain"]
    assert "µs" not in shown["text/html"] + shown["text/plain"]
    assert (repr(monitor), monitor._repr_mimebundle_()["text/html"]) == (shown["text/plain"], shown["text/html"])


def test_without_a_change_there_is_no_button_for_it(running: Deployment[Any, Any]) -> None:
    monitor = Monitor(running)
    words = [each.description for each in monitor.view.children[2].children]
    assert words == ["Stop watching"]
    with pytest.raises(ValueError, match="above 0"):
        Monitor(running, interval=0)


class OfCell:
    """As much of IPython as says which cell runs."""

    @staticmethod
    def get_ipython() -> OfCell:
        return OfCell()

    run = ""

    def get_parent(self) -> dict[str, Any]:
        return {"metadata": {"cellId": "the-cell"}, "header": {"msg_id": self.run}}


def test_the_next_monitor_of_a_cell_takes_its_place(
    running: Deployment[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "IPython", OfCell)
    first, second, third = Monitor(running), Monitor(running), Monitor(running)
    monkeypatch.setattr(OfCell, "run", "one run")
    first._repr_mimebundle_()
    second._repr_mimebundle_()
    assert first.is_watching  # two in one run of a cell are both on the page
    monkeypatch.setattr(OfCell, "run", "the next run")
    third._repr_mimebundle_()
    assert [each.is_watching for each in (first, second, third)] == [False, False, True]
    third.stop()


def test_a_look_is_forgotten_when_another_changes_what_was_looked_at() -> None:
    with serve(typed_v1) as server:
        address = f"127.0.0.1:{server.port}"
        first, second = (Monitor(address, typed_v1_to_v2, interval=0.02) for _ in range(2))
        first.start()
        assert first.look().headline == second.look().headline == "stage counter would be upgraded"
        assert first._confirm.layout.display is None
        second.confirm()
        until(lambda: "stage counter was changed in the meantime: look again" in first._preview.value)
        assert first._confirm.layout.display == "none"
        with pytest.raises(ToolkitError, match="look first"):
            first.confirm()
        first.stop()
        assert "no longer watched; as last seen: running, interface version 2" in first._words.value
    second._show(second.snapshot())  # the server has gone, and with it what was done to it
    assert second._preview.value == ""
    second.stop()
    assert "no longer watched; as last seen: gone: " in second._words.value


def test_a_change_that_cannot_be_sent_leaves_no_look_behind(
    running: Deployment[Any, Any], monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any) -> Any:
        raise ToolkitError("no answer came")

    for name, told in (("inspect", "was not sent: look again"), ("change", "made is not known: see what runs")):
        monitor.look()
        with monkeypatch.context() as patched:
            patched.setattr(monitor.model.target, name, silent)
            with pytest.raises(ToolkitError, match=told):
                monitor.confirm()
        assert monitor._preview.value == ""
        assert (monitor.model.phase, running.inspect().version) == ("idle", 1)
