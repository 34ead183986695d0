from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[list[int], int]:
    return range(n), state
