"""The server over real sockets: what well-behaved clients may count on, and what rude ones cannot do to them."""

from __future__ import annotations

import asyncio
import random
import resource
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

import msgpack
import pytest

from sm_toolkit.edges.client import ChangeRefused, Client, ConnectionEnded, RequestFailed
from sm_toolkit.edges.connection import Connection
from sm_toolkit.edges.door import Door
from sm_toolkit.edges.frames import msgpack_codec
from sm_toolkit.edges.server import ServerOptions, from_tcp
from sm_toolkit.engines import inline, simulated
from sm_toolkit.examples.counter import (
    input_v1,
    input_v2,
    output_v1,
    output_v2,
    typed_v1,
    typed_v1_to_v2,
    typed_v2_to_v3,
)
from sm_toolkit.language import (
    DEFAULT_LIMITS,
    Left,
    MachineTypeError,
    Right,
    Str,
    ToolkitError,
    Unit,
    consume,
    copy,
    get,
    ident,
    incr,
    show,
)
from sm_toolkit.language.encoding.canonical import encode_term, short_hash
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.messages import Downgrade, Failed, Inspect, Inspected, Item, Refused, Upgraded
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.plans import Deployed, deployed
from sm_toolkit.pipeline.ports import Hello, Outlet
from sm_toolkit.pipeline.wire import HEADER, encode_request, frame
from tests.edges.serving import ENGINES, PATIENCE, Gated, Raw, Serving, serving
from tests.pipeline.test_upgrades import REFUSALS

READ, INCR = Left(None), Right(None)
HURRIED = ServerOptions(request_timeout=0.3, unread_timeout=0.3)

on_each_engine = pytest.mark.parametrize("engine", ENGINES)

READ_FRAME = encode_request(Item(READ), codec_of(input_v1))
INCR_FRAME = encode_request(Item(INCR), codec_of(input_v1))
HELLO_FRAME = encode_request(Hello(None), codec_of(Unit))


def count(client: Client) -> int:
    """The counter as a client of whatever version sees it."""
    value: Any = READ
    for _ in range(client.version - 1):
        value = Right(value)
    answer: Any = client.call(value)
    while not isinstance(answer, Left) or answer.value is None:
        answer = answer.value
    return int(answer.value)


# -- what clients may count on ----------------------------------------------------------------------------


@on_each_engine
def test_many_connections_are_answered_each_in_its_order(engine: str) -> None:
    def work(client: Client) -> list[int]:
        answers = client.ask([Item(INCR), Item(READ)] * 200)
        assert all(answer == Item(INCR) for answer in answers[::2])
        return [answer.value.value for answer in answers[1::2] if isinstance(answer, Item)]

    with serving(engine=engine) as server, ThreadPoolExecutor(16) as pool:
        clients = [server.connect() for _ in range(16)]
        for seen in pool.map(work, clients):
            assert len(seen) == 200
            assert seen == sorted(set(seen))
        assert count(clients[0]) == 16 * 200
        for client in clients:
            client.close()


@on_each_engine
def test_a_connection_keeps_the_version_it_came_with(engine: str) -> None:
    with serving(engine=engine) as server, server.connect() as operator, server.connect() as one:
        one.call(INCR)
        assert operator.change(typed_v1_to_v2).version == 2
        with server.connect() as two:
            two.call(Right(INCR))
            assert (one.version, two.version) == (1, 2)
            assert operator.change(typed_v2_to_v3).after == (2, False)
            with server.connect() as three:
                assert (one.call(READ), two.call(Right(READ))) == (Left(2), Right(Left(2)))
                three.call(Left(None))  # toggle
                one.call(INCR)
                assert [count(each) for each in (one, two, three)] == [1, 1, 1]
                down_to_v2 = Downgrade("counter", adapter=None, force=True)
                with pytest.raises(ChangeRefused, match="interface version 3"):
                    operator.change(replace(down_to_v2, force=False))
                assert operator.change(down_to_v2).version == 4
                with pytest.raises(ConnectionEnded, match="interface version 3 is no longer served; connect anew"):
                    three.call(Left(None))
            assert [count(each) for each in (one, two)] == [1, 1]
            one.call(INCR)
            assert operator.change(Downgrade("counter", force=True)).version == 5
            assert one.call(READ) == Left(2)


