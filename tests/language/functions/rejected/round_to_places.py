from sm_toolkit import machine


@machine
def step(x: float, state: int) -> tuple[float, int]:
    return round(x, 2), state
