import functools

from sm_toolkit import machine


@functools.cache
def double(n: int) -> int:
    return n * 2


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return double(n), state
