"""What an expert writes by hand for one machine: a function for a step, and one for a batch. Nothing is measured here.

Each does what its machine does, on every value of the machine's types: it gives the same outputs and states, parses the
same texts, keeps the same limits, and fails with the same errors. Beyond that it does as little as it can: constants
are shared, nothing is made that is not given back, and a limit is asked only where a number may have grown, by a
comparison with a number of one digit (Python's digits have 30 bits: such comparisons it has made quick).
"""

from __future__ import annotations

from itertools import repeat
from typing import Any

from sm_toolkit.examples import counter
from sm_toolkit.examples.bank import FEE
from sm_toolkit.examples.token_bucket import CAPACITY, RATE
from sm_toolkit.language.data.types import Left, Right
from sm_toolkit.language.errors import LimitError, StepError, TextError
from sm_toolkit.language.limits import DEFAULT_LIMITS
from sm_toolkit.language.primitives import PRIMITIVES
from sm_toolkit.language.text import read_text, show_text

ONE_DIGIT = 2**30 - 1

add, sub, mul = (PRIMITIVES[name].function() for name in ("add", "sub", "mul"))
"""What numbers of more than one digit go through: within the limits, or the step fails."""

# -- count_v1 ---------------------------------------------------------------------------------------------

COUNTED_1: Any = Right(None)


def count_v1(x: Any, s: int) -> tuple[Any, int]:
    if x.__class__ is Left:
        return Left(s), s
    after = s + 1
    return COUNTED_1, after if after <= ONE_DIGIT else add(s, 1)


def count_v1_loop(xs: list[Any], s: int) -> tuple[list[Any], int]:
    outputs: list[Any] = []
    append = outputs.append
    for x in xs:
        try:
            if x.__class__ is Left:
                append(Left(s))
            else:
                after = s + 1
                s = after if after <= ONE_DIGIT else add(s, 1)
                append(COUNTED_1)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


# -- count_v3 ---------------------------------------------------------------------------------------------

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
        after = count - 1
        return COUNTED_3, (after if after >= -ONE_DIGIT else sub(count, 1), True)
    after = count + 1
    return COUNTED_3, (after if after <= ONE_DIGIT else add(count, 1), False)


def count_v3_loop(xs: list[Any], s: tuple[int, bool]) -> tuple[list[Any], tuple[int, bool]]:
    outputs: list[Any] = []
    append = outputs.append
    count, down = s
    for x in xs:
        try:
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
                    after = count - 1
                    count = after if after >= -ONE_DIGIT else sub(count, 1)
                else:
                    after = count + 1
                    count = after if after <= ONE_DIGIT else add(count, 1)
                append(COUNTED_3)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, (count, down)


# -- counter_v1, which is count_v1 on text ----------------------------------------------------------------


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
    after = s + 1
    return "Right ()", after if after <= ONE_DIGIT else add(s, 1)


def counter_v1_loop(texts: list[str], s: int) -> tuple[list[Any], int]:
    outputs: list[Any] = []
    append = outputs.append
    for text in texts:
        try:
            if text == "Left ()" or (text != "Right ()" and spells_left(text)):
                append(f"Left {s}" if 0 <= s < 2**64 else show_left(s))
            else:
                after = s + 1
                s = after if after <= ONE_DIGIT else add(s, 1)
                append("Right ()")
        except StepError as error:
            append(error)
    return outputs, s


# -- bank -------------------------------------------------------------------------------------------------

REFUSED: Any = Left(None)
DONE: Any = Right(Left(None))


def bank(x: Any, s: int) -> tuple[Any, int]:
    if x.__class__ is Left:
        amount = x.value
        if amount > 0:
            after = s + amount
            return DONE, after if after <= ONE_DIGIT else add(s, amount)
        return REFUSED, s
    x = x.value
    if x.__class__ is Left:
        amount = x.value
        if 0 < amount <= s:
            return DONE, s - amount
        return REFUSED, s
    if x.value.__class__ is Left:
        return DONE, s - FEE if s > FEE else 0
    return Right(Right(s)), s


