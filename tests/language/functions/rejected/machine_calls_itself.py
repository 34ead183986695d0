from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    if n > 0:
        return step(n - 1, state)
    return n, state
