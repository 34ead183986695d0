from sm_toolkit import machine


@machine
def step(xs: list[int] | None, state: int) -> tuple[int, int]:
    for x in xs:
        state += x
    return 0, state
