"""Every engine gives what the model gives: one suite, run on each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_toolkit.deploying import deploy
from sm_toolkit.engines import event_loop, inline, processes, simulated, threads
from sm_toolkit.engines.multiprocess.forking import nursery
from sm_toolkit.language import Int, consume, get, ident, incr, put
from sm_toolkit.pipeline.ends import all_entered, enter
from sm_toolkit.pipeline.meaning import model
from sm_toolkit.pipeline.messages import Answer, Done, Inspect, Item, Refused, Rewire, Rewired
from sm_toolkit.pipeline.pipelines import effect, shard, stage
from sm_toolkit.pipeline.plans import Deployed, deployed
from sm_toolkit.pipeline.ports import Engine
from sm_toolkit.pipeline.rewiring import rewire
from sm_toolkit.pipeline.shapes import PipelineError
from sm_toolkit.pipeline.versions import Log
from tests.conftest import IN_PYODIDE
from tests.pipeline.streams import TEES, AnyPipeline, pipelines, streams
from tests.strategies import values

ENGINES: dict[str, Callable[[int, int], Engine]] = {
    "inline": lambda seed, capacity: inline(),
    "simulated": lambda seed, capacity: simulated(seed, capacity),
    "threads": lambda seed, capacity: threads(capacity),
    "event_loop": lambda seed, capacity: event_loop(capacity),
}
# In a browser there are no threads.
EACH = [
    pytest.param(name, marks=[pytest.mark.machine] if name in ("threads", "event_loop") else []) for name in ENGINES
]


def of_processes(seed: int, capacity: int) -> Engine:
    return processes(capacity)


@pytest.fixture(scope="module", autouse=True)
def one_nursery() -> Iterator[None]:
    """One nursery for all examples: starting one takes most of a second."""
    with nullcontext() if IN_PYODIDE else nursery():
        yield


class Collected:
    """An outlet that keeps what it is given."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.error: BaseException | None = None

    def deliver(self, answers: list[Answer]) -> None:
        self.answers += answers

    def broken(self, error: BaseException) -> None:
        self.error = error


Copied = dict[str, list[Any]]


def run_on(
    engine: Engine, pipeline: AnyPipeline, requests: list[Any], cut: int, copied: Copied | None = None
) -> tuple[list[Answer], Deployed]:
    """Feed requests in slices of ``cut`` and return the answers and what runs after them."""
    collected, kept = Collected(), {} if copied is None else copied
    tees = {name: kept.setdefault(name, []).extend for name in TEES}
    running = engine.start(deployed(pipeline), collected, tees)
    try:
        for start in range(0, len(requests), cut):
            running.feed(all_entered(requests[start : start + cut]))
        running.drain()
        return collected.answers, running.inspect()
    finally:
        running.stop()
        assert collected.error is None


def plain(answers: list[Answer], running: Deployed, copied: Copied) -> list[Any]:
    """Say answers and what runs so that they can be compared: programs by what they are programs of."""
    history = {name: len(plan.history) for name, plan in running.plans.items()}
    tees = {name: seen for name, seen in copied.items() if seen}
    return [
        *map(_without_log, answers),
        running.hash,
        dict(running.states),
        history,
        _log(running.log),
        running.interface,
        tees,
    ]


def _without_log(answer: Any) -> Any:
    log = getattr(answer, "log", None)
    return answer if log is None else (repr(replace(answer, log=None)), _log(log))


def _log(log: Log) -> Any:
    return log.current, log.makers, log.interfaces, {version: link.to for version, link in log.links.items()}


@pytest.mark.parametrize("engine", EACH)
@given(st.data())
def test_an_engine_agrees_with_the_model(engine: str, data: st.DataObject) -> None:
    agrees_with_the_model(ENGINES[engine], data)


@pytest.mark.machine
@settings(max_examples=30)  # each starts some processes, and some more when it is rewired
@given(st.data())
def test_the_engine_of_processes_agrees_with_the_model(data: st.DataObject) -> None:
    agrees_with_the_model(of_processes, data)


