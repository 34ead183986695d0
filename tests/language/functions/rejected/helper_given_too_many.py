from sm_toolkit import machine


def double(n: int) -> int:
    return n * 2


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return double(n, state), state
