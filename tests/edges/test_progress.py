"""Bars of progress: what is left of one that was interrupted. How they look is seen in a real kernel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from sm_toolkit.edges import progress as of_progress
from sm_toolkit.edges.progress import progress

pytestmark = pytest.mark.machine


def named(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == name]


@pytest.mark.parametrize("amid", ["the start", "what is inside"])
def test_an_interrupt_leaves_no_thread(amid: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found on a busy machine: an interrupt came when the thread ran already, and who started it had not yet heard."""
    monkeypatch.setattr(of_progress, "in_notebook", lambda: True)
    start: Callable[[threading.Thread], None] = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        if amid == "the start":
            raise KeyboardInterrupt

    def within() -> None:
        with progress(lambda: 0):
            assert named("progress")
            raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        within()
    deadline = time.monotonic() + 10
    while named("progress") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not named("progress")
