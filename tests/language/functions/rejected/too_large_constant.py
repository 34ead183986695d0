from sm_toolkit import machine

BIG = 10**5000


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return n + BIG, state
