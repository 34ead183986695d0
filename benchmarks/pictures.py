"""How long a machine takes to be drawn: from a term that nobody has looked at to the text of its picture.

Machines of about 500 and of about 5,000 nodes, of kinds that strain a layout in different ways: a chain, counters one
after another (each with a choice, and reads and writes of the state), a choice of many, a tree of fan-outs, and one in
which a die says what comes next. Types are inferred anew, the picture is laid out and written as SVG. What is kept
from one picture to the next is thrown away before each. What is counted is the processor's time, and the least of some
runs is told. There is nothing to hold them against but the bound, which is for the 500; such a machine, and more so one
of 5,000, is folded to what is readable, so it is told how much is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Any

from benchmarks.tables import Row, run_alone
from sm_toolkit.examples.counter import counter_v1
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import size
from sm_toolkit.language.vocabulary.combinators import consume, fan_in, get, incr, put
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.pictures import machine_layout, machine_measures, metrics
from sm_toolkit.notebook.pictures.picture import Picture

RUNS = 5
MOST = {500: 300}
"""Milliseconds that a machine of so many nodes takes at most."""

AnyMachine = Machine[Any, Any, Any]


def machines(nodes: int) -> dict[str, AnyMachine]:
    """Return machines of about so many nodes, by what they are."""
    count = get() >> incr >> put()
    return {
        "a chain": incr.then(*[incr] * (nodes - 2)),
        "counters": counter_v1.then(*[counter_v1] * (nodes // size(counter_v1.term))),
        "a choice of many": grown(count, nodes, lambda machine: fan_in(count, machine)),
        "a tree": grown(count, nodes * 2 // 3, lambda machine: machine & machine),
        "some of each": mixed(nodes),
    }


def grown(machine: AnyMachine, nodes: int, turn: Callable[[AnyMachine], AnyMachine]) -> AnyMachine:
    """Return what becomes of a machine, turn by turn, when it has so many nodes."""
    while size(machine.term) < nodes:
        machine = turn(machine)
    return machine


def mixed(nodes: int) -> AnyMachine:
    """Return chains, fan-outs and choices in one another, as a die says."""
    random = Random(nodes)
    count = consume() >> get() >> incr >> put()
    parts: list[AnyMachine] = [count, count & count, counter_v1 >> consume(), fan_in(count, count)]

    def one(machine: AnyMachine) -> AnyMachine:
        """Return the machine with one more part, after it or beside it; all of them give Unit."""
        part = parts[random.randrange(2)]
        return random.choice([machine >> part, (machine & part) >> consume(), part >> consume() >> machine])

    return grown(count, nodes, lambda machine: one(machine) >> consume())


def drawn(machine: AnyMachine) -> tuple[float, Picture]:
    """Return the processor's seconds that a picture takes, and the picture."""
    for kept in (machine_layout.row_layout, machine_measures.value_chip, metrics.text_width):
        kept.cache_clear()
    fresh: AnyMachine = Machine(machine.term)
    start = time.process_time()
    picture = draw(fresh)
    assert picture.svg
    return time.process_time() - start, picture


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    made: list[Row] = []
    for nodes in (500, 5_000):
        for name, machine in machines(nodes).items():
            times = [drawn(machine) for _ in range(1 if quick else RUNS)]
            seconds, picture = min(times, key=lambda each: each[0])
            boxes = sum(node.kind == "operation" for node in picture.graph.nodes)
            shown = f"{boxes} boxes on {picture.scene.width:.0f} × {picture.scene.height:.0f} pt"
            bound = f"none; at most {MOST[nodes]} ms" if nodes in MOST else "none; for information"
            made.append((f"{size(machine.term):,} nodes, {name}", f"{seconds * 1000:.0f} ms, {shown}", bound))
    return made


if __name__ == "__main__":
    run_alone(__doc__, rows)
