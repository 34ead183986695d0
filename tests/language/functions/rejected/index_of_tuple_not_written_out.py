from sm_toolkit import machine


@machine
def step(given: tuple[int, int, int], state: int) -> tuple[int, int]:
    return given[state], state
