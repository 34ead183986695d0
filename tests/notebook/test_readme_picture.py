"""The picture that the README opens with is what the package draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_toolkit.language import const, consume, fst, get, ident, incr, put
from sm_toolkit.notebook import draw
from sm_toolkit.notebook.simulation import SimulationModel
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "upgrade.svg"


def test_the_readme_shows_an_upgrade_as_it_is_drawn(request: pytest.FixtureRequest) -> None:
    count = get() >> incr >> put() >> get()
    count_twice = get() >> incr * incr >> put() >> get() >> fst()
    old = stage("counter", 0, count.named("counter_v1"))
    new = stage("counter", (0, 0), count_twice.named("counter_v2"))
    change = upgrade(old, new, migrate=ident() & (consume() >> const(0)))
    story = SimulationModel(old, [None] * 5, change, at=3)
    svg = draw(story.trace(3)).svg
    if request.config.getoption("--update-golden"):
        PICTURE.write_text(svg, "utf-8")
    assert PICTURE.read_text("utf-8") == svg
