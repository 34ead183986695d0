from sm_toolkit import machine


def scaled(n: int, by: int = 2) -> int:
    return n * by


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return scaled(n), state
