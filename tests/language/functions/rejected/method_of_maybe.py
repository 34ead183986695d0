from sm_toolkit import machine


@machine
def step(text: str | None, state: int) -> tuple[str, int]:
    return text.upper(), state
