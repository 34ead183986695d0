from sm_toolkit import machine


@machine
def step(text: str, state: int) -> tuple[list[str], int]:
    return text.split(","), state
