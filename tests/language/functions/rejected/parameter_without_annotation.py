from sm_toolkit import machine


@machine
def step(n, state: int) -> tuple[int, int]:
    return n, state
