import functools

from sm_toolkit import machine


@machine
@functools.cache
def step(n: int, state: int) -> tuple[int, int]:
    return n, state
