"""A long fuzz of the server, run by hand: ``python -m tests.edges.fuzz_server --seconds 60 --seed 1``.

Clients on threads of their own, polite and rude, and operators who upgrade and downgrade, sensibly and not.
Beside the engine the stream is run through the model, message by message, and each answer is compared; what
every polite client got has to be what the stream answered on its connection, in that order, none left out.
"""

from __future__ import annotations

import argparse
import random
import re
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sm_toolkit.edges.client import Client, ClientError, RequestFailed
from sm_toolkit.edges.observing import Observer
from sm_toolkit.edges.server import ServerOptions
from sm_toolkit.examples.counter import input_v1, typed_v1_to_v2, typed_v2_to_v3
from sm_toolkit.language import Left, MachineTypeError, Right, Type, Unit
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.pipeline.meaning import transition
from sm_toolkit.pipeline.messages import Answer, Downgrade, Inspect, Item, Request
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message
from sm_toolkit.pipeline.ports import Engine, Measure, Outlet, Running
from sm_toolkit.pipeline.wire import encode_request
from tests.edges.serving import ENGINES, PATIENCE, Serving, serving
from tests.pipeline.test_upgrades import REFUSALS

OPTIONS = ServerOptions(request_timeout=0.5, unread_timeout=0.5, most_in_flight=256, most_connections=40)

SENSIBLE: list[list[Any]] = [
    [typed_v1_to_v2],
    [typed_v2_to_v3, typed_v2_to_v3, Downgrade("counter")],
    [Downgrade("counter")],
]
"""What an operator may well do to the counter, by how many upgrades are behind it."""


def plain(answer: Answer) -> Any:
    """An answer as it travels."""
    bare: Any = replace(answer, reply_to=None)
    if isinstance(bare, Item):
        return replace(bare, version=None)
    return replace(bare, log=None) if hasattr(bare, "log") else bare


