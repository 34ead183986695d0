from sm_toolkit import machine


@machine
def step(n: int, state: int):
    return n, state
