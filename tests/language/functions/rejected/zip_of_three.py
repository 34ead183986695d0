from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    for a, b, c in zip(xs, xs, xs):
        state += a * b * c
    return 0, state
