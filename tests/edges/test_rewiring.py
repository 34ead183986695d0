"""A server is rewired while its clients go on: nothing is lost, doubled or reordered, and every key keeps its state."""

# mypy: disable-error-code="operator, arg-type, misc"
# pyright: reportOperatorIssue=false, reportArgumentType=false

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sm_toolkit.edges.client import ChangeRefused, Client, ConnectionEnded
from sm_toolkit.examples.word_count import counted, counting, parse, to_any_case, to_count_since, write
from sm_toolkit.language import EncodeError, Int, Str, ident, incr, read, show
from sm_toolkit.pipeline.messages import Adapter, Answer, Item, Rewired
from sm_toolkit.pipeline.pipelines import effect, shard, stage
from sm_toolkit.pipeline.rewiring import rewire
from tests.edges.serving import ENGINES, serving

on_each_engine = pytest.mark.parametrize("engine", ENGINES)

four = parse >> shard("words", counted, 4, ident(Str)) >> write
one = parse >> counted >> write


class Load:
    """Clients that each count a word of their own, a batch after another, until they are told to end."""

    def __init__(self, clients: list[Client]) -> None:
        self._clients = clients
        self._end = threading.Event()
        self._pool = ThreadPoolExecutor(len(clients))
        self._begun = threading.Barrier(len(clients) + 1)
        self._working = [self._pool.submit(self._work, client, f"word{n}") for n, client in enumerate(clients)]
        self._begun.wait()

    def _work(self, client: Client, word: str) -> list[Answer]:
        answers = client.ask([Item(word)] * 20)
        self._begun.wait()
        while not self._end.is_set():
            answers += client.ask([Item(word)] * 20)
        return answers

    def end(self) -> list[list[Answer]]:
        self._end.set()
        with self._pool:
            return [each.result() for each in self._working]


@on_each_engine
def test_clients_under_load_notice_nothing(engine: str) -> None:
    with serving(counting, engine) as server:
        clients = [server.connect() for _ in range(6)]
        load = Load(clients)
        with server.connect() as operator:
            for _ in range(5):
                assert isinstance(operator.change(rewire(counting, four)), Rewired)
                with pytest.raises(ChangeRefused, match="the new pipeline runs already"):
                    operator.change(rewire(counting, four))
                assert operator.change(rewire(four, counting)).version == 1
            answered = load.end()
            (states,) = [view.state for view in operator.inspect().stages if view.name == "count"]
        for number, answers in enumerate(answered):
            assert answers == [Item(f"{n} word{number}") for n in range(1, len(answers) + 1)]
            assert states[f"word{number}"] == len(answers)
        for client in clients:
            assert client.version == 1
            client.close()


@on_each_engine
def test_older_clients_go_on_in_their_version_through_the_adapter(engine: str) -> None:
    # The new pipeline takes numbers and gives numbers; clients of texts are served through the adapter.
    texts: Any = stage("parse", None, read(Int)) >> stage("add", None, incr) >> stage("write", None, show())
    numbers: Any = stage("add", None, incr)
    change = rewire(texts, numbers, adapter=Adapter(read(Int), show(Int)))
    with serving(texts, engine) as server, server.connect() as old, server.connect() as operator:
        assert old.call("1") == "2"
        assert operator.change(change).version == 2
        assert old.call("2") == "3"
        with server.connect() as new:
            assert (new.version, new.call(3)) == (2, 4)
        assert old.version == 1


@on_each_engine
def test_without_an_adapter_it_is_refused_or_forced(engine: str) -> None:
    texts: Any = stage("add", None, incr) >> stage("write", None, show())
    numbers: Any = stage("add", None, incr)
    with serving(texts, engine) as server, server.connect() as old, server.connect() as operator:
        assert old.call(1) == "2"
        with pytest.raises(ChangeRefused, match="clients of interface version 1 are connected and would be cut off"):
            operator.change(rewire(texts, numbers))
        assert old.call(2) == "3"
        assert operator.change(rewire(texts, numbers, force=True)).version == 2
        with pytest.raises(ConnectionEnded, match="interface version 1 is no longer served"):
            old.call(3)


def test_what_cannot_be_sent_is_told_at_the_client() -> None:
    with serving(counting) as server, server.connect() as client:
        with pytest.raises(EncodeError, match="effect 'e'"):
            client.change(rewire(counting, counting >> effect("e", str.upper, Str, Str)))
        with pytest.raises(
            ChangeRefused,
            match="the server refused the change: stage 'count': it was in 'words'",
        ):
            client.change(rewire(counting, one))
        assert client.change(to_count_since).after == {}
        with pytest.raises(ChangeRefused, match="which the rewiring expects"):
            client.change(to_any_case)
