"""A server in the kernel: a pipeline served over TCP from a thread of its own, so that cells can talk to it."""

from __future__ import annotations

import asyncio
import atexit
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar, overload

from sm_toolkit.deploying.preparing import ready
from sm_toolkit.edges.client import Client, connect
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.server import Server, ServerOptions
from sm_toolkit.engines.threaded import threads
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS
from sm_toolkit.pipeline.messages import Change, Downgrade, Inspected, Rewire, Rewired, Upgrade, Upgraded
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.pipelines import Pipeline, interface
from sm_toolkit.pipeline.plans import Deployed
from sm_toolkit.pipeline.ports import Codec, Engine, Outlet, Running
from sm_toolkit.pipeline.shapes import stages

A = TypeVar("A")
B = TypeVar("B")

PATIENCE = 30.0
"""How many seconds it may take to start, and to stop beyond what ``ServerOptions`` allow."""


class Serving(Generic[A, B]):
    """A pipeline that is served from this process. Make one with ``serve``; stop it, or use it as a context manager."""

    def __init__(
        self,
        pipeline: Pipeline[A, B],
        engine: Engine,
        host: str,
        port: int,
        codec: Codec,
        options: ServerOptions,
    ) -> None:
        self.pipeline = pipeline
        self.host = host
        self.port = port
        self.has_ended = False
        self._running: Running | None = None
        self._failure: BaseException | None = None
        self._started = threading.Event()
        self._options = options
        plan = ready(pipeline, DEFAULT_LIMITS, {})

        def start(outlet: Outlet) -> Running:
            self._running = engine.start(plan, outlet)
            return self._running

        types = plan.interface
        make: Callable[[], Server] = lambda: Server(host, port, codec, start, types.input, types.output, options)  # noqa: E731
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: Server | None = None
        self._thread = threading.Thread(target=self._run, args=(make,), name="serves a pipeline", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        _ALL.add(self)

    def connect(self, version: int | None = None, timeout: float = 10.0) -> Client:
        """Return a client of it, which speaks the current interface version or the one named.

        Raises:
            ClientError: it was stopped.
            RequestFailed: it does not serve that version.
        """
        return connect(self.host, self.port, version, timeout)

    @overload
    def change(self, request: Upgrade | Downgrade) -> Upgraded: ...
    @overload
    def change(self, request: Rewire) -> Rewired: ...
    def change(self, request: Change) -> Upgraded | Rewired:
        """Send a change by a connection of its own, and return what it did, or would do in a dry run.

        Raises:
            ChangeRefused: it was refused, and all runs on as before.
            ClientError: it was stopped.
        """
        with self.connect() as client:
            return client.change(request)

    def inspect(self) -> Inspected:
        """Ask every stage what it runs and which state it is in.

        Raises:
            ClientError: it was stopped.
        """
        with self.connect() as client:
            return client.inspect()

    def metrics(self) -> Metrics:
        """Return what each stage has done so far, and what waits before it.

        Raises:
            ToolkitError: it was stopped.
        """
        if self._running is None or self.has_ended:
            raise ToolkitError("the server was stopped")
        return self._running.metrics()

    def running(self) -> Deployed:
        """Return what runs as it is now, without waiting for what is on its way.

        Raises:
            ToolkitError: it was stopped.
        """
        if self._running is None or self.has_ended:
            raise ToolkitError("the server was stopped")
        return self._running.inspect()

    def stop(self) -> None:
        """Stop: what was taken in is answered, clients are told, and nothing is left behind."""
        loop, server = self._loop, self._server
        if loop is not None and server is not None and not self.has_ended:
            with suppress(RuntimeError):  # it has ended by itself, just now
                loop.call_soon_threadsafe(server.request_stop)
        self._thread.join(PATIENCE + self._options.stop_timeout)
        _ALL.discard(self)

    def __repr__(self) -> str:
        """Print without the port, which is another one each time."""
        names = ", ".join(each.name for each in stages(self.pipeline)) or "no stage"
        return f"<server {'stopped' if self.has_ended else 'running'}, of {names}: {interface(self.pipeline)}>"

    def __enter__(self) -> Serving[A, B]:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Stop."""
        self.stop()

    # -- on the thread ------------------------------------------------------------------------------------

    def _run(self, make: Callable[[], Server]) -> None:
        try:
            asyncio.run(self._serve(make))
        except BaseException as error:
            self._failure = error
        self.has_ended = True
        self._started.set()

    async def _serve(self, make: Callable[[], Server]) -> None:
        server = make()
        await server.start()
        self._loop, self._server = asyncio.get_running_loop(), server
        self.host, self.port = server.host, server.port
        self._started.set()
        try:
            await server.wait()
        finally:
            await server.stop()


_ALL: weakref.WeakSet[Serving[Any, Any]] = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    for each in list(_ALL):
        each.stop()


def serve(
    pipeline: Pipeline[A, B],
    engine: Engine | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    codec: Codec = msgpack_codec,
    options: ServerOptions | None = None,
) -> Serving[A, B]:
    """Serve a pipeline from a thread of this process, and return at once; ``threads()`` run it if no engine is given.

    It is for notebooks and tests, where ``run(from_tcp(…), …)``, which serves until it is interrupted, would hold up
    everything else. Port 0 means any free one; the host has to be a loopback address.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> from sm_toolkit.pipeline.pipelines import stage
    >>> with serve(stage("count", 0, get() >> incr >> put() >> get())) as server, server.connect() as client:
    ...     print(server)
    ...     client.call(None), client.call(None)
    <server running, of count: Pipeline[Unit, Int]>
    (1, 2)

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
        OSError: the port is taken.
        ValueError: the host is not a loopback address.
    """
    return Serving(pipeline, engine or threads(), host, port, codec, options or ServerOptions())
