from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    import math

    return math.isqrt(n), state
