from sm_toolkit import machine


@machine
def step(n: int | None, state: int) -> tuple[int, int]:
    match n:
        case None:
            return 0, state