def agrees_with_the_model(make: Callable[[int, int], Engine], data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    requests = data.draw(streams(pipeline))
    chosen = make(data.draw(st.integers(0, 2**16)), data.draw(st.integers(1, 4)))
    cut = data.draw(st.integers(1, 5))
    meant: Copied = {}
    copied: Copied = {}
    expected = model(pipeline, requests, meant)
    assert plain(*run_on(chosen, pipeline, requests, cut, copied), copied) == plain(*expected, meant)


@pytest.mark.parametrize("engine", EACH)
@given(st.data())
def test_one_in_one_out(engine: str, data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    requests = data.draw(streams(pipeline))
    answers, _ = run_on(ENGINES[engine](1, 2), pipeline, requests, 3)
    assert [answer.reply_to for answer in answers] == [request.reply_to for request in requests]


@pytest.mark.parametrize("engine", EACH)
@given(st.data())
def test_many_items_at_once_are_as_one_by_one(engine: str, data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    fitting = values(deployed(pipeline).interface.input)
    wrong = st.sampled_from([0.5, (1, 2, 3), object]).map(Item) if data.draw(st.booleans()) else st.nothing()
    requests: list[Any] = data.draw(st.lists(st.builds(Item, fitting, reply_to=st.integers(0, 3)) | wrong, max_size=24))
    before = [replace(request) for request in requests]
    meant: Copied = {}
    copied: Copied = {}
    expected = model(pipeline, requests, meant)
    chosen = ENGINES[engine](data.draw(st.integers(0, 2**16)), data.draw(st.integers(4, 30)))
    assert plain(*run_on(chosen, pipeline, requests, 24, copied), copied) == plain(*expected, meant)
    assert requests == before


@pytest.mark.parametrize("engine", EACH)
@given(st.data())
def test_bare_values_are_as_items(engine: str, data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    fitting = values(deployed(pipeline).interface.input)
    wrong = st.sampled_from([0.5, (1, 2, 3), object]) if data.draw(st.booleans()) else st.nothing()
    given_ = data.draw(st.lists(fitting | wrong, max_size=24))
    meant: Copied = {}
    copied: Copied = {}
    answers, running = model(pipeline, [Item(value) for value in given_], meant)
    chosen = ENGINES[engine](data.draw(st.integers(0, 2**16)), data.draw(st.integers(4, 30)))
    with deploy(pipeline, chosen, tees={name: copied.setdefault(name, []).extend for name in TEES}) as deployment:
        outputs = deployment.map(given_)
        states = dict(deployment.running.inspect().states)
    assert outputs == [answer.value if isinstance(answer, Item) else answer for answer in answers]
    assert states == dict(running.states)
    assert {name: values for name, values in copied.items() if values} == meant


@given(st.data())
def test_the_same_seed_makes_the_same_moves(data: st.DataObject) -> None:
    pipeline = data.draw(pipelines())
    requests = data.draw(streams(pipeline))
    seed = data.draw(st.integers(0, 99))

    def moves() -> list[tuple[int, str]]:
        running = simulated(seed, 2).start(deployed(pipeline), Collected())
        running.feed([enter(request) for request in requests])
        running.drain()
        return [(move.mover, type(move.given).__name__) for move in running.moves]

    assert moves() == moves()


def test_a_simulation_never_overfills_a_queue() -> None:
    from sm_toolkit.examples.counter import count_v1, typed_v1
    from sm_toolkit.language import Left, show

    assert count_v1
    running = simulated(seed=7, capacity=2).start(deployed(typed_v1 >> stage("show", None, show())), Collected())
    running.feed([Item(Left(None)) for _ in range(20)])
    while running.step() is not None:
        assert all(len(queue) <= 2 for queue in running.queues)
    assert len(running.moves) == 20 * 4


@pytest.mark.machine
def test_a_threaded_engine_leaves_no_thread_behind() -> None:
    import threading

    from sm_toolkit.examples.counter import typed_v1

    before = threading.active_count()
    running = threads(1).start(deployed(typed_v1), Collected())
    running.feed([Inspect(), Done()])
    running.drain()
    running.stop()
    assert threading.active_count() == before


@pytest.mark.machine
@pytest.mark.parametrize("make", [threads, event_loop, processes])
def test_a_change_that_waits_too_long_at_the_door_is_refused_at_its_place_and_all_goes_on(make: Any) -> None:
    slow = effect("slow", _slow, Int, Int) >> stage("count", 0, consume() >> get() >> incr >> put() >> get(), input=Int)
    longer = slow >> stage("same", None, ident(Int))
    with deploy(slow, make(barrier_timeout=0.01)) as running:
        running.send(*[Item(1)] * 6, rewire(slow, longer), Item(1))
        answers = running.answers()
        assert [getattr(each, "value", None) for each in answers] == [1, 2, 3, 4, 5, 6, None, 7]
        refused = answers[6]
        assert isinstance(refused, Refused)
        assert "has not left within 0.01 s" in refused.reasons[0]
        assert isinstance(running.change(rewire(slow, longer)), Rewired)


@pytest.mark.parametrize(
    "make", [lambda: simulated(1), *(pytest.param(make, marks=pytest.mark.machine) for make in (threads, event_loop))]
)
def test_copies_beyond_number_are_refused_and_all_goes_on(make: Any) -> None:
    one = stage("count", 0, consume() >> get() >> incr >> put() >> get(), input=Int)
    many = shard("a", shard("b", shard("c", one, 1000), 1000), 1000)
    with pytest.raises(PipelineError, match="fewer copies, or run it inline"):
        deploy(many, make())
    with deploy(one >> stage("same", None, ident(Int)), make()) as running:
        assert running.call(5) == 1
        refused = running.change(Rewire(many, drop=frozenset({"count"})))
        assert isinstance(refused, Refused)
        assert "cannot be started: the pipeline needs more than 20,000 queues" in refused.reasons[0]
        assert running.call(5) == 2


def _slow(value: int) -> int:
    time.sleep(0.05)
    return value
