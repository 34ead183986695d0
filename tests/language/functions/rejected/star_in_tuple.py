from sm_toolkit import machine


@machine
def step(given: tuple[int, int], state: int) -> tuple[tuple[int, int, int], int]:
    return (*given, 3), state