@on_each_engine
def test_the_operator_goes_on_speaking_its_own_version(engine: str) -> None:
    with serving(engine=engine) as server, server.connect() as operator:
        operator.call(INCR)
        operator.change(typed_v1_to_v2)
        operator.change(typed_v2_to_v3)
        assert operator.call(READ) == Left(1)
        assert operator.speak() == 3
        assert operator.call(Right(Right(READ))) == Right(Right(Left(1)))


@on_each_engine
def test_a_client_that_was_silent_through_upgrades_is_served_as_it_came(engine: str) -> None:
    with serving(engine=engine) as server, server.connect() as operator, server.dial() as silent:
        server.until(lambda: len(server.door.connections) == 2)
        operator.change(typed_v1_to_v2)
        operator.change(typed_v2_to_v3)
        silent.send(INCR_FRAME + READ_FRAME)
        assert silent.answer(output_v1) == Item(INCR)
        assert silent.answer(output_v1) == Item(Left(1))


@on_each_engine
def test_a_client_may_ask_for_a_version(engine: str) -> None:
    with serving(engine=engine) as server, server.connect() as client, server.connect() as operator:
        operator.change(typed_v1_to_v2)
        assert client.speak() == 2
        assert client.call(Right(INCR)) == Right(INCR)
        assert client.speak(1) == 1
        assert client.call(READ) == Left(1)
        with pytest.raises(RequestFailed, match=r"interface version 7 is not served here \(served: 1, 2\)"):
            client.speak(7)
        assert client.call(READ) == Left(1)
        with pytest.raises(RequestFailed, match="interface version 9 is not served"):
            server.connect(9)


@on_each_engine
def test_what_follows_a_greeting_is_read_in_the_version_that_it_settles(engine: str) -> None:
    two, one = codec_of(input_v2), codec_of(input_v1)
    with serving(engine=engine) as server, server.dial() as client, server.connect() as operator:
        operator.change(typed_v1_to_v2)
        client.send(
            encode_request(Item(INCR), one)
            + encode_request(Hello(2), two)
            + encode_request(Item(Right(INCR)), two)
            + encode_request(Item(Right(READ)), two)
            + encode_request(Hello(77), two)
            + encode_request(Item(Left(None)), two)
            + encode_request(Hello(1), two)
            + encode_request(Item(READ), one)
        )
        assert client.answer(output_v1) == Item(INCR)
        assert isinstance(client.answer(), wire.Welcome)
        assert client.answer(output_v2) == Item(Right(INCR))
        assert client.answer(output_v2) == Item(Right(Left(2)))
        assert isinstance(client.answer(), Failed)
        assert client.answer(output_v2) == Item(Left(None))
        assert isinstance(client.answer(), wire.Welcome)
        assert client.answer(output_v1) == Item(Left(0))


def test_a_client_that_comes_while_a_change_is_in_flight_gets_the_version_after_it() -> None:
    engine = Gated()
    two = codec_of(input_v2)
    with serving(engine=engine) as server, server.connect() as operator, ThreadPoolExecutor() as pool:
        engine.open.clear()
        change = pool.submit(operator.change, typed_v1_to_v2)
        assert engine.change_came.wait(PATIENCE)
        with server.dial() as greets, server.dial() as does_not:
            greets.send(HELLO_FRAME + encode_request(Item(Right(INCR)), two))
            does_not.send(encode_request(Item(Right(INCR)), two) + encode_request(Item(Left(None)), two))
            server.until(lambda: len(server.door.connections) == 3)
            engine.open.set()
            assert change.result(PATIENCE).version == 2
            welcome = greets.answer()
            assert isinstance(welcome, wire.Welcome)
            assert (welcome.version, welcome.input) == (2, input_v2)
            assert greets.answer(output_v2) == Item(Right(INCR))
            assert does_not.answer(output_v2) == Item(Right(INCR))
            assert does_not.answer(output_v2) == Item(Left(None))


