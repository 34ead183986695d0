from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return n.bit_length(), state
