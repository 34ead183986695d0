"""The demo's clients: connections that stay open and send one request after another, all in one event loop.

Each speaks one interface version to its end. What the load is made of is here; when what happens is ``demo``'s.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from sm_toolkit.edges.client import ClientError
from sm_toolkit.examples.demo_ledger import Ledger, Mark
from sm_toolkit.language.data.types import Left, Right
from sm_toolkit.language.encoding.value_codec import ValueCodec, codec_of
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.messages import Answer, Failed, Item
from sm_toolkit.pipeline.metrics import Metrics

COMMANDS = {
    1: ("read", "increment"),
    2: ("reset", "read", "increment"),
    3: ("toggle", "reset", "read", "increment"),
}
"""What a client can say in each version, in the order of its input type's alternatives."""

INCREMENTS = 2 / 3
"""The share of increments among the requests; the rest are reads."""

PATIENCE = 5.0
"""How long (seconds) an answer may take before the demo gives up."""


class DemoError(ToolkitError):
    """The demo cannot go on."""


def said(version: int, command: str, payload: Any = None) -> Any:
    """Return a command as a client of a version says it, or with a payload the answer to it.

    >>> said(1, "increment"), said(3, "increment"), said(3, "read", 7)
    (Right(None), Right(Right(Right(None))), Right(Right(Left(7))))
    """
    commands = COMMANDS[version]
    depth = commands.index(command)
    value = payload if depth == len(commands) - 1 else Left(payload)
    for _ in range(depth):
        value = Right(value)
    return value


@dataclass
class Stretch:
    """What was counted between two changes. Gaps are in seconds, between answers: of one connection, and of all."""

    name: str
    clients: int = 0
    requests: int = 0
    failed: int = 0
    gap: float = 0.0
    gap_over_all: float = 0.0
    began: float = 0.0
    ended: float = 0.0


class _Sent(NamedTuple):
    command: str
    mark: Mark | None
    values: list[Any] | None  # where a batch gathers its answers
    whole: asyncio.Future[list[Any]] | None  # set on the last request of a batch


