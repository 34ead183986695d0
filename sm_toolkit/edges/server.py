"""The TCP server: many connections at once, each kept open, each speaking the interface version it came with.

Here it starts and stops; one client is in ``connection``, what all share is in ``door``.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sm_toolkit.edges.allowances import ServerOptions
from sm_toolkit.edges.connection import Connection
from sm_toolkit.edges.door import Door
from sm_toolkit.edges.reports import SinkError
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.pipeline.abilities import without
from sm_toolkit.pipeline.ports import Codec, Deploy

log = logging.getLogger(__name__)

__all__ = ["FromTcp", "Server", "ServerOptions", "from_tcp", "refuse_public", "to_tcp"]


class Server:
    """A pipeline served over TCP. Make one with ``from_tcp`` and ``run``, or use it directly in asyncio.

    ``host`` has to be a loopback address: there are no keys, and everyone who connects is an operator.
    Port 0 means any free port; ``port`` is the one in use once started.
    """

    def __init__(
        self,
        host: str,
        port: int,
        codec: Codec,
        deploy: Deploy,
        input: Type[Any],
        output: Type[Any],
        options: ServerOptions | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        refuse_public(host)
        self.host = "127.0.0.1" if host == "localhost" else host  # one address, whatever the name stands for here
        self.port = port
        self.codec = codec
        self.options = options or ServerOptions()
        self._deploy = deploy
        self._interface = input, output
        self._limits = limits
        self._door: Door | None = None
        self._listener: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None
        self._stop_wanted = asyncio.Event()

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken, or the address is none of this machine's.
            ToolkitError: there are no sockets, in a browser.
        """
        _require_sockets()
        loop = asyncio.get_running_loop()
        self._door = door = Door(self._deploy, *self._interface, self._limits, self.request_stop)
        try:
            self._listener = await loop.create_server(
                lambda: Connection(door, self.codec, self.options), self.host, self.port, backlog=1024
            )
        except BaseException:
            door.stop()
            raise
        self.port = self._listener.sockets[0].getsockname()[1]
        self._sweeper = loop.create_task(self._sweep(door))

    async def wait(self) -> None:
        """Wait until somebody calls ``request_stop``.

        Raises:
            SinkError: a sink broke that it cannot do without.
            ToolkitError: the engine broke.
        """
        await self._stop_wanted.wait()
        if self._door is not None and self._door.failure is not None:
            if isinstance(self._door.failure, SinkError):
                raise self._door.failure
            raise ToolkitError(f"the engine broke: {self._door.failure!r}") from self._door.failure

    def request_stop(self) -> None:
        """Make ``wait`` return; from the loop's own thread."""
        self._stop_wanted.set()

    async def stop(self, reason: str = "the server stops") -> None:
        """Stop listening and reading; let what was taken in be answered, and read; say why; close everything.

        All that takes ``stop_timeout`` at most; what is left then is dropped.
        """
        door, listener, sweeper = self._door, self._listener, self._sweeper
        if door is None or listener is None or sweeper is None or door.closing:
            return
        door.closing = True
        listener.close()
        deadline = asyncio.get_running_loop().time() + self.options.stop_timeout
        for connection in list(door.connections):
            connection.take_no_more()
        await _until(
            lambda: door.failure is not None or not any(each.busy for each in door.connections), door, deadline
        )
        for connection in list(door.connections):
            connection.end(reason if door.failure is None else "the server broke down")
        if not await _until(lambda: not door.connections, door, deadline):
            log.warning("cut off %d clients that did not read their last answers", len(door.connections))
        for connection in [*door.connections, *door.turned_away]:
            connection.abort()
        sweeper.cancel()
        await asyncio.get_running_loop().run_in_executor(None, door.stop)

    async def _sweep(self, door: Door) -> None:
        """Once a second, or oftener, look for clients that took too long."""
        while True:
            await asyncio.sleep(min(1.0, self.options.request_timeout / 2, self.options.unread_timeout / 2))
            now = asyncio.get_running_loop().time()
            for connection in list(door.connections):
                connection.look_at_clock(now)


async def _until(done: Callable[[], bool], door: Door, deadline: float) -> bool:
    """Wait until something is so; it is looked at whenever the door stirs. False if the deadline came first."""
    while not done():
        door.stirred.clear()
        try:
            async with asyncio.timeout_at(deadline):
                await door.stirred.wait()
        except TimeoutError:
            return done()
    return True


def refuse_public(host: str) -> None:
    """Do nothing if a host is this machine's loopback.

    Raises:
        ValueError: it is another address, where anyone could send upgrades.
    """
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(
            f"a server without keys listens on loopback only (127.0.0.1, ::1 or localhost), not on {host!r}: "
            "everyone who can connect could replace the program"
        )


def _require_sockets() -> None:
    instead = "a deployment in this notebook can be called and changed as a server is"
    if (reason := without("a server", "sockets", instead)) is not None:
        raise ToolkitError(reason)


@dataclass(frozen=True)
class FromTcp:
    """A TCP listener, source and sink at once. Make one with ``from_tcp``."""

    host: str
    port: int
    options: ServerOptions
    ready: Callable[[str, int], None] | None = None

    def serve(self, codec: Codec, deploy: Deploy, input: Type[Any], output: Type[Any]) -> None:
        """Serve until interrupted (Ctrl-C or a termination signal)."""
        _require_sockets()
        asyncio.run(self._serve(Server(self.host, self.port, codec, deploy, input, output, self.options)))

    async def _serve(self, server: Server) -> None:
        await server.start()
        try:
            self._say_ready(server)
            await server.wait()
        finally:
            await server.stop()

    def _say_ready(self, server: Server) -> None:
        loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                try:
                    loop.add_signal_handler(number, server.request_stop)
                except NotImplementedError:  # not on every platform; Ctrl-C still raises there
                    log.debug("no signal handlers on this platform")
        if self.ready is not None:
            self.ready(server.host, server.port)


def from_tcp(
    host: str = "127.0.0.1",
    port: int = 0,
    options: ServerOptions | None = None,
    ready: Callable[[str, int], None] | None = None,
) -> FromTcp:
    """Return a listener for ``run``: clients connect, and each gets the answers to its own requests.

    ``ready`` is called with the host and the port once clients can connect (port 0 means any free one).

    Raises:
        ValueError: the host is not a loopback address.
    """
    refuse_public(host)
    return FromTcp(host, port, options or ServerOptions(), ready)


def to_tcp() -> None:
    """Name the sink of a TCP listener, which is the listener itself: ``run(from_tcp(…), codec, p, to_tcp())``."""
