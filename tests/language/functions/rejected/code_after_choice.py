from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    if n > 0:
        return n, state
    else:
        return 0, state
    return 1, state