def test_a_greeting_waits_for_the_change_in_flight() -> None:
    engine = Gated()
    with serving(engine=engine) as server, server.connect() as operator, server.connect() as client:
        engine.open.clear()
        with ThreadPoolExecutor() as pool:
            change = pool.submit(operator.change, typed_v1_to_v2)
            assert engine.change_came.wait(PATIENCE)
            greeting = pool.submit(client.speak)
            server.until(lambda: any(each._pending for each in server.door.connections))
            engine.open.set()
            assert change.result(PATIENCE).version == greeting.result(PATIENCE) == 2


def test_a_change_that_ends_before_a_connection_is_made_leaves_it_no_doubt() -> None:
    class Transport(asyncio.Transport):
        def is_closing(self) -> bool:
            return False

    async def come_in_between() -> None:
        running = deployed(typed_v1)
        door = Door(lambda outlet: inline().start(running, outlet), input_v1, output_v1, DEFAULT_LIMITS, lambda: None)
        door.changing = True
        connection = Connection(door, cast("Any", msgpack_codec), ServerOptions())
        door.changing = False
        door.versions = door.versions.extended(input_v2, output_v2, {}, None)
        connection.connection_made(Transport())
        assert (connection.settled, connection.version) == (True, 2)

    asyncio.run(come_in_between())


@on_each_engine
def test_of_two_operators_who_race_one_is_refused_and_told_what_runs(engine: str) -> None:
    start = threading.Barrier(2)

    def race(operator: Client) -> Upgraded | ChangeRefused:
        start.wait(PATIENCE)
        try:
            return operator.change(typed_v1_to_v2)
        except ChangeRefused as refused:
            return refused

    with serving(engine=engine) as server, server.connect() as one, server.connect() as two:
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(race, (one, two)))
        (won,) = [answer for answer in answers if isinstance(answer, Upgraded)]
        (lost,) = [answer for answer in answers if isinstance(answer, ChangeRefused)]
        assert won.version == 2
        assert short_hash(won.hash) in lost.reasons[0]
        assert "it was made already" in lost.reasons[0]
        assert one.inspect().stages[0].upgrades == 1


@on_each_engine
@pytest.mark.parametrize("case", REFUSALS)
def test_an_ill_typed_change_is_refused_with_its_reason_and_changes_nothing(case: str, engine: str) -> None:
    change: Any
    change, reason = REFUSALS[case]
    with serving(engine=engine) as server, server.connect() as client, server.connect() as operator:
        client.call(INCR)
        before = operator.inspect()
        try:
            with pytest.raises(ChangeRefused) as refused:
                operator.change(change)
            assert reason in "; ".join(refused.value.reasons)
        except MachineTypeError:  # it does not type by itself: the client does not even send it
            assert case == "the adapter does not type"
        assert operator.inspect() == before
        assert client.call(INCR) == INCR
        assert client.call(READ) == Left(2)


def test_a_change_that_does_not_type_by_itself_is_refused_by_the_server_too() -> None:
    fields = msgpack.unpackb(encode_request(typed_v1_to_v2, codec_of(Unit))[HEADER:])
    again: Any = incr
    kept, up, down, others = fields[:9], again >> copy() >> again, ident(), fields[11:]
    spoiled = frame([*kept, encode_term(up.term), encode_term(down.term), *others])
    with serving() as server, server.dial() as client, server.connect() as other:
        client.send(spoiled)
        refused = client.answer()
        assert isinstance(refused, Refused)
        assert "the adapter's `up`" in refused.reasons[0]
        assert other.inspect().version == 1


