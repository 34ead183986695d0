from sm_toolkit import machine


class Counter:
    n: int = 0


@machine
def step(n: int, state: Counter) -> tuple[int, Counter]:
    return n, state
