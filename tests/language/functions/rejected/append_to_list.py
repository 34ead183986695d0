from sm_toolkit import machine


@machine
def step(n: int, state: list[int]) -> tuple[int, list[int]]:
    state.append(n)
    return n, state
