"""How long the upgrade simulator takes until it shows: a simulation of 60 frames prepared, and each of them drawn.

Two simulations are made: of the counter that is upgraded in the stream, and of the word counter, whose shard branches,
that is rewired at the door. What is prepared are both lanes, the trace, the tables, the mistakes that can be made and
the first 60 frames; then the widget is made of them, and every frame is drawn as SVG. Beside it stands what one more
move of the update point takes, and a simulation of 10,000 inputs, which is cut. What is counted is the processor's
time, the garbage collector's included, and the least of some runs is told. There is nothing to hold it against but the
bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from benchmarks.passes import took
from benchmarks.tables import Row, run_alone
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2
from sm_toolkit.examples.word_count import counting, to_any_case
from sm_toolkit.language.data.sides import Left, Right
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.simulator import UpgradeSimulator
from sm_toolkit.pipeline.messages import Change
from sm_toolkit.pipeline.pipelines import Pipeline

RUNS = 5
FRAMES = 60
BOUND = 1.0
"""Seconds for 60 frames, at most."""

SUBJECTS: dict[str, tuple[Pipeline[Any, Any], list[Any], Change]] = {
    "a counter upgraded": (typed_v1, [Right(None), Left(None)] * 10, typed_v1_to_v2),
    "counted words rewired": (counting, ["to", "be", "or", "not"] * 5, to_any_case),
}
"""What is simulated, by its name: the pipeline, the inputs and the change."""


def prepared(pipeline: Pipeline[Any, Any], inputs: list[Any], change: Change) -> UpgradeSimulator:
    """Make a simulator, and draw its first 60 frames."""
    made = UpgradeSimulator(pipeline, inputs, change)
    frames = made.model.frames[:FRAMES]
    assert len(frames) == FRAMES
    for frame in frames:
        _ = draw(frame.view).svg
    return made


def moved(simulator: UpgradeSimulator, places: Iterator[int]) -> None:
    """Move the update point to the next of some places."""
    simulator.update_point.value = next(places)


def rows(quick: bool = False) -> list[Row]:
    """Measure."""
    runs = 1 if quick else RUNS
    made: list[Row] = []
    for name, (pipeline, inputs, change) in SUBJECTS.items():
        seconds = took(partial(prepared, pipeline, inputs, change), runs)
        made.append((f"{name}, 60 frames prepared and drawn", f"{seconds:.2f} s", f"at most {BOUND:g} s"))
        simulator = UpgradeSimulator(pipeline, inputs, change)
        seconds = took(partial(moved, simulator, iter(range(simulator.model.at))), runs)
        made.append((f"{name}, the update point moved", f"{seconds * 1000:.0f} ms", "none"))
        many = (inputs * 500)[:10_000]
        seconds = took(partial(UpgradeSimulator, pipeline, many, change), 1)
        made.append((f"{name}, 10,000 inputs", f"{seconds:.2f} s", "none"))
    return made


if __name__ == "__main__":
    run_alone(__doc__, rows)
