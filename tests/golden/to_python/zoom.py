from sm_toolkit import machine


@machine
def step(event: None, state: tuple[int, None]) -> tuple[None, tuple[int, None]]:
    return None, (state[0] + 1, None)
