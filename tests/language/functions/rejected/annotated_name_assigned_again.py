from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    best: int | None = None
    best = "much"
    return n, state