@on_each_engine
def test_a_dry_run_says_what_would_happen(engine: str) -> None:
    with serving(engine=engine) as server, server.connect() as client:
        client.call(INCR)
        before = client.inspect()
        would = client.change(replace(typed_v1_to_v2, dry_run=True))
        assert (would.before, would.after, would.version, would.dry_run) == (1, 1, 2, True)
        assert client.inspect() == before


@on_each_engine
def test_force_cuts_old_clients_off_with_a_clear_end(engine: str) -> None:
    bare = replace(typed_v1_to_v2, adapter=None)
    with serving(engine=engine) as server, server.connect() as old, server.connect() as operator:
        old.call(INCR)
        with pytest.raises(ChangeRefused, match="would be cut off: give an adapter, or say force"):
            operator.change(bare)
        assert operator.change(replace(bare, force=True)).version == 2
        with pytest.raises(ConnectionEnded, match="interface version 1 is no longer served; connect anew"):
            old.call(READ)
        with pytest.raises(RequestFailed, match="interface version 1 is not served here"):
            operator.call(READ)
        assert operator.speak() == 2
        assert count(operator) == 1


@on_each_engine
def test_long_texts_pass(engine: str) -> None:
    text = "ä" * 200_000
    with serving(stage("echo", "", ident(Str)), engine) as server, server.connect() as client:
        assert client.call(text) == text
        answers = client.ask([Item(text)] * 20)
        assert answers == [Item(text)] * 20
        with pytest.raises(ToolkitError, match="string_length"):
            client.call("x" * 1_000_001)
        assert client.call("") == ""


def test_an_answer_that_cannot_be_sent_says_so() -> None:
    doubled = show() >> copy() >> show()
    with serving(stage("double", "", doubled, input=Str)) as server, server.connect() as client:
        assert client.call("x").startswith("(")
        with pytest.raises(RequestFailed, match="too large"):
            client.call("\x00" * 900_000)
        assert client.call("y").startswith("(")


@on_each_engine
def test_a_client_that_closes_its_half_gets_all_its_answers(engine: str) -> None:
    with serving(engine=engine) as server, server.dial() as client:
        upgrade = encode_request(typed_v1_to_v2, codec_of(Unit))
        client.send(INCR_FRAME * 5000 + upgrade + READ_FRAME * 5000)
        client.socket.shutdown(socket.SHUT_WR)
        answers = client.rest(output_v1)
        assert answers[:5000] == [Item(INCR)] * 5000
        assert isinstance(answers[5000], Upgraded)
        assert answers[5001:] == [Item(Left(5000))] * 5000


@on_each_engine
def test_what_stands_behind_a_greeting_or_a_change_is_answered_before_the_broken_end(engine: str) -> None:
    two = codec_of(input_v2)
    items = encode_request(Item(Right(INCR)), two) * 3
    with serving(engine=engine) as server, server.dial() as client:
        upgrade = encode_request(typed_v1_to_v2, two)
        client.send(upgrade + encode_request(Hello(2), two) + items + upgrade + items + READ_FRAME[:-1])
        client.socket.shutdown(socket.SHUT_WR)
        answers = client.rest(output_v2)
        assert [type(answer).__name__ for answer in answers] == [
            *("Upgraded", "Welcome", "Item", "Item", "Item", "Refused", "Item", "Item", "Item", "Failed"),
        ]
        assert answers[2:5] == answers[6:9] == [Item(Right(INCR))] * 3


