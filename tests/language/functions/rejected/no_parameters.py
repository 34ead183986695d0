from sm_toolkit import machine


@machine
def step() -> tuple[int, int]:
    return 1, 2
