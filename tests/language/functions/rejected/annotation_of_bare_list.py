from sm_toolkit import machine


@machine
def step(event: list, state: int) -> tuple[int, int]:
    return 0, state
