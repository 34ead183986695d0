"""Other libraries of streams and pipelines, on the three light stages of ``benchmarks/three_stages.py``.

Each library is given plain functions for the stages, written by hand as its documentation does, which keep the limits
and know nothing of failures; values go in and values come out. Inline and threads do more: they check values where
they enter, give each its answer, and could be upgraded at any place. All take the same values, a slice in each turn,
and have to give the same. What is counted is the processor's time of the process, its threads included; the ratio says
how many times an engine's time a library takes, within a turn, and the table gives medians with the range of the middle
half. A library is held against the engine that runs as it does: on the caller's thread, or on a thread a
stage. One that is not installed is told of in its row.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from benchmarks.by_hand import ONE_DIGIT, add
from benchmarks.engines import ENGINES
from benchmarks.pipelines import Side, Times, each, in_turns, sent
from benchmarks.tables import Row, run_alone
from benchmarks.three_stages import LIGHT
from sm_toolkit.deploying import deploy

TURNS = 15
SLICE = 5_000

# -- the stages, as functions: of a state and a value, or of a value alone --------------------------------


def total(s: int, x: int) -> tuple[int, int]:
    after = s + x
    if after > ONE_DIGIT or after < -ONE_DIGIT:
        after = add(s, x)
    return after, after


def following(x: int) -> int:
    after = x + 1
    return after if after <= ONE_DIGIT else add(x, 1)


def largest(s: int, x: int) -> tuple[int, int]:
    return (x, x) if x > s else (s, s)


def held(step: Callable[[int, int], tuple[int, int]], s: int) -> Callable[[int], int]:
    """Return a step that holds its state, for a library that has none."""

    def run(x: int) -> int:
        nonlocal s
        s, y = step(s, x)
        return y

    return run


# -- the libraries ----------------------------------------------------------------------------------------


def with_streamz(values: list[Any]) -> Side:
    streamz: Any = import_module("streamz")
    source = streamz.Stream()
    outputs: list[Any] = []
    source.accumulate(total, start=0, returns_state=True).map(following).accumulate(
        largest, start=0, returns_state=True
    ).sink(outputs.append)
    emit = source.emit

    def side() -> list[Any]:
        outputs.clear()
        for value in values:
            emit(value)
        return outputs

    return side


def with_pypeln(kind: str) -> Callable[[list[Any]], Side]:
    def made(values: list[Any]) -> Side:
        chosen: Any = getattr(import_module("pypeln"), kind)
        one, three = held(total, 0), held(largest, 0)

        def side() -> list[Any]:
            stages = values
            for function in (one, following, three):
                stages = chosen.map(function, stages, workers=1, maxsize=1024)
            return list(stages)

        return side

    return made


def with_bytewax(values: list[Any]) -> Side:
    operators: Any = import_module("bytewax.operators")
    dataflow: Any = import_module("bytewax.dataflow")
    testing: Any = import_module("bytewax.testing")
    outputs: list[Any] = []
    states = {"total": 0, "largest": 0}

    def stateful(name: str, step: Callable[[int, int], tuple[int, int]]) -> Callable[[Any, int], Any]:
        def run(s: int | None, x: int) -> tuple[int, int]:
            states[name], y = step(states[name] if s is None else s, x)
            return states[name], y

        return run

    def side() -> list[Any]:
        outputs.clear()
        flow = dataflow.Dataflow("three_stages")
        stream = operators.input("values", flow, testing.TestingSource(values, batch_size=256))
        keyed = operators.key_on("key", stream, lambda _: "all")
        keyed = operators.stateful_map("total", keyed, stateful("total", total))
        keyed = operators.map_value("next", keyed, following)
        keyed = operators.stateful_map("largest", keyed, stateful("largest", largest))
        operators.output("out", operators.key_rm("bare", keyed), testing.TestingSink(outputs))
        testing.run_main(flow)
        return outputs

    return side


LIBRARIES: dict[str, tuple[str, str, Callable[[list[Any]], Side]]] = {
    "streamz": ("streamz", "inline", with_streamz),
    "pypeln, sync": ("pypeln", "inline", with_pypeln("sync")),
    "pypeln, thread": ("pypeln", "threads", with_pypeln("thread")),
    "bytewax": ("bytewax", "inline", with_bytewax),
}
"""Its package, the engine that it is held against, and what takes slices through it."""


def installed(package: str) -> str | None:
    """Return which version of a package is here."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def require_agreement(sides: dict[str, Side]) -> None:
    """All must give the same for the first slice and for the next.

    Raises:
        RuntimeError: one does not.
    """
    for _ in range(2):
        outputs = {name: [getattr(output, "value", output) for output in side()] for name, side in sides.items()}
        meant = outputs["inline"]
        for name, made in outputs.items():
            if made != meant:
                raise RuntimeError(f"{name} gives {made[:5]!s:.200}…, and inline {meant[:5]!s:.200}…")


def slower(times: Times, library: str, engine: str) -> str:
    """Return how many times an engine's time a library takes."""
    ratios = [theirs / ours for theirs, ours in zip(times[library], times[engine], strict=True)]
    low, median, high = statistics.quantiles(ratios, n=4)
    return f"{median:.1f} times {engine} ({low:.1f}-{high:.1f})"


def compared(turns: int, count: int) -> Iterator[Row]:
    """Run the engines and the libraries that are here, in turns."""
    values = LIGHT.values(count)
    here = {name: row for name, row in LIBRARIES.items() if installed(row[0])}
    with deploy(LIGHT.pipeline, ENGINES["inline"]()) as inline, deploy(LIGHT.pipeline, ENGINES["threads"]()) as threads:
        sides = {"inline": sent(inline, values), "threads": sent(threads, values)}
        sides |= {name: make(values) for name, (_, _, make) in here.items()}
        require_agreement(sides)
        times = in_turns(sides, turns, warming=2)
    for name, (package, engine, _) in LIBRARIES.items():
        titled = name.replace(package, f"{package} {installed(package) or '(not installed)'}", 1)
        if name not in here:
            yield f"three light stages, {titled}", "it is not installed here", f"{engine}; it is to be behind"
            continue
        yield (
            f"three light stages, {titled}",
            f"{each(times, name, count)} an item, {slower(times, name, engine)}",
            f"{engine} {each(times, engine, count)}; the library is to be behind",
        )


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    return list(compared(2, 100) if quick else compared(TURNS, SLICE))


if __name__ == "__main__":
    run_alone(__doc__, rows)
