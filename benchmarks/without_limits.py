"""Functions of ``by_hand`` without what keeps the limits: to tell what that costs. Nothing is measured here."""

from __future__ import annotations

from typing import Any

from benchmarks.by_hand import DONE, GIVEN, NOT_GIVEN, REFUSED, spells_left
from sm_toolkit.examples.bank import FEE
from sm_toolkit.examples.token_bucket import CAPACITY, RATE
from sm_toolkit.language.data.types import Left, Right


def counter_v1(text: str, s: int) -> tuple[str, int]:
    if text == "Left ()" or (text != "Right ()" and spells_left(text)):
        return f"Left {s}", s
    return "Right ()", s + 1


def bank(x: Any, s: int) -> tuple[Any, int]:
    if x.__class__ is Left:
        amount = x.value
        if amount > 0:
            return DONE, s + amount
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


def token_bucket(x: Any, s: tuple[int, int]) -> tuple[Any, tuple[int, int]]:
    tokens, last = s
    if x.__class__ is Left:
        time, wanted = x.value
        if time > last:
            tokens += (time - last) * RATE
            last = time
        if tokens > CAPACITY:
            tokens = CAPACITY
        if 0 <= wanted <= tokens:
            return GIVEN, (tokens - wanted, last)
        return NOT_GIVEN, s
    time = x.value
    if time > last:
        tokens += (time - last) * RATE
    return Right(tokens if tokens <= CAPACITY else CAPACITY), s


def gcd(x: tuple[int, int], s: Any) -> tuple[int, Any]:
    a, b = x
    while b != 0:
        a, b = b, a % b
    return a, s


def collatz(n: int, s: Any) -> tuple[int, Any]:
    peak = n
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        if n > peak:
            peak = n
    return peak, s
