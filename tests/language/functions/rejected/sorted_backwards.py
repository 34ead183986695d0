from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[list[int], int]:
    return sorted(xs, reverse=state > 3), state
