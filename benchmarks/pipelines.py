"""How many items a second go through a pipeline of three stages, against nested generators, and engine against engine.

The pipelines and the generators of an expert are those of ``benchmarks/three_stages.py``: light stages, in which
handing on is most of the work, and a token bucket. The generators keep the same limits and pass failures on, and
before anything is measured both sides have to agree on all inputs, and on some that are wrong. There are two ways in:
values go in and come out of ``Deployment.map``, as with the generators; or as items, each of which says whom its answer
is for, by ``Deployment.send``, with the answers taken after each slice. The items are there beforehand, as the values
are.

A million items go through each, in slices of 20,000: so that how a slice begins and ends counts for little, as in a
stream; what it costs where slices are short is told by a row of its own. All sides of a row run in turns, a slice each,
on the same values in one process, and what is counted is the
processor's time in it, that of all its threads together. With threads that leaves out only what nobody does: where
other work is on the machine, a clock on the wall would count that too. Of processes only a clock can tell,
and the least of its times are the ones that nothing disturbed. What is compared is the ratio within a turn; the
table gives medians over the turns, and the range of the middle half of the ratios. Garbage is collected before each
slice, not in it, and what a slice made is let go after it.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from typing import Any

from benchmarks.tables import Row, run_alone
from benchmarks.three_stages import LIGHT, SUBJECTS, Chain, Subject, light_bare
from sm_toolkit.deploying import Deployment, deploy
from sm_toolkit.engines import inline, threads
from sm_toolkit.language.errors import StepError
from sm_toolkit.pipeline.messages import Failed, Item
from sm_toolkit.pipeline.ports import Engine

ITEMS = 1_000_000
SLICE = 20_000
SHORT = 2_000
WARMING = 5
"""Turns that are not counted."""

INLINE = 1.5
"""What of the generators' time the inline engine may take at most."""
THREADS = 1.4
"""What of the inline engine's time threads may take at most."""
METRICS = 1.05
"""What of the time without metrics the same engine may take with them."""
PAIRS = 30

Side = Callable[[], Any]
"""Takes one slice through."""


def generated(chain_: Chain, values: list[Any]) -> Side:
    """Return what takes slices through generators, which go on from one to the next."""
    made = chain_(chain.from_iterable(iter(lambda: values, None)))
    return lambda: list(islice(made, len(values)))


def sent(deployment: Deployment[Any, Any], values: list[Any]) -> Side:
    """Return what takes slices through a deployment."""
    items = [Item(value) for value in values]

    def side() -> Any:
        deployment.send(*items)
        return deployment.answers()

    return side


def mapped(deployment: Deployment[Any, Any], values: list[Any]) -> Side:
    """Return what takes slices through a deployment as bare values."""
    return lambda: deployment.map(values)


def require_agreement(subject: Subject, engine: Engine) -> None:
    """Both sides must do the same, or the comparison says nothing.

    Raises:
        RuntimeError: they do not.
    """
    values = [*subject.values(1000), *subject.wrong, *subject.values(1000)]
    with deploy(subject.pipeline, engine) as deployment:
        ours = sent(deployment, values)()
    with deploy(subject.pipeline, engine) as deployment:
        bare = mapped(deployment, values)()
    theirs = list(subject.by_hand(values))
    for x, our, plain, their in zip(values, ours, bare, theirs, strict=True):
        failed = isinstance(our, Failed)
        if not (isinstance(their, StepError) and plain == our if failed else our.value == plain == their):
            raise RuntimeError(f"{subject.name}: for {x!r:.80} there is {our!s:.200}, and by hand {their!s:.200}")


def timed(side: Side, clock: Callable[[], int]) -> float:
    gc.collect()
    gc.disable()
    start = clock()
    made = side()
    took = clock() - start
    del made
    gc.enable()
    return took


Times = dict[str, list[float]]


def in_turns(
    sides: dict[str, Side], turns: int, clock: Callable[[], int] = time.process_time_ns, warming: int = WARMING
) -> Times:
    """Run sides in turns, none always first; return the nanoseconds of a slice of each, by turns."""
    times: Times = {name: [] for name in sides}
    gc.collect()
    gc.freeze()  # or else each collection between the slices looks at all that the process has
    for turn in range(warming + turns):
        for name in list(sides)[:: 1 if turn % 2 else -1]:
            times[name].append(timed(sides[name], clock))
    gc.unfreeze()
    return {name: each[warming:] for name, each in times.items()}


