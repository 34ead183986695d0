from sm_toolkit import machine


@machine
def step(text: str, state: int) -> tuple[int, int]:
    for i, letter in enumerate(text):
        state += i
    return 0, state
