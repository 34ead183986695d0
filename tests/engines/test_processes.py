"""The engine of processes: who is told when one dies, that nothing is left behind, and what stays in this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.deploying import Deployment, DeploymentError, deploy
from sm_toolkit.engines import barrier, processes, threads
from sm_toolkit.engines.errors import EngineError
from sm_toolkit.engines.multiprocess import forking
from sm_toolkit.engines.multiprocess import running as of_running
from sm_toolkit.engines.multiprocess import team as of_team
from sm_toolkit.engines.multiprocess.frames import pack
from sm_toolkit.engines.multiprocess.pipes import HEADER
from sm_toolkit.engines.multiprocess.running import RunningProcesses
from sm_toolkit.language import Int, Pair, Str, consume, decr, get, ident, incr, put, read, show
from sm_toolkit.pipeline.messages import Failed, Item, Rewired, Upgraded
from sm_toolkit.pipeline.pipelines import Pipeline, effect, fan_out, identity, shard, stage
from sm_toolkit.pipeline.rewiring import rewire
from sm_toolkit.pipeline.shapes import PipelineError
from sm_toolkit.pipeline.upgrades import upgrade

count: Any = consume() >> get() >> incr >> put() >> get()
parse = stage("parse", None, read(Int))
counting = stage("count", 0, count, input=Int)
three = parse >> counting >> stage("show", None, show(Int))


@pytest.fixture(scope="module", autouse=True)
def one_nursery() -> Iterator[None]:
    with forking.nursery():
        yield


def numbers(deployment: Deployment[Any, Any]) -> dict[str, int]:
    """The processes of a deployment, by the names of their stages."""
    running = deployment.running
    assert isinstance(running, RunningProcesses)
    return {process.unit.name: process.number for process in running._team._processes}


def is_there(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_stage_is_a_process_and_all_of_them_end() -> None:
    threads_before = threading.active_count()
    with deploy(three, processes()) as running:
        running.send(*[Item("7")] * 500, Item("seven"), Item("8"))
        answers = running.answers()
        ids = numbers(running)
        assert list(ids) == ["parse", "count", "show"]
        assert len({*ids.values(), os.getpid()}) == 4
    assert [answer.value for answer in answers if isinstance(answer, Item)] == list(map(str, range(1, 502)))
    failed = answers[500]
    assert isinstance(failed, Failed)
    assert failed.stage == "parse"
    assert not any(map(is_there, ids.values()))
    assert threading.active_count() == threads_before


@pytest.mark.parametrize("name", ["parse", "count", "show"])
def test_a_killed_process_is_told_at_once_with_its_stage(name: str) -> None:
    with deploy(three, processes()) as running:
        running.send(*[Item("7")] * 10)
        ids = numbers(running)
        os.kill(ids[name], signal.SIGKILL)
        with pytest.raises(DeploymentError, match=f"of stage '{name}' was killed by signal 9"):
            _go_on(running)
        for look in (running.metrics, running.stages):  # the same is told to who looks
            with pytest.raises(DeploymentError, match=f"of stage '{name}' was killed by signal 9"):
                look()
    assert not any(map(is_there, ids.values()))


def _go_on(running: Deployment[Any, Any]) -> None:
    while True:
        running.send(*[Item("7")] * 1000)
        running.answers()


def test_one_who_waits_for_answers_of_a_killed_process_is_woken() -> None:
    slow = stage("slow", 0, count, input=Int) >> effect("wait", _waits, Int, Int)
    with deploy(slow, processes(capacity=2)) as running:
        waiter = threading.Timer(0.2, os.kill, (numbers(running)["slow"], signal.SIGKILL))
        waiter.start()
        with pytest.raises(DeploymentError, match="killed by signal 9"):
            running.send(*[Item(1)] * 100_000)
        waiter.join()


def _waits(value: int) -> int:
    time.sleep(0.05)
    return value


def test_a_slow_stage_slows_the_source() -> None:
    pipeline = counting >> effect("wait", _waits, Int, Int)
    with deploy(pipeline, processes(capacity=4)) as running:
        feeding = threading.Thread(target=_feed_until_stopped, args=(running,))
        feeding.start()
        time.sleep(0.5)
        waiting = running.metrics().waiting
        took = running.metrics().stages[0].items_in
        running.stop()
        feeding.join()
    assert 1 <= waiting <= 3 * 4 + 4
    assert took <= 10 + 3 * 4 + 4  # it waits 50 ms for each, and what is on its way is bounded


def _feed_until_stopped(running: Deployment[Any, Any]) -> None:
    with pytest.raises(DeploymentError, match="stopped"):
        running.send(*[Item(1)] * 100_000)


def test_copies_of_a_shard_are_processes_and_effects_stay_here() -> None:
    here: set[int] = set()

    def noted(value: int) -> int:
        here.add(os.getpid())
        return value

    pipeline: Pipeline[Any, Any] = parse >> fan_out(
        shard("words", counting, 2, ident(Int)), effect("note", noted, Int, Int, 2)
    )
    with deploy(pipeline, processes()) as running:
        running.send(*[Item(str(each % 3)) for each in range(30)])
        answers = running.answers()
        assert list(numbers(running)) == ["parse", "count[0]", "count[1]"]
    assert [answer.value for answer in answers if isinstance(answer, Item)][-3:] == [(10, 0), (10, 1), (10, 2)]
    assert here == {os.getpid()}


def test_stages_of_a_group_share_a_process() -> None:
    with deploy(three, processes(groups=[("parse", "count")])) as running:
        assert list(numbers(running)) == ["parse, count", "show"]
        assert running.call("5") == "1"


@pytest.mark.parametrize(
    ("groups", "says"),
    [
        ([("parse", "counts")], "names a stage 'counts', and there is none"),
        ([("parse", "show")], "do not follow one another"),
        ([("parse", "count"), ("count", "show")], "the groups name stage 'count' 2 times"),
    ],
)
def test_groups_that_do_not_fit_are_refused(groups: list[tuple[str, ...]], says: str) -> None:
    with pytest.raises(PipelineError, match=says):
        deploy(three, processes(groups=groups))


def test_a_group_is_a_list_of_names() -> None:
    with pytest.raises(TypeError, match=r"a group is a list of the names .* groups=\[\['parse', …\]\]"):
        processes(groups=["parse", "count"])


def test_stages_with_a_branch_between_them_are_no_group() -> None:
    apart = parse >> fan_out(counting, identity()) >> stage("last", None, ident(), input=Pair(Int, Int))
    with pytest.raises(PipelineError, match="do not follow one another"):
        deploy(apart, processes(groups=[("parse", "last")]))
    with deploy(parse >> identity() >> counting, processes(groups=[("parse", "count")])) as running:
        assert list(numbers(running)) == ["parse, count"]


def test_an_answer_that_an_interrupt_kept_from_being_read_is_not_taken_for_another() -> None:
    with forking.nursery() as nursery:
        body = pack([0, 0.0])
        nursery._connection.sendall(b"w\xff" + HEADER.pack(len(body)) + body)  # and nobody waits for the answer
        with deploy(parse, processes()) as running:
            assert running.call("5") == 5
            assert all(map(is_there, numbers(running).values()))


def test_an_upgrade_in_the_stream_takes_no_new_process_and_is_seen_from_outside() -> None:
    better = parse >> stage("count", 0, consume() >> get() >> decr >> put() >> get(), input=Int) >> three.parts[2]  # type: ignore[attr-defined]
    change = upgrade(three, better, migrate=ident(Int))
    with deploy(three, processes()) as running:
        before = numbers(running)
        running.send(*[Item("1")] * 5, change, Item("1"), change)
        *_, upgraded, item, refused = running.answers()
        assert isinstance(upgraded, Upgraded)
        assert (upgraded.before, upgraded.after) == (5, 5)
        assert isinstance(item, Item)
        assert item.value == "4"
        assert "it was made already" in refused.reasons[0]  # type: ignore[union-attr]
        assert numbers(running) == before
        assert [stage_.edition for stage_ in running.metrics().stages] == [0, 1, 0]
        assert running.stages()[1].state == 4


def test_a_rewiring_goes_on_counting_and_ends_the_old_processes() -> None:
    with deploy(three, processes()) as running:
        running.send(*[Item("1")] * 5)
        running.answers()
        before = numbers(running)
        running.change(rewire(three, three >> stage("same", None, ident(Str))))
        assert running.call("1") == "6"
        assert [stage_.items_in for stage_ in running.metrics().stages] == [6, 6, 6, 1]
        assert not any(map(is_there, before.values()))


def test_what_was_held_is_known_after_the_end() -> None:
    running = deploy(three, processes())
    running.send(*[Item("1")] * 5)
    running.drain()
    assert [stage_.state for stage_ in running.stages()] == [None, 5, None]
    assert [stage_.items_in for stage_ in running.metrics().stages] == [5, 5, 5]


def test_a_process_that_does_not_answer_is_killed_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_running, "GRACE", 0.2)
    monkeypatch.setattr(of_team, "GRACE", 0.2)
    running = deploy(three, processes())
    assert running.call("1") == "1"
    ids = numbers(running)
    os.kill(ids["count"], signal.SIGSTOP)
    assert _comes_to(ids["count"], "T")
    running.stop()
    assert not any(map(is_there, ids.values()))
    with pytest.raises(DeploymentError):
        running.stages()


def test_a_nursery_that_does_not_answer_is_killed_and_there_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    running = deploy(three, processes())
    monkeypatch.setattr(forking, "GRACE", 0.2)
    monkeypatch.setattr(of_team, "GRACE", 0.2)
    number, ids = forking.current()._process.pid, numbers(running)
    os.kill(number, signal.SIGSTOP)
    assert _comes_to(number, "T")
    running.stop()
    assert not is_there(number)
    assert all(_comes_to(each, "Z") for each in ids.values())
    with deploy(three, processes()) as another:
        assert another.call("1") == "1"


def test_a_rewiring_has_another_nursery_where_that_was_killed() -> None:
    with deploy(three, processes()) as running:
        assert running.call("1") == "1"
        before = numbers(running)
        os.kill(forking.current()._process.pid, signal.SIGKILL)
        forking.current()._process.wait()
        assert isinstance(running.change(rewire(three, three >> stage("same", None, ident(Str)))), Rewired)
        assert running.call("1") == "2"
        assert all(_comes_to(each, "Z") for each in before.values())


def _comes_to(number: int, state: str) -> bool:
    """Wait until a process is in a state (as ``ps`` tells it), or is no more; False if that does not come about."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            now = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return not is_there(number) or state == "T"  # a system without that: it has come to it by now
        if now == state:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("make", [threads, processes])
