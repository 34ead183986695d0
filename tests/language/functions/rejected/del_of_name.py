from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    m = n + 1
    del m
    return n, state
