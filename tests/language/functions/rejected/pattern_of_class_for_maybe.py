from sm_toolkit import machine


@machine
def step(n: int | None, state: int) -> tuple[int, int]:
    match n:
        case str():
            return 0, state
        case _:
            return 1, state