class Checked:
    """An engine with the model beside it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.answered: dict[Any, list[Any]] = {}  # by connection
        self.ports: dict[Any, int] = {}
        self.wrong: list[str] = []
        self.counts: Counter[str] = Counter()

    def start(self, running: Deployed, outlet: Outlet, tees: Any = None) -> Checked:
        self.meant = running
        self.outlet = outlet
        self.expected: deque[Answer] = deque()
        self.running: Running = self.engine.start(running, self)
        return self

    @property
    def feed_waits(self) -> bool:
        return self.running.feed_waits

    def feed(self, messages: Sequence[Message]) -> None:
        for message in messages:
            sender = (message.request if isinstance(message, Admitted) else message).reply_to
            if sender not in self.ports and sender._transport is not None:
                address = sender._transport.get_extra_info("peername")
                self.ports[sender] = address[1] if address else 0
            self.meant, answer = transition(self.meant, message)
            self.expected.append(answer)
        self.running.feed(messages)

    def deliver(self, answers: list[Answer]) -> None:
        for answer in answers:
            expected = self.expected.popleft()
            if plain(answer) != plain(expected) or answer.reply_to is not expected.reply_to:
                self.wrong.append(f"the engine says {answer}, the model {expected}")
            self.answered.setdefault(answer.reply_to, []).append(plain(answer))
            self.counts[type(answer).__name__] += 1
        self.outlet.deliver(answers)

    def broken(self, error: BaseException) -> None:
        self.outlet.broken(error)

    def drain(self) -> None:
        self.running.drain()

    def refuse_to_wait(self) -> None:
        self.running.refuse_to_wait()

    def stop(self) -> None:
        self.running.stop()

    def inspect(self) -> Deployed:
        return self.running.inspect()

    def metrics(self) -> Metrics:
        return self.running.metrics()


def some_value(source: random.Random, type_: Type[Any]) -> Any:
    while type_.head == "Either":
        side, other = type_.args
        if source.random() < 0.5:
            return Left(some_value(source, side))
        return Right(some_value(source, other))
    return None


class Clients:
    """The clients of one run, and what the polite ones saw."""

    def __init__(self, server: Serving, seed: int, until: float) -> None:
        self.server = server
        self.until = until
        self.seen: list[tuple[int, list[Any]]] = []
        self.did: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.acts: list[tuple[int, Callable[[random.Random], None]]] = [
            (10, self.asks),
            (4, self.operates),
            (2, self.observes),
            (2, self.pipelines_and_closes_its_half),
            (1, self.says_garbage),
            (1, self.leaves_in_the_middle),
            (1, self.says_nothing),
            (1, self.does_not_read),
        ]
        self.threads = [threading.Thread(target=self._live, args=(random.Random(f"{seed}.{n}"),)) for n in range(12)]

    def _live(self, source: random.Random) -> None:
        weights = [weight for weight, _ in self.acts]
        while time.monotonic() < self.until and not self.wrong:
            ((_, act),) = source.choices(self.acts, weights)
            try:
                act(source)
                self.did[act.__name__] += 1
            except (ClientError, RequestFailed, OSError) as error:
                said = re.sub(r"\d+", "N", getattr(error, "reason", type(error).__name__))
                self.did[f"{act.__name__}: {said}"] += 1
                if "no answer came" in str(error):
                    self.wrong.append(f"{act.__name__}: {error}")
            except Exception as error:
                self.wrong.append(f"{act.__name__}: {error!r}")

    def _ask(self, client: Client, seen: list[Any], requests: list[Request]) -> None:
        seen += [plain(answer) for answer in client.ask(requests)]

    def asks(self, source: random.Random) -> None:
        with self.server.connect() as client:
            seen: list[Any] = []
            self.seen.append((client._conversation._socket.getsockname()[1], seen))
            for _ in range(source.randrange(1, 30)):
                if source.random() < 0.1:
                    client.speak(source.choice([None, None, client.version]))
                requests: list[Request] = [
                    Inspect() if source.random() < 0.02 else Item(some_value(source, client.input))
                    for _ in range(source.choice([1, 1, 5, 300]))
                ]
                self._ask(client, seen, requests)

    def operates(self, source: random.Random) -> None:
        with self.server.connect() as client:
            seen: list[Any] = []
            self.seen.append((client._conversation._socket.getsockname()[1], seen))
            for _ in range(source.randrange(1, 4)):
                self._ask(client, seen, [Inspect()])
                upgrades = seen[-1].stages[0].upgrades
                change: Any = source.choice(SENSIBLE[upgrades])
                if source.random() < 0.3:
                    change, _ = source.choice(list(REFUSALS.values()))
                if source.random() < 0.1:
                    change = replace(change, adapter=None)
                change = replace(change, force=source.random() < 0.4, dry_run=source.random() < 0.2, spoken=None)
                with suppress(MachineTypeError):  # what does not type by itself is not sent
                    self._ask(client, seen, [change])

    def observes(self, source: random.Random) -> None:
        with Observer(self.server.host, self.server.port, PATIENCE) as observer:
            before = 0
            for _ in range(source.randrange(1, 30)):
                (only,) = observer.metrics().stages
                if only.items_in < before or only.items_in != only.items_out + only.failures:
                    self.wrong.append(f"counts that cannot be: {before} before, and then {only}")
                before = only.items_in
                if source.random() < 0.1:
                    observer.inspect()

    def pipelines_and_closes_its_half(self, source: random.Random) -> None:
        with self.server.dial() as client:
            number = source.randrange(1, 2000)
            client.send(encode_request(Item(Left(None)), codec_of(input_v1)) * number)
            client.send(encode_request(Measure(), codec_of(Unit)) * source.randrange(4))
            client.socket.shutdown(socket.SHUT_WR)
            while client.socket.recv(65_536):
                pass

    def says_garbage(self, source: random.Random) -> None:
        with self.server.dial() as client:
            for _ in range(source.randrange(1, 20)):
                data = source.randbytes(source.randrange(1, 60))
                client.send(len(data).to_bytes(4, "big") + data if source.random() < 0.9 else data)
            client.socket.settimeout(2)
            while client.socket.recv(65_536):
                pass

    def leaves_in_the_middle(self, source: random.Random) -> None:
        chosen: Any = source.choice([typed_v1_to_v2, Downgrade("counter")])
        change = encode_request(chosen, codec_of(Unit))
        item = encode_request(Item(Right(None)), codec_of(input_v1))
        data = b"".join(source.choices([change, item * 50, item], k=source.randrange(1, 5)))
        client = self.server.dial()
        client.send(data[: source.randrange(len(data) + 1)])
        if source.random() < 0.5:
            client.reset()
        client.close()

    def says_nothing(self, source: random.Random) -> None:
        with self.server.dial() as client:
            client.rest()

    def does_not_read(self, source: random.Random) -> None:
        with self.server.dial() as client:
            client.socket.settimeout(0.2)
            client.send(encode_request(Inspect(), codec_of(Unit)) * 50_000)


def fuzz(engine: str, seconds: float, seed: int) -> list[str]:
    """Fuzz for so long; return what was wrong."""
    checked = Checked(ENGINES[engine]())
    with serving(engine=checked, options=OPTIONS) as server:
        clients = Clients(server, seed, time.monotonic() + seconds)
        for thread in clients.threads:
            thread.start()
        for thread in clients.threads:
            thread.join()
        server.stop()
    wrong = checked.wrong + clients.wrong
    if checked.expected:
        wrong.append(f"{len(checked.expected)} messages were not answered")
    (ours,), (theirs,) = checked.meant, checked.inspect()
    if (ours.state, ours.plan.hash) != (theirs.state, theirs.plan.hash):
        wrong.append(f"the model ends in {ours.state}, the engine in {theirs.state}")
    by_port: dict[int, list[list[Any]]] = {}
    for connection, answers in checked.answered.items():
        by_port.setdefault(checked.ports.get(connection, 0), []).append(answers)
    for port, seen in clients.seen:
        if seen and not any(answers[: len(seen)] == seen for answers in by_port.get(port, [])):
            wrong.append(f"a client on port {port} got answers that are not its own: {seen[:5]}…")
    print(f"{engine}: answers {dict(checked.counts)}")
    print(f"{engine}: acts {dict(sorted(clients.did.items()))}")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="how long, for each engine")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    wrong = [problem for engine in ENGINES for problem in fuzz(engine, options.seconds, options.seed)]
    for problem in wrong:
        print("WRONG", problem[:1000])
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
