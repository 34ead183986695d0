from sm_toolkit import machine


@machine
def step(n: int | None, state: int) -> tuple[int, int]:
    match n:
        case None:
            x = 1
        case y:
            x = y
    return y, state