def test_one_who_stops_it_amid_a_rewiring_leaves_nothing(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    began, stopped = threading.Event(), threading.Event()
    before = threading.active_count()
    running = deploy(three, make())
    kind = type(running.running)
    name = "_crew_for" if make is threads else "_team_for"
    original = getattr(kind, name)

    def slow(self: Any, deployed: Any) -> Any:
        made = original(self, deployed)
        began.set()
        stopped.wait(0.5)  # the one who stops it may see the old one only
        return made

    monkeypatch.setattr(kind, name, slow)
    monkeypatch.setattr(barrier, "LEAVING", 0.05)

    def rewires() -> None:
        with suppress(DeploymentError):  # it was stopped before the answer came
            running.change(rewire(three, three >> stage("same", None, ident(Str))))

    rewiring = threading.Thread(target=rewires)
    rewiring.start()
    began.wait()
    running.stop()
    stopped.set()
    rewiring.join()
    assert threading.active_count() == before
    if make is processes:
        assert not any(map(is_there, numbers(running).values()))


def test_where_no_process_can_be_had_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forking, "_nursery", None)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(EngineError, match=r"no process can be started.*nowhere"):
        deploy(three, processes())


def test_a_rewiring_for_which_no_process_can_be_had_is_refused_and_the_old_ones_go_on() -> None:
    with deploy(three, processes()) as running:
        nursery = forking.current()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(nursery, "fork", _no_process)
            refused = running.change(rewire(three, three >> stage("same", None, ident(Str))))
        assert "cannot be started: there are too many" in refused.reasons[0]  # type: ignore[union-attr]
        assert running.call("1") == "1"


