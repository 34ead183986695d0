from sm_toolkit import machine


@machine
def step(text: str, state: int) -> tuple[str, int]:
    text[0] = "x"
    return text, state