def test_one_connection_too_many_is_told_so() -> None:
    with serving(options=ServerOptions(most_connections=2)) as server, server.connect() as one, server.connect() as two:
        with pytest.raises(ConnectionEnded, match="too many connections; try again"):
            server.connect()
        two.close()
        server.until(lambda: len(server.door.connections) == 1)
        with server.connect() as three:
            three.call(INCR)
            assert one.call(READ) == Left(1)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "192.168.1.1", "10.0.0.1", "::", "2001:db8::1", "example.org", "", "127.1"]
)
def test_a_public_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="listens on loopback only"):
        from_tcp(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_a_loopback_host_is_not(host: str) -> None:
    assert from_tcp(host).port == 0


def test_options_that_would_serve_nobody_are_refused() -> None:
    with pytest.raises(ValueError, match="most_in_flight has to be above 0"):
        ServerOptions(most_in_flight=0)


# -- stopping ---------------------------------------------------------------------------------------------


@on_each_engine
def test_a_server_that_stops_has_answered_exactly_what_it_took_in(engine: str) -> None:
    started = threading.Barrier(9)

    def work(client: Raw) -> int:
        started.wait(PATIENCE)

        def pump() -> None:
            try:
                while True:
                    client.send(INCR_FRAME * 50)
            except OSError:
                pass

        pumping = threading.Thread(target=pump)
        pumping.start()
        answers = client.rest(output_v1)
        client.close()
        pumping.join(PATIENCE)
        *items, ended = answers
        assert isinstance(ended, wire.Ended)
        assert ended.reason == "the server stops"
        assert items == [Item(INCR)] * len(items)
        return len(items)

    with serving(engine=engine) as server, ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(work, server.dial()) for _ in range(8)]
        started.wait(PATIENCE)
        server.until(lambda: server.stages()[0].state > 500)
        server.stop()
        assert sum(job.result(PATIENCE) for job in jobs) == server.stages()[0].state


@on_each_engine
def test_a_client_that_reads_late_still_finds_its_answers_after_the_stop(engine: str) -> None:
    with serving(engine=engine) as server, server.dial() as client:
        client.send(INCR_FRAME * 3000)
        server.until(lambda: server.stages()[0].state == 3000)
        client.send(INCR_FRAME * 3000)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        *items, ended = client.rest(output_v1)
        stopping.join(PATIENCE)
        assert isinstance(ended, wire.Ended)
        assert len(items) == server.stages()[0].state


@on_each_engine
def test_a_change_that_is_being_looked_at_is_answered_before_the_stop(engine: str) -> None:
    with serving(engine=engine) as server, server.dial() as client:
        client.send(encode_request(typed_v1_to_v2, codec_of(Unit)) + READ_FRAME)
        server.until(
            lambda: any(each.busy for each in server.door.connections) or bool(server.stages()[0].plan.history)
        )
        server.stop()
        upgraded, read, ended = client.rest(output_v1)
        assert isinstance(upgraded, Upgraded)
        assert read == Item(Left(0))
        assert isinstance(ended, wire.Ended)


def test_a_stopping_server_does_not_wait_for_ever_for_who_does_not_read() -> None:
    options = ServerOptions(stop_timeout=0.3)
    with serving(stage("echo", "", ident(Str)), options=options) as server, server.dial() as client:
        client.send(encode_request(Item("x" * 1_000_000), codec_of(Str)) * 8)
        server.until(lambda: any(each._unread_since is not None for each in server.door.connections))
        server.stop()


def test_a_simulation_moves_when_a_client_says_something() -> None:
    with serving(engine=simulated(3, capacity=1)) as server, server.connect() as client:
        for _ in range(3):
            client.call(INCR)
        assert count(client) == 3
        assert isinstance(client.change(typed_v1_to_v2), Upgraded)
        assert count(client) == 3


