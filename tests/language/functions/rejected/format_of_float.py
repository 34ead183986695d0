from sm_toolkit import machine


@machine
def step(x: float, state: int) -> tuple[str, int]:
    return f"x is {x}", state
