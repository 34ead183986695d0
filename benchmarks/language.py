"""How fast compiled machines are, against what an expert would write by hand.

The machines are those of ``sm_toolkit/examples/counter.py``, and each has a function written by hand for just that
machine. Both sides of a row run in turns on the same inputs in one process, and what is counted is the processor's
time in it, so that other processes count on neither side. What is compared is the ratio within a turn; the table
gives medians over the turns, and the range of the middle half of the ratios.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.tables import Row, run_alone
from sm_toolkit.examples import counter
from sm_toolkit.language.compiler import compile_machine
from sm_toolkit.language.errors import LimitError, StepError, TextError
from sm_toolkit.language.inference import erase
from sm_toolkit.language.interpreter import run_term
from sm_toolkit.language.text import read_text, show_text
from sm_toolkit.language.types import Left, Right

INPUTS = 4_000
TURNS = 101
WARMING = 10
"""Turns that are not counted: Python rewrites what it runs often."""

TARGET = 1.2
"""What of the time by hand a compiled step may take at most."""

# -- by hand: count_v1 ------------------------------------------------------------------------------------

COUNTED_1: Any = Right(None)


def count_v1(x: Any, s: int) -> tuple[Any, int]:
    if x.__class__ is Left:
        return Left(s), s
    return COUNTED_1, s + 1


def count_v1_loop(xs: list[Any], s: int) -> tuple[list[Any], int]:
    outputs: list[Any] = []
    append = outputs.append
    for x in xs:
        if x.__class__ is Left:
            append(Left(s))
        else:
            append(COUNTED_1)
            s += 1
    return outputs, s


# -- by hand: count_v3 ------------------------------------------------------------------------------------

TOGGLED_3: Any = Left(None)
RESET_3: Any = Right(Left(None))
COUNTED_3: Any = Right(Right(Right(None)))
START = (0, False)


def count_v3(x: Any, s: tuple[int, bool]) -> tuple[Any, tuple[int, bool]]:
    if x.__class__ is Left:
        count, down = s
        return TOGGLED_3, (count, not down)
    x = x.value
    if x.__class__ is Left:
        return RESET_3, START
    if x.value.__class__ is Left:
        return Right(Right(Left(s[0]))), s
    count, down = s
    if down:
        return COUNTED_3, (count - 1, True)
    return COUNTED_3, (count + 1, False)


def count_v3_loop(xs: list[Any], s: tuple[int, bool]) -> tuple[list[Any], tuple[int, bool]]:
    outputs: list[Any] = []
    append = outputs.append
    count, down = s
    for x in xs:
        if x.__class__ is Left:
            down = not down
            append(TOGGLED_3)
            continue
        x = x.value
        if x.__class__ is Left:
            count, down = START
            append(RESET_3)
        elif x.value.__class__ is Left:
            append(Right(Right(Left(count))))
        else:
            if down:
                count -= 1
            else:
                count += 1
            append(COUNTED_3)
    return outputs, (count, down)


# -- by hand: counter_v1, which is count_v1 on text -------------------------------------------------------


def spells_left(text: str) -> bool:
    """Parse an unusual spelling, within the limits."""
    try:
        return read_text(text, counter.input_v1).__class__ is Left
    except (TextError, LimitError) as error:
        raise StepError(str(error)) from None


def show_left(n: int) -> str:
    """Write a negative or a huge integer, within the limits."""
    try:
        return show_text(Left(n))
    except LimitError as error:
        raise StepError(str(error)) from None


def counter_v1(text: str, s: int) -> tuple[str, int]:
    if text == "Left ()" or (text != "Right ()" and spells_left(text)):
        return f"Left {s}" if 0 <= s < 2**64 else show_left(s), s
    return "Right ()", s + 1


def counter_v1_loop(texts: list[str], s: int) -> tuple[list[Any], int]:
    outputs: list[Any] = []
    append = outputs.append
    for text in texts:
        try:
            if text == "Left ()" or (text != "Right ()" and spells_left(text)):
                append(f"Left {s}" if 0 <= s < 2**64 else show_left(s))
            else:
                append("Right ()")
                s += 1
        except StepError as error:
            append(error)
    return outputs, s


# -- what is compared -------------------------------------------------------------------------------------

Run = Callable[[Any, Any], tuple[Any, Any]]


@dataclass(frozen=True)
class Comparison:
    """A machine's compiled form and its baseline; ``inputs`` makes them anew (a text is hashed once in its life)."""

    by_hand: Run
    compiled: Run
    inputs: Callable[[], list[Any]]
    state: Any
    batch: bool = False

    @property
    def name(self) -> str:
        name = self.by_hand.__name__.removesuffix("_loop")
        return f"{name}, a batch of {INPUTS:,}" if self.batch else f"{name}, a step"


