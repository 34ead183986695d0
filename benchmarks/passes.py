"""How long what happens before a machine runs takes: inference, compilation, bytes and hashes, a node of the term.

The terms have about 100,000 nodes each, and are of three kinds: a chain of counters that read and show text (much
code comes of it), a chain that takes pairs apart and puts them together, and a tree of fan-outs. What is counted is
the processor's time, the garbage collector's included, and the least of some runs is told: these passes run
once for each machine, and whatever else the machine does can only make them longer. There is nothing to hold
them against but the bound. Memory is what Python has allocated for a decoded term, by ``tracemalloc``.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from benchmarks.tables import Row, run_alone
from sm_toolkit.examples.counter import counter_v1
from sm_toolkit.language.checking.inference import elaborate, infer
from sm_toolkit.language.compiler import compile_typed
from sm_toolkit.language.encoding.canonical import decode_term, encode_term, hash_machine
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import size
from sm_toolkit.language.vocabulary.combinators import copy, decr, first, fst, incr, second, snd

RUNS = 5
BOUNDS = {"inferred": 2.0, "compiled": 20.0}
"""Microseconds a node, at most."""

MOST_MEMORY = 40
"""Megabytes for a decoded term of 100,000 nodes, at most."""


def terms() -> dict[str, Machine[Any, Any, Any]]:
    """The terms, by what they are."""
    tree: Machine[Any, Any, Any] = incr
    while size(tree.term) < 60_000:
        tree = (tree & tree) >> fst()
    turn = [copy(), first(incr), fst() & snd(), second(decr), fst()]
    return {
        "counters": counter_v1.then(*[counter_v1] * 12_499),
        "pairs": incr.then(*turn * 11_111),
        "fan-outs": tree,
    }


def took(run: Callable[[], object], runs: int) -> float:
    """Return the processor's seconds of the quickest of some runs."""
    times = []
    for _ in range(runs):
        gc.collect()
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def megabytes(run: Callable[[], object]) -> float:
    """Return how much memory what a run makes takes."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = run()
        after = tracemalloc.get_traced_memory()[0]
        del kept
    finally:
        tracemalloc.stop()
    return (after - before) / 1e6


def measured(name: str, machine: Machine[Any, Any, Any], runs: int) -> list[Row]:
    """Measure all passes on one term."""
    nodes = size(machine.term)
    typed = elaborate(machine)
    data = encode_term(typed.term)
    passes: dict[str, Callable[[], object]] = {
        "inferred": lambda: infer(machine),
        "elaborated": lambda: elaborate(machine),
        "compiled": lambda: compile_typed(typed),
        "encoded": lambda: encode_term(typed.term),
        "decoded": lambda: decode_term(data),
        "hashed": lambda: hash_machine(Machine(machine.term)),
    }
    made: list[Row] = []
    for what, run in passes.items():
        bound = BOUNDS.get(what)
        held = "none; for information" if bound is None else f"none; at most {bound:g} µs"
        made.append((f"{nodes:,} nodes of {name}, {what}", f"{took(run, runs) / nodes * 1e6:.2f} µs a node", held))
    kept = f"{megabytes(passes['decoded']):.1f} MB, from {len(data) / nodes:.1f} bytes a node"
    return [*made, (f"{nodes:,} nodes of {name}, in memory", kept, f"none; at most {MOST_MEMORY} MB")]


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    return [row for name, machine in terms().items() for row in measured(name, machine, 1 if quick else RUNS)]


if __name__ == "__main__":
    run_alone(__doc__, rows)
