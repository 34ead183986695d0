"""A client whose server answers something else than it was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from sm_toolkit import ClientError, Int, RequestFailed, connect, get, ident, incr, put, stage, upgrade
from sm_toolkit.edges.client import Client
from sm_toolkit.language.encoding.canonical import codec_of
from sm_toolkit.notebook.live.watching import MonitorModel
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.messages import Answer, Failed, Inspected, Item, Refused

pytestmark = pytest.mark.machine
INTS = codec_of(Int)
COUNT = stage("count", 0, get() >> incr >> put())
CHANGE = replace(upgrade(COUNT, stage("count", 0, get() >> put()), migrate=ident()), expects=None)


@contextmanager
def lying(*said: bytes) -> Iterator[int]:
    """Give the port of a server that says these things, one for each time that it is asked, whatever it is."""

    def answer(connection: socket.socket) -> None:
        with connection:
            for each in said:
                connection.recv(100_000)
                connection.sendall(each)

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            answer(connection)

    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


ASKS: dict[str, tuple[Callable[[Client], Any], list[Answer]]] = {
    "an item": (lambda client: client.call(1), [Inspected((), 1), Refused("x", ("no",))]),
    "what runs": (lambda client: client.inspect(), [Item(1), Refused("x", ("no",))]),
    "a change": (lambda client: client.change(CHANGE), [Item(1), Inspected((), 1)]),
}


@pytest.mark.parametrize("asked", ASKS)
def test_an_answer_to_something_else_is_an_error_of_the_client(asked: str) -> None:
    ask, answers = ASKS[asked]
    for answer in answers:
        with (
            lying(wire.welcome(1, Int, Int), wire.encode_answer(answer, INTS)) as port,
            connect(port=port) as client,
            pytest.raises(ClientError, match=f"the server answered {type(answer).__name__}"),
        ):
            ask(client)


def test_a_failure_is_one_whatever_was_asked() -> None:
    failed = wire.encode_answer(Failed("", "the answer cannot be sent"), INTS)
    with (
        lying(wire.welcome(1, Int, Int), failed) as port,
        connect(port=port) as client,
        pytest.raises(RequestFailed, match="cannot be sent"),
    ):
        client.inspect()


@pytest.mark.parametrize("said", [b"\x1b[2Jno frames\x07" * 9, b"HTTP/1.1 200 OK\x1b[31m\r\n\r\n" * 9, b""])
def test_a_monitor_says_that_what_it_watches_has_ended(said: bytes) -> None:
    with lying(said) as port:
        words = MonitorModel(f"127.0.0.1:{port}").snapshot().words
    assert words.startswith("gone, and looked for again: ")
    assert words.isprintable()


def test_a_monitor_of_a_server_that_refuses_to_tell_says_so() -> None:
    refused = wire.encode_answer(Refused("x", ("\x1b[2J",)), INTS)
    with lying(wire.welcome(1, Int, Int), refused) as port:
        words = MonitorModel(f"127.0.0.1:{port}").snapshot().words
    assert words == "gone, and looked for again: expected Metrics, and the server answered Welcome"
