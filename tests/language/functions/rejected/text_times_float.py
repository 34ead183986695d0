from sm_toolkit import machine


@machine
def step(x: float, state: str) -> tuple[str, str]:
    return state * x, state
