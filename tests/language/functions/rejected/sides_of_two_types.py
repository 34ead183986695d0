from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    x = n if n > 0 else "none"
    return n, state
