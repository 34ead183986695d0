from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[bool, int]:
    return type(n) == int, state
