"""A server for tests, in a thread with an event loop of its own; what goes wrong in the loop fails the test."""

from __future__ import annotations

import asyncio
import queue
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sm_toolkit.edges.client import Client, connect
from sm_toolkit.edges.door import Door
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.server import Server, ServerOptions
from sm_toolkit.engines import event_loop, inline, threads
from sm_toolkit.examples.counter import typed_v1
from sm_toolkit.language import Type, Unit
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.messages import Answer
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.pipelines import Pipeline, interface
from sm_toolkit.pipeline.plans import Admitted, Deployed, DeployedStage, Message, deployed
from sm_toolkit.pipeline.ports import Engine, Outlet, Running

T = TypeVar("T")

PATIENCE = 20.0
"""How long (seconds) anything here may take before it counts as hanging."""

ENGINES: dict[str, Callable[[], Engine]] = {
    "inline": inline,
    "threads": lambda: threads(64),
    "event_loop": lambda: event_loop(64),
}


class Serving:
    """A server that runs."""

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        self.server = server
        self.host = server.host
        self.port = server.port
        self.troubles: list[dict[str, Any]] = []
        self.failure: BaseException | None = None
        self._loop = loop
        self._ended = threading.Event()

    @property
    def door(self) -> Door:
        assert self.server._door is not None
        return self.server._door

    def connect(self, version: int | None = None) -> Client:
        return connect(self.host, self.port, version, PATIENCE)

    def dial(self) -> Raw:
        return Raw(socket.create_connection((self.host, self.port), PATIENCE))

    def on_loop(self, do: Callable[[], T]) -> T:
        """Do something on the server's thread and return what it gives."""

        async def doing() -> T:
            return do()

        return asyncio.run_coroutine_threadsafe(doing(), self._loop).result(PATIENCE)

    def until(self, done: Callable[[], bool]) -> None:
        """Wait until something is so on the server's thread."""

        async def looking() -> None:
            async with asyncio.timeout(PATIENCE):
                while not done():
                    await asyncio.sleep(0.001)

        asyncio.run_coroutine_threadsafe(looking(), self._loop).result(PATIENCE + 1)

    def stages(self) -> tuple[DeployedStage, ...]:
        return tuple(self.door._running.inspect())

    def stop(self) -> None:
        """Stop the server and wait until it has."""
        if not self._ended.is_set():
            self._loop.call_soon_threadsafe(self.server.request_stop)
            assert self._ended.wait(PATIENCE), "the server does not stop"

    def wait_for_end(self) -> None:
        assert self._ended.wait(PATIENCE), "the server does not stop"


@contextmanager
def serving(
    pipeline: Pipeline[Any, Any] = typed_v1,
    engine: Engine | str = "inline",
    codec: Any = msgpack_codec,
    options: ServerOptions | None = None,
) -> Iterator[Serving]:
    """Serve a pipeline on a free port of loopback. Nothing may go wrong in the event loop meanwhile."""
    chosen = ENGINES[engine]() if isinstance(engine, str) else engine
    stages, types = deployed(pipeline), interface(pipeline)
    started: queue.Queue[Serving | BaseException] = queue.Queue()

    async def serve() -> None:
        server = Server(
            "127.0.0.1", 0, codec, lambda outlet: chosen.start(stages, outlet), types.input, types.output, options
        )
        await server.start()
        loop = asyncio.get_running_loop()
        run = Serving(server, loop)
        loop.set_exception_handler(lambda _, context: run.troubles.append(context))
        started.put(run)
        try:
            await server.wait()
        except BaseException as error:
            run.failure = error
        finally:
            await server.stop()
            run._ended.set()

    def body() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            started.put(error)

    thread = threading.Thread(target=body, name="server under test", daemon=True)
    thread.start()
    run = started.get(timeout=PATIENCE)
    if isinstance(run, BaseException):
        raise run
    try:
        yield run
    finally:
        run.stop()
        thread.join(PATIENCE)
    assert not run.troubles, run.troubles


# -- a client that may be rude ----------------------------------------------------------------------------


class Raw:
    """A socket that speaks frames when it wants to."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._frames = wire.Frames()
        self._bodies: list[bytes] = []

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self, output: Type[Any] = Unit) -> Answer | wire.Welcome | wire.Ended | Metrics:
        """Wait for one answer, whose value is of the output type."""
        while not self._bodies:
            data = self.socket.recv(65_536)
            if not data:
                raise EOFError("the server closed the connection")
            self._bodies += self._frames.feed(data)
        return wire.decode_answer(self._bodies.pop(0), codec_of(output))

    def rest(self, output: Type[Any] = Unit) -> list[Answer | wire.Welcome | wire.Ended | Metrics]:
        """Return the answers up to the end of the stream; a reset is an end too."""
        found = []
        try:
            while True:
                found.append(self.answer(output))
        except (EOFError, ConnectionError):
            return found

    def reset(self) -> None:
        """Close with a reset instead of an end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


# -- an engine that can be held up ------------------------------------------------------------------------


@dataclass(frozen=True)
class Gated:
    """The inline engine on a thread of its own, behind a gate that opens and shuts."""

    open: threading.Event = field(default_factory=threading.Event)
    change_came: threading.Event = field(default_factory=threading.Event)

    def start(self, running: Deployed, outlet: Outlet, tees: Any = None) -> RunningGated:
        self.open.set()
        return RunningGated(self, inline().start(running, outlet))


class RunningGated:
    feed_waits = False

    def __init__(self, engine: Gated, inner: Running) -> None:
        self._engine = engine
        self._inner = inner
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def feed(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self._messages.put(message)
            if isinstance(message, Admitted):
                self._engine.change_came.set()

    def drain(self) -> None:
        self._messages.join()

    def refuse_to_wait(self) -> None:
        self._inner.refuse_to_wait()

    def stop(self) -> None:
        self._engine.open.set()
        self._messages.put(None)
        self._thread.join()

    def inspect(self) -> Deployed:
        return self._inner.inspect()

    def metrics(self) -> Metrics:
        return self._inner.metrics()

    def _work(self) -> None:
        while (message := self._messages.get()) is not None:
            self._engine.open.wait()
            self._inner.feed([message])
            self._messages.task_done()
