from sm_toolkit import machine


@machine
def step(given: tuple[int, int], state: int) -> tuple[int, int]:
    for x in given:
        state += x
    return 0, state
