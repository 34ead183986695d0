from sm_toolkit import machine


@machine
def step(*given: int) -> tuple[int, int]:
    return 1, 2
