from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    return sum(x > 3 for x in xs), state
