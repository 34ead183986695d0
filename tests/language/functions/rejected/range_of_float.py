from sm_toolkit import machine


@machine
def step(x: float, state: int) -> tuple[int, int]:
    for i in range(x):
        state += i
    return 0, state
