from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    a, b = xs
    return a + b, state
