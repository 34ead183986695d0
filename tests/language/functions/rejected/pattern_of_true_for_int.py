from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    match n:
        case True:
            return 0, state
        case m:
            return m, state
