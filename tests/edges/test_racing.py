"""Operators who race: of changes that expect the same, over TCP at once, one is made, and clients lose nothing."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from sm_toolkit.edges.client import ChangeRefused, Client
from sm_toolkit.language import Int, Str, add, const, consume, get, ident, incr, put, show
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.pipeline.messages import Adapter, Rewire, Rewired, Upgrade, Upgraded
from sm_toolkit.pipeline.pipelines import Pipeline, stage
from sm_toolkit.pipeline.plans import hash_pipeline
from sm_toolkit.pipeline.rewiring import rewire
from sm_toolkit.pipeline.upgrades import upgrade
from tests.edges.serving import ENGINES, PATIENCE, Serving, serving

ROUNDS = 12
UNIT = 10_000
on_each_engine = pytest.mark.parametrize("engine", ENGINES)
LIKE = Adapter(ident(), ident(Str))
"""The types stay and the meaning does not: so whoever is connected is served as before, and a version is made."""


def counting(edition: int) -> Any:
    """A stage that counts; what it answers has its edition in it."""
    said = ident() & consume(Int) >> const(edition * UNIT)
    made: Any = stage("count", 0, get(Int) >> incr >> put() >> get() >> said >> add)
    return made


def pipeline(edition: int) -> Pipeline[Any, Any]:
    made: Pipeline[Any, Any] = counting(edition) >> stage("write", None, show(Int))
    return made


def change(kind: str, old: int, new: int) -> Upgrade | Rewire:
    if kind == "upgrade":
        return replace(upgrade(counting(old), counting(new), migrate=ident()), adapter=LIKE)
    return rewire(pipeline(old), pipeline(new), adapter=LIKE)


def sent(operator: Client, request: Any, start: threading.Barrier) -> Upgraded | Rewired | ChangeRefused:
    start.wait(PATIENCE)
    try:
        answer: Upgraded | Rewired = operator.change(request)
        return answer
    except ChangeRefused as refused:
        return refused


def answers_of(client: Client, over: threading.Event) -> list[str]:
    answers = []
    while not over.is_set():
        answers.append(client.call(None))
    return answers


def hash_of_stage(edition: int) -> str:
    return short_hash(change("upgrade", edition, edition).expects or "")


@on_each_engine
def test_of_changes_that_race_one_is_made_and_no_client_notices(engine: str) -> None:
    source = random.Random(engine)
    with serving(pipeline(0), engine) as server, ThreadPoolExecutor(8) as pool:
        over = threading.Event()
        with server.connect() as old:
            traffic = pool.submit(answers_of, old, over)
            try:
                won = race(server, source, pool)
            finally:
                over.set()
            answers = [int(each) for each in traffic.result(PATIENCE)]
        assert [answer % UNIT for answer in answers] == list(range(1, len(answers) + 1))
        assert is_in_order([answer // UNIT for answer in answers], [0, *won])
        with server.connect() as after:
            assert (after.version, int(after.call(None))) == (ROUNDS + 1, won[-1] * UNIT + len(answers) + 1)


def is_in_order(seen: list[int], editions: list[int]) -> bool:
    """Tell whether each edition answered after those before it, and no other did."""
    places = [editions.index(each) for each in seen]
    return places == sorted(places)


def race(server: Serving, source: random.Random, pool: ThreadPoolExecutor) -> list[int]:
    """Let operators race for as many rounds; return the editions that won."""
    won = [0]
    with server.connect() as one, server.connect() as other, server.connect() as third:
        for round_ in range(ROUNDS):
            before, editions = won[-1], (2 * round_ + 1, 2 * round_ + 2)
            requests = [change(source.choice(["upgrade", "rewire"]), before, each) for each in editions]
            tries = replace(change(source.choice(["upgrade", "rewire"]), before, editions[0]), dry_run=True)
            start = threading.Barrier(3)
            racing = zip((one, other, third), (*requests, tries), strict=True)
            asked = [pool.submit(sent, operator, request, start) for operator, request in racing]
            *told, tried = (each.result(PATIENCE) for each in asked)
            ((winner, answer),) = [
                (edition, each)
                for edition, each in zip(editions, told, strict=True)
                if not isinstance(each, ChangeRefused)
            ]
            (loser,) = [each for each in told if isinstance(each, ChangeRefused)]
            assert (answer.version, answer.dry_run) == (round_ + 2, False)
            ran = (hash_of_stage(winner), short_hash(hash_pipeline(pipeline(winner))))
            assert any(each in reason for each in ran for reason in loser.reasons), loser.reasons
            assert any("expects" in reason for reason in loser.reasons), loser.reasons
            if not isinstance(tried, ChangeRefused):
                assert tried.dry_run
            seen = third.inspect()
            assert (seen.version, short_hash(seen.stages[0].hash)) == (round_ + 2, hash_of_stage(winner))
            won.append(winner)
    return won[1:]


@on_each_engine
def test_changes_of_different_stages_do_not_lose_each_other(engine: str) -> None:
    def said(edition: int) -> Any:
        return stage("write", None, show(Int) if edition % 2 == 0 else incr >> show(Int))

    with (
        serving(pipeline(0), engine) as server,
        server.connect() as one,
        server.connect() as other,
        ThreadPoolExecutor(2) as pool,
    ):
        for edition in range(ROUNDS):
            start = threading.Barrier(2)
            quiet = replace(change("upgrade", edition, edition + 1), adapter=None)
            beside = upgrade(said(edition), said(edition + 1), migrate=ident())
            told = [
                each.result(PATIENCE)
                for each in (pool.submit(sent, one, quiet, start), pool.submit(sent, other, beside, start))
            ]
            assert [type(each) for each in told] == [Upgraded, Upgraded]
        seen = one.inspect()
        assert ([view.upgrades for view in seen.stages], seen.version) == ([ROUNDS, ROUNDS], 1)
        assert int(one.call(None)) == ROUNDS * UNIT + 1


@on_each_engine
def test_a_rewiring_and_upgrades_that_race_end_as_one_after_another(engine: str) -> None:
    with serving(pipeline(0), engine) as server, ThreadPoolExecutor(6) as pool:
        clients = [server.connect() for _ in range(6)]
        try:
            start = threading.Barrier(6)
            kinds = ["upgrade", "rewire", "upgrade", "rewire", "upgrade", "rewire"]
            requests = [change(kind, 0, number + 1) for number, kind in enumerate(kinds)]
            told = [pool.submit(sent, client, each, start) for client, each in zip(clients, requests, strict=True)]
            made = [number for number, each in enumerate(told) if not isinstance(each.result(PATIENCE), ChangeRefused)]
            (winner,) = made
            assert int(clients[0].call(None)) == (winner + 1) * UNIT + 1
            assert clients[0].inspect().version == 2
        finally:
            for client in clients:
                client.close()
