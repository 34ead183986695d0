from sm_toolkit import machine


@machine
def step(n: int | None, state: int) -> tuple[int, int]:
    return n + 1, state
