from sm_toolkit import machine


@machine
def step(given: tuple[int, int, int], state: int) -> tuple[int, int]:
    match given:
        case (a, *rest):
            return a, state
