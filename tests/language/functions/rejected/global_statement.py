from sm_toolkit import machine

count = 0


@machine
def step(n: int, state: int) -> tuple[int, int]:
    global count
    count = n
    return n, state
