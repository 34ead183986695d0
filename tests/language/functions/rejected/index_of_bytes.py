from sm_toolkit import machine


@machine
def step(data: bytes, state: int) -> tuple[int, int]:
    return data[0], state
