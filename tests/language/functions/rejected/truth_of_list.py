from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    if not xs:
        return 0, state
    return xs[0], state
