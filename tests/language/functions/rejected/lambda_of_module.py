from sm_toolkit import machine

double = lambda n: n * 2


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return double(n), state