class Load:
    """All clients of one server, and the books that they keep together."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.ledger = Ledger()
        self.clients: list[DemoClient] = []
        self.stretches: list[Stretch] = []
        self.reads_only = False
        self.stopping = False
        self.sent = 0
        self.answered = 0
        self.last_answer = 0.0
        self.closing = False
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.first_reason = ""
        self._quiet: asyncio.Event = asyncio.Event()

    # What the course of the demo calls.

    def begin(self, name: str) -> None:
        """End a stretch and begin the next: what is answered from now on counts there."""
        now = time.perf_counter()
        if self.stretches:
            self.stretches[-1].ended = now
        self.stretches.append(Stretch(name, len(self.clients), began=now, ended=now))

    async def join(self, count: int, version: int) -> None:
        """Connect more clients, which speak the current version and stay.

        Raises:
            DemoError: the server's current version is another one.
            OSError: the server does not take them.
        """
        for _ in range(count):
            client = await self._connect()
            if await client.ready != version:
                raise DemoError(f"a new client came to version {client.version}, and expected {version}")
            self.stretches[-1].clients = len(self.clients)

    async def _connect(self) -> DemoClient:
        client = DemoClient(self, len(self.clients))
        await asyncio.get_running_loop().create_connection(lambda: client, self.host, self.port)
        self.clients.append(client)
        return client

    async def between_increments(self, client: DemoClient, command: str) -> None:
        """Let a client reset or toggle while no increment is on its way, with a read just before and after.

        All others go on, with reads only, until it is done.
        """
        self.reads_only = True
        await self.quiet()
        self.ledger.sends_change()
        before, _, after = await client.batch("read", command, "read")
        self.ledger.checkpoint(before)
        if command == "reset":
            self.ledger.resets()
        else:
            self.ledger.toggles()
        self.ledger.checkpoint(after)
        self.reads_only = False

    async def quiet(self) -> None:
        """Wait until no increment is on its way."""
        while self.ledger.on_their_way:
            self._quiet.clear()
            await self._quiet.wait()

    async def counting(self, seconds: float) -> None:
        """Let time pass, and at least one increment be acknowledged.

        Raises:
            DemoError: none is.
        """
        before, began = self.ledger.acknowledged, time.perf_counter()
        await asyncio.sleep(seconds)
        while self.ledger.acknowledged == before:
            if time.perf_counter() - began > seconds + PATIENCE:
                raise DemoError(f"no increment succeeded for over {PATIENCE:g} seconds")
            await asyncio.sleep(0.001)

    async def finish(self) -> None:
        """Let every client have its last answer; none sends any more, and all stay connected."""
        self.stopping = True
        while any(client.busy for client in self.clients):
            await asyncio.sleep(0.001)
        self.stretches[-1].ended = time.perf_counter()

    def close(self) -> None:
        """Close every connection."""
        self.closing = True
        if self.failure.done() and not self.failure.cancelled():
            self.failure.exception()  # seen
        for client in self.clients:
            client.close()

    def look_at_clock(self) -> None:
        """Give up if an answer does not come."""
        now = time.perf_counter()
        for client in self.clients:
            if client.busy and now - client.last_answer > PATIENCE:
                self.broke(DemoError(f"a client waited for an answer for over {PATIENCE:g} seconds"))

    # What the clients call.

    def broke(self, error: Exception) -> None:
        """Note that a client cannot go on; the first to say so ends the demo."""
        if not (self.failure.done() or self.closing):
            self.failure.set_exception(error)

    def counts(self, client: DemoClient, now: float) -> None:
        """Note an answer."""
        stretch = self.stretches[-1]
        stretch.requests += 1
        self.answered += 1
        stretch.gap = max(stretch.gap, now - client.last_answer)
        if self.last_answer:
            stretch.gap_over_all = max(stretch.gap_over_all, now - self.last_answer)
        client.last_answer = self.last_answer = now

    def fails(self, reason: str) -> None:
        """Note a request that failed."""
        self.stretches[-1].failed += 1
        self.first_reason = self.first_reason or reason

    def settles(self) -> None:
        """Wake who waits until no increment is on its way."""
        if not self.ledger.on_their_way:
            self._quiet.set()


class DemoClient(asyncio.Protocol):
    """One connection: it sends a request, waits for the answer, and sends the next."""

    def __init__(self, load: Load, number: int) -> None:
        self.version = 0
        self.ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.last_answer = 0.0
        self._load = load
        self._random = Random(number)
        self._frames = wire.Frames()
        self._outputs: ValueCodec[Any] | None = None
        self._words: dict[str, bytes] = {}
        self._waiting: deque[_Sent] = deque()
        self._ordered: list[_Sent] = []
        self._transport: asyncio.Transport | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._waiting)

    def batch(self, *commands: str) -> asyncio.Future[list[Any]]:
        """Send commands together, as soon as the last request is answered; what they read comes in a list."""
        values: list[Any] = []
        whole: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        orders = [_Sent(command, None, values, None) for command in commands]
        orders[-1] = orders[-1]._replace(whole=whole)
        self._ordered += orders
        return whole

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.abort()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet the server."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(wire.frame([wire.HELLO, wire.PROTOCOL, None]))

    def data_received(self, data: bytes) -> None:
        """Take answers."""
        try:
            for body in self._frames.feed(data):
                self._take(wire.decode_answer(body, self._outputs))
        except ToolkitError as error:
            self._load.broke(error)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the demo: every client stays to the end."""
        self._load.broke(ClientError("the server closed a connection" if exc is None else f"{exc}"))

    # What is said.

    def _take(self, answer: Answer | wire.Welcome | wire.Ended | Metrics) -> None:
        if isinstance(answer, wire.Welcome):
            self._greeted(answer)
        elif isinstance(answer, wire.Ended):
            raise ClientError(f"the server ended a connection: {answer.reason}")
        elif not self._waiting or isinstance(answer, Metrics):
            raise ClientError(f"the server answered what was not asked: {answer}")
        else:
            now = time.perf_counter()
            self._load.counts(self, now)
            self._answered(self._waiting.popleft(), answer)
        if not self._waiting:
            self._go_on()

    def _greeted(self, welcome: wire.Welcome) -> None:
        self.version = welcome.version
        if self.version not in COMMANDS:
            raise DemoError(f"the server speaks version {self.version}, which the demo does not know")
        inputs, self._outputs = codec_of(welcome.input), codec_of(welcome.output)
        self._words = {
            command: wire.encode_request(Item(said(self.version, command)), inputs)
            for command in COMMANDS[self.version]
        }
        self.last_answer = time.perf_counter()
        self.ready.set_result(self.version)

    def _go_on(self) -> None:
        load = self._load
        if self._ordered:
            orders, self._ordered = self._ordered, []
        elif load.stopping:
            return
        elif load.reads_only or self._random.random() >= INCREMENTS:
            orders = [_Sent("read", load.ledger.sends_read(), None, None)]
        else:
            orders = [_Sent("increment", None, None, None)]
            load.ledger.sends_increment()
        self._waiting.extend(orders)
        load.sent += len(orders)
        assert self._transport is not None
        self._transport.write(b"".join(self._words[order.command] for order in orders))

    def _answered(self, sent: _Sent, answer: Answer) -> None:
        load, ledger = self._load, self._load.ledger
        found = _number(self.version, answer) if sent.command == "read" else None
        expected = Item(said(self.version, sent.command, found))
        right = answer == expected and (found is not None or sent.command != "read")
        if not right:
            load.fails(answer.reason if isinstance(answer, Failed) else f"{sent.command} was answered {answer}")
        if sent.command == "increment":
            if right:
                ledger.acknowledges_increment()
            else:
                ledger.misses_increment()
            load.settles()
        elif sent.mark is not None and found is not None:
            ledger.answers_read(sent.mark, found)
        if sent.values is not None:
            if not right:
                raise DemoError(f"the request to {sent.command} failed: {load.first_reason}")
            sent.values.append(found)
        if sent.whole is not None and not sent.whole.done():
            sent.whole.set_result(sent.values or [])


def _number(version: int, answer: Answer) -> int | None:
    """Return the count in the answer to a read, None if that is not what it is."""
    if not isinstance(answer, Item):
        return None
    value = answer.value
    for _ in range(COMMANDS[version].index("read")):
        value = value.value if isinstance(value, Right) else None
    return value.value if isinstance(value, Left) and isinstance(value.value, int) else None