def comparisons() -> list[Comparison]:
    read: Any = Left(None)
    increment: Any = Right(None)
    toggle, reset = read, Right(read)
    read_3, increment_3 = Right(Right(read)), Right(Right(increment))
    one = [increment, read, increment, increment] * (INPUTS // 4)
    three = [increment_3, read_3, toggle, increment_3, read_3, toggle, reset, increment_3] * (INPUTS // 8)
    spelled = [b"Right ()", b"Left ()", b"Right ()", b"Right ()"] * (INPUTS // 4)

    def texts() -> list[Any]:
        return [raw.decode() for raw in spelled]

    v1, v3, text = map(compile_machine, (counter.count_v1, counter.count_v3, counter.counter_v1))
    return [
        Comparison(count_v1, v1.step, lambda: one, 0),
        Comparison(count_v3, v3.step, lambda: three, START),
        Comparison(counter_v1, text.step, texts, 0),
        Comparison(count_v1_loop, v1.batch, lambda: one, 0, batch=True),
        Comparison(count_v3_loop, v3.batch, lambda: three, START, batch=True),
        Comparison(counter_v1_loop, text.batch, texts, 0, batch=True),
    ]


def require_agreement(comparison: Comparison) -> None:
    """Both sides must do the same, or the comparison says nothing.

    Raises:
        RuntimeError: they do not.
    """
    xs, s = comparison.inputs(), comparison.state
    for x in [xs] if comparison.batch else xs:
        by_hand, compiled = comparison.by_hand(x, s), comparison.compiled(x, s)
        if by_hand != compiled:
            raise RuntimeError(f"{comparison.name}: {by_hand} by hand is not {compiled}")
        _, s = compiled


# -- the measurement --------------------------------------------------------------------------------------


def timed_steps(step: Run, xs: list[Any], s: Any) -> float:
    """Return the processor's nanoseconds an input."""
    start = time.process_time_ns()
    for x in xs:
        _, s = step(x, s)
    return (time.process_time_ns() - start) / len(xs)


def timed_batch(batch: Run, xs: list[Any], s: Any) -> float:
    """Return the processor's nanoseconds an input."""
    start = time.process_time_ns()
    batch(xs, s)
    return (time.process_time_ns() - start) / len(xs)


def measured(comparison: Comparison, turns: int) -> Row:
    timed = timed_batch if comparison.batch else timed_steps
    hand: list[float] = []
    compiled: list[float] = []
    sides = [(comparison.by_hand, hand), (comparison.compiled, compiled)]
    for _ in range(WARMING + turns):
        sides.reverse()  # neither is always the first
        for run, times in sides:
            times.append(timed(run, comparison.inputs(), comparison.state))
    del hand[:WARMING], compiled[:WARMING]
    ratios = [after / before for before, after in zip(hand, compiled, strict=True)]
    low, median, high = statistics.quantiles(ratios, n=4)
    return (
        comparison.name,
        f"{statistics.median(compiled):.0f} ns an input, {median:.2f} of by hand ({low:.2f}-{high:.2f})",
        f"{comparison.by_hand.__name__}() by hand {statistics.median(hand):.0f} ns; "
        + ("for information" if comparison.batch else f"at most {TARGET} of it"),
    )


def interpreted(turns: int) -> Row:
    """How long a step takes in the interpreter, which defines what terms mean and need not be fast."""
    term = erase(counter.count_v1)
    xs = [Right(None), Left(None)] * 50
    took = [timed_steps(lambda x, s: run_term(term, x, s), xs, 0) for _ in range(turns)]
    return "count_v1, a step interpreted", f"{statistics.median(took):,.0f} ns an input", "none; for information"


def rows(quick: bool = False) -> list[Row]:
    """Return what was measured, the figure, and what it is held against."""
    turns = 3 if quick else TURNS
    compared = comparisons()
    for comparison in compared:
        require_agreement(comparison)
    return [*(measured(comparison, turns) for comparison in compared), interpreted(turns)]


if __name__ == "__main__":
    run_alone(__doc__, rows)
