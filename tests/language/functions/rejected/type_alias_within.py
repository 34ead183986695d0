from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    Number = int
    x: Number = n
    return x, state
