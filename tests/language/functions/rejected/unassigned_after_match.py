from sm_toolkit import machine


@machine
def step(n: int | None, state: int) -> tuple[int, int]:
    match n:
        case None:
            pass
        case m:
            told = m
    return told, state
