from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[str, int]:
    return str(xs), state
