from sm_toolkit import machine


def double(n: int) -> int:
    return n * 2


def applied(f: int, n: int) -> int:
    return n


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return applied(double, n), state
