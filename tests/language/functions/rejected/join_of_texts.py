from sm_toolkit import machine


@machine
def step(words: list[str], state: int) -> tuple[str, int]:
    return ", ".join(words), state
