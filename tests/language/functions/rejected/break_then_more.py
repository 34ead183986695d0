from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    for x in xs:
        if x > 3:
            break
            state = x
    return 0, state
