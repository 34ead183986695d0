from sm_toolkit import machine


@machine
def step(flag: bool, state: int) -> tuple[int, int]:
    return -flag, state
