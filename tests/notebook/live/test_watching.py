"""The monitor without its looks: what it knows of what runs, and a change in two steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sm_toolkit.deploying import deploy
from sm_toolkit.engines import inline, threads
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2, typed_v2_to_v3
from sm_toolkit.examples.word_count import counting, to_any_case, to_count_since
from sm_toolkit.language import Left, Right, get, incr, put, read
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.notebook.live.serving import Serving, serve
from sm_toolkit.notebook.live.targets import target_of
from sm_toolkit.notebook.live.watching import MonitorModel, Snapshot
from sm_toolkit.pipeline.messages import Downgrade, Item
from sm_toolkit.pipeline.pipelines import stage
from tests.edges.test_counts import Older


def test_a_snapshot_has_what_each_stage_did_and_how_fast() -> None:
    times = iter([10.0, 12.0, 14.0])
    reading = stage("read", None, read()) >> stage("count", 0, incr >> put_and_get)
    with deploy(reading) as running:
        model = MonitorModel(running, clock=lambda: next(times))
        assert model.snapshot().stages[0].rate is None
        running.map(["1", "2", "x", "4"])
        first, second = model.snapshot().stages
        assert (first.name, first.items_in, first.items_out, first.failures, first.rate) == ("read", 4, 3, 1, 2.0)
        assert (second.items_in, second.failures, second.rate, second.queue) == (3, 0, 1.5, None)
        assert second.service_time is not None
        running.map(["5"] * 6)
        assert model.snapshot().stages[0].rate == 10 / 4


put_and_get = put() >> get()


def test_what_is_told_of_it_is_the_same_each_time_one_looks() -> None:
    with deploy(typed_v1, threads(8)) as running:
        running.map([Right(None)] * 3)
        shown = MonitorModel(running).snapshot()
        assert shown.words == "running, interface version 1, 0 waiting"
        assert shown.table(moving=False).text == (
            "stage    in  out  failed  waiting  upgrades  machine\n"
            f"counter  3   3    0       0        0         {shown.stages[0].hash[:7]}"
        )
        assert {"items/s", "each takes"} < set(shown.table().head)


def test_the_end_is_seen() -> None:
    running = deploy(typed_v1)
    model = MonitorModel(running)
    assert not model.snapshot().ended
    running.stop()
    assert model.snapshot() == Snapshot(ended="it was stopped")
    with serve(typed_v1) as server:
        served, asked = MonitorModel(server), MonitorModel(f"127.0.0.1:{server.port}")
    assert served.snapshot().ended == "it was stopped"
    assert "cannot reach" in asked.snapshot().gone
    assert asked.snapshot().words.startswith("gone, and looked for again: cannot reach")


def test_a_change_is_looked_at_first_and_then_made() -> None:
    with deploy(typed_v1) as running:
        running.map([Right(None)] * 5)
        model = MonitorModel(running, typed_v1_to_v2)
        with pytest.raises(ToolkitError, match="look first"):
            model.confirm()
        preview = model.look()
        assert (preview.headline, model.phase) == ("stage counter would be upgraded", "looked")
        assert ("state", "5", "5") in preview.rows
        assert ("interface", "version 1", "version 2") in preview.rows
        assert model.snapshot().version == 1
        assert model.confirm().headline == "stage counter was upgraded"
        assert (model.phase, model.snapshot().version, model.snapshot().stages[0].edition) == ("changed", 2, 1)
        assert model.look().reasons[0].endswith("so it was made already")
        assert (model.phase, model.snapshot().version) == ("refused", 2)


def test_what_was_looked_at_is_not_made_of_something_else() -> None:
    with deploy(typed_v1) as running:
        running.change(typed_v1_to_v2)
        model = MonitorModel(running, Downgrade("counter"))
        assert model.look().headline == "stage counter would be downgraded"
        running.change(typed_v2_to_v3)
        assert model.confirm().headline == "refused: counter runs on as before"
        assert running.inspect().version == 3
        model.cancel()
        assert (model.phase, model.preview) == ("idle", None)


def test_a_rewiring_says_what_differs() -> None:
    with deploy(counting) as running:
        running.call("to")
        model = MonitorModel(running, lambda: to_any_case)
        preview = model.look()
        assert preview.headline == "the pipeline would be rewired"
        assert "+ stage 'lower': is added" in preview.differs
        assert "shard 'words': 2 copies become 4" in preview.differs
        assert ("count", "{'to': 1}", "{'to': 1}") in preview.rows
        assert model.confirm().headline == "the pipeline was rewired"
        assert running.call("TO") == "2 to"


@pytest.mark.parametrize("how", ["server", "client", "address"])
def test_a_server_is_watched_while_its_clients_go_on(how: str) -> None:
    with serve(typed_v1) as server, server.connect() as old:
        old.call(Right(None))
        watched: Any = {"server": server, "client": old, "address": f"127.0.0.1:{server.port}"}[how]
        model = MonitorModel(watched, typed_v1_to_v2)
        shown = model.snapshot()
        (only,) = shown.stages
        assert (only.items_in, only.items_out, only.failures, only.queue, only.state) == (1, 1, 0, 0, None)
        assert shown.table(moving=False).text == MonitorModel(server).snapshot().table(moving=False).text
        model.look()
        assert model.confirm().headline == "stage counter was upgraded"
        assert (old.call(Left(None)), model.snapshot().version) == (Left(1), 2)


def test_a_server_elsewhere_is_watched_as_a_deployment_is() -> None:
    times = iter([10.0, 12.0, 14.0, 16.0])
    with serve(typed_v1) as server:
        model = MonitorModel(f"127.0.0.1:{server.port}", clock=lambda: next(times))
        model.target.stay()
        rates_of_six(model, server)
    assert "cannot reach" in model.snapshot().gone + model.snapshot().gone  # after the server said that it stops
    with serve(typed_v1, port=server.port) as again:
        rates_of_six(model, again)
        model.target.leave()


def rates_of_six(model: MonitorModel, server: Serving[Any, Any]) -> None:
    assert model.snapshot().stages[0].rate is None
    with server.connect() as client:
        client.ask([Item(Right(None))] * 6)
    shown = model.snapshot()
    assert (shown.stages[0].items_in, shown.stages[0].rate) == (6, 3.0)
    assert shown.words == "running, interface version 1, 0 waiting"


def test_what_counts_anew_has_no_rate_at_first() -> None:
    times = iter([10.0, 12.0, 14.0])
    with deploy(typed_v1) as one, deploy(typed_v1) as two:
        one.map([Right(None)] * 4)
        model = MonitorModel(one, clock=lambda: next(times))
        assert model.snapshot().stages[0].rate is None
        model.target = target_of(two)
        assert model.snapshot().stages[0].rate is None
        two.map([Right(None)] * 4)
        assert model.snapshot().stages[0].rate == 2.0


def test_an_older_server_is_watched_without_counts() -> None:
    with serve(typed_v1, codec=Older()) as server, server.connect() as client:
        client.call(Right(None))
        shown = MonitorModel(f"127.0.0.1:{server.port}").snapshot()
    assert not shown.gone
    assert not shown.ended
    assert shown.words == (
        "running, interface version 1; no counts: its sm_toolkit is older than this one, and does not tell what its "
        "stages have done"
    )
    assert shown.table().head == ("stage", "state", "upgrades", "machine")
    assert (shown.stages[0].state, shown.stages[0].rate) == ("1", None)


def test_watching_does_not_stand_in_a_changes_way() -> None:
    with serve(typed_v1) as server, server.connect() as operator:
        model = MonitorModel(f"127.0.0.1:{server.port}")
        model.target.stay()
        assert model.snapshot().version == 1
        operator.change(replace(typed_v1_to_v2, adapter=None))
        assert model.snapshot().version == 2
        model.target.leave()


def test_nothing_that_cannot_be_watched_is_taken() -> None:
    with pytest.raises(TypeError, match=r"a deployment \(deploy\(pipeline\)\), a server"):
        MonitorModel(typed_v1)
    with deploy(typed_v1, inline()) as running:
        with pytest.raises(ToolkitError, match="there is no change"):
            MonitorModel(running).look()
        with pytest.raises(TypeError, match="not int"):
            MonitorModel(running, lambda: 3).look()  # type: ignore[arg-type,return-value]  # pyright: ignore
        refused = MonitorModel(running, replace(typed_v1_to_v2, stage="none")).look()
        assert refused.headline == "refused: all runs on as before"
    with deploy(counting) as running:
        assert MonitorModel(running, to_count_since).look().headline == "stage count would be upgraded"
