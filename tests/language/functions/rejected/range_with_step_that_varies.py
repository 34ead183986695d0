from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    for i in range(0, 10, n):
        state += i
    return 0, state
