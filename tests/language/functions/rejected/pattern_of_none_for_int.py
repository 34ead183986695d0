from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    match n:
        case None:
            return 0, state
        case m:
            return m, state