def ratio(times: Times, compared: str, baseline: str) -> tuple[float, str]:
    """Return the median of the ratios within the turns, and that with the range of their middle half."""
    ratios = [after / before for before, after in zip(times[baseline], times[compared], strict=True)]
    low, median, high = statistics.quantiles(ratios, n=4)
    return median, f"{median:.2f} of {baseline} ({low:.2f}-{high:.2f})"


def each(times: Times, name: str, count: int) -> str:
    return f"{statistics.median(times[name]) / count:.0f} ns"


def throughput(subject: Subject, turns: int, count: int) -> Iterator[Row]:
    """Compare inline with generators, and threads with inline."""
    values = subject.values(count)
    engines: dict[str, Engine] = {"inline": inline(), "threads": threads()}
    for engine in engines.values():
        require_agreement(subject, engine)
    with ExitStack() as open_:
        deployments = {name: open_.enter_context(deploy(subject.pipeline, engine)) for name, engine in engines.items()}
        sides = {"generators": generated(subject.by_hand, values)}
        if subject is LIGHT:
            sides["bare generators"] = generated(light_bare, values)
        sides |= {name: mapped(deployment, values) for name, deployment in deployments.items()}
        sides |= {f"{name}, as items": sent(deployment, values) for name, deployment in deployments.items()}
        times = in_turns(sides, turns)
    for way in ("", ", as items"):
        for compared, baseline, bound in (("inline", "generators", INLINE), ("threads", f"inline{way}", THREADS)):
            against = f"{subject.by_hand.__name__}()" if baseline == "generators" else baseline
            yield (
                f"{subject.name}, {compared}{way}",
                f"{each(times, compared + way, count)} an item, {ratio(times, compared + way, baseline)[1]}",
                f"{against} {each(times, baseline, count)}; at most {bound:.2f} of it",
            )
    if subject is LIGHT:
        yield (
            f"{subject.name}, inline beside bare generators",
            f"{each(times, 'inline', count)} an item, {ratio(times, 'inline', 'bare generators')[1]}",
            f"{light_bare.__name__}() {each(times, 'bare generators', count)}, without checks and limits; "
            "for information",
        )


def short(turns: int, count: int) -> Row:
    """Compare threads with inline where each slice is short, so that the stages stop and start again and again."""
    values = LIGHT.values(count)
    with deploy(LIGHT.pipeline, inline()) as one, deploy(LIGHT.pipeline, threads()) as other:
        times = in_turns({"inline": mapped(one, values), "threads": mapped(other, values)}, turns)
    return (
        f"{LIGHT.name}, threads, in short slices",
        f"{each(times, 'threads', count)} an item, {ratio(times, 'threads', 'inline')[1]}",
        f"inline {each(times, 'inline', count)}, both in slices of {count:,}; for information",
    )


def metrics(pairs: int, count: int) -> Iterator[Row]:
    """Compare each engine with itself without metrics."""
    values = LIGHT.values(count)
    made: dict[str, Callable[[bool], Engine]] = {
        "inline": lambda on: inline(metrics=on),
        "threads": lambda on: threads(metrics=on),
    }
    for name, engine in made.items():
        with deploy(LIGHT.pipeline, engine(False)) as without, deploy(LIGHT.pipeline, engine(True)) as with_:
            times = in_turns({"without": sent(without, values), "with": sent(with_, values)}, pairs)
        yield (
            f"metrics, {name}",
            f"{each(times, 'with', count)} an item, {ratio(times, 'with', 'without')[1]}",
            f"{name}(metrics=False) {each(times, 'without', count)}; at most {METRICS:.2f} of it",
        )


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    turns, count = (2, 100) if quick else (ITEMS // SLICE, SLICE)
    made = [row for subject in SUBJECTS for row in throughput(subject, turns, count)]
    made.append(short(2, 10) if quick else short(ITEMS // SHORT, SHORT))
    return [*made, *metrics(2 if quick else PAIRS, 100 if quick else SLICE)]


if __name__ == "__main__":
    run_alone(__doc__, rows)
