from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    match n:
        case m if m:
            return 0, state
        case _:
            return 1, state
