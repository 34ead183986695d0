from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    for x in xs:
        state += x
    return x, state
