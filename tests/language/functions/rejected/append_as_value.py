from sm_toolkit import machine


@machine
def step(n: int, state: list[int]) -> tuple[int, list[int]]:
    return n, state.append(n)
