from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    for place, x in xs:
        state += x
    return 0, state
