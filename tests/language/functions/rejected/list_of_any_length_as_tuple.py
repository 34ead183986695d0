from sm_toolkit import machine


@machine
def step(xs: tuple[int, ...], state: int) -> tuple[int, int]:
    return len(xs), state
