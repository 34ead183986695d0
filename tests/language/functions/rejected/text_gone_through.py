from sm_toolkit import machine


@machine
def step(text: str, state: int) -> tuple[int, int]:
    for letter in text:
        state += 1
    return 0, state
