from sm_toolkit import machine

int = 3


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return n, state