def bank_loop(xs: list[Any], s: int) -> tuple[list[Any], int]:
    outputs: list[Any] = []
    append = outputs.append
    for x in xs:
        try:
            if x.__class__ is Left:
                amount = x.value
                if amount > 0:
                    after = s + amount
                    s = after if after <= ONE_DIGIT else add(s, amount)
                    append(DONE)
                else:
                    append(REFUSED)
                continue
            x = x.value
            if x.__class__ is Left:
                amount = x.value
                if 0 < amount <= s:
                    s -= amount
                    append(DONE)
                else:
                    append(REFUSED)
            elif x.value.__class__ is Left:
                s = s - FEE if s > FEE else 0
                append(DONE)
            else:
                append(Right(Right(s)))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


# -- token_bucket -----------------------------------------------------------------------------------------

GIVEN: Any = Left(True)
NOT_GIVEN: Any = Left(False)


def gained(tokens: int, time: int, last: int) -> Any:
    """Add what is gained in a long time, within the limits."""
    return add(tokens, mul(sub(time, last), RATE))


def capped(tokens: int) -> Any:
    """Take no more than there may be of a huge number, if that is within the limits."""
    return min(add(tokens, 0), CAPACITY)


def token_bucket(x: Any, s: tuple[int, int]) -> tuple[Any, tuple[int, int]]:
    tokens, last = s
    if x.__class__ is Left:
        time, wanted = x.value
        if time > last:
            elapsed = time - last
            tokens = tokens + elapsed * RATE if elapsed <= ONE_DIGIT else gained(tokens, time, last)
            last = time
        if tokens > CAPACITY:
            tokens = CAPACITY if tokens <= ONE_DIGIT else capped(tokens)
        if 0 <= wanted <= tokens:
            return GIVEN, (tokens - wanted, last)
        return NOT_GIVEN, s
    time = x.value
    if time > last:
        elapsed = time - last
        tokens = tokens + elapsed * RATE if elapsed <= ONE_DIGIT else gained(tokens, time, last)
    if tokens > CAPACITY:
        tokens = CAPACITY if tokens <= ONE_DIGIT else capped(tokens)
    return Right(tokens), s


def token_bucket_loop(xs: list[Any], s: tuple[int, int]) -> tuple[list[Any], tuple[int, int]]:
    outputs: list[Any] = []
    append = outputs.append
    tokens, last = s
    for x in xs:
        try:
            if x.__class__ is Left:
                time, wanted = x.value
                level, now = tokens, last
                if time > last:
                    elapsed = time - last
                    level = tokens + elapsed * RATE if elapsed <= ONE_DIGIT else gained(tokens, time, last)
                    now = time
                if level > CAPACITY:
                    level = CAPACITY if level <= ONE_DIGIT else capped(level)
                if 0 <= wanted <= level:
                    tokens, last = level - wanted, now
                    append(GIVEN)
                else:
                    append(NOT_GIVEN)
                continue
            time, level = x.value, tokens
            if time > last:
                elapsed = time - last
                level = tokens + elapsed * RATE if elapsed <= ONE_DIGIT else gained(tokens, time, last)
            if level > CAPACITY:
                level = CAPACITY if level <= ONE_DIGIT else capped(level)
            append(Right(level))
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, (tokens, last)


# -- gcd and collatz ---------------------------------------------------------------------------------------

FUEL = DEFAULT_LIMITS.fuel


def gcd(x: tuple[int, int], s: Any) -> tuple[int, Any]:
    a, b = x
    for _ in repeat(None, FUEL):
        if b == 0:
            return a, s
        a, b = b, a % b
    raise DEFAULT_LIMITS.out_of_fuel()


def collatz(n: int, s: Any) -> tuple[int, Any]:
    peak = n
    for _ in repeat(None, FUEL):
        if n == 1:
            return peak, s
        if n % 2:
            after = 3 * n + 1
            n = add(mul(n, 3), 1) if after > ONE_DIGIT or after < -ONE_DIGIT else after
        else:
            n //= 2
        if n > peak:
            peak = n
    raise DEFAULT_LIMITS.out_of_fuel()
