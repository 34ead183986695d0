from sm_toolkit import machine

NONE_YET = []


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return len(NONE_YET), state
