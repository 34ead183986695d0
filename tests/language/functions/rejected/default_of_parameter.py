from sm_toolkit import machine


@machine
def step(n: int, state: int = 0) -> tuple[int, int]:
    return n, state
