from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[bool, int]:
    return all(xs), state
