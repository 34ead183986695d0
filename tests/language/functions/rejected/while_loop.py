from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    while n > 0:
        n -= 1
    return n, state
