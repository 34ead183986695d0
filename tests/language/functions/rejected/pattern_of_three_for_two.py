from sm_toolkit import machine


@machine
def step(given: tuple[int, int], state: int) -> tuple[int, int]:
    match given:
        case (a, b, c):
            return a, state
