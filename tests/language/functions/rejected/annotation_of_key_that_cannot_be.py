from sm_toolkit import machine


@machine
def step(m: dict[list[int], int], state: int) -> tuple[int, int]:
    return len(m), state
