from sm_toolkit import machine


def sum_of(n: int, m: int) -> int:
    return n + m


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return sum_of(n), state