def _no_process(*connections: Any) -> int:
    raise EngineError("there are too many")


SCRIPT = """
import sys, time
from sm_toolkit.engines.multiprocess.forking import current
from sm_toolkit import Int, Item, consume, deploy, get, incr, processes, put, stage
running = deploy(stage("count", 0, consume() >> get() >> incr >> put() >> get(), input=Int), processes())
print(running.running._team._processes[0].number, flush=True)
print(current()._process.pid, flush=True)
{then}
"""


@pytest.mark.parametrize(
    ("then", "sent"),
    [
        ("while True: running.send(*[Item(1)] * 1000)", signal.SIGINT),
        ("time.sleep(60)", signal.SIGINT),
        ("time.sleep(60)", signal.SIGKILL),
        ("", None),
    ],
    ids=["interrupted while it sends", "interrupted while it waits", "killed", "ended"],
)
def test_a_program_that_ends_leaves_no_process_behind(then: str, sent: signal.Signals | None) -> None:
    program = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(SCRIPT.format(then=then))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    children = [int(program.stdout.readline()) for _ in range(2)]
    assert all(map(is_there, children)) or sent is None
    if sent is not None:
        time.sleep(0.3)
        program.send_signal(sent)
    _, errors = program.communicate(timeout=60)
    assert ("KeyboardInterrupt" in errors) == (sent is signal.SIGINT)
    until = time.monotonic() + 30
    while any(map(is_there, children)):
        assert time.monotonic() < until
        time.sleep(0.01)
