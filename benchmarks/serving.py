"""How fast the server answers, against a bare asyncio echo of the same frames.

There are two echoes, since which is the faster depends on the machine: an ``asyncio.Protocol`` is handed bytes
that asyncio makes for each read, 256 kB at first, which some allocators map and unmap every time; an
``asyncio.BufferedProtocol``, as our server is one, brings its own. The server is held against the faster one.

All run in processes of their own and stay up; one load process drives them in turn, a short stretch each, so
that whatever else the machine does falls on all. A request and its answer are seven bytes each on all of them.
What is compared is the ratio within a round; the table gives medians over the rounds.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import selectors
import socket
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import NamedTuple

from benchmarks.tables import Row, run_alone
from sm_toolkit.deploying import run
from sm_toolkit.edges.client import connect
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.server import from_tcp
from sm_toolkit.engines import inline
from sm_toolkit.examples.counter import input_v1, typed_v1
from sm_toolkit.language.data.types import Left, Right
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.pipeline.messages import Item
from sm_toolkit.pipeline.wire import encode_request

CONNECTIONS = 64
TARGET = 0.5
"""What of the echo's requests a second the server is to reach, with one request in flight a connection."""

INCREMENT = encode_request(Item(Right(None)), codec_of(input_v1))


# -- the servers ------------------------------------------------------------------------------------------


class _Echo(asyncio.Protocol):
    """The least that any asyncio server does."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


class _BufferedEcho(asyncio.BufferedProtocol):
    """The same with a buffer that all connections share."""

    _buffer = memoryview(bytearray(65_536))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._transport.write(bytes(self._buffer[:nbytes]))


def _serve(port: Connection, protocol: Callable[[], asyncio.BaseProtocol]) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def serve_echo(port: Connection) -> None:
    _serve(port, _Echo)


def serve_buffered_echo(port: Connection) -> None:
    _serve(port, _BufferedEcho)


def serve_counter(port: Connection) -> None:
    run(from_tcp(ready=lambda _, number: port.send(number)), msgpack_codec, typed_v1, engine=inline())


SERVERS = {"echo": serve_echo, "buffered echo": serve_buffered_echo, "server": serve_counter}


# -- the load ---------------------------------------------------------------------------------------------


class Stretch(NamedTuple):
    """What one stretch of load came to."""

    requests: int
    seconds: float


class Load:
    """Connections to one server that stay open; each keeps a number of requests in flight."""

    def __init__(self, port: int) -> None:
        self._sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
        for each in self._sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def drive(self, in_flight: int, seconds: float) -> Stretch:
        """Send ``in_flight`` requests on every connection, again whenever they are all answered."""
        question = INCREMENT * in_flight
        size = len(question)  # an answer is as long as its request
        missing = dict.fromkeys(self._sockets, size)
        answered = 0
        with selectors.DefaultSelector() as selector:
            for each in self._sockets:
                selector.register(each, selectors.EVENT_READ, each)
                each.sendall(question)
            start = now = time.perf_counter()
            end = start + seconds
            open_ = len(self._sockets)
            while open_:
                for key, _ in selector.select(5):
                    each = key.data
                    data = each.recv(65_536)
                    if not data:
                        raise ConnectionError("the server closed a connection")
                    left = missing[each] - len(data)
                    if left:
                        missing[each] = left
                        continue
                    missing[each] = size
                    answered += in_flight
                    if now < end:
                        each.sendall(question)
                    else:
                        open_ -= 1
                now = time.perf_counter()
        return Stretch(answered, now - start)

    def close(self) -> None:
        for each in self._sockets:
            each.close()


def drive(work: Connection, ports: dict[str, int]) -> None:
    """Drive one server or the other, as told, until told to stop (None)."""
    loads = {name: Load(port) for name, port in ports.items()}
    while (task := work.recv()) is not None:
        name, in_flight, seconds = task
        work.send(loads[name].drive(in_flight, seconds))
    for load in loads.values():
        load.close()


# -- the comparison ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """Medians over the rounds: requests a second of each, and the server's ratio to the faster echo, with its range."""

    in_flight: int
    rates: dict[str, float]
    ratio: float
    lowest: float
    highest: float


def compare(rounds: int, seconds: float) -> list[Result]:
    """Run the servers and the load; return a result for 1 and for 16 requests in flight.

    Raises:
        RuntimeError: the counter did not count every request that was answered.
    """
    context = multiprocessing.get_context("spawn")
    processes: list[SpawnProcess] = []
    try:
        ports = {}
        for name, serve in SERVERS.items():
            here, there = context.Pipe()
            processes.append(context.Process(target=serve, args=(there,), daemon=True))
            processes[-1].start()
            ports[name] = here.recv()
        work, there = context.Pipe()
        processes.append(context.Process(target=drive, args=(there, ports), daemon=True))
        processes[-1].start()
        results = []
        counted = 0
        for in_flight in (1, 16):
            rates: dict[str, list[float]] = {name: [] for name in SERVERS}
            for number in range(rounds + 1):
                for name in rates:
                    work.send((name, in_flight, seconds))
                    stretch: Stretch = work.recv()
                    counted += stretch.requests if name == "server" else 0
                    if number:  # the first round warms up
                        rates[name].append(stretch.requests / stretch.seconds)
            ratios = [ours / max(echoes) for *echoes, ours in zip(*rates.values(), strict=True)]
            medians = {name: statistics.median(each) for name, each in rates.items()}
            results.append(Result(in_flight, medians, statistics.median(ratios), min(ratios), max(ratios)))
        work.send(None)
        with connect(port=ports["server"]) as client:
            if client.call(Left(None)) != Left(counted):
                raise RuntimeError(f"{counted} requests were answered, and the counter says otherwise")
        return results
    finally:
        for process in processes:
            process.terminate()
            process.join()


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    results = compare(1, 0.2) if quick else compare(9, 0.7)
    table = []
    for result in results:
        bound = f"at least {TARGET} of the faster" if result.in_flight == 1 else "for information"
        rates = result.rates
        table.append(
            (
                f"TCP server, {CONNECTIONS} connections x {result.in_flight} in flight",
                f"{rates['server']:,.0f} requests/s, {result.ratio:.2f} of the echo "
                f"({result.lowest:.2f}-{result.highest:.2f})",
                f"bare asyncio echo {rates['echo']:,.0f}, buffered {rates['buffered echo']:,.0f} requests/s; {bound}",
            )
        )
    return table


if __name__ == "__main__":
    run_alone(__doc__, rows)
