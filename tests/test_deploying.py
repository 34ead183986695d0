"""Running a source, a codec, a pipeline and a sink together."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_toolkit.deploying import run
from sm_toolkit.edges.lines import lines_codec
from sm_toolkit.edges.sinks import to_file
from sm_toolkit.edges.sources import from_list
from sm_toolkit.engines import inline, threads
from sm_toolkit.language import Int, Str, consume, get, ident, show
from sm_toolkit.pipeline.messages import Upgrade
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.ports import Engine


@pytest.mark.parametrize("engine", [inline(), threads()], ids=["inline", "threads"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_each_answer_is_written_in_the_types_of_its_place(engine: Engine, dry_run: bool, tmp_path: Path) -> None:
    # The new output is a text in quotes: as a Str it is written as it is, as an Int it could not be.
    again = consume(Int) >> get() >> show() >> show()
    change = Upgrade("x", again, Int, Int, Str, ident(), dry_run=dry_run)
    path = tmp_path / "out"
    assert run(from_list([1, change, 2]), lines_codec, stage("x", 0, consume(Int) >> get()), to_file(path), engine) == 3
    assert path.read_text().splitlines() == ["0", "! upgraded: x", "0" if dry_run else '"0"']
