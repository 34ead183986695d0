"""Changes that enter a stream after so many inputs of its source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sm_toolkit.deploying import run
from sm_toolkit.edges.lines import lines_codec
from sm_toolkit.edges.scheduling import with_changes
from sm_toolkit.edges.sinks import to_file, to_list
from sm_toolkit.edges.sources import from_file, from_list
from sm_toolkit.engines import inline, threads
from sm_toolkit.language import Int, consume, function, get, ident, incr, length, put, show
from sm_toolkit.pipeline.messages import Adapter, Failed, Upgraded
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.ports import Engine
from sm_toolkit.pipeline.upgrades import upgrade

count: Any = consume(Int) >> get() >> incr >> put() >> get()
ENGINES = pytest.mark.parametrize("engine", [inline(), threads(8)], ids=["inline", "threads"])


def by_tens(machine: Any) -> Any:
    return stage("count", 0, machine, input=Int)


@function
def tenfold(n: int) -> int:
    return 10 * n


to_tens = upgrade(by_tens(count), by_tens(count >> incr), migrate=tenfold)


@ENGINES
@pytest.mark.parametrize("place", [0, 1, 256, 300, 1000])
def test_a_change_takes_effect_between_two_inputs(engine: Engine, place: int) -> None:
    source = with_changes(from_list(range(1000)), {place: to_tens})
    answers = run(source, lines_codec, by_tens(count), to_list(), engine)
    assert isinstance(answers[place], Upgraded)
    del answers[place]
    after = [10 * place + n + 1 for n in range(1, 1001 - place)]
    assert answers == [*range(1, place + 1), *after]
    assert source.left == {}


def test_a_place_that_is_not_reached_is_left() -> None:
    source = with_changes(from_list([1, 2]), {3: to_tens})
    assert run(source, lines_codec, by_tens(count), to_list()) == [1, 2]
    assert source.left == {3: to_tens}


@ENGINES
def test_a_file_goes_on_in_the_version_that_it_began_with(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_text("1\n2\n3\nx\n5\n")
    old = stage("size", None, ident(Int) >> incr)
    new = stage("size", None, length)
    served = upgrade(old, new, migrate=ident(), adapter=Adapter(show(Int), ident()))
    answers = run(with_changes(from_file(path), {2: served}), lines_codec, old, to_list(), engine)
    assert [type(each) for each in answers] == [int, int, Upgraded, int, Failed, int]
    assert answers[3] == 1  # the length of "3", which was read as a number
    path.write_text("10\n" * 50_000)  # several readings
    answers = run(with_changes(from_file(path), {20_000: served}), lines_codec, old, to_list(), engine)
    assert answers[:20_000] == [11] * 20_000
    assert answers[20_001:] == [2] * 30_000
    forced = upgrade(old, new, migrate=ident(), force=True)
    answers = run(with_changes(from_file(path), {4: forced}), lines_codec, old, to_list(), engine)
    assert "interface version 1 is not served here" in answers[5].reason


def test_what_was_read_already_is_current_where_the_input_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_text("1\n2\n3\n")
    old = stage("size", None, ident(Int) >> incr)
    new = stage("size", None, ident(Int) >> incr >> show())
    change = upgrade(old, new, migrate=ident())
    answers = run(with_changes(from_file(path), {2: change}), lines_codec, old, to_list())
    assert (answers[:2], answers[3]) == ([2, 3], "4")


def test_what_came_in_an_older_version_is_written_in_it(tmp_path: Path) -> None:
    # In the old version the output is a text, and written as it is; in the new one it is a number.
    source, sink = tmp_path / "in", tmp_path / "out"
    source.write_text("a\nbc\n")
    old = stage("size", None, length >> show())
    new = stage("size", None, ident(Int) >> incr)
    change = upgrade(old, new, migrate=ident(), adapter=Adapter(length, show(Int)))
    run(with_changes(from_file(source), {1: change}), lines_codec, old, to_file(sink))
    assert sink.read_text().splitlines() == ["1", "! upgraded: size", "3"]


def test_what_is_no_change_is_refused() -> None:
    with pytest.raises(TypeError, match="a change is an Upgrade, a Downgrade or a Rewire, not int"):
        with_changes(from_list([]), {1: 5})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="changes are given with their places"):
        with_changes(from_list([]), [to_tens])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="with_changes takes a source first"):
        with_changes([1, 2], {1: to_tens})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="after 0 inputs or more, not after -1"):
        with_changes(from_list([]), {-1: to_tens})
