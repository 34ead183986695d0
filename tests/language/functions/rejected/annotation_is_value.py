from sm_toolkit import machine


@machine
def step(event: 3, state: int) -> tuple[int, int]:
    return 0, state
