from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    match n:
        case 0:
            return 0, state
        case 1:
            return 1, state
