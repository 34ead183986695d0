from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    m = {}
    return len(m), state
