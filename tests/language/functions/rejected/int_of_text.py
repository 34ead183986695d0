from sm_toolkit import machine


@machine
def step(text: str, state: int) -> tuple[int, int]:
    return int(text), state
