from sm_toolkit import machine


@machine
def step(x: float, state: int) -> tuple[bool, int]:
    return 0.0 < x < state, state
