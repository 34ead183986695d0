from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    a = b = n
    return a + b, state
