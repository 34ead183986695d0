from sm_toolkit import machine

THINGS = [1, "two"]


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return len(THINGS), state
