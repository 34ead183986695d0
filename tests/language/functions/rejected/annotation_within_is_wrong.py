from sm_toolkit import machine


@machine
def step(event: int, state: int) -> tuple[int, int]:
    xs: list[object] = []
    return 0, state
