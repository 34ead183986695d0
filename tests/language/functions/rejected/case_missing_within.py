from sm_toolkit import machine


@machine
def step(given: tuple[bool, int | None], state: int) -> tuple[int, int]:
    match given:
        case (True, None):
            return 0, state
        case (_, n) if n is not None:
            return n, state
        case (False, None):
            return 1, state
