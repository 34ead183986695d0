from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[bool, int]:
    return n is state, state
