from sm_toolkit import machine


@machine
def step(text: str, state: int) -> tuple[int, int]:
    return (1 if text else 0), state
