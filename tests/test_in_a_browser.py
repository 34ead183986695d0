"""In a browser, what needs threads, processes or sockets says so, and names what there is instead."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from sm_toolkit import (
    ClientError,
    Int,
    ToolkitError,
    connect,
    deploy,
    event_loop,
    from_tcp,
    identity,
    inline,
    msgpack_codec,
    processes,
    run,
    simulated,
    threads,
)
from sm_toolkit.engines.errors import EngineError
from sm_toolkit.examples.counter import typed_v1


@pytest.fixture(autouse=True)
def in_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")


@pytest.mark.parametrize(
    ("engine", "problem"),
    [
        (threads, "threads() needs threads, and Python in a browser has none"),
        (processes, "processes() needs processes, and Python in a browser has none"),
        (event_loop, "event_loop() needs threads, and Python in a browser has none"),
    ],
)
def test_an_engine_is_refused(engine: Callable[[], Any], problem: str) -> None:
    with pytest.raises(EngineError) as caught:
        deploy(typed_v1, engine())
    assert str(caught.value) == f"{problem}; inline() and simulated() give the same answers here"


@pytest.mark.parametrize("engine", [inline, lambda: simulated(1)])
def test_these_run(engine: Callable[[], Any]) -> None:
    with deploy(identity(Int), engine()) as running:
        assert running.call(3) == 3


def test_there_are_no_servers_and_no_clients() -> None:
    with pytest.raises(ClientError, match="a client needs sockets, and Python in a browser has none; a deployment in"):
        connect("127.0.0.1", 3000)
    served = from_tcp("127.0.0.1", 0)
    with pytest.raises(ToolkitError, match="a server needs sockets, and Python in a browser has none; a deployment in"):
        run(served, msgpack_codec, typed_v1)
