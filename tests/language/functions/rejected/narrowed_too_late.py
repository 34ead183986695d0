from sm_toolkit import machine


@machine
def step(n: int | None, state: int) -> tuple[int, int]:
    if n is None:
        state = 0
    return n, state
