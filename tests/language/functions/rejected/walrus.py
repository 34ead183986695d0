from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    if (n := len(xs)) > 3:
        return n, state
    return 0, state
