from sm_toolkit import machine

total = 0


def add(n: int) -> int:
    global total
    total += n
    return total


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return add(n), state
