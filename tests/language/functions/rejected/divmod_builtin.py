from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    q, r = divmod(n, 3)
    return q + r, state