class Breaking:
    """An engine that breaks at the first message."""

    def __init__(self, feed_waits: bool) -> None:
        self.feed_waits = feed_waits

    def start(self, running: Deployed, outlet: Outlet, tees: Any = None) -> Breaking:
        self.running = running
        return self

    def feed(self, messages: Any) -> None:
        raise RuntimeError("what is inside")

    def refuse_to_wait(self) -> None:
        pass

    def drain(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def inspect(self) -> Deployed:
        return self.running

    def metrics(self) -> Metrics:
        return Metrics((), 0, 1)


@pytest.mark.parametrize("feed_waits", [False, True])
def test_an_engine_that_breaks_stops_the_server_and_clients_are_told_without_its_insides(feed_waits: bool) -> None:
    with serving(engine=Breaking(feed_waits)) as server, server.dial() as one, server.dial() as two:
        server.until(lambda: len(server.door.connections) == 2)
        one.send(READ_FRAME)
        (ended,), (also,) = one.rest(), two.rest()
        assert isinstance(ended, wire.Ended)
        assert isinstance(also, wire.Ended)
        assert ended.reason == also.reason == "the server broke down"
        server.wait_for_end()
        assert isinstance(server.failure, ToolkitError)


# -- rude clients -----------------------------------------------------------------------------------------

Act = Callable[[Serving, Raw], None]
RUDE: dict[str, Act] = {}


def rude(act: Act) -> Act:
    RUDE[act.__name__.replace("_", " ")] = act
    return act


def failed(client: Raw, reason: str) -> None:
    answer = client.answer()
    assert isinstance(answer, Failed), answer
    assert reason in answer.reason
    assert len(answer.reason) < 2000


def ended(client: Raw, reason: str) -> None:
    answer = client.answer()
    assert isinstance(answer, wire.Ended), answer
    assert reason in answer.reason
    assert client.rest() == []


def body(data: bytes) -> bytes:
    return len(data).to_bytes(HEADER, "big") + data


@rude
def random_bytes(server: Serving, client: Raw) -> None:
    for seed in range(30):
        with server.dial() as other:
            other.send(random.Random(seed).randbytes(3000))
            other.socket.shutdown(socket.SHUT_WR)
            assert all(isinstance(answer, Failed) for answer in other.rest())


@rude
def random_bodies(server: Serving, client: Raw) -> None:
    source = random.Random(1)
    for size in range(100):
        client.send(body(bytes([0x91 + size % 9, source.randrange(1, 30)]) + source.randbytes(size)))
    for _ in range(100):
        assert isinstance(client.answer(), Failed | Inspected | wire.Welcome | Refused)


@rude
def a_frame_too_long(server: Serving, client: Raw) -> None:
    client.send(READ_FRAME + b"\xff\xff\xff\xff" + INCR_FRAME * 100)
    assert isinstance(client.answer(output_v1), Item)
    failed(client, "a frame is too large")
    assert client.rest() == []


@rude
def an_empty_frame(server: Serving, client: Raw) -> None:
    client.send(body(b"") + body(b"\x90") + READ_FRAME)
    failed(client, "cannot decode")
    failed(client, "nothing")
    assert isinstance(client.answer(output_v1), Item)


@rude
def answers(server: Serving, client: Raw) -> None:
    running = server.stages()[0]
    scheme = running.plan.typing.scheme
    upgraded = Upgraded("counter", running.plan.hash, 2, 0, 0, scheme.state, scheme.state)
    sent = [
        wire.encode_answer(Item(Left(3)), codec_of(output_v1)),
        *(
            wire.encode_answer(answer, codec_of(output_v1))
            for answer in (Failed("counter", "x"), upgraded, Refused("counter", ("x",)), Inspected((), 9))
        ),
        wire.welcome(9, Unit, Unit),
        wire.ended("x"),
    ]
    for data in sent:
        client.send(data)
        failed(client, "an answer, which only a server sends")


@rude
def a_number_too_long_to_print(server: Serving, client: Raw) -> None:
    for fields in ([10**6000], [-(10**6000)], [4, 1, 10**6000], [4, 10**6000, None], [0, 10**6000], [0, 1, 10**6000]):
        client.send(frame(fields))
        failed(client, "cannot decode" if fields[0] != 0 else "")


@rude
def a_name_too_long(server: Serving, client: Raw) -> None:
    client.send(frame([2, "\ud800" * 2_000_000, None, None, None, False, False]))
    failed(client, "too large")


@rude
def another_protocol(server: Serving, client: Raw) -> None:
    client.send(frame([4, 2, None]))
    failed(client, "protocol version 1")


@rude
def nested_arrays(server: Serving, client: Raw) -> None:
    for depth in (2, 500, 2000, 1_000_000):
        client.send(body(b"\x91" * depth + b"\x00"))
        failed(client, "cannot decode")


@rude
def bombs(server: Serving, client: Raw) -> None:
    heads = [
        "dd ff ff ff ff",
        "df ff ff ff ff",
        "c6 ff ff ff ff",
        "db ff ff ff ff",
        "c9 ff ff ff ff 01",
        "c9 00 ff ff ff 01",
    ]
    for head in heads:
        client.send(body(bytes.fromhex(head)) + body(b"\x92\x00" + bytes.fromhex(head)))
        failed(client, "cannot decode")
        failed(client, "cannot decode")
    client.send(body(b"\xdd\x00\x1e\x84\x80" + b"\xc0" * 2_000_000))
    failed(client, "")


@rude
def terms_that_are_none(server: Serving, client: Raw) -> None:
    fields = msgpack.unpackb(encode_request(typed_v1_to_v2, codec_of(Unit))[HEADER:])
    source = random.Random(3)
    for place in (3, 4, 5, 6, 7, 8, 9, 10):
        for spoiled in (b"", b"\x01", source.randbytes(40), fields[6][:-1], fields[6] * 2, "text", 7, [fields[6]]):
            client.send(body(msgpack.packb([*fields[:place], spoiled, *fields[place + 1 :]]) or b""))
            assert isinstance(client.answer(), Failed | Refused)


@rude
def terms_that_grow(server: Serving, client: Raw) -> None:
    fields = msgpack.unpackb(encode_request(typed_v1_to_v2, codec_of(Unit))[HEADER:])
    growing = copy()
    for _ in range(40):
        growing = growing >> copy()
    for place in (6, 7, 8, 9, 10):
        client.send(frame([*fields[:place], encode_term(growing.term), *fields[place + 1 :]]))
        answer = client.answer()
        assert isinstance(answer, Refused)
        assert sum(map(len, answer.reasons)) < 5000


@rude
def half_a_frame_then_silence(server: Serving, client: Raw) -> None:
    client.send(READ_FRAME + READ_FRAME[:-1])
    assert isinstance(client.answer(output_v1), Item)
    ended(client, "the request was not finished within 0.3 seconds")


@rude
def half_a_header_then_silence(server: Serving, client: Raw) -> None:
    client.send(READ_FRAME[:2])
    ended(client, "the request was not finished within 0.3 seconds")


@rude
def a_frame_byte_by_byte_for_ever(server: Serving, client: Raw) -> None:
    client.send((1000).to_bytes(HEADER, "big"))
    client.socket.settimeout(0.02)
    for _ in range(500):
        client.send(b"x")
        with suppress(TimeoutError):
            assert isinstance(client.answer(), wire.Ended)
            return
    raise AssertionError("the server waits for ever")


@rude
def half_a_frame_then_close(server: Serving, client: Raw) -> None:
    client.send(READ_FRAME + READ_FRAME[:-1])
    client.socket.shutdown(socket.SHUT_WR)
    assert isinstance(client.answer(output_v1), Item)
    failed(client, "the last frame is not whole")
    assert client.rest() == []


@rude
def says_nothing(server: Serving, client: Raw) -> None:
    ended(client, "no request came within 0.3 seconds")


@rude
def closes_at_once(server: Serving, client: Raw) -> None:
    for _ in range(50):
        server.dial().close()


@rude
def resets(server: Serving, client: Raw) -> None:
    upgrade = encode_request(replace(typed_v1_to_v2, dry_run=True), codec_of(Unit))
    for data in (b"", READ_FRAME[:3], READ_FRAME * 1000, upgrade, upgrade * 3 + READ_FRAME, HELLO_FRAME, upgrade[:-5]):
        other = server.dial()
        other.send(data)
        other.reset()


@rude
def greets_and_greets(server: Serving, client: Raw) -> None:
    client.send(HELLO_FRAME * 3000)
    for _ in range(3000):
        assert isinstance(client.answer(), wire.Welcome)


@on_each_engine
@pytest.mark.parametrize("act", RUDE)
def test_a_rude_client_hurts_nobody_else(act: str, engine: str) -> None:
    with serving(engine=engine, options=HURRIED) as server, server.connect() as bystander:
        bystander.call(INCR)
        before = bystander.inspect()
        with server.dial() as client:
            RUDE[act](server, client)
            assert bystander.inspect() == before
            assert bystander.call(READ) == Left(1)
        with server.connect() as newcomer:
            assert newcomer.call(INCR) == INCR
            assert bystander.call(READ) == Left(2)


@on_each_engine
def test_a_client_that_does_not_read_is_cut_off_and_costs_little(engine: str) -> None:
    with serving(engine=engine, options=HURRIED) as server, server.dial() as client, server.connect() as bystander:
        bystander.call(READ)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        gone = threading.Event()

        def flood() -> None:
            try:
                for _ in range(1000):
                    client.send(READ_FRAME * 1000)
            except OSError:
                pass
            gone.set()

        flooding = threading.Thread(target=flood)
        flooding.start()
        served = 0
        while not gone.is_set():
            assert bystander.call(READ) == Left(0)
            served += 1
        flooding.join(PATIENCE)
        server.until(lambda: len(server.door.connections) == 1)
        assert served > 10
        assert bystander.call(READ) == Left(0)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert grown < 100, f"{grown} MB"


@on_each_engine
def test_small_requests_with_large_answers_cost_little(engine: str) -> None:
    pipeline = stage("large", "x" * 60_000, consume() >> get(), input=Unit)
    inspect, ask = encode_request(Inspect(), codec_of(Unit)), encode_request(Item(None), codec_of(Unit))
    with serving(pipeline, engine, options=HURRIED) as server, server.dial() as client, server.connect() as bystander:
        bystander.call(None)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        client.send((inspect + ask) * 20_000)
        server.until(lambda: len(server.door.connections) == 1)
        bystander.call(None)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert grown < 150, f"{grown} MB"


def test_a_slow_reader_gets_everything() -> None:
    pipeline = stage("large", "x" * 60_000, consume() >> get(), input=Unit)
    with serving(pipeline) as server, server.dial() as client:
        client.send(encode_request(Item(None), codec_of(Unit)) * 500)
        client.socket.shutdown(socket.SHUT_WR)
        assert client.rest(Str) == [Item("x" * 60_000)] * 500


@on_each_engine
def test_what_a_client_that_reset_had_not_got_into_the_stream_is_forgotten(engine: str) -> None:
    with serving(engine=engine) as server, server.connect() as operator:
        with server.dial() as client:
            back = replace(Downgrade("counter"), force=True)
            changes = [encode_request(change, codec_of(Unit)) for change in (typed_v1_to_v2, back)]
            client.send(b"".join(changes * 100))
            client.reset()
        server.until(lambda: len(server.door.connections) == 1 and not server.door.changing)
        assert operator.inspect().version < 100


@on_each_engine
def test_a_change_from_a_client_that_resets_happens_whole_or_not_at_all(engine: str) -> None:
    change = encode_request(typed_v1_to_v2, codec_of(Unit))
    for _ in range(10):
        with serving(engine=engine) as server, server.connect() as bystander:
            client = server.dial()
            client.send(INCR_FRAME + change)
            client.reset()
            server.until(lambda: len(server.door.connections) == 1 and not server.door.changing)
            seen = bystander.inspect()
            assert seen.version in (1, 2)
            assert count(bystander) in (0, 1)
