from sm_toolkit import machine


@machine
def step(xs: list[list[int]], state: int) -> tuple[int, int]:
    return len({x: 1 for x in xs}), state
