from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    best = None
    for x in xs:
        if best is None or x > best:
            best = x
    return best, state
