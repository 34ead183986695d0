from sm_toolkit import machine


@machine
def step(n: float, state: int) -> tuple[float, int]:
    return n + 1, state
