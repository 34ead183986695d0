from sm_toolkit import machine


@machine
def step(xs: list[float], state: float) -> tuple[float, float]:
    return sum(xs), state
