from sm_toolkit import machine


@machine
def step(n: int, state: list[int]) -> tuple[int, list[int]]:
    state[0] = n
    return 0, state
