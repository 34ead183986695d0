from sm_toolkit import machine


@machine
def step(text: str, state: int) -> tuple[str, int]:
    return str.upper(text), state
