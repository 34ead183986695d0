from sm_toolkit import machine


def total(*xs: int) -> int:
    return sum(xs)


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return total(n, state), state
