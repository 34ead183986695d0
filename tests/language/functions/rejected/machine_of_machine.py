from sm_toolkit import machine


@machine
@machine
def step(n: int, state: int) -> tuple[int, int]:
    return n, state
