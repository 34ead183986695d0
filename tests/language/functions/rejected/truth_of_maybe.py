from sm_toolkit import machine


@machine
def step(n: int | None, state: int) -> tuple[int, int]:
    if n:
        return n, state
    return 0, state
