from sm_toolkit import machine


@machine
def step(text: str, state: int) -> tuple[str, int]:
    return f"got {text!r}", state
