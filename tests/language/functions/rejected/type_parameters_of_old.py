from typing import TypeVar

from sm_toolkit import machine

T = TypeVar("T")


@machine
def step(n: T, state: int) -> tuple[T, int]:
    return n, state
