from sm_toolkit import machine


@machine
def step(n: int, state: list[str]) -> tuple[int, list[str]]:
    return n, [*state, n]
