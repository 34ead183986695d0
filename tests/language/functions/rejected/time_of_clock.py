import time

from sm_toolkit import machine


@machine
def step(n: int, state: float) -> tuple[float, float]:
    return time.time(), state
