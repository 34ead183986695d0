from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    double = lambda x: x * 2
    return double(n), state
