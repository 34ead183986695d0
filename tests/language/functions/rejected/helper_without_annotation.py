from sm_toolkit import machine


def double(n):
    return n * 2


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return double(n), state
