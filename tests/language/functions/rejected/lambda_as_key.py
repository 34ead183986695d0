from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[list[int], int]:
    return sorted(xs, key=lambda x: -x), state
