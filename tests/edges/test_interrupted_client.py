"""A client whose call was interrupted, or waited in vain, gets the right answers afterwards, or is told to leave."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from sm_toolkit.edges import client as client_module
from sm_toolkit.edges import conversation
from sm_toolkit.edges.client import Client, ClientError
from sm_toolkit.edges.conversation import Conversation
from sm_toolkit.engines import threads
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2
from sm_toolkit.language import Int, Left, Right
from sm_toolkit.notebook.live.serving import serve
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.messages import Item
from sm_toolkit.pipeline.pipelines import effect

INTERRUPTED, LATE = 1, 2


class Slow:
    """Interrupts this process amid an answer that is asked for, or answers late."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()

    def __call__(self, value: int) -> int:
        if value == INTERRUPTED:
            os.kill(os.getpid(), signal.SIGINT)
        if value in (INTERRUPTED, LATE):
            self.goes_on.wait(20)
            self.goes_on.clear()
        return value * 10


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def client(slow: Slow) -> Iterator[Client]:
    with serve(effect("slow", slow, Int, Int), threads()) as server, server.connect(timeout=0.5) as made:
        yield made


def test_the_answer_to_an_interrupted_call_is_not_taken_for_the_next(client: Client, slow: Slow) -> None:
    with pytest.raises(KeyboardInterrupt):
        client.call(INTERRUPTED)
    slow.goes_on.set()
    assert [client.call(value) for value in (7, 8)] == [70, 80]
    assert client.metrics().stages[0].items_in == 3


def test_an_answer_that_came_too_late_is_not_taken_for_the_next(client: Client, slow: Slow) -> None:
    with pytest.raises(ClientError, match=r"no answer came within 0.5 seconds"):
        client.call(LATE)
    with pytest.raises(ClientError, match=r"no answer came within 0.5 seconds"):
        client.call(7)
    slow.goes_on.set()
    assert [client.call(value) for value in (7, 8)] == [70, 80]


def test_whoever_was_interrupted_amid_speak_speaks_what_it_knows() -> None:
    with serve(typed_v1) as server, server.connect() as client, server.connect() as other:
        other.change(typed_v1_to_v2)
        frame = client._conversation.receive
        client._conversation.receive = lambda outputs: signal.raise_signal(signal.SIGINT)  # type: ignore[method-assign,assignment,return-value]
        with pytest.raises(KeyboardInterrupt):
            client.speak()
        client._conversation.receive = frame  # type: ignore[method-assign]
        assert (client.call(Right(None)), client.call(Left(None)), client.version) == (Right(None), Left(1), 1)
        assert (client.speak(), client.call(Right(Left(None)))) == (2, Right(Left(1)))


def test_a_request_that_was_sent_in_part_is_sent_to_its_end_before_the_next() -> None:
    first, second = bytes(range(256)) * 100_000, b"the second"
    reads, read = threading.Event(), bytearray()

    def server(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            reads.wait(20)
            for number, request in enumerate((first, second), 1):
                end = len(read) + len(request)
                while len(read) < end:
                    read.extend(connection.recv(end - len(read)))
                connection.sendall(wire.welcome(number, Int, Int))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=server, args=(listener,))
        serving.start()
        made = Conversation("127.0.0.1", listener.getsockname()[1], 0.2)
        with pytest.raises(ClientError, match=r"the server took no request in within 0.2 seconds"):
            made.send(first)
        with pytest.raises(ClientError, match=r"the server took no request in within 0.2 seconds"):
            made.send(second)
        reads.set()
        made.send(second)
        answer = made.receive(None)
        assert isinstance(answer, wire.Welcome)
        assert answer.version == 2
        serving.join()
        made.close()
    assert read == first + second


def interrupted_at(moment: int, call: Callable[[], object]) -> bool:
    """Call, with an interrupt at one of the moments at which Python looks for one: before and after calls."""
    left = moment

    def look(frame: FrameType, event: str, argument: object) -> None:
        nonlocal left
        if frame.f_globals.get("__name__") in (conversation.__name__, client_module.__name__):
            left -= 1
            if not left:
                raise KeyboardInterrupt

    sys.setprofile(look)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)
    return False


@pytest.mark.parametrize("version", [1, None])
def test_an_interrupt_at_any_moment_gives_no_wrong_answer(version: int | None) -> None:
    lost = moment = 0
    with serve(effect("ten", lambda value: value * 10, Int, Int), threads()) as server:
        client = server.connect(timeout=20)
        for moment in range(1, 1_000):

            def asks(client: Client = client, moment: int = moment) -> None:
                client.speak(version)
                client.ask([Item(-moment)] * 3)
                client.inspect()

            interrupted = interrupted_at(moment, asks)
            try:
                assert client.call(moment) == moment * 10
            except ClientError as error:
                if "connect anew" not in str(error):
                    raise
                lost += 1
                client.close()
                client = server.connect(timeout=20)
            if not interrupted:
                break
        client.close()
    assert moment > 100
    assert lost < moment / 4
