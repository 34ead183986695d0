from sm_toolkit import machine


@machine
def step(n: int, state: list[int]) -> tuple[bool, list[int]]:
    return 0 < n in state, state
