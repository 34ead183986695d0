"""How fast compiled machines are, against what an expert would write by hand: `python -m benchmarks.language`.

Every baseline is in this file. Both sides of a line run in turns on the same inputs in one process; a line gives
the median of the ratios of the turns, which a busy machine disturbs least. Nothing here is asserted.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sm_toolkit.language import (
    Left,
    LimitError,
    Machine,
    Right,
    StepError,
    TextError,
    case,
    const,
    fst,
    get,
    ident,
    if_,
    incr,
    not_,
    put,
    read,
    read_text,
    second,
    show,
    show_text,
    snd,
)
from sm_toolkit.language.compiler import compile_machine
from sm_toolkit.language.inference import elaborated
from sm_toolkit.language.interpreter import run_term

INPUTS = 4_000
TURNS = 101

# -- the machines -----------------------------------------------------------------------------------------

COUNTER_V1: Machine[int, Any, Any] = get() | get() >> incr >> put()
COUNTER_V3: Machine[tuple[int, bool], Any, Any] = case(
    get() >> second(not_) >> put(),  # toggle
    const((0, True)) >> put(),  # reset
    get() >> fst(),  # read
    get() >> (if_(incr, ident()) & snd()) >> put(),  # count, if it is on
)
COUNTER_V1_TEXT: Machine[int, str, str] = read() >> COUNTER_V1 >> show()

# -- the same by hand -------------------------------------------------------------------------------------

COUNTED: Any = Right(None)


def counter_v1(x: Any, s: int) -> tuple[Any, int]:
    if x.__class__ is Left:
        return Left(s), s
    return COUNTED, s + 1


def counter_v1_loop(xs: list[Any], s: int) -> tuple[list[Any], int]:
    outputs: list[Any] = []
    append = outputs.append
    for x in xs:
        if x.__class__ is Left:
            append(Left(s))
        else:
            append(COUNTED)
            s += 1
    return outputs, s


TOGGLED_3: Any = Left(None)
RESET_3: Any = Right(Left(None))
COUNTED_3: Any = Right(Right(Right(None)))
START = (0, True)


def counter_v3(x: Any, s: tuple[int, bool]) -> tuple[Any, tuple[int, bool]]:
    if x.__class__ is Left:
        count, on = s
        return TOGGLED_3, (count, not on)
    x = x.value
    if x.__class__ is Left:
        return RESET_3, START
    if x.value.__class__ is Left:
        return Right(Right(Left(s[0]))), s
    count, on = s
    if on:
        return COUNTED_3, (count + 1, True)
    return COUNTED_3, s


def counter_v3_loop(xs: list[Any], s: tuple[int, bool]) -> tuple[list[Any], tuple[int, bool]]:
    outputs: list[Any] = []
    append = outputs.append
    count, on = s
    for x in xs:
        if x.__class__ is Left:
            on = not on
            append(TOGGLED_3)
            continue
        x = x.value
        if x.__class__ is Left:
            count, on = START
            append(RESET_3)
        elif x.value.__class__ is Left:
            append(Right(Right(Left(count))))
        else:
            if on:
                count += 1
            append(COUNTED_3)
    return outputs, (count, on)


INPUT_TYPE = elaborated(COUNTER_V1).scheme.input
LARGE = 2**64


def spells_left(text: str) -> bool:
    """Parse an unusual spelling, within the limits."""
    try:
        return read_text(text, INPUT_TYPE).__class__ is Left
    except (TextError, LimitError) as error:
        raise StepError(str(error)) from None


def show_left(n: int) -> str:
    """Write a negative or a huge integer, within the limits."""
    try:
        return show_text(Left(n))
    except LimitError as error:
        raise StepError(str(error)) from None


def counter_v1_text(text: str, s: int) -> tuple[str, int]:
    if text == "Left ()" or (text != "Right ()" and spells_left(text)):
        return f"Left {s}" if 0 <= s < LARGE else show_left(s), s
    return "Right ()", s + 1


def counter_v1_text_loop(texts: list[str], s: int) -> tuple[list[Any], int]:
    outputs: list[Any] = []
    append = outputs.append
    for text in texts:
        try:
            if text == "Left ()" or (text != "Right ()" and spells_left(text)):
                append(f"Left {s}" if 0 <= s < LARGE else show_left(s))
            else:
                append("Right ()")
                s += 1
        except StepError as error:
            append(error)
    return outputs, s


# -- the measurement --------------------------------------------------------------------------------------

Step = Callable[[Any, Any], tuple[Any, Any]]


@dataclass(frozen=True)
class Line:
    """One comparison; ``inputs`` makes the inputs anew for each turn (a text is hashed once in its life)."""

    name: str
    state: Any
    inputs: Callable[[], list[Any]]
    by_hand: Step
    compiled: Step
    batch: bool


def by_step(step: Step, xs: list[Any], s: Any) -> float:
    start = time.perf_counter()
    for x in xs:
        _, s = step(x, s)
    return (time.perf_counter() - start) / len(xs) * 1e9


def by_batch(batch: Step, xs: list[Any], s: Any) -> float:
    start = time.perf_counter()
    batch(xs, s)
    return (time.perf_counter() - start) / len(xs) * 1e9


def measure(line: Line, turns: int) -> tuple[float, float, float]:
    """Return ns an input by hand, ns an input compiled, and the ratio: medians over the turns."""
    run = by_batch if line.batch else by_step
    times: dict[Step, list[float]] = {line.by_hand: [], line.compiled: []}
    for turn in range(turns + 10):
        pair = (line.by_hand, line.compiled) if turn % 2 else (line.compiled, line.by_hand)
        for side in pair:
            took = run(side, line.inputs(), line.state)
            if turn >= 10:  # the first turns warm the interpreter up
                times[side].append(took)
    hand, compiled = times[line.by_hand], times[line.compiled]
    ratio = statistics.median(b / a for a, b in zip(hand, compiled, strict=True))
    return statistics.median(hand), statistics.median(compiled), ratio


def lines() -> list[Line]:
    left: Any = Left(None)
    right: Any = Right(None)
    reads, counts = Right(Right(left)), Right(Right(right))
    one = [right, left, right, right] * (INPUTS // 4)
    three = [counts, reads, left, counts, reads, left, Right(left), counts] * (INPUTS // 8)
    spelled = [b"Right ()", b"Left ()", b"Right ()", b"Right ()"] * (INPUTS // 4)
    v1, v3, text = compile_machine(COUNTER_V1), compile_machine(COUNTER_V3), compile_machine(COUNTER_V1_TEXT)

    def texts() -> list[Any]:
        return [raw.decode() for raw in spelled]

    return [
        Line("counter v1, step", 0, lambda: one, counter_v1, v1.step, False),
        Line("counter v1, batch", 0, lambda: one, counter_v1_loop, v1.batch, True),
        Line("counter v3, step", (0, True), lambda: three, counter_v3, v3.step, False),
        Line("counter v3, batch", (0, True), lambda: three, counter_v3_loop, v3.batch, True),
        Line("counter v1 on text, step", 0, texts, counter_v1_text, text.step, False),
        Line("counter v1 on text, batch", 0, texts, counter_v1_text_loop, text.batch, True),
    ]


def agree(line: Line) -> None:
    """Both sides must do the same, or the comparison says nothing."""
    xs = line.inputs()
    if line.batch:
        assert line.by_hand(xs, line.state) == line.compiled(xs, line.state), line.name
        return
    s = line.state
    for x in xs:
        assert line.by_hand(x, s) == line.compiled(x, s), line.name
        _, s = line.compiled(x, s)


def main(turns: int = TURNS) -> None:
    print(f"Python {sys.version.split()[0]}, {turns} turns of {INPUTS:,} inputs, medians")
    print(f"{'':<28}{'by hand':>10}{'compiled':>10}{'ratio':>8}")
    for line in lines():
        agree(line)
        hand, compiled, ratio = measure(line, turns)
        print(f"{line.name:<28}{hand:>7.0f} ns{compiled:>7.0f} ns{ratio:>8.2f}", flush=True)
    term = elaborated(COUNTER_V1).term
    took = by_step(lambda x, s: run_term(term, x, s), [Right(None), Left(None)] * 500, 0)
    print(f"{'counter v1, interpreted':<28}{'':>10}{took:>7.0f} ns")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
